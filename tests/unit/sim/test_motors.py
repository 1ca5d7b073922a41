"""Motors by model number: as stiff as their gain makes them, as strong as their data sheets say."""

import math

import numpy as np
import pytest

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from sim.motors import MOTORS, STS3215, UNKNOWN, motors_of
from tests.support.arms import so101, with_servo

STEP = 2.0 * math.pi / 4096


def arm(name):
    return load(builtin("arms", name), ArmConfig)


def test_an_so101_has_the_published_fit_of_its_servos():
    motors = motors_of(so101())
    assert motors.stall == pytest.approx(np.full(6, 3.35))
    assert motors.stiffness == pytest.approx(np.full(6, 17.8))
    assert motors.deflection == pytest.approx(np.full(6, 3.35 / 17.8))
    assert not motors.slides.any()


def test_twice_the_gain_is_twice_as_stiff_on_both_kinds_of_bus():
    wire = so101().wire.model_copy(update={"gains": (32, 0, 32)})
    stiff = motors_of(so101().model_copy(update={"wire": wire}))
    assert stiff.stiffness == pytest.approx(2.0 * motors_of(so101()).stiffness)
    koch = arm("koch_v11")
    soft, stiff = (motors_of(with_servo(koch, "wrist_flex", gains=(p, 0, 0))) for p in (400, 800))
    assert stiff.stiffness[3] == pytest.approx(2.0 * soft.stiffness[3])
    assert soft.stiffness[3] == pytest.approx(motors_of(koch).stiffness[3])  # 400 is what it has at power-up


def test_a_dynamixel_drives_with_all_it_has_where_its_lag_times_its_gain_fills_the_drive():
    # XM430 with P 800: 885 · 128 / 800 = 141.6 steps.
    motors = motors_of(arm("openmanipulator_x"))
    assert motors.deflection[0] == pytest.approx(141.6 * STEP)
    assert motors.stall[0] == pytest.approx(4.1)


def test_two_servos_on_a_joint_are_twice_as_strong_and_lag_no_less():
    waist, shoulder = 0, 1
    motors = motors_of(arm("wx250s"))
    assert motors.stall[shoulder] == pytest.approx(2.0 * motors.stall[waist])
    assert motors.deflection[shoulder] == pytest.approx(motors.deflection[waist])
    assert motors.damping[shoulder] == pytest.approx(2.0 * motors.damping[waist])


def test_fingers_push_with_what_their_drive_makes_of_the_torque():
    motors = motors_of(arm("openmanipulator_x"))
    assert motors.slides.tolist() == [False] * 4 + [True]
    assert motors.stall[-1] == pytest.approx(4.1 / (0.0721986 / (2.0 * math.pi)))
    assert motors_of(arm("wx250s")).stall[-1] == pytest.approx(1.5 / 0.014)  # the crank's radius


def test_without_a_model_number_the_urdf_tells_how_strong_a_joint_is():
    motors = motors_of(arm("mycobot280"))
    assert motors.stall == pytest.approx([2.0] * 6 + [5.0])
    assert motors.stiffness[0] == pytest.approx(UNKNOWN.stiffness)
    assert motors_of(arm("grbl_arm")).stiffness[0] > motors.stiffness[0]  # steppers


def test_a_model_nobody_knows_counts_as_an_ordinary_servo_whatever_its_gains():
    odd = with_servo(so101(), "elbow_flex", model=4711, gains=(800, 0, 0))
    assert motors_of(odd).stiffness[2] == pytest.approx(STS3215.stiffness)


def test_every_servo_of_the_arms_that_come_with_armctl_is_in_the_table():
    for name in builtin_names("arms"):
        for joint in arm(name).joints:
            assert joint.servo is None or joint.servo.model in MOTORS, (name, joint.name)
