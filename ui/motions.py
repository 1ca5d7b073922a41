"""Which way each tile and each direction of the stick moves the arm.

Directions are said as a person says them: ahead, left and up; roll, tilt and turn of the hand. In the frame of the
person "left" is their left, wherever they sit (`armctl.motion.by_hand`); in the base frame the three are x, y and z.
Rolls and tilts are always about the hand's own axes, because "tilt up" must nod the hand wherever the arm points.
"""

from __future__ import annotations

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


StickMode = Literal["move", "height", "rotate", "grip", "choose"]
STICK_MODES: Final[tuple[StickMode, ...]] = ("move", "height", "rotate", "grip", "choose")
"""What two axes of a stick do, in the order a press of its button goes through; "choose" moves the highlight."""


def stick_motion(mode: StickMode, axes: tuple[float, ...], can_turn: bool) -> Motion:
    """Return where a stick leads.

    Args:
        mode: What the stick does.
        axes: Right, ahead, and up where there is a third; each -1 to 1.
        can_turn: The hand can turn to the side where it is.
    """
    right, ahead = (*axes, 0.0, 0.0)[:2]
    third = axes[2] if len(axes) > 2 else 0.0
    turn = 1.0 if can_turn else 0.0
    if mode == "move":
        return Motion(linear=(ahead, -right, third))
    if mode == "height":
        return Motion(linear=(0.0, 0.0, ahead), angular=(0.0, 0.0, -right * turn))
    if mode == "rotate":
        return Motion(angular=(right, -ahead, -third * turn))
    if mode == "grip":
        return Motion(grip=right if abs(right) > abs(ahead) else ahead)
    return Motion()
