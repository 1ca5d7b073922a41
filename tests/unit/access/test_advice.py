"""What is proposed has a reason that can be told, and nothing is ever switched by it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.advice import ENOUGH, Advisor, Counts, Proposal, aim_of, as_table, counts_of, noted, propose

MODES = ("move", "height", "rotate", "grip", "choose")
CUP = (0.30, 0.0, 0.05)


@pytest.mark.parametrize(
    ("tool", "opening", "holding", "gripping", "aim"),
    [
        ((0.31, 0.01, 0.15), 0.8, False, False, "lower"),
        ((0.31, 0.01, 0.06), 0.8, False, False, "grip"),
        ((0.40, 0.0, 0.15), 0.8, False, False, ""),
        ((0.30, 0.0, 0.40), 0.8, False, False, ""),
        ((0.31, 0.01, 0.15), 0.1, False, False, ""),
        ((0.31, 0.01, 0.06), 0.3, True, True, "lift"),
        ((0.31, 0.01, 0.06), 0.3, True, False, ""),
    ],
)
def test_the_place_of_the_hand_suggests(tool, opening, holding, gripping, aim) -> None:
    assert aim_of(tool, [(0.0, 0.3, 0.05), CUP], opening, holding, gripping) == aim


def test_where_there_is_nothing_nothing_is_suggested() -> None:
    assert aim_of((0.3, 0.0, 0.1), [], 1.0, False, False) == ""


def learned(*path: str) -> tuple[Counts, str, str]:
    counts: Counts = {}
    before, mode = "", path[0]
    for after in path[1:]:
        counts = noted(counts, before, mode, after)
        before, mode = mode, after
    return counts, before, mode


def test_what_always_came_next_is_proposed_as_a_habit() -> None:
    counts, before, mode = learned(*("move", "height", "grip") * 3, "move")
    proposal = propose(counts, before, mode, MODES, ())
    assert proposal is not None
    assert (proposal.mode, proposal.why) == ("height", "habit")


def test_what_came_next_once_is_no_habit() -> None:
    counts, before, mode = learned("move", "grip", "move")
    assert propose(counts, before, mode, MODES, ()) is None


def test_what_came_next_as_often_as_something_else_is_not_proposed() -> None:
    counts: Counts = {}
    for after in ("grip", "height") * 5:
        counts = noted(counts, "choose", "move", after)
    assert propose(counts, "choose", "move", MODES, ()) is None


def test_new_habits_take_the_place_of_old_ones() -> None:
    counts: Counts = {}
    for after in ("grip",) * 20 + ("height",) * 20:
        counts = noted(counts, "choose", "move", after)
    proposal = propose(counts, "choose", "move", MODES, ())
    assert proposal is not None
    assert proposal.mode == "height"


def test_the_place_of_the_hand_is_enough_by_itself() -> None:
    proposal = propose({}, "", "move", MODES, ("height",))
    assert proposal is not None
    assert (proposal.mode, proposal.why) == ("height", "place")


def test_where_the_stick_does_it_already_nothing_is_proposed() -> None:
    counts, before, mode = learned(*("move", "height", "grip") * 5, "move")
    assert propose(counts, before, mode, MODES, ("move", "height")) is None


switches = st.lists(st.sampled_from(MODES), min_size=1, max_size=60)


@given(switches, st.lists(st.sampled_from(MODES), max_size=2))
def test_never_is_the_present_mode_proposed_nor_one_that_is_not_there(path: list[str], fits: list[str]) -> None:
    counts, before, mode = learned(*path)
    for modes in (MODES, MODES[:3]):
        proposal = propose(counts, before, mode, modes, fits)
        assert proposal is None or (proposal.mode != mode and proposal.mode in modes)


@given(switches)
def test_counts_stay_bounded_however_long_somebody_works(path: list[str]) -> None:
    counts, _, _ = learned(*(path * 5))
    assert all(sum(row.values()) <= 10.0 + 1e-9 for row in counts.values())
    assert ENOUGH < 10.0


def test_switches_and_accepted_proposals_are_counted() -> None:
    advisor = Advisor()
    advisor.look("move", MODES, ("height",))
    advisor.look("move", MODES, ("height",))
    assert advisor.switched("move", "height")
    assert not advisor.switched("height", "height")
    advisor.look("height", MODES, ("grip",))
    assert not advisor.switched("height", "rotate")
    assert (advisor.tally.switches, advisor.tally.proposed, advisor.tally.accepted) == (2, 2, 1)
    assert advisor.shown is None


@given(st.lists(st.sampled_from(MODES), min_size=2, max_size=60))
def test_habits_that_were_kept_propose_the_same_in_the_next_session(path: list[str]) -> None:
    counts, before, mode = learned(*path)
    again = counts_of(json.loads(json.dumps(as_table(counts))))
    assert again == counts
    assert propose(again, before, mode, MODES, ()) == propose(counts, before, mode, MODES, ())


def test_a_person_with_a_habit_has_it_still_the_next_day() -> None:
    advisor, tomorrow = Advisor(), Advisor()
    for mode, after in (("move", "height"), ("height", "grip"), ("grip", "move")) * 3:
        advisor.switched(mode, after)
    tomorrow.recall(json.loads(json.dumps(advisor.habits)))
    assert tomorrow.look("move", MODES, ()) == Proposal("height", "habit")
    assert Advisor().look("move", MODES, ()) is None


@pytest.mark.parametrize(
    "damaged",
    [None, 3, [], "x", {"move": 3}, {"a|b|c": {"grip": 1.0}}, {"move": {"grip": "often", "up": 1e9, "x": -1}}],
)
def test_damaged_habits_are_none(damaged: object) -> None:
    assert counts_of(damaged) == {}
