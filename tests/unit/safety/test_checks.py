"""Every check just inside, at, and just outside its boundary, for every joint."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.safety import checks
from armctl.safety.faults import Finding
from armctl.safety.limits import (
    ACCELERATION_SLACK,
    POSITION_SLACK,
    REST_MEASURED,
    REST_SPEED,
    SPEED_SLACK,
)
from armctl.units import DEG
from tests.unit.safety.bench import DT, NAMES, START, N, limits, reading, vector

EPS = 1e-8
"""Just inside and outside: above the rounding that the checks forgive (1e-9)."""
JOINTS = range(N)
ARM_JOINTS = range(N - 1)
ZEROS = np.zeros(N)


def code(finding: Finding | None) -> str:
    return "" if finding is None else finding.code


@pytest.mark.parametrize(
    ("positions", "velocities", "expected"),
    [((N,), (N,), ""), ((N - 1,), (N,), "set_point_size"), ((N,), (N + 1,), "set_point_size"),
     ((N, 1), (N,), "set_point_size"), ((0,), (0,), "set_point_size"), ((N,), (), "set_point_size")],
)  # fmt: skip
def test_size(positions: tuple[int, ...], velocities: tuple[int, ...], expected: str) -> None:
    assert code(checks.check_size(np.zeros(positions), np.zeros(velocities), limits())) == expected


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_not_a_number_is_refused_wherever_it_is(joint: int, value: float, which: int) -> None:
    vectors = [ZEROS, ZEROS, ZEROS]
    vectors[which] = vector(joint, value)
    finding = checks.check_finite(*vectors, limits())
    assert finding is not None
    assert (finding.code, finding.joint) == ("not_finite", NAMES[joint])


def test_infinities_that_cancel_are_still_refused() -> None:
    assert checks.check_finite(vector(0, math.inf), vector(0, -math.inf), ZEROS, limits()) is not None


def test_numbers_pass() -> None:
    assert checks.check_finite(ZEROS, ZEROS, ZEROS, limits()) is None


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize(("age", "fresh"), [(0.0, True), (0.05 - EPS, True), (0.05 + EPS, False), (math.nan, False)])
def test_each_joint_must_have_answered_lately(joint: int, age: float, fresh: bool) -> None:
    state = reading(START, stamps=START - vector(joint, age))
    finding = checks.check_fresh(state, START, limits())
    assert (finding is None) == fresh
    assert fresh or (finding is not None and finding.joint == NAMES[joint])


@pytest.mark.parametrize(("ahead", "good"), [(0.0, True), (DT - EPS, True), (DT + EPS, False), (math.nan, False)])
def test_a_reading_from_the_future_does_not_count(ahead: float, good: bool) -> None:
    state = reading(START + ahead, stamps=np.full(N, START))
    assert (checks.check_fresh(state, START, limits()) is None) == good


def test_an_old_reading_does_not_count_whatever_its_joints_say() -> None:
    assert code(checks.check_fresh(reading(START, stamps=np.full(N, START + 1)), START + 0.051, limits())) == (
        "state_stale"
    )


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize(
    ("beyond", "good"),
    [(-EPS, True), (0.0, True), (POSITION_SLACK - EPS, True), (POSITION_SLACK + EPS, False), (1.0, False)],
)
def test_position_limits(joint: int, side: float, beyond: float, good: bool) -> None:
    finding = checks.check_position(vector(joint, side * (2.0 + beyond)), ZEROS, limits())
    assert (finding is None) == good
    if finding is not None:
        assert (finding.code, finding.joint) == ("position_limit", NAMES[joint])
        assert finding.limit == pytest.approx(side * 2.0 / DEG)


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize(("further", "good"), [(-0.1, True), (0.0, True), (EPS, False)])
def test_a_joint_that_is_out_may_come_back_but_not_go_further(side: float, further: float, good: bool) -> None:
    before = vector(2, side * 2.3)
    finding = checks.check_position(vector(2, side * (2.3 + further)), before, limits())
    assert (finding is None) == good


def test_a_joint_that_is_out_on_one_side_may_not_leave_on_the_other() -> None:
    assert checks.check_position(vector(2, -2.1), vector(2, 2.3), limits()) is not None


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize(("beyond", "good"), [(-EPS, True), (0.0, True), (EPS, False)])
def test_joint_speed(joint: int, sign: float, beyond: float, good: bool) -> None:
    finding = checks.check_speed(vector(joint, sign * (0.5 * SPEED_SLACK + beyond)), limits())
    assert (finding is None) == good
    if finding is not None:
        assert (finding.code, finding.joint) == ("speed_limit", NAMES[joint])
        assert finding.limit == pytest.approx(0.5 / DEG)


def test_the_worst_joint_is_named_by_its_own_limit() -> None:
    speed = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 2.0])
    finding = checks.check_speed(np.array([0.9, 0, 0, 0, 0, 2.2]), limits(speed=speed))
    assert finding is not None
    assert finding.joint == "shoulder_pan"


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize(("beyond", "good"), [(-EPS, True), (0.0, True), (EPS, False)])
def test_joint_acceleration(joint: int, sign: float, beyond: float, good: bool) -> None:
    before = vector(joint, 0.25)
    change = sign * (2.0 * ACCELERATION_SLACK * 0.5 + beyond)
    # A tick of half a second keeps these sums exact.
    finding = checks.check_acceleration(before + vector(joint, change), before, limits(dt=0.5))
    assert (finding is None) == good
    assert good or (finding is not None and (finding.code, finding.joint) == ("acceleration_limit", NAMES[joint]))


@pytest.mark.parametrize("joint", ARM_JOINTS)
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize(("beyond", "good"), [(-EPS, True), (0.0, True), (EPS, False)])
def test_set_points_stay_near_the_arm(joint: int, sign: float, beyond: float, good: bool) -> None:
    finding = checks.check_lead(vector(joint, sign * (0.2 + beyond)), ZEROS, ZEROS, limits())
    assert (finding is None) == good
    assert good or (finding is not None and (finding.code, finding.joint) == ("too_far_ahead", NAMES[joint]))


@pytest.mark.parametrize(("further", "good"), [(-0.1, True), (0.0, True), (EPS, False)])
def test_a_set_point_that_is_too_far_may_come_nearer(further: float, good: bool) -> None:
    finding = checks.check_lead(vector(1, 0.4 + further), vector(1, 0.4), ZEROS, limits())
    assert (finding is None) == good


@pytest.mark.parametrize(
    ("closing", "value", "good"), [(-1, -1.0, True), (-1, 1.0, False), (1, 1.0, True), (1, -1.0, False)]
)
def test_the_gripper_may_close_beyond_what_it_holds_but_not_open(closing: float, value: float, good: bool) -> None:
    finding = checks.check_lead(vector(N - 1, value), ZEROS, ZEROS, limits(closing=closing))
    assert (finding is None) == good


def test_another_joint_gains_nothing_from_the_gripper() -> None:
    finding = checks.check_lead(vector(0, 1.0) + vector(N - 1, -1.0), ZEROS, ZEROS, limits())
    assert finding is not None
    assert finding.joint == "shoulder_pan"


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize(("beyond", "good"), [(-EPS, True), (0.0, True), (EPS, False)])
def test_standing(joint: int, sign: float, beyond: float, good: bool) -> None:
    speed = checks.GRIPPER_SETTLING if joint == N - 1 else REST_SPEED
    finding = checks.check_standing(vector(joint, sign * (speed + beyond)), limits(), "ready")
    assert (finding is None) == good
    assert good or (finding is not None and (finding.code, finding.joint) == ("not_begun", NAMES[joint]))


@pytest.mark.parametrize(("beyond", "good"), [(-EPS, True), (0.0, True), (EPS, False)])
def test_tool_speed(beyond: float, good: bool) -> None:
    finding = checks.check_tool_speed(0.15 * SPEED_SLACK + beyond, limits())
    assert (finding is None) == good
    assert good or (finding is not None and finding.limit == pytest.approx(150.0))


@pytest.mark.parametrize(("beyond", "good"), [(-1e-9, True), (0.0, True), (1e-9, False)])
def test_turn_speed(beyond: float, good: bool) -> None:
    finding = checks.check_turn_speed(1.05 * SPEED_SLACK + beyond, limits())
    assert (finding is None) == good
    if finding is not None:
        assert finding.fault().message == "The hand would turn 61°/s; its limit is 60°/s."


def test_a_turn_speed_that_is_no_number_is_refused() -> None:
    assert checks.check_turn_speed(math.nan, limits()) is not None


def test_a_tool_speed_that_is_no_number_is_refused() -> None:
    assert checks.check_tool_speed(math.nan, limits()) is not None


@pytest.mark.parametrize(
    ("before", "now", "slows"),
    [
        (0.3, 0.3, True), (0.3, 0.2, True), (0.3, 0.0, True), (0.3, 0.3 + EPS, False), (0.3, -EPS, False),
        (-0.3, -0.3, True), (-0.3, 0.0, True), (-0.3, -0.3 - EPS, False), (-0.3, EPS, False),
        (0.0, 0.0, True), (0.0, EPS, False), (0.0, -EPS, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("joint", JOINTS)
def test_slowing_down(joint: int, before: float, now: float, slows: bool) -> None:
    assert checks.slows_down(vector(joint, now), vector(joint, before)) == slows


def test_one_joint_that_speeds_up_is_not_slowing_down() -> None:
    assert not checks.slows_down(np.array([0.0, 0.2, 0, 0, 0, 0]), np.array([0.3, 0.1, 0, 0, 0, 0]))


@pytest.mark.parametrize(
    ("position", "pulls"),
    [
        (0.0, True), (0.1, True), (0.05, True),
        (-checks.PULL_BACK_SLACK + EPS, True), (-checks.PULL_BACK_SLACK - EPS, False),
        (0.1 + checks.PULL_BACK_SLACK - EPS, True), (0.1 + checks.PULL_BACK_SLACK + EPS, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("joint", JOINTS)
def test_pulling_back_to_the_arm(joint: int, position: float, pulls: bool) -> None:
    ahead, measured = vector(joint, 0.1), ZEROS
    assert checks.pulls_back(vector(joint, position), ahead, measured) == pulls
    assert checks.pulls_back(vector(joint, -position), -ahead, measured) == pulls


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("beyond", [-EPS, EPS])
def test_settling_needs_nearness_and_rest_of_set_point_and_arm(joint: int, beyond: float) -> None:
    good = beyond < 0.0
    assert checks.settles(vector(joint, checks.START_LEAD + beyond), ZEROS, None, reading()) == good
    assert checks.settles(ZEROS, vector(joint, REST_SPEED + beyond), None, reading()) == good
    moving = reading(velocities=vector(joint, -REST_MEASURED - beyond))
    assert checks.settles(ZEROS, ZEROS, None, moving) == good


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("beyond", [-EPS, EPS])
def test_after_the_first_set_point_settling_does_not_lead_away_from_the_arm(joint: int, beyond: float) -> None:
    before = vector(joint, 0.01)
    wanted = vector(joint, -0.01 - checks.READING_NOISE - beyond)
    assert checks.settles(wanted, ZEROS, before, reading()) == (beyond < 0.0)
    assert checks.settles(ZEROS, ZEROS, before, reading())


vectors = st.lists(st.floats(-3, 3), min_size=N, max_size=N).map(np.array)


@given(vectors)
def test_a_set_point_inside_all_limits_passes_and_one_outside_does_not(positions: np.ndarray) -> None:
    inside = bool((np.abs(positions) <= 2.0).all())
    finding = checks.check_position(positions, ZEROS, limits())
    if inside:
        assert finding is None
    if (np.abs(positions) > 2.0 + 2 * POSITION_SLACK).any():
        assert finding is not None


@given(vectors, st.floats(0, 1))
def test_scaling_speeds_down_is_always_slowing_down(before: np.ndarray, share: float) -> None:
    assert checks.slows_down(before * share, before)


@given(vectors, vectors, st.floats(0, 1))
def test_everything_between_command_and_arm_pulls_back(before: np.ndarray, measured: np.ndarray, share: float) -> None:
    assert checks.pulls_back(before + share * (measured - before), before, measured)
