"""The list of survivors: each has a reason, none is stale, none is missing."""

from __future__ import annotations

import pytest

from tests.mutants.operators import mutants_of
from tests.mutants.plan import ROOT, SUITES, SURVIVORS, TARGETS, Name, judge, known_survivors

A, B, C = (Name("x.py", "f", "was", name) for name in "abc")
ROW = '[[survivor]]\nfile = "x.py"\nfunction = "f"\nwas = "was"\nbecomes = "a"\nreason = "{}"\n'


def test_a_run_passes_when_exactly_the_listed_ones_survive() -> None:
    assert judge({A: "why"}, {A, B}, {A, B}, {A}).passed


def test_a_survivor_that_is_not_listed_fails() -> None:
    verdict = judge({A: "why"}, {A, B}, {A, B}, {A, B})
    assert (verdict.explained, verdict.unexplained, verdict.stale) == ((A,), (B,), ())
    assert not verdict.passed


def test_a_listed_one_that_is_killed_or_gone_is_stale() -> None:
    verdict = judge({A: "why", C: "why"}, {A, B}, {A, B}, set())
    assert verdict.stale == (A, C)
    assert not verdict.passed


def test_a_listed_one_that_was_not_tried_is_not_stale() -> None:
    assert judge({A: "why"}, {A, B}, {B}, set()).passed


def test_a_survivor_needs_a_reason_and_is_there_once() -> None:
    assert known_survivors(ROW.format("why")) == {A: "why"}
    with pytest.raises(ValueError, match="No reason"):
        known_survivors(ROW.format(" "))
    with pytest.raises(ValueError, match="twice"):
        known_survivors(ROW.format("why") * 2)


def test_the_list_names_mutants_that_there_are() -> None:
    known = known_survivors(SURVIVORS.read_text(encoding="utf-8"))
    every = {Name.of(file, mutant) for file in TARGETS for mutant in mutants_of((ROOT / file).read_text("utf-8"))}
    assert set(known) <= every


@pytest.mark.parametrize("path", [*TARGETS, *(path for paths in TARGETS.values() for path in paths), *SUITES])
def test_what_the_plan_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()
