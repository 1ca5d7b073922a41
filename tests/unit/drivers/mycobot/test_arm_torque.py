"""The arm gets torque without a jump, or none, and lets go."""

import math

import pytest

from armctl.errors import HardwareError
from drivers.mycobot.messages import Command
from tests.unit.drivers.mycobot.rig import NOTHING, Rig
from tests.unit.sim.emulators.mycobot.rig import HOME


def test_enabling_makes_the_present_place_the_goal_before_any_torque(rig):
    rig.connected()
    rig.commands_sent()
    rig.arm.enable()
    sent = rig.commands_sent()
    assert sent.index(Command.SEND_ANGLES) < sent.index(Command.FOCUS_SERVO)
    assert rig.controller.fresh_mode
    assert all(
        joint.goal == pytest.approx(at, abs=1e-4) for joint, at in zip(rig.controller.joints, HOME, strict=False)
    )


def test_a_joint_that_was_moved_while_limp_does_not_jump_back(rig):
    rig.enabled()
    rig.arm.release()
    rig.plant.push(1, 0.9)
    rig.wait(0.6)
    rig.arm.enable()
    state = rig.wait(0.6)
    assert state.torque_on
    assert state.positions[1] == pytest.approx(0.9, abs=0.002)


def test_an_arm_that_does_not_take_its_place_as_goal_gets_no_torque(rig):
    rig.connected()
    rig.device._commands.pop(Command.SEND_ANGLES)
    rig.device._parser._sizes.pop(Command.SEND_ANGLES)
    with pytest.raises(HardwareError, match="did not take the place"):
        rig.arm.enable()
    assert not any(joint.torque for joint in rig.controller.joints)


def test_an_arm_in_free_mode_gets_no_torque_and_does_not_jump(rig):
    rig.enabled()
    rig.controller.set_free(True)
    rig.plant.push(1, 0.9)
    rig.wait(0.6)
    with pytest.raises(HardwareError, match="free mode"):
        rig.arm.enable()
    rig.wait(0.5)
    assert rig.plant.positions()[1] == pytest.approx(0.9)


def test_an_arm_whose_collision_goes_on_gets_no_torque(rig):
    rig.connected()
    rig.device.units[-1].faults.status = 16
    rig.wait(0.3)
    with pytest.raises(HardwareError, match="did not take the place"):
        rig.arm.enable()
    assert not any(joint.torque for joint in rig.controller.joints)


def test_a_silent_arm_gets_no_torque_and_enabling_ends_in_time(rig):
    rig.connected()
    rig.faults.muted.add(0)
    with pytest.raises(HardwareError, match="did not say where it stands"):
        rig.timed(rig.arm.enable)
    assert rig.took < 0.1
    rig.faults.muted.clear()
    rig.wait(0.6)
    assert not any(joint.torque for joint in rig.controller.joints)


def test_torque_that_does_not_come_on_is_told(rig):
    rig.connected()
    rig.controller.focus = lambda numbers: None
    stubborn = rig.controller.joints[4]
    stubborn.focus = lambda: None
    with pytest.raises(HardwareError, match="Torque did not come on"):
        rig.arm.enable()


def test_a_joint_outside_of_the_controllers_limits_gets_no_torque():
    rig = Rig(at=(0.0, 2.46, -1.8, 1.8, 0.0, 0.0, 0.01)).connected()
    with pytest.raises(HardwareError, match=r"joint2 stands at 140.9°, outside of the arm's limits -140.0° to 140.0°"):
        rig.arm.enable()
    assert not any(joint.torque for joint in rig.controller.joints)


def test_a_joint_a_little_outside_is_pulled_back_to_its_limit():
    rig = Rig(at=(0.0, math.radians(140.4), -1.8, 1.8, 0.0, 0.0, 0.01)).enabled()
    assert rig.wait(0.6).positions[1] == pytest.approx(math.radians(140), abs=1e-3)


def test_enabling_an_arm_that_holds_keeps_the_goals_it_is_near_to(rig):
    rig.enabled()
    rig.plant.push(0, 0.03)
    rig.send(NOTHING)
    goals = [joint.goal for joint in rig.controller.joints]
    rig.arm.enable()
    assert [joint.goal for joint in rig.controller.joints] == goals


def test_enabling_takes_less_than_100_ms_on_a_real_line():
    rig = Rig(paced=True).connected()
    assert rig.timed(rig.arm.enable) < 0.1


def test_releasing_takes_less_than_100_ms_on_a_real_line_and_lets_the_gripper_go():
    rig = Rig(paced=True).enabled()
    assert rig.timed(rig.arm.release) < 0.1
    rig.wait(0.1)
    assert not any(joint.torque for joint in (*rig.controller.joints, rig.controller.gripper))


def test_releasing_says_which_joint_did_not_confirm(rig):
    rig.enabled()
    stubborn = rig.controller.joints[3]
    stubborn.release = lambda: None
    with pytest.raises(HardwareError, match="still be on at joint4: no answer"):
        rig.timed(rig.arm.release)
    assert rig.took < 0.1


def test_releasing_survives_lost_answers(rig):
    rig.enabled()
    rig.faults.drop_next(0, 2)
    rig.arm.release()
    assert not any(joint.torque for joint in rig.controller.joints)


def test_closing_a_silent_arm_with_torque_off_tells_and_closes_all_the_same(rig):
    rig.enabled()
    rig.faults.muted.add(0)
    with pytest.raises(HardwareError, match="still be on"):
        rig.arm.close(keep_torque=False)
    assert rig.wire.closed
    assert not any(joint.torque for joint in rig.controller.joints)


def test_closing_an_unplugged_arm_says_nothing(rig):
    rig.enabled()
    rig.wire.gone = True
    rig.arm.close(keep_torque=False)
    assert rig.wire.closed
