from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.safety.intake import Intake, check_intent
from armctl.safety.limits import DEADLINE_HORIZON

NOW = 50.0


def test_a_good_intent_counts() -> None:
    assert check_intent(2, 1, NOW + 0.1, NOW, 1, 1) is None


@pytest.mark.parametrize(
    ("sequence", "good"), [(0, False), (6, False), (7, False), (8, True), (9, True), (10**12, True)]
)
def test_only_growing_numbers_count(sequence: int, good: bool) -> None:
    finding = check_intent(sequence, 1, NOW + 0.1, NOW, 7, 1)
    assert (finding is None) == good
    assert good or (finding is not None and finding.code == "intent_replayed")


@pytest.mark.parametrize(("epoch", "good"), [(3, False), (4, True), (5, False)])
def test_only_the_present_epoch_counts(epoch: int, good: bool) -> None:
    finding = check_intent(1, epoch, NOW + 0.1, NOW, 0, 4)
    assert (finding is None) == good
    assert good or (finding is not None and finding.code == "intent_epoch")


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (-math.inf, "intent_late"),
        (-1e-9, "intent_late"),
        (0.0, ""),
        (1e-9, ""),
        (DEADLINE_HORIZON - 1e-9, ""),
        (DEADLINE_HORIZON, ""),
        (DEADLINE_HORIZON + 1e-9, "intent_deadline"),
        (math.inf, "intent_deadline"),
        (math.nan, "intent_deadline"),
    ],
)
def test_a_deadline_is_neither_past_nor_absurdly_far(ahead: float, code: str) -> None:
    finding = check_intent(1, 0, ahead, 0.0, 0, 0)
    assert ("" if finding is None else finding.code) == code


def test_a_replay_is_refused_with_both_numbers() -> None:
    intake = Intake()
    assert intake.accept(5, 0, NOW, NOW, 0, "ui") == ""
    reason = intake.accept(5, 0, NOW, NOW, 0, "ui")
    assert reason == "Command 5 was refused: command 5 had already been taken."


def test_what_is_late_or_valid_too_long_is_told_with_its_figures() -> None:
    late, horizon = check_intent(1, 0, NOW - 0.25, NOW, 0, 0), check_intent(1, 0, NOW + 2.5, NOW, 0, 0)
    assert late is not None
    assert late.fault().message == "A command was refused because it came 250 ms after its deadline."
    assert horizon is not None
    assert horizon.fault().message == "A command was refused because its deadline is 2.5 s ahead; 1.0 s is the limit."


def test_a_command_of_another_arming_is_told_with_both() -> None:
    finding = check_intent(1, 3, NOW, NOW, 0, 4)
    assert finding is not None
    assert finding.fault().message == "A command was refused because it was meant for arming 3; now it is arming 4."


def test_senders_count_for_themselves() -> None:
    intake = Intake()
    assert intake.accept(5, 0, NOW, NOW, 0, "ui") == ""
    assert intake.accept(1, 0, NOW, NOW, 0, "guard") == ""
    assert intake.accept(4, 0, NOW, NOW, 0, "ui") != ""


def test_a_sender_that_comes_back_may_count_from_one() -> None:
    intake = Intake()
    assert intake.accept(500, 0, NOW, NOW, 0, "ui") == ""
    intake.forget()
    assert intake.accept(1, 0, NOW, NOW, 0, "ui") == ""


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.floats(-2, 2) | st.just(math.nan)), max_size=30))
def test_taken_numbers_grow_and_refusals_change_nothing(intents: list[tuple[int, int, float]]) -> None:
    intake, taken = Intake(), 0
    for sequence, epoch, ahead in intents:
        finding = check_intent(sequence, epoch, NOW + ahead, NOW, taken, 1)
        reason = intake.accept(sequence, epoch, NOW + ahead, NOW, 1, "ui")
        assert (reason == "") == (finding is None)
        if reason == "":
            assert sequence > taken
            assert epoch == 1
            assert 0.0 <= (NOW + ahead) - NOW <= DEADLINE_HORIZON
            taken = sequence
