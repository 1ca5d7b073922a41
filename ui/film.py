"""A film of the screen: small frames now and then, written as an animation at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pygame
from PIL import Image

from armctl.errors import SetupError

INTERVAL: Final = 0.4
"""Time between frames [s]: enough to follow, small enough to send."""
SHOWN: Final = 0.12
"""Time each frame is shown [s]: the film runs at about three times life speed."""
WIDTH: Final = 560
MOST_FRAMES: Final = 900


class Film:
    """Collects frames and writes them as one animated picture."""

    def __init__(self) -> None:
        self._frames: list[Image.Image] = []
        self._next = 0.0

    def __len__(self) -> int:
        return len(self._frames)

    def shoot(self, now: float) -> None:
        """Keep what is on the screen as a frame when the last one is `INTERVAL` old; ``now`` in s."""
        surface = pygame.display.get_surface()
        if now < self._next or len(self._frames) >= MOST_FRAMES or surface is None:
            return
        self._next = now + INTERVAL
        width, height = surface.get_size()
        small = pygame.transform.smoothscale(surface, (WIDTH, round(WIDTH * height / width)))
        frame = Image.frombytes("RGB", small.get_size(), pygame.image.tobytes(small, "RGB"))
        self._frames.append(frame.convert("P", palette=Image.Palette.ADAPTIVE, colors=64))

    def save(self, path: Path) -> None:
        """Write the film to ``path``, a GIF.

        Raises:
            SetupError: There is no frame, or the file cannot be written.
        """
        if not self._frames:
            raise SetupError("There is no frame to make a film of.")
        first, *others = self._frames
        try:
            first.save(path, save_all=True, append_images=others, duration=round(SHOWN * 1000), loop=0, optimize=False)
        except OSError as error:
            raise SetupError(f"The film {path} cannot be written ({error}).") from error
