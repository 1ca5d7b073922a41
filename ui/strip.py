"""What is always on the screen: the arm, its speed, what it does, what the next press does, and what stops it."""

from __future__ import annotations

from typing import Final

from armctl.control.messages import Snapshot
from ui.battery import Battery
from ui.desk import Desk
from ui.flow import MEASURES, NEEDS_NO_ARM
from ui.page import Look, Page, Strip
from ui.stopping import points
from ui.text import _, marked, percent

_MODES: Final[dict[str, tuple[str, Look]]] = {
    "disconnected": (marked("No arm"), "warn"),
    "disarmed": (marked("At rest"), "plain"),
    "stop_test": (marked("Stop test"), "warn"),
    "ready": (marked("Ready"), "go"),
    "moving": (marked("Moving"), "stop"),
    "stopping": (marked("Stopping"), "stop"),
    "fault": (marked("Stopped"), "warn"),
}
"""Supervisor mode to (word, look)."""


def strip_for(desk: Desk, screen: str, page: Page, press: str, warning: str, battery: Battery) -> Strip:
    """Return what the strips say.

    Args:
        desk: The person's session.
        screen: Name of the screen.
        page: What it shows.
        press: What the next press does, from `press_words`.
        warning: What the input devices want to say; empty when nothing.
        battery: The computer's.
    """
    snapshot = desk.snapshot if screen not in ("disconnected", "gone") else None
    mode, look = _MODES[snapshot.mode if snapshot is not None else "disconnected"]
    connection = _connection(snapshot)
    if screen in (*NEEDS_NO_ARM, *MEASURES) and snapshot is not None and snapshot.mode in ("disarmed", "ready"):
        mode, look = (marked("Practice"), "plain") if screen in NEEDS_NO_ARM else (mode, look)
        connection = _("The real arm does not move")
    return Strip(
        connection=connection,
        speed=_("Speed {share}").format(share=percent(desk.user.motion.speed)),
        mode=_(mode),
        mode_look=look,
        press=press,
        stops=_stops(desk, snapshot, page),
        notice=warning or _notice(snapshot, page) or ("" if page.alert else battery.warning),
        battery=battery.words,
    )


def _notice(snapshot: Snapshot | None, page: Page) -> str:
    return _(snapshot.notice) if snapshot is not None and snapshot.notice and not page.alert else ""


def _connection(snapshot: Snapshot | None) -> str:
    if snapshot is None:
        return _("Not connected")
    return _("Real arm") if snapshot.real else _("Simulated arm")


def _stops(desk: Desk, snapshot: Snapshot | None, page: Page) -> str:
    if snapshot is None:
        return _("The arm holds still")
    if desk.going and desk.user.motion.jog != "click":
        return _("Let go to stop")
    if page.banner and points(desk.user):
        return _("The large field stops the arm")
    return _("Any press stops the arm")


def press_words(page: Page, lit: str | None, held: bool, resting: bool, stops: bool, testing: bool) -> str:
    """Return what the next press does, in words.

    Args:
        page: What the screen shows.
        lit: Id of the lit tile, or None.
        held: The lit tile is being held.
        resting: Scanning waits for a press.
        stops: A press stops the arm.
        testing: The stop is being tested.
    """
    if testing or page.press:
        return _("Press = test the stop") if testing else page.press
    if held:
        return _("Let go = STOP")
    if stops:
        return _("Press = STOP")
    tile = next((tile for tile in page.tiles if tile.id == lit), None)
    if tile is not None:
        return _("Hold = {what}" if tile.holds else "Press = {what}").format(what=tile.label)
    if resting:
        return _("Press = start again")
    return _("Please wait")
