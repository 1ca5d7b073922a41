"""What a servo's configuration may say beside the joint's own limits."""

import pytest
from pydantic import ValidationError

from armctl.config.arm import ArmConfig, CrankConfig, GripperConfig, ServoConfig
from tests.support.arms import so101


def rebuilt(**servo):
    """The so101's configuration, its first servo's values changed, checked as a whole."""
    raw = so101().model_dump()
    raw["joints"][0]["servo"] |= servo
    return ArmConfig.model_validate(raw)


def test_a_servo_needs_no_more_than_its_id():
    servo = ServoConfig(id=1)
    assert (servo.operating_mode, servo.reversed, servo.shadows) == (3, False, ())
    assert servo.gains is servo.travel_per_turn is servo.crank is None


@pytest.mark.parametrize("mode", [3, 4, 5])
def test_the_modes_that_hold_a_position_are_allowed(mode):
    assert ServoConfig(id=1, operating_mode=mode).operating_mode == mode


@pytest.mark.parametrize("mode", [0, 1, 16])
def test_modes_without_a_position_are_refused(mode):
    with pytest.raises(ValidationError):
        ServoConfig(id=1, operating_mode=mode)


def test_a_crank_turns_only_within_a_longer_rod():
    assert CrankConfig(radius=0.014, rod=0.024).rod == 0.024
    with pytest.raises(ValidationError, match=r"rod \(0\.014\) must be longer than radius \(0\.014\)"):
        CrankConfig(radius=0.014, rod=0.014)


def test_a_joint_slides_in_one_way():
    with pytest.raises(ValidationError, match="travel_per_turn or crank, not both"):
        ServoConfig(id=1, travel_per_turn=0.07, crank={"radius": 0.014, "rod": 0.024})


def test_a_shadow_has_an_id_of_its_own():
    assert rebuilt(shadows=[{"id": 9, "reversed": True}]).joints[0].servo.shadows[0].id == 9
    with pytest.raises(ValidationError, match="two joints have the same servo id"):
        rebuilt(shadows=[{"id": 2}])


def test_an_offset_must_fit_into_the_servos_of_the_driver():
    assert rebuilt(homing_offset=-2047).joints[0].servo.homing_offset == -2047
    with pytest.raises(ValidationError, match=r"servo 1: homing_offset -2048 is beyond ±2047"):
        rebuilt(homing_offset=-2048)
    far = so101().model_dump() | {"driver": "dynamixel"}
    far["joints"][0]["servo"]["homing_offset"] = -1_044_479
    assert ArmConfig.model_validate(far).joints[0].servo.homing_offset == -1_044_479


@pytest.mark.parametrize("current", [0.0, -0.1, 5.1])
def test_a_gripper_current_nobody_means_is_refused(current):
    with pytest.raises(ValidationError):
        GripperConfig(joint="g", closed=0.0, open=1.0, max_opening=0.05, current_limit=current)
