"""Practice as screens see it: which game, which level, what goes on; and where a person's input goes meanwhile.

While a game is played, directions and stops go to the game and to nothing else: the real arm stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from armctl.access.practice.games import GAMES, game
from armctl.access.practice.ladder import TOP, Ladder
from armctl.access.practice.round import Round
from armctl.access.practice.trial import Wish
from armctl.clock import Clock
from armctl.config.user import UserConfig
from armctl.control.chronicle import Record
from ui.motions import Motion, StickMode

MENU: Final = "practice"
PLAY: Final = "practice_play"
"""Names of the two screens."""
UNHURRIED: Final = 2.0
"""Time to get to a tile with a pointer or a stick [s]; who scans has the scan interval."""
STICKS: Final[dict[str, tuple[StickMode, ...]]] = {
    "axis": ("move", "choose"),
    "modes": ("move", "height", "choose"),
    "grip": ("grip", "choose"),
    "drink": ("move", "rotate", "choose"),
}
"""What a stick does in the games that move a hand; its button goes on to the next."""
ONE_AXIS: Final[dict[str, tuple[StickMode, ...]]] = {
    "axis": ("sideways", "choose"),
    "modes": ("sideways", "upward", "choose"),
    "grip": ("grip", "choose"),
    "drink": ("away", "tilt", "choose"),
}
"""The same for a stick that goes only to and fro."""


class Practice:
    """One person's games.

    Args:
        clock: Time.
        note: Writes down what was done.
        levels: Level reached in each game; 1 where none is known.

    Attributes:
        round: The round that is played or was played last; None before the first.
        first: Number of the first game the menu shows.
        second: The page of the second way is shown (games with two ways).
    """

    def __init__(self, clock: Clock, note: Record, levels: Mapping[str, int]) -> None:
        self._clock = clock
        self._note = note
        self._ladders = {each.name: Ladder(min(TOP, max(1, levels.get(each.name, 1)))) for each in GAMES}
        self._going = False
        self._noted = True
        self._sticks = STICKS
        self.round: Round | None = None
        self.first = 0
        self.second = False

    def level(self, name: str) -> int:
        """Return the level reached in the game ``name``, 1 to `TOP`."""
        return self._ladders[name].level

    @property
    def playing(self) -> bool:
        """True while a round goes on."""
        return self.round is not None and self.round.stage != "over"

    @property
    def stops(self) -> bool:
        """True while a press is meant for what moves in the game."""
        return self.round is not None and self.round.stops

    @property
    def going(self) -> bool:
        """True between `go` and `halt`."""
        return self._going

    @property
    def stage(self) -> str:
        """Name of what is shown, for the highlight: another one begins at its first tile."""
        if self.round is None:
            return ""
        return f"{self.round.stage} {self.round.number} {self.second}"

    def steers(self, stick: StickMode) -> bool:
        """Return whether a stick that does ``stick`` moves the hand of the game, not the highlight."""
        playing = self.round is not None and self.round.stage == "play" and bool(self.round.game.axes)
        return playing and stick != "choose"

    def next_stick(self, stick: StickMode) -> StickMode:
        """Return what the stick does after ``stick``, and show the page that goes with it."""
        modes = self._sticks.get(self.round.game.name if self.round is not None else "", ("choose",))
        following = modes[(modes.index(stick) + 1) % len(modes)] if stick in modes else modes[0]
        if following != "choose":
            self.second = modes.index(following) == 1
        return following

    def begin(self, name: str, user: UserConfig) -> StickMode:
        """Begin a round of the game ``name``; return what a stick does in it."""
        now = self._clock.now()
        pace = UNHURRIED if user.scan.method == "direct" else user.scan.least_time
        self.round = Round(game(name), self._ladders[name], now, pace, seed=int(now * 1000))
        self._going, self._noted, self.second = False, False, False
        self._sticks = ONE_AXIS if len(user.joystick.wiring) == 1 else STICKS
        return self._sticks.get(name, ("choose",))[0]

    def update(self, shown: bool) -> None:
        """Let time pass; a game that is not ``shown`` any more, because something urgent is, is over."""
        if self.round is None:
            return
        before = self.round.number
        self.round.tick(self._clock.now())
        if not shown:
            self.round.leave(self._clock.now())
        if self.round.number != before:
            self.second = False
        if self.round.stage != "play":
            self._going = False
        self._ladders[self.round.game.name] = self.round.ladder
        self._write_down()

    def go(self, motion: Motion) -> None:
        """Let the hand of the game move on, until `halt`."""
        if self.round is not None and self.round.stage == "play":
            self._going = True
            self.round.go(_wish(motion), self._clock.now())

    def step(self, motion: Motion) -> None:
        """Let the hand of the game go one short way."""
        if self.round is not None:
            self.round.step(_wish(motion), self._clock.now())

    def halt(self, stamp: float) -> bool:
        """The person pressed anything at ``stamp`` [s], or let go; return whether it was meant for the game."""
        if self.round is None or not (self.stops or self._going):
            return False
        self._going = False
        self.round.halt(stamp)
        return True

    def choose(self, item: str) -> None:
        """The person chose the tile ``item`` of the game."""
        if self.round is not None:
            self.round.choose(item, self._clock.now())

    def leave(self) -> None:
        """Stop practising; works at any time."""
        self._going = False
        if self.round is not None:
            self.round.leave(self._clock.now())
            self._write_down()

    def _write_down(self) -> None:
        if self.round is None or self.round.stage != "over" or self._noted:
            return
        self._noted = True
        if self.round.outcomes:
            self._note("training", **asdict(self.round.report()))


def _wish(motion: Motion) -> Wish:
    ahead, side, height = motion.linear
    return {"ahead": ahead, "side": side, "height": height, "tilt": motion.angular[1], "grip": motion.grip}
