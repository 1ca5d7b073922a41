"""Is this a myCobot 280 that can be used? Asked at connect; nothing is changed."""

from __future__ import annotations

import math
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig, JointConfig
from armctl.errors import HardwareError, IdentityError
from drivers.holders import modem_manager_runs
from drivers.mycobot import codec
from drivers.mycobot.bus import MycobotBus
from drivers.mycobot.messages import ANSWER_TIME, COUNTS_PER_LIMIT, JOINTS, LIMIT_UNIT, OLDEST_VERSION, Command
from drivers.mycobot.reader import Reader
from drivers.transport import MODEM_MANAGER_REMEDY

CONNECT_TIME: Final = 4.0
"""What these questions may take [s]; `Arm` promises to connect within 5 s."""
_PATIENCE: Final = ANSWER_TIME + 0.02
"""How long to wait for one answer [s]: a little longer than it may take, so that it may be asked for again."""
_ATTEMPTS: Final = 3
_FIRST_ATTEMPTS: Final = 5
"""Opening the port makes some boards start anew, which takes a second or two."""
_LIMIT_TOLERANCE: Final = 2 * LIMIT_UNIT
"""Rounding allowed between configured limits and the controller's own [rad]."""


class Questions:
    """Questions that must be answered, each asked a few times.

    Args:
        bus: Whom to ask.
        clock: Time.
    """

    def __init__(self, bus: MycobotBus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._until = clock.now() + CONNECT_TIME

    def ask(self, command: int, data: bytes = b"", attempts: int = _ATTEMPTS) -> bytes:
        """Return the answer; ask up to so many ``attempts`` times.

        Raises:
            IdentityError: There is none.
            LinkLostError: The port is gone or blocked.
        """
        for _ in range(attempts):
            answer = self._bus.ask(command, data, deadline=min(self._until, self._clock.now() + _PATIENCE))
            if answer is not None:
                return answer
        raise IdentityError(
            f"No myCobot answers (to question {command:#04x}).",
            "Switch the arm on, choose Transponder (USB) on its screen, and check the cable. " + _hints(self._bus),
        )

    def flag(self, command: int, data: bytes = b"") -> bool:
        """Return the answer to a question with yes or no; as `ask`."""
        answer = codec.flag(self.ask(command, data))
        if answer is None:
            raise IdentityError(f"The answer to question {command:#04x} is neither yes nor no.", "Reconnect the arm.")
        return answer

    def understands(self, command: int) -> bool:
        """Return True when the arm answers ``command``, which older firmware does not know."""
        return self._bus.ask(command, deadline=min(self._until, self._clock.now() + _PATIENCE)) is not None


def check(questions: Questions, config: ArmConfig) -> list[tuple[int, int]]:
    """Refuse what is not a myCobot 280 as configured and ready; return its joints' own limits [0.01°].

    Raises:
        IdentityError: Something else, old firmware, or other joint limits.
        HardwareError: The motors have no power, or their controller is out of reach.
        LinkLostError: The port is gone or blocked.
    """
    version = questions.ask(Command.VERSION, attempts=_FIRST_ATTEMPTS)[0]
    if version < OLDEST_VERSION:
        raise IdentityError(
            f"The arm's firmware is {version / 10:.1f}; {OLDEST_VERSION / 10:.1f} or newer is needed.",
            "Update it with the maker's program (myStudio).",
        )
    if not questions.flag(Command.IS_CONNECTED):
        raise HardwareError(
            "The arm's base does not reach the controller in its hand.", "Switch the arm's power off and on."
        )
    if not questions.flag(Command.IS_POWER_ON):
        raise HardwareError("The arm's motors are switched off.", "Support the arm and switch its power off and on.")
    return [_limits(questions, number, joint) for number, joint in enumerate(config.joints[:JOINTS], start=1)]


def check_line(reader: Reader, config: ArmConfig) -> None:
    """Refuse an arm of which no reading is complete within a control period. The best of five counts.

    Raises:
        HardwareError: Naming what does not answer in time.
        LinkLostError: The port is gone or blocked.
    """
    missing: list[str] = []
    for _ in range(5):
        reader.update()
        if reader.track.fresh.all():
            return
        missing = [joint.name for joint, fresh in zip(config.joints, reader.track.fresh, strict=True) if not fresh]
    raise HardwareError(
        f"The arm does not say where {', '.join(missing)} is within {1000 / config.rate_hz:.0f} ms, "
        f"as {config.rate_hz:.0f} readings a second need.",
        "Check the plugs at the arm, and connect its USB socket directly to this computer.",
    )


def _limits(questions: Questions, number: int, joint: JointConfig) -> tuple[int, int]:
    ends = [codec.limit(questions.ask(command, bytes((number,)))) for command in (Command.JOINT_MIN, Command.JOINT_MAX)]
    lower, upper = (end * LIMIT_UNIT for end in ends)
    if joint.lower < lower - _LIMIT_TOLERANCE or joint.upper > upper + _LIMIT_TOLERANCE:
        raise IdentityError(
            f"The arm lets {joint.name} go from {math.degrees(lower):.1f}° to {math.degrees(upper):.1f}°; the "
            f"configuration asks for {math.degrees(joint.lower):.1f}° to {math.degrees(joint.upper):.1f}°.",
            "Narrow the joint's limits in the arm's configuration, or choose the one that belongs to this arm.",
        )
    return ends[0] * COUNTS_PER_LIMIT, ends[1] * COUNTS_PER_LIMIT


def _hints(bus: MycobotBus) -> str:
    hints = "Something answers, but garbled: another device may be on this port. " if bus.garbled else ""
    return (hints + (MODEM_MANAGER_REMEDY if modem_manager_runs() else "")).strip()
