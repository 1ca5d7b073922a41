"""What a screen shows, without pixels: a `Page` of tiles and words. Screens make pages, the painter draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ui.motions import Motion

Look = Literal["plain", "go", "stop", "warn"]


WIDE_PICTURE: Final = 0.40
NARROW_PICTURE: Final = 0.34
SLIM_PICTURE: Final = 0.27
"""Shares of the screen's width that the live picture may have; there are only three, so that all can be made ready."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing to choose.

    Attributes:
        id: Name, the same for as long as the screen shows.
        label: Words on it, also spoken.
        icon: Name in `ui.icons.ICONS`.
        motion: Which way it moves the arm while held, or None.
        holds: It acts for as long as it is held.
        enabled: It can be chosen now.
        value: A setting's present value, shown below the label.
        look: What it is about.
    """

    id: str
    label: str
    icon: str
    motion: Motion | None = None
    holds: bool = False
    enabled: bool = True
    value: str = ""
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of words in the main part.

    Attributes:
        text: The words.
        style: title, body or soft (matters less).
    """

    text: str
    style: Literal["title", "body", "soft"] = "body"


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a screen shows besides the two strips.

    Attributes:
        title: Name of the screen.
        tiles: Things to choose, in scanning order.
        lines: Words above the tiles.
        banner: Very large words in place of tiles ("PRESS = STOP"), or empty.
        banner_look: Colours of the banner.
        banner_icon: Icon beside its words; the stop sign unless a press does something else than stop.
        progress: 0 to 1, or None for no bar.
        remaining: Time left [s]; 0 when unknown.
        picture: Share of the width for the live picture; 0 for none.
        columns: Columns of tiles, where there is room, and how many belong together; None to choose.
        lead: Where the tiles do not fill all rows, the first row has fewer and larger ones, else the last.
        moves: The arm is moved from here: the live picture stays even where tiles have to go to more pages.
        icon: Icon beside the first line, or empty.
        alert: The words are an alert: spoken, and on the colour of notices.
        press: What a press does, where it is something else than elsewhere; empty where it is not.
    """

    title: str
    tiles: tuple[Tile, ...] = ()
    lines: tuple[Line, ...] = ()
    banner: str = ""
    banner_look: Look = "stop"
    banner_icon: str = "stop"
    progress: float | None = None
    remaining: float = 0.0
    picture: float = 0.0
    columns: int | None = None
    lead: bool = False
    moves: bool = False
    icon: str = ""
    alert: bool = False
    press: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """What the two strips say.

    Attributes:
        connection: Which arm, and whether it answers.
        speed: The person's speed setting.
        mode: What the arm is doing, in a word.
        mode_look: Colour of that word.
        press: What the next press does.
        stops: What stops the arm.
        notice: What the supervisor wants to say; empty when nothing.
        battery: How full the computer's battery is; empty where it has none.
    """

    connection: str
    speed: str
    mode: str
    mode_look: Look
    press: str
    stops: str
    notice: str = ""
    battery: str = ""


@dataclass(frozen=True, slots=True)
class ScreenItem:
    """One choice on the screen, as a test or a simulated person sees it; ``rect`` is (x, y, w, h) [px]."""

    id: str
    label: str
    rect: tuple[int, int, int, int]
    holds: bool


@dataclass(frozen=True, slots=True)
class ScreenView:
    """What is on the screen now, for tests and simulated people.

    Attributes:
        screen: Name of the screen.
        items: Choices in scanning order.
        lit: Id of the highlighted choice, or None.
        moving: A press would stop the arm.
        text: All words on the screen, one paragraph a line.
        lit_group: Ids of the highlighted row or group; empty when none is.
        stop_field: The large red field (x, y, w, h) [px], or None.
        preview: Id of a choice that a press still takes back, or None.
        resting: The highlight is out, and a press brings it back.
    """

    screen: str
    items: tuple[ScreenItem, ...]
    lit: str | None
    moving: bool
    text: str
    lit_group: tuple[str, ...] = ()
    stop_field: tuple[int, int, int, int] | None = None
    preview: str | None = None
    resting: bool = False
