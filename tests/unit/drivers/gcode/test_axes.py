"""Joint angles to axes and back, on arms with and without rods."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.gcode import AxisConfig
from armctl.errors import ConfigError
from drivers.gcode.axes import Axes
from tests.support.gcode import changed, config

angles = st.floats(-2.0, 2.0)


def axes(arm, *given):
    return Axes(arm, arm.gcode.model_copy(update={"axes": given}) if given else arm.gcode)


def test_the_uarm_counts_as_its_maker_does():
    """All joints at zero: straight ahead (B 90), lower arm upright (L 90), forearm level (R 0), hand in its middle."""
    assert axes(config("uarm_swift_pro")).places(np.zeros(4)) == pytest.approx([90, 90, 0, 90])
    tilted = np.radians([30.0, 20.0, 40.0, -10.0])
    assert axes(config("uarm_swift_pro")).places(tilted) == pytest.approx([120, 70, 40, 80])


@given(st.lists(angles, min_size=5, max_size=5))
def test_there_and_back_is_the_same(joints):
    for name in ("uarm_swift_pro", "grbl_arm"):
        arm = config(name)
        q = np.array(joints[: arm.dof])
        it = axes(arm)
        assert it.joints(it.places(q)) == pytest.approx(q, abs=1e-9)


def test_an_axis_may_be_a_sum_of_joints_and_one_that_slides_counts_in_mm():
    arm = config("uarm_swift_pro")
    it = axes(
        arm,
        AxisConfig(letter="X", joints={"base": 1}),
        AxisConfig(letter="Y", joints={"shoulder": 1}),
        AxisConfig(letter="Z", joints={"shoulder": 1, "forearm": -0.5}, offset=10),
        AxisConfig(letter="A", unit="mm", joints={"wrist_rotate": 2}),
    )
    assert it.letters == ("X", "Y", "Z", "A")
    q = np.array([0.0, math.radians(30), math.radians(20), 0.001])
    assert it.places(q) == pytest.approx([0, 30, 10 + 30 - 10, 2.0])
    assert it.joints(it.places(q)) == pytest.approx(q)


def test_an_axis_of_a_joint_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="it has not: tail"):
        axes(config("uarm_swift_pro"), AxisConfig(letter="X", joints={"tail": 1}))


def test_axes_that_leave_a_joint_without_a_motor_of_its_own_are_refused():
    arm = config("uarm_swift_pro")
    with pytest.raises(ConfigError, match="do not move each of its 4 joints"):
        axes(arm, *arm.gcode.axes[:3])
    twice = arm.gcode.axes[1].model_copy(update={"letter": "Q"})
    with pytest.raises(ConfigError, match="on its own"):
        axes(arm, *arm.gcode.axes[:3], twice)


def test_the_gripper_is_no_axis():
    arm = changed("uarm_swift_pro", axes=(AxisConfig(letter="X", joints={"gripper_left": 1}),))
    with pytest.raises(ConfigError, match="gripper_left"):
        Axes(arm, arm.gcode)
