"""A screen that takes much of a processor: sixty frames a second, each 10 ms of Python besides the drawing."""

from __future__ import annotations

import os
import time

from benchmarks.frame_time import FRAME, SIZE


def main() -> None:
    """Draw until killed."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    import pygame

    pygame.display.init()
    surface = pygame.display.set_mode(SIZE)
    due = time.monotonic()
    while True:
        ends = time.monotonic() + 0.010
        while time.monotonic() < ends:
            pygame.draw.circle(surface, (200, 80, 40), (640, 400), 300)
        pygame.display.flip()
        due = max(due + FRAME, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main()
