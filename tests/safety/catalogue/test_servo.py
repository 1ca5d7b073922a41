"""A servo fails: frozen, its id, overloaded, hot, without supply, its encoder, blocked, turning the wrong way."""

from __future__ import annotations

import itertools
import math
import time

import pytest

from armctl.control import messages as say
from sim.emulators.feetech.servo import BOOT_TIME
from tests.safety.catalogue.conftest import Reaction
from tests.safety.catalogue.rig import TICK, Rig, StartUp

DEG = math.pi / 180
STEP = math.tau / 4096
"""One step of an encoder [rad]."""
BASE, ROLL = 0, 4
"""Joints whose motion nothing blocks; their servos are 1 and 5."""
OVERLOAD = 0x20


def stands(rig: Rig, since: float, servo: int) -> float:
    """Return when ``servo`` first repeated the position [s] at which it stands from ``since`` [s] on."""
    answers = rig.answers(since - 0.02, servo)
    same = list(itertools.takewhile(lambda one: one.position == answers[-1].position, reversed(answers)))
    return same[-2].stamp


@pytest.mark.catalogue(7)
def test_a_position_that_freezes_in_motion_is_a_latched_stop(rig: Rig, reaction: Reaction) -> None:
    rig.move(ROLL)
    at = rig.inject("servo", 5, "frozen", True)
    told = rig.fault(at, "frozen_position", "wrist roll")
    first = stands(rig, at, 5)
    reaction(rig.stopped(at, ROLL) - first, told, began=first)


@pytest.mark.catalogue(9)
def test_a_servo_with_a_wrong_id_is_named_and_the_arm_refused(start_up: StartUp, reaction: Reaction) -> None:
    start_up.order("memory", 2, "id", 9)
    try:
        said = start_up.refused()
    finally:
        start_up.order("memory", 2, "id", 3)
    assert "Servo 3 (elbow_flex) does not answer; answering: 1, 2, 4, 5, 6, 9." in said
    reaction(None, "Servo 3 (elbow_flex) does not answer; answering: 1, 2, 4, 5, 6, 9.")


@pytest.mark.parametrize("collide", [False, True])
@pytest.mark.catalogue(9)
def test_two_servos_with_one_id_are_found_whether_their_answers_collide_or_not(
    start_up: StartUp, collide: bool, reaction: Reaction
) -> None:
    start_up.order("line", "collide", collide)
    start_up.order("extra", 2)
    said = start_up.refused()
    if collide:
        assert "Servo 2 (shoulder_lift) does not answer" in said
        assert "two servos may have the same id" in said
    else:
        assert "Two servos answer as 2 (shoulder_lift)." in said
    reaction(None, "Two servos answer as 2 (shoulder_lift).")


@pytest.mark.catalogue(12)
def test_an_overloaded_joint_is_a_latched_stop_and_gives_way(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE)
    way = math.copysign(1.0, rig.now.commanded[BASE] - list(rig.seen)[-5].commanded[BASE])
    rig.order("servo", 1, "blocked", True)  # now it strains
    at = rig.inject("servo", 1, "status", OVERLOAD)
    told = rig.fault(at, "overload", "shoulder pan")
    stopped = rig.stopped(at, BASE)
    last = rig.goals(at)[-1].goals[1][0]
    stands = rig.order("get", BASE, "position")
    assert (stands - last) * way > 5, "the joint still pushes"
    first = next(answer.stamp for answer in rig.answers(at, 1))
    reaction(stopped - first, told, began=first)


@pytest.mark.catalogue(13)
def test_a_joint_at_its_temperature_limit_is_a_latched_stop(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE)
    for celsius in range(50, 65):
        rig.order("temperature", 2, celsius)
    at = rig.inject("temperature", 2, 65.0)
    told = rig.fault(at, "over_temperature", "shoulder lift", "65 °C")
    first = next(answer.stamp for answer in rig.answers(at, 2))
    reaction(rig.stopped(at, BASE) - first, told, began=first)


@pytest.mark.catalogue(13, bound_ms=1000)
def test_a_joint_that_gets_warm_slows_the_arm_down_and_says_so(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE)
    before = speed(rig)
    for celsius in range(50, 55):
        rig.order("temperature", 2, celsius)
    at = rig.inject("temperature", 2, 55.0)
    slower = rig.until(lambda one: one.stamp > at + 6 * TICK and speed(rig, one.stamp) < 0.95 * before, at)
    rig.until(lambda one: speed(rig, one.stamp) < 0.55 * before, at)
    assert rig.now.mode == "moving"
    assert "shoulder lift joint is at 55 °C" in rig.now.notice
    first = next(answer.stamp for answer in rig.answers(at, 2))
    # The speed is that over five set-points: the first slower one was sent five periods before.
    reaction(slower.stamp - 5 * TICK - first, "warm", began=first)


def speed(rig: Rig, moment: float = math.inf) -> float:
    """Return the speed of the base joint's set-points over the last five before ``moment`` [rad/s]."""
    last = [one for one in list(rig.seen)[-600:] if one.stamp <= moment][-6:]
    return abs(last[-1].commanded[BASE] - last[0].commanded[BASE]) / (last[-1].stamp - last[0].stamp)


@pytest.mark.parametrize("boots", [0.0, BOOT_TIME])
@pytest.mark.catalogue(14)
def test_a_servo_that_loses_its_power_gets_no_goal_until_it_was_read_again_and_armed(
    rig: Rig, boots: float, reaction: Reaction
) -> None:
    rig.move(BASE)
    at = rig.inject("power_cycle", 2, boots)
    told = rig.fault(at, "joint_mute" if boots else "servo_restarted", "shoulder lift")
    stopped = rig.stopped(at, BASE)
    # A goal that was under way when it happened is the last one.
    asked = next(item.stamp for item in rig.tap(at).asked if 2 in item.servos)
    assert [goals.stamp for goals in rig.goals(asked) if 2 in goals.goals] == []
    reaction(stopped - asked, told, began=asked)
    rig.ready()  # which reads it anew
    assert rig.order("get", 1, "torque_enable") == 1


@pytest.mark.parametrize("steps", [57, -57])
@pytest.mark.catalogue(15)
def test_a_reading_that_jumps_by_five_degrees_is_a_latched_stop_and_is_not_followed(
    rig: Rig, steps: int, reaction: Reaction
) -> None:
    rig.move(BASE)
    before = rig.order("truth")[BASE]
    at = rig.inject("servo", 1, "slip", steps)
    told = rig.fault(at, "encoder_jump", "shoulder pan")
    first = next(answer.stamp for answer in rig.answers(at, 1))
    reaction(rig.stopped(at, BASE) - first, told, began=first)
    rig.until_still()
    assert abs(rig.order("truth")[BASE] - before) < 1.5 * DEG, "the arm followed a false reading"


@pytest.mark.catalogue(16)
def test_an_encoder_that_wraps_is_read_without_a_jump(rig: Rig, reaction: Reaction) -> None:
    """The lower end of the wrist's travel is at step 0 here; the limp joint is turned across it by hand."""
    rig.ready()
    lower = rig.scales[ROLL].lower
    rig.fault(rig.inject("power_cycle", 5, BOOT_TIME), "joint_mute")
    rig.until(lambda one: not one.stale)
    assert rig.order("get", ROLL, "torque_enable") == 0
    began = time.monotonic()
    steps = set()
    try:
        for turn in (*range(12, -12, -1), *range(-12, 12)):
            angle = lower + turn * STEP
            moved = rig.inject("push", ROLL, angle)
            rig.until(lambda one, angle=angle: abs(one.positions[ROLL] - angle) < 0.6 * STEP, moved)  # type: ignore[misc]
            steps.add(rig.order("get", ROLL, "position"))
    finally:
        rig.order("push", ROLL, -1.522)
    assert min(steps) < 2, "the encoder did not wrap"
    assert max(steps) > 4093, "the encoder did not wrap"
    assert rig.told_true(began) > 50
    reaction(None, "read on as one angle")


@pytest.mark.catalogue(17)
def test_a_blocked_joint_is_a_latched_stop(rig: Rig, reaction: Reaction) -> None:
    rig.move(ROLL)
    at = rig.inject("servo", 5, "blocked", True)
    told = rig.fault(at, "following_error", "wrist roll")
    first = stands(rig, at, 5)
    reaction(rig.stopped(at, ROLL) - first, told, began=first)


@pytest.mark.catalogue(18)
def test_servos_of_another_calibration_are_refused(start_up: StartUp, reaction: Reaction) -> None:
    before = start_up.order("get", 2, "homing_offset")
    start_up.order("memory", 2, "homing_offset", before + round(10 * DEG / STEP))
    try:
        said = start_up.refused()
    finally:
        start_up.order("memory", 2, "homing_offset", before)
    assert "elbow_flex (servo 3)" in said
    assert "10.0° away" in said
    assert "Calibrate the arm again" in said
    reaction(None, "elbow_flex holds another homing offset, 10.0° away.")


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.catalogue(19)
def test_a_joint_that_turns_the_wrong_way_is_a_latched_stop_within_two_degrees(
    rig: Rig, moving: bool, reaction: Reaction
) -> None:
    if moving:
        rig.move(ROLL)
        at = rig.inject("servo", 5, "reversed", True)
    else:
        rig.ready()
        asked = rig.ask(say.MoveJoints, positions=rig.far(ROLL), speed=1.0)
        rig.until(lambda one: one.motion.sequence == asked.sequence)
        at = rig.inject("servo", 5, "reversed", True)
    told = rig.fault(at, "following_error" if moving else "wrong_direction", "wrist roll")
    latched = rig.latched(at)
    answers = [answer for answer in rig.answers(at, 5) if answer.stamp <= latched.stamp]
    way = math.copysign(1.0, latched.commanded[ROLL] - rig.scales[ROLL].angle(answers[-1].position))
    made = [rig.scales[ROLL].angle(answer.position) * way for answer in answers]
    furthest = made.index(max(made))
    assert made[furthest] - made[-1] < 2 * DEG
    # Half a degree is more than a joint gives way when its load changes: from there on it can be seen.
    back = [a for a, angle in zip(answers, made, strict=True) if angle < made[furthest] - DEG / 2]
    first = answers[furthest].stamp if moving else back[0].stamp
    reaction(rig.stopped(first, ROLL) - first, told, began=first)
