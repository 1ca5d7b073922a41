"""The arm's driver on emulated servos: what it tells, and every call on whatever line."""

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, ConfigError, HardwareError, LinkLostError
from armctl.hal.state import JointFault
from drivers.dynamixel import messages as reg
from drivers.dynamixel.arm import create
from tests.support.arms import context, with_servo
from tests.support.dynamixel import ALL, ARMS, KOCH, OPEN, STEP, WIDOW, Rig, connected, enabled, turned
from tests.support.servo_rig import PERIOD

# --- reading -------------------------------------------------------------------------------------------------------


def test_the_factory_gives_an_arm_that_knows_itself_before_connecting():
    made = create(context(KOCH, Rig().clock, "/dev/nowhere"))
    can = made.info.capabilities
    assert (made.info.name, made.info.joints[-1]) == ("koch_v11", "gripper")
    assert can.real
    assert can.stops_by_itself
    assert can.measures_effort
    assert can.measures_temperature
    assert can.measures_voltage


def test_an_arm_of_other_servos_is_refused_before_anything_is_opened():
    config = with_servo(KOCH, "gripper", model=777)
    with pytest.raises(ConfigError, match="gripper: no servo 777"):
        create(context(config, Rig().clock, "/dev/nowhere"))


@pytest.mark.parametrize("name", ARMS)
def test_a_reading_has_units_and_stamps_whatever_moves_the_joint(name):
    rig = connected(name)
    state = rig.arm.read()
    assert state.positions == pytest.approx(rig.home, abs=STEP)
    assert state.stamps == pytest.approx([state.stamp] * len(rig.home))
    assert state.complete
    assert not state.torque_on
    assert not any(state.faults)


def test_two_supplies_and_temperatures_are_told_joint_by_joint():
    rig = connected()
    rig.servo(3).set_temperature(41)
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.voltages == pytest.approx([12, 12, 5, 5, 5, 5])
    assert state.temperatures[2] == 41


@pytest.mark.parametrize(("config", "joint", "sign"), [(KOCH, 2, -1), (KOCH, 2, 1), (WIDOW, 4, 1), (OPEN, 1, -1)])
def test_speed_and_effort_have_the_joints_direction(config, joint, sign):
    name = config.joints[joint].name
    rig = enabled(with_servo(config, name, sign=sign))
    rig.plant.load[joint] = 0.2
    state = rig.run(turned(rig, joint, 0.3), 0.4)
    assert state.velocities[joint] == pytest.approx(0.4, abs=0.1)
    assert 0.05 < state.efforts[joint] < 0.5


@pytest.mark.parametrize("load", [1.0, -1.0])
def test_effort_beyond_the_current_limit_is_all_of_it(load):
    rig = Rig()
    rig.servo(3).table.put(reg.CURRENT_LIMIT, 100)
    rig.arm.connect()
    rig.arm.enable()
    rig.servo(3).table.put(reg.GOAL_CURRENT, 1750)
    rig.plant.load[2] = load
    assert rig.read_for(0.05).efforts[2] == load


def test_a_sliding_finger_has_metres_a_second():
    rig = enabled("wx250s")
    state = rig.run(turned(rig, 6, 0.008), 0.3, speed=0.02)
    assert state.velocities[6] == pytest.approx(0.02, abs=0.005)


@pytest.mark.parametrize("silent", [2, 3])
def test_a_joint_is_stale_when_any_of_its_servos_is_silent(silent):
    rig = enabled("wx250s")
    rig.emulator.faults.muted = {silent}
    assert rig.arm.read().missing(rig.arm.info.joints) == ("shoulder",)


@pytest.mark.parametrize(
    ("number", "do", "fault"),
    [
        (2, lambda servo: servo.set_supply(5.0), JointFault.VOLTAGE),
        (3, lambda servo: servo.set_temperature(75), JointFault.OVERHEAT),
        (4, lambda servo: setattr(servo.faults, "status", int(reg.Hardware.SHOCK)), JointFault.OVERCURRENT),
        (1, lambda servo: setattr(servo.faults, "status", int(reg.Hardware.ENCODER)), JointFault.ENCODER),
    ],
)
def test_what_a_servo_complains_about_is_told_for_its_joint_while_all_are_read(number, do, fault):
    rig = connected()
    do(rig.servo(number))
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.complete
    assert fault in state.faults[number - 1]
    assert all(not other for index, other in enumerate(state.faults) if index != number - 1)


def test_what_a_shadow_complains_about_is_told_for_its_joint():
    rig = connected("wx250s")
    rig.servo(5).faults.status = int(reg.Hardware.ENCODER)
    rig.wait(0.02)
    assert rig.arm.read().faults[2] == JointFault.ENCODER


# --- whatever the wire does -----------------------------------------------------------------------------------------


CALLS = {
    "read": lambda rig: rig.arm.read(),
    "enable": lambda rig: rig.arm.enable(),
    "send": lambda rig: rig.arm.send(rig.command(np.array(rig.home))),
    "hold": lambda rig: rig.arm.hold(),
    "release": lambda rig: rig.arm.release(),
    "recover": lambda rig: rig.arm.recover("gripper"),
}


@pytest.fixture(params=CALLS.values(), ids=CALLS)
def call(request):
    return request.param


def test_a_lost_port_ends_every_call_with_link_lost(call):
    rig = enabled()
    rig.wire.gone = True
    with pytest.raises(LinkLostError):
        call(rig)


def test_every_call_before_connecting_is_refused(call):
    with pytest.raises(CommandRefusedError, match="not connected"):
        call(Rig())


@pytest.mark.parametrize("rate", [20, 100])
@pytest.mark.parametrize("muted", [{1}, {1, 2, 3}, set(ALL)])
def test_no_call_takes_longer_than_100_ms_whoever_is_silent(call, muted, rate):
    rig = enabled(KOCH.model_copy(update={"rate_hz": float(rate)}))
    rig.emulator.faults.muted = set(muted)
    for _ in range(2):
        started = rig.clock.now()
        try:
            call(rig)
        except HardwareError as error:
            assert "servo" in error.message
        assert rig.clock.now() - started < 0.1


@pytest.mark.parametrize("wrong", ["noise", "late", "babble"])
def test_no_call_takes_longer_than_100_ms_whatever_is_on_the_line(call, wrong):
    rig = enabled()
    if wrong == "noise":
        rig.emulator.faults.corruption = rig.emulator.faults.noise = 1.0
    elif wrong == "late":
        rig.emulator.faults.delay = 0.03
    else:
        rig.wire.read = lambda size, deadline: rig.clock.advance(0.0005) or b"\xff\xff\xfd\x00\x01\x08\x00\x55"
    started = rig.clock.now()
    try:
        call(rig)
    except HardwareError as error:
        assert "servo" in error.message
    assert rig.clock.now() - started < 0.1


def test_nothing_wrong_is_read_and_no_fault_imagined_on_a_bad_line():
    rig = enabled()
    rig.emulator.faults.loss = rig.emulator.faults.corruption = 0.05
    rig.emulator.faults.noise = 0.1
    for _ in range(200):
        rig.arm.send(rig.command(np.array(rig.home)))
        state = rig.arm.read()
        assert not any(state.faults)
        assert state.torque_on
        assert state.positions == pytest.approx(rig.home, abs=2 * STEP)
        rig.wait(PERIOD)
