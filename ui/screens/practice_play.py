"""A game: what to do, what moves, how it went, and the way out."""

from __future__ import annotations

from typing import Final

from armctl.access.practice.ladder import TOP
from armctl.access.practice.moment import Ball, Wave
from armctl.access.practice.pick import Pick
from armctl.access.practice.round import Round
from armctl.access.practice.trial import AxisName
from ui.desk import Desk
from ui.motions import Motion
from ui.page import WIDE_PICTURE, Line, Page, Tile
from ui.practice_desk import MENU, PLAY
from ui.practice_words import GAME_WORDS, THINGS, told
from ui.text import _, marked

Row = tuple[str, str, str, Motion]

BALL_PICTURE: Final = 0.58
"""Share of the width for the rolling ball: the longer its way, the better its speed is seen."""
DIRECTIONS: Final[dict[AxisName, tuple[Row, Row]]] = {
    "side": (
        ("left", marked("Left"), "left", Motion(linear=(0, 1, 0))),
        ("right", marked("Right"), "right", Motion(linear=(0, -1, 0))),
    ),
    "height": (
        ("up", marked("Up"), "up", Motion(linear=(0, 0, 1))),
        ("down", marked("Down"), "down", Motion(linear=(0, 0, -1))),
    ),
    "ahead": (
        ("back", marked("Closer"), "back", Motion(linear=(-1, 0, 0))),
        ("ahead", marked("Away"), "forward", Motion(linear=(1, 0, 0))),
    ),
    "tilt": (
        ("tilt_up", marked("Tilt up"), "tilt_up", Motion(angular=(0, -1, 0))),
        ("tilt_down", marked("Tilt down"), "tilt_down", Motion(angular=(0, 1, 0))),
    ),
    "grip": (
        ("close", marked("Close"), "grip_close", Motion(grip=-1)),
        ("open", marked("Open"), "grip_open", Motion(grip=1)),
    ),
}
"""Each way to its two tiles; the same ones as where the arm is moved by hand."""
CHANGES: Final[dict[AxisName, tuple[str, str]]] = {
    "side": (marked("Left and right"), "left"),
    "height": (marked("Up and down"), "up"),
    "ahead": (marked("Closer and away"), "forward"),
    "tilt": (marked("Tilt"), "tilt_up"),
}
"""Label and icon of the tile that changes to a way."""
LEAVE: Final = Tile("leave", marked("Stop practising"), "home")


class PracticePlayScreen:
    """Follows the round through playing, telling, asking and its end."""

    def page(self, desk: Desk) -> Page:
        """Return the page of the round's stage."""
        played = desk.practice.round
        if played is None:
            return Page(_("Practice"), (self._leave(),))
        title = _(GAME_WORDS[played.game.name].title)
        if played.stage == "play":
            return self._trial(desk, played, title)
        if played.stage == "told":
            lines = (Line(_(told(played.outcomes[-1])), "title"), Line(self._score(played), "soft"))
            return Page(title, lines=lines, picture=self._picture(played))
        if played.stage == "offer":
            tiles = (Tile("go_on", _("Go on"), "play", look="go"), self._leave())
            return Page(title, tiles, (Line(_("Shall we go on?"), "title"),), picture=WIDE_PICTURE, columns=1)
        return self._over(desk, played, title)

    @staticmethod
    def _leave() -> Tile:
        return Tile(LEAVE.id, _(LEAVE.label), LEAVE.icon)

    @staticmethod
    def _score(played: Round) -> str:
        return _("{hits} of {count} right").format(hits=played.hits, count=len(played.outcomes))

    @staticmethod
    def _picture(played: Round) -> float:
        trial = played.trial
        return BALL_PICTURE if isinstance(trial, Ball) else 0.0 if isinstance(trial, Pick) else WIDE_PICTURE

    def _trial(self, desk: Desk, played: Round, title: str) -> Page:
        trial, how = played.trial, _(GAME_WORDS[played.game.name].how)
        if isinstance(trial, Pick):
            return self._pick(trial, title, how)
        if isinstance(trial, Wave | Ball):
            return self._moment(trial, title, how, self._picture(played))
        return self._steer(desk, played, title, how)

    @staticmethod
    def _moment(trial: Wave | Ball, title: str, how: str, picture: float) -> Page:
        """Any press counts: no tile, one large field, as where a press stops the arm."""
        waits = isinstance(trial, Wave) and not trial.waving
        return Page(
            title,
            lines=(Line(how, "title"),),
            banner=_("Press") if waits else _("Press\u00a0=\u00a0STOP"),
            banner_look="warn" if waits else "stop",
            banner_icon="press" if waits else "stop",
            picture=picture,
            press=_("Press = the arm waves") if waits else "",
        )

    def _pick(self, trial: Pick, title: str, how: str) -> Page:
        tiles = [Tile(thing, _(THINGS[thing]), thing) for thing in trial.things]
        wanted = _(THINGS[trial.wanted])
        line = Line(how.format(thing=wanted), "title")
        return Page(title, (*tiles, self._leave()), (line,), icon=trial.wanted if len(tiles) <= AS_PICTURE else "")

    def _steer(self, desk: Desk, played: Round, title: str, how: str) -> Page:
        axes = played.game.axes
        here = axes[int(desk.practice.second and len(axes) > 1)]
        holds = desk.user.motion.jog == "hold"
        tiles = [Tile(name, _(label), icon, motion, holds=holds) for name, label, icon, motion in DIRECTIONS[here]]
        if len(axes) > 1:
            label, icon = CHANGES[axes[1 - axes.index(here)]]
            tiles.append(Tile("change", _(label), icon))
        if desk.uses_stick and desk.stick == "choose":
            tiles.append(Tile("steer", _("Move with the stick"), "move"))
        lines = (Line(how, "title"),)
        return Page(title, (*tiles, self._leave()), lines, picture=WIDE_PICTURE, columns=2)

    def _over(self, desk: Desk, played: Round, title: str) -> Page:
        report = played.report()
        level = _("Level {level} of {top}").format(level=report.reached, top=TOP)
        changed = report.reached - report.level
        word = _("One level further.") if changed > 0 else _("Now a little easier.") if changed < 0 else ""
        lines = (Line(self._score(played), "title"), Line(level), Line(word, "soft"))
        tiles = (
            Tile("again", _("Once more"), "play", look="go"),
            Tile("other", _("Another game"), "more"),
            self._leave(),
        )
        return Page(title, tiles, lines, picture=WIDE_PICTURE, columns=1)

    def select(self, desk: Desk, item: str) -> None:
        """Play, change the way, go on, or leave."""
        practice = desk.practice
        motion = next((row[3] for rows in DIRECTIONS.values() for row in rows if row[0] == item), None)
        if item == LEAVE.id:
            practice.leave()
            desk.go_to("home")
        elif practice.round is None or item == "other":
            desk.go_to(MENU)
        elif item == "again":
            desk.practise(practice.round.game.name)
            desk.chosen = PLAY
        elif item == "go_on":
            practice.round.go_on(desk.clock.now())
        elif item == "change":
            practice.second = not practice.second
        elif item == "steer":
            desk.next_stick_mode()
        elif motion is not None and desk.user.motion.jog == "step":
            desk.step(motion)
        elif motion is not None:
            desk.go(motion)
        else:
            practice.choose(item)


AS_PICTURE: Final = 4
"""Up to so many tiles what is wanted is shown as a picture, too; among more it is the word that is to be found."""
