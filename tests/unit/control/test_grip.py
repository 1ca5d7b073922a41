"""Holding: told from a joint that stalls behind its set-point, forgotten when let go or slipped out."""

from __future__ import annotations

import math

import pytest

from armctl.config.arm import GripperConfig
from armctl.control.grip import GripSense

GRIPPER = GripperConfig(joint="gripper", closed=-0.17, open=1.7, max_opening=0.1, effort=0.5)
MIRRORED = GripperConfig(joint="gripper", closed=0.17, open=-1.7, max_opening=0.1, effort=0.5)
DT = 0.01
SPEED = 1.2


class Jaw:
    """A servo that follows with a lag, and an obstacle that stops it."""

    def __init__(self, gripper: GripperConfig, stop_at: float | None, effort: float = 0.0) -> None:
        self.sense = GripSense(gripper, DT)
        self.gripper = gripper
        self.sign = 1.0 if gripper.closed > gripper.open else -1.0
        self.told = self.angle = gripper.open
        self.stop_at = stop_at
        self.effort = effort
        self.contacts: list[float] = []

    def move(self, goal: float, seconds: float) -> None:
        for _ in range(round(seconds / DT)):
            step = max(-SPEED * DT, min(SPEED * DT, goal - self.told))
            self.told += step
            self.angle += (self.told - self.angle) * 0.25
            if self.stop_at is not None and (self.angle - self.stop_at) * self.sign > 0:
                self.angle = self.stop_at
            if self.sense.observe(self.told, self.angle, self.effort):
                self.contacts.append(self.told)


@pytest.mark.parametrize("gripper", [GRIPPER, MIRRORED])
@pytest.mark.parametrize("effort", [0.0, math.nan, 0.4])
def test_closing_on_something_is_one_contact_and_then_holding(gripper: GripperConfig, effort: float) -> None:
    stop_at = 0.6 if gripper is GRIPPER else -0.6
    jaw = Jaw(gripper, stop_at, effort)
    jaw.move(gripper.closed, 2.0)
    assert len(jaw.contacts) == 1
    assert jaw.sense.holding
    # Soon enough that the set-point has not run far into the object.
    assert abs(jaw.contacts[0] - stop_at) < 0.2


@pytest.mark.parametrize("gripper", [GRIPPER, MIRRORED])
def test_closing_on_nothing_is_not_holding(gripper: GripperConfig) -> None:
    jaw = Jaw(gripper, None)
    jaw.move(gripper.closed, 3.0)
    jaw.move(gripper.open, 3.0)
    jaw.move(gripper.closed, 0.5)
    jaw.move(gripper.open, 0.5)
    assert jaw.contacts == []
    assert not jaw.sense.holding


def test_a_gripper_that_meets_its_own_end_holds_nothing() -> None:
    jaw = Jaw(GRIPPER, GRIPPER.closed + 0.02, effort=0.4)
    jaw.move(GRIPPER.closed - 0.2, 3.0)
    assert not jaw.sense.holding


def test_opening_on_purpose_ends_holding() -> None:
    jaw = Jaw(GRIPPER, 0.6)
    jaw.move(GRIPPER.closed, 2.0)
    jaw.move(1.2, 1.5)
    assert not jaw.sense.holding


def test_something_that_slipped_out_is_not_held_any_more() -> None:
    jaw = Jaw(GRIPPER, 0.6)
    jaw.move(GRIPPER.closed, 1.5)
    assert jaw.sense.holding
    jaw.stop_at = None
    jaw.move(GRIPPER.closed, 1.0)
    assert not jaw.sense.holding
    jaw.move(GRIPPER.closed, 1.0)
    assert not jaw.sense.holding


def test_a_gripper_blocked_while_opening_holds_nothing() -> None:
    jaw = Jaw(GRIPPER, None)
    jaw.told = jaw.angle = 0.3
    for _ in range(100):
        jaw.told = min(1.7, jaw.told + SPEED * DT)
        assert not jaw.sense.observe(jaw.told, 0.3, 0.4)


def test_standing_a_little_off_its_goal_is_not_holding() -> None:
    sense = GripSense(GRIPPER, DT)
    assert not any(sense.observe(0.5, 0.5 + 0.04, 0.05) for _ in range(200))


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.04, 0.05])
@pytest.mark.parametrize("held_back", [1, 2, 3])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 1.0])
def test_a_servo_that_starts_late_and_pushes_to_speed_up_has_met_nothing(
    delay: float, held_back: int, share: float
) -> None:
    """Readings of a real-time arm are late, and come unevenly: the same one may be seen for some ticks."""
    sense = GripSense(GRIPPER, DT)
    way: list[float] = [GRIPPER.open] * 20
    speed = 0.0
    while way[-1] > GRIPPER.closed:
        speed = min(share * SPEED, speed + 6.0 * DT)
        way.append(max(GRIPPER.closed, way[-1] - speed * DT))
    late = round(delay / DT)
    contacts = []
    for tick, told in enumerate(way):
        seen = way[max(0, tick - late - tick % held_back)]
        contacts.append(sense.observe(told, seen, 0.5))
    assert not any(contacts)


@pytest.mark.parametrize("stop_at", [None, 0.008])
def test_fingers_that_slide_are_felt_in_proportion_to_their_travel(stop_at: float | None) -> None:
    sliding = GripperConfig(joint="gripper", closed=0.0, open=0.0225, max_opening=0.045)
    share = 0.0225 / 1.87
    jaw = Jaw(sliding, stop_at)
    for _ in range(round(2.5 / DT)):
        jaw.told = max(sliding.closed, jaw.told - SPEED * share * DT)
        jaw.angle += (jaw.told - jaw.angle) * 0.25
        if stop_at is not None:
            jaw.angle = max(jaw.angle, stop_at)
        jaw.sense.observe(jaw.told, jaw.angle, 0.0)
    assert jaw.sense.holding is (stop_at is not None)


@pytest.mark.parametrize("late", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("stop_at", [None, 54.0])
def test_a_controller_at_20_hz_that_tells_whole_percents_feels_the_cup_and_not_the_start(
    late: int, stop_at: float | None
) -> None:
    """A myCobot's fingers as they are told to close; shown `late` ticks later, in whole percents of their travel."""
    travel, dt = 0.0225, 0.05
    sense = GripSense(GripperConfig(joint="gripper", closed=0.0, open=travel, max_opening=0.045), dt)
    way, speed = [97.6] * 10, 0.0
    while way[-1] > 0.0:
        speed = min(6.65, speed + 1.7)
        way.append(max(0.0, way[-1] - speed))
    way += [0.0] * 10
    contacts = []
    for tick, told in enumerate(way):
        seen = max(stop_at or 0.0, round(way[max(0, tick - late)]))
        if sense.observe(told * travel / 100.0, seen * travel / 100.0, math.nan):
            contacts.append((seen, sense.holding))
    assert contacts == ([] if stop_at is None else [(stop_at, True)])
    assert sense.holding is (stop_at is not None)
