"""Entries come back as they were written; change is told only beyond chance; a new measurement is offered by rule."""

import dataclasses
import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.history import Entry, line_of, lower_bound, passed, records_of, retest, trend

DAY = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def entry(day=0, time=0.8, sd=0.2, wrong=0.05, variant=""):
    figures = {"press_time": time, "press_sd": sd, "presses": 20.0}
    return Entry(DAY + timedelta(days=day), variant, figures, {"scan.interval": (1.5, 1.2)}, True, wrong)


def test_entries_come_back_in_the_order_in_which_they_were_made_whatever_the_clock_said():
    text = f"{line_of(entry(7))}\n\n{line_of(entry(0))}\n"
    assert records_of(text).entries == (entry(7), entry(0))


@pytest.mark.parametrize(
    "bad",
    [
        "{}",
        "[]",
        "nothing",
        '{"at": "x", "variant": "", "figures": {}, "settings": {}}',
        line_of(entry()).replace("0.8", "NaN"),
        line_of(entry())[:40],
        "[" * 100_000,
        "\ufffd\x00",
    ],
)
def test_a_line_that_is_none_costs_nothing_but_itself(bad):
    found = records_of(f"{line_of(entry())}\n{bad}\n{line_of(entry(7))}\n")
    assert found.entries == (entry(), entry(7))
    assert [line for line, _ in found.damaged] == [2]


def test_what_was_expected_comes_back_with_its_interval_and_older_lines_have_none():
    told = dataclasses.replace(entry(), between=(0.02, 0.13))
    assert records_of(f"{line_of(told)}\n{line_of(entry())}\n").entries == (told, entry())
    assert "between" not in line_of(entry())
    assert records_of(line_of(told).replace("0.13", '"much"')).damaged


def test_a_date_without_its_zone_is_one_of_here():
    (found,) = records_of(line_of(entry()).replace("+00:00", "")).entries
    assert found.at.utcoffset() is not None


def test_a_clock_that_was_set_back_turns_no_order_round_and_a_date_to_come_is_measured_again():
    made = [entry(0, 0.8), entry(7, 0.8), entry(-1000, 0.8), entry(-993, 1.6)]
    found = trend(made, "press_time")
    assert (found.now, found.days) == (1.6, 14)
    assert found.clear
    assert passed(made) == timedelta(days=14)
    assert retest(made, 0, 0, DAY + timedelta(days=8)) == "old"  # nobody knows how old
    assert retest([entry(30)], 0, 0, DAY) == "old"  # made while the clock was ahead
    assert retest([entry(0)], 0, 0, DAY - timedelta(hours=14)) == ""  # another time zone


def test_one_measurement_is_no_trend_and_variants_are_apart():
    assert trend([entry()], "press_time") is None
    assert trend([entry(), entry(7, variant="tired")], "press_time") is None


def test_a_change_beyond_what_days_differ_by_is_clear_and_a_smaller_one_is_not():
    clear = trend([entry(0, 0.8), entry(7, 0.82), entry(21, 0.5)], "press_time")
    assert clear.clear
    assert (clear.before, clear.now, clear.days) == (pytest.approx(0.81), 0.5, 21)
    assert not trend([entry(0, 0.8), entry(7, 0.75)], "press_time").clear


def test_who_is_as_before_is_rarely_told_of_a_change_and_a_real_change_is_found():
    """Days differ by a factor of log spread 0.15, and each measurement has its own error besides."""
    draw = random.Random(3)

    def measured(day, time):
        mean = time * math.exp(draw.gauss(0.0, 0.15)) + draw.gauss(0.0, 0.2 / math.sqrt(20))
        return entry(day, mean)

    def told(now):
        people = [[*(measured(7 * n, 0.8) for n in range(5)), measured(35, now)] for _ in range(400)]
        return sum(trend(one, "press_time").clear for one in people) / len(people)

    assert told(0.8) < 0.1
    assert told(0.8 * 1.6) > 0.8


def test_what_the_person_shows_themselves_counts_for_more_the_longer_it_is_known():
    even = [entry(7 * n, 0.8) for n in range(8)]
    uneven = [entry(7 * n, 0.8 + 0.2 * (-1) ** n) for n in range(8)]
    chances = [trend([*earlier, entry(70, 0.95)], "press_time").chance for earlier in (even[:1], even, uneven)]
    assert chances[1] < chances[0] < chances[2]


def test_more_errors_than_expected_offer_a_new_measurement():
    assert retest([entry(wrong=0.05)], 8, 25, DAY) == "errors"
    assert retest([entry(wrong=0.05)], 3, 25, DAY) == ""
    assert retest([entry(wrong=0.40)], 8, 25, DAY) == ""


def test_few_choices_are_no_evidence_and_an_old_measurement_is_offered_again():
    assert retest([entry()], 19, 19, DAY) == ""
    assert retest([entry()], 0, 0, DAY + timedelta(days=91)) == "old"
    assert retest([], 50, 50, DAY) == ""


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_lower_bound_is_below_the_share(pair):
    count, total = pair
    assert 0.0 <= lower_bound(count, total) <= count / total + 1e-12


def test_wilsons_bound_is_the_published_one():
    assert lower_bound(8, 10) == pytest.approx(0.5408, abs=2e-3)  # one-sided 95 %
