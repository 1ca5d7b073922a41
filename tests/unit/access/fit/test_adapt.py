"""The laws of live adaptation."""

import math

from hypothesis import given
from hypothesis import strategies as st

from armctl.access.fit.adapt import BOUND, CALM, ENOUGH, STEP, after, begin

choices = st.lists(st.one_of(st.none(), st.floats(0.15, 10.0)), max_size=120)


@given(st.floats(0.4, 4.0), st.floats(0.2, 3.0), choices)
def test_it_stays_within_30_percent_and_changes_slowly(fitted, usual, presses):
    state = begin(fitted, usual)
    for press in presses:
        before, state = state, after(state, press)
        assert (1 - BOUND) * fitted - 1e-9 <= state.interval <= (1 + BOUND) * fitted + 1e-9
        assert abs(state.interval - before.interval) <= STEP * fitted + 1e-9


@given(st.floats(0.4, 4.0), choices)
def test_it_never_becomes_faster_while_errors_are_many(fitted, presses):
    state = begin(fitted, 0.65 * fitted)
    for press in presses:
        before, state = state, after(state, press)
        if state.wrong >= CALM:
            assert state.interval >= before.interval - 1e-12


def test_nothing_changes_on_little_evidence():
    state = begin(1.0, 0.6)
    for _ in range(ENOUGH - 1):
        state = after(state, 0.3)
    assert state.interval == 1.0


def test_it_follows_somebody_who_gets_quicker_and_somebody_who_tires():
    quick = slow = begin(1.0, 0.6)
    for _ in range(60):
        quick, slow = after(quick, 0.5), after(slow, 0.7)
    assert math.isclose(quick.interval, 0.5 / 0.6)
    assert math.isclose(slow.interval, 0.7 / 0.6)


def test_only_wrong_choices_make_it_as_slow_as_it_may_be():
    state = begin(1.0, 0.6)
    for _ in range(60):
        state = after(state, None)
    assert math.isclose(state.interval, 1 + BOUND)


def test_with_one_choice_in_eight_wrong_quick_presses_make_it_no_faster():
    state = begin(1.0, 0.6)
    for number in range(80):
        state = after(state, None if number % 8 == 0 else 0.3)
        assert state.interval == 1.0


def test_when_errors_rise_after_it_became_faster_it_goes_back_to_what_was_fitted():
    state = begin(1.0, 0.6)
    for _ in range(60):
        state = after(state, 0.45)
    assert state.interval < 0.8
    for number in range(60):
        state = after(state, None if number % 3 == 0 else 0.45)
    assert math.isclose(state.interval, 1.0)
