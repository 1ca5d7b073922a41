import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.motion.envelope import Envelope
from armctl.motion.jerk import MotionState
from armctl.motion.requests import GripRequest, JogRequest, JointRequest, Request, StepRequest, ToolRequest
from armctl.motion.stopping import Stopping
from tests.unit.motion.rig import DT, HOME, Rig, assert_within_limits, robot

ARM = robot().config.joints[:-1]


def moving(velocities: list[float]) -> MotionState:
    return MotionState(HOME[:5], np.array(velocities), np.zeros(5))


def test_a_stop_ends_where_it_said_and_tells_when_it_is_done() -> None:
    state = moving([0.4, -0.2, 0.1, 0.0, 0.5])
    stopping = Stopping(Envelope(ARM, DT), state, DT, "why")
    end = stopping.end
    for _ in range(200):
        stride = stopping.step(state, 0.0)
        assert stride.notice == "why"
        if stride.done:
            break
    assert stride.done
    assert stride.state.still
    assert stride.state.positions == pytest.approx(end)
    assert stride.remaining == 0.0


def test_the_joints_slow_down_in_proportion_so_that_the_tool_keeps_its_direction() -> None:
    state = moving([0.4, -0.2, 0.1, 0.0, 0.3])
    stopping = Stopping(Envelope(ARM, DT), state, DT)
    first = stopping.step(state, 0.15)
    half = int(first.remaining / DT / 2)
    for _ in range(half):
        stride = stopping.step(state, 0.15)
    shares = stride.state.velocities[[0, 1, 2, 4]] / state.velocities[[0, 1, 2, 4]]
    assert np.ptp(shares) < 0.05


def test_a_stop_from_rest_is_done_at_once() -> None:
    rest = MotionState.at_rest(HOME[:5])
    assert Stopping(Envelope(ARM, DT), rest, DT).step(rest, 0.15).done


def test_near_a_limit_each_joint_stops_as_fast_as_it_can() -> None:
    # The turn of the shoulder has 1 % more room than it needs alone; in step with the slower roll it would overrun.
    pan, speed = ARM[0], 0.3
    needs = speed**2 / (2 * pan.max_acceleration) + speed * pan.max_acceleration / (2 * pan.max_jerk)
    positions = HOME[:5].copy()
    positions[0] = pan.upper - 1.01 * needs
    state = MotionState(positions, np.array([speed, 0.0, 0.5, 0.0, 0.0]), np.zeros(5))
    stopping = Stopping(Envelope(ARM, DT), state, DT)
    way = [stopping.step(state, 0.15).state.positions[0] for _ in range(100)]
    assert max(way) <= pan.upper


def stop_time(speed: float, acceleration: float, limit: float, jerk: float) -> float:
    """Return how long the fastest stop of one joint takes [s], in closed form.

    The acceleration falls to -b, stays, and rises to zero; b² = j·v + a²/2, but at most the limit.
    """
    if speed + acceleration * abs(acceleration) / (2.0 * jerk) < 0.0:
        speed, acceleration = -speed, -acceleration
    brake = min(math.sqrt(max(0.0, jerk * speed + 0.5 * acceleration**2)), max(limit, -acceleration))
    left = speed + (0.5 * acceleration**2 - brake**2) / jerk
    return (acceleration + 2.0 * brake) / jerk + (max(0.0, left / brake) if brake > 0.0 else 0.0)


REQUESTS: list[Request] = [
    JogRequest((0.3, 1.0, -0.5), grip=1.0, speed=1.0),
    JogRequest(angular=(1, 0, 0), frame="tool", speed=1.0),
    StepRequest((0.0, 0.05, 0.0), speed=1.0),
    JointRequest((0.8, -0.5, 0.8, -0.2, -1.2), speed=1.0),
    ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0),
    ToolRequest((0.3, 0.1, 0.2), via=((0.33, -0.1, 0.15),), speed=1.0),
    GripRequest(1.0),
]


@given(st.sampled_from(REQUESTS), st.integers(1, 250), st.sampled_from([0.15, 0.06, 0.02]))
@settings(max_examples=20)
def test_a_stop_of_any_motion_ends_in_the_time_of_its_slowest_joint(
    request: Request, ticks: int, tool_speed: float
) -> None:
    rig = Rig()
    rig.generator.begin(request)
    for _ in range(ticks):
        rig.step(tool_speed)
    last = rig.given[-1]
    rows = zip(last.velocities, last.accelerations, rig.robot.config.joints, strict=True)
    slowest = max(stop_time(float(v), float(a), joint.max_acceleration, joint.max_jerk) for v, a, joint in rows)
    since = len(rig.given)
    rig.release()
    assert (len(rig.given) - since) * DT <= slowest + 2 * DT
    assert_within_limits(rig)
