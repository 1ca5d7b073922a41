"""Measurements over weeks as staff read them: every date, its spread, what changed, and when to measure again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.history import Entry
from armctl.cli.fit_history import FIGURES, WIDTH, over_weeks, scale

DAY = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)


def entry(week, time=0.9, sd=0.2, accepted=True, variant="", **figures):
    found = {"presses": 22.0, "press_time": time, "press_sd": sd, "rest_presses_a_minute": 0.2} | figures
    return Entry(DAY + timedelta(weeks=week), variant, found, {"scan.interval": (1.5, 1.4)}, accepted, 0.06)


def test_every_measurement_is_there_with_its_date_and_what_came_of_it():
    short = entry(3, accepted=False)
    del short.figures["rest_presses_a_minute"]
    lines = over_weeks([entry(0), short], "")
    assert lines[1].split("  ")[1:3] == ["2026-08-01 10:00", "whole"]
    assert "taken: scan.interval 1.5 → 1.4; 6 of 100 choices expected to go wrong" in lines[1]
    assert "2026-08-22" in lines[2]
    assert "presses alone" in lines[2]
    assert "not taken" in lines[2]


def test_what_was_expected_is_told_with_its_interval():
    (line,) = [line for line in over_weeks([replace(entry(0), between=(0.02, 0.131))], "") if "taken" in line]
    assert "; 6 (2 to 13) of 100 choices expected to go wrong" in line


def test_of_many_measurements_the_last_ones_are_shown_and_how_many_there_were_before():
    lines = over_weeks([entry(n / 7) for n in range(200)], "")
    assert lines[1] == "  188 before, from 2026-08-01 on"
    assert lines[13].startswith("  2027-02-16")
    assert len(lines) < 40


def test_a_date_before_the_one_above_it_is_explained():
    lines = over_weeks([entry(0), entry(-100), entry(-99)], "")
    assert [("set back" in line) for line in lines[1:4]] == [False, True, False]
    assert "2024" in lines[2]


def test_slower_presses_are_told_with_the_figures_they_are_told_from():
    text = "\n".join(over_weeks([entry(n, 0.9 + 0.01 * n) for n in range(4)] + [entry(5, 1.5)], ""))
    assert "Clearly slower than before (median of the earlier ones 0.92, now 1.50; days differ by up to " in text
    assert "over 35 days." in text
    assert "1.50 ± 0.20" in text


def test_a_change_within_what_days_differ_by_is_none():
    text = "\n".join(over_weeks([entry(0, 0.90), entry(1, 0.95)], ""))
    assert "As before" in text
    assert "Clearly" not in text


def test_a_figure_that_was_measured_once_has_no_picture_and_one_that_was_never_measured_is_not_there():
    text = "\n".join(over_weeks([entry(0, longest_hold=3.0), entry(1)], ""))
    assert "Press time [s]" in text
    assert "Longest hold" not in text
    assert "Tremor" not in text


def test_variants_are_told_apart():
    text = "\n".join(over_weeks([entry(0), entry(1, 2.0, variant="tired"), entry(2, 2.1, variant="tired")], "tired"))
    assert "2026-08-01" not in text
    assert "2.10" in text


def test_the_next_measurement_is_named():
    assert over_weeks([entry(0), entry(3), entry(6)], "")[-1] == (
        "Measured every 21 days. Offered again from 2026-12-11 on, or when more choices go wrong than expected."
    )


@pytest.mark.parametrize("shown", FIGURES, ids=lambda shown: shown.figure)
def test_more_and_less_of_every_figure_have_their_words(shown):
    for factor, word in ((3.0, shown.more), (1.0 / 3.0, shown.less)):
        entries = [entry(n, **{shown.figure: 0.5 if n < 4 else 0.5 * factor}) for n in range(5)]
        text = "\n".join(over_weeks(entries, ""))
        assert f"Clearly {word} than before" in text.partition(shown.heading)[2].partition("\n\n")[0]


values = st.floats(-1e3, 1e3)


@given(values, st.floats(0.0, 1e3), values, st.floats(0.0, 1e3))
def test_a_row_has_its_width_and_one_mark_at_its_place(point, spread, other, margin):
    low, high = min(point - spread, other), max(point + spread, other) + margin
    row = scale(point, spread, low, high)
    assert len(row) == WIDTH
    assert row.count("●") == 1
    assert abs(row.index("●") - (point - low) / max(high - low, 1e-9) * (WIDTH - 1)) <= 0.5 + 1e-6


def test_the_spread_reaches_to_both_sides():
    assert scale(5.0, 2.0, 0.0, 10.0).strip("·") == "├──────●──────┤"
