"""A person at a screen that nobody sees: pygame's dummy driver, a stepped clock, and a small session."""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame
import pytest

from armctl.config.user import UserConfig
from tests.support.ui_person import Person
from ui.text import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def person():
    """Sit down at a screen: ``person(size=…, mode=…, user=…)``."""
    people = []

    def sit_down(**settings):
        settings.setdefault("user", UserConfig(name="guest"))
        people.append(Person(**settings))
        return people[-1]

    pygame.display.init()
    yield sit_down
    pygame.event.clear()
