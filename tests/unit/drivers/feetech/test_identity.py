import pytest

from armctl.errors import HardwareError, IdentityError
from drivers.feetech.identity import (
    Eeprom,
    check_identity,
    check_presence,
    check_same,
    check_single,
    check_voltage,
)
from drivers.feetech.joints import scales
from sim.emulators.feetech.memory import ServoMemory
from tests.support.arms import so101, with_servo

JOINTS = scales(so101())
FACTORY = Eeprom.of(ServoMemory().read(0, 40))


def memories(joint=None, **changes):
    return {scale.servo.id: FACTORY._replace(**changes) if scale.name == joint else FACTORY for scale in JOINTS}


def test_the_memory_of_a_new_servo_reads_as_its_factory_values():
    assert FACTORY.model == 777
    assert (FACTORY.firmware_major, FACTORY.firmware_minor) == (3, 10)
    assert (FACTORY.gain_p, FACTORY.gain_d, FACTORY.gain_i) == (32, 32, 0)
    assert FACTORY.limits == (0, 4095)
    assert FACTORY.homing_offset == 0


def test_offsets_below_zero_are_read_with_their_sign():
    memory = bytearray(ServoMemory().read(0, 40))
    memory[31:33] = (0x800 | 904).to_bytes(2, "little")
    assert Eeprom.of(bytes(memory)).homing_offset == -904


def test_servos_as_configured_are_accepted():
    check_identity(JOINTS, memories())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": 2825}, r"elbow_flex \(servo 3\) is a STS3250 \(model 2825\).*STS3215"),
        ({"model": 4711}, "unknown model 4711"),
        ({"firmware_major": 2, "firmware_minor": 9}, "firmware 2.9"),
        ({"operating_mode": 1}, "operating mode 1"),
        ({"phase": 12 | 16}, "several turns"),
        ({"phase": 8}, r"units of 50 steps/s \(phase 8, bit 2 clear\).*fifty times"),
        ({"max_torque": 399}, "only 40 % of its torque"),
        ({"min_position": 3000, "max_position": 3000}, "limits 3000 to 3000"),
        ({"min_position": 1500, "max_position": 3150}, "stops by itself at 1500 and 3150"),
        ({"min_position": 0, "max_position": 2500}, "stops by itself at 0 and 2500"),
    ],
)
def test_what_does_not_fit_is_refused_with_joint_value_and_expectation(changes, words):
    with pytest.raises(IdentityError, match=words) as refusal:
        check_identity(JOINTS, memories("elbow_flex", **changes))
    assert "elbow_flex (servo 3)" in str(refusal.value)
    assert refusal.value.remedy


def test_limits_a_little_inside_the_joints_own_are_accepted():
    check_identity(JOINTS, memories("elbow_flex", min_position=990, max_position=3100))


def test_both_limits_zero_means_none():
    check_identity(JOINTS, memories("elbow_flex", min_position=0, max_position=0))


def test_another_homing_offset_than_calibrated_is_refused_with_the_angle():
    joints = scales(with_servo(so101(), "elbow_flex", homing_offset=100))
    with pytest.raises(IdentityError, match=r"offset 214; .* with 100, 10\.0°"):
        check_identity(joints, {number: FACTORY._replace(homing_offset=214) for number in range(1, 7)})


def test_the_calibrated_homing_offset_is_accepted_and_none_is_not_compared():
    joints = scales(with_servo(so101(), "elbow_flex", homing_offset=100))
    check_identity(joints, {number: FACTORY._replace(homing_offset=100) for number in range(1, 7)})


def test_a_complete_arm_is_accepted():
    check_presence(JOINTS, range(1, 7), "", ())


def test_no_servo_at_all_points_at_power_and_cable_and_passes_hints_on():
    with pytest.raises(IdentityError, match="No servo answers") as refusal:
        check_presence(JOINTS, (), "The adapter echoes.", ())
    assert "power supply" in refusal.value.remedy
    assert "The adapter echoes." in refusal.value.remedy


def test_one_missing_servo_is_named_and_so_are_those_that_answer():
    with pytest.raises(IdentityError, match=r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6, 9\."):
        check_presence(JOINTS, (1, 2, 4, 5, 6), "", (1, 2, 9))


def test_foreign_servos_only_are_told_as_such():
    with pytest.raises(IdentityError, match=r"Servos 1 .* do not answer; answering: 11, 12"):
        check_presence(JOINTS, (), "", (11, 12))


@pytest.mark.parametrize("volts", [4.4, 13.1])
def test_a_supply_outside_of_its_limits_is_refused_with_all_figures(volts):
    measured = dict.fromkeys(range(1, 7), 12.0) | {2: volts}
    with pytest.raises(HardwareError, match=rf"shoulder_lift .* {volts} V; 4\.5 to 13\.0 V"):
        check_voltage(JOINTS, measured, so101().wire)


@pytest.mark.parametrize("volts", [4.5, 13.0])
def test_a_supply_at_its_limits_is_accepted(volts):
    check_voltage(JOINTS, dict.fromkeys(range(1, 7), volts), so101().wire)


def test_one_answer_from_each_servo_is_as_it_should_be():
    check_single(JOINTS, dict.fromkeys(range(1, 7), 1))


def test_two_answers_from_one_id_are_two_servos():
    with pytest.raises(IdentityError, match=r"Two servos answer as 3 \(elbow_flex\)") as refusal:
        check_single(JOINTS, {**dict.fromkeys(range(1, 7), 1), 3: 2})
    assert "one at a time" in refusal.value.remedy


def test_the_first_arm_is_compared_with_none_and_the_same_one_is_known_again():
    check_same(JOINTS, {}, memories())
    check_same(JOINTS, memories(), memories("elbow_flex", gain_p=16, return_delay=0))


@pytest.mark.parametrize("changes", [{"homing_offset": 1}, {"min_position": 10}, {"max_position": 4000}])
def test_an_arm_of_the_same_model_with_another_calibration_is_another_arm(changes):
    with pytest.raises(IdentityError, match=r"elbow_flex \(servo 3\) has another calibration") as refusal:
        check_same(JOINTS, memories(), memories("elbow_flex", **changes))
    assert "Connect that arm again" in refusal.value.remedy


def test_phase_bits_that_do_not_matter_and_enough_torque_are_accepted():
    check_identity(JOINTS, memories("elbow_flex", phase=0xFF ^ 16, max_torque=400))


@pytest.mark.parametrize(("number", "said"), [(1, True), (3, False)])
def test_two_servos_with_the_id_of_the_factory_are_told_where_a_new_one_comes_from(number, said):
    with pytest.raises(IdentityError, match=f"Two servos answer as {number} ") as refusal:
        check_single(JOINTS, {scale.servo.id: 1 + (scale.servo.id == number) for scale in JOINTS})
    assert ("leave the factory with" in str(refusal.value)) is said
