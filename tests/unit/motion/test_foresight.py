"""How long a motion takes is known before it begins, falls as it goes on, and counts on what is allowed on the way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.motion.requests import GripRequest, JointRequest, Request, StepRequest, ToolRequest
from tests.unit.motion.rig import DT, HOME, Rig

ASIDE = JointRequest((0.8, -0.5, 0.8, -0.2, -1.2), speed=1.0)
KINDS: list[Request] = [
    ASIDE,
    JointRequest((0.05, -0.9, 1.1, -0.2, -1.522), speed=0.3),
    StepRequest((0, 0.05, 0)),
    ToolRequest((0.33, 0.1, 0.15)),
    ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0),
    ToolRequest((0.2, -0.25, 0.2), path="joint"),
    ToolRequest((0.2, 0.25, 0.2), via=((0.3, -0.1, 0.2), (0.35, 0.1, 0.2)), speed=1.0),
    GripRequest(1.0),
]


def estimated(rig: Rig, request: Request) -> float:
    """Begin ``request`` and return the estimate there was before anything had moved."""
    rig.generator.begin(request)
    for _ in range(300):
        if rig.generator.remaining:
            return rig.generator.remaining
        given_ = rig.step()
        assert rig.now == pytest.approx(HOME, abs=1e-4)
        if given_.phase == "refused":
            raise UnreachableError(given_.notice)
    raise AssertionError("no estimate")


def law(rig: Rig, told: float, since: int) -> None:
    left = np.array([given.remaining for given in rig.given[since:]])
    true = (len(left) - 1 - np.arange(len(left))) * DT
    assert (np.diff(left) <= 1e-9).all(), "time left never rises"
    assert np.abs(left - true).max() <= 0.06 * true[0] + 0.05
    assert told == pytest.approx(true[0], rel=0.06, abs=0.05)


@pytest.mark.parametrize("request_", KINDS)
def test_the_time_is_told_before_the_start_and_then_only_falls(request_: Request) -> None:
    rig = Rig()
    told = estimated(rig, request_)
    since = len(rig.given)
    rig.until("done")
    law(rig, told, since)


@given(
    st.tuples(st.floats(-1.0, 1.0), st.floats(0.22, 0.42), st.floats(0.05, 0.3)),
    st.sampled_from(["line", "arc", "joint"]),
    st.floats(0.2, 1.0),
)
@settings(max_examples=12)
def test_the_law_of_the_remaining_time_holds_for_any_way(
    place: tuple[float, float, float], path: str, speed: float
) -> None:
    azimuth, radius, height = place
    point = (radius * float(np.cos(azimuth)), radius * float(np.sin(azimuth)), height)
    rig = Rig()
    try:
        told = estimated(rig, ToolRequest(point, path=path, speed=speed))  # type: ignore[arg-type]  # one of the three
    except UnreachableError:
        return
    since = len(rig.given)
    rig.until("done")
    law(rig, told, since)


def test_a_slow_place_ahead_is_counted_before_the_start() -> None:
    def near_the_head(q: FloatArray) -> float:
        return 0.05 if q[0] > 0.4 else 0.15

    rig = Rig()
    rig.generator.foresee(near_the_head)
    rig.generator.begin(ASIDE)
    told, took = 0.0, 0
    for _ in range(3000):
        rig.generator.foresee(near_the_head)
        if np.abs(rig.now - HOME).max() < 1e-9:
            told = rig.generator.remaining
        if rig.step(near_the_head(rig.now)).phase == "done":
            break
        took += bool(np.abs(rig.now - HOME).max() > 1e-9)
    plain = Rig()
    assert took * DT > 1.3 * estimated(plain, ASIDE)
    assert told == pytest.approx(took * DT, rel=0.25)


def test_paused_the_time_left_stands_still() -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(times=90)
    rig.generator.pause()
    rig.until("paused")
    left = rig.generator.remaining
    rig.step(times=50)
    assert rig.generator.remaining == left > 0.2
