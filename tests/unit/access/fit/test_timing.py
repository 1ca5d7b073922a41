"""The interval, and what is to be expected of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.exgauss import ExGaussian, from_spread
from armctl.access.fit.timing import Habits, expected, interval_for, together


def test_even_presses_get_the_65_rule():
    assert interval_for(from_spread(0.90, 0.25)) == 1.4
    assert interval_for(from_spread(0.65, 0.13)) == 1.0


def test_uneven_presses_get_more_than_the_rule():
    dyskinetic = ExGaussian(0.78, 0.30, 0.52)
    assert interval_for(dyskinetic) == 2.45
    assert dyskinetic.later_than(2.45) < 0.05 < dyskinetic.later_than(dyskinetic.mean / 0.65)


@given(st.floats(0.1, 6.0), st.floats(0.0, 1.5))
def test_the_interval_is_never_shorter_than_the_rule_nor_out_of_range(mean, cv):
    found = interval_for(from_spread(mean, cv * mean))
    assert 0.4 <= found <= 8.0
    assert found >= min(8.0, mean / 0.65) - 1e-9


def test_without_errors_a_choice_takes_half_the_list():
    found = expected(ExGaussian(0.5, 0.0, 0.0), Habits(), 1.0, 0.0, 5)
    assert found.wrong == 0.0
    assert found.seconds == pytest.approx(2.0 + 0.5)
    assert found.right_a_minute == pytest.approx(60.0 / 2.5)


def test_a_missed_chance_costs_a_round():
    sure = expected(ExGaussian(0.5, 0.0, 0.0), Habits(), 1.0, 0.0, 5)
    half = expected(ExGaussian(0.5, 0.0, 0.0), Habits(missed=0.5), 1.0, 0.0, 5)
    assert half.seconds - sure.seconds == pytest.approx(5.0)


@given(st.floats(0.0, 0.4), st.floats(0.0, 0.4), st.floats(0.0, 3.0), st.floats(0.3, 4.0))
def test_whatever_goes_wrong_besides_makes_it_worse(early, doubled, spurious, interval):
    spread = ExGaussian(0.5, 0.1, 0.2)
    alone = expected(spread, Habits(), interval, 0.5, 6)
    worse = expected(spread, Habits(early=early, doubled=doubled, spurious=spurious), interval, 0.5, 6)
    assert alone.wrong - 1e-9 <= worse.wrong <= 1.0


def test_of_several_cases_the_mean_is_expected_and_nearly_all_of_them_lie_between():
    spread = ExGaussian(0.5, 0.1, 0.2)
    cases = [(0.25, expected(spread, Habits(early=early), 1.2, 0.5, 6)) for early in (0.0, 0.1, 0.2, 0.4)]
    found = together(cases)
    wrong = [case.wrong for _, case in cases]
    assert found.wrong == pytest.approx(sum(wrong) / 4)
    assert found.between == (wrong[0], wrong[-1])
    assert together([(0.04, cases[3][1]), (0.96, cases[0][1])]).between == (wrong[0], wrong[0])
