"""Tremor is taken out; what is wanted comes through."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.tremor import FULL, SETTLES, STEP, TremorFilter


def shaken(frequency: float, amplitude: float = 0.2, push: float = 0.4, seconds: float = 2.0) -> TremorFilter:
    tremor = TremorFilter()
    for k in range(round(seconds / STEP)):
        tremor.feed((push + amplitude * math.sin(math.tau * frequency * k * STEP), 0.0), k * STEP)
    return tremor


@pytest.mark.parametrize("frequency", [3.5, 5.0, 6.5, 8.0, 11.0])
def test_frequency_and_size_of_a_tremor_are_found(frequency: float) -> None:
    tremor = shaken(frequency)
    assert tremor.frequency == pytest.approx(frequency, abs=0.4)
    assert 0.4 * 0.2 < tremor.amplitude < 1.1 * 0.2


def test_a_single_push_is_not_taken_for_tremor() -> None:
    tremor = TremorFilter()
    for k in range(300):
        tremor.feed((0.0 if k < 100 else min(1.0, (k - 100) / 15.0), 0.0), k * STEP)
        tremor.value(k * STEP)
        assert tremor.amplitude < FULL / 2.0


def test_without_tremor_a_push_arrives_within_forty_milliseconds() -> None:
    tremor, arrived = TremorFilter(), []
    for k in range(200):
        tremor.feed((0.0 if k < 100 else min(0.8, 0.8 * (k - 100) / 20.0),), k * STEP)
        if tremor.value(k * STEP)[0] >= 0.4:
            arrived.append(k)
    assert arrived[0] - 110 <= 4


def test_a_stick_that_said_nothing_for_long_is_where_it_is() -> None:
    tremor = shaken(5.0)
    tremor.feed((0.7, -0.2), 2.0)
    assert tremor.value(2.0 + (SETTLES + 2) * STEP) == (0.7, -0.2)
    assert tremor.amplitude == 0.0


@given(st.lists(st.tuples(st.floats(0.0, 0.6), st.floats(-1.0, 1.0)), min_size=1, max_size=60))
def test_whatever_comes_the_output_stays_finite_and_near_what_came(path: list[tuple[float, float]]) -> None:
    tremor, now = TremorFilter(), 0.0
    for wait, x in path:
        now += wait
        tremor.feed((x,), now)
        assert abs(tremor.value(now)[0]) <= 2.0


@given(st.lists(st.floats(-1.0, 1.0), min_size=5, max_size=30), st.floats(-1.0, 1.0))
def test_what_is_held_still_is_reached(path: list[float], end: float) -> None:
    tremor = TremorFilter()
    for k, x in enumerate(path):
        tremor.feed((x,), k * 0.03)
    start = len(path) * 0.03
    for k in range(200):
        tremor.feed((end,), start + k * STEP)
    assert tremor.value(start + 2.0)[0] == pytest.approx(end, abs=1e-3)


def test_more_axes_than_before_start_anew() -> None:
    tremor = shaken(5.0)
    tremor.feed((0.1, 0.2, 0.3), 2.0)
    assert tremor.value(2.0) == (0.1, 0.2, 0.3)
    assert tremor.amplitude == 0.0
