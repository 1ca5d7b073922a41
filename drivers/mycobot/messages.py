"""What a myCobot 280 says and understands: commands, the sizes of their questions and answers, units, error codes.

Figures: the maker's protocol page for the 280 and its Python package (pymycobot 4.0.7). Values are big-endian, 16 bits,
two's complement. Shared by the driver and by the emulated device.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final, NamedTuple

JOINTS: Final = 6
GRIPPER: Final = 7
"""Number of the gripper where joints are counted from 1."""
ANGLE_UNIT: Final = math.radians(0.01)
"""One count of an angle [rad]."""
LARGEST_ANGLE: Final = 18_100
"""No joint turns further than half a turn either way [0.01°], and a degree for a zero that is a little off."""
LIMIT_UNIT: Final = math.radians(0.1)
"""One count of a joint's limit [rad]."""
COUNTS_PER_LIMIT: Final = 10
"""Counts of an angle in one count of a limit."""
FULL_SPEED: Final = math.radians(160.0)
"""Joint speed of 100 % [rad/s]. The maker's table says 150 °/s, other pages 160: nothing is faster than thought."""
FULL_GRIP_SPEED: Final = 2.0
"""Strokes a second of the gripper at 100 %: own estimate."""
FULLY_OPEN: Final = 100
"""Gripper value; 0 is closed."""
RELEASE_GRIPPER: Final = 254
"""State of the gripper in which it is limp; 0 opens it, 1 closes it."""
ANSWER_TIME: Final = 0.5
"""The controller answers within this time [s], the maker says; later nothing is to be expected any more."""
OLDEST_VERSION: Final = 65
"""Oldest firmware this was written for, in tenths: from 6.5 on the maker recommends it for streaming."""


class Command(IntEnum):
    """The fourth byte of a frame, the same in question and answer."""

    VERSION = 0x02
    GET_ERROR = 0x07
    CLEAR_ERROR = 0x08
    POWER_ON = 0x10
    POWER_OFF = 0x11
    IS_POWER_ON = 0x12
    RELEASE_ALL = 0x13
    IS_CONNECTED = 0x14
    SET_FRESH_MODE = 0x16
    GET_FRESH_MODE = 0x17
    IS_FREE_MODE = 0x1B
    GET_ANGLES = 0x20
    SEND_ANGLES = 0x22
    STOP = 0x29
    JOINT_MIN = 0x4A
    JOINT_MAX = 0x4B
    IS_SERVO_ENABLED = 0x50
    ARE_ALL_ENABLED = 0x51
    RELEASE_SERVO = 0x56
    FOCUS_SERVO = 0x57
    GET_GRIPPER = 0x65
    SET_GRIPPER_STATE = 0x66
    SET_GRIPPER = 0x67
    GET_ANGLES_COORDS = 0xD5


class Size(NamedTuple):
    """How many bytes of data a command carries."""

    asked: int
    answered: int


ORDER: Final = Size(0, 1)
"""Without data; acknowledged with one byte."""
SIZES: Final[dict[int, Size]] = {
    Command.VERSION: Size(0, 1),
    Command.GET_ERROR: Size(0, 1),
    Command.CLEAR_ERROR: ORDER,
    Command.POWER_ON: ORDER,
    Command.POWER_OFF: ORDER,
    Command.IS_POWER_ON: Size(0, 1),
    Command.RELEASE_ALL: ORDER,
    Command.IS_CONNECTED: Size(0, 1),
    Command.SET_FRESH_MODE: Size(1, 1),
    Command.GET_FRESH_MODE: Size(0, 1),
    Command.IS_FREE_MODE: Size(0, 1),
    Command.GET_ANGLES: Size(0, 2 * JOINTS),
    Command.SEND_ANGLES: Size(2 * JOINTS + 1, 1),
    Command.STOP: ORDER,
    Command.JOINT_MIN: Size(1, 3),
    Command.JOINT_MAX: Size(1, 3),
    Command.IS_SERVO_ENABLED: Size(1, 2),
    Command.ARE_ALL_ENABLED: Size(0, 1),
    Command.RELEASE_SERVO: Size(1, 1),
    Command.FOCUS_SERVO: Size(1, 1),
    Command.GET_GRIPPER: Size(0, 1),
    Command.SET_GRIPPER_STATE: Size(2, 1),
    Command.SET_GRIPPER: Size(2, 1),
    Command.GET_ANGLES_COORDS: Size(0, 4 * JOINTS),
}
"""What the driver says, and what it hears. There is no checksum: a frame of any other size is no frame."""
ANSWER_SIZES: Final[dict[int, int]] = {command: size.answered for command, size in SIZES.items()}

COLLISION: Final = range(16, 20)
"""Error codes of the controller's own collision protection."""


def explain(error: int) -> str:
    """Return what error code ``error`` of the controller (not 0) means, as a sentence."""
    if 1 <= error <= JOINTS:
        return f"The controller says: joint {error} would leave its limits."
    if error in COLLISION:
        return "The controller says: the arm ran into something, and it stopped."
    if error == 32:
        return "The controller says: it cannot reach that pose."
    if error in {33, 34}:
        return "The controller says: it cannot go there in a straight line."
    return f"The controller reports error {error}."
