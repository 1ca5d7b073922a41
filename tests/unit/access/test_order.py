"""Item order by use is stable: only what is clearly chosen more often goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from armctl.access.order import by_use
from tests.support.switch_person import Person, tiles

ITEMS = tiles(5)


def order(**counts: int) -> str:
    return "".join(item.id for item in by_use(ITEMS, counts))


def test_what_is_chosen_most_comes_first() -> None:
    assert order(e=9, c=5) == "ecabd"


def test_little_use_and_small_differences_change_nothing() -> None:
    assert order(e=2) == "abcde"
    assert order(a=10, b=11, c=12) == "abcde"


@given(st.dictionaries(st.sampled_from("abcdexyz"), st.integers(0, 50)))
def test_all_tiles_are_there_and_ordering_again_changes_nothing(counts: dict[str, int]) -> None:
    once = by_use(ITEMS, counts)
    assert sorted(item.id for item in once) == list("abcde")
    assert by_use(once, counts) == once


def test_the_highlight_follows_it_only_on_request_and_never_within_rows() -> None:
    from armctl.access.pipeline import AccessPipeline

    for scan, first in (({"order": "use"}, "c"), ({}, "a"), ({"order": "use", "pattern": "row_column"}, None)):
        person = Person(tiles(4, across=2), scan=scan)
        pipeline = AccessPipeline(person.user, {"c": 9})
        pipeline.set_items(tiles(4, across=2), "here", 0.0)
        assert pipeline.lit == first
