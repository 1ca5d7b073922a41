"""Plans of scanning: every tile is in it once, in order, and no press is asked for nothing."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import ScanItem
from armctl.access.plan import FEW, Node, Pattern, ids_of, plan, rows
from tests.support.switch_person import tiles

PATTERNS = get_args(Pattern)


def depth(node: Node) -> int:
    return 0 if isinstance(node, str) else 1 + max(depth(part) for part in node)


@given(st.sampled_from(PATTERNS), st.integers(0, 24), st.integers(1, 6))
def test_every_tile_is_in_the_plan_once_and_in_order(pattern: Pattern, count: int, across: int) -> None:
    items = tiles(count, across)
    made = plan(pattern, items)
    assert ids_of(made) == tuple(item.id for item in items)
    assert not [node for node in made if isinstance(node, tuple) and len(node) == 1]
    assert len(made) != 1 or isinstance(made[0], str)


def test_rows_are_what_lies_beside_each_other() -> None:
    assert plan("row_column", tiles(7, 3)) == (("a", "b", "c"), ("d", "e", "f"), "g")
    uneven = (ScanItem("x", "", rect=(0, 5, 90, 80)), ScanItem("y", "", rect=(100, 30, 90, 90)))
    assert [[item.id for item in row] for row in rows(uneven)] == [["x", "y"]]


def test_tiles_without_a_place_make_rows_as_long_as_there_are_rows() -> None:
    assert [len(row) for row in rows([ScanItem(str(n), "") for n in range(7)])] == [3, 3, 1]


def test_groups_are_what_is_named_alike_and_one_group_is_none() -> None:
    items = [ScanItem(name, "", group=group) for name, group in (("a", "1"), ("b", "1"), ("c", "2"), ("d", "1"))]
    assert plan("group", items) == (("a", "b"), "c", "d")
    assert plan("group", items[:2]) == ("a", "b")


@pytest.mark.parametrize(("count", "presses"), [(3, 0), (4, 1), (6, 1), (7, 2), (12, 2), (24, 3)])
def test_halves_end_with_three_tiles_or_fewer(count: int, presses: int) -> None:
    made = plan("binary", tiles(count))
    assert depth(made) - 1 == presses
    smallest = [node for node in _levels(made) if all(isinstance(part, str) for part in node)]
    assert max(len(node) for node in smallest) <= FEW


def _levels(node: tuple[Node, ...]) -> list[tuple[Node, ...]]:
    return [node, *(level for part in node if isinstance(part, tuple) for level in _levels(part))]
