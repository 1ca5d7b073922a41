"""What must hold of every session: random requests, stops, pauses, contacts and allowed speeds at random times."""

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import KinematicsError
from armctl.motion.generator import NOT_SMOOTH
from armctl.motion.requests import (
    GripRequest,
    JogRequest,
    JointRequest,
    Request,
    RetraceRequest,
    StepRequest,
    ToolRequest,
    WayOutRequest,
)
from tests.unit.motion.rig import DT, HOME, Rig, assert_within_limits, robot

JOINTS = robot().config.joints
shares = st.floats(0.1, 1.0)
unit = st.tuples(*[st.sampled_from([-1.0, -0.5, 0.0, 0.0, 0.3, 1.0])] * 3)
frames = st.sampled_from(["base", "tool"])


def scaled(vectors: st.SearchStrategy[tuple[float, float, float]], by: float) -> st.SearchStrategy[tuple[float, ...]]:
    return vectors.map(lambda v: tuple(by * x / max(1.0, math.hypot(*v)) for x in v))


places = st.tuples(st.floats(-1.2, 1.2), st.floats(0.2, 0.5), st.floats(-0.05, 0.4)).map(
    lambda p: (p[1] * math.cos(p[0]), p[1] * math.sin(p[0]), p[2])
)
poses = st.tuples(*[st.floats(joint.lower, joint.upper) for joint in JOINTS[:-1]])
requests: st.SearchStrategy[Request] = st.one_of(
    st.builds(JogRequest, unit, unit, st.sampled_from([-1.0, 0.0, 0.0, 1.0]), frames, shares),
    st.builds(JogRequest, linear=unit, frame=frames, speed=shares),
    st.builds(StepRequest, scaled(unit, 0.05), scaled(unit, 0.2), frames, shares),
    st.builds(StepRequest, translation=scaled(unit, 0.05), speed=shares),
    st.builds(JointRequest, poses, shares),
    st.builds(ToolRequest, places, st.booleans(), st.sampled_from(["joint", "line", "arc"]), shares),
    st.builds(
        ToolRequest, places, st.booleans(), st.sampled_from(["line", "arc"]), shares, via=st.tuples(places, places)
    ),
    st.builds(ToolRequest, places, speed=shares, may_tilt=st.booleans()),
    st.builds(GripRequest, st.floats(0, 1)),
    st.builds(RetraceRequest, shares),
    st.builds(WayOutRequest, shares),
)


@dataclass(frozen=True)
class Event:
    """One thing that happens, and how many ticks pass until the next."""

    what: Request | str
    ticks: int
    allowed: float


events = st.builds(
    Event,
    st.one_of(requests, requests, st.sampled_from(["stop", "pause", "resume", "resume", "contact", "hold"])),
    st.integers(1, 60),
    st.sampled_from([0.15, 0.15, 0.08, 0.03, 0.0]),
)


def happen(rig: Rig, what: Request | str) -> None:
    match what:
        case "stop":
            rig.generator.stop()
        case "pause":
            rig.generator.pause()
        case "resume":
            rig.generator.resume()
        case "hold":
            # As after a fault: set-points begin anew where the arm is, which only happens at rest.
            if not rig.given or not rig.given[-1].velocities.any():
                rig.generator.reset(rig.now)
        case "contact":
            rig.generator.grip_contact(rig.now + 0.05)
        case str():
            raise AssertionError(what)
        case _:
            try:
                rig.generator.begin(what, holding=rig.holding)
            except KinematicsError as error:
                assert error.message


@given(
    st.one_of(st.just(HOME[:5]), poses.map(np.array)),
    st.floats(0, 1),
    st.lists(events, min_size=3, max_size=7),
    st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_whatever_is_asked_whenever_all_limits_hold_and_a_stop_comes_to_rest(
    start: np.ndarray, opening: float, session: list[Event], holding: bool
) -> None:
    rig = Rig(np.append(start, robot().gripper_angle(opening)))
    rig.holding = holding
    allowed: list[float] = []
    for event in session:
        happen(rig, event.what)
        rig.step(event.allowed, event.ticks)
        allowed += [event.allowed] * event.ticks
    stopped = len(rig.given)
    rig.generator.stop()
    rig.until("idle", most=100)

    assert_within_limits(rig)
    assert NOT_SMOOTH not in rig.notices
    slowest = max(
        joint.max_speed / joint.max_acceleration + joint.max_acceleration / joint.max_jerk for joint in JOINTS
    )
    assert (len(rig.given) - stopped) * DT <= 1.5 * slowest
    for given_ in rig.given:
        assert 0.0 <= given_.progress <= 1.0
        assert given_.remaining >= 0.0
        assert np.isfinite(given_.positions).all()


@given(poses.map(np.array), requests, st.integers(0, 150))
@settings(max_examples=30, deadline=None)
def test_reported_rates_are_those_of_the_positions(start: np.ndarray, request: Request, ticks: int) -> None:
    rig = Rig(np.append(start, 0.5))
    happen(rig, request)
    rig.step(times=ticks + 3)
    points = np.array(rig.points)
    for index in range(3, len(points) - 1):
        # A mean over the two ticks around it; a third derivative of at most 60 rad/s³ bends it by j·dt²/6.
        mean = (points[index + 1] - points[index - 1]) / (2 * DT)
        assert np.abs(rig.given[index - 3].velocities - mean).max() < 0.01
