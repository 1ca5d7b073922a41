"""The uArm Swift Pro: numbered commands, answers in any order, and things it says unasked in between.

Commands that begin with P are answered at once, from the encoders. The others wait in line, and firmware 4 answers them
only when the arm stands: nothing here waits for a move's answer, they are matched by number when they come. There is no
command that stops a move, so no more than two short ones are ever in flight.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.config.gcode import GcodeConfig
from armctl.errors import HardwareError, IdentityError
from armctl.hal.state import FloatArray
from drivers.gcode import codec
from drivers.gcode.codec import Answer
from drivers.gcode.line import Line
from drivers.gcode.messages import EVENT_POWER, EVENT_READY, LARGEST_NUMBER, NO_POWER, uarm_error

IN_FLIGHT: Final = 2
"""Commands that wait in line at most, as in the maker's own library."""
_ASK_TIME: Final = 0.03
"""Time for an answer to a question in passing [s]: 5 ms on the wire, some for the firmware's own round."""
_BOOT_TIME: Final = 3.5
"""Opening the port resets the board: boot loader and firmware take 2 to 3 s."""
_SHORTEST: Final = 0.01
"""Ways shorter than this are not sent, but gathered [mm or deg]."""
_SLOWEST: Final = 60.0
"""Smallest speed that is sent [mm/min]."""
_SWITCH_TIME: Final = 1.0
"""An order to the gripper without an answer for so long is given once more [s]."""
_PATIENCE: Final = 10.0
"""A command without an answer for so long will get none [s]."""
_POWER_EVERY: Final = 1.0
"""Time between two questions for the power supply [s]; it also says so by itself, once."""
_AGREES: Final = 3.0
"""Distance between what the firmware says and what its angles give that is the same tool [mm]."""
_MOTORS: Final = 3
_CENTRE: Final = 90.0
"""Where the hand's servo is after power-up [deg]."""

# The maker's lengths, from its firmware [mm].
_HEIGHT, _AHEAD, _LOWER, _UPPER = 106.6, 13.2, 142.07, 158.81
_TOOL_AHEAD, _TOOL_DOWN = 56.65, 74.55


def place_of(base: float, left: float, right: float) -> tuple[float, float, float]:
    """Return where the tool is, x, y and z [mm], when the motors are at these angles [deg]."""
    turn, lower, upper = (math.radians(angle) for angle in (base - 90.0, left, right))
    reach = _LOWER * math.cos(lower) + _UPPER * math.cos(upper) + _AHEAD + _TOOL_AHEAD
    height = _LOWER * math.sin(lower) - _UPPER * math.sin(upper) + _HEIGHT - _TOOL_DOWN
    return reach * math.cos(turn), reach * math.sin(turn), height


class UarmDialect:
    """A uArm Swift Pro behind ``line``; see `drivers.gcode.dialect.Dialect`. Its axes are B, L, R and H.

    Args:
        line: The port.
        gcode: Configuration.
    """

    def __init__(self, line: Line, gcode: GcodeConfig) -> None:
        self._line = line
        self._switch = gcode.gripper
        self._number = 0
        self._waiting: dict[int, float] = {}
        self._answers: dict[int, Answer] = {}
        self._hand = _CENTRE
        self._given: FloatArray | None = None
        self._power_next = 0.0
        self._complaint = ""
        self._switching: tuple[int, float] | None = None
        self.powered = False
        self.restarted = False
        self.gripping = False

    @property
    def ready(self) -> bool:
        """See `Dialect`: fewer than two commands are in flight."""
        now = self._line.now()
        return self._given is not None and sum(until > now for until in self._waiting.values()) < IN_FLIGHT

    def identify(self, deadline: float) -> str:
        """See `Dialect`; the identity is the arm's unique number."""
        device = self._first_answer(min(deadline, self._line.now() + _BOOT_TIME))
        if "swiftpro" not in device.lower().replace(" ", ""):
            raise IdentityError(f"What answers calls itself {device!r}, not SwiftPro.", "Check which arm this port is.")
        mode = self._demand("P2400", deadline)
        if mode != "V0":
            raise IdentityError(
                f"The arm is set up for another tool (mode {mode}): it would count its places from there.",
                "Put the gripper on and choose normal mode (M2400 S0).",
            )
        identity = self._demand("P2205", deadline).removeprefix("V")
        pump = self._switch.close.startswith("M2231")
        self.gripping = self._demand("P2231" if pump else "P2232", deadline) != "V0"
        turned = codec.values(self._ask("P2206 N3", deadline).words, "V")
        self._hand = turned[0] if turned else _CENTRE
        self.powered = self._all_on(deadline)
        self._check_lengths(deadline)
        self.restarted = False
        return identity

    def look(self, deadline: float) -> FloatArray | None:
        """See `Dialect`. The hand's servo has no sensor: it is where it was told to be."""
        if self._switching is not None and self._line.now() >= self._switching[1]:
            # The order or its answer was lost; nothing else tells, and twice does no harm.
            self.grip(self.gripping)
            self._switching = None
        if self._line.now() >= self._power_next:
            self._power_next = self._line.now() + _POWER_EVERY
            if self._ask("P2234", deadline).words == "V0":
                self._lose_power()
        reply = self._ask("P2200", deadline)
        angles = codec.values(reply.words, "BLR")
        if reply.error or angles is None:
            return None
        places = np.array([*angles, self._hand])
        self._given = places if self._given is None else self._given
        return places

    def complaint(self) -> str:
        """See `Dialect`."""
        self._listen()
        said, self._complaint = self._complaint, ""
        if said:
            # What else is in flight will be refused for the same reason.
            self._given = None
            self._waiting.clear()
        return said

    def move(self, places: FloatArray, seconds: float) -> None:
        """See `Dialect`: one move of the three motors, and one of the hand where it turns."""
        base, left, right, hand = places.tolist()
        start = places if self._given is None else self._given
        goal = place_of(base, left, right)
        way = math.dist(goal, place_of(*start[:3].tolist()))
        if way >= _SHORTEST:
            words = (codec.word(letter, value, 2) for letter, value in zip("XYZ", goal, strict=True))
            self._order(f"G0 {' '.join(words)} {codec.word('F', max(way / seconds * 60.0, _SLOWEST), 1)}", seconds)
            self._given = places
        if abs(hand - self._hand) >= _SHORTEST:
            self._hand = hand
            self._order(f"G2202 N3 {codec.word('V', hand, 2)} F1000", seconds)

    def grip(self, closed: bool) -> None:
        """See `Dialect`."""
        self.gripping = closed
        self._order(self._switch.close if closed else self._switch.open, 0.0)
        self._switching = (self._number, self._line.now() + _SWITCH_TIME)

    def stop(self) -> None:
        """See `Dialect`: nothing can be told; what is in flight ends within two periods."""
        self._listen()

    def settled(self) -> bool:
        """See `Dialect`: moves go on from the last one given."""
        return True

    def power(self, on: bool, deadline: float) -> None:
        """See `Dialect`; the firmware begins at the place its encoders tell."""
        self._demand("M17" if on else "M2019", deadline)
        self.powered = self._all_on(deadline)
        self.restarted = False
        if self.powered is not on:
            raise HardwareError(f"The motors did not switch {'on' if on else 'off'}.", "Check the arm's power supply.")

    def _first_answer(self, deadline: float) -> str:
        """Return what the device calls itself; the board may be starting."""
        while (now := self._line.now()) < deadline:
            reply = self._ask("P2201", min(deadline, now + 0.3))
            if reply.words:
                return reply.words.removeprefix("V")
        raise IdentityError(
            "No uArm answers on this port.", "Check that the arm is switched on and that this is its port."
        )

    def _check_lengths(self, deadline: float) -> None:
        """Refuse an arm whose firmware counts its places in another way than is counted here."""
        places = self.look(deadline)
        told = codec.values(self._demand("P2220", deadline), "XYZ")
        if places is None or told is None:
            raise HardwareError("The arm does not tell where it is.", "Switch it off and on again.")
        away = math.dist(place_of(*places[:3].tolist()), told)
        if away > _AGREES:
            raise IdentityError(
                f"The arm counts its place {away:.0f} mm from where its angles put it; {_AGREES:.0f} mm are usual.",
                "Set the normal tool (M2400 S0), or calibrate the arm as its maker says.",
            )

    def _all_on(self, deadline: float) -> bool:
        return all(self._demand(f"M2203 N{motor}", deadline) == "V1" for motor in range(_MOTORS))

    def _demand(self, text: str, deadline: float) -> str:
        """Return the words of the answer; one lost on the way is asked for again.

        Raises:
            HardwareError: There is none, or it is an error.
        """
        while (now := self._line.now()) < deadline:
            reply = self._ask(text, min(deadline, now + _ASK_TIME))
            if reply.error:
                raise HardwareError(f"The arm refused {text}: {uarm_error(reply.error)}.")
            if reply.number:
                return reply.words
        raise HardwareError(f"The arm gave no answer to {text} in time.", "Check cable and power supply.")

    def _ask(self, text: str, deadline: float) -> Answer:
        """Return the answer to ``text`` itself; one with number 0 when there is none by ``deadline`` [s]."""
        number = self._send(text)
        for line in self._line.lines(deadline):
            self._take(line, number)
            if number in self._answers:
                return self._answers.pop(number)
        self._line.forget_half()
        return Answer(0, 0, "")

    def _order(self, text: str, seconds: float) -> None:
        """Send what is not waited for."""
        number = self._send(text)
        self._waiting[number] = self._line.now() + seconds

    def _send(self, text: str) -> int:
        self._answers.clear()
        self._number = self._number % LARGEST_NUMBER + 1
        self._line.send(codec.numbered(self._number, text))
        return self._number

    def _listen(self) -> None:
        """Take what has come, and wait for nothing."""
        now = self._line.now()
        for line in self._line.lines(now):
            self._take(line, 0)
        self._waiting = {number: until for number, until in self._waiting.items() if until + _PATIENCE > now}

    def _take(self, line: str, asked: int) -> None:
        """Sort one line: the answer asked for, one to an order, something unasked, or nothing of any use."""
        reply, event = codec.answer(line), codec.event(line)
        if reply and self._switching and reply.number == self._switching[0]:
            self._switching = None
        if reply and reply.number == asked:
            self._answers[asked] = reply
        elif reply and self._waiting.pop(reply.number, None) is not None and reply.error:
            self._complaint = f"The arm did not do as told: {uarm_error(reply.error)}."
        if reply and reply.error == NO_POWER:
            self._lose_power()
        if event and (event.number == EVENT_READY or (event.number == EVENT_POWER and event.words == "V0")):
            self._lose_power()

    def _lose_power(self) -> None:
        self.restarted = self.restarted or self.powered
        self.powered = False
