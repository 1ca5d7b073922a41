"""What may be true after few presses: right in the mean, wide where little is known, narrow where much is."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.beliefs import press_times, rate_of, share_above, slips_of
from armctl.access.fit.exgauss import ExGaussian
from armctl.access.fit.presses import PressFigures, RestFigures


def drawn(spread, count, draw):
    return [max(0.15, draw.gauss(spread.mu, spread.sigma) + draw.expovariate(1.0 / spread.tau)) for _ in range(count)]


def test_the_late_share_is_right_in_the_mean_over_people_where_the_best_guess_alone_is_too_low():
    """The interval is chosen from the same twenty presses: what only just fits them does not fit the next ones."""
    true, draw = ExGaussian(0.78, 0.25, 0.45), random.Random(2)
    promised, kept = [], []
    for _ in range(150):
        found = press_times(tuple(drawn(true, 20, draw)))
        time = found.longest(0.05)
        promised.append(found.later_than(time))
        kept.append(true.later_than(time))
    assert sum(promised) / 150 == pytest.approx(0.05, abs=1e-3)
    assert sum(kept) / 150 == pytest.approx(0.05, abs=0.025)


@given(st.lists(st.floats(0.2, 3.0), min_size=2, max_size=30), st.floats(0.0, 6.0), st.floats(0.0, 2.0))
def test_more_time_never_makes_more_presses_late(times, time, more):
    found = press_times(tuple(times))
    assert sum(weight for weight, _ in found.parts) == pytest.approx(1.0)
    assert -1e-9 <= found.later_than(time + more) <= found.later_than(time) + 1e-9 <= 1.0 + 2e-9
    assert found.cv >= 0.0


def test_presses_that_are_all_alike_are_still_presses():
    assert press_times((0.5,) * 12).later_than(0.6) == 0.0


def slips(rest, early=0.0, count=24, seconds=30.0):
    return slips_of(PressFigures(count=count, early=early, waits=(1.65,) * count), RestFigures(seconds, rest))


def early_of(found):
    return sum(each.weight * each.early for each in found)


def test_more_presses_at_rest_mean_more_that_nobody_means():
    rates = [rate_of(slips(count)) for count in range(8)]
    assert rates == sorted(rates)
    assert rates[0] < 0.5
    assert 4.0 < rates[6] < 8.0  # twelve a minute at rest, none in the 40 s before the stars


def test_presses_before_the_star_are_mistakes_of_who_makes_mistakes_and_haste_of_who_makes_none():
    hasty, clumsy = slips(0, early=0.25), slips(5, early=0.25)
    assert early_of(hasty) > 2.0 * early_of(clumsy)
    assert rate_of(clumsy) > 3.0 * rate_of(hasty)


@pytest.mark.parametrize(("rate", "early"), [(0.1, 0.02), (2.0, 0.02), (6.0, 0.05), (0.1, 0.15)])
def test_people_have_in_the_mean_as_many_slips_as_is_believed_of_them(rate, early):
    """Within a factor of two, from half a minute of rest and 24 stars."""
    draw, rates, earlies = random.Random(5), [], []
    for _ in range(60):
        at_rest = sum(draw.expovariate(rate / 60.0) < 30.0 / 8.0 for _ in range(8))  # eighths of the rest
        soon = sum(draw.random() < 1.0 - (1.0 - early) * math.exp(-rate * 1.65 / 60.0) for _ in range(24))
        found = slips(at_rest, soon / 24)
        rates.append(rate_of(found))
        earlies.append(early_of(found))
    assert sum(rates) / 60 == pytest.approx(rate, abs=max(0.5 * rate, 0.6))
    assert sum(earlies) / 60 == pytest.approx(early, abs=max(0.5 * early, 0.035))


@given(st.integers(0, 60), st.floats(0.0, 1.0), st.integers(0, 24))
def test_whatever_was_seen_the_weights_add_up(rest, early, count):
    found = slips(rest, early, count)
    assert sum(each.weight for each in found) == pytest.approx(1.0)


@given(st.lists(st.floats(0.01, 5.0), min_size=1, max_size=24), st.floats(0.01, 2.0), st.floats(0.0, 1.0))
def test_a_longer_limit_never_lets_more_through(values, limit, more):
    assert 0.0 <= share_above(values, limit + more, 1.0) <= share_above(values, limit, 1.0) <= 1.0


def test_a_few_presses_that_stick_do_not_widen_what_all_others_are_like():
    even = [0.3 * math.exp(0.2 * (n - 10.5) / 6.0) for n in range(22)]
    assert share_above([*even, 4.0, 8.0], 0.2, 1.0) == pytest.approx(share_above(even, 0.2, 1.0), abs=0.01)
    assert share_above(even, 0.3, 1.0) == pytest.approx(0.5, abs=0.05)
    assert share_above([], 0.3, 0.7) == 0.7
    assert share_above([], 0.0, 0.7) == 1.0
