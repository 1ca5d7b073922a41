from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import ESCAPE_SPEED, START_UP_TIME
from armctl.safety.pace import Pace, pace
from armctl.safety.zones import Reach, Zones
from tests.unit.safety.bench import limits, person, robot, scene

ZONES = Zones(robot(), scene({}, person()))
WARM = Finding(Code.WARM, "wrist_flex", 58.0, 65.0)


def now(margin: float = 5.0, head: float = 5.0, moved: float = 100.0, warm: Finding | None = None) -> Pace:
    reach = Reach(np.zeros(3), np.full(len(ZONES._flat_pairs), margin), head)
    return pace(limits(), ZONES, reach, moved, warm)


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


@pytest.mark.parametrize("margin", [-1.0, 0.0, 1e-6])
def test_there_is_always_a_way_out(margin: float) -> None:
    assert now(margin=margin, moved=0.0, warm=WARM).speed == ESCAPE_SPEED


def test_an_arm_slower_than_the_way_out_keeps_its_own_limit() -> None:
    reach = Reach(np.zeros(3), np.full(len(ZONES._flat_pairs), -1.0), math.inf)
    assert pace(limits(tool_speed=0.01), ZONES, reach, 0.0, None).speed == 0.01
