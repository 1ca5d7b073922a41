"""Pictures and the film hold what was on the screen when they were taken, and cost the frame next to nothing."""

import pygame
import pytest
from PIL import Image

from armctl.errors import SetupError
from ui.film import INTERVAL, WIDTH, Film


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    yield pygame.display.set_mode((1280, 800))
    pygame.display.quit()


def test_frames_come_at_their_interval_and_the_film_shows_them_in_order(screen, tmp_path):
    film = Film()
    for number, colour in enumerate(("red", "red", "green", "blue")):
        screen.fill(colour)
        film.shoot(number * INTERVAL / 2 if number < 2 else (number - 1) * INTERVAL)
    assert len(film) == 3
    film.save(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as image:
        assert image.n_frames == 3
        assert image.size[0] == WIDTH
        image.seek(2)
        assert image.convert("RGB").getpixel((10, 10)) == (0, 0, 255)


def test_a_picture_shows_the_moment_it_was_taken_not_what_came_after(screen, tmp_path):
    film = Film()
    screen.fill("red")
    film.shoot(0.0)
    film.picture(tmp_path / "now.png")
    screen.fill("green")
    film.save(tmp_path / "film.gif")
    with Image.open(tmp_path / "now.png") as image:
        assert image.size == (1280, 800)
        assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_film_of_nothing_is_refused(tmp_path):
    with pytest.raises(SetupError, match="no frame"):
        Film().save(tmp_path / "film.gif")


def test_a_film_that_cannot_be_written_is_said_plainly(screen, tmp_path):
    film = Film()
    film.shoot(0.0)
    with pytest.raises(SetupError, match="cannot be written"):
        film.save(tmp_path / "missing" / "film.gif")
