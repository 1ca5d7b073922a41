"""The arm goes where it is told, nowhere on a command that is not right, and holds where it is."""

import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError
from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from tests.support.emulated import HOME_ARRAY, STEP, cells, connected, enabled, torque, turned
from tests.support.servo_rig import PERIOD

# --- send -----------------------------------------------------------------------------------------------------------


def test_a_stream_of_commands_is_followed_closely():
    rig = enabled()
    target = HOME_ARRAY.copy()
    for _ in range(100):
        target[0] += 0.5 * PERIOD
        rig.arm.send(rig.command(target.copy()))
        state = rig.arm.read()
        rig.wait(PERIOD)
    assert state.positions[0] == pytest.approx(target[0], abs=0.03)
    rig.wait(0.1)
    assert rig.plant.positions()[0] == pytest.approx(target[0], abs=STEP)


def test_the_servo_itself_is_bounded_by_the_commands_speed():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 0.5), speed=0.1))
    rig.wait(1.0)
    assert rig.plant.positions()[0] == pytest.approx(0.1, abs=0.02)


def test_no_command_makes_a_joint_faster_than_configured():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 0.5), speed=5.0))
    assert rig.servo(1).memory.get(reg.GOAL_SPEED) == math.ceil(0.52 / STEP)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deadline": 0.0}, "too late"),
        ({"sequence": 1}, "already carried out"),
        ({"sequence": 99, "epoch": 0}, "epoch 0 was refused"),
        ({"positions": np.zeros(5)}, "for 5 joints"),
        ({"positions": np.full(6, np.nan)}, "not a number"),
        ({"speeds": np.zeros(6)}, "without speed"),
        ({"speeds": np.full(6, np.inf)}, "not a number"),
        ({"positions": np.array([3.5, 0, 0, 0, 0, 0])}, "shoulder_pan cannot go to 3.500 rad"),
    ],
)
def test_a_command_that_is_not_right_is_refused_and_changes_nothing(changes, words):
    rig = enabled()
    rig.run(HOME_ARRAY, 0.02)
    goals, sent = cells(rig, reg.GOAL_POSITION), len(rig.wire.sent)
    with pytest.raises(CommandRefusedError, match=words):
        rig.arm.send(rig.command(**({"positions": HOME_ARRAY + 0.1} | changes)))
    assert cells(rig, reg.GOAL_POSITION) == goals
    assert len(rig.wire.sent) == sent
    rig.arm.send(rig.command(HOME_ARRAY))


def test_a_command_from_before_a_reconnect_is_refused():
    rig = enabled()
    old = rig.command(HOME_ARRAY + 0.1, deadline=math.inf)
    rig.arm.send(old)
    rig.arm.connect()
    rig.arm.enable()
    with pytest.raises(CommandRefusedError, match="already carried out"):
        rig.arm.send(old)


def test_a_command_before_torque_is_on_is_refused_as_it_would_switch_torque_on():
    rig = connected()
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.arm.send(rig.command(HOME_ARRAY))
    assert torque(rig) == [0] * 6


def test_a_silent_joint_gets_no_goal_and_the_others_do():
    rig = enabled()
    rig.emulator.faults.muted = {2}
    rig.arm.read()
    before = cells(rig, reg.GOAL_POSITION)
    rig.arm.send(rig.command(HOME_ARRAY + 0.05))
    after = cells(rig, reg.GOAL_POSITION)
    assert after[1] == before[1]
    assert all(a != b for n, (a, b) in enumerate(zip(after, before, strict=True)) if n != 1)


# --- hold -----------------------------------------------------------------------------------------------------------


def test_holding_in_the_middle_of_a_motion_stops_at_the_last_set_point():
    rig = enabled()
    target = HOME_ARRAY.copy()
    for _ in range(50):
        target[0] += 0.5 * PERIOD
        rig.arm.send(rig.command(target.copy()))
        rig.arm.read()
        rig.wait(PERIOD)
    rig.arm.hold()
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(target[0], abs=0.01)


def test_holding_on_the_way_to_a_distant_goal_stops_where_it_is():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 1)))
    rig.wait(0.5)
    rig.arm.hold()
    at = rig.plant.positions()[0]
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(at, abs=0.02)


def test_holding_again_and_again_does_not_sink():
    rig = enabled()
    goal = cells(rig, reg.GOAL_POSITION)
    for _ in range(20):
        rig.plant.push(1, -0.9 - 0.04)
        rig.arm.hold()
    assert cells(rig, reg.GOAL_POSITION) == goal


def test_holding_keeps_the_gripper_squeezing():
    rig = enabled()
    rig.arm.send(rig.command(turned(5, -0.2)))
    goal = rig.servo(6).memory.get(reg.GOAL_POSITION)
    rig.arm.hold()
    assert rig.servo(6).memory.get(reg.GOAL_POSITION) == goal


@pytest.mark.parametrize("way", [-1, 1])
def test_holding_lets_an_overloaded_joint_give_way_and_ends_its_protection(way):
    rig = enabled()
    rig.servo(3).faults.blocked = True
    rig.run(turned(2, 0.1 * way), 2.5)
    assert JointFault.OVERLOAD in rig.arm.read().faults[2]
    stands = rig.servo(3).memory.get(reg.POSITION)
    rig.arm.hold()
    assert (stands - rig.servo(3).memory.get(reg.GOAL_POSITION)) * way == 12
    rig.servo(3).faults.blocked = False
    rig.wait(0.3)
    assert JointFault.OVERLOAD not in rig.arm.read().faults[2]
    assert rig.servo(3).memory.get(reg.TORQUE_ENABLE) == 1


def test_a_joint_that_is_to_stay_is_given_little_speed():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 1)))
    rig.wait(0.5)
    rig.arm.hold()
    assert all(rig.servo(number).memory.get(reg.GOAL_SPEED) <= 66 for number in range(1, 7))


def test_holding_works_on_an_arm_that_was_found_with_torque_on():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 1), speed=0.2))
    rig.arm.close()
    rig.arm.connect()
    rig.arm.hold()
    at = rig.plant.positions()[0]
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(at, abs=0.02)
