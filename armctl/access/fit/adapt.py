"""Live adaptation of the scan interval: it follows the person's press times slowly, within bounds. Off by default.

A press that comes too late is not seen as a long press time but as a wrong choice; a mean over what is seen would make
the highlight faster and faster. So the *median* decides, with each wrong choice counted as longer than all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

BOUND: Final = 0.3
"""The interval stays within this share of the fitted one."""
STEP: Final = 0.02
"""It changes by at most this share of the fitted one with each choice."""
WINDOW: Final = 20
"""Choices that are looked at."""
ENOUGH: Final = 12
"""With fewer nothing changes."""
CALM: Final = 0.1
"""Only with fewer wrong choices than this share it becomes faster."""
ALARM: Final = 0.2
"""From this share of wrong choices on it goes back to the fitted interval, or beyond it, and never becomes faster."""


@dataclass(frozen=True, slots=True)
class Adaptation:
    """State of the adaptation.

    Attributes:
        fitted: Time on one tile that was measured for the person [s].
        usual: Their median press time when it was [s].
        interval: Time on one tile now [s].
        recent: Press times of the last choices [s], ``inf`` for wrong ones.
    """

    fitted: float
    usual: float
    interval: float
    recent: tuple[float, ...] = ()

    @property
    def wrong(self) -> float:
        """Share of wrong ones among the last choices."""
        return sum(map(math.isinf, self.recent)) / len(self.recent) if self.recent else 0.0


def begin(fitted: float, usual: float) -> Adaptation:
    """Return the state at the start: the interval as it was fitted."""
    return Adaptation(fitted, usual, fitted)


def after(state: Adaptation, press_time: float | None) -> Adaptation:
    """Return the state after one more choice.

    The goal is ``fitted × median(recent) / usual``, within ±30 % of ``fitted``; each choice goes at most 2 % of
    ``fitted`` towards it. It becomes faster only below 10 % wrong choices; from 20 % on the goal is ``fitted`` or more.

    Args:
        state: Before.
        press_time: From the highlight to the press [s]; None when the choice was wrong.
    """
    recent = (*state.recent, math.inf if press_time is None else press_time)[-WINDOW:]
    state = replace(state, recent=recent)
    if len(recent) < ENOUGH:
        return state
    goal = _goal(state)
    if goal < state.interval and state.wrong >= CALM:
        return state
    largest = STEP * state.fitted
    return replace(state, interval=state.interval + min(largest, max(-largest, goal - state.interval)))


def _goal(state: Adaptation) -> float:
    least, most = (1.0 - BOUND) * state.fitted, (1.0 + BOUND) * state.fitted
    wished = state.fitted * median(state.recent) / state.usual
    if state.wrong >= ALARM:
        wished = max(wished, state.fitted)
    return min(most, max(least, wished))
