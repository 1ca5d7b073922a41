"""A page is drawn whole at first, and then only where it changed."""

import pygame
import pytest

from ui.canvas import Canvas
from ui.page import Line, Page, Strip, Tile
from ui.painter import Painter
from ui.theme import DARK
from ui.widgets import TileState

STRIP = Strip("Simulated arm", "Speed 60 %", "Ready", "go", "Press = A", "Any press stops the arm")
PAGE = Page("Home", (Tile("a", "A", "cup"), Tile("b", "B", "home")), (Line("Words"),), picture=0.4)
REST = (TileState(), TileState())


@pytest.fixture
def painter():
    return Painter(Canvas(pygame.Surface((800, 480)), DARK))


def paint(painter, page=PAGE, strip=STRIP, states=REST, key="still", screen="home"):
    painter.pictures = getattr(painter, "pictures", 0)

    def picture(box):
        painter.pictures += 1
        return pygame.Surface((box.w, box.h))

    return painter.paint(screen, page, strip, states, False, (key, picture))


def test_nothing_is_drawn_when_nothing_changed(painter):
    paint(painter)
    paint(painter)
    assert painter.canvas.changed == []
    assert painter.pictures == 1


def test_a_lit_tile_changes_two_tiles_and_no_more(painter):
    placed = paint(painter, states=(TileState(lit=True), TileState()))
    paint(painter, states=(TileState(), TileState(lit=True)))
    assert painter.canvas.changed == list(placed.tiles)


def test_a_moving_arm_changes_the_picture_only(painter):
    placed = paint(painter)
    paint(painter, key="moved")
    assert painter.canvas.changed == [placed.frame.picture]


def test_a_notice_makes_room_for_itself_and_goes_away_again(painter):
    before = paint(painter)
    strip = Strip("Simulated arm", "Speed 60 %", "Ready", "go", "Press = A", "Any press", notice="Slow: near the head.")
    placed = paint(painter, strip=strip)
    assert placed.frame.picture.h < before.frame.picture.h
    assert not placed.frame.notice.overlaps(placed.frame.picture)
    assert "Slow: near the head." in [word.text for word in painter.canvas.written]
    paint(painter)
    assert "Slow: near the head." not in [word.text for word in painter.canvas.written]


def test_a_page_without_a_picture_draws_none(painter):
    placed = paint(painter, page=Page("Words", lines=(Line("Words"),)), states=())
    assert placed.frame.picture is None
    assert painter.pictures == 0
