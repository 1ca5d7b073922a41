"""Measured set-up: the exercises, what they suggest, and trying it. Nothing on these screens moves the arm."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from armctl.access.fit.change import Change, Value
from armctl.access.fit.exercise import Prompt
from armctl.access.fit.exercise_pointer import PLACES
from ui.desk import Desk
from ui.fit_desk import RESULT, SHOWN, TRIES, TRY, Trying
from ui.fit_words import GOING, INTRO, REST, SKIPS, cue, name_of, press
from ui.page import Line, Page, Tile
from ui.text import _, marked, number, percent

TRY_NAMES: Final = (marked("Star"), marked("Cup"), marked("Hand"), marked("House"))
"""What can be chosen when trying."""


class FitScreen:
    """The exercises, one after another; no tile on them does anything."""

    def page(self, desk: Desk) -> Page:
        """Return what the measurement asks for now."""
        course = desk.fitting.course
        if course is None:
            return Page(_("Measuring"))
        prompt = course.prompt
        title, first = INTRO[prompt.part]
        if prompt.say == "intro":
            said = (Line(_(title), "title"), Line(_(first)), Line(_(SKIPS), "soft"))
            return Page(_("Measuring"), lines=said, icon="star", press=_(press(prompt)))
        rests = prompt.part == "stick" and prompt.say == "wait"
        lines = (Line(_(title), "title"), Line(_(REST if rests else GOING[prompt.part])))
        return Page(
            _("Measuring"),
            _tiles(prompt),
            lines,
            progress=round(prompt.done, 2),
            columns=3 if prompt.part == "pointer" else 1,
            press=_(press(prompt)),
        )

    def select(self, desk: Desk, item: str) -> None:
        """Choose nothing: what is pressed here is only measured."""


class FitResultScreen:
    """What was found, before and after, each with its reason; one press takes it, another one gives it back."""

    def page(self, desk: Desk) -> Page:
        """Return the changes from the first shown one on."""
        fitting = desk.fitting
        proposal = fitting.proposal
        if proposal is None:
            return Page(_("What fits you"), (Tile("leave", _("Home"), "home"),))
        if not proposal.changes:
            said = proposal.notes or (_("Your settings fit as they are."),)
            notes = tuple(Line(_(note)) for note in said[:3])
            return Page(_("What fits you"), (Tile("leave", _("Home"), "home"),), notes)
        lines: tuple[Line, ...] = ()
        for change in proposal.changes[fitting.first : fitting.first + SHOWN]:
            lines += (Line(told(change)), Line(_(change.why), "soft"))
        tiles = [
            Tile("accept", _("Use these"), "check", look="go"),
            Tile("try", _("Try it"), "play", value=_tried(desk)),
        ]
        pages = -(-len(proposal.changes) // SHOWN)
        if pages > 1:
            tiles.append(Tile("more", _("More"), "more", value=f"{fitting.first // SHOWN + 1} / {pages}"))
        tiles.append(Tile("refuse", _("Back to the old ones"), "undo"))
        return Page(_("What fits you"), tuple(tiles), lines, columns=2)

    def select(self, desk: Desk, item: str) -> None:
        """Take the new settings, try them, see more of them, or go back to the old ones."""
        fitting = desk.fitting
        count = len(fitting.proposal.changes) if fitting.proposal is not None else 0
        if item == "more":
            fitting.first = (fitting.first + SHOWN) % (-(-count // SHOWN) * SHOWN)
        elif item == "try":
            fitting.trying = Trying()
            desk.go_to(TRY)
        elif item == "accept":
            fitting.accept(desk.user)
            desk.go_to("home")
            desk.message = _("These settings are yours now.")
        elif item in ("refuse", "leave"):
            desk.use(fitting.refuse(desk.user))
            desk.go_to("home")


class FitTryScreen:
    """Four choices with the new settings."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles and what to choose."""
        trying = desk.fitting.trying
        wanted = trying.wanted if trying is not None else ""
        tiles = tuple(Tile(f"try:{n}", _(TRY_NAMES[n]), icon) for n, icon in enumerate(TRIES))
        name = next((tile.label for tile in tiles if tile.id == wanted), "")
        lines = (Line(_("Choose: {what}").format(what=name), "title"),)
        return Page(_("Try it"), tiles, lines, columns=2)

    def select(self, desk: Desk, item: str) -> None:
        """Count; after the last one go back to the result."""
        trying = desk.fitting.trying
        if trying is not None and trying.wanted:
            trying.choose(item)
        if trying is None or not trying.wanted:
            desk.go_to(RESULT)


def told(change: Change) -> str:
    """Return the name of the setting, and its value before and after."""
    name = _(name_of(change.setting))
    old, new = shown(change.setting, change.old), shown(change.setting, change.new)
    return _("{name}: {old} before, {new} now").format(name=name, old=old, new=new)


def shown(setting: str, value: Value) -> str:
    """Return a ``value`` as people say it."""
    if isinstance(value, bool):
        return _("On") if value else _("Off")
    if setting == "joystick.angle":
        return f"{number(math.degrees(value))}\u00a0°"
    if setting in ("dwell.radius", "dwell.magnet", "look.tile_min"):
        return f"{number(value)}\u00a0px"
    if setting.startswith("joystick"):
        return percent(value)
    return f"{number(value, 2)}\u00a0s"


def _tried(desk: Desk) -> str:
    trying = desk.fitting.trying
    return f"{trying.right} / {trying.asked}" if trying is not None and trying.asked else ""


def _tiles(prompt: Prompt) -> tuple[Tile, ...]:
    tile = cue(prompt)
    if tile is None:
        return _targets(prompt.which)
    caught = prompt.part == "press" and prompt.say != "cue" and prompt.good > 0
    value = _("Stars caught: {count}").format(count=number(prompt.good)) if caught else ""
    return (replace(tile, label=_(tile.label), value=value),)


def _targets(which: str) -> tuple[Tile, ...]:
    here, wanted = _("Here"), f"target:{which}"
    names = [f"target:{number}" for number in range(PLACES)]
    return tuple(Tile(name, here if name == wanted else "", "star", enabled=name == wanted) for name in names)
