"""The controller's part of an arm's configuration: bounds, letters, commands."""

import pytest
from pydantic import ValidationError

from armctl.config.gcode import AxisConfig, GcodeConfig, SwitchConfig
from tests.support.gcode import config

SWITCH = {"open": "M2232 V0", "close": "M2232 V1"}
AXIS = {"letter": "X", "joints": {"base": 1}}


@pytest.mark.parametrize("name", ["uarm_swift_pro", "grbl_arm"])
def test_the_arms_that_come_along_have_an_axis_for_each_joint(name):
    arm = config(name)
    assert len(arm.gcode.axes) == arm.dof
    assert {joint for axis in arm.gcode.axes for joint in axis.joints} == set(arm.joint_names[:-1])


def test_the_grbl_arms_soft_limits_lie_within_the_travel_of_its_controller():
    arm = config("grbl_arm")
    for axis, joint in zip(arm.gcode.axes, arm.joints, strict=False):
        ends = [axis.offset + limit * 57.29578 for limit in (joint.lower, joint.upper)]
        assert -axis.travel < min(ends)
        assert max(ends) < 0.0


def test_its_controller_is_no_faster_than_twice_what_its_joints_may():
    arm = config("grbl_arm")
    for axis, joint in zip(arm.gcode.axes, arm.joints, strict=False):
        assert axis.max_rate / 60.0 / 57.29578 < 2.0 * joint.max_speed


def test_the_uarms_rods_allow_every_pair_of_its_limits():
    """Firmware: lower arm 0 to 135.6, forearm 0 to 119.9, their sum 29 to 170 degrees."""
    _, shoulder, forearm, *_ = config("uarm_swift_pro").joints
    for s in (shoulder.lower, shoulder.upper):
        for r in (forearm.lower, forearm.upper):
            left, right = 90 - s * 57.29578, r * 57.29578
            assert 0 <= left <= 135.6
            assert 0 <= right <= 119.9
            assert 29 <= left + right <= 170


WRONG = {
    "small letter": (AxisConfig, AXIS | {"letter": "x"}),
    "two letters": (AxisConfig, AXIS | {"letter": "XY"}),
    "no joint": (AxisConfig, AXIS | {"joints": {}}),
    "a weight of nothing": (AxisConfig, AXIS | {"joints": {"base": 0}}),
    "unknown unit": (AxisConfig, AXIS | {"unit": "inch"}),
    "no steps": (AxisConfig, AXIS | {"steps_per_unit": 0}),
    "unknown key": (AxisConfig, AXIS | {"speed": 3}),
    "no command": (SwitchConfig, SWITCH | {"open": "open"}),
    "two commands": (SwitchConfig, SWITCH | {"open": "M3\nM5"}),
    "a motion": (SwitchConfig, SWITCH | {"close": "G0 X1"}),
    "no time": (SwitchConfig, SWITCH | {"travel_time": 0}),
    "one letter twice": (GcodeConfig, {"dialect": "grbl", "axes": [AXIS, AXIS], "gripper": SWITCH}),
    "no axes": (GcodeConfig, {"dialect": "grbl", "axes": [], "gripper": SWITCH}),
    "unknown dialect": (GcodeConfig, {"dialect": "marlin", "axes": [AXIS], "gripper": SWITCH}),
    "a setting without number": (
        GcodeConfig,
        {"dialect": "grbl", "axes": [AXIS], "gripper": SWITCH, "settings": {"one": 1}},
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_makes_no_sense_is_refused(what):
    model, values = WRONG[what]
    with pytest.raises(ValidationError):
        model(**values)


def test_the_least_that_is_needed_is_enough():
    least = GcodeConfig(dialect="grbl", axes=[AXIS], gripper={"open": "M3 S1000", "close": "M5"})
    assert least.axes[0].offset == 0.0
    assert least.settings == {}
