import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.arm import ServoConfig
from drivers.dynamixel.messages import MODELS
from sim.emulators.dynamixel.motor import MOTORS, Gearing
from tests.unit.sim.emulators.dynamixel.bench import arm

UNIT = math.tau / 4096
CRANK = {"radius": 0.014, "rod": 0.024}


def test_every_model_has_a_motor_with_the_makers_figures():
    assert MOTORS.keys() == MODELS.keys()
    speeds = {number: motor.speed * UNIT for number, motor in MOTORS.items()}
    assert speeds == pytest.approx({1200: 10.8, 1060: 6.4, 1020: 4.8}, abs=0.05)


def test_a_joint_that_turns_turns_with_its_shaft():
    gearing = Gearing(ServoConfig(id=1, sign=-1))
    assert gearing.steps(0.5) == pytest.approx(-0.5 / UNIT)
    assert gearing.joint(-100) == pytest.approx(100 * UNIT)
    assert gearing.travel(0.3) == pytest.approx(-UNIT)


def test_the_openmanipulators_fingers_slide_as_its_maker_says():
    """q = 1.76266e-5 m/step · step - 0.0360993 m (ROBOTIS open_manipulator)."""
    servo = arm("openmanipulator_x").joints[-1].servo
    gearing = Gearing(servo)
    for step in (1424, 2048, 3183):
        assert gearing.joint(step - servo.zero_step) == pytest.approx(1.76266e-5 * step - 0.0360993, abs=2e-6)


def test_the_widowxs_fingers_are_pushed_by_their_crank():
    """Closed at step 1802, open at 2875 (Interbotix xsarm descriptions)."""
    servo = arm("wx250s").joints[-1].servo
    gearing = Gearing(servo)
    assert gearing.joint(1802 - servo.zero_step) == pytest.approx(0.015, abs=2e-5)
    assert gearing.joint(2875 - servo.zero_step) == pytest.approx(0.037, abs=2e-5)


@given(st.floats(0.0105, 0.0375), st.sampled_from([1, -1]))
def test_a_crank_goes_there_and_back(distance, sign):
    gearing = Gearing(ServoConfig(id=1, sign=sign, crank=CRANK))
    assert gearing.joint(gearing.steps(distance)) == pytest.approx(distance, abs=1e-9)
    assert gearing.travel(distance) * sign > 0


@given(st.floats(-0.2, 0.2), st.floats(-1e5, 1e5))
def test_a_crank_ends_at_its_dead_points(distance, steps):
    gearing = Gearing(ServoConfig(id=1, crank=CRANK))
    assert abs(gearing.steps(distance)) <= 1024
    assert 0.01 <= gearing.joint(steps) <= 0.038 + 1e-12
