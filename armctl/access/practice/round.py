"""A round: a few trials of one game, what is told after each, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeAlias

from armctl.access.practice.games import Game
from armctl.access.practice.ladder import Ladder
from armctl.access.practice.trial import Outcome, Trial, Wish

TRIALS: Final = 5
"""Trials in a round."""
LONGEST: Final = 110.0
"""No round goes on for longer [s]: with what is told at its end it stays below two minutes."""
TOLD: Final = 1.8
"""How long it is told how a trial went [s]; longer than presses mean nothing after a stop."""
OFFERED: Final = 20.0
"""Who does not answer for so long has stopped practising [s]."""

Stage: TypeAlias = Literal["play", "told", "offer", "over"]
"""play: a trial. told: how it went. offer: go on, or stop practising? over: the round is done, or was left."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is written down about a round: figures, no judgement.

    Attributes:
        game: Name of the game.
        level: Level it began with.
        reached: Level it ended with.
        hits: Right trials.
        misses: Other trials, by what they were ("early", "late", "none", …).
        times: For each trial, from its beginning to the press that decided it [s].
        seconds: Length of the round [s].
        left: The person left it before its end.
    """

    game: str
    level: int
    reached: int
    hits: int
    misses: dict[str, int]
    times: tuple[float, ...]
    seconds: float
    left: bool


class Round:
    """One round of one game.

    Args:
        game: The game.
        ladder: Where the person stands in it.
        now: Time [s].
        pace: Time the person needs to get to a tile [s]: the scan interval.
        seed: Of what is drawn by lot.

    Attributes:
        stage: What goes on.
        trial: The trial that is played, or was played last.
        ladder: Where the person stands now.
        number: How many trials were begun; changes with every new one.
        outcomes: How they went.
    """

    def __init__(self, game: Game, ladder: Ladder, now: float, pace: float, seed: int) -> None:
        self.game = game
        self.ladder = ladder
        self.stage: Stage = "play"
        self.number = 0
        self.outcomes: list[Outcome] = []
        self._pace = pace
        self._random = Random(seed)
        self._first_level = ladder.level
        self._began = self._since = self._ended = now
        self._left = False
        self.trial: Trial = self._begin(now)

    @property
    def stops(self) -> bool:
        """True while any press is meant for what moves in the game."""
        return self.stage == "play" and self.trial.stops

    @property
    def hits(self) -> int:
        """Right trials."""
        return sum(outcome.hit for outcome in self.outcomes)

    def tick(self, now: float) -> None:
        """Let time pass until ``now`` [s]."""
        if self.stage == "over":
            return
        if self.stage == "play":
            self.trial.tick(now)
            self._look(now)
        elif self.stage == "told" and now - self._since >= TOLD:
            self._go_on(now)
        elif self.stage == "offer" and now - self._since >= OFFERED:
            self.leave(now)
        if self.stage in ("play", "offer") and now - self._began >= LONGEST:
            self._over(now)

    def halt(self, stamp: float) -> None:
        """The person pressed anything while something moved, or let go of what held it, at ``stamp`` [s]."""
        if self.stage == "play":
            self.trial.halt(stamp)
            self._look(stamp)

    def choose(self, item: str, stamp: float) -> None:
        """The person chose the tile ``item`` at ``stamp`` [s]."""
        if self.stage == "play":
            self.trial.choose(item, stamp)
            self._look(stamp)

    def go(self, wish: Wish, stamp: float) -> None:
        """The person lets the hand move from ``stamp`` [s] on."""
        if self.stage == "play":
            self.trial.go(wish, stamp)
            self._look(stamp)

    def step(self, wish: Wish, stamp: float) -> None:
        """The person lets the hand go a short way at ``stamp`` [s]."""
        if self.stage == "play":
            self.trial.step(wish, stamp)
            self._look(stamp)

    def go_on(self, now: float) -> None:
        """The person wants to go on after they were asked."""
        if self.stage == "offer":
            self._next(now)

    def leave(self, now: float) -> None:
        """The person stops practising; works at any time."""
        if self.stage != "over":
            self._left = True
            self._over(now)

    def report(self) -> Report:
        """Return what to write down."""
        misses: dict[str, int] = {}
        for outcome in self.outcomes:
            if not outcome.hit:
                misses[outcome.why] = misses.get(outcome.why, 0) + 1
        return Report(
            game=self.game.name,
            level=self._first_level,
            reached=self.ladder.level,
            hits=self.hits,
            misses=misses,
            times=tuple(round(outcome.seconds, 2) for outcome in self.outcomes),
            seconds=round(self._ended - self._began, 1),
            left=self._left,
        )

    def _begin(self, now: float) -> Trial:
        self.number += 1
        return self.game.begin(self.ladder.level, now, self._pace, self._random)

    def _look(self, now: float) -> None:
        """Count the trial once it has ended."""
        outcome = self.trial.outcome
        if outcome is not None:
            self.outcomes.append(outcome)
            self.ladder = self.ladder.after(outcome.hit)
            self.stage, self._since = "told", now

    def _go_on(self, now: float) -> None:
        if len(self.outcomes) >= TRIALS or now - self._began >= LONGEST:
            self._over(now)
        elif self.outcomes[-1].why == "none":
            # Nothing was pressed: perhaps on purpose. This is the way out for who has one switch and nothing to scan.
            self.stage, self._since = "offer", now
        else:
            self._next(now)

    def _next(self, now: float) -> None:
        self.trial = self._begin(now)
        self.stage, self._since = "play", now

    def _over(self, now: float) -> None:
        self.stage, self._since, self._ended = "over", now, now
