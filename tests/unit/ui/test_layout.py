"""Tiles fill their room without touching, and text is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.layout import Box, columns_for, fit, frame, grid, rows_needed, rows_of, wrap
from ui.theme import LEAST_TILE, Metrics

SIZES = [(800, 480), (1024, 600), (1280, 800), (1920, 1200)]


def measure(text, size):
    return round(0.6 * size * len(text)), size


@given(
    width=st.integers(150, 1900),
    height=st.integers(150, 1100),
    count=st.integers(0, 12),
    gap=st.integers(2, 24),
    columns=st.one_of(st.none(), st.integers(1, 4)),
)
def test_tiles_stay_inside_apart_and_large_or_the_grid_refuses(width, height, count, gap, columns):
    area = Box(7, 11, width, height)
    try:
        tiles = grid(area, count, gap, columns)
    except ValueError:
        assert rows_needed(width, count, gap) * (LEAST_TILE + gap) > height + gap or width < LEAST_TILE
        return
    assert len(tiles) == count
    for index, tile in enumerate(tiles):
        assert area.holds(tile)
        assert min(tile.w, tile.h) >= LEAST_TILE
        assert not any(tile.overlaps(other) for other in tiles[index + 1 :])


@given(count=st.integers(1, 14), columns=st.integers(1, 6), lead=st.booleans())
def test_only_the_first_or_the_last_row_has_fewer_tiles(count, columns, lead):
    rows = rows_of(count, columns, lead)
    assert sum(rows) == count
    assert all(row == columns for row in (rows[1:] if lead else rows[:-1]))
    assert min(rows) > 0


@given(count=st.integers(2, 12), width=st.integers(420, 1600), height=st.integers(320, 900))
def test_left_stays_beside_right_wherever_there_is_room_for_pairs(count, width, height):
    tiles = grid(Box(0, 0, width, height), count, 8, 2)
    torn = [n for n in range(0, count - 1, 2) if tiles[n].y != tiles[n + 1].y]
    rows = -(-count // 2)
    if torn:
        assert height + 8 < rows * (LEAST_TILE + 8)
        assert width + 8 < (count + count % 2) * (LEAST_TILE + 8)


def test_a_leading_tile_has_the_first_row():
    tiles = grid(Box(0, 0, 700, 500), 7, 10, 2, lead=True)
    assert tiles[0].w == 700
    assert [tile.w for tile in tiles[1:]] == [345] * 6


def test_a_grid_that_cannot_hold_its_tiles_says_how_many_and_how_large():
    with pytest.raises(ValueError, match=r"9 tiles of 96 px do not fit 200 x 200 px"):
        columns_for(Box(0, 0, 200, 200), 9, 8)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("share", [0.0, 0.34, 0.4])
@pytest.mark.parametrize("notice", [True, False])
def test_the_parts_of_the_screen_neither_overlap_nor_leave_it(size, share, notice):
    parts = frame(Metrics.of(size), share, notice)
    boxes = [box for box in (parts.top, parts.main, parts.picture, parts.bottom) if box is not None]
    boxes += [parts.notice] if notice else []
    for index, box in enumerate(boxes):
        assert Box(0, 0, *size).holds(box)
        assert not any(box.overlaps(other) for other in boxes[index + 1 :])


@given(
    text=st.text("abcdefgh ", min_size=1, max_size=80).map(str.strip).filter(bool),
    width=st.integers(120, 600),
    height=st.integers(60, 300),
)
def test_fitted_text_stays_inside_and_whole_text_keeps_every_word(text, width, height):
    fitted = fit(text, (width, height), 40, 14, measure)
    assert all(measure(line, fitted.size)[0] <= width for line in fitted.lines)
    assert len(fitted.lines) * fitted.size <= height
    if fitted.whole:
        assert " ".join(fitted.lines).split() == text.split()


def test_text_takes_the_largest_size_that_fits():
    assert fit("ab", (1000, 100), 40, 14, measure).size == 40
    assert fit("abcdefghij", (100, 100), 40, 14, measure).size <= 16


def test_a_word_too_long_for_the_smallest_type_is_broken_with_a_hyphen_not_cut():
    fitted = fit("abcdefghijklmnopqrstuvwxyz", (100, 100), 20, 20, measure)
    assert not fitted.whole
    assert "".join(line.rstrip("-") for line in fitted.lines) == "abcdefghijklmnopqrstuvwxyz"
    assert fitted.lines[0].endswith("-")


def test_wrap_says_when_a_single_word_is_too_wide():
    assert wrap("a bb", 24, 10, measure) == ("a bb",)
    assert wrap("aaaaaaaaa b", 24, 10, measure) is None


def test_a_figure_stays_with_its_unit():
    assert wrap("It is at 66 °C; it stops at 70 °C.", 100, 10, measure) == ("It is at 66 °C;", "it stops at", "70 °C.")
    assert wrap("Choose 2 more", 60, 10, measure) == ("Choose 2", "more")
    assert wrap("Choose 2 seconds", 60, 10, measure) == ("Choose 2", "seconds")


@given(text=st.text("abcdefgh ", min_size=1, max_size=80).map(str.strip).filter(bool), width=st.integers(150, 600))
def test_lines_are_as_equal_as_can_be_without_more_of_them(text, width):
    lines = fit(text, (width, 4000), 20, 20, measure).lines
    greedy = wrap(text, width, 20, measure)
    if greedy is not None:
        assert len(lines) == len(greedy)
        assert max(measure(line, 20)[0] for line in lines) <= max(measure(line, 20)[0] for line in greedy)


def test_no_word_is_left_alone_on_the_last_line():
    assert fit("The arm goes back the way it came", (360, 200), 20, 20, measure).lines == (
        "The arm goes back",
        "the way it came",
    )


def test_boxes_split_without_losing_room():
    left, right = Box(0, 0, 100, 50).split_right(30, 10)
    assert (left, right) == (Box(0, 0, 60, 50), Box(70, 0, 30, 50))
    upper, lower = Box(0, 0, 100, 50).split_bottom(20, 5)
    assert (upper, lower) == (Box(0, 0, 100, 25), Box(0, 30, 100, 20))
    assert Box(0, 0, 10, 10).centre == (5, 5)
