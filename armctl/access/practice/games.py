"""The games, in the order in which skills with switches build on each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from armctl.access.practice.moment import CUP_FROM, CUP_TO, Ball, Wave
from armctl.access.practice.pick import CHOICES, NAMED, Pick
from armctl.access.practice.steer import carry, close, line
from armctl.access.practice.trial import AxisName, Trial

Begin = Callable[[int, float, float, Random], Trial]
"""(level, time now [s], time the person needs to get to a tile [s], chance) to a trial."""


@dataclass(frozen=True, slots=True)
class Game:
    """One game.

    Attributes:
        name: Stable name, as it stands in the records.
        begin: Begins a trial.
        axes: Ways the hand goes in it; none where no hand moves.
    """

    name: str
    begin: Begin
    axes: tuple[AxisName, ...] = ()


def _ball(level: int, now: float, _pace: float, random: Random) -> Trial:
    return Ball(level, now, random.uniform(CUP_FROM, CUP_TO))


GAMES: Final[tuple[Game, ...]] = (
    Game("cause", lambda level, now, _pace, _random: Wave(level, now)),
    Game("timed", _ball),
    Game("choose", lambda level, now, pace, random: Pick(CHOICES[level - 1], now, pace, random)),
    Game("scan", lambda level, now, pace, random: Pick(NAMED[level - 1], now, pace, random)),
    Game("axis", lambda level, now, pace, random: line(("side",), level, now, pace, random), ("side",)),
    Game(
        "modes",
        lambda level, now, pace, random: line(("side", "height"), level, now, pace, random),
        ("side", "height"),
    ),
    Game("grip", lambda level, now, pace, _random: close(level, now, pace), ("grip",)),
    Game("drink", lambda level, now, pace, _random: carry(level, now, pace), ("ahead", "tilt")),
)
"""Cause and effect, timed press, one of a few, the named one of many, one axis, two axes, closing, carrying level."""


def game(name: str) -> Game:
    """Return the game called ``name``.

    Raises:
        KeyError: There is none.
    """
    return next((each for each in GAMES if each.name == name), None) or _unknown(name)


def _unknown(name: str) -> Game:
    raise KeyError(name)
