"""The firmware of an emulated myCobot 280: moves, modes, limits, protection; without bytes or wires.

Where the maker does not say what the firmware does, the worse of two readings is taken, so that a driver that is right
here is right there: every joint uses the speed that was told, by itself; torque that is switched on by itself leads to
the old goal; a controller that restarts queues its moves.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from armctl.config.arm import ArmConfig
from drivers.mycobot.messages import ANGLE_UNIT, COLLISION, FULL_GRIP_SPEED, FULL_SPEED, FULLY_OPEN, JOINTS
from sim.emulators.motors import Drive, Measured
from sim.emulators.mycobot.joint import Joint

LIMITS: Final = tuple(
    (math.radians(lower), math.radians(upper))
    for lower, upper in ((-168, 168), (-140, 140), (-150, 150), (-150, 150), (-155, 160), (-180, 180))
)
"""Joint limits of the 280's firmware [rad] (pymycobot 4.0.7)."""
ACCELERATION: Final = math.radians(200.0)
"""Largest joint acceleration [rad/s²] (the maker's table)."""
IN_POSITION: Final = math.radians(1.0)
"""This near a joint counts as being where it was sent [rad]; own estimate."""
_STALLED: Final = 0.12
"""A joint that stays behind by this much [rad] ran into something; own estimate."""
_STALL_TIME: Final = 0.3
"""For how long it has to [s]; own estimate."""
_LONGEST_QUEUE: Final = 16
"""Moves that wait; own estimate."""


class Move(NamedTuple):
    """Where joints are to go: number (from 0) to angle [rad]; and with which share of the full speed."""

    goals: Mapping[int, float]
    share: float


class Controller:
    """Six joints and a gripper.

    Attributes:
        joints: The six.
        gripper: The gripper.
        limits: Lowest and highest angle of each joint [rad].
        powered: The motors have power.
        fresh_mode: A new move replaces what is under way; otherwise it waits.
        free: The arm may be moved by hand.
        paused: It waits in the middle of a move.
        error: Error code, 0 for none.
        collision: Error code of a collision that goes on, 0 for none; set from outside.
        colour: Of the light on its hand, 0 to 255 each.

    Args:
        config: The arm.
        measured: Where its motors are, the gripper last.
    """

    def __init__(self, config: ArmConfig, measured: Sequence[Measured]) -> None:
        gripper = config.gripper
        stroke = abs(gripper.open - gripper.closed)
        self._gripper = gripper
        self.joints = tuple(
            Joint(number, at, FULL_SPEED, ACCELERATION, ANGLE_UNIT) for number, at in enumerate(measured[:JOINTS], 1)
        )
        self.gripper = Joint(
            JOINTS + 1,
            measured[-1],
            FULL_GRIP_SPEED * stroke,
            20.0 * stroke,
            stroke / FULLY_OPEN,
            gripper.effort,
        )
        self.limits = list(LIMITS)
        self.powered = True
        self.collision = 0
        self.colour = (0, 0, 0)
        self._queue: deque[Move] = deque()
        self._stalled_for = 0.0
        self._share = 1.0
        self.fresh_mode = self.free = self.paused = False
        self.error = 0

    def restart(self) -> None:
        """Start as after the supply came on: limp, without orders."""
        self._queue.clear()
        self.powered, self.fresh_mode, self.free, self.paused, self.error = True, False, False, False, 0
        for joint in (*self.joints, self.gripper):
            joint.release()
            joint.goal = joint.reading

    @property
    def moving(self) -> bool:
        """True while a joint is on its way, or a move waits."""
        return bool(self._queue) or not all(joint.arrived for joint in self.joints)

    @property
    def grip_value(self) -> int:
        """How far the gripper is open, 0 to 100."""
        share = (self.gripper.reading - self._gripper.closed) / (self._gripper.open - self._gripper.closed)
        return round(FULLY_OPEN * min(1.0, max(0.0, share)))

    def send(self, move: Move) -> None:
        """Begin a move, or let it wait for its turn; one that leads over a limit is not made, and is an error."""
        if not self.powered or self.free or self.error in COLLISION:
            return
        for number, goal in move.goals.items():
            lower, upper = self.limits[number]
            if not lower - 1e-6 <= goal <= upper + 1e-6:
                self.error = number + 1
                return
        if self.fresh_mode or not self.moving:
            self._queue.clear()
            self._begin(move)
        elif len(self._queue) < _LONGEST_QUEUE:
            self._queue.append(move)

    def follow(self, moves: Sequence[Move], *, at_once: bool) -> None:
        """Make ``moves`` one after the other, within the limits; ``at_once`` instead of what is under way."""
        if not self.powered or self.free or self.error in COLLISION:
            return
        if at_once:
            self._queue.clear()
            self._begin(moves[0])
            moves = moves[1:]
        self._queue.extend(moves)

    def grip(self, value: int, share: float) -> None:
        """Open the gripper to ``value``, 0 to 100."""
        if self.powered:
            opened = value / FULLY_OPEN
            self.gripper.go(self._gripper.closed + opened * (self._gripper.open - self._gripper.closed), share)

    def stop(self) -> None:
        """Come to rest, and forget every move."""
        self._queue.clear()
        self.paused = False
        for joint in self.joints:
            joint.brake()

    def pause(self) -> None:
        """Come to rest on the way."""
        if not self.paused and self.moving:
            self._queue.appendleft(
                Move({joint.id - 1: joint.goal for joint in self.joints if joint.torque}, self._share)
            )
            for joint in self.joints:
                joint.brake()
        self.paused = True

    def resume(self) -> None:
        """Go on."""
        self.paused = False

    def clear_queue(self) -> None:
        """Forget the moves that wait."""
        self._queue.clear()

    def set_power(self, on: bool) -> None:
        """Switch the motors' power."""
        if not on:
            self._limp()
        self.powered = on

    def release(self, numbers: Sequence[int]) -> None:
        """Switch torque off at the joints ``numbers`` (from 0)."""
        self._queue.clear()
        for number in numbers:
            self.joints[number].release()

    def focus(self, numbers: Sequence[int]) -> None:
        """Switch torque on at the joints ``numbers`` (from 0): they go where they were sent last."""
        for number in numbers if self.powered else ():
            self.joints[number].focus()

    def set_free(self, on: bool) -> None:
        """Let the arm be moved by hand, or make it hold where it is."""
        self.free = on
        if on:
            self.release(range(JOINTS))
            return
        for joint in self.joints:
            joint.go(joint.reading, 0.1)

    def clear_error(self) -> None:
        """Forget the error, unless what made it goes on."""
        self.error = self.collision

    def step(self, dt: float) -> list[Drive]:
        """Move on by ``dt`` [s] and return what each motor is told, the gripper last."""
        self._protect(dt)
        if self._queue and not self.paused and all(joint.arrived for joint in self.joints):
            self._begin(self._queue.popleft())
        return [joint.drive(dt) for joint in (*self.joints, self.gripper)]

    def measure(self, measured: Sequence[Measured]) -> None:
        """Take what each motor does, the gripper's last."""
        for joint, at in zip((*self.joints, self.gripper), measured, strict=True):
            joint.measure(at)

    def _begin(self, move: Move) -> None:
        self._share = move.share
        for number, goal in move.goals.items():
            self.joints[number].go(goal, move.share)

    def _limp(self) -> None:
        self._queue.clear()
        for joint in (*self.joints, self.gripper):
            joint.release()

    def _protect(self, dt: float) -> None:
        """Stop when a joint is kept from following."""
        stalled = any(joint.behind > _STALLED for joint in self.joints)
        self._stalled_for = self._stalled_for + dt if stalled else 0.0
        collided = self.collision or (COLLISION[0] if self._stalled_for > _STALL_TIME else 0)
        if collided and self.error not in COLLISION:
            self.error = collided
            self.stop()
            for joint in self.joints:
                joint.goal = joint.reading
