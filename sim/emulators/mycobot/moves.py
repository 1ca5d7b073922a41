"""The moves of an emulated myCobot 280: every command that sends joints, the flange or encoders somewhere.

Each takes the data of its command and returns the data of its answer; None where it is about no joint there is.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Final

from drivers.mycobot.messages import ANGLE_UNIT, JOINTS
from sim.emulators.mycobot.controller import IN_POSITION, Controller, Move
from sim.emulators.mycobot.coordinates import Coordinates
from sim.emulators.mycobot.joint import Joint

DONE: Final = b"\1"
WORDS: Final = struct.Struct(f">{JOINTS}h")
WORD: Final = struct.Struct(">h")
STEPS_PER_TURN: Final = 4096
STEP: Final = math.tau / STEPS_PER_TURN
"""One step of an encoder [rad]."""
MIDDLE: Final = 2048
"""What an encoder says at 0°."""
_LINE_ERROR: Final = 33
_NO_SOLUTION: Final = 32
_JOG_STEPS: Final = 40
"""Steps of a jog along an axis, 5 mm or 5° each."""


def encoder(joint: Joint) -> int:
    """Return what the encoder of a joint says."""
    return min(STEPS_PER_TURN - 1, max(0, round(MIDDLE + joint.reading / STEP)))


class Moves:
    """What sends the arm somewhere.

    Args:
        controller: What moves it.
        coordinates: Poses of the flange.
    """

    def __init__(self, controller: Controller, coordinates: Coordinates) -> None:
        self._controller = controller
        self._coordinates = coordinates

    def places(self) -> list[float]:
        """Return where the joints are (6,) [rad]."""
        return [joint.reading for joint in self._controller.joints]

    def _send(self, goals: dict[int, float], percent: int) -> bytes:
        if 1 <= percent <= 100:
            self._controller.send(Move(goals, percent / 100))
        return DONE

    def send_angle(self, data: bytes) -> bytes | None:
        """Send one joint: number, angle, speed."""
        angle = WORD.unpack_from(data, 1)[0] * ANGLE_UNIT
        return self._send({data[0] - 1: angle}, data[3]) if 1 <= data[0] <= JOINTS else None

    def send_angles(self, data: bytes) -> bytes:
        """Send all joints: six angles, speed."""
        angles = (count * ANGLE_UNIT for count in WORDS.unpack_from(data))
        return self._send(dict(enumerate(angles)), data[-1])

    def send_coord(self, data: bytes) -> bytes | None:
        """Change one coordinate: axis, value, speed."""
        if not 1 <= data[0] <= JOINTS:
            return None
        wanted = self._coordinates.of(self.places())
        wanted[data[0] - 1] = WORD.unpack_from(data, 1)[0]
        return self._go_to(wanted, data[3])

    def send_coords(self, data: bytes) -> bytes:
        """Send the flange: six coordinates, speed, and 1 for a straight line."""
        wanted, percent = list(WORDS.unpack_from(data)), data[2 * JOINTS]
        if len(data) > 2 * JOINTS + 1 and data[-1] == 1:
            return self._go_straight(wanted, percent)
        return self._go_to(wanted, percent)

    def _go_to(self, wanted: Sequence[int], percent: int) -> bytes:
        angles = self._coordinates.angles(wanted, self.places())
        if angles is None:
            self._controller.error = _NO_SOLUTION
            return DONE
        return self._send(dict(enumerate(angles)), percent)

    def _go_straight(self, wanted: Sequence[int], percent: int) -> bytes:
        """Follow a straight line; in fresh mode only its last point counts, as with the real one."""
        here = self.places()
        points = self._coordinates.line(self._coordinates.of(here), wanted, here)
        if points is None:
            self._controller.error = _LINE_ERROR
            return DONE
        if self._controller.fresh_mode:
            return self._send(dict(enumerate(points[-1])), percent)
        return self._follow(points, percent, at_once=False)

    def _follow(self, points: Sequence[Sequence[float]], percent: int, *, at_once: bool) -> bytes:
        if 1 <= percent <= 100:
            moves = [Move(dict(enumerate(point)), percent / 100) for point in points]
            self._controller.follow(moves, at_once=at_once)
        return DONE

    def in_position(self, data: bytes) -> bytes | None:
        """Tell whether it is there: six values, 0 for angles or 1 for coordinates."""
        if data[-1] > 1:
            return None
        wanted = WORDS.unpack_from(data)
        if data[-1] == 0:
            off = (abs(count * ANGLE_UNIT - at) for count, at in zip(wanted, self.places(), strict=True))
            return bytes((max(off) < IN_POSITION,))
        here = self._coordinates.of(self.places())
        near = (abs(a - b) < (20 if axis < 3 else 200) for axis, (a, b) in enumerate(zip(here, wanted, strict=True)))
        return bytes((all(near),))

    def jog(self, data: bytes) -> bytes | None:
        """Turn a joint to its end: number, direction, speed."""
        if not 1 <= data[0] <= JOINTS or data[1] > 1:
            return None
        return self._send({data[0] - 1: self._controller.limits[data[0] - 1][data[1]]}, data[2])

    def jog_coord(self, data: bytes) -> bytes | None:
        """Go along an axis, or turn about it, as far as the arm can: axis, direction, speed."""
        if not 1 <= data[0] <= JOINTS or data[1] > 1:
            return None
        here = self.places()
        at = self._coordinates.of(here)
        stride = (50 if data[0] <= 3 else 500) * (1 if data[1] else -1)
        moves: list[list[float]] = []
        for _ in range(_JOG_STEPS):
            at[data[0] - 1] += stride
            angles = self._coordinates.angles(at, moves[-1] if moves else here, attempts=1)
            if angles is None:
                break
            moves.append(angles)
        if not moves:
            self._controller.error = _NO_SOLUTION
            return DONE
        return self._follow(moves, data[2], at_once=True)

    def increment(self, data: bytes) -> bytes | None:
        """Turn a joint on: number, by how much, speed."""
        if not 1 <= data[0] <= JOINTS:
            return None
        joint = self._controller.joints[data[0] - 1]
        return self._send({data[0] - 1: joint.reading + WORD.unpack_from(data, 1)[0] * ANGLE_UNIT}, data[3])

    def increment_coord(self, data: bytes) -> bytes | None:
        """Move the flange on: axis, by how much, speed."""
        if not 1 <= data[0] <= JOINTS:
            return None
        wanted = self._coordinates.of(self.places())
        wanted[data[0] - 1] += WORD.unpack_from(data, 1)[0]
        return self._go_to(wanted, data[3])

    def set_encoder(self, data: bytes) -> bytes | None:
        """Send one joint: number, steps, speed."""
        steps = WORD.unpack_from(data, 1)[0]
        if not 1 <= data[0] <= JOINTS or not 0 <= steps < STEPS_PER_TURN:
            return None
        return self._send({data[0] - 1: (steps - MIDDLE) * STEP}, data[3])

    def set_encoders(self, data: bytes) -> bytes | None:
        """Send all joints: six times steps, speed."""
        steps = WORDS.unpack_from(data)
        if any(not 0 <= value < STEPS_PER_TURN for value in steps):
            return None
        return self._send({number: (value - MIDDLE) * STEP for number, value in enumerate(steps)}, data[-1])
