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
        self._questions = (Command.GET_ANGLES, Command.GET_ANGLES_COORDS) if two_questions else (Command.GET_ANGLES,)

    def update(self) -> float:
        """Read everything once and return when that ended [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        deadline = self._clock.now() + self._times[2]
        if self.measure() or not self.look_for_power(deadline):
            self._look(deadline)
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

    def check_torque(self, number: int, deadline: float, *, again: bool = False) -> bool:
        """Ask whether joint ``number`` (from 1) has torque; return whether that was answered by ``deadline`` [s]."""
        told = self._bus.ask(Command.IS_SERVO_ENABLED, bytes((number,)), deadline=deadline, again=again)
        on = None if told is None else codec.flag(told)
        if on is not None:
            self.on[number - 1] = on
        return on is not None

    def look_for_power(self, deadline: float) -> bool:
        """Ask whether the motors have power: without, joints are silent. Return whether that was answered in time."""
        told = self._ask(Command.IS_POWER_ON, deadline)
        powered = None if told is None else codec.flag(told)
        if powered is False:
            self.on = [False] * JOINTS
            if self.powered:
                LOG.warning("%s: The motors were switched off.", self._config.title)
        if powered is not None:
            self.powered = powered
        return powered is not None

    def _angles(self, deadline: float) -> bytes | None:
        """Ask for the angles; after one without answer in other words, which a late answer to it does not fit."""
        free = [command for command in self._questions if not self._bus.owes(command)]
        question = next((command for command in free if command != self._missed), free[0] if free else None)
        told = None if question is None else self._ask(question, deadline)
        self._missed = question if told is None else None
        return told

    def _look(self, deadline: float) -> None:
        """Look at one thing that changes seldom; all are seen within a second."""
        self._turn += 1
        what, number = self._turn % 3, self._turn // 3 % JOINTS + 1
        if what == 0:
            self.check_torque(number, deadline)
        elif what == 1:
            told = self._ask(Command.GET_FRESH_MODE, deadline)
            self.fresh_mode = self.fresh_mode if told is None else codec.flag(told) is not False
        elif (told := self._ask(Command.GET_ERROR, deadline)) is not None:
            if told[0] and told[0] != self.error:
                LOG.warning("%s: %s", self._config.title, explain(told[0]))
            self.error = told[0]

    def _ask(self, command: int, deadline: float) -> bytes | None:
        return self._bus.ask(command, deadline=deadline)
