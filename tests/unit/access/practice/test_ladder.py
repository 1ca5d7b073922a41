"""Levels change by one at most, by a plain rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.practice.ladder import TOP, Ladder

RESULTS = st.lists(st.booleans(), max_size=60)


@given(RESULTS, st.integers(1, TOP))
def test_a_level_never_jumps_by_more_than_one_and_stays_among_the_levels(results, start):
    ladder = Ladder(start)
    for hit in results:
        after = ladder.after(hit)
        assert abs(after.level - ladder.level) <= 1
        assert 1 <= after.level <= TOP
        # A right answer never leads down, a wrong one never up.
        assert (after.level >= ladder.level) if hit else (after.level <= ladder.level)
        ladder = after


@given(RESULTS)
def test_it_rises_only_on_four_of_five_and_falls_only_on_three_wrong(results):
    ladder, since = Ladder(3), []
    for hit in results:
        since = [*since, hit][-5:]
        after = ladder.after(hit)
        expected = 1 if sum(since) >= 4 else -1 if since.count(False) >= 3 else 0
        assert after.level == min(TOP, max(1, ladder.level + expected))
        if expected:
            since = []
        ladder = after


@pytest.mark.parametrize(
    ("results", "level"),
    [
        ([True, True, True, False, True], 3),
        ([True, False, True, True, True], 3),
        ([True, True, False, True, False], 2),
        ([True, False, True, False, False], 1),
        ([False, False, False], 1),
        ([True] * 4, 3),
        ([True] * 8, 4),
    ],
)
def test_four_of_five_lead_up_and_two_of_five_down(results, level):
    ladder = Ladder(2)
    for hit in results:
        ladder = ladder.after(hit)
    assert ladder.level == level
