"""Each check exactly at its boundary, which passes, and the figures of what it finds beyond."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.hal.state import FloatArray
from armctl.safety import checks
from armctl.safety.checks import GRIPPER_SETTLING, PULL_BACK_SLACK, READING_NOISE, SAME, START_LEAD
from armctl.safety.faults import Finding
from armctl.safety.limits import POSITION_SLACK, REST_MEASURED, REST_SPEED, SPEED_SLACK
from tests.unit.safety.bench import N, limits, reading, vector

EXACT = 2.0**-7
"""A tick whose multiples are exact [s]."""
NOW = 1024.0
ZEROS = np.zeros(N)


def told(finding: Finding | None) -> str:
    return "" if finding is None else finding.fault().message


# -- exactly at the limit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "fresh"), [(5.0 * EXACT, True), (math.nextafter(5.0 * EXACT, 1.0) + 1e-9, False)])
def test_a_reading_of_five_ticks_ago_is_fresh(age: float, fresh: bool) -> None:
    finding = checks.check_fresh(reading(NOW, stamps=np.full(N, NOW - age)), NOW, limits(dt=EXACT))
    assert (finding is None) == fresh


def test_a_reading_of_one_tick_ahead_counts() -> None:
    state = reading(NOW + EXACT, stamps=np.full(N, NOW))
    assert checks.check_fresh(state, NOW, limits(dt=EXACT)) is None


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize(("out", "slack"), [(2.0, POSITION_SLACK), (2.3, SAME)])
def test_a_position_may_be_beyond_its_limit_or_the_one_before_by_its_rounding(
    side: float, out: float, slack: float
) -> None:
    """Beyond the limit by one slack, beyond where it was already by the other: exactly."""
    before = vector(1, side * out) if slack == SAME else ZEROS
    assert checks.check_position(vector(1, side * (out + slack)), before, limits()) is None
    assert checks.check_position(vector(1, side * (out + 1.01 * slack)), before, limits()) is not None


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_set_point_may_be_ahead_by_its_limit_and_rounding(sign: float) -> None:
    assert checks.check_lead(vector(1, sign * (0.2 + SAME)), ZEROS, ZEROS, limits()) is None
    assert checks.check_lead(vector(1, sign * (0.2 + 1.01 * SAME)), ZEROS, ZEROS, limits()) is not None


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_set_point_that_is_too_far_already_may_stay_on_either_side(sign: float) -> None:
    far = vector(1, sign * 0.3)
    assert checks.check_lead(far, far, ZEROS, limits()) is None


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_rest_and_settling_are_speeds_up_to_and_with_their_limits(sign: float) -> None:
    assert checks.check_standing(vector(2, sign * REST_SPEED), limits(), "ready") is None
    assert checks.check_standing(vector(2, sign * 1.001 * REST_SPEED), limits(), "ready") is not None
    assert checks.check_standing(vector(N - 1, sign * GRIPPER_SETTLING), limits(), "ready") is None
    assert checks.check_standing(vector(N - 1, sign * 1.001 * GRIPPER_SETTLING), limits(), "ready") is not None


def test_the_tool_may_go_and_turn_exactly_as_fast_as_it_may() -> None:
    made = limits()
    assert checks.check_tool_speed(made.tool_speed * SPEED_SLACK, made) is None
    assert checks.check_turn_speed(made.tool_turn * SPEED_SLACK, made) is None


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_slowing_down_allows_rounding(sign: float) -> None:
    before = vector(0, sign * 0.1)
    for speed, slows in ((0.1 + SAME, True), (0.1 + 1.1 * SAME, False), (-SAME, True), (-1.1 * SAME, False)):
        assert checks.slows_down(vector(0, sign * speed), before) == slows


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_on_the_way_back_is_up_to_its_slack_beside_the_way(sign: float) -> None:
    before = vector(0, sign * 0.1)
    ends = ((0.1 + PULL_BACK_SLACK, True), (0.1 + 1.01 * PULL_BACK_SLACK, False), (-PULL_BACK_SLACK, True))
    for place, back in (*ends, (-1.01 * PULL_BACK_SLACK, False)):
        assert checks.pulls_back(vector(0, sign * place), before, ZEROS) == back


class TestSettling:
    """A standing arm is told to stand where it is."""

    def settles(
        self, off: float = 0.0, before: FloatArray | None = None, velocity: float = 0.0, measured: float = 0.0
    ) -> bool:
        here = vector(1, 1.0)
        state = reading(NOW, here, velocities=vector(1, measured))
        return checks.settles(here + vector(1, off), vector(1, velocity), before, state)

    @pytest.mark.parametrize("sign", [-1.0, 1.0])
    def test_up_to_the_lead_of_a_sagging_arm(self, sign: float) -> None:
        state = reading(NOW, ZEROS)
        for share, settles in ((1.0, True), (1.001, False)):
            assert checks.settles(vector(1, sign * share * START_LEAD), ZEROS, None, state) == settles

    @pytest.mark.parametrize("sign", [-1.0, 1.0])
    def test_up_to_the_noise_further_than_before_on_either_side(self, sign: float) -> None:
        state, before = reading(NOW, ZEROS), vector(1, sign * 0.01)
        for further, settles in ((READING_NOISE, True), (1.01 * READING_NOISE, False)):
            assert checks.settles(vector(1, sign * (0.01 + further)), ZEROS, before, state) == settles

    def test_before_counts_from_where_the_arm_is(self) -> None:
        assert self.settles(0.02, before=vector(1, 1.02))
        assert not self.settles(0.02, before=vector(1, 1.0))

    @pytest.mark.parametrize("sign", [-1.0, 1.0])
    def test_at_up_to_the_speeds_of_rest(self, sign: float) -> None:
        assert self.settles(velocity=sign * REST_SPEED)
        assert not self.settles(velocity=sign * 1.001 * REST_SPEED)
        assert self.settles(measured=sign * REST_MEASURED)
        assert not self.settles(measured=sign * 1.001 * REST_MEASURED)


# -- figures ---------------------------------------------------------------------------------------------------------


def test_what_is_found_is_told_in_degrees_mm_and_ms() -> None:
    made = limits()
    stale = checks.check_fresh(reading(NOW, stamps=NOW - vector(1, 0.25)), NOW, limits(dt=EXACT))
    assert told(stale) == "The position of the shoulder lift joint is 250 ms old; 39 ms is the limit."
    beyond = checks.check_position(vector(2, math.radians(-120.0)), ZEROS, made)
    assert told(beyond) == "The elbow flex joint would go to -120.0°; its limit is -114.6°."
    fast = checks.check_speed(vector(0, math.radians(90.0)), made)
    assert told(fast) == "The shoulder pan joint would turn 90°/s; its limit is 29°/s."
    ahead = checks.check_lead(vector(1, math.radians(-30.0)), ZEROS, ZEROS, made)
    assert told(ahead) == "The shoulder lift joint would be sent 30.0° from where it is; 11.5° is the limit."
    tool = checks.check_tool_speed(0.3, made)
    assert told(tool) == "The hand would move 300 mm/s; its limit is 150 mm/s."
    turn = checks.check_turn_speed(math.radians(180.0), limits(tool_turn=math.radians(45.0)))
    assert turn is not None
    assert (round(turn.value), round(turn.limit)) == (180, 45)
