"""Every figure the supervisor compares with, taken from the configuration once and capped once more.

The caps of ``armctl.config.arm`` are the last word: even a configuration object that was made without its checks
cannot raise a limit above them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.arm import CAP_JOINT_SPEED, CAP_TOOL_SPEED, CAP_TURN_SPEED, ArmConfig
from armctl.hal.state import FloatArray
from armctl.units import DEG

STOP_TEST_WINDOW: Final = 30.0
"""The person has this long to press stop while arming [s]."""
STOP_TEST_LATENCY: Final = 0.2
"""A press that takes longer to arrive than this does not prove a stop [s]."""
DEADLINE_HORIZON: Final = 1.0
"""An intent may be valid for this long at most [s]: longer would defeat its deadline."""
SILENT_READS: Final = 3
"""So many reads in a row without an answer, or with a bad value, are a fault and not noise."""
FROZEN_MOVE: Final = 2.0 * DEG
FROZEN_TIME: Final = 0.08
"""A joint that reports exactly the same for this long [s] while told to move by `FROZEN_MOVE` [rad] is not read."""
FOLLOWING_TIME: Final = 0.08
"""A following error that lasts this long [s] is a blocked joint; one tick later the arm holds, within 100 ms."""
WRONG_WAY: Final = 1.3 * DEG
"""Moved against the command by this much [rad], seen before the joint is 2° off."""
ENCODER_JUMP: Final = 3.0 * DEG
"""Margin on what the largest speed permits between two readings [rad]: less than the 5° that a slipped reading shows,
as much as the servos' no-load speed (4.7 rad/s) can make in 10 ms."""
START_UP_TIME: Final = 3.0
"""After arming, the first so many seconds of motion go at `START_UP_SHARE` of the speed [s]."""
START_UP_SHARE: Final = 0.5
"""Kinova and ISO 10218 practice: half speed at start-up, until the person has seen which way things go."""
WARM_SHARE: Final = 0.5
ESCAPE_SPEED: Final = 0.02
"""The allowed tool speed never falls below this [m/s], so that the arm can always be led out of a zone."""
SPEED_SLACK: Final = 1.02
"""Set-points are sampled: their differences may be this much above a limit that the motion itself keeps."""
ACCELERATION_SLACK: Final = 1.5
"""The same for second differences, which also carry the rounding of the inverse kinematics."""
POSITION_SLACK: Final = 1e-6
"""Rounding allowed beyond a joint limit [rad]."""
CATCH_UP: Final = 1.1
"""A servo may be this much faster than its set-points, or it could never make up for its lag."""
REST_SPEED: Final = 0.02
"""Slower than this a joint counts as standing [rad/s]."""
REST_MEASURED: Final = 0.05
"""The same for measured speeds, which carry noise [rad/s]."""
REST_TIME: Final = 0.1
"""At rest for this long [s] ends ``stopping`` when nobody said so before."""
SLEEP_GAP: Final = 1.0
"""Time between two observations that no busy computer explains [s]."""
LATE_TICKS: Final = 3
"""Missed ticks in a row that bring the arm to rest."""
HAND_CLEARANCE: Final = 0.0
"""The hand may come up to furniture until it would touch [m]: it puts cups down there."""
ARM_CLEARANCE: Final = 0.005
"""The other parts keep this distance from furniture [m], about what the fitted shapes leave out of the real links."""
SELF_CLEARANCE: Final = 0.005
"""Parts of the arm keep this distance from each other [m], for the same reason."""
HELD_SINK: Final = 0.01
"""So far into furniture, as it is thought to stand, what is held may be put [m]: how it sits in the hand is known no
better, and it is to come to stand there. Its own weight and the gripper's slip give way."""
BRAKING_DELAY: Final = 0.002
"""Way that is left out of the braking distance [m]: what a motion still makes before it slows down."""
BRAKING_SHARE: Final = 0.5
"""Share of the acceleration of tool and joints counted on for braking before a zone; the rest is for jerk and delay."""
HEAD_FRESH: Final = 0.06
"""A tracked head's pose up to this age costs no speed [s]: a camera of 30 pictures a second gives one every 33 ms."""
HEAD_STALE: Final = 0.2
"""At this age of a tracked head's pose the arm comes to rest [s]."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one arm.

    Attributes:
        names: n joint names, the gripper last.
        lower: Shape (n,), smallest angles [rad].
        upper: Shape (n,), largest angles [rad].
        speed: Shape (n,), largest joint speeds [rad/s].
        acceleration: Shape (n,), largest joint accelerations [rad/s²].
        following: Shape (n,), following errors that mean a blocked joint [rad].
        lead: Shape (n,), how far a set-point may be from the measured angle [rad].
        jerk: Shape (n,), largest joint jerks [rad/s³].
        tool_speed: Largest tool speed [m/s].
        tool_turn: Largest speed at which the tool turns [rad/s].
        jog_turn: The speed at which it turns when a jog asks for its largest tool speed [rad/s].
        contact_force: A contact with the person harder than this stops [N].
        tool_braking: Deceleration of the tool counted on before a zone [m/s²].
        slow_down_time: Within this time the tool slows down to a lower limit [s].
        stop_time: Within this time the arm is at rest after stop [s].
        closing: Sign of the gripper's motion when it closes, 1.0 or -1.0 [no unit].
        warm: Temperature that slows [°C].
        hot: Temperature that stops [°C].
        min_voltage: Smallest supply voltage [V].
        max_voltage: Largest supply voltage [V].
        dt: Time between two set-points [s].
    """

    names: tuple[str, ...]
    lower: FloatArray
    upper: FloatArray
    speed: FloatArray
    acceleration: FloatArray
    following: FloatArray
    lead: FloatArray
    jerk: FloatArray
    tool_speed: float
    tool_turn: float
    jog_turn: float
    contact_force: float
    tool_braking: float
    slow_down_time: float
    stop_time: float
    closing: float
    warm: float
    hot: float
    min_voltage: float
    max_voltage: float
    dt: float

    @classmethod
    def of(cls, config: ArmConfig, dt: float) -> Limits:
        """Return the limits of the arm ``config`` with a set-point every ``dt`` [s]."""
        joints = config.joints
        speed = np.minimum(np.array([joint.max_speed for joint in joints]), CAP_JOINT_SPEED)
        acceleration = np.array([joint.max_acceleration for joint in joints])
        jerk = np.array([joint.max_jerk for joint in joints])
        following = np.array([joint.following_error for joint in joints])
        tool = config.tool
        tool_speed = min(tool.max_speed, CAP_TOOL_SPEED)
        slow_down = tool_speed / tool.max_acceleration + tool.max_acceleration / tool.max_jerk
        slowest_joint = float(np.max(speed / acceleration + acceleration / jerk))
        return cls(
            names=config.joint_names,
            lower=np.array([joint.lower for joint in joints]),
            upper=np.array([joint.upper for joint in joints]),
            speed=speed,
            acceleration=acceleration,
            following=following,
            # A blocked joint must show as a following error before set-points run into this bound.
            lead=following + speed * (FOLLOWING_TIME + 2.0 * dt),
            jerk=jerk,
            tool_speed=tool_speed,
            tool_turn=min(tool.turn_limit, CAP_TURN_SPEED),
            jog_turn=tool.max_turn_speed,
            contact_force=config.contact_force,
            tool_braking=BRAKING_SHARE * tool.max_acceleration,
            slow_down_time=slow_down + 0.1,
            # Half as long again, and the lag of the servos.
            stop_time=1.5 * max(slow_down, slowest_joint) + 0.3,
            closing=float(np.sign(config.gripper.closed - config.gripper.open)),
            warm=config.wire.warn_temperature,
            hot=config.wire.max_temperature,
            min_voltage=config.wire.min_voltage,
            max_voltage=config.wire.max_voltage,
            dt=dt,
        )

    @property
    def max_age(self) -> float:
        """Age at which a joint's reading is too old to move on [s]."""
        return 5.0 * self.dt
