"""Colours, type and spacing: the design system of the user's screen.

Colours are roles, never used by value elsewhere. Every pair of text and ground listed in `Theme.pairs` has a contrast
of at least 7:1 (WCAG 2.2, 1.4.6, level AAA); a test computes it. States also differ in shape and words, so that no
meaning hangs on colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

Colour = tuple[int, int, int]

LEAST_CONTRAST: Final = 7.0
"""WCAG 2.2 success criterion 1.4.6, level AAA, for text of any size."""
LEAST_TILE: Final = 96
"""Smallest side of a tile [px]; WCAG 2.5.5 asks for 44, a head mouse needs more."""


def _hex(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colour roles.

    Attributes:
        ground: Behind everything.
        strip: Behind the two strips that are always there.
        tile: A tile at rest.
        tile_lit: The tile a press would choose now.
        tile_off: A tile that cannot be chosen now.
        edge: Thin edge of a tile at rest.
        text: Words.
        soft: Words that matter less; still at least 7:1.
        off: Words on a tile that cannot be chosen.
        mark: Highlight: thick border, time-left ring, pressed tile.
        on_mark: Words on the highlight colour.
        accent: Icons at rest.
        stop: Ground of all that means stop.
        on_stop: Words there.
        go: Ground of the good state ("ready").
        on_go: Words there.
        warn: Ground of notices.
        on_warn: Words there.
        sky: Back of the live picture.
        floor: Shadows in the live picture.
        arm: The arm in the live picture.
        person: The person in the live picture.
    """

    name: str
    ground: Colour
    strip: Colour
    tile: Colour
    tile_lit: Colour
    tile_off: Colour
    edge: Colour
    text: Colour
    soft: Colour
    off: Colour
    mark: Colour
    on_mark: Colour
    accent: Colour
    stop: Colour
    on_stop: Colour
    go: Colour
    on_go: Colour
    warn: Colour
    on_warn: Colour
    sky: Colour
    floor: Colour
    arm: Colour
    person: Colour

    @property
    def pairs(self) -> tuple[tuple[Colour, Colour], ...]:
        """Every (words, ground) pair that is drawn."""
        grounds = (self.ground, self.strip, self.tile, self.tile_lit)
        on_grounds = tuple((colour, ground) for ground in grounds for colour in (self.text, self.soft))
        return (
            *on_grounds,
            (self.off, self.tile_off),
            (self.on_mark, self.mark),
            (self.on_stop, self.stop),
            (self.on_go, self.go),
            (self.on_warn, self.warn),
            (self.accent, self.tile),
            (self.accent, self.tile_lit),
        )

    @property
    def discs(self) -> tuple[tuple[Colour, Colour], ...]:
        """Every (icon, ground) pair that is drawn with a disc between the two."""
        return (
            (self.accent, self.tile),
            (self.accent, self.tile_lit),
            (self.off, self.tile_off),
            (self.on_mark, self.mark),
            (self.on_stop, self.stop),
            (self.on_go, self.go),
            (self.on_warn, self.warn),
        )


DARK: Final = Theme(
    name="dark",
    ground=_hex("#0b1018"),
    strip=_hex("#131b28"),
    tile=_hex("#1c2838"),
    tile_lit=_hex("#26374d"),
    tile_off=_hex("#121924"),
    edge=_hex("#3b4d66"),
    text=_hex("#ffffff"),
    soft=_hex("#ccd8e8"),
    off=_hex("#a3b1c4"),
    mark=_hex("#ffd23f"),
    on_mark=_hex("#14181f"),
    accent=_hex("#a8d8ff"),
    stop=_hex("#a01313"),
    on_stop=_hex("#ffffff"),
    go=_hex("#07536b"),
    on_go=_hex("#ffffff"),
    warn=_hex("#ffd23f"),
    on_warn=_hex("#14181f"),
    sky=_hex("#141d2b"),
    floor=_hex("#0e1520"),
    arm=_hex("#e9edf3"),
    person=_hex("#7d93b3"),
)

LIGHT: Final = Theme(
    name="light",
    ground=_hex("#eef1f6"),
    strip=_hex("#ffffff"),
    tile=_hex("#ffffff"),
    tile_lit=_hex("#e4edff"),
    tile_off=_hex("#f4f6f9"),
    edge=_hex("#a9b6c8"),
    text=_hex("#0c121c"),
    soft=_hex("#2f3d52"),
    off=_hex("#47546a"),
    mark=_hex("#0a3d99"),
    on_mark=_hex("#ffffff"),
    accent=_hex("#0a3d99"),
    stop=_hex("#9c0f0f"),
    on_stop=_hex("#ffffff"),
    go=_hex("#07536b"),
    on_go=_hex("#ffffff"),
    warn=_hex("#ffd96b"),
    on_warn=_hex("#14181f"),
    sky=_hex("#dfe6f0"),
    floor=_hex("#c3ccd9"),
    arm=_hex("#f7f9fc"),
    person=_hex("#8ba0bf"),
)

YELLOW: Final = Theme(
    name="yellow",
    ground=_hex("#000000"),
    strip=_hex("#000000"),
    tile=_hex("#000000"),
    tile_lit=_hex("#2b2700"),
    tile_off=_hex("#000000"),
    edge=_hex("#7d7300"),
    text=_hex("#ffee33"),
    soft=_hex("#f2e27a"),
    off=_hex("#b5a94d"),
    mark=_hex("#ffee33"),
    on_mark=_hex("#000000"),
    accent=_hex("#ffffff"),
    stop=_hex("#ff9466"),
    on_stop=_hex("#000000"),
    go=_hex("#4a4400"),
    on_go=_hex("#fff7b0"),
    warn=_hex("#ffffff"),
    on_warn=_hex("#000000"),
    sky=_hex("#000000"),
    floor=_hex("#1a1800"),
    arm=_hex("#fff7b0"),
    person=_hex("#8f8a5c"),
)
"""For weak sight: words are yellow on black everywhere, or black on the light fields that mean something."""

CALM: Final = Theme(
    name="calm",
    ground=_hex("#1a2325"),
    strip=_hex("#202b2d"),
    tile=_hex("#27353a"),
    tile_lit=_hex("#2f4047"),
    tile_off=_hex("#1d2729"),
    edge=_hex("#50666b"),
    text=_hex("#f4f1e8"),
    soft=_hex("#d5dbd3"),
    off=_hex("#a9b6b2"),
    mark=_hex("#ecd9a0"),
    on_mark=_hex("#1a2325"),
    accent=_hex("#bfe0d8"),
    stop=_hex("#852620"),
    on_stop=_hex("#ffffff"),
    go=_hex("#155a74"),
    on_go=_hex("#ffffff"),
    warn=_hex("#ecd9a0"),
    on_warn=_hex("#1a2325"),
    sky=_hex("#222f33"),
    floor=_hex("#192225"),
    arm=_hex("#eceade"),
    person=_hex("#869a9c"),
)
"""For eyes and minds that bright colours tire: muted, nothing saturated."""

THEMES: Final[dict[str, Theme]] = {theme.name: theme for theme in (DARK, LIGHT, YELLOW, CALM)}
"""Name, as in a person's profile, to theme."""


def luminance(colour: Colour) -> float:
    """Return the relative luminance of ``colour``, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    shares = [value / 255 for value in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=4096)
def blend(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour ``share`` (0 to 1) of the way from ``first`` to ``second``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


DISC: Final = 0.13
"""How much of an icon's colour is in the disc behind it: enough to see, little enough for the icon to stand out."""


def disc_colour(ground: Colour, drawing: Colour) -> Colour:
    """Return the colour of the disc on ``ground`` behind an icon of the colour ``drawing``."""
    return blend(ground, drawing, DISC)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Type scale and spacing of one screen size [px].

    A wheelchair screen is read at 70 cm: ISO 9241-303 wants capitals of 16 minutes of arc at least (3.3 mm there) and
    20 to 22 for comfort. With capitals 0.72 of the type size, 0.19 mm a pixel on a 7-inch 800×480 panel and 0.17 mm on
    a 10-inch 1280×800 one, that is 24 px and 27 px; `small` is never below it by more than a tenth.
    """

    width: int
    height: int
    small: int
    body: int
    label: int
    title: int
    huge: int
    least: int
    gap: int
    top: int
    bottom: int
    border: int
    radius: int
    scale: float
    tile: int = LEAST_TILE

    @classmethod
    def of(cls, size: tuple[int, int], scale: float = 1.0, tile: int = LEAST_TILE) -> Metrics:
        """Return the metrics of a screen of ``size`` (width, height) [px], type ``scale`` times as large as usual.

        The strips grow with the type by half only: what is chosen from needs the room more. No tile is smaller than
        ``tile`` [px] where that leaves room for two.
        """
        width, height = size
        unit = height / 100
        strips = (1.0 + scale) / 2
        return cls(
            width=width,
            height=height,
            small=round(max(22, 3.4 * unit) * scale),
            body=round(max(25, 4.2 * unit) * scale),
            label=round(max(28, 4.8 * unit) * scale),
            title=round(max(32, 5.6 * unit) * scale),
            huge=round(max(56, 11 * unit) * scale),
            least=max(16, round(2.4 * unit)),
            gap=max(8, round(1.6 * unit)),
            top=round(max(48, 8.5 * unit) * strips),
            bottom=round(max(56, 10.5 * unit) * strips),
            border=max(5, round(0.9 * unit)),
            radius=max(10, round(2.0 * unit)),
            scale=scale,
            tile=tile,
        )
