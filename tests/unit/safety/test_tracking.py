from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.hal.state import FloatArray
from armctl.safety.faults import Finding
from armctl.safety.limits import ENCODER_JUMP, FOLLOWING_TIME, FROZEN_MOVE, FROZEN_TIME, WRONG_WAY
from armctl.safety.tracking import Tracking
from armctl.units import DEG
from tests.unit.safety.bench import DT, NAMES, N, limits, reading, silent, vector

EPS = 1e-6
ALLOWED = ENCODER_JUMP + 2 * 0.5 * DT


class Run:
    """Feeds told and seen angles tick by tick, from t = 0."""

    def __init__(self) -> None:
        self.tracking = Tracking(limits())
        self.tick = -1
        self.follow(np.zeros(N), np.zeros(N))

    def follow(self, told: FloatArray, seen: FloatArray) -> Finding | None:
        self.tick += 1
        now = self.tick * DT
        return self.tracking.follow(reading(now, seen), told, now)

    def until_found(self, joint: int, told: float, seen: float, ticks: int = 40) -> tuple[int, Finding | None]:
        """Speeds ``told`` and ``seen`` [rad/s] of one joint until something is found; returns ticks needed."""
        for count in range(1, ticks + 1):
            t = count * DT
            finding = self.follow(vector(joint, told * t), vector(joint, seen * t))
            if finding is not None:
                return count, finding
        return ticks, None


@pytest.mark.parametrize("joint", range(N))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize(("beyond", "jumps"), [(-EPS, False), (EPS, True)])
def test_a_reading_further_than_the_joint_can_go_is_a_jump(joint: int, sign: float, beyond: float, jumps: bool) -> None:
    tracking = Tracking(limits())
    assert tracking.jump(reading(0.0)) is None
    finding = tracking.jump(reading(DT, vector(joint, sign * (ALLOWED + beyond))))
    assert (finding is not None) == jumps
    assert not jumps or (finding is not None and (finding.code, finding.joint) == ("encoder_jump", NAMES[joint]))


@pytest.mark.parametrize("joint", range(N))
def test_five_degrees_are_a_jump_for_every_joint(joint: int) -> None:
    tracking = Tracking(limits())
    tracking.jump(reading(0.0))
    assert tracking.jump(reading(DT, vector(joint, 5 * DEG))) is not None


def test_after_a_jump_the_new_place_counts() -> None:
    tracking = Tracking(limits())
    tracking.jump(reading(0.0))
    assert tracking.jump(reading(DT, vector(0, 1.0))) is not None
    assert tracking.jump(reading(2 * DT, vector(0, 1.0))) is None


def test_a_joint_that_was_silent_may_have_gone_further() -> None:
    tracking = Tracking(limits())
    tracking.jump(reading(0.0))
    for tick in (1, 2):
        tracking.jump(reading(tick * DT, stamps=tick * DT - vector(0, tick * DT)))
    assert tracking.jump(reading(3 * DT, vector(0, ENCODER_JUMP + 0.5 * 2 * 3 * DT - EPS))) is None


@pytest.mark.parametrize("first", [True, False])
def test_a_position_that_is_no_number_is_a_jump(first: bool) -> None:
    tracking = Tracking(limits())
    if not first:
        tracking.jump(reading(0.0))
    finding = tracking.jump(reading(DT, vector(2, math.nan)))
    assert finding is not None
    assert finding.joint == "elbow_flex"


@pytest.mark.parametrize("joint", range(N))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_an_arm_that_follows_with_some_lag_is_fine(joint: int, sign: float) -> None:
    run = Run()
    for tick in range(1, 300):
        told = sign * 0.4 * math.sin(0.9 * tick * DT)
        seen = sign * 0.4 * math.sin(0.9 * (tick * DT - 0.08)) if tick * DT > 0.08 else 1e-4 * tick
        assert run.follow(vector(joint, told), vector(joint, seen)) is None


@pytest.mark.parametrize("joint", range(N - 1))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_frozen_reading_is_found_once_the_command_has_moved_on(joint: int, sign: float) -> None:
    ticks, finding = Run().until_found(joint, told=sign * 0.5, seen=0.0)
    assert finding is not None
    assert (finding.code, finding.joint) == ("frozen_position", NAMES[joint])
    assert ticks * DT == pytest.approx(FROZEN_TIME, abs=DT + 1e-9)
    assert finding.value > FROZEN_MOVE / DEG


@pytest.mark.parametrize("joint", range(N - 1))
@pytest.mark.parametrize(("effort", "velocity"), [(0.004, 0.0), (0.0, -0.3)])
def test_a_joint_that_stands_and_says_so_is_blocked_and_not_frozen(joint: int, effort: float, velocity: float) -> None:
    """A frozen reading repeats all it said; a blocked motor strains, or says that it came to rest."""
    run, finding, tick = Run(), None, 0
    while finding is None and tick < 40:
        tick += 1
        told = vector(joint, 0.5 * tick * DT)
        strains = reading(tick * DT, efforts=vector(joint, effort * tick), velocities=vector(joint, velocity / tick))
        finding = run.tracking.follow(strains, told, tick * DT)
    assert finding is not None
    assert (finding.code, finding.joint) == ("following_error", NAMES[joint])
    assert tick * DT <= 0.1
    assert (finding.value, finding.limit) == pytest.approx((0.5 * tick * DT / DEG, FROZEN_MOVE / DEG))


@pytest.mark.parametrize("measured", [True, False])
def test_a_reading_that_repeats_its_effort_and_speed_is_frozen_whatever_they_are(measured: bool) -> None:
    run, finding, tick = Run(), None, 0
    effort = np.full(N, 0.3 if measured else math.nan)
    while finding is None and tick < 40:
        tick += 1
        seen = reading(tick * DT, vector(0, 0.002), efforts=effort, velocities=vector(0, 0.4))
        finding = run.tracking.follow(seen, vector(0, 0.5 * tick * DT), tick * DT)
    assert finding is not None
    assert finding.code == "frozen_position"


@pytest.mark.parametrize("joint", range(N - 1))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_joint_that_is_driven_back_on_its_way_is_found_and_not_called_swapped(joint: int, sign: float) -> None:
    """It went the right way first, so its direction is right: something pushes it."""
    run, seen, tick = Run(), 0.0, 0
    finding = None
    while finding is None and tick < 60:
        tick += 1
        seen += sign * 0.4 * DT if tick <= 20 else -sign * 0.4 * DT
        finding = run.follow(vector(joint, sign * 0.4 * tick * DT), vector(joint, seen))
    assert finding is not None
    assert (finding.code, finding.joint) == ("following_error", NAMES[joint])
    assert (tick - 20) * 0.4 * DT == pytest.approx(WRONG_WAY, abs=0.4 * DT)
    assert finding.value >= finding.limit == pytest.approx(WRONG_WAY / DEG)


def test_a_joint_that_gives_way_a_little_on_its_way_is_fine() -> None:
    run = Run()
    for tick in range(1, 100):
        told = 0.4 * tick * DT
        assert run.follow(vector(0, told), vector(0, told - 0.9 * WRONG_WAY * (tick % 2))) is None


def test_a_slow_command_needs_two_degrees_before_a_reading_counts_as_frozen() -> None:
    ticks, finding = Run().until_found(0, told=0.1, seen=0.0)
    assert finding is not None
    assert ticks == math.floor(FROZEN_MOVE / 0.1 / DT) + 1


def test_a_joint_that_stands_where_it_is_told_to_is_not_frozen() -> None:
    assert Run().until_found(0, told=0.0, seen=0.0, ticks=200) == (200, None)


def test_readings_without_an_answer_are_not_called_frozen() -> None:
    run = Run()
    for tick in range(1, 30):
        assert run.tracking.follow(silent(0, tick * DT), vector(0, 0.1 * tick * DT), tick * DT) is None


@pytest.mark.parametrize("joint", range(N - 1))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_blocked_joint_is_found_within_a_tenth_of_a_second(joint: int, sign: float) -> None:
    """It still trembles, so the reading is not frozen; what counts is how far it is behind."""
    run = Run()
    over_since = None
    for tick in range(1, 100):
        told = sign * 0.5 * tick * DT
        finding = run.follow(vector(joint, told), vector(joint, 1e-4 * (tick % 2)))
        if over_since is None and abs(told - 1e-4 * (tick % 2)) > 0.12:
            over_since = tick
        if finding is not None:
            break
    assert finding is not None
    assert (finding.code, finding.joint) == ("following_error", NAMES[joint])
    assert over_since is not None
    assert (tick - over_since) * DT == pytest.approx(FOLLOWING_TIME)


@pytest.mark.parametrize(("beyond", "found"), [(-EPS, False), (EPS, True)])
def test_the_following_error_counts_above_its_limit(beyond: float, found: bool) -> None:
    run = Run()
    findings = [run.follow(vector(1, 0.12 + beyond), vector(1, 1e-5 * (tick % 2))) for tick in range(2, 30)]
    # Trembling by 1e-5 towards the command keeps it below half of the time: give it the margin.
    steady = [run.follow(vector(1, 0.12 + 2e-5 + beyond), vector(1, 1e-5 * (tick % 2))) for tick in range(30, 60)]
    codes = {finding.code for finding in findings + steady if finding is not None}
    assert ("following_error" in codes) == (found or beyond > -2e-5)


def test_a_short_excess_is_forgiven() -> None:
    run = Run()
    for tick in range(1, 60):
        behind = 0.2 if tick % 8 else 0.0
        assert run.follow(vector(1, 0.0), vector(1, -behind + 1e-4 * tick)) is None


@pytest.mark.parametrize("joint", range(N - 1))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("speed", [0.05, 0.2, 0.5])
def test_a_joint_that_goes_the_wrong_way_is_found_within_two_degrees(joint: int, sign: float, speed: float) -> None:
    ticks, finding = Run().until_found(joint, told=sign * speed, seen=-sign * speed, ticks=200)
    assert finding is not None
    assert (finding.code, finding.joint) == ("wrong_direction", NAMES[joint])
    assert ticks * DT * speed <= 2.0 * DEG
    assert finding.value >= WRONG_WAY / DEG - 1e-9


def test_turning_round_with_lag_is_not_the_wrong_way() -> None:
    run = Run()
    for tick in range(1, 400):
        t = tick * DT
        told, seen = 0.3 * math.sin(1.5 * t), 0.3 * math.sin(1.5 * max(0.0, t - 0.1)) + 1e-6 * tick
        assert run.follow(vector(3, told), vector(3, seen)) is None, tick


@pytest.mark.parametrize("joint", range(N - 1))
def test_going_on_after_the_command_turned_round_is_the_wrong_way(joint: int) -> None:
    run = Run()
    for tick in range(1, 31):
        assert run.follow(vector(joint, 0.3 * tick * DT), vector(joint, 0.3 * tick * DT)) is None
    for tick in range(1, 13):
        finding = run.follow(vector(joint, 0.09 - 0.3 * tick * DT), vector(joint, 0.09 + 0.3 * tick * DT))
        if finding is not None:
            break
    assert finding is not None
    assert finding.code == "wrong_direction"
    assert 0.3 * tick * DT <= 2.0 * DEG


def test_a_gripper_that_is_pressed_open_while_it_closes_is_not_the_wrong_way() -> None:
    run = Run()
    for tick in range(1, 40):
        assert run.follow(vector(N - 1, -0.3 * tick * DT), vector(N - 1, 0.1 * tick * DT)) is None


def test_a_joint_that_is_pushed_while_it_should_stand_is_not_the_wrong_way() -> None:
    run = Run()
    for tick in range(1, 20):
        assert run.follow(np.zeros(N), vector(0, 0.1 * tick / 20 + 1e-6 * tick)) is None


@pytest.mark.parametrize(("told", "found"), [(-0.5, False), (0.5, True)])
def test_the_gripper_may_be_blocked_when_it_closes_but_not_when_it_opens(told: float, found: bool) -> None:
    _, finding = Run().until_found(N - 1, told=told, seen=0.0, ticks=100)
    assert (finding is not None) == found


def test_starting_anew_forgets_what_was_told_before() -> None:
    run = Run()
    for tick in range(1, 8):
        assert run.follow(vector(0, 0.5 * tick * DT), np.zeros(N)) is None
    run.tracking.restart()
    for _ in range(50):
        assert run.follow(vector(0, 0.1), np.zeros(N)) is None
