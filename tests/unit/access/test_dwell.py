"""Selecting by resting the pointer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import ScanItem
from armctl.access.dwell import MOVED, Dwell
from armctl.config.user import DwellConfig

ITEMS = (ScanItem("left", "Left", rect=(0, 0, 100, 100)), ScanItem("right", "Right", rect=(100, 0, 100, 100)))
LEFT, RIGHT, OUT = (50.0, 50.0), (150.0, 50.0), (50.0, 500.0)


@pytest.fixture
def dwell() -> Dwell:
    return Dwell(DwellConfig(lock_on=0.25, time=1.0, grace=0.5))


def test_it_selects_after_lock_on_and_dwell(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 1.0)
    assert dwell.advance(2.24) is None
    assert dwell.advance(2.3) == ("left", 2.25)


def test_progress_shows_only_after_lock_on(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 1.0)
    assert dwell.progress(1.2) is None
    assert dwell.progress(1.75) == ("left", pytest.approx(0.5))


def test_a_tile_fires_once_until_it_was_left(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    assert dwell.advance(2.0) is not None
    dwell.point(51.0, 50.0, ITEMS, 2.1)
    assert dwell.advance(50.0) is None
    assert dwell.progress(50.0) is None
    dwell.point(*OUT, ITEMS, 51.0)
    dwell.point(*LEFT, ITEMS, 51.1)
    assert dwell.advance(52.3) is None
    assert dwell.advance(52.4) is not None


def test_a_short_absence_is_forgiven(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    dwell.point(*OUT, ITEMS, 1.0)
    assert dwell.advance(1.2) is None
    dwell.point(*LEFT, ITEMS, 1.4)
    assert dwell.advance(1.6) is None
    assert dwell.advance(1.7) == ("left", pytest.approx(1.65))


def test_a_long_absence_starts_from_nothing(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    dwell.gone(1.0)
    assert dwell.progress(1.6) is None
    dwell.point(*LEFT, ITEMS, 1.6)
    assert dwell.advance(2.8) is None
    assert dwell.advance(2.9) is not None


def test_another_tile_starts_from_nothing(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    dwell.point(*RIGHT, ITEMS, 1.2)
    assert dwell.advance(2.4) is None
    assert dwell.advance(2.5) == ("right", pytest.approx(2.45))


def test_a_pointer_that_lies_where_a_tile_appears_selects_nothing(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    dwell.reset()
    dwell.point(LEFT[0] + MOVED - 1.0, LEFT[1], ITEMS, 0.1)
    assert dwell.advance(50.0) is None
    dwell.point(LEFT[0] + MOVED + 1.0, LEFT[1], ITEMS, 51.0)
    assert dwell.advance(53.0) is not None


def test_switched_off_it_selects_nothing_but_knows_what_is_below() -> None:
    dwell = Dwell(DwellConfig(enabled=False))
    dwell.point(*RIGHT, ITEMS, 0.0)
    assert dwell.advance(100.0) is None
    assert dwell.progress(1.0) is None
    assert dwell.item_below(ITEMS) == "right"


moves = st.lists(st.tuples(st.floats(0.01, 0.6), st.sampled_from([LEFT, RIGHT, OUT])), min_size=1, max_size=40)


@given(moves)
def test_nothing_fires_before_the_pointer_rested_long_enough_on_that_tile(
    path: list[tuple[float, tuple[float, float]]],
) -> None:
    dwell, now, rested = Dwell(DwellConfig(lock_on=0.25, time=1.0, grace=0.5)), 0.0, {"left": 0.0, "right": 0.0}
    below: str | None = None
    for wait, point in path:
        now += wait
        if below is not None:
            rested[below] += wait
        fired = dwell.advance(now)
        if fired is not None:
            assert rested[fired[0]] >= 1.25 - 1e-9
            rested[fired[0]] = 0.0
        dwell.point(*point, ITEMS, now)
        below = dwell.item_below(ITEMS)
