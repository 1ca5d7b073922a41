"""When the arm may move: worked out from what the person asked for. Part of the checker.

The arm is armed from a stop test that the person passed until anything takes it away. It may move from a valid command
on until it came to rest; after a stop, a silence or the end of a jog it has the time that coming to rest takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.soak.facts import Facts

STOP_TEST_TIME, STOP_TEST_LATENCY = 30.0, 0.2
LONGEST = 1.0
"""An intent may be valid for this long at most [s]."""
SILENCE = 0.1
"""Screen and guard are lost after this [s]."""
TICKS = 0.03
"""Two ticks and a reading [s]: what is said at one moment works at the end of the next tick."""
STILL = 0.04
"""Set-points that hardly change for so long [s] have come to rest."""
ENDED = 0.6
"""Set-points that do not change at all for so long [s] belong to a motion that is over."""
DRIFT = 0.02
"""An arm that may not move may not have wandered further than this [rad]."""
MOTIONS = frozenset({"Jog", "MoveBy", "MoveJoints", "MoveTool", "Grip", "Undo", "Resume"})
ARMED = frozenset({"ready", "moving", "stopping"})


@dataclass
class Ending:
    """Something after which the arm must come to rest: which rule, since when, by when."""

    rule: str
    since: float
    until: float


class Licence:
    """Keeps what the person asked for and says when motion is not covered by it.

    Attributes:
        armed: A stop test was passed and nothing took it away.

    Args:
        facts: For the time a stop takes.
        wrong: Called with time, rule and text.
        jitter: How late things may be seen [s].
    """

    def __init__(self, facts: Facts, wrong: Callable[[float, str, str], None], jitter: float) -> None:
        self._wrong = wrong
        self._jitter = jitter
        # Half as long again: a stop may first have to end its acceleration.
        self._stop_time = 1.5 * facts.stop_time + TICKS + jitter
        self._beats: dict[str, float] = {}
        self._silent: set[str] = set()
        self.restarted()

    def restarted(self) -> None:
        """Control begins: it counts from the beginning, and nothing is armed."""
        self.armed = False
        self._armings = 0
        self._confirmed = False
        self._pressed = False
        self._pressed_at = -math.inf
        self._enabled_at = -math.inf
        self._taken = -1
        self._told_sequence = 0
        self._granted: dict[int, float] = {}
        self._commanded_at = -math.inf
        self._covered_until = -math.inf
        self._moved_at = -math.inf
        self._changed_at = -math.inf
        self._goals: np.ndarray | None = None
        self._anchor: np.ndarray | None = None
        self._endings: list[Ending] = []
        self._told_at = -math.inf
        self._fault = ""
        self._clear = False

    # -- what the person asks for ----------------------------------------------------------------------------------

    def asked(self, now: float, intent: dict[str, Any]) -> None:
        """Take an intent that reached control."""
        kind = intent["kind"]
        if kind in {"Stop", "Pause"}:
            self._end("stop", now, now + self._stop_time)
        elif kind != "Heartbeat" and self._valid(now, intent):
            self._grant(now, kind, intent)

    def _valid(self, now: float, intent: dict[str, Any]) -> bool:
        """Tell whether an intent may count: not known to be taken before, in time, and of this arming."""
        in_time = now <= intent["deadline"] <= now + LONGEST + self._jitter
        return in_time and intent["epoch"] == self._armings and intent["sequence"] > self._taken

    def _grant(self, now: float, kind: str, intent: dict[str, Any]) -> None:
        if kind == "Enable":
            # Asked again while the test runs it changes nothing.
            self._enabled_at = now if now - self._enabled_at > STOP_TEST_TIME or self.armed else self._enabled_at
        elif kind == "StopTest":
            pressed = intent["pressed_at"]
            on_time = now - STOP_TEST_LATENCY - self._jitter <= pressed <= now + self._jitter
            if self._enabled_at <= pressed and on_time and now - self._enabled_at <= STOP_TEST_TIME + self._jitter:
                self.armed, self._pressed, self._pressed_at = True, True, now
                self._anchor = None
        elif kind == "ClearFault":
            self._clear = True
        elif kind in MOTIONS:
            self._granted[intent["sequence"]] = now
            self._commanded_at = now
            until = intent["deadline"] + self._stop_time if kind == "Jog" else math.inf
            self._covered_until = max(self._covered_until, until)

    def beat(self, now: float, who: str) -> None:
        """Take a sign of life of "screen" or "guard"."""
        self._beats[who] = now
        self._silent.discard(who)

    def link_ended(self, now: float, who: str) -> None:
        """The pipe to "screen" or "guard" ended: control must stop, and counts the next one's numbers anew."""
        if who in self._beats and who not in self._silent:
            self._lose(now, who)
        self._beats.pop(who, None)

    def _lose(self, since: float, who: str) -> None:
        self._silent.add(who)
        self._taken = -1
        self._end("silence", since, since + self._stop_time)

    def _end(self, rule: str, since: float, until: float) -> None:
        """Note that what was asked for before ``since`` must come to rest by ``until``."""
        if self._moved_at > since - STILL:
            self._endings.append(Ending(rule, since, until))
        elif self._commanded_at < since:
            # It may just have begun, too slowly to be seen.
            self._covered_until = min(self._covered_until, until)

    # -- what the arm does -----------------------------------------------------------------------------------------

    def moved(self, now: float, goals: np.ndarray, *, moved: bool, anew: bool) -> None:
        """Take one set-point of an armed arm.

        Args:
            now: The time.
            goals: (n,).
            moved: It moves faster than steps can show.
            anew: It puts goals where the arm stands.
        """
        self._lives(now)
        if moved:
            self._moved_at = now
        if self._goals is None or (goals != self._goals).any():
            self._changed_at = now
        self._goals = goals
        covered = self.covered(now)
        if anew or covered or self._anchor is None:
            self._anchor = goals
        if not covered and (np.abs(goals - self._anchor) > DRIFT).any():
            self._wrong(now, "uncommanded", f"moves {now - self._covered_until:.2f} s after it should stand")
            self._anchor = goals

    def _lives(self, now: float) -> None:
        """Control was stalled since it was heard last: meanwhile the arm stood, and coming to rest begins after it."""
        gap, self._told_at = now - self._told_at, now
        if TICKS + self._jitter < gap < math.inf:
            self._covered_until += gap
            for ending in self._endings:
                ending.until += gap

    def covered(self, now: float) -> bool:
        """Tell whether somebody asked for motion that may go on ``now``."""
        return now <= self._covered_until

    def passes(self, now: float) -> None:
        """Look at what must have happened by now."""
        for who, last in self._beats.items():
            # A control process that is stalled itself cannot hear; it comes to rest for that.
            alive = now - self._told_at < TICKS + self._jitter
            if who not in self._silent and now - last > SILENCE + TICKS + self._jitter and alive:
                self._lose(last + SILENCE, who)
        for ending in list(self._endings):
            if now - self._moved_at >= STILL and now - ending.since >= STILL:
                self._endings.remove(ending)
                if self._commanded_at < ending.since:
                    self._covered_until = -math.inf
            elif now > ending.until and self._moved_at > ending.until:
                self._endings.remove(ending)
                self._wrong(now, ending.rule, f"still moves {now - ending.since:.2f} s after it had to stop")
        if now - max(self._changed_at, self._commanded_at) > ENDED:
            self._covered_until = min(self._covered_until, now)

    # -- what control says -----------------------------------------------------------------------------------------

    def told(self, now: float, snapshot: dict[str, Any]) -> None:
        """Take what control says of itself at ``now``: mode, epoch, fault, sequence and phase of the motion."""
        self._lives(now)
        self._look_at_fault(now, snapshot)
        self._look_at_arming(now, snapshot)
        sequence = snapshot["sequence"]
        if sequence != self._told_sequence and snapshot["phase"] != "refused":
            self._told_sequence = self._taken = sequence
            if sequence not in self._granted:
                self._wrong(now, "replay", f"carries out command {sequence}, which was not valid")

    def _look_at_fault(self, now: float, snapshot: dict[str, Any]) -> None:
        fault = snapshot["fault"]
        if self._fault and fault != self._fault and not self._clear:
            self._wrong(now, "latch", f"the fault {self._fault} became {fault or 'none'} by itself")
        if (snapshot["mode"] == "fault") != bool(fault):
            self._wrong(now, "latch", f"in mode {snapshot['mode']} with fault {fault or 'none'}")
        if fault != self._fault:
            self._clear = False
        self._fault = fault

    def _look_at_arming(self, now: float, snapshot: dict[str, Any]) -> None:
        if snapshot["epoch"] != self._armings:
            if snapshot["epoch"] != self._armings + 1 or not self._pressed:
                self._wrong(now, "armed", f"says arming {snapshot['epoch']} after {self._armings}")
            self._armings, self._pressed = snapshot["epoch"], False
        if snapshot["mode"] not in ARMED:
            # A snapshot from before the press was read says nothing about it.
            if now - self._pressed_at > TICKS + self._jitter or self._confirmed:
                self.armed = self._confirmed = False
            if snapshot["mode"] != "stop_test" and now - self._enabled_at > TICKS + self._jitter:
                self._enabled_at = -math.inf
            if not self.armed:
                self._endings.clear()
            return
        if not self.armed:
            self._wrong(now, "armed", f"says {snapshot['mode']}, but no stop test was passed")
            self.armed = True
        self._confirmed = True
