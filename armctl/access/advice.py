"""Which way of moving a person will probably want next: proposed, never switched to.

Changing modes takes a sixth of the time of a task, and is what people complain about most. Two things are asked, both
of which can be told in a sentence: what came next the other times (counts that fade, by the last mode and by the last
two), and where the hand is (above a thing with an open hand: down to it; around it: grip; holding it: up).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Aim: TypeAlias = Literal["", "lower", "grip", "lift"]
"""What the place of the hand suggests; empty: nothing."""

FADES: Final = 0.9
"""Every switch away from a mode makes the older ones from it count this much less: some ten are remembered."""
PAIR: Final = 2.0
"""The last two modes together tell more than the last one."""
PLACE: Final = 3.0
"""What the place of the hand is worth, in switches that were seen."""
ENOUGH: Final = 2.5
"""Fewer than this are no habit."""
CLEAR: Final = 0.6
"""What is proposed has at least this share of all that was seen."""
ABOVE: Final = 0.06
"""The hand is above a thing when it is no farther to its side than this [m]."""
HIGH: Final = 0.25
"""And no higher [m]."""
AROUND: Final = 0.045
"""The fingers are around a thing when the tool point is this near to its middle [m]."""
OPEN: Final = 0.3
"""Share of the opening from which something can be taken."""
BETWEEN: Final = "|"
"""Between the last two modes where habits are kept."""


def aim_of(
    tool: Sequence[float], things: Iterable[Sequence[float]], opening: float, holding: bool, gripping: bool
) -> Aim:
    """Return what the place of the hand suggests.

    Args:
        tool: Tool point x, y, z [m].
        things: Middle of each thing that can be taken, x, y, z [m].
        opening: Share of the hand's opening, 0 to 1.
        holding: Something is held.
        gripping: The stick opens and closes the hand.
    """
    if holding:
        return "lift" if gripping else ""
    apart = [[a - b for a, b in zip(tool[:3], thing[:3], strict=True)] for thing in things]
    if opening < OPEN or not apart:
        return ""
    if any(math.hypot(*way) <= AROUND for way in apart):
        return "grip"
    above = any(math.hypot(x, y) <= ABOVE and AROUND < z <= HIGH for x, y, z in apart)
    return "lower" if above else ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mode, and why.

    Attributes:
        mode: Its name.
        why: ``place`` when the hand's place speaks for it, ``habit`` when what came next before does.
    """

    mode: str
    why: Literal["place", "habit"]


@dataclass(slots=True)
class Tally:
    """For the records: how often the mode was switched, something was proposed, and a proposal was accepted."""

    switches: int = 0
    proposed: int = 0
    accepted: int = 0


Counts: TypeAlias = dict[tuple[str, ...], dict[str, float]]


def noted(counts: Mapping[tuple[str, ...], Mapping[str, float]], before: str, mode: str, after: str) -> Counts:
    """Return ``counts`` with one more switch from ``mode`` to ``after``; ``before`` is the mode before ``mode``."""
    new: Counts = {key: dict(row) for key, row in counts.items()}
    for key in ((mode,), (before, mode)):
        row = {name: weight * FADES for name, weight in new.get(key, {}).items()}
        row[after] = row.get(after, 0.0) + 1.0
        new[key] = row
    return new


def propose(
    counts: Mapping[tuple[str, ...], Mapping[str, float]],
    before: str,
    mode: str,
    modes: Sequence[str],
    fits: Sequence[str],
) -> Proposal | None:
    """Return what will probably be wanted next, None when that is not clear.

    Args:
        counts: What came next, see `noted`.
        before: The mode before the present one.
        mode: The present mode, which is never proposed.
        modes: All modes there are.
        fits: Modes that do what the place of the hand suggests, best first; empty when it suggests nothing.
    """
    if mode in fits:
        return None  # the stick already does what the hand is there for
    scores = dict.fromkeys((name for name in modes if name != mode), 0.0)
    for key, weight in (((mode,), 1.0), ((before, mode), PAIR)):
        for name, seen in counts.get(key, {}).items():
            if name in scores:
                scores[name] += weight * seen
    placed = next((name for name in fits if name in scores), None)
    if placed is not None:
        scores[placed] += PLACE
    total = sum(scores.values())
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < ENOUGH or scores[best] < CLEAR * total:
        return None
    return Proposal(best, "place" if best == placed else "habit")


def as_table(counts: Mapping[tuple[str, ...], Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return ``counts`` as what a file can hold."""
    return {BETWEEN.join(key): dict(row) for key, row in counts.items()}


def counts_of(table: object) -> Counts:
    """Return the counts of `as_table`; what was damaged, or is more than counting makes, is left out."""
    rows = table.items() if isinstance(table, dict) else ()
    most = 1.0 / (1.0 - FADES)
    counts: Counts = {}
    for key, row in rows:
        seen = row.items() if isinstance(row, dict) else ()
        kept = {str(name): float(w) for name, w in seen if isinstance(w, float | int) and 0.0 < w <= most}
        if kept and str(key).count(BETWEEN) <= 1:
            counts[tuple(str(key).split(BETWEEN))] = kept
    return counts


class Advisor:
    """One person's mode switches, and the proposal that is shown.

    Attributes:
        tally: Counts for the records.
        shown: What is proposed now, None when nothing is.
    """

    def __init__(self) -> None:
        self._counts: Counts = {}
        self._before = ""
        self.tally = Tally()
        self.shown: Proposal | None = None

    @property
    def habits(self) -> dict[str, dict[str, float]]:
        """What came next so far, to be kept until the next session."""
        return as_table(self._counts)

    def recall(self, habits: object) -> None:
        """Go on with the ``habits`` of earlier sessions, as they were read from a file."""
        self._counts = counts_of(habits)

    def switched(self, mode: str, after: str) -> bool:
        """Note a switch from ``mode`` to ``after``; return True when that was what was proposed."""
        if mode == after:
            return False
        accepted = self.shown is not None and self.shown.mode == after
        self.tally.switches += 1
        self.tally.accepted += accepted
        self._counts = noted(self._counts, self._before, mode, after)
        self._before, self.shown = mode, None
        return accepted

    def look(self, mode: str, modes: Sequence[str], fits: Sequence[str]) -> Proposal | None:
        """Return what is to be proposed from now on; see `propose`."""
        new = propose(self._counts, self._before, mode, modes, fits)
        self.tally.proposed += new is not None and new != self.shown
        self.shown = new
        return new
