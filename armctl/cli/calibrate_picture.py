"""Pictures for somebody with both hands at the arm: the pose, as a file and in the terminal, and big arrows.

The arm is drawn by the code that draws it on the user's screen, from its URDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
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

_ARROWS: Final = {
    "up": ("     █     ", "   █████   ", " █████████ ", "    ███    ", "    ███    ", "    ███    "),
    "down": ("    ███    ", "    ███    ", "    ███    ", " █████████ ", "   █████   ", "     █     "),
    "left": ("     ██       ", "   ████       ", " █████████████", "   ████       ", "     ██       "),
    "right": ("       ██     ", "       ████   ", "█████████████ ", "       ████   ", "       ██     "),
    "forwards": ("      ████▶   ", "   AWAY FROM  ", "   THE BASE   "),
    "backwards": ("   ◀████      ", "   TOWARDS    ", "   THE BASE   "),
    "clockwise": ("   ▄█████▄    ", "  █▀     ▀█   ", "  █     ▄▄█▄▄ ", "  █▄     ▀█▀  ", "   ▀████▀     "),
    "anticlockwise": ("    ▄█████▄   ", "   █▀     ▀█  ", " ▄▄█▄▄     █  ", "  ▀█▀     ▄█  ", "     ▀████▀   "),
}


def arrow(direction: str) -> tuple[str, ...]:
    """Return the lines of a big arrow; ``direction`` is a key of the drawings, nothing for any other word."""
    return _ARROWS.get(direction, ())


class PosePicture:
    """Draws poses of one arm.

    Args:
        robot: The arm.
    """

    def __init__(self, robot: RobotModel) -> None:
        bare = SceneConfig(name="bare", title="Nothing", arm=robot.config.name, furniture={}, objects={}, places={})
        self._view = ArmView(robot, bare, THEMES["dark"], SIZE)

    def draw(self, positions: Sequence[float], goal: Sequence[float] | None = None) -> Pixels:
        """Return the picture of the arm at ``positions``, n angles [rad], and pale where it goes."""
        surface = self._view.update(positions, None, goal)
        return np.ascontiguousarray(np.asarray(surface.get_view("3")).swapaxes(0, 1))


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
