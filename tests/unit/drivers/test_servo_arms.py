"""What both drivers of bus servos promise, each on its emulated servos; what only one does is in the folder of each."""

import pytest

from armctl.errors import HardwareError, IdentityError, LinkLostError
from drivers import transport
from drivers.transport import PortInfo
from tests.support.dynamixel import Rig
from tests.support.emulated import EmulatedArm
from tests.support.servo_rig import refused
from tests.support.wires import LoopTransport

ALL = (1, 2, 3, 4, 5, 6)


@pytest.fixture(params=[EmulatedArm, Rig], ids=["feetech", "dynamixel"])
def rig(request):
    """An arm of six servos that nobody connected to yet."""
    return request.param()


def torque(rig):
    return [rig.registers(number).get(rig.messages.TORQUE_ENABLE) for number in ALL]


# -- connecting ------------------------------------------------------------------------------------------------------


def test_when_no_servo_answers_power_and_cable_are_named(rig):
    rig.emulator.faults.muted = set(ALL)
    assert "power supply" in refused(rig, IdentityError, "No servo answers")


def test_when_only_the_echo_answers_that_is_said(rig):
    rig.emulator.faults.muted = set(ALL)
    rig.emulator.faults.echo = True
    assert "returns what is sent" in refused(rig, IdentityError, "No servo answers")


def test_garbled_answers_hint_at_speed_and_double_ids(rig):
    rig.emulator.faults.corrupt_next(3, 100)
    assert "two servos" in refused(rig, IdentityError, "Servo 3")


def test_a_line_slower_than_a_control_period_is_refused(rig):
    rig.emulator.faults.delay = 0.016
    refused(rig, HardwareError, "too slow|No answer")


def test_an_adapter_that_echoes_gives_right_values(rig):
    rig.emulator.faults.echo = True
    assert rig.enabled().arm.read().positions == pytest.approx(rig.home, abs=0.002)


def test_connecting_again_gives_up_the_old_port_first(rig):
    rig.connected()
    rig.arm.connect()
    assert rig.wires[0].closed
    assert rig.arm.read().complete


def test_a_port_lost_while_connecting_is_given_up(rig):
    rig.emulator.receive = lambda data: setattr(rig.wire, "gone", True)
    with pytest.raises(LinkLostError):
        rig.arm.connect()
    assert rig.wire.closed


def test_the_arm_that_comes_back_must_be_the_one_that_went(rig):
    rig.connected().registers(3).put(rig.messages.HOMING_OFFSET, 5)
    for _ in range(2):
        with pytest.raises(IdentityError, match="another calibration than the arm that was connected before"):
            rig.arm.connect()
    rig.registers(3).put(rig.messages.HOMING_OFFSET, 0)
    rig.arm.connect()


def test_an_adapter_that_comes_back_under_another_name_is_found_and_its_arm_stays_limp(rig, monkeypatch):
    names = ["/dev/loop"]
    monkeypatch.setattr(transport, "list_ports", lambda: (PortInfo(names[-1], "adapter", "SN1", True),))
    opened = []
    rig.arm._open_port = lambda path, baud, clock: opened.append(path) or LoopTransport(rig.emulator, clock)
    rig.arm.connect()
    assert rig.arm.info.identity == "SN1"
    names.append("/dev/loop7")
    rig.arm.connect()
    assert opened == names
    assert torque(rig) == [0] * 6


# -- reading ---------------------------------------------------------------------------------------------------------


def test_a_silent_joint_is_stale_with_its_old_stamp_and_the_others_are_fresh(rig):
    before = rig.enabled().arm.read()
    rig.emulator.faults.muted = {4}
    rig.plant.push(3, 0.7)
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.missing(rig.arm.info.joints) == ("wrist_flex",)
    assert state.stamps[3] == before.stamps[3]
    assert state.positions[3] == before.positions[3]
    assert state.stamp > before.stamp


def test_broken_answers_are_counted_and_told(rig, caplog):
    rig.connected().emulator.faults.corrupt_next(2)
    rig.arm.read()
    assert "broken or foreign pieces" in caplog.text


# -- torque ----------------------------------------------------------------------------------------------------------


def test_enabling_with_a_silent_joint_switches_nothing_on(rig):
    rig.connected().emulator.faults.muted = {5}
    with pytest.raises(HardwareError, match=r"wrist_roll \(servo 5\); nothing was switched on"):
        rig.arm.enable()
    assert torque(rig) == [0] * 6


def test_holding_without_torque_switches_nothing_on(rig):
    rig.connected().arm.hold()
    assert torque(rig) == [0] * 6


def test_a_lost_order_to_release_is_repeated(rig):
    servo, calls = rig.enabled().servo(3), []
    write = servo.write
    servo.write = lambda address, data, **kw: calls.append(1) or (len(calls) > 1 and write(address, data, **kw))
    rig.arm.release()
    assert torque(rig) == [0] * 6
    assert not rig.arm.read().torque_on


@pytest.mark.parametrize("keep", [True, False])
def test_closing_leaves_torque_as_asked_and_may_be_repeated(rig, keep):
    rig.enabled().arm.close(keep_torque=keep)
    rig.arm.close(keep_torque=keep)
    assert torque(rig) == [int(keep)] * 6
    assert rig.wire.closed


def test_closing_a_lost_port_is_silent(rig):
    rig.enabled().wire.gone = True
    rig.arm.close(keep_torque=False)
    assert rig.wire.closed


def test_closing_gives_the_port_up_even_when_a_servo_does_not_let_go(rig):
    rig.enabled().emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match="still be on"):
        rig.arm.close(keep_torque=False)
    assert rig.wire.closed
