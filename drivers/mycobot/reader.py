"""The cyclic reading: all angles, the gripper, and one look at how the controller is."""

from __future__ import annotations

import logging
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from drivers.mycobot import codec, joints
from drivers.mycobot.bus import MycobotBus
from drivers.mycobot.messages import FULL_GRIP_SPEED, FULL_SPEED, FULLY_OPEN, JOINTS, Command, explain
from drivers.mycobot.track import Track

LOG: Final = logging.getLogger(__name__)
SHARES: Final = (0.68, 0.86, 0.96)
"""Shares of a control period by whose end angles, gripper and look must have come. The controller asks its servos one
after the other: 20 ms for the angles (bench reports, firmware 6.5 and 7.2), so 50 ms is about the shortest period."""
_TORQUE, _MODE, _ERROR, _POWER = range(4)
_LOOKS: Final = 3
"""What is looked at in turn; at the power only when the joints are silent."""
_MARGIN: Final = 0.02
"""Play and noise of a joint [rad]."""
_GRIP_MARGIN: Final = 0.06
"""The same of the gripper, in strokes."""


class Reader:
    """What the arm says.

    Attributes:
        track: Where the joints are, the gripper last.
        on: Six entries, True where a joint has torque.
        fresh_mode: The newest goal replaces the one before; False after the controller restarted.
        powered: The motors have power.
        error: Error code of the controller, 0 for none.

    Args:
        bus: The controller.
        clock: Time.
        config: The arm.
        two_questions: It answers the question for angles in other words, too.
    """

    def __init__(self, bus: MycobotBus, clock: Clock, config: ArmConfig, *, two_questions: bool) -> None:
        self._bus = bus
        self._clock = clock
        self._config = config
        self._times = tuple(share / config.rate_hz for share in SHARES)
        stroke = abs(config.gripper.open - config.gripper.closed)
        self.track = Track(
            [FULL_SPEED] * JOINTS + [FULL_GRIP_SPEED * stroke], [_MARGIN] * JOINTS + [_GRIP_MARGIN * stroke]
        )
        self.on = [False] * JOINTS
        self.fresh_mode = False
        self.powered = True
        self.error = 0
        self._turn = 0
        self._missed: int | None = None
        self._probe = 0
        self._news: tuple[int, int] | None = None
        self._questions = (Command.GET_ANGLES, Command.GET_ANGLES_COORDS) if two_questions else (Command.GET_ANGLES,)

    def update(self) -> float:
        """Read everything once and return when that ended [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        deadline = self._clock.now() + self._times[2]
        # Without power the joints are silent: when they are, that is looked at.
        self._look(deadline, self._turn % _LOOKS if self.measure() else _POWER)
        return self._clock.now()

    def measure(self) -> bool:
        """Read angles and gripper; return whether all of them came.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.track.begin()
        started = self._clock.now()
        told = self._angles(started + self._times[0])
        counts = None if told is None else codec.angles(told)
        if counts is not None:
            self.track.take(0, [joints.angle_of(value) for value in counts], self._clock.now())
        grip = self._ask(Command.GET_GRIPPER, started + self._times[1])
        if grip is not None and grip[0] <= FULLY_OPEN:
            self.track.take(JOINTS, [joints.grip_position(self._config, grip[0])], self._clock.now())
        return bool(self.track.fresh.all())

    def check_torque(self, number: int, deadline: float, *, again: bool = False) -> bool | None:
        """Return whether joint ``number`` (from 1) has torque, None where that was not answered by ``deadline`` [s]."""
        told = self._bus.ask(Command.IS_SERVO_ENABLED, bytes((number,)), deadline=deadline, again=again)
        return None if told is None else codec.flag(told)

    def _angles(self, deadline: float) -> bytes | None:
        """Ask for the angles; after one without answer in other words, which a late answer to it does not fit."""
        free = self._free()
        if not free:
            # Every question is still open. What a joint's limit is, each joint by itself, can always be asked; the
            # answer says that nothing else will come any more.
            self._probe += 1
            end = Command.JOINT_MAX if self._probe // JOINTS % 2 else Command.JOINT_MIN
            self._bus.ask(end, bytes((self._probe % JOINTS + 1,)), deadline=deadline)
            free = self._free()
        question = next((command for command in free if command != self._missed), free[0] if free else None)
        told = None if question is None else self._ask(question, deadline)
        self._missed = question if told is None else None
        return told

    def _free(self) -> list[Command]:
        return [command for command in self._questions if not self._bus.owes(command)]

    def _look(self, deadline: float, what: int) -> None:
        """Look at one thing that changes seldom; all are seen within a second. News is believed when told twice."""
        number = self._turn // _LOOKS % JOINTS
        if what == _TORQUE:
            told: int | None = self.check_torque(number + 1, deadline)
            known: int = self.on[number]
        elif what == _MODE:
            told, known = self._flag(Command.GET_FRESH_MODE, deadline), self.fresh_mode
        elif what == _POWER:
            told, known = self._flag(Command.IS_POWER_ON, deadline), self.powered
        else:
            error = self._ask(Command.GET_ERROR, deadline)
            told, known = None if error is None else error[0], self.error
        if told is not None and told != known and self._news != (what, told):
            self._news = (what, told)
            return
        self._turn += what != _POWER
        self._news = None
        if told is not None and told != known:
            self._believe(what, number, told)

    def _believe(self, what: int, number: int, told: int) -> None:
        if what == _TORQUE:
            self.on[number] = bool(told)
        elif what == _MODE:
            self.fresh_mode = bool(told)
        elif what == _POWER:
            self.powered = bool(told)
            self.on = [on and self.powered for on in self.on]
        else:
            self.error = told
        if what == _ERROR and told:
            LOG.warning("%s: %s", self._config.title, explain(told))
        elif what == _POWER and not told:
            LOG.warning("%s: The motors were switched off.", self._config.title)

    def _flag(self, command: int, deadline: float) -> bool | None:
        told = self._ask(command, deadline)
        return None if told is None else codec.flag(told)

    def _ask(self, command: int, deadline: float) -> bytes | None:
        return self._bus.ask(command, deadline=deadline)
