"""Is it the arm that was configured, and is it ready? Each refusal says what, how much, and what to do."""

import pytest

from armctl.errors import HardwareError, IdentityError
from drivers.mycobot.messages import Command
from tests.unit.sim.emulators.mycobot.rig import mycobot280


def tells(rig, command, data):
    """The device answers a question with something else."""
    table = rig.device._commands
    table[command] = table[command]._replace(act=lambda _asked: data)


def refusal(rig, kind=IdentityError):
    with pytest.raises(kind) as caught:
        rig.arm.connect()
    assert caught.value.remedy
    assert rig.wire.closed
    return caught.value.message


def test_a_silent_port_has_no_mycobot(rig):
    rig.faults.muted.add(0)
    assert refusal(rig) == "No myCobot answers (to question 0x02)."


def test_something_that_babbles_is_told_apart_from_silence(rig):
    rig.faults.noise = 1.0
    rig.faults.muted.add(0)
    tells(rig, Command.VERSION, b"")
    rig.faults.muted.clear()
    with pytest.raises(IdentityError) as caught:
        rig.arm.connect()
    assert "garbled" in caught.value.remedy


def test_old_firmware_is_refused_with_both_versions(rig):
    tells(rig, Command.VERSION, bytes((64,)))
    assert refusal(rig) == "The arm's firmware is 6.4; 6.5 or newer is needed."
    tells(rig, Command.VERSION, bytes((65,)))
    rig.arm.connect()


def test_a_hand_that_is_out_of_reach_is_told(rig):
    tells(rig, Command.IS_CONNECTED, b"\0")
    assert "does not reach the controller" in refusal(rig, HardwareError)


def test_motors_without_power_are_told(rig):
    rig.controller.set_power(False)
    assert "switched off" in refusal(rig, HardwareError)


def test_an_answer_that_is_neither_yes_nor_no_is_none(rig):
    tells(rig, Command.IS_POWER_ON, b"\7")
    assert "neither yes nor no" in refusal(rig)


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("joint", range(6))
def test_limits_of_the_arm_inside_the_configured_ones_are_refused_with_figures(rig, joint, end):
    config = mycobot280().joints[joint]
    limits = list(rig.controller.limits[joint])
    inside = (config.lower + 0.01, config.upper - 0.01)[end]
    limits[end] = inside
    rig.controller.limits[joint] = tuple(limits)
    assert f"The arm lets joint{joint + 1} go from" in refusal(rig)


def test_limits_that_only_round_differently_are_fine(rig):
    config = mycobot280().joints[0]
    rig.controller.limits[0] = (config.lower + 0.002, config.upper - 0.002)
    rig.arm.connect()


def test_a_gripper_that_is_not_there_is_named(rig):
    tells(rig, Command.GET_GRIPPER, b"\xff")
    assert refusal(rig, HardwareError).startswith("The arm does not say where gripper_left is within 50 ms")


def test_a_line_too_slow_for_the_control_rate_is_refused_with_figures(rig):
    table = rig.device._commands
    table[Command.GET_GRIPPER] = table[Command.GET_GRIPPER]._replace(takes=0.019)
    table[Command.GET_ANGLES] = table[Command.GET_ANGLES]._replace(takes=0.031)
    assert "within 50 ms, as 20 readings a second need" in refusal(rig, HardwareError)


def test_one_complete_reading_in_five_is_enough_on_a_busy_computer(rig):
    rig.arm.connect()
    rig.arm.close()
    for _ in range(len(rig.wire.sent) - 3):
        rig.faults.delay_next(0, 0.0)
    rig.faults.delay_next(0, 0.06)
    rig.arm.connect()
    assert rig.arm.read().complete


def test_a_board_that_starts_anew_when_its_port_opens_is_waited_for(rig):
    rig.device.power_cycle(0, boot_time=1.8)
    rig.timed(rig.arm.connect)
    assert 1.8 < rig.took < 5.0


def test_an_answer_that_is_lost_is_asked_for_again(rig):
    rig.faults.drop_next(0)
    rig.arm.connect()
    assert rig.arm.read().complete
