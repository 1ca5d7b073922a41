"""Selecting by resting the pointer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import ScanItem
from armctl.access.dwell import Dwell, nearest
from armctl.config.pointing import MOVED, DwellConfig, RestArea

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


def test_a_pointer_that_lies_where_a_tile_appears_selects_nothing_however_it_trembles(dwell: Dwell) -> None:
    away = DwellConfig().radius
    dwell.point(*LEFT, ITEMS, 0.0)
    dwell.reset()
    for step in range(200):
        dwell.point(LEFT[0] + (away - 1.0) * (-1.0) ** step, LEFT[1], ITEMS, 0.1 + step / 4)
        assert dwell.advance(0.1 + step / 4) is None
    assert dwell.advance(60.0) is None
    dwell.point(LEFT[0] + away + 1.0, LEFT[1], ITEMS, 61.0)
    dwell.point(*LEFT, ITEMS, 61.2)
    assert dwell.advance(63.0) is not None


def test_a_pointer_whose_buttons_choose_need_hardly_move() -> None:
    assert DwellConfig(enabled=False).away == MOVED
    assert DwellConfig(radius=0.0).away == MOVED


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


def test_jitter_across_the_edge_of_a_tile_does_not_prevent_choosing_it() -> None:
    dwell = Dwell(DwellConfig(lock_on=0.25, time=1.0, grace=0.0, radius=40.0))
    dwell.point(95.0, 50.0, ITEMS, 0.0)
    for k in range(1, 26):
        now = 0.25 + 0.04 * k
        dwell.point(95.0 + (12.0 if k % 2 else -12.0), 50.0, ITEMS, now)
        if now < 1.25:
            assert dwell.advance(now) is None
    assert dwell.advance(1.26) == ("left", 1.25)


def test_passing_over_a_tile_does_not_bind_the_pointer_to_it() -> None:
    dwell = Dwell(DwellConfig(lock_on=0.25, time=1.0, radius=40.0))
    for k in range(12):
        dwell.point(10.0 * k, 50.0, ITEMS, 0.02 * k)  # across the left tile, to rest just inside the right one
    assert dwell.advance(1.3) is None
    assert dwell.advance(1.5) == ("right", pytest.approx(0.2 + 1.25))


def test_on_its_way_within_one_tile_the_time_goes_on(dwell: Dwell) -> None:
    for k in range(10):
        dwell.point(5.0 + 10.0 * k, 50.0, ITEMS, 0.1 * k)
    assert dwell.advance(1.25) == ("left", 1.25)


def test_a_chosen_tile_must_be_left_even_after_the_screen_began_anew(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    assert dwell.advance(2.0) is not None
    dwell.reset()
    dwell.point(60.0, 50.0, ITEMS, 3.0)
    dwell.point(40.0, 50.0, ITEMS, 3.5)
    assert dwell.advance(50.0) is None
    dwell.point(*OUT, ITEMS, 51.0)
    dwell.point(*LEFT, ITEMS, 51.1)
    assert dwell.advance(51.2) is None, "from nothing, though it was left for a moment only"
    assert dwell.advance(52.4) is not None


def test_who_wants_it_goes_on_choosing_by_staying() -> None:
    dwell = Dwell(DwellConfig(lock_on=0.25, time=1.0, leave_first=False))
    dwell.point(*LEFT, ITEMS, 0.0)
    assert [dwell.advance(now) is not None for now in (1.3, 2.0, 2.5, 2.6)] == [True, False, False, True]


def test_points_that_are_too_old_say_nothing(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 1.0, 0.84)
    assert dwell.item_below(ITEMS) is None
    dwell.point(*LEFT, ITEMS, 1.0, 0.86)
    assert dwell.item_below(ITEMS) == "left"


def test_a_gaze_that_says_nothing_is_lost_once_and_a_mouse_that_lies_still_is_not() -> None:
    for gaze in (True, False):
        dwell = Dwell(DwellConfig(gaze=gaze, stale=0.15))
        dwell.point(*LEFT, ITEMS, 1.0)
        assert not dwell.lost(1.14)
        assert [dwell.lost(1.2), dwell.lost(1.3)] == [gaze, False]
        assert dwell.item_below(ITEMS) == (None if gaze else "left")


def test_a_blink_is_forgiven_and_counts_for_nothing() -> None:
    dwell = Dwell(DwellConfig(gaze=True, lock_on=0.25, time=1.0, grace=0.75))
    times = [0.05 * k for k in range(40) if not 10 <= k <= 15]
    fired = None
    for now in times:
        fired = fired or dwell.advance(now)
        dwell.point(*LEFT, ITEMS, now)
    assert fired is not None
    assert fired[1] == pytest.approx(1.25 + 0.8 - 0.45 - 0.15)


def test_a_blink_after_choosing_is_not_leaving(dwell: Dwell) -> None:
    dwell.point(*LEFT, ITEMS, 0.0)
    assert dwell.advance(1.3) is not None
    dwell.gone(1.4)
    dwell.point(*LEFT, ITEMS, 1.6)
    assert dwell.advance(20.0) is None
    dwell.gone(21.0)
    dwell.point(*RIGHT, ITEMS, 22.0)
    dwell.point(*LEFT, ITEMS, 22.1)
    assert dwell.advance(24.0) is not None


def test_the_tile_below_is_told_once_after_hovering() -> None:
    dwell = Dwell(DwellConfig(enabled=False, hover=0.5))
    dwell.point(*LEFT, ITEMS, 0.0)
    assert [dwell.hovered(now) for now in (0.4, 0.5, 0.6)] == [None, "left", None]
    dwell.point(*RIGHT, ITEMS, 1.0)
    assert dwell.hovered(1.6) == "right"


def test_the_nearest_tile_within_reach_of_the_pointer_gets_it() -> None:
    apart = (ScanItem("a", "A", rect=(0, 0, 100, 100)), ScanItem("b", "B", rect=(160, 0, 100, 100)))
    assert [nearest(apart, x, 50.0, 40.0) for x in (50, 125, 135, 259, 299, 301)] == ["a", "a", "b", "b", "b", None]
    assert nearest(apart, 125.0, 50.0, 0.0) is None
    assert nearest(apart, 125.0, 135.0, 40.0) is None, "that far from its corner"


def test_after_a_new_screen_a_gaze_must_leave_the_radius() -> None:
    dwell = Dwell(DwellConfig(gaze=True, radius=45.0, lock_on=0.0, time=0.2, stale=1.0))
    dwell.point(*LEFT, ITEMS, 0.0)
    dwell.reset()
    dwell.point(LEFT[0] + 40.0, LEFT[1], ITEMS, 0.1)
    assert dwell.advance(0.9) is None
    dwell.point(LEFT[0], LEFT[1] - 46.0, ITEMS, 1.0)
    assert dwell.advance(1.3) is not None


points = st.tuples(st.floats(0.01, 0.4), st.floats(0.0, 239.0), st.floats(0.0, 139.0))


@given(st.lists(points, min_size=1, max_size=40), st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.booleans())
def test_nothing_is_ever_chosen_in_the_rest_area(
    path: list[tuple[float, float, float]], magnet: float, radius: float, gaze: bool
) -> None:
    rest = RestArea(left=0.25, top=0.0, width=0.5, height=1.0)
    dwell = Dwell(DwellConfig(lock_on=0.0, time=0.2, rest=rest, magnet=magnet, radius=radius, gaze=gaze))
    dwell.window, now, x = (240.0, 140.0), 0.0, 0.0
    for wait, x, y in path:
        now += wait
        dwell.point(x, y, ITEMS, now)
        if 60.0 <= x < 180.0:
            assert dwell.item_below(ITEMS) is None
            assert dwell.advance(now) is None
            assert dwell.advance(now + 5.0) is None


@given(
    st.lists(st.tuples(st.floats(0.0, math.tau), st.floats(0.0, 49.9), st.floats(0.005, 0.14)), min_size=60),
    st.tuples(st.floats(1.0, 99.0), st.floats(1.0, 99.0)),
)
def test_jitter_within_the_radius_never_prevents_choosing(
    jitter: list[tuple[float, float, float]], place: tuple[float, float]
) -> None:
    config = DwellConfig(lock_on=0.0, time=0.2, radius=50.0, gaze=True)
    dwell = Dwell(config)
    dwell.point(*place, ITEMS, 0.0)
    now, fired = 0.0, None
    for angle, far, wait in jitter:
        now += wait
        fired = fired or dwell.advance(now)
        dwell.point(place[0] + far * math.cos(angle), place[1] + far * math.sin(angle), ITEMS, now)
    assert fired == ("left", 0.2)


@given(
    st.lists(points, min_size=1, max_size=60),
    st.floats(0.0, 0.5),
    st.floats(0.2, 0.8),
    st.floats(0.0, 0.5),
    st.floats(0.0, 60.0),
)
def test_the_dwell_is_never_shorter_than_set_whatever_the_settings(
    path: list[tuple[float, float, float]], lock_on: float, time: float, grace: float, magnet: float
) -> None:
    dwell = Dwell(DwellConfig(lock_on=lock_on, time=time, grace=grace, magnet=magnet))
    now, rested, target = 0.0, {"left": 0.0, "right": 0.0}, None
    for wait, x, y in path:
        now += wait
        if target is not None:
            rested[target] += wait
        fired = dwell.advance(now)
        if fired is not None:
            assert fired[0] == target
            assert rested[fired[0]] >= lock_on + time - 1e-9
            rested[fired[0]] = 0.0
        dwell.point(x, y, ITEMS, now)
        target = dwell._target if dwell._since is not None else None
