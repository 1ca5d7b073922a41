"""Make the pictures of the user guide: ``python -m tests.pictures FOLDER`` (``make pictures``).

Screens, painter and live picture are the program's; the arm behind them is the small session of the tests, because a
fault or a lost cable does not come when a picture is wanted. What the arm does at work is filmed by the demo instead.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame

from armctl.config.pointing import RestArea
from tests.support.layout_rig import Bench

WHEELCHAIR = (1280, 800)
SMALL = (800, 480)


class Picture(NamedTuple):
    """What to draw: a state of `tests.support.layout_rig`, in a language, theme, size and scale."""

    name: str
    state: str
    language: str = "en"
    theme: str = "dark"
    size: tuple[int, int] = WHEELCHAIR
    scale: float = 1.0
    tile: int = 96
    rest: RestArea | None = None


PICTURES = (
    Picture("home", "home"),
    Picture("home", "home"),
    Picture("stop-test", "test moves"),
    Picture("move", "move"),
    Picture("turn", "turn"),
    Picture("grip", "grip"),
    Picture("slow", "running, slow"),
    Picture("stopped", "stopped"),
    Picture("alert", "alert"),
    Picture("no-connection", "disconnected"),
    Picture("program-stopped", "gone"),
    Picture("settings", "settings"),
    Picture("voice-and-sounds", "sound"),
    Picture("screen-and-language", "look"),
    Picture("about-me", "me"),
    Picture("practice", "practice"),
    Picture("help", "help"),
    Picture("help-choosing", "help_choosing"),
    Picture("help-moving", "help_moving"),
    Picture("help-people", "help_people"),
    Picture("light", "home", theme="light"),
    Picture("yellow", "home", theme="yellow"),
    Picture("calm", "home", theme="calm"),
    Picture("lithuanian", "asked", "lt"),
    Picture("german", "settings", "de", "light"),
    Picture("french", "alert", "fr", "calm"),
    Picture("spanish", "move", "es", "yellow"),
    Picture("large-type", "home", "en", "dark", SMALL, 1.6),
    Picture("large-tiles", "move", tile=300),
    Picture("rest-area", "home", rest=RestArea(top=0.93, width=1.0, height=0.07)),
    Picture("small-screen", "move", "de", "dark", SMALL),
)


def draw(folder: Path) -> list[Path]:
    """Draw all `PICTURES` into ``folder`` and return their files."""
    pygame.display.init()
    pygame.font.init()
    made = []
    for picture in PICTURES:
        look = picture.language, picture.theme, picture.scale
        bench = Bench(picture.size, *look, tile=picture.tile, rest=picture.rest)
        bench.bring_to(picture.state)
        made.append(folder / f"{picture.name}.png")
        pygame.image.save(bench.show.surface, str(made[-1]))
    return made


if __name__ == "__main__":
    for path in draw(Path(sys.argv[1])):
        sys.stdout.write(f"{path}\n")
