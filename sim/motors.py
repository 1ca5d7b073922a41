"""Which motor an arm's joints have, and what it can do: a table by the model number in the configuration.

Stiffness is torque per lag. A DYNAMIXEL's drive is its lag times its P gain over 128, of 885 (maker's e-manual: control
table, position P gain, PWM limit), so its stall torque is reached at 885 · 128 / P steps of lag. Damping is what the
motor's own voltage takes away: stall torque over no-load speed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

import numpy as np

from armctl.config.arm import ArmConfig, JointConfig, ServoConfig
from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.urdf import load_tree


@dataclass(frozen=True, slots=True)
class Motor:
    """One kind of motor, as seen at its joint.

    Attributes:
        stall: Largest torque [N·m].
        stiffness: Torque per lag at the gain ``gain`` [N·m/rad]; in proportion to the gain.
        gain: Proportional gain, as its register tells it, with which it has that stiffness; 0 where it has none.
        damping: Torque per speed [N·m·s/rad].
        friction: Dry friction [N·m].
        armature: Inertia of motor and gears [kg·m²].
    """

    stall: float
    stiffness: float
    gain: int
    damping: float
    friction: float
    armature: float


STS3215: Final = Motor(3.35, 17.8, 16, 0.60, 0.052, 0.028)
"""On 12 V; fit for simulation, SO-ARM100 model. Damping by stall torque over no-load speed would be 0.71."""
_LIKE: Final = (STS3215.friction / STS3215.stall, STS3215.armature / STS3215.stall)
"""Friction and inertia of motors for which nothing is published, per stall torque: own estimate."""


def _dynamixel(stall: float, speed: float, gain: int) -> Motor:
    """Return a DYNAMIXEL of a stall torque [N·m], a no-load speed [rad/s] and a P gain at power-up."""
    lag = 885 * 128 / gain * 2.0 * math.pi / 4096
    return Motor(stall, stall / lag, gain, stall / speed, _LIKE[0] * stall, _LIKE[1] * stall)


MOTORS: Final[dict[int, Motor]] = {
    777: STS3215,
    1020: _dynamixel(4.1, 4.8, 800),  # XM430-W350, 12 V
    1060: _dynamixel(1.5, 6.4, 640),  # XL430-W250, 12 V
    1200: _dynamixel(0.52, 10.8, 400),  # XL330-M288, 5 V
}
"""By model number. Torques and speeds: makers' data sheets; gains: makers' control tables."""
STEPPER: Final = Motor(4.0, 150.0, 0, 2.0, 0.05, 0.028)
"""A geared stepper motor; own estimate. Real ones are stiffer; these are as stiff as steps of 2 ms bear."""
UNKNOWN: Final = STS3215
"""For what has no model number: the small geared servos that arms of this size have."""

SLIDE_FORCE: Final = 10.0
"""Largest force of sliding fingers of which nothing is known [N]; own estimate."""
SLIDE_STIFFNESS: Final = 2000.0
"""Force per lag of sliding fingers [N/m]. Real ones are stiffer, and carry their motor's inertia; without that, fingers
of 10 to 20 g shake at steps of 2 ms if they are. Gripping something they stay some mm behind their goal: 10 to 20 N."""
SLIDE_DAMPING: Final = 6.0
"""Force per speed of sliding fingers [N·s/m], about what lets them come to rest without swinging."""
SLIDE_FRICTION: Final = 0.3
"""Dry friction of sliding fingers [N]; own estimate."""


@dataclass(frozen=True, slots=True, eq=False)
class MotorFigures:
    """The motors of n joints; of a joint that slides, m and N stand for rad and N·m.

    Attributes:
        stall: Shape (n,), largest torque [N·m].
        stiffness: Shape (n,), torque per lag [N·m/rad].
        damping: Shape (n,), torque per speed [N·m·s/rad].
        friction: Shape (n,), dry friction [N·m].
        armature: Shape (n,), inertia of motor and gears [kg·m²]; 0 where a joint slides.
        slides: Shape (n,), True where a joint slides.
    """

    stall: FloatArray
    stiffness: FloatArray
    damping: FloatArray
    friction: FloatArray
    armature: FloatArray
    slides: BoolArray

    @property
    def deflection(self) -> FloatArray:
        """How far each lags its goal at its full torque [rad], shape (n,)."""
        deflection: FloatArray = self.stall / self.stiffness
        return deflection


def motors_of(config: ArmConfig) -> MotorFigures:
    """Return the motors of the arm, with the gains of its configuration.

    Raises:
        ConfigError: It has no such URDF.
        KinematicsError: Its URDF is malformed.
    """
    text = config.urdf_text()
    sliding = {joint.name for joint in load_tree(text).joints if joint.kind == "prismatic"}
    efforts = _efforts(text)
    rows = [
        (_sliding if joint.name in sliding else _turning)(joint, _motor(config, joint), efforts.get(joint.name, 0.0))
        for joint in config.joints
    ]
    stall, stiffness, damping, friction, armature = np.array(rows).T.copy()
    slides = np.array([joint.name in sliding for joint in config.joints])
    return MotorFigures(stall, stiffness, damping, friction, armature, slides)


def _efforts(urdf_text: str) -> dict[str, float]:
    """Return the largest torque [N·m] or force [N] the URDF tells of its joints, by name."""
    joints = ElementTree.fromstring(urdf_text).findall("joint")  # noqa: S314 - the file comes with the program
    limits = {joint.get("name", ""): joint.find("limit") for joint in joints}
    return {name: float(limit.get("effort", "0")) for name, limit in limits.items() if limit is not None}


def _motor(config: ArmConfig, joint: JointConfig) -> Motor:
    """Return what drives a joint: all its motors together, as stiff as the gain makes them."""
    if joint.servo is None:
        return STEPPER if config.gcode else UNKNOWN
    motor = MOTORS.get(joint.servo.model)
    if motor is None:
        return UNKNOWN
    own = joint.servo.gains or (config.wire.gains if motor is STS3215 else None)
    stiffer = own[0] / motor.gain if own else 1.0
    count = 1 + len(joint.servo.shadows)
    return Motor(
        count * motor.stall,
        count * stiffer * motor.stiffness,
        motor.gain,
        count * motor.damping,
        count * motor.friction,
        count * motor.armature,
    )


def _turning(joint: JointConfig, motor: Motor, effort: float) -> tuple[float, ...]:
    """Return the figures of a joint that turns; where no model is known, the URDF tells the torque [N·m]."""
    stall = effort if joint.servo is None and effort > 0.0 else motor.stall
    return stall, motor.stiffness, motor.damping, motor.friction, motor.armature


def _sliding(joint: JointConfig, motor: Motor, effort: float) -> tuple[float, ...]:
    """Return the figures of fingers that slide; where it is not known how their motor does that, the URDF's force."""
    lever = _lever(joint.servo)
    force = motor.stall / lever if lever else effort or SLIDE_FORCE
    stiffness = min(SLIDE_STIFFNESS, motor.stiffness / lever**2) if lever else SLIDE_STIFFNESS
    return force, stiffness, SLIDE_DAMPING, SLIDE_FRICTION, 0.0


def _lever(servo: ServoConfig | None) -> float:
    """Return how far fingers slide per turn of their motor [m/rad], about; 0 where that is not known."""
    if servo is None:
        return 0.0
    if servo.crank is not None:
        return servo.crank.radius
    return (servo.travel_per_turn or 0.0) / (2.0 * math.pi)
