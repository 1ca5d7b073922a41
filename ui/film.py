"""Pictures and a film of the screen, made beside the frames: encoding must not make the screen look hung.

The frame only copies its pixels; a thread does the rest.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pygame
from PIL import Image

from armctl.errors import SetupError

INTERVAL: Final = 0.4
"""Time between frames of the film [s]: enough to follow, small enough to send."""
SHOWN: Final = 0.12
"""Time each frame is shown [s]: the film runs at about three times life speed."""
WIDTH: Final = 560
COLOURS: Final = 64
MOST_FRAMES: Final = 900


class Film:
    """Collects what is on the screen: small frames for one animated picture, and whole pictures."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="film")
        self._frames: list[Future[Image.Image]] = []
        self._pictures: list[Future[None]] = []
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
        small = pygame.transform.scale(surface, (WIDTH, round(WIDTH * height / width)))
        self._frames.append(self._worker.submit(_frame, small))

    def picture(self, path: Path) -> None:
        """Write what is on the screen now to ``path`` (PNG), at the latest when `save` returns."""
        surface = pygame.display.get_surface()
        if surface is not None:
            self._pictures.append(self._worker.submit(_write, surface.copy(), path))

    def save(self, path: Path) -> None:
        """Write the film to ``path``, a GIF, and wait for the pictures; the film is over then.

        Raises:
            SetupError: There is no frame, or a file cannot be written.
        """
        try:
            for picture in self._pictures:
                picture.result()
            frames = [frame.result() for frame in self._frames]
            if not frames:
                raise SetupError("There is no frame to make a film of.")
            shown = round(SHOWN * 1000)
            frames[0].save(path, save_all=True, append_images=frames[1:], duration=shown, loop=0, optimize=False)
        except (OSError, pygame.error) as error:
            raise SetupError(f"The film {path} cannot be written ({error}).") from error
        finally:
            self._worker.shutdown()


def _write(surface: pygame.Surface, path: Path) -> None:
    # Pillow lets other threads run while it encodes. pygame.image.save does not: it kept the screen's sign of life
    # back for 35 to 100 ms a picture (measured), and the arm came to rest.
    Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB")).save(path)


def _frame(surface: pygame.Surface) -> Image.Image:
    image = Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
    return image.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS)
