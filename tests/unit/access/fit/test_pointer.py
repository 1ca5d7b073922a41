"""What is read out of pointing."""

import math
import random

import pytest

from armctl.access.fit.pointer import Target, measure_pointer

RECT = (500.0, 300.0, 200.0, 100.0)


def target(bias=(0.0, 0.0), sd=0.0, arrives=1.0, pause=0.0, seed=1):
    """The pointer rests beside the target for ``pause`` and is on it from ``arrives`` on."""
    draw, samples = random.Random(seed), []
    for n in range(300):
        t = n * 0.0133
        x, y = (600.0 + bias[0], 350.0 + bias[1]) if t >= arrives else (100.0, 100.0)
        if arrives - pause <= t < arrives:
            x, y = 300.0, 200.0
        samples.append((t, x + draw.gauss(0, sd), y + draw.gauss(0, sd)))
    return Target(0.0, 4.0, RECT, tuple(samples))


def test_offset_spread_and_time_are_those_of_the_hand():
    found = measure_pointer([target((20, -10), 6.0, seed=n) for n in range(6)])
    assert found.offset == pytest.approx((20, -10), abs=1.5)
    assert found.sd == pytest.approx(6.0, rel=0.1)
    assert found.radius == pytest.approx(2.45 * found.sd)
    assert found.time == pytest.approx(1.0, abs=0.05)
    assert found.tile == pytest.approx(2 * (20 + 12), abs=5)
    assert found.on_target == pytest.approx(1.0, abs=0.01)


def test_a_rest_on_the_way_is_noticed_and_waiting_to_begin_is_none():
    assert measure_pointer([target(pause=0.7)] * 4).pause == pytest.approx(0.7, abs=0.12)
    assert measure_pointer([target()] * 4).pause < 0.15


def test_targets_that_were_not_reached_count_as_shown_only():
    missed = Target(0.0, 4.0, RECT, tuple((n * 0.1, 0.0, 0.0) for n in range(40)))
    found = measure_pointer([missed, target(), target(), target()])
    assert (found.reached, found.shown) == (3, 4)
    assert not found.enough
    assert not math.isnan(measure_pointer([missed]).radius)


def test_arriving_elsewhere_each_time_is_part_of_what_a_tile_has_to_catch():
    """Of six targets the mean is right every time; a tile for trembling alone would be missed every other time."""
    places = [(30, 0), (-30, 10), (25, -20), (-25, 15), (20, 20), (-20, -25)]
    found = measure_pointer([target(place, 2.0, seed=n) for n, place in enumerate(places)])
    assert found.astray == pytest.approx(24.0, abs=3.0)
    assert found.sd == pytest.approx(2.0, rel=0.2)
    assert found.tile > 2 * 2 * 24.0


def test_whoever_arrives_slowly_trembles_no_more_for_that():
    samples = tuple((n * 0.02, 600.0 - 500.0 * math.exp(-n * 0.02 / 0.3), 350.0) for n in range(200))
    assert measure_pointer([Target(0.0, 4.0, RECT, samples)] * 4).sd < 1.0


def test_waiting_before_setting_off_is_no_rest_on_the_way_and_trembling_does_not_begin_it():
    waits = measure_pointer([target(arrives=1.5, sd=5.0, seed=n) for n in range(4)])
    assert max(waits.pauses) < 0.15
