"""What is read out of a stick's course."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.stick import ASKED, Course, StickFigures, measure_stick, tremor_of


def course(right, ahead, lasts=2.5, rate=100):
    stamps = tuple(n / rate for n in range(int(lasts * rate)))
    return Course(stamps, tuple(map(right, stamps)), tuple(map(ahead, stamps)))


def push(asked, travel=0.6, off=0.0):
    angle = ASKED[asked] + off
    return asked, course(lambda t: travel * math.cos(angle), lambda t: travel * math.sin(angle))


@given(st.floats(3.5, 11.5), st.floats(0.05, 0.4))
def test_a_tremor_is_found_with_its_frequency_and_amplitude(frequency, amplitude):
    found = tremor_of(course(lambda t: amplitude * math.sin(2 * math.pi * frequency * t), lambda t: 0.0, lasts=3.0))
    assert found.frequency == pytest.approx(frequency, abs=0.4)
    assert found.amplitude == pytest.approx(amplitude, rel=0.15)


def test_noise_and_slow_drift_are_no_tremor():
    draw = random.Random(1)
    assert tremor_of(course(lambda t: draw.gauss(0, 0.02), lambda t: draw.gauss(0, 0.02), 4.0)).amplitude == 0.0
    assert tremor_of(course(lambda t: 0.1 * t, lambda t: 0.0)).amplitude == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_noise_that_grows_with_the_push_is_no_tremor(seed):
    """Five short parts, each with a peak of its own by chance; what trembles does so at one frequency."""
    draw = random.Random(seed)

    def pushes(amplitude):
        def one(asked, phase):
            def swing(t):
                return amplitude * math.sin(2 * math.pi * 6.0 * t + phase) + draw.gauss(0, 0.06)

            return asked, course(lambda t: 0.6 + swing(t), lambda t: draw.gauss(0, 0.06))

        return [one(asked, draw.uniform(0, 6)) for asked in ASKED]

    still = course(lambda t: draw.gauss(0, 0.02), lambda t: draw.gauss(0, 0.02), 6.0)
    assert measure_stick(still, pushes(0.0)).tremor.amplitude == 0.0
    assert measure_stick(still, pushes(0.15)).tremor.frequency == pytest.approx(6.0, abs=0.4)


@given(st.floats(-0.8, 0.8))
def test_the_turn_of_a_hand_is_the_mean_over_all_directions(off):
    found = measure_stick(course(lambda t: 0.0, lambda t: 0.0), [push(asked, 0.7, off) for asked in ASKED])
    assert found.rotation == pytest.approx(off, abs=1e-6)
    assert all(each.travel == pytest.approx(0.7) for each in found.pushes)


def test_a_direction_that_is_hardly_pushed_or_goes_astray_is_not_reachable():
    found = measure_stick(None, [push("right", 0.2), push("left", 0.9, 1.5), push("ahead", 0.9)])
    assert [each.reachable for each in found.pushes] == [False, False, True]
    assert not found.enough


def test_a_resting_hand_that_leans_is_as_far_off_as_it_leans():
    found = measure_stick(course(lambda t: 0.06, lambda t: 0.08), [])
    assert found.rest == pytest.approx(0.1)


def test_what_was_hardly_looked_at_says_nothing():
    assert measure_stick(course(lambda t: 0.0, lambda t: 0.0, lasts=0.3), []) == StickFigures()
