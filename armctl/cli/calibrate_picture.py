"""Pictures for somebody with both hands at the arm: the pose, as a file and in the terminal, and big signs.

The arm is drawn by the code that draws it on the user's screen, from its URDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style

from armctl.config.scene import SceneConfig
from armctl.kinematics.robot import RobotModel
from ui.arm_view import ArmView
from ui.theme import THEMES

Pixels = npt.NDArray[np.uint8]
"""Shape (height, width, 3)."""

SIZE: Final = (960, 720)
"""Width and height of the picture file [px]."""
_UPPER_HALF: Final = "▀"
_SHADES: Final = " .:-=+*#%@"
_TALLEST: Final = 26
"""Most lines of a picture in the terminal."""

_INK: Final = 255
_SIGN: Final = 16
"""Height of a big sign [px], two to a line."""
_WIDEST: Final = 70
"""Most columns of a big sign, for a terminal of 80."""
_ROOM: Final = 0.06
"""Margin left around the arm where the empty parts of a picture are cut off, as a share of its height."""
_ARM: Final = 90
"""Grey level above which a pixel shows the arm and not the ground."""
_TIPS: Final = {
    "right": ((15, 8), (8, 1), (8, 5), (0, 5), (0, 10), (8, 10), (8, 15)),
    "left": ((0, 8), (7, 1), (7, 5), (15, 5), (15, 10), (7, 10), (7, 15)),
    "down": ((8, 15), (1, 8), (5, 8), (5, 0), (10, 0), (10, 8), (15, 8)),
    "up": ((8, 0), (1, 7), (5, 7), (5, 15), (10, 15), (10, 7), (15, 7)),
}
"""Corners of the arrows [px]."""
_TURNS: Final = {"clockwise": (180, 60, (13, 14)), "anticlockwise": (120, 360, (2, 14))}
"""Begin and end of the arc [°], and the middle of its head [px]."""
WORDS: Final = {
    "right": "RIGHT",
    "left": "LEFT",
    "up": "UP",
    "down": "DOWN",
    "towards you": "TO YOU",
    "away from you": "AWAY",
    "clockwise": "TURNS",
    "anticlockwise": "TURNS",
}
"""Direction to the word on its sign: short, for a terminal of 80 columns."""


def sign(direction: str) -> list[str]:
    """Return a big sign for ``direction``, a key of `WORDS`, as lines of block characters."""
    if direction not in WORDS:
        return []
    text = WORDS[direction]
    left = _SIGN + 4
    fonts = (ImageFont.load_default(size) for size in range(_SIGN - 1, _SIGN // 2, -1))
    font = next(font for font in fonts if left + font.getlength(text) <= _WIDEST)
    image = Image.new("L", (_WIDEST + 2, _SIGN), 0)
    pen = ImageDraw.Draw(image)
    pen.text((left, -1), text, font=font, fill=_INK)
    if direction in _TIPS:
        pen.polygon(_TIPS[direction], fill=_INK)
    elif direction in _TURNS:
        begin, end, (x, y) = _TURNS[direction]
        pen.arc((1, 1, 14, 14), begin, end, fill=_INK, width=3)
        pen.polygon(((x - 4, y - 4), (x + 4, y - 4), (x, y + 2)), fill=_INK)
    else:
        pen.ellipse((0, 0, 15, 15), outline=_INK, width=2)
        if direction == "towards you":
            pen.ellipse((5, 5, 10, 10), fill=_INK)
        else:
            pen.line((3, 3, 12, 12), fill=_INK, width=2)
            pen.line((3, 12, 12, 3), fill=_INK, width=2)
    filled = np.asarray(image) > _INK // 2
    blocks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    return [
        "".join(blocks[bool(top), bool(bottom)] for top, bottom in zip(upper, lower, strict=True)).rstrip()
        for upper, lower in zip(filled[0::2], filled[1::2], strict=True)
    ]


class PosePicture:
    """Draws poses of one arm.

    Args:
        robot: The arm.
    """

    def __init__(self, robot: RobotModel) -> None:
        bare = SceneConfig(name="bare", title="Nothing", arm=robot.config.name, furniture={}, objects={}, places={})
        self._view = ArmView(robot, bare, THEMES["dark"], SIZE)

    def draw(self, positions: Sequence[float], goal: Sequence[float] | None = None) -> Pixels:
        """Return the picture of the arm at ``positions``, n angles [rad], and pale where it goes, little around it."""
        surface = self._view.update(positions, None, goal)
        whole = np.asarray(surface.get_view("3")).swapaxes(0, 1)
        rows = np.flatnonzero((whole.max(axis=2) > _ARM).any(axis=1))
        room = round(_ROOM * len(whole))
        return np.ascontiguousarray(whole[max(0, rows[0] - room) : rows[-1] + room])


def write(pixels: Pixels, path: Path) -> None:
    """Write ``pixels`` as a PNG file."""
    Image.fromarray(pixels).save(path)


def in_terminal(pixels: Pixels, columns: int, lines: int, *, colour: bool = True) -> Segments:
    """Return ``pixels`` as characters, at most ``columns`` wide and ``lines`` high, two pixels in each.

    Without colours the arm is light letters on nothing.
    """
    height = min(lines, _TALLEST)
    width = min(columns, round(2 * height * pixels.shape[1] / pixels.shape[0]))
    height = min(height, round(width * pixels.shape[0] / pixels.shape[1] / 2))
    rows = 2 * height if colour else height
    small = np.asarray(Image.fromarray(pixels).resize((width, rows), Image.Resampling.LANCZOS))
    return Segments(_coloured(small) if colour else _plain(small))


def _coloured(small: Pixels) -> list[Segment]:
    cells = []
    for upper, lower in zip(small[0::2], small[1::2], strict=True):
        for top, bottom in zip(upper.tolist(), lower.tolist(), strict=True):
            cells.append(Segment(_UPPER_HALF, Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom))))
        cells.append(Segment.line())
    return cells


def _plain(small: Pixels) -> list[Segment]:
    light = small.astype(float).mean(axis=2) / 255.0
    # The ground of the picture is nearly black; what is darker than that is ground, or shadow on it.
    index = np.clip((light - 0.12) * 1.3 * len(_SHADES), 0, len(_SHADES) - 1).astype(int)
    return [Segment("".join(_SHADES[cell] for cell in row).rstrip() + "\n") for row in index.tolist()]
