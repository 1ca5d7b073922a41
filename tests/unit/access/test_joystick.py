"""From stick travel to a wish."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.joystick import NEUTRAL_TIME, SPASM_WINDOW, Stick, shape
from armctl.config.user import JoystickConfig

CONFIG = JoystickConfig(dead_zone=0.1, outer=0.9, exponent=2.0)
axis = st.floats(-1.0, 1.0)


@given(st.floats(0.0, math.tau), st.floats(0.0, 0.1))
def test_nothing_comes_out_of_the_circular_dead_zone(angle: float, travel: float) -> None:
    assert shape((travel * math.cos(angle) * 0.999, travel * math.sin(angle) * 0.999), CONFIG) == (0.0, 0.0)


@given(axis, axis, axis)
def test_the_wish_keeps_the_direction_and_stays_within_one(x: float, y: float, z: float) -> None:
    a, b, c = shape((x, y, z), CONFIG)
    assert math.hypot(a, b) <= 1.0 + 1e-12
    assert abs(c) <= 1.0
    assert a * x >= 0.0
    assert b * y >= 0.0
    assert a * y == pytest.approx(b * x, abs=1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_travel_never_wishes_for_less(first: float, second: float) -> None:
    less, more = sorted((first, second))
    assert shape((less,), CONFIG)[0] <= shape((more,), CONFIG)[0]


def test_half_way_with_exponent_two_is_a_quarter_and_the_outer_limit_is_full() -> None:
    assert shape((0.5, 0.0), CONFIG)[0] == pytest.approx(0.25)
    assert shape((0.0, -0.9), CONFIG) == (0.0, -1.0)


def test_what_is_not_a_number_counts_as_neutral() -> None:
    assert shape((math.nan, math.inf, -math.inf), CONFIG) == (0.0, 0.0, 0.0)


def test_a_steady_offset_of_eight_percent_wishes_for_nothing_with_the_default_dead_zone() -> None:
    assert shape((0.08, 0.0), JoystickConfig()) == (0.0, 0.0)


def test_a_stick_found_deflected_is_refused_until_it_was_neutral() -> None:
    stick = Stick(CONFIG)
    stick.feed((1.0, 0.0), 0.0)
    assert stick.wish == (0.0, 0.0)
    assert stick.warns()
    assert not stick.warns()
    assert stick.value(1.0) == (0.0, 0.0)
    stick.feed((0.0, 0.0), 1.0)
    stick.feed((1.0, 0.0), 1.1)
    assert stick.wish == (1.0, 0.0)


@given(st.lists(st.tuples(st.floats(0.001, 0.2), axis, axis), min_size=1, max_size=40))
def test_filtering_never_gives_more_than_the_stick_wishes_now(path: list[tuple[float, float, float]]) -> None:
    stick, now = Stick(CONFIG), 0.0
    stick.feed((0.0, 0.0), now)
    for wait, x, y in path:
        now += wait
        stick.feed((x, y), now)
        for smooth, wish in zip(stick.value(now), stick.wish, strict=True):
            assert abs(smooth) <= abs(wish) + 1e-12
            assert smooth * wish >= 0.0


def test_letting_go_is_zero_at_once() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    stick.feed((1.0, 1.0), 0.1)
    assert max(stick.value(1.0)) > 0.5
    stick.feed((0.0, 0.0), 1.0)
    assert stick.value(1.0) == (0.0, 0.0)


def test_the_first_moment_of_a_deflection_is_filtered_like_the_others() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    stick.feed((1.0, 0.0), 1.0)
    assert stick.value(1.0) == (0.0, 0.0)
    assert 0.0 < stick.value(1.01)[0] < 0.2


def test_tremor_of_six_hertz_is_damped() -> None:
    stick, peak = Stick(JoystickConfig(dead_zone=0.02, outer=1.0, exponent=1.0)), 0.0
    stick.feed((0.0, 0.0), 0.0)
    for k in range(300):
        now = NEUTRAL_TIME + 0.01 + k / 100
        stick.feed((0.5 * math.sin(math.tau * 6.0 * now), 0.0), now)
        peak = max(peak, abs(stick.value(now)[0]))
    assert 0.0 < peak < 0.3


def test_passing_through_the_middle_is_not_letting_go() -> None:
    stick = Stick(CONFIG)
    stick.feed((1.0, 0.0), 0.0)
    stick.feed((0.0, 0.0), 1.0)
    stick.feed((-1.0, 0.0), 1.0 + 0.9 * NEUTRAL_TIME)
    assert not stick.trusted
    stick.feed((0.0, 0.0), 2.0)
    stick.feed((0.05, 0.0), 2.0 + 0.9 * NEUTRAL_TIME)  # still in its middle
    stick.feed((-1.0, 0.0), 2.0 + 1.1 * NEUTRAL_TIME)
    assert stick.trusted


def test_from_one_end_to_the_other_in_a_moment_is_a_spasm() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    assert not stick.feed((1.0, 0.0), 0.1)
    assert stick.feed((-1.0, 0.0), 0.09 + SPASM_WINDOW)


def test_from_one_end_to_the_other_with_time_between_is_none() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    assert not stick.feed((1.0, 0.0), 0.1)
    assert not stick.feed((-1.0, 0.0), 0.2 + SPASM_WINDOW)
