"""Whoever needs large tiles gets them, and every choice is still there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.user import LookConfig, ScanConfig, UserConfig
from ui.arrange import STEPS, arrange, fits
from ui.page import Line, Page, Tile
from ui.sheets import NEXT, Sheets, parted
from ui.theme import LEAST_TILE, Metrics

SIZES = [(800, 480), (1024, 600), (1280, 800), (1920, 1200)]


def page(count, lines=0, moves=False):
    tiles = tuple(Tile(str(number), f"Tile {number}", "cup") for number in range(count))
    return Page("Page", tiles, tuple(Line("Words") for _ in range(lines)), picture=0.4, columns=2, moves=moves)


def has_room(part, metrics):
    return any(fits(part, metrics, step) for step in STEPS)


@given(
    size=st.sampled_from(SIZES),
    tile=st.integers(96, 320),
    count=st.integers(1, 12),
    lines=st.integers(0, 2),
    scale=st.sampled_from([1.0, 1.3, 1.6]),
)
def test_each_tile_is_on_one_part_and_each_part_has_room(size, tile, count, lines, scale):
    whole, metrics = page(count, lines), Metrics.of(size, scale, tile)
    parts = parted(whole, metrics)
    shown = [each for part in parts for each in part.tiles if each.id != NEXT]
    assert tuple(shown) == whole.tiles
    if len(parts) > 1:
        assert not has_room(whole, metrics)
        for part in parts:
            assert has_room(part, metrics)
            assert part.tiles[-1].id == NEXT


@given(size=st.sampled_from(SIZES), tile=st.integers(96, 320), count=st.integers(2, 12), lines=st.integers(0, 1))
def test_where_the_arm_is_moved_every_part_keeps_its_picture_and_pairs(size, tile, count, lines):
    metrics = Metrics.of(size, 1.0, tile)
    parts = parted(page(count, lines, moves=True), metrics)
    for part in parts:
        placed = arrange(part, metrics, lambda frame: 0, lambda placed: True, lambda placed: 1.0)
        assert placed.frame.picture is not None
        assert placed.frame.picture.w >= 0.2 * size[0]
        assert all(min(box.w, box.h) >= min(tile, max(LEAST_TILE, round(STEPS[-1] * tile))) for box in placed.tiles)
        pairs = [tile.id for tile in part.tiles if tile.id != NEXT]
        if len(pairs) > 1 and len(parts) > 1:
            assert int(pairs[0]) % 2 == 0


def test_a_page_that_has_room_is_not_divided():
    assert parted(page(8), Metrics.of((800, 480))) == (page(8),)


def test_the_first_tiles_keep_their_places_when_one_is_added():
    metrics = Metrics.of((1280, 800), 1.0, 300)
    before, after = parted(page(8), metrics), parted(page(9), metrics)
    assert [part.tiles for part in after[: len(before) - 1]] == [part.tiles for part in before[:-1]]


def test_another_page_begins_with_its_first_part():
    sheets, metrics = Sheets(), Metrics.of((800, 480), 1.0, 250)
    first = sheets.shown("home", page(9), metrics)
    sheets.turn()
    assert sheets.shown("home", page(9), metrics) != first
    sheets.shown("help", Page("Help"), metrics)
    assert sheets.shown("home", page(9), metrics) == first


def large(tile, **settings):
    return UserConfig(name="guest", look=LookConfig(tile_min=tile), **settings)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("tile", [140, 200, 320])
@pytest.mark.parametrize("screen", ["home", "move", "settings", "sound", "look", "help", "practice", "me"])
def test_on_every_screen_tiles_are_as_large_as_the_person_needs(screen, tile, size, person):
    someone = person(user=large(tile), size=size)
    someone.app._desk.go_to(screen)
    someone.frames(2)
    show = someone.app._show
    needed = round(STEPS[-1] * tile) if has_room(show.page, show._painter.canvas.metrics) else LEAST_TILE
    assert needed != LEAST_TILE or (screen, size) == ("help", (800, 480))
    assert all(min(item.rect[2:]) >= needed for item in someone.view.items)


def test_every_setting_can_be_reached_and_changed_with_large_tiles(person):
    someone = person(user=large(240, scan=ScanConfig(method="step")), size=(1024, 600))
    someone.app._desk.go_to("settings")
    someone.frames(2)
    seen = []
    while not seen or someone.ids != seen[0]:
        seen.append(someone.ids)
        someone.app._controls._select(NEXT)
        someone.frames(1)
    ids = [item for part in seen for item in part]
    assert {"slower", "faster", "scan_slower", "scan_faster", "sound", "frame", "look", "me", "leave"} <= set(ids)
    assert len(seen) > 1


def test_larger_type_leaves_the_least_tile_as_it_was(person):
    someone = person(user=large(200))
    someone.app._desk.go_to("look")
    someone.frames(1)
    someone.app._controls._select("larger")
    assert (someone.app._desk.user.look.tile_min, someone.app._desk.user.look.scale) == (200, 1.1)
