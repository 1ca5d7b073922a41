"""One arm: its geometry, its joints and servos, and the speeds it may use.

The built-in caps here are the last word: a configuration may be slower, never faster (fault 32: valid but unsafe
configuration is refused).
"""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from armctl.config.gcode import GcodeConfig
from armctl.config.load import Model, Name, builtin

CAP_TOOL_SPEED: Final = 0.25
"""Largest tool speed any configuration may ask for [m/s]: ISO 10218-1 reduced speed."""
CAP_JOINT_SPEED: Final = 1.6
"""Largest joint speed any configuration may ask for [rad/s]; 1.0 to 1.5 is usual for arms of this size."""
CAP_TURN_SPEED: Final = 3.2
"""Largest speed any configuration may let the tool turn at [rad/s], half a turn a second."""
CAP_STOP_TIME: Final = 1.0
"""Longest any configuration may take from full speed to rest [s]: who presses stop must see it stop. At the largest
tool speed that is 125 mm."""
CAP_CONTACT_FORCE: Final = 20.0
"""Largest contact force any configuration may leave unanswered [N]: above it a figure is a slip of the pen. It is not a
limit that is safe: that one depends on arm, place and person, and is for the responsible person to set."""
CAP_TEMPERATURE: Final = 80.0
"""Hottest any configuration may let a servo get [°C]: makers' own limits for servos of this kind are 70 to 80."""
AXIS_TOLERANCE: Final = 1e-3
LEAST_TRAVEL: Final = 0.005
"""Least travel of a gripper [rad] or [m]."""

Gain = Annotated[int, Field(ge=0, le=254)]
"""A servo's gain: one byte on the wire."""
WideGain = Annotated[int, Field(ge=0, le=16383)]
"""A servo's gain: two bytes on the wire."""
LARGEST_OFFSET: Final[dict[str, int]] = {"feetech": 2047}
"""Homing offset that fits into the servos of a driver [step], where that is less than `ServoConfig` allows."""


def stop_time(speed: float, acceleration: float, jerk: float) -> float:
    """Return the time from ``speed`` to rest [s] with at most this ``acceleration`` and ``jerk``.

    ``v/a + a/j``, or ``2 √(v/j)`` where the jerk leaves no time to reach the acceleration.
    """
    if acceleration * acceleration >= speed * jerk:
        return 2.0 * math.sqrt(speed / jerk)
    return speed / acceleration + acceleration / jerk


def _check_stop(speed: float, acceleration: float, jerk: float) -> None:
    takes = stop_time(speed, acceleration, jerk)
    if takes > CAP_STOP_TIME:
        raise ValueError(
            f"from max_speed {speed:g} to rest takes {takes:.2f} s with this max_acceleration and max_jerk; "
            f"{CAP_STOP_TIME:g} s is the most"
        )


class ShadowConfig(Model):
    """One more servo on a joint: it does by itself what the first one is told (DYNAMIXEL Secondary ID)."""

    id: Annotated[int, Field(ge=0, le=252)]
    reversed: bool = False
    """It is mounted the other way round and turns against its own count (drive mode, bit 0)."""


class CrankConfig(Model):
    """A finger pushed by a crank: ``d = r·sin θ + √(l² - r²·cos² θ)`` from the centre line."""

    radius: Annotated[float, Field(gt=0, le=0.2)]
    """Crank radius r [m]."""
    rod: Annotated[float, Field(gt=0, le=0.5)]
    """Rod length l [m], longer than the crank."""

    @model_validator(mode="after")
    def _it_turns(self) -> CrankConfig:
        if self.rod <= self.radius:
            raise ValueError(f"rod ({self.rod}) must be longer than radius ({self.radius})")
        return self


class ServoConfig(Model):
    """How a joint angle becomes servo steps: ``q = sign · (step - zero_step) · 2π / steps_per_turn``.

    A joint that slides has ``travel_per_turn`` (``q = sign · (step - zero_step) · travel / steps_per_turn``) or
    ``crank``, which turns by that angle.
    """

    id: Annotated[int, Field(ge=0, le=253)]
    zero_step: Annotated[int, Field(ge=-32767, le=32767)] = 2048
    sign: Annotated[int, Field(ge=-1, le=1)] = 1
    steps_per_turn: Annotated[int, Field(ge=256, le=1_000_000)] = 4096
    model: Annotated[int, Field(ge=0, le=65535)] = 777
    homing_offset: Annotated[int, Field(ge=-1_044_479, le=1_044_479)] | None = None
    """Offset the servo's own memory must hold, from calibration; None where the arm was not calibrated yet."""
    operating_mode: Literal[3, 4, 5] = 3
    """DYNAMIXEL: 3 position within one turn, 4 over several turns, 5 the same with limited current."""
    reversed: bool = False
    """DYNAMIXEL: the servo itself counts the other way round (drive mode, bit 0)."""
    shadows: Annotated[tuple[ShadowConfig, ...], Field(max_length=3)] = ()
    """DYNAMIXEL: servos on the same joint that follow this one."""
    gains: tuple[WideGain, WideGain, WideGain] | None = None
    """DYNAMIXEL: position gains P, I, D in the servo's own unit; None leaves what it has at power-up."""
    travel_per_turn: Annotated[float, Field(gt=0, le=1)] | None = None
    """How far the joint slides while the servo turns once [m]; None where it turns."""
    crank: CrankConfig | None = None
    """The crank that makes the joint slide; None where there is none."""

    @model_validator(mode="after")
    def _sign_is_a_direction(self) -> ServoConfig:
        if self.sign == 0:
            raise ValueError("sign must be 1 or -1")
        return self

    @model_validator(mode="after")
    def _it_moves_in_one_way(self) -> ServoConfig:
        if self.travel_per_turn is not None and self.crank is not None:
            raise ValueError("a servo has travel_per_turn or crank, not both")
        return self


class JointConfig(Model):
    """One joint, soft limits inside the mechanical ones."""

    name: Name
    # Of a joint that slides, metres stand for radians in all of these.
    lower: Annotated[float, Field(ge=-2 * math.pi, le=2 * math.pi)]
    upper: Annotated[float, Field(ge=-2 * math.pi, le=2 * math.pi)]
    max_speed: Annotated[float, Field(gt=0, le=CAP_JOINT_SPEED)]
    max_acceleration: Annotated[float, Field(gt=0, le=20)]
    max_jerk: Annotated[float, Field(gt=0, le=400)]
    following_error: Annotated[float, Field(gt=0, le=0.35)] = 0.12
    """Distance between commanded and measured that means the joint is blocked or loose [rad]."""
    servo: ServoConfig | None = None

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> JointConfig:
        if not self.lower < self.upper:
            raise ValueError(f"lower ({self.lower}) must be below upper ({self.upper})")
        return self

    @model_validator(mode="after")
    def _it_can_stop(self) -> JointConfig:
        _check_stop(self.max_speed, self.max_acceleration, self.max_jerk)
        return self


class GripperConfig(Model):
    """The gripper: the last joint, driven by opening share, 0 closed to 1 open."""

    joint: Name
    closed: float
    """Joint angle when closed [rad]."""
    open: float
    """Joint angle when fully open [rad]."""
    max_opening: Annotated[float, Field(gt=0, le=0.3)]
    """Distance between the finger tips when fully open [m]."""
    effort: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the servo's torque the gripper may use."""
    current_limit: Annotated[float, Field(gt=0, le=5)] | None = None
    """Largest current of the gripper's servo [A], where it can limit it; None: ``effort`` of what it can."""
    grasp_depth: Annotated[float, Field(ge=-0.1, le=0.1)] = 0.0
    """How far the tool point passes the object's centre along the approach when gripping [m]."""
    pinch_offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Sideways place of the object's centre in the tool frame, in shares of the object's width.

    ``centre = pinch_offset · grasp_width - grasp_depth · approach_axis`` (tool frame). Zero where both fingers close on
    the tool point; (-0.5, 0, 0) where a fixed finger's face is at tool x = 0 and the other one opens towards -x.
    """

    @model_validator(mode="after")
    def _it_opens(self) -> GripperConfig:
        if abs(self.open - self.closed) < LEAST_TRAVEL:
            raise ValueError(f"closed ({self.closed}) and open ({self.open}) must be {LEAST_TRAVEL} apart")
        return self


class ToolConfig(Model):
    """What the tool point may do."""

    tip_link: str = "tool"
    approach_axis: tuple[float, float, float] = (0.0, 0.0, 1.0)
    """Unit vector in the tool frame that points out of the hand."""
    up_axis: tuple[float, float, float] = (1.0, 0.0, 0.0)
    """Unit vector in the tool frame that points up when a held cup is level."""
    max_speed: Annotated[float, Field(gt=0, le=CAP_TOOL_SPEED)] = 0.15
    max_acceleration: Annotated[float, Field(gt=0, le=3)] = 0.6
    max_jerk: Annotated[float, Field(gt=0, le=60)] = 6.0
    max_turn_speed: Annotated[float, Field(gt=0, le=1.6)] = 0.6
    """Largest rotation speed of the tool [rad/s]."""
    turn_limit: Annotated[float, Field(gt=0, le=CAP_TURN_SPEED)] = 1.05
    """No command may turn the tool faster than this [rad/s], 60° a second; a motion that would is refused."""
    payload: Annotated[float, Field(ge=0, le=5)] = 0.2
    """Largest load [kg]."""

    @model_validator(mode="after")
    def _it_can_stop(self) -> ToolConfig:
        _check_stop(self.max_speed, self.max_acceleration, self.max_jerk)
        return self

    @model_validator(mode="after")
    def _turns_within_its_limit(self) -> ToolConfig:
        if self.max_turn_speed > self.turn_limit:
            raise ValueError(f"max_turn_speed ({self.max_turn_speed}) must not be above turn_limit ({self.turn_limit})")
        return self

    @model_validator(mode="after")
    def _axes_are_directions(self) -> ToolConfig:
        for name, axis in (("approach_axis", self.approach_axis), ("up_axis", self.up_axis)):
            if abs(math.hypot(*axis) - 1.0) > AXIS_TOLERANCE:
                raise ValueError(f"{name} must have length 1, not {math.hypot(*axis):.3g}")
        if abs(sum(a * u for a, u in zip(self.approach_axis, self.up_axis, strict=True))) > AXIS_TOLERANCE:
            raise ValueError("approach_axis and up_axis must be at right angles")
        return self


class WireConfig(Model):
    """The serial line, for arms that have one."""

    baud: Annotated[int, Field(ge=1200, le=4_000_000)] = 1_000_000
    min_voltage: Annotated[float, Field(ge=0, le=60)] = 4.5
    max_voltage: Annotated[float, Field(ge=0, le=60)] = 14.0
    warn_temperature: Annotated[float, Field(ge=20, le=CAP_TEMPERATURE)] = 55.0
    max_temperature: Annotated[float, Field(ge=20, le=CAP_TEMPERATURE)] = 65.0
    gains: tuple[Gain, Gain, Gain] = (16, 0, 32)
    """Position gains P, I, D in the servo's own unit."""
    adapter: Annotated[str, Field(max_length=64)] = ""
    """USB serial number of the adapter this very arm was calibrated with; empty where any will do."""

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> WireConfig:
        if not self.min_voltage < self.max_voltage:
            raise ValueError(f"min_voltage ({self.min_voltage}) must be below max_voltage ({self.max_voltage})")
        if self.warn_temperature > self.max_temperature:
            raise ValueError(
                f"warn_temperature ({self.warn_temperature}) must not be above max_temperature ({self.max_temperature})"
            )
        if self.gains[0] == 0:
            raise ValueError("the first of gains must not be 0: the arm would not hold itself")
        return self


class ArmConfig(Model):
    """One arm, as ``configs/arms/NAME.toml`` describes it."""

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=60)]
    driver: Name
    urdf: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]+\.urdf$")]
    base_link: str = "base_link"
    rate_hz: Annotated[float, Field(ge=20, le=500)] = 100.0
    joints: Annotated[tuple[JointConfig, ...], Field(min_length=2, max_length=12)]
    """Every actuated joint from base to tip, the gripper last."""
    gripper: GripperConfig
    tool: ToolConfig = ToolConfig()
    wire: WireConfig = WireConfig()
    gcode: GcodeConfig | None = None
    """The controller, for arms behind one that speaks G-code."""
    contact_force: Annotated[float, Field(ge=0, le=CAP_CONTACT_FORCE)] = 0.0
    """A contact of the arm with the person harder than this stops the arm [N]; 0: any contact that is felt."""
    poses: dict[Name, tuple[float, ...]]
    """Named poses, joint angles without the gripper [rad]; ``home`` and ``rest`` must be there."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> ArmConfig:
        names = [joint.name for joint in self.joints]
        if len(set(names)) != len(names):
            raise ValueError("two joints have the same name")
        servos = [joint.servo for joint in self.joints if joint.servo]
        ids = [servo.id for servo in servos] + [shadow.id for servo in servos for shadow in servo.shadows]
        if len(set(ids)) != len(ids):
            raise ValueError("two joints have the same servo id")
        largest = LARGEST_OFFSET.get(self.driver, math.inf)
        for servo in servos:
            if abs(servo.homing_offset or 0) > largest:
                raise ValueError(f"servo {servo.id}: homing_offset {servo.homing_offset} is beyond ±{largest}")
        last = self.joints[-1]
        if self.gripper.joint != last.name:
            raise ValueError(f"the gripper ({self.gripper.joint}) must be the last joint ({last.name})")
        for angle in (self.gripper.closed, self.gripper.open):
            if not last.lower <= angle <= last.upper:
                raise ValueError(f"gripper angle {angle} is outside {last.lower} to {last.upper}")
        self._check_poses()
        return self

    def _check_poses(self) -> None:
        for needed in ("home", "rest"):
            if needed not in self.poses:
                raise ValueError(f"poses must have {needed!r}")
        for pose, angles in self.poses.items():
            if len(angles) != self.dof:
                raise ValueError(f"pose {pose!r} has {len(angles)} angles; the arm has {self.dof} joints")
            for joint, angle in zip(self.joints, angles, strict=False):
                if not joint.lower <= angle <= joint.upper:
                    raise ValueError(f"pose {pose!r}: {joint.name} {angle} is outside {joint.lower} to {joint.upper}")

    @property
    def dof(self) -> int:
        """Number of joints without the gripper."""
        return len(self.joints) - 1

    @property
    def joint_names(self) -> tuple[str, ...]:
        """Names of all joints, the gripper last."""
        return tuple(joint.name for joint in self.joints)

    def urdf_text(self) -> str:
        """Return the text of the arm's URDF.

        Raises:
            ConfigError: There is no such URDF.
        """
        return builtin("arms", self.urdf.removesuffix(".urdf"), ".urdf").read_text(encoding="utf-8")
