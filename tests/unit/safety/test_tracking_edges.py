"""Tracking at its edges: exactly at a limit, and which joint and which direction is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from armctl.hal.state import FloatArray
from armctl.safety.checks import SAME
from armctl.safety.faults import Finding
from armctl.safety.health import jump_allowance
from armctl.safety.limits import ENCODER_JUMP, FOLLOWING_TIME, FROZEN_MOVE, FROZEN_TIME, REST_SPEED, WRONG_WAY
from armctl.safety.tracking import NO_WAY, Tracking
from tests.unit.safety.bench import N, limits, reading, vector

DT = 2.0**-7
"""A tick whose multiples are exact."""
LIMITS = limits(dt=DT)


class Run:
    """Feeds told and seen angles tick by tick, beginning at zero."""

    def __init__(self, told: FloatArray | None = None, seen: FloatArray | None = None) -> None:
        self.tracking = Tracking(LIMITS)
        self.tick = 0
        self.follow(np.zeros(N) if told is None else told, np.zeros(N) if seen is None else seen)

    def follow(self, told: FloatArray, seen: FloatArray) -> Finding | None:
        self.tick += 1
        # The effort trembles, so that a standing joint is not taken for a frozen reading.
        state = reading(self.tick * DT, seen, efforts=np.full(N, 1e-3 * (self.tick % 2)))
        return self.tracking.follow(state, told, self.tick * DT)

    def code(self, told: FloatArray, seen: FloatArray) -> str:
        finding = self.follow(told, seen)
        return "" if finding is None else str(finding.code)


def test_a_joint_may_move_exactly_as_far_as_it_can() -> None:
    allowed = float(jump_allowance(np.full(N, DT), LIMITS, ENCODER_JUMP)[2])
    for way, jumps in ((allowed, False), (np.nextafter(allowed, 1.0), True)):
        tracking = Tracking(LIMITS)
        tracking.jump(reading(DT))
        assert (tracking.jump(reading(2 * DT, vector(2, way))) is not None) == jumps


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_joint_may_stand_exactly_its_following_error_away(sign: float) -> None:
    for away, found in ((0.12, False), (np.nextafter(0.12, 1.0), True)):
        finding = Tracking(LIMITS).wandered(reading(DT, vector(3, sign * away)), np.zeros(N))
        assert (finding is not None) == found
    finding = Tracking(LIMITS).wandered(reading(DT, vector(3, -0.3)), vector(3, 0.1))
    assert finding is not None
    assert finding.fault().message == "The wrist flex joint is 22.9° away from where it should be; the limit is 6.9°."


class TestTheGripper:
    """It may stay behind where it is told to close further than it is, wherever the other joints are."""

    others = np.array([-1.0, -1.0, -1.0, -1.0, -1.0, 0.0])

    @pytest.mark.parametrize(
        ("told", "seen", "found"), [(-0.3, 0.0, ""), (0.2, 0.5, ""), (0.8, 0.5, "following_error")]
    )
    def test_closing_is_left_alone_and_opening_is_not(self, told: float, seen: float, found: str) -> None:
        here, there = self.others + vector(N - 1, seen), self.others + vector(N - 1, told)
        run = Run(here, here)
        codes = {run.code(there, here) for _ in range(40)}
        assert codes - {""} == ({found} if found else set())


class TestTheWrongWay:
    """How far a joint goes against its command, or back on the way it had made."""

    def test_exactly_the_limit_is_found(self) -> None:
        for way, found in ((WRONG_WAY, "wrong_direction"), (np.nextafter(WRONG_WAY, 0.0), "")):
            assert Run().code(vector(1, 0.005), vector(1, -way)) == found

    def test_exactly_the_limit_back_on_the_way_is_found(self) -> None:
        made = 2.0**-5
        for back, found in ((WRONG_WAY, "following_error"), (WRONG_WAY - 1e-9, "")):
            run = Run()
            assert run.code(vector(1, 0.04), vector(1, made)) == ""
            assert run.code(vector(1, 0.05), vector(1, made - back)) == found

    @pytest.mark.parametrize(("made", "found"), [(NO_WAY, "following_error"), (0.999 * NO_WAY, "wrong_direction")])
    def test_exactly_half_a_degree_of_way_is_one(self, made: float, found: str) -> None:
        run = Run()
        assert run.code(vector(1, 0.02), vector(1, made)) == ""
        assert run.code(vector(1, 0.03), vector(1, made - WRONG_WAY - 1e-6)) == found

    @pytest.mark.parametrize(("share", "found"), [(1.0, ""), (1.5, "wrong_direction")])
    def test_a_command_as_slow_as_rest_is_no_way(self, share: float, found: str) -> None:
        step = share * REST_SPEED * DT
        run = Run()
        assert run.code(vector(1, step), vector(1, -0.5 * WRONG_WAY)) == ""
        assert run.code(vector(1, 2.0 * step), vector(1, -WRONG_WAY)) == found

    def test_a_joint_that_gives_way_while_it_stands_goes_no_wrong_way(self) -> None:
        run = Run()
        for tick in range(1, 11):
            assert run.code(vector(1, 0.005 * tick), vector(1, 0.005 * tick)) == ""
        for tick in range(1, 11):
            assert run.code(vector(1, 0.05), vector(1, 0.05 - 0.2 * WRONG_WAY * tick)) == ""

    def test_what_is_pushed_back_is_told_with_its_error(self) -> None:
        run = Run()
        run.follow(vector(1, -0.04), vector(1, -0.03))
        finding = run.follow(vector(1, -0.05), vector(1, 0.005))
        assert finding is not None
        assert finding.fault().message == (
            "The shoulder lift joint is 3.2° away from where it should be; the limit is 1.3°."
        )


class TestStandingStill:
    """A joint that stands while it is told to move: frozen, or blocked, or only late."""

    FAST = 0.5

    def moving(self, ticks: int = 20) -> Run:
        run = Run()
        for tick in range(1, ticks + 1):
            assert run.code(vector(1, self.FAST * tick * DT), vector(1, self.FAST * tick * DT)) == ""
        return run

    def test_one_that_goes_on_just_before_the_time_is_up_was_only_late(self) -> None:
        run, at = self.moving(), self.FAST * 20 * DT
        late = int(FROZEN_TIME / DT)
        assert self.FAST * late * DT > FROZEN_MOVE
        for tick in range(1, late + 1):
            assert run.code(vector(1, at + self.FAST * tick * DT), vector(1, at)) == ""
        assert run.code(vector(1, at + self.FAST * late * DT), vector(1, at + 0.01)) == ""

    def test_one_that_is_told_to_stand_after_a_motion_may_stand(self) -> None:
        run, at = self.moving(), vector(1, self.FAST * 20 * DT)
        assert {run.code(at, at) for _ in range(40)} == {""}

    def test_one_that_does_not_answer_is_not_frozen(self) -> None:
        tracking = Tracking(LIMITS)
        mute = np.array([True, False, True, True, True, True])
        for tick in range(14):
            state = reading(tick * DT, fresh=mute)
            assert tracking.follow(state, vector(1, min(0.11, self.FAST * tick * DT)), tick * DT) is None

    @pytest.mark.parametrize(("trembles", "code"), [((), "frozen_position"), ((5,), "following_error")])
    def test_one_that_strained_at_any_time_meanwhile_is_blocked(self, trembles: tuple[int, ...], code: str) -> None:
        tracking, found = Tracking(LIMITS), None
        for tick in range(14):
            state = reading(tick * DT, efforts=np.full(N, 0.1 if tick in trembles else 0.0))
            found = found or tracking.follow(state, vector(1, min(0.11, self.FAST * tick * DT)), tick * DT)
        assert found is not None
        assert found.code == code

    def test_one_that_is_blocked_is_told_with_its_error_and_the_limit(self) -> None:
        tracking, found = Tracking(LIMITS), None
        here = vector(1, 0.3)
        for tick in range(14):
            state = reading(tick * DT, here, efforts=np.full(N, 0.1 * (tick % 2)))
            found = found or tracking.follow(state, here - vector(1, min(0.05, 0.01 * tick)), tick * DT)
        assert found is not None
        assert found.fault().message == (
            "The shoulder lift joint is 2.9° away from where it should be; the limit is 2.0°."
        )

    @pytest.mark.parametrize(
        ("way", "time", "found"),
        [
            (FROZEN_MOVE, 1.0, False),
            (np.nextafter(FROZEN_MOVE, 1.0), 1.0, True),
            (0.05, FROZEN_TIME - SAME, True),
            (0.05, FROZEN_TIME, True),
            (0.05, FROZEN_TIME - 1.1 * SAME, False),
        ],
    )
    def test_exactly_the_time_is_long_enough_and_exactly_the_way_is_not_far_enough(
        self, way: float, time: float, found: bool
    ) -> None:
        tracking = Tracking(LIMITS)
        tracking.follow(reading(0.0), np.zeros(N), 0.0)
        assert (tracking.follow(reading(time), vector(1, way), time) is not None) == found

    @pytest.mark.parametrize(("time", "found"), [(FOLLOWING_TIME - SAME, True), (FOLLOWING_TIME - 1.1 * SAME, False)])
    def test_exactly_the_time_of_a_following_error_is_long_enough(self, time: float, found: bool) -> None:
        tracking = Tracking(LIMITS)
        tracking.follow(reading(0.0), np.zeros(N), 0.0)
        tracking.follow(reading(0.0, vector(1, 0.001)), vector(1, 0.15), 0.0)
        assert (tracking.follow(reading(time, vector(1, 0.002)), vector(1, 0.15), time) is not None) == found
