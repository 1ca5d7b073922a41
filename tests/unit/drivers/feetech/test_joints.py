import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.arm import JointConfig, ServoConfig
from armctl.errors import CommandRefusedError, ConfigError
from drivers.feetech.joints import JointScale, goals, scales
from tests.support.arms import so101

STEP = math.tau / 4096


def joint(lower=-1.5, upper=1.5, max_speed=0.5, max_acceleration=2.0, max_jerk=20.0, **servo):
    return JointConfig(
        name="elbow",
        lower=lower,
        upper=upper,
        max_speed=max_speed,
        max_acceleration=max_acceleration,
        max_jerk=max_jerk,
        servo=ServoConfig(id=3, **servo),
    )


def scale(**given):
    return JointScale.of(joint(**given), 100.0)


@pytest.mark.parametrize(
    ("sign", "zero", "step", "angle"),
    [(1, 2048, 2048, 0.0), (1, 2048, 2148, 100 * STEP), (-1, 2048, 2148, -100 * STEP), (1, 2000, 1990, -10 * STEP)],
)
def test_angle_follows_the_formula_of_the_configuration(sign, zero, step, angle):
    assert scale(sign=sign, zero_step=zero).angle(step) == pytest.approx(angle)


@given(st.floats(-1.5, 1.5), st.sampled_from([1, -1]), st.integers(1100, 3000))
def test_going_to_steps_and_back_costs_at_most_half_a_step(angle, sign, zero):
    it = scale(sign=sign, zero_step=zero)
    assert abs(it.angle(it.step(angle)) - angle) <= STEP / 2 + 1e-9


def test_the_so101_table_gives_its_published_soft_limits():
    pan, lift = scales(so101())[:2]
    assert (pan.step(pan.lower), pan.step(pan.upper)) == pytest.approx((796, 3300), abs=1)
    assert (lift.step(lift.lower), lift.step(lift.upper)) == pytest.approx((910, 3186), abs=1)


def test_the_count_may_wrap_without_a_jump_in_angle():
    it = scale(lower=-0.5, upper=2.0, zero_step=2700)
    steps = [4090, 4095, 0, 5]
    angles = [it.angle(step) for step in steps]
    assert [round((b - a) / STEP) for a, b in itertools.pairwise(angles)] == [5, 1, 5]


def test_a_reading_that_went_negative_is_the_same_place_as_a_turn_on():
    it = scale()
    assert it.angle(-10) == pytest.approx(it.angle(4086))


@given(st.integers(0, 4095))
def test_every_reading_gives_an_angle_within_half_a_turn_of_the_middle(step):
    it = scale(lower=-0.5, upper=2.0, zero_step=2700)
    assert abs(it.angle(step) - 0.75) <= math.pi + STEP


@pytest.mark.parametrize("zero", [100, 4000])
def test_travel_across_the_wrap_is_refused_with_its_steps(zero):
    with pytest.raises(ConfigError, match="long way round"):
        scale(zero_step=zero)


def test_a_joint_without_servo_is_refused_by_name():
    bare = joint().model_copy(update={"servo": None})
    with pytest.raises(ConfigError, match="elbow has no servo"):
        JointScale.of(bare, 100.0)


@pytest.mark.parametrize(("speed", "steps"), [(0.0001, 1), (STEP * 10, 10), (STEP * 10.2, 11), (0.5, 326), (5.0, 326)])
def test_the_speed_limit_is_never_zero_and_never_above_the_joints(speed, steps):
    assert scale().speed_limit(speed) == steps


def test_speed_has_the_joints_direction():
    assert scale(sign=-1).speed(100) == pytest.approx(-100 * STEP)


@given(st.floats(0.1, 1.6), st.floats(2.5, 20), st.sampled_from([50.0, 100.0, 250.0]))
def test_acceleration_lets_the_joint_stop_within_one_set_point_as_far_as_the_servo_can(speed, acceleration, rate):
    it = JointScale.of(joint(max_speed=speed, max_acceleration=acceleration, max_jerk=400.0), rate)
    real = it.acceleration * 100 * STEP
    assert it.acceleration == 254 or speed**2 / (2 * real) <= speed / rate + 1e-9
    assert 1 <= it.acceleration <= 254


@pytest.mark.parametrize(("step", "inside"), [(-1, False), (0, True), (4095, True), (4096, False)])
def test_goals_outside_of_the_turn_are_not_reached(step, inside):
    assert scale().reaches(step) is inside


def test_a_whole_pose_becomes_the_nearest_steps():
    joints = scales(so101())
    pose = [0.0, -0.9, 1.1, -0.2, -1.522, 0.5]
    back = [joint.angle(step) for joint, step in zip(joints, goals(joints, pose), strict=True)]
    assert back == pytest.approx(pose, abs=0.0008)


def test_a_pose_with_one_joint_out_of_reach_is_refused_by_that_joints_name():
    joints = scales(so101())
    with pytest.raises(CommandRefusedError, match=r"elbow_flex cannot go to 4\.000 rad: step 4656"):
        goals(joints, [0.0, 0.0, 4.0, 0.0, 0.0, 0.0])
