"""Which way each tile and each direction of the stick moves the arm.

Directions are said as a person says them: ahead, left and up; roll, tilt and turn of the hand. In the frame of the
person "left" is their left, wherever they sit (`armctl.motion.by_hand`); in the base frame the three are x, y and z.
Rolls and tilts are always about the hand's own axes, because "tilt up" must nod the hand wherever the arm points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from armctl.config.arm import ToolConfig
from armctl.config.user import DirectionsConfig
from armctl.control.messages import Vector
from armctl.motion.by_hand import Seen, weighted

STEP_ANGLE: Final = 0.15
"""One rotation step [rad], about 9 degrees."""
STEP_GRIP: Final = 0.15
"""One gripper step, share of the full opening."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A direction: shares of the allowed speeds, each -1 to 1.

    Attributes:
        linear: Ahead, left, up.
        angular: Roll (clockwise seen from behind the hand), tilt (nose down), turn (to the left).
        grip: Closing (negative) or opening.
    """

    linear: Vector = (0.0, 0.0, 0.0)
    angular: Vector = (0.0, 0.0, 0.0)
    grip: float = 0.0

    @property
    def still(self) -> bool:
        """True when it asks for nothing."""
        return not any((*self.linear, *self.angular, self.grip))

    def weighted(self, directions: DirectionsConfig) -> Motion:
        """Return the motion with each direction at the person's own share of the speed."""
        return Motion(*weighted(self.linear, self.angular, self.grip, directions))

    def resolved(self, frame: Seen, tool: ToolConfig) -> tuple[Vector, Vector, Seen]:
        """Return (linear, angular, frame) for a jog, in axes x, y, z of the returned frame.

        Args:
            frame: Frame the person prefers.
            tool: Which axes of the tool frame point out of the hand and up.
        """
        if not any(self.angular[:2]) and frame != "tool":
            return self.linear, self.angular, frame
        ahead, up = np.array(tool.approach_axis), np.array(tool.up_axis)
        axes = np.column_stack([ahead, np.cross(up, ahead), up])
        return _vector(axes @ np.array(self.linear)), _vector(axes @ np.array(self.angular)), "tool"


def _vector(values: np.ndarray) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


StickMode = Literal[
    "move", "height", "rotate", "grip", "choose", "all", "away", "sideways", "upward", "tilt", "roll", "turn"
]
STICK_MODES: Final[tuple[StickMode, ...]] = ("move", "height", "rotate", "grip", "choose")
"""What two axes of a stick do, in the order a press of its button goes through; "choose" moves the highlight."""
_ONE_AXIS: Final[tuple[StickMode, ...]] = ("away", "sideways", "upward", "tilt", "roll", "turn", "grip", "choose")
_THREE_AXES: Final[tuple[StickMode, ...]] = ("move", "rotate", "grip", "choose")
_SIX_AXES: Final[tuple[StickMode, ...]] = ("all", "grip", "choose")


def stick_modes(axes: int, can_turn: bool) -> tuple[StickMode, ...]:
    """Return what a stick with this many axes does, in the order its button goes through: the fewer, the more modes.

    Six axes need no modes to move, three need two, two need three, one needs five or six; each has grip and choosing
    besides.

    Args:
        axes: How many the stick has.
        can_turn: The hand can turn to the side where it is.
    """
    if axes == 1:
        return tuple(mode for mode in _ONE_AXIS if can_turn or mode != "turn")
    if axes == 2:
        return STICK_MODES
    return _SIX_AXES if axes >= 6 else _THREE_AXES


def stick_motion(mode: StickMode, axes: tuple[float, ...], can_turn: bool) -> Motion:
    """Return where a stick leads.

    Args:
        mode: What the stick does.
        axes: Right, ahead, and up where there is a third; roll to the right, tilt down and turn to the left where there
            are six; each -1 to 1. Or the only one there is.
        can_turn: The hand can turn to the side where it is.
    """
    turn = 1.0 if can_turn else 0.0
    if mode == "all":
        return _all_at_once(axes, turn)
    right, ahead, third = (*axes, 0.0, 0.0, 0.0)[:3]
    return _along(mode, right, turn) if mode in _ALONG else _together(mode, right, ahead, third, turn)


def _together(mode: StickMode, right: float, ahead: float, third: float, turn: float) -> Motion:
    """Two or three axes at once."""
    if mode == "move":
        return Motion(linear=(ahead, -right, third))
    if mode == "height":
        return Motion(linear=(0.0, 0.0, ahead), angular=(0.0, 0.0, -right * turn))
    if mode == "rotate":
        return Motion(angular=(right, -ahead, -third * turn))
    if mode == "grip":
        return Motion(grip=right if abs(right) > abs(ahead) else ahead)
    return Motion()


_ALONG: Final[dict[StickMode, Motion]] = {
    "away": Motion(linear=(1.0, 0.0, 0.0)),
    "sideways": Motion(linear=(0.0, -1.0, 0.0)),
    "upward": Motion(linear=(0.0, 0.0, 1.0)),
    "tilt": Motion(angular=(0.0, -1.0, 0.0)),
    "roll": Motion(angular=(1.0, 0.0, 0.0)),
    "turn": Motion(angular=(0.0, 0.0, -1.0)),
}
"""Where a single axis leads when it is pushed."""


def _along(mode: StickMode, push: float, turn: float) -> Motion:
    way = _ALONG[mode]
    x, y, z = way.linear
    roll, tilt, yaw = way.angular
    return Motion(linear=(push * x, push * y, push * z), angular=(push * roll, push * tilt, push * yaw * turn))


def _all_at_once(axes: tuple[float, ...], turn: float) -> Motion:
    """Six axes: rolls and tilts are about the hand, moves are the person's, so whichever is wanted more goes."""
    right, ahead, up, roll, tilt, yaw = (*axes, *(0.0,) * 6)[:6]
    if math.hypot(roll, tilt) > math.hypot(right, ahead, up):
        return Motion(angular=(roll, tilt, yaw * turn))
    return Motion(linear=(ahead, -right, up), angular=(0.0, 0.0, yaw * turn))
