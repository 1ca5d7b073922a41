"""A stick goes where the eye expects it, and to every tile whichever way can be pushed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import ScanItem
from armctl.access.walk import Walk
from tests.support.switch_person import tiles

LEFT, RIGHT, UP, DOWN = (-1, 0), (1, 0), (0, -1), (0, 1)


def screen(counts: list[int]) -> list[ScanItem]:
    """Return tiles in rows of so many, each as wide as its row allows."""
    made = []
    for row, count in enumerate(counts):
        wide = 1200.0 / count
        made += [ScanItem(f"{row}.{k}", "", rect=(k * wide, 100.0 * row, wide - 10.0, 90.0)) for k in range(count)]
    return made


def went(items: list[ScanItem], start: str, *ways: tuple[int, int]) -> list[str]:
    walk, path = Walk(), [start]
    for right, down in ways:
        path.append(str(walk.step(items, path[-1], right, down)))
    return path[1:]


@pytest.mark.parametrize(
    ("way", "there"), [(RIGHT, "1.1"), (LEFT, "0.1"), (UP, "0.0"), (DOWN, "2.0")]
)  # from the left end of the middle row
def test_it_goes_to_the_tile_that_lies_there(way: tuple[int, int], there: str) -> None:
    assert went(screen([2, 2, 2]), "1.0", way) == [there]


def test_beyond_an_edge_it_goes_on_in_the_next_row_or_column() -> None:
    items = screen([2, 2])
    assert went(items, "0.1", RIGHT, RIGHT, RIGHT) == ["1.0", "1.1", "0.0"]
    assert went(items, "1.0", DOWN, DOWN, DOWN) == ["0.1", "1.1", "0.0"]
    assert went(items, "0.1", UP) == ["1.0"]


def test_a_wide_tile_on_the_way_does_not_change_the_column() -> None:
    assert went(screen([2, 1, 2]), "0.1", DOWN, DOWN) == ["1.0", "2.1"]


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_whichever_one_way_can_be_pushed_every_tile_is_reached(across: int, full: int, data: st.DataObject) -> None:
    items = screen([across] * full + [data.draw(st.integers(1, across))])
    way = data.draw(st.sampled_from([LEFT, RIGHT, UP, DOWN]))
    start = data.draw(st.sampled_from(items)).id
    assert set(went(items, start, *[way] * (2 * across * (full + 1)))) == {item.id for item in items}


def test_tiles_that_are_not_in_the_order_of_the_screen_are_found_where_they_are() -> None:
    items = screen([2, 2])
    assert went(items[::-1], "0.0", RIGHT) == ["0.1"]


def test_tiles_without_places_and_what_is_not_there_lead_nowhere() -> None:
    nowhere = [ScanItem("a", "A"), ScanItem("b", "B")]
    assert Walk().step(nowhere, "a", 1, 0) is None
    assert Walk().step(tiles(3), "z", 0, 1) is None
