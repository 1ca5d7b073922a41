from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import ESCAPE_SPEED, HEAD_FRESH, HEAD_STALE, START_UP_TIME
from armctl.safety.pace import Condition, Pace, pace
from armctl.safety.zones import STANDING, Going, Reach, Zones
from tests.unit.safety.bench import limits, person, robot, scene

ZONES = Zones(robot(), scene({}, person()))
WARM = Finding(Code.WARM, "wrist_flex", 58.0, 65.0)
COUNT = len(ZONES.limits)


def now(
    margin: float = 5.0,
    head: float = 5.0,
    moved: float = 100.0,
    warm: Finding | None = None,
    age: float = 0.0,
    closing: float = 0.0,
) -> Pace:
    reach = Reach(np.zeros(3), np.eye(3), np.full(COUNT, margin), head, 1)
    going = Going(closing, np.full(COUNT, closing), 0.0) if closing else STANDING
    return pace(limits(), ZONES, reach, going, Condition(moved, warm, age))


def test_far_from_everything_the_arm_has_its_whole_speed_and_nothing_is_said() -> None:
    assert now() == Pace(0.15, "")


@pytest.mark.parametrize(
    ("moved", "speed"),
    [(0.0, 0.075), (START_UP_TIME - 1e-9, 0.075), (START_UP_TIME, 0.15), (START_UP_TIME + 1e-9, 0.15)],
)
def test_the_first_seconds_of_motion_are_at_half_speed(moved: float, speed: float) -> None:
    assert now(moved=moved) == Pace(speed, "" if speed == 0.15 else "Slow: the arm has just been armed.")


def test_a_warm_joint_halves_the_speed_and_is_named() -> None:
    assert now(warm=WARM) == Pace(0.075, "Slow: the wrist flex joint is at 58 °C; it stops at 65 °C.")


def test_reasons_add_up_and_the_gravest_is_told() -> None:
    assert now(moved=0.0, warm=WARM) == Pace(0.0375, "Slow: the wrist flex joint is at 58 °C; it stops at 65 °C.")


def test_the_slower_of_zone_and_share_counts() -> None:
    assert now(head=0.1) == Pace(pytest.approx(0.05), "Slow: close to the head.")
    assert now(head=0.1, moved=0.0, warm=WARM).speed == pytest.approx(0.0375)


@pytest.mark.parametrize(
    ("age", "share"),
    [(0.0, 1.0), (HEAD_FRESH, 1.0), (0.5 * (HEAD_FRESH + HEAD_STALE), 0.5), (HEAD_STALE, 0.0), (9.0, 0.0)],
)
def test_speed_shrinks_with_the_age_of_a_tracked_heads_pose(age: float, share: float) -> None:
    found = now(age=age)
    assert found.speed == pytest.approx(max(ESCAPE_SPEED, share * 0.15))
    lost = age > HEAD_STALE
    assert (found.reason == "Slow: the head is not seen well.") == (share < 1.0 and not lost)
    assert (found.reason == "Slow, and only away from the head: it is not seen.") == lost


def test_speed_never_grows_with_the_age_of_the_heads_pose() -> None:
    speeds = [now(age=age).speed for age in np.linspace(0.0, 0.3, 61)]
    assert all(later <= sooner for sooner, later in pairwise(speeds))


@pytest.mark.parametrize("margin", [-1.0, 0.0, 1e-6])
def test_there_is_always_a_way_out(margin: float) -> None:
    assert now(margin=margin, moved=0.0, warm=WARM, closing=0.15).speed == ESCAPE_SPEED


def test_an_arm_slower_than_the_way_out_keeps_its_own_limit() -> None:
    reach = Reach(np.zeros(3), np.eye(3), np.full(COUNT, -1.0), math.inf, 1)
    going = Going(0.01, np.full(COUNT, 1.0), 0.0)
    assert pace(limits(tool_speed=0.01), ZONES, reach, going, Condition(0.0)).speed == 0.01
    assert Condition(0.0) == Condition(0.0, None, 0.0)


def test_where_a_zone_asks_for_the_same_speed_the_reason_of_the_arm_stays() -> None:
    class Equal(Zones):
        def speed(self, reach: Reach, going: Going, braking: float) -> tuple[float, str]:
            return 0.075, "Slow: the zone."

    reach = Reach(np.zeros(3), np.eye(3), np.full(COUNT, 1.0), math.inf, 1)
    asked = pace(limits(), Equal(robot(), scene()), reach, Going(0.0, np.zeros(COUNT), 0.0), Condition(0.0))
    assert asked == Pace(0.075, "Slow: the arm has just been armed.")
