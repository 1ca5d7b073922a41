import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.arm import JointConfig, ServoConfig
from armctl.errors import ConfigError
from drivers.dynamixel.joints import Crank, JointScale, parts, scales
from drivers.dynamixel.messages import XL430_W250
from tests.support.arms import with_servo
from tests.support.dynamixel import arm, parts_of

STEP = math.tau / 4096
CRANK = Crank(0.014, 0.024)


def joint(lower=-1.5, upper=1.5, rate=100.0, max_speed=0.5, **servo):
    values = {"id": 1, "model": 1060} | servo
    config = JointConfig(
        name="elbow",
        lower=lower,
        upper=upper,
        max_speed=max_speed,
        max_acceleration=2,
        max_jerk=20,
        servo=ServoConfig(**values),
    )
    return JointScale.of(config, rate)


def finger(**changes):
    crank = {"radius": 0.014, "rod": 0.024}
    return joint(**({"lower": 0.015, "upper": 0.037, "max_speed": 0.03, "crank": crank} | changes))


@pytest.mark.parametrize(("sign", "step"), [(1, 3072), (-1, 1024)])
def test_a_quarter_turn_is_1024_steps_in_the_direction_of_the_sign(sign, step):
    scale = joint(sign=sign, lower=-1.6, upper=1.6)
    assert scale.step(math.pi / 2) == step
    assert scale.position(step) == pytest.approx(math.pi / 2)


@given(st.floats(-1.5, 1.5), st.integers(-3, 3), st.sampled_from([3, 4]))
def test_positions_and_steps_fit_together_whatever_turn_the_servo_counts(position, turns, mode):
    scale = joint(operating_mode=mode, zero_step=2100)
    assert scale.position(scale.step(position) + 4096 * turns) == pytest.approx(position, abs=STEP / 2 + 1e-9)


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.integers(-3, 3))
def test_a_servo_of_several_turns_is_sent_the_short_way(here, there, turns):
    scale = joint(operating_mode=4)
    present = scale.step(here) + 4096 * turns
    goal = scale.goal(scale.step(there), present)
    assert (goal - present) * STEP == pytest.approx(there - here, abs=2 * STEP)


def test_in_position_mode_a_goal_is_the_step_itself():
    assert joint().goal(2500, 2048 + 4096) == 2500


@given(st.floats(0.0148, 0.0372))
def test_a_crank_turns_to_where_the_finger_is(position):
    assert CRANK.position(CRANK.turn(position)) == pytest.approx(position, abs=1e-9)


@given(st.floats(-1.4, 1.4))
def test_a_crank_moves_the_finger_as_its_slope_says(turn):
    measured = (CRANK.position(turn + 1e-6) - CRANK.position(turn - 1e-6)) / 2e-6
    assert CRANK.slope(turn) == pytest.approx(measured, rel=1e-5)


def test_a_crank_has_the_makers_ends():
    """WidowX-250: -0.378 rad closed at 0.015 m, 1.268 rad open at 0.037 m."""
    assert CRANK.turn(0.015) == pytest.approx(-0.378, abs=1e-3)
    assert CRANK.turn(0.037) == pytest.approx(1.268, abs=1e-3)
    scale = finger()
    assert scale.ends == (1802, 2875)
    assert scale.position(1802) == pytest.approx(0.015, abs=2e-5)


def test_where_the_finger_cannot_be_the_nearest_dead_centre_is_meant():
    assert CRANK.turn(0.05) == pytest.approx(math.pi / 2)
    assert CRANK.turn(0.0) == CRANK.turn(-0.01) == pytest.approx(-math.pi / 2)


@given(st.floats(0.016, 0.036), st.sampled_from([1, -1]))
def test_a_finger_on_a_crank_goes_no_faster_than_told(position, sign):
    scale = finger(sign=sign)
    step = scale.step(position)
    units = scale.speed_limit(0.01, step)
    assert abs(scale.speed(units, step)) >= 0.01
    assert abs(scale.speed(units - 1, step)) <= 0.01
    assert math.copysign(1, scale.speed(10, step)) == sign


def test_near_its_dead_centre_a_crank_is_not_driven_without_bound():
    scale = finger()
    assert scale.speed_limit(0.03, 3072) < 40 * scale.speed_limit(0.03, 2300)


def test_a_finger_slides_in_proportion_to_its_servo():
    scale = {scale.name: scale for scale in scales(arm("openmanipulator_x"))}["gripper_left_joint"]
    assert scale.position(2048) == 0.0
    assert scale.position(2048 + 1000) == pytest.approx(0.0176266, abs=1e-6)
    assert scale.step(0.02) == 3183
    assert scale.speed(100, 2048) == pytest.approx(100 * 15.633 * 1.76266e-5, rel=1e-3)


@pytest.mark.parametrize(("speed", "units"), [(0.0001, 1), (0.02397, 1), (0.03, 2), (0.5, 21), (9.0, 21)])
def test_speed_limits_are_rounded_up_never_zero_and_never_above_the_joints_own(speed, units):
    assert joint().speed_limit(speed, 2048) == units


def test_speeds_are_in_the_direction_of_the_joint():
    assert joint().speed(10, 2048) == pytest.approx(10 * 0.229 * math.tau / 60, rel=1e-6)
    assert joint(sign=-1).speed(10, 2048) < 0


def test_the_servo_can_stop_within_one_set_point():
    """v²/2a = v/rate: half a metre a second at 100 Hz needs 25 rad/s², 67 units of 0.3745 rad/s²."""
    assert joint().acceleration == 67
    assert joint(max_speed=0.01, rate=20.0).acceleration == 6
    assert joint(max_speed=1.5, rate=500.0).acceleration == 1002


@pytest.mark.parametrize(("step", "inside"), [(-1, False), (0, True), (4095, True), (4096, False)])
def test_in_position_mode_goals_lie_within_one_turn(step, inside):
    assert joint().reaches(step) is inside


@pytest.mark.parametrize(("step", "inside"), [(-953, False), (-952, True), (3144, True), (3145, False)])
def test_over_several_turns_goals_lie_within_half_a_turn_of_the_middle(step, inside):
    assert joint(operating_mode=4, zero_step=1096).reaches(step) is inside


@pytest.mark.parametrize(
    ("servo", "limits"),
    [
        ({"zero_step": 100}, (-0.2, 1.0)),
        ({"zero_step": 4000}, (-0.2, 1.0)),
        ({"operating_mode": 4}, (-3.2, 3.2)),
    ],
)
def test_a_travel_that_does_not_fit_into_one_turn_is_refused(servo, limits):
    with pytest.raises(ConfigError, match="elbow would need steps"):
        joint(*limits, **servo)


def test_over_several_turns_the_travel_may_cross_the_end_of_one():
    assert joint(-0.2, 1.0, zero_step=100, operating_mode=4).ends == (-30, 752)


@pytest.mark.parametrize("changes", [{"steps_per_turn": 1024}, {"id": 253}])
def test_what_no_dynamixel_has_is_refused(changes):
    with pytest.raises(ConfigError, match="a turn has 4096 steps"):
        joint(**changes)


def test_a_joint_without_servo_is_refused():
    config = arm("koch_v11").joints[0].model_copy(update={"servo": None})
    with pytest.raises(ConfigError, match="shoulder_pan has no servo"):
        JointScale.of(config, 100.0)


def test_every_servo_of_an_arm_is_a_part_and_shadows_follow():
    found = parts_of(arm("wx250s"))
    assert list(found) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [part.leader for part in found.values()] == [1, 2, 2, 4, 4, 6, 7, 8, 9]
    assert [number for number, part in found.items() if not part.leads] == [3, 5]
    assert [number for number, part in found.items() if part.reversed] == [3, 5, 7]
    assert found[3].who == "shoulder (servo 3)"
    assert found[8].model is XL430_W250
    assert found[2].joint.ids == (2, 3)


@pytest.mark.parametrize("changes", [{"model": 777}, {"model": 1060, "operating_mode": 5}])
def test_servos_of_unknown_models_or_modes_are_refused(changes):
    config = with_servo(arm("koch_v11"), "gripper", **changes)
    with pytest.raises(ConfigError, match=f"gripper: no servo {changes['model']} with operating mode"):
        parts(scales(config))
