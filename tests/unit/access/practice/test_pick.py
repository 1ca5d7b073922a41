"""Only the wanted tile is right, and only in time."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.practice.pick import CHOICES, NAMED, SETTLE, THINGS, Pick

ROWS = st.sampled_from([*CHOICES, *NAMED])


@given(ROWS, st.integers(0, 10_000), st.sampled_from(THINGS), st.floats(0.0, 100.0))
def test_right_is_the_wanted_tile_in_time_and_nothing_else(row, seed, item, at):
    pick = Pick(row, 0.0, 1.2, Random(seed))
    assert len(set(pick.things)) == row.tiles
    assert pick.wanted in pick.things
    pick.tick(at)
    pick.choose(item, at)
    if at >= SETTLE + row.passes * (row.tiles + 1) * 1.2:
        assert pick.outcome.why == "none"
    elif item not in pick.things:
        assert pick.outcome is None
    else:
        assert pick.outcome.hit == (item == pick.wanted)
    assert not pick.stops


def test_everything_can_be_wanted_and_at_any_place():
    picks = [Pick(CHOICES[0], 0.0, 1.0, Random(seed)) for seed in range(300)]
    assert {pick.wanted for pick in picks} == set(THINGS)
    assert {pick.things.index(pick.wanted) for pick in picks} == {0, 1}


@pytest.mark.parametrize("rows", [CHOICES, NAMED])
def test_levels_have_more_tiles_or_less_time(rows):
    for before, after in pairwise(rows):
        assert after.tiles >= before.tiles
        assert after.tiles > before.tiles or after.passes < before.passes
