"""Joint angles [rad] and the gripper's opening to what the controller counts in, and back; and the speed of a move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.config.arm import ArmConfig
from armctl.errors import ConfigError
from drivers.mycobot.messages import ANGLE_UNIT, FULL_GRIP_SPEED, FULL_SPEED, FULLY_OPEN, JOINTS

NEAR: Final = 0.05
"""Way within which it does not matter how fast one joint is while another one has further to go [rad]."""
REST_SPEED: Final = 0.1
"""Speed of an arm that is told to stay where it is [rad/s]: slow, should anything move it."""


def check_joints(config: ArmConfig) -> None:
    """Refuse a configuration with other than six joints and a gripper.

    Raises:
        ConfigError: Naming how many there are.
    """
    if config.dof != JOINTS:
        raise ConfigError(f"{config.name} has {config.dof} joints and a gripper; a myCobot 280 has {JOINTS}.")


def count(angle: float) -> int:
    """Return the controller's count [0.01°] of ``angle`` [rad]."""
    return round(angle / ANGLE_UNIT)


def angle_of(counts: int) -> float:
    """Return the angle [rad] of ``counts`` [0.01°]."""
    return counts * ANGLE_UNIT


def grip_value(config: ArmConfig, position: float) -> int:
    """Return the gripper value, 0 closed to 100 open, of the gripper joint at ``position`` [rad or m]."""
    gripper = config.gripper
    share = (position - gripper.closed) / (gripper.open - gripper.closed)
    return round(FULLY_OPEN * min(1.0, max(0.0, share)))


def grip_position(config: ArmConfig, value: int) -> float:
    """Return where the gripper joint is [rad or m] at the gripper ``value``."""
    gripper = config.gripper
    return gripper.closed + value / FULLY_OPEN * (gripper.open - gripper.closed)


def grip_percent(config: ArmConfig, speed: float) -> int:
    """Return the gripper speed, 1 to 100 %, for ``speed`` of its joint [rad/s or m/s]."""
    stroke = abs(config.gripper.open - config.gripper.closed)
    return min(100, max(1, math.ceil(100 * speed / (stroke * FULL_GRIP_SPEED))))


def percent(ways: Sequence[float], speeds: Sequence[float]) -> int:
    """Return the speed of a move, 1 to 100 %, with which no joint is faster than it may be.

    The controller takes one speed for all. Whether it lets every joint use it or lets all arrive together is not
    published: this is right for both. Slower than 1 %, 1.6 °/s, it cannot go.

    Args:
        ways: Shape (n,), how far each joint has to go [rad].
        speeds: Shape (n,), the largest speed each may use [rad/s], positive.
    """
    lasts = max(way / speed for way, speed in zip(ways, speeds, strict=True))
    allowed = max(ways) / lasts if lasts > 0.0 else REST_SPEED
    far = (speed for way, speed in zip(ways, speeds, strict=True) if way > NEAR)
    return min(100, max(1, math.floor(100 * min(allowed, *far, FULL_SPEED) / FULL_SPEED + 1e-9)))
