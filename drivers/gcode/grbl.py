"""Grbl 1.1: lines answered one by one, bytes that act at once, and a report for each question mark.

Motions are jogs, since only a jog can be cancelled: 0x85 decelerates, empties the queue, and leaves the controller
idle. The controller counts steps; nothing measures where the arm really is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from armctl.config.gcode import GcodeConfig
from armctl.errors import HardwareError, IdentityError, PlaceLostError
from armctl.hal.state import FloatArray
from drivers.gcode import codec, messages
from drivers.gcode.codec import Report
from drivers.gcode.line import Line
from drivers.gcode.settings import SetUp

_BOOT_TIME: Final = 3.0
"""Opening the port resets an Arduino: its boot loader takes 1 to 2 s, then the greeting comes."""
_ASK_TIME: Final = 0.3
"""Time for an answer where nobody waits for it in a loop [s]."""
_LOST: Final = 0.15
"""A line without an answer for so long will get none [s]."""
_TELLING_TIME: Final = 1.0
"""Settings take their time to be told [s]: 50 ms on the wire, and the reading of the memory."""
HOMING_TIME: Final = 120.0
"""Homing is answered when it is done; by then [s]."""
_CANCEL_AGAIN: Final = 0.3
"""A jog that goes on for so long after it was cancelled is cancelled once more [s]."""
_NEAR_REST: Final = 6.0
"""This near to its rest pose the arm cannot have sunk while its motors were off [deg or mm]."""
_PAUSE: Final = 0.005
"""Between two questions for the state while something is waited for [s]."""
_DEAF: Final = frozenset({"Sleep", "Hold", "Door"})
"""States in which lines are not looked at, only bytes that act at once."""
_OFF: Final = frozenset({"M5", "M9"})
"""Commands that leave an output as it is after a reset."""
_TOLD: Final = frozenset({"Idle", "Run", "Hold", "Jog", "Check", "Door", "Sleep"})
"""States in which the controller knows where it is, once it was homed."""
NOT_HOMED: Final = "Nobody knows where the arm is until it was homed."
SUNK: Final = f"The motors were switched off away from the rest pose. {NOT_HOMED}"
HOME_IT: Final = "Make room around the arm; then home it: armctl home."


class _Sent(NamedTuple):
    """A line that was sent.

    Attributes:
        size: Its length.
        until: When its answer counts as lost [s].
        homes: Its ``ok`` means that the arm is homed.
        grips: It switches the gripper.
        void: Nobody wants to know any more whether it was refused.
    """

    size: int
    until: float
    homes: bool = False
    grips: bool = False
    void: bool = False


class GrblDialect:
    """A Grbl 1.1 controller behind ``line``; see `drivers.gcode.dialect.Dialect`.

    Args:
        line: The port.
        gcode: Configuration.
        rest: Shape (n,), where the axes are when the arm lies in its rest pose [unit].
    """

    def __init__(self, line: Line, gcode: GcodeConfig, rest: FloatArray) -> None:
        self._line = line
        self._gcode = gcode
        self._letters = tuple(axis.letter for axis in gcode.axes)
        self._rest = rest
        self._unanswered: deque[_Sent] = deque()
        self._set_up = SetUp(gcode)
        self._state = ""
        self._alarm = 0
        self._homed = True
        self._offset: tuple[float, ...] = ()
        self._given: FloatArray | None = None
        self._here: FloatArray | None = None
        self._owing = False
        self._marked = self._mark_sent = False
        self._greeted = False
        self._cancelled_at: float | None = None
        self._wanted: bool | None = None
        self._complaint = ""
        self.restarted = False
        self.gripping = True

    @property
    def powered(self) -> bool:
        """See `Dialect`: with $1=255, which is checked, motors hold in every state but Sleep."""
        return bool(self._state) and self._state != "Sleep"

    @property
    def silent(self) -> bool:
        """True while it has told nothing, as it does after a limit switch was hit, until it is reset."""
        return not self._state

    @property
    def ready(self) -> bool:
        """See `Dialect`: it knows where it is, stands or jogs, and keeps up with what it gets."""
        room = sum(sent.size for sent in self._unanswered) + messages.LONGEST_COMMAND <= messages.RECEIVE_BUFFER
        knows = self._set_up.checked and self._homed and self._given is not None
        return knows and room and self._state in {"Idle", "Jog"} and self._wanted is None

    def identify(self, deadline: float) -> str:
        """See `Dialect`; the identity is the text of the build (``$I=``). One that sleeps is checked on waking."""
        report = self._awake(min(deadline, self._line.now() + _BOOT_TIME))
        if self._state not in _DEAF:
            self._confirm_settings(deadline)
        # After homing a controller stands off its switches; all zero is one that just began to count.
        self._homed = self._homed and any(report.machine or report.work)
        count = len(report.machine or report.work)
        if count != len(self._letters):
            raise IdentityError(
                f"The controller has {count} axes; {len(self._letters)} are configured.", "Check which arm this is."
            )
        self._here = self._machine(report)
        self.restarted = False
        return self._set_up.name

    def rouse(self, deadline: float) -> None:
        """Reset one that is silent, by ``deadline`` [s]: after a limit switch was hit it hears nothing else."""
        if self._first_report(min(deadline, self._line.now() + _BOOT_TIME)) is None:
            self._line.send(messages.RESET)
            self._take_until(lambda: self._greeted, deadline)

    def look(self, deadline: float) -> FloatArray | None:
        """See `Dialect`. After a report that did not come in time, a mark separates what is late from what is new."""
        self._listen()
        if self.homing or (self._owing and not self._pass_mark(deadline)):
            return None
        report = self._report(deadline)
        self._owing = report is None
        if report is None:
            return None
        if self._state == "Jog" and self._cancelled_at is not None and self._now() - self._cancelled_at > _CANCEL_AGAIN:
            self.stop()
        self._do_wanted()
        places = self._machine(report)
        self._here = places
        if places is None or not self._homed or self._state not in _TOLD:
            return None
        if self._given is None and self.settled():
            self._given = places
        return places

    def complaint(self) -> str:
        """See `Dialect`."""
        self._listen()
        if not self._complaint and self._state == "Alarm":
            return self._alarm_words() if self._alarm else NOT_HOMED
        said, self._complaint = self._complaint, ""
        if said:
            # What else is under way will be refused for the same reason.
            self._given = None
            self._unanswered = deque(sent._replace(void=True) for sent in self._unanswered)
        return said

    def move(self, places: FloatArray, seconds: float) -> None:
        """See `Dialect`: one jog."""
        start = self._given if self._given is not None else places
        feed = max(1.0, float(np.linalg.norm(places - start)) / seconds * 60.0)
        self._send(codec.jog(self._letters, places.tolist(), feed))
        self._given = places

    def grip(self, closed: bool) -> None:
        """See `Dialect`: Grbl switches outputs only between jogs, so this waits until it stands."""
        self._wanted = closed
        self._do_wanted()

    def stop(self) -> None:
        """See `Dialect`: cancel the jog. A byte that acts at once; where nothing jogs it does nothing.

        Homing ends by a reset only, which stops the motors where they are; nobody knew where that is anyway.
        """
        self._line.send(messages.RESET if self.homing else messages.JOG_CANCEL)
        self._cancelled_at = self._now()
        self._given = None

    def settled(self) -> bool:
        """See `Dialect`: the jog that was cancelled has come to rest."""
        if self._cancelled_at is not None and self._state != "Jog":
            self._cancelled_at = None
        return self._cancelled_at is None

    def power(self, on: bool, deadline: float) -> None:
        """See `Dialect`; off is Grbl's sleep, and waking it is a reset.

        Raises:
            HardwareError: The controller did not confirm.
            PlaceLostError: The arm must be homed first.
            IdentityError: It is set up otherwise than configured.
        """
        if on:
            self._wake(deadline)
        else:
            self._sleep(deadline)

    @property
    def homing(self) -> bool:
        """True while it looks for its switches."""
        return any(sent.homes for sent in self._unanswered)

    @property
    def lost(self) -> str:
        """Why nobody knows where the arm is, in plain words; "" when it is known, or being found out."""
        if self._homed or self.homing:
            return ""
        return self._alarm_words() if self._alarm else NOT_HOMED

    @property
    def sunk(self) -> str:
        """The same of one that sleeps, and cannot be switched on because it may have sunk meanwhile."""
        return SUNK if self._state == "Sleep" and self._here is not None and self._may_have_sunk() else ""

    def home(self, deadline: float) -> None:
        """Let the arm find its switches: every joint moves to the end where one is, at the controller's own speed.

        Returns when it begins, by ``deadline`` [s]; `look` gives nothing until it is done. An alarm or its sleep is
        ended before, and its settings are compared. To be asked for by a person who sees the arm.

        Raises:
            HardwareError: It did not start again, or did not tell its settings.
            IdentityError: It is set up otherwise than configured.
            LinkLostError: The port is gone.
        """
        if self._state in _DEAF or self._alarm:
            self._reset(deadline)
        self._confirm_settings(deadline)
        self._send(codec.command("$H"), HOMING_TIME, homes=True)
        self._state, self._homed, self._alarm, self._given = "Home", False, 0, None

    # -- what power means --------------------------------------------------------------------------------------------

    def _wake(self, deadline: float) -> None:
        if self._state == "Sleep":
            self._require_rest()
        if self._state in _DEAF or self._alarm in messages.POSITION_KEPT:
            self._reset(deadline)
        if self._state == "Alarm" and self._homed:
            self._send(codec.command("$X"))
        self._confirm_settings(deadline)
        self._report(deadline)
        if not self._homed or self._state == "Alarm":
            raise PlaceLostError(NOT_HOMED, HOME_IT)
        if self._state not in {"Idle", "Jog"}:
            raise HardwareError(f"The controller is in state {self._state!r} and takes no motion.", "Reset it.")
        self.restarted = False

    def _require_rest(self) -> None:
        """Refuse to believe a count from before motors were off, unless the arm lay where it cannot have sunk."""
        if self._may_have_sunk():
            self._homed = False
            raise PlaceLostError(SUNK, HOME_IT)

    def _alarm_words(self) -> str:
        return f"The controller is in alarm: {messages.grbl_alarm(self._alarm)}."

    def _may_have_sunk(self) -> bool:
        return self._here is None or float(np.max(np.abs(self._here - self._rest))) > _NEAR_REST

    def _reset(self, deadline: float) -> None:
        """Reset on purpose, at rest: the count is kept."""
        homed, checked, self._greeted = self._homed, self._set_up.checked, False
        self._line.send(messages.RESET)
        self._take_until(lambda: self._greeted, deadline)
        if not self._greeted:
            raise HardwareError("The controller did not start again after a reset.", "Switch it off and on again.")
        self._homed, self._set_up.checked, self._state, self._alarm = homed, checked, "Alarm", 0

    def _sleep(self, deadline: float) -> None:
        self.stop()
        self._poll(deadline, lambda: self._state != "Jog")
        self._send(codec.command("$SLP"))
        self._poll(deadline, lambda: self._state == "Sleep")
        if self._state != "Sleep":
            raise HardwareError(
                "The motors may still be on: the controller did not go to sleep.", "Switch the arm's power supply off."
            )

    def _poll(self, deadline: float, done: Callable[[], bool]) -> None:
        """Ask for the state again and again, with pauses, until it is ``done`` or ``deadline`` [s]."""
        while self._report(deadline) is not None and not done() and self._now() < deadline:
            for line in self._line.lines(min(deadline, self._now() + _PAUSE)):
                self._take(line)

    # -- settings ----------------------------------------------------------------------------------------------------

    def _confirm_settings(self, deadline: float) -> None:
        """Ask for the settings, once after every start, and compare them with the configuration.

        Raises:
            HardwareError: It has not told everything yet.
            IdentityError: It is another one, or set up otherwise.
        """
        if not (self._set_up.checked or self._set_up.asked):
            # A greeting told the version, and outputs are off after it; at 115200 baud the settings alone take 50 ms.
            for question in ("$$",) if self._greeted else ("$I", "$G", "$$"):
                self._send(codec.command(question), _TELLING_TIME)
            self._set_up.asked = True
        self._take_until(lambda: not self._unanswered, deadline)
        if self._set_up.checked:
            return
        if not self._set_up.told or self._unanswered:
            raise HardwareError("The controller did not tell its settings in time.", "Try again.")
        self._set_up.check()

    # -- lines -------------------------------------------------------------------------------------------------------

    def _now(self) -> float:
        return self._line.now()

    def _awake(self, deadline: float) -> Report:
        report = self._first_report(deadline)
        if report is None:
            raise IdentityError(
                "No Grbl controller answers on this port.",
                "Check that it is on, and that this is its port. After a limit switch was hit, home it: armctl home.",
            )
        return report

    def _first_report(self, deadline: float) -> Report | None:
        """Return the first report; the board may be starting, and must not be disturbed then."""
        report = self._report(self._now() + _ASK_TIME)
        while report is None and self._now() < deadline:
            self._take_until(lambda: self._greeted, deadline)
            report = self._report(self._now() + _ASK_TIME)
        return report

    def _take_until(self, done: Callable[[], bool], deadline: float) -> None:
        lines = self._line.lines(deadline)
        while not done() and (line := next(lines, None)) is not None:
            self._take(line)

    def _do_wanted(self) -> None:
        if self._wanted is not None and self._state == "Idle" and self._set_up.checked:
            self.gripping, self._wanted = self._wanted, None
            switch = self._gcode.gripper
            self._send(codec.command(switch.close if self.gripping else switch.open), grips=True)

    def _send(self, line: bytes, patience: float = _LOST, *, homes: bool = False, grips: bool = False) -> None:
        self._line.send(line)
        self._unanswered.append(_Sent(len(line), self._now() + patience, homes, grips))

    def _listen(self) -> None:
        """Take what has come, and wait for nothing."""
        now = self._now()
        for line in self._line.lines(now):
            self._take(line)
        if self._unanswered and now > self._unanswered[0].until:
            # A line or its answer was lost: which one the next answer belongs to is not known any more. Of a jog that
            # did not arrive the places tell; the gripper tells nothing, and is switched once more.
            if any(sent.grips for sent in self._unanswered):
                self._wanted = self.gripping
            self._unanswered.clear()
            self._mark_sent = False

    def _report(self, deadline: float) -> Report | None:
        """Ask once, and return the report that answers it."""
        self._line.send(messages.STATUS)
        for line in self._line.lines(deadline):
            report = self._take(line)
            if report is not None:
                return report
        self._line.forget_half()
        return None

    def _pass_mark(self, deadline: float) -> bool:
        """Return True when everything that was asked before has come or never will.

        Answers overtake nobody: what comes before the answer to a question for the modes was asked before it.
        """
        if not self._mark_sent:
            self._send(codec.command("$G"))
            self._mark_sent, self._marked = True, False
        for line in self._line.lines(deadline):
            self._take(line)
            if self._marked:
                break
        self._mark_sent = not self._marked
        return self._marked

    def _machine(self, report: Report) -> FloatArray | None:
        """Return the machine places in ``report``; None while the offset of work places is not known."""
        if report.offset:
            self._offset = report.offset
        places = report.machine or report.work
        if len(places) != len(self._letters):
            return None
        if report.machine:
            return np.array(report.machine)
        return np.array(report.work) + np.array(self._offset) if len(self._offset) == len(places) else None

    def _take(self, line: str) -> Report | None:
        """Sort one line, and return the report if it is one."""
        report = codec.report(line)
        if report is not None:
            self._state = report.state
            if report.state == "Alarm" and not self._alarm:
                self._homed = False
            return report
        if line == "ok":
            self._homed = self._answered().homes or self._homed
        elif (error := codec.error_of(line)) is not None:
            if not self._answered().void:
                self._complaint = f"The controller refused: {messages.grbl_error(error)}."
        elif (alarm := codec.alarm_of(line)) is not None:
            self._state, self._alarm = "Alarm", alarm
            self._homed = self._homed and alarm in messages.POSITION_KEPT
        elif (setting := codec.setting_of(line)) is not None:
            self._set_up.take(*setting)
        elif (version := codec.greeting_of(line)) is not None:
            self._restart(version)
        elif (said := codec.message_of(line)) is not None:
            self._take_message(*said)
        return None

    def _answered(self) -> _Sent:
        """Take note that the oldest line was answered, and return which that was."""
        return self._unanswered.popleft() if self._unanswered else _Sent(0, 0.0)

    def _restart(self, version: str) -> None:
        """The controller started: what it was sent is gone, and the arm may have been without power."""
        self._greeted, self.restarted, self._homed = True, True, False
        self._set_up.begin(version)
        self._unanswered.clear()
        self._mark_sent = False
        self._given = None
        self.gripping = self._gcode.gripper.close.split()[0] in _OFF

    def _take_message(self, tag: str, text: str) -> None:
        if tag == "VER":
            self._set_up.version, _, self._set_up.name = text.partition(":")
        elif tag == "GC":
            self._marked = True
            self.gripping = self._gcode.gripper.open.split()[0] not in text.split()
