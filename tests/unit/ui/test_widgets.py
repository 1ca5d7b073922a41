"""Every state of a tile is told apart by more than colour, and words keep their contrast in the pixels."""

from itertools import pairwise

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.arrange import ENOUGH
from ui.canvas import Canvas
from ui.layout import Box
from ui.page import Line, Strip, Tile
from ui.theme import THEMES, Metrics, contrast
from ui.widgets import (
    ICON_SIZES,
    LARGEST_ICON,
    RING_STEPS,
    TileState,
    TileType,
    draw_banner,
    draw_lines,
    draw_progress,
    draw_tile,
    draw_top,
    in_disc,
    readable,
    tile_parts,
    tile_type,
)

BOX = Box(20, 20, 300, 160)


@pytest.fixture(params=THEMES.values(), ids=lambda theme: theme.name)
def canvas(request):
    made = Canvas(pygame.Surface((800, 480)), request.param)
    made.begin("scene")
    return made


def pixels(canvas, box=BOX):
    return pygame.surfarray.array3d(canvas.surface)[box.x : box.right, box.y : box.bottom].astype(int)


def drawn(canvas, state, tile=None):
    draw_tile(canvas, BOX, tile or Tile("cup", "Drink", "cup"), state)
    return pixels(canvas)


def border_width(picture, colour):
    row = picture[:, picture.shape[1] // 2]
    return int((np.abs(row - np.array(colour)).sum(axis=1) < 30)[:20].sum())


def test_a_lit_tile_has_a_thick_border_and_a_ring(canvas):
    rest = drawn(canvas, TileState())
    lit = drawn(canvas, TileState(lit=True, ring=RING_STEPS))
    mark = canvas.theme.mark
    assert border_width(rest, mark) == 0
    assert border_width(lit, mark) >= 4
    less = drawn(canvas, TileState(lit=True, ring=RING_STEPS // 4))
    inked = [(np.abs(picture - np.array(mark)).sum(axis=2) < 30).sum() for picture in (lit, less)]
    assert inked[1] < inked[0] - 200


def test_a_pressed_tile_is_filled_with_the_highlight(canvas):
    pressed = drawn(canvas, TileState(lit=True, pressed=True))
    assert (np.abs(pressed - np.array(canvas.theme.mark)).sum(axis=2) < 30).mean() > 0.6


def test_a_tile_that_cannot_be_chosen_looks_different(canvas):
    off = drawn(canvas, TileState(), Tile("cup", "Drink", "cup", enabled=False))
    assert (off != drawn(canvas, TileState())).any()


@pytest.mark.parametrize("look", ["plain", "go", "stop", "warn"])
@pytest.mark.parametrize("state", [TileState(), TileState(lit=True, ring=30), TileState(pressed=True)], ids=str)
def test_words_on_the_screen_have_the_contrast_that_colours_promise(canvas, look, state):
    draw_tile(canvas, BOX, Tile("cup", "MMMM", "cup", look=look), state)
    place = canvas.written[-1].drawn
    ground = canvas.surface.get_at((place.x + place.w // 2, place.y - 3))[:3]
    best = max(
        contrast(tuple(canvas.surface.get_at((x, y))[:3]), ground)
        for x in range(place.x, place.right, 2)
        for y in range(place.y, place.bottom, 2)
    )
    assert best >= 7.0


@pytest.mark.parametrize("size", [(114, 116), (233, 112), (370, 300), (96, 96), (780, 96)])
def test_icon_and_words_share_a_tile_without_overlap(size):
    box = Box(5, 5, *size)
    cell, words = tile_parts(box)
    assert box.holds(cell)
    assert box.holds(words)
    assert not cell.overlaps(words)
    assert cell.w == cell.h >= 30
    assert words.w >= 60


def test_words_that_break_get_a_smaller_icon_before_the_type_gets_small():
    metrics = Metrics.of((800, 480))
    like = tile_type(
        (Tile("away", "Weiter weg", "forward"), Tile("up", "Auf", "up")), [Box(0, 0, 130, 110)] * 2, metrics
    )
    assert like.size >= metrics.small
    assert like.most * like.icon * in_disc(like.most * like.icon) >= 0.9 * metrics.small


@given(size=st.integers(16, 28), icon=st.sampled_from(ICON_SIZES), most=st.integers(30, LARGEST_ICON))
def test_larger_words_and_larger_icons_never_read_worse(size, icon, most):
    metrics = Metrics.of((800, 480))
    like = TileType(size, icon, True, most)
    assert readable(like._replace(size=size + 1), metrics) > readable(like, metrics)
    assert readable(like._replace(most=2 * most), metrics) > readable(like, metrics)


def test_a_page_whose_words_are_cut_reads_badly():
    metrics = Metrics.of((800, 480))
    like = tile_type((Tile("a", "Donaudampfschifffahrtsgesellschaft", "cup"),), [Box(0, 0, 96, 96)], metrics)
    assert readable(like, metrics) < ENOUGH


def test_a_setting_shows_its_value_under_its_name(canvas):
    canvas.part(
        "tile", BOX, 1, lambda box: draw_tile(canvas, box, Tile("v", "Voice", "speaker", value="On"), TileState())
    )
    label, value = canvas.written
    assert (label.text, value.text) == ("Voice", "On")
    assert label.drawn.bottom <= value.drawn.y + 4


def test_the_bar_grows_with_progress(canvas):
    box = Box(0, 100, 600, 60)

    def filled(share):
        draw_progress(canvas, box, share, 0)
        return (np.abs(pixels(canvas, box) - np.array(canvas.theme.accent)).sum(axis=2) < 30).sum()

    shares = [filled(share) for share in (0.0, 0.3, 0.6, 1.0, 1.7)]
    assert shares[0] == 0
    assert shares[1] < shares[2] < shares[3] == shares[4]


def test_the_time_left_is_said_in_whole_seconds(canvas):
    canvas.part("bar", Box(0, 100, 600, 60), 1, lambda box: draw_progress(canvas, box, 0.5, 7))
    assert [word.text for word in canvas.written] == ["7\u00a0s left"]


def test_the_banner_is_the_largest_thing_to_read(canvas):
    canvas.part("banner", Box(0, 0, 780, 240), 1, lambda box: draw_banner(canvas, box, "STOP", "stop"))
    assert canvas.written[0].fitted.size == canvas.metrics.huge


def test_beside_the_words_of_a_banner_stands_the_sign_that_is_asked_for(canvas):
    box, pictures = Box(0, 0, 780, 240), []
    for sign in ("stop", "press"):
        draw_banner(canvas, box, "Press", "warn", sign)
        pictures.append(pixels(canvas, box))
    differs = (pictures[0] != pictures[1]).any(axis=(1, 2))
    assert differs[: box.w // 4].any()
    assert not differs[box.w // 4 :].any()


def test_paragraphs_follow_each_other_without_touching(canvas):
    lines = (Line("Title", "title"), Line("Some words that go on for a while. " * 3), Line("Less", "soft"))
    canvas.part("words", Box(0, 0, 700, 300), 1, lambda box: draw_lines(canvas, box, lines, "warning", True))
    places = [word.drawn for word in canvas.written]
    assert len(places) == 3
    for above, below in pairwise(places):
        assert above.bottom < below.y


def test_title_and_state_stay_in_one_line_each(canvas):
    strip = Strip("Simuliuojamas robotas", "Greitis 60 %", "Paruošta", "go", "Press", "Stops")
    canvas.part("top", Box(0, 0, 800, 48), 1, lambda box: draw_top(canvas, box, "Ką man daryti?", strip))
    assert [len(word.fitted.lines) for word in canvas.written] == [1, 1, 1]
    assert min(word.fitted.size for word in canvas.written) >= 0.75 * canvas.metrics.small


def test_the_upper_strip_names_title_arm_speed_and_mode(canvas):
    strip = Strip("Simulated arm", "Speed 60 %", "Ready", "go", "Press", "Stops")
    canvas.part("top", Box(0, 0, 800, 48), 1, lambda box: draw_top(canvas, box, "Home", strip))
    assert [word.text for word in canvas.written] == ["Home", "Simulated arm  ·  Speed 60 %", "Ready"]
