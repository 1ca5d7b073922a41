"""The arm's driver on emulated servos: whom it connects to, what it tells, and every call on whatever line."""

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, LinkLostError
from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from drivers.feetech.arm import create
from drivers.feetech.messages import Instruction
from tests.support.arms import HOME, context, so101, with_servo
from tests.support.emulated import ALL, HOME_ARRAY, STEP, EmulatedArm, cells, connected, enabled, turned
from tests.support.servo_rig import PERIOD, refused

# --- connect -------------------------------------------------------------------------------------------------------


def test_the_registry_factory_gives_an_arm_that_knows_itself_before_connecting():
    arm = create(context(so101(), EmulatedArm().clock, "/dev/nowhere"))
    assert arm.info.name == "so101"
    assert arm.info.joints[-1] == "gripper"
    assert arm.info.capabilities.real
    assert arm.info.capabilities.measures_temperature


def test_connecting_neither_moves_nor_switches_nor_changes_goals():
    rig = EmulatedArm()
    before = [cells(rig, cell) for cell in (reg.TORQUE_ENABLE, reg.GOAL_POSITION, reg.TORQUE_LIMIT)]
    rig.arm.connect()
    rig.wait(0.2)
    assert [cells(rig, cell) for cell in (reg.TORQUE_ENABLE, reg.GOAL_POSITION, reg.TORQUE_LIMIT)] == before
    assert rig.plant.positions() == pytest.approx(HOME)


def test_connecting_to_limp_servos_sets_gains_once_and_a_second_time_writes_nothing_to_memory():
    rig = connected()
    assert cells(rig, reg.GAIN_P) == [16] * 6
    rig.arm.close()
    rig.arm.connect()
    assert not any(frame[4] == Instruction.WRITE for frame in rig.wire.sent)


def test_gains_of_a_servo_that_holds_are_left_alone():
    rig = EmulatedArm()
    rig.servo(2).write(reg.TORQUE_ENABLE.address, b"\1")
    rig.arm.connect()
    assert cells(rig, reg.GAIN_P) == [16, 32, 16, 16, 16, 16]


def test_a_memory_left_unlocked_is_locked():
    rig = EmulatedArm()
    rig.servo(3).memory.put(reg.LOCK, 0)
    rig.arm.connect()
    assert cells(rig, reg.LOCK) == [1] * 6


def test_a_memory_that_stays_open_is_told_and_the_arm_is_not_used():
    rig = EmulatedArm()
    memory = rig.servo(3).memory
    write = memory.write
    memory.put(reg.LOCK, 0)
    memory.write = lambda address, data: () if address == reg.LOCK.address else write(address, data)
    refused(rig, HardwareError, r"The memory of elbow_flex \(servo 3\) stays open")


def test_a_memory_that_is_locked_is_not_written_to_be_locked():
    rig = connected()
    rig.arm.close()
    rig.arm.connect()
    assert not any(frame[4] == Instruction.SYNC_WRITE for frame in rig.wire.sent)


def test_one_missing_servo_is_named():
    rig = EmulatedArm()
    rig.emulator.faults.muted = {3}
    refused(rig, IdentityError, r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6\.")


def test_a_servo_with_the_factory_id_shows_as_missing_and_garbled():
    rig = EmulatedArm()
    rig.servo(3).memory.put(reg.ID, 1)
    said = refused(rig, IdentityError, r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6\.")
    assert "never numbered has the id 1" in said


def test_another_model_is_refused():
    refused(EmulatedArm(built=with_servo(so101(), "gripper", model=2825)), IdentityError, "gripper .* STS3250")


def test_a_calibration_ten_degrees_off_is_refused():
    rig = EmulatedArm(
        config=with_servo(so101(), "elbow_flex", homing_offset=100),
        built=with_servo(so101(), "elbow_flex", homing_offset=214),
    )
    refused(rig, IdentityError, r"offset 214.* with 100, 10\.0°")


def test_the_wrong_supply_is_refused_with_figures():
    rig = EmulatedArm()
    for number in ALL:
        rig.servo(number).set_supply(4.1)
    rig.wait(0.1)
    refused(rig, HardwareError, r"4\.1 V; 4\.5 to 13\.0 V")


# --- read ----------------------------------------------------------------------------------------------------------


def test_a_reading_has_units_signs_and_stamps():
    rig = connected(config=with_servo(so101(), "elbow_flex", sign=-1))
    rig.servo(3).set_temperature(41)
    rig.wait(0.1)
    state = rig.arm.read()
    assert state.positions == pytest.approx(HOME, abs=STEP)
    assert state.temperatures[2] == 41
    assert state.voltages == pytest.approx([12.0] * 6)
    assert state.stamps == pytest.approx([state.stamp] * 6)
    assert state.complete
    assert not state.torque_on


def test_speed_and_effort_have_the_joints_direction():
    rig = enabled(config=with_servo(so101(), "elbow_flex", sign=-1))
    rig.plant.load[2] = 0.3
    state = rig.run(turned(2, 0.3), 0.3)
    assert state.velocities[2] == pytest.approx(0.5, abs=0.1)
    assert state.efforts[2] == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(
    ("number", "do", "fault"),
    [
        (2, lambda servo: servo.set_supply(15.0), JointFault.VOLTAGE),
        (3, lambda servo: servo.set_temperature(72), JointFault.OVERHEAT),
    ],
)
def test_what_a_servo_complains_about_is_told_for_its_joint(number, do, fault):
    rig = connected()
    do(rig.servo(number))
    rig.wait(0.05)
    faults = rig.arm.read().faults
    assert fault in faults[number - 1]
    assert all(not other for index, other in enumerate(faults) if index != number - 1)


def test_a_load_near_the_servos_limit_is_told_before_it_gives_way():
    rig = enabled()
    rig.plant.load[1] = 0.85
    until = rig.clock.now() + 1.5
    while not (state := rig.arm.read()).faults[1]:
        assert rig.clock.now() < until
        rig.wait(PERIOD)
    assert state.faults[1] == JointFault.OVERLOAD
    assert rig.servo(2).status == 0
    assert state.torque_on


def test_a_current_near_the_servos_limit_is_told_before_it_lets_go():
    rig = EmulatedArm()
    rig.servo(2).memory.put(reg.PROTECTION_CURRENT, 200)
    rig.arm.connect()
    rig.arm.enable()
    rig.plant.load[1] = 0.6
    until = rig.clock.now() + 1.5
    while not (state := rig.arm.read()).faults[1]:
        assert rig.clock.now() < until
        rig.wait(PERIOD)
    assert state.faults[1] == JointFault.OVERCURRENT
    assert rig.servo(2).memory.get(reg.TORQUE_ENABLE) == 1


def test_the_count_may_wrap_without_a_jump():
    config = with_servo(so101(), "shoulder_pan", zero_step=2800)
    rig = connected(config=config)
    angles = []
    for angle in np.arange(1.95, 2.05, 0.01):
        rig.plant.push(0, angle)
        rig.wait(0.01)
        angles.append(rig.arm.read().positions[0])
    assert np.diff(angles) == pytest.approx(np.full(len(angles) - 1, 0.01), abs=2 * STEP)


# --- every call -----------------------------------------------------------------------------------------------------


CALLS = {
    "read": lambda rig: rig.arm.read(),
    "enable": lambda rig: rig.arm.enable(),
    "send": lambda rig: rig.arm.send(rig.command(HOME_ARRAY)),
    "hold": lambda rig: rig.arm.hold(),
    "release": lambda rig: rig.arm.release(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_lost_port_ends_every_call_with_link_lost(call):
    rig = enabled()
    rig.wire.gone = True
    with pytest.raises(LinkLostError):
        call(rig)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_before_connecting_is_refused(call):
    with pytest.raises(CommandRefusedError):
        call(EmulatedArm())


@pytest.mark.parametrize("muted", [{1}, {1, 2, 3}, set(ALL)])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("rate", [20, 100, 500])
def test_no_call_takes_longer_than_100_ms_whoever_is_silent(call, muted, rate):
    rig = enabled(config=so101().model_copy(update={"rate_hz": rate}))
    rig.emulator.faults.muted = muted
    started = rig.clock.now()
    try:
        call(rig)
    except HardwareError as error:
        assert "answer" in str(error)
    assert rig.clock.now() - started <= 0.1
