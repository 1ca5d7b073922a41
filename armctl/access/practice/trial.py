"""What all games have in common: one trial, what may happen in it, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Why: TypeAlias = Literal["", "early", "late", "none", "other", "spilt", "squeezed"]
"""What a miss was: before or after the right moment, nothing done in time, another item, spilt, closed too far."""
AxisName: TypeAlias = Literal["side", "ahead", "height", "tilt", "grip"]
"""Ways the hand goes: to the person's left [m], away from them [m], up [m], nose down [rad], opening (0 to 1)."""
Wish: TypeAlias = dict[AxisName, float]
"""Where the hand shall go: shares of the game's speed, each -1 to 1; nothing in it means to stand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial ended.

    Attributes:
        hit: It was right.
        seconds: From its beginning to the press that decided it, or to its end [s].
        why: What a miss was; empty for a hit.
    """

    hit: bool
    seconds: float
    why: Why = ""


class Trial:
    """One try at one thing; a game overrides what means something in it.

    Attributes:
        began: When it began [s].
        outcome: How it ended, None while it goes on. It never changes afterwards.
    """

    def __init__(self, now: float) -> None:
        self.began = now
        self.outcome: Outcome | None = None

    @property
    def stops(self) -> bool:
        """True while any press is meant for what moves, as with the arm: it stops it."""
        return False

    def tick(self, now: float) -> None:
        """Let time pass until ``now`` [s]."""

    def halt(self, stamp: float) -> None:
        """The person pressed anything at ``stamp`` [s] while it moved, or let go of what held it."""

    def choose(self, item: str, stamp: float) -> None:
        """The person chose the tile ``item`` at ``stamp`` [s]."""

    def go(self, wish: Wish, stamp: float) -> None:
        """The person lets the hand move on from ``stamp`` [s], until `halt`."""

    def step(self, wish: Wish, stamp: float) -> None:
        """The person asks for one short way at ``stamp`` [s]."""

    def _end(self, hit: bool, stamp: float, why: Why = "") -> None:
        if self.outcome is None:
            self.outcome = Outcome(hit, max(0.0, stamp - self.began), why)
