from __future__ import annotations

import numpy as np
import pytest

from armctl.config.arm import CAP_JOINT_SPEED, CAP_TOOL_SPEED, CAP_TURN_SPEED, ArmConfig
from armctl.safety.limits import FOLLOWING_TIME, Limits
from tests.unit.safety.bench import DT, NAMES, robot


@pytest.fixture
def config() -> ArmConfig:
    return robot().config


def test_limits_are_those_of_the_configuration(config: ArmConfig) -> None:
    made = Limits.of(config, DT)
    assert made.names == NAMES
    np.testing.assert_array_equal(made.lower, [joint.lower for joint in config.joints])
    np.testing.assert_array_equal(made.upper, [joint.upper for joint in config.joints])
    np.testing.assert_array_equal(made.speed, [joint.max_speed for joint in config.joints])
    np.testing.assert_array_equal(made.acceleration, [joint.max_acceleration for joint in config.joints])
    np.testing.assert_array_equal(made.following, [joint.following_error for joint in config.joints])
    assert made.tool_speed == config.tool.max_speed
    assert (made.tool_turn, made.jog_turn) == (config.tool.turn_limit, config.tool.max_turn_speed)
    assert made.contact_force == config.contact_force
    np.testing.assert_array_equal(made.jerk, [joint.max_jerk for joint in config.joints])
    assert (made.warm, made.hot) == (config.wire.warn_temperature, config.wire.max_temperature)
    assert (made.min_voltage, made.max_voltage) == (config.wire.min_voltage, config.wire.max_voltage)
    assert made.dt == DT


def test_the_built_in_caps_are_the_last_word(config: ArmConfig) -> None:
    """Even an object made without the model's own checks cannot be faster (fault 32)."""
    wild = config.model_copy(
        update={
            "joints": tuple(joint.model_copy(update={"max_speed": 50.0}) for joint in config.joints),
            "tool": config.tool.model_copy(update={"max_speed": 9.0, "turn_limit": 50.0}),
        }
    )
    made = Limits.of(wild, DT)
    assert (made.speed == CAP_JOINT_SPEED).all()
    assert made.tool_speed == CAP_TOOL_SPEED
    assert made.tool_turn == CAP_TURN_SPEED


def test_a_blocked_joint_is_a_following_error_before_set_points_run_out_of_lead(config: ArmConfig) -> None:
    made = Limits.of(config, DT)
    time_left = (made.lead - made.following) / made.speed
    assert (time_left > FOLLOWING_TIME + DT).all()


def test_the_gripper_closes_towards_its_closed_angle(config: ArmConfig) -> None:
    gripper = config.gripper
    assert Limits.of(config, DT).closing == np.sign(gripper.closed - gripper.open)
    turned = config.model_copy(
        update={"gripper": gripper.model_copy(update={"closed": gripper.open, "open": gripper.closed})}
    )
    assert Limits.of(turned, DT).closing == -Limits.of(config, DT).closing


def test_stop_time_covers_the_slowest_jerk_limited_stop(config: ArmConfig) -> None:
    made = Limits.of(config, DT)
    for joint in config.joints:
        assert made.stop_time > joint.max_speed / joint.max_acceleration + joint.max_acceleration / joint.max_jerk
    tool = config.tool
    assert made.stop_time > tool.max_speed / tool.max_acceleration + tool.max_acceleration / tool.max_jerk


def test_what_is_worked_out_from_the_configuration_is_this_for_the_so101(config: ArmConfig) -> None:
    """By hand: joints 0.52 rad/s, 2 rad/s², 20 rad/s³; wrist 0.8, 3, 30; gripper 1.2, 6, 60; tool 0.15, 0.6, 6."""
    made = Limits.of(config, DT)
    np.testing.assert_allclose(made.lead, [0.172, 0.172, 0.172, 0.2, 0.2, 0.47])
    assert made.tool_braking == pytest.approx(0.3)
    assert made.slow_down_time == pytest.approx(0.35 + 0.1)
    assert made.stop_time == pytest.approx(1.5 * (0.8 / 3.0 + 0.1) + 0.3)


def test_the_stop_time_is_the_tools_when_the_tool_needs_longer(config: ArmConfig) -> None:
    slow = config.model_copy(update={"tool": config.tool.model_copy(update={"max_acceleration": 0.3})})
    assert Limits.of(slow, DT).stop_time == pytest.approx(1.5 * (0.15 / 0.3 + 0.3 / 6.0) + 0.3)


def test_readings_age_with_the_rate_of_the_loop(config: ArmConfig) -> None:
    assert Limits.of(config, 0.01).max_age == pytest.approx(0.05)
    assert Limits.of(config, 0.02).max_age == pytest.approx(0.10)
