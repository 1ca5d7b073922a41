"""Press times: the published late shares, and the laws of a distribution."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.exgauss import ExGaussian, estimate, from_spread

habits = st.builds(ExGaussian, st.floats(0.2, 1.5), st.floats(0.0, 0.4), st.floats(0.0, 0.8))


@pytest.mark.parametrize(("cv", "late"), [(0.10, 0.001), (0.20, 0.019), (0.27, 0.043), (0.35, 0.074), (0.50, 0.125)])
def test_late_presses_at_the_65_rule_are_as_published(cv, late):
    assert from_spread(1.0, cv).later_than(1.0 / 0.65) == pytest.approx(late, abs=0.0006)


@pytest.mark.parametrize(
    ("mu", "sigma", "tau", "mean", "cv", "late"),
    [(0.38, 0.04, 0.07, 0.45, 0.18, 0.014), (0.68, 0.13, 0.22, 0.90, 0.28, 0.048),
     (0.58, 0.13, 0.22, 0.80, 0.32, 0.062),
     (0.45, 0.06, 0.10, 0.55, 0.21, 0.023), (0.55, 0.10, 0.17, 0.72, 0.27, 0.045)],
)  # fmt: skip
def test_personas_have_their_published_mean_spread_and_late_share(mu, sigma, tau, mean, cv, late):
    spread = ExGaussian(mu, sigma, tau)
    assert spread.mean == pytest.approx(mean)
    assert spread.cv == pytest.approx(cv, abs=0.006)
    assert spread.later_than(spread.mean / 0.65) == pytest.approx(late, abs=0.001)


def test_a_wanted_error_rate_gives_its_interval():
    dyskinetic = ExGaussian(0.78, 0.30, 0.52)
    assert dyskinetic.longest(0.05) == pytest.approx(2.42, abs=0.01)
    assert dyskinetic.longest(0.01) == pytest.approx(3.26, abs=0.01)


@given(habits, st.floats(0.0, 5.0), st.floats(0.0, 1.0))
def test_more_time_never_makes_more_presses_late(spread, time, more):
    assert 0.0 <= spread.later_than(time + more) <= spread.later_than(time) + 1e-9 <= 1.0 + 1e-9


@given(habits.filter(lambda h: h.sd > 0.01), st.floats(0.01, 0.5))
def test_the_longest_time_is_the_inverse_of_the_late_share(spread, late):
    assert spread.later_than(spread.longest(late)) <= late + 1e-6
    assert spread.later_than(spread.longest(late) - 1e-3) >= late - 1e-6


@given(st.floats(0.3, 2.0), st.floats(0.05, 0.6))
def test_mean_and_spread_are_kept(mean, cv):
    spread = from_spread(mean, cv * mean)
    assert (spread.mean, spread.sd) == (pytest.approx(mean), pytest.approx(cv * mean))


def test_many_presses_give_their_distribution_back():
    draw = random.Random(3)
    times = [draw.gauss(0.6, 0.05) + draw.expovariate(1.0 / 0.25) for _ in range(4000)]
    found = estimate(times)
    assert found.mean == pytest.approx(0.85, abs=0.02)
    assert found.tau == pytest.approx(0.25, abs=0.03)


def test_presses_that_are_all_alike_have_no_spread():
    found = estimate([0.5] * 20)
    assert found.later_than(0.49) == 1.0
    assert found.later_than(0.5) == 0.0


def test_few_presses_without_a_tail_do_not_prove_that_there_is_none():
    """Skewness of twenty presses says little: most of the usual tail is kept; two thousand say it is small."""
    even = [0.8 + 0.02 * n for n in (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)]
    few, many = estimate(even * 2), estimate(even * 200)
    assert few.tau > 0.6 * few.sd
    assert many.tau < 0.4 * many.sd
