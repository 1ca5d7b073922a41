"""All pairs of mode and event, and all that must hold for them."""

from __future__ import annotations

from itertools import product

import pytest

from armctl.safety.states import APPROVING, FREEDOM, TABLE, Event, Mode, transition

PAIRS = list(product(Mode, Event))


def test_the_table_is_total_and_has_nothing_else() -> None:
    assert len(PAIRS) == 7 * 13
    assert set(TABLE) == set(Mode)
    for mode in Mode:
        assert list(TABLE[mode]) == list(Event), f"the rows of {mode} must be all events, in order"
        assert all(isinstance(after, Mode) for after in TABLE[mode].values())


def test_freedom_is_none_standing_slowing_down_or_moving() -> None:
    assert {mode for mode in Mode if FREEDOM[mode] == 0} == set(Mode) - APPROVING
    assert [FREEDOM[mode] for mode in (Mode.READY, Mode.STOPPING, Mode.MOVING)] == [1, 2, 3]


@pytest.mark.parametrize(("mode", "event"), PAIRS)
def test_only_a_motion_that_begins_when_ready_leads_to_moving(mode: Mode, event: Event) -> None:
    after = transition(mode, event)
    if after is Mode.MOVING and mode is not Mode.MOVING:
        assert (mode, event) == (Mode.READY, Event.MOTION_BEGUN)


@pytest.mark.parametrize(("mode", "event"), PAIRS)
def test_only_three_pairs_ever_give_more_freedom(mode: Mode, event: Event) -> None:
    more = {
        (Mode.STOP_TEST, Event.STOP_TEST_PASSED): Mode.READY,
        (Mode.READY, Event.MOTION_BEGUN): Mode.MOVING,
    }
    after = transition(mode, event)
    if FREEDOM[after] > FREEDOM[mode]:
        assert more[mode, event] is after


@pytest.mark.parametrize("event", list(Event))
def test_faults_latch(event: Event) -> None:
    assert transition(Mode.FAULT, event) is (Mode.DISARMED if event is Event.CLEAR else Mode.FAULT)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_fault_is_a_fault_in_every_mode(mode: Mode) -> None:
    assert transition(mode, Event.FAULT) is Mode.FAULT


@pytest.mark.parametrize("mode", list(Mode))
def test_stop_leads_to_stopping_or_rest_in_one_step(mode: Mode) -> None:
    after = transition(mode, Event.STOP)
    assert after is not Mode.MOVING
    assert FREEDOM[after] <= FREEDOM[mode]


@pytest.mark.parametrize("event", [Event.STOP, Event.PEER_LOST, Event.CONNECTION_LOST, Event.FAULT, Event.DISABLE])
@pytest.mark.parametrize("mode", list(Mode))
def test_what_ends_motion_ends_it_from_everywhere(mode: Mode, event: Event) -> None:
    after = transition(mode, event)
    assert after is not Mode.MOVING
    assert FREEDOM[after] <= FREEDOM[mode]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_lost_peer_never_leaves_a_test_under_way_or_an_arm_moving(mode: Mode) -> None:
    assert transition(mode, Event.PEER_LOST) not in {Mode.MOVING, Mode.STOP_TEST}


@pytest.mark.parametrize("mode", list(Mode))
def test_without_an_arm_nothing_is_armed(mode: Mode) -> None:
    assert transition(mode, Event.CONNECTION_LOST) in {Mode.DISCONNECTED, Mode.FAULT}
    assert transition(mode, Event.CONNECTED) not in APPROVING
    assert transition(mode, Event.DISABLE) not in APPROVING


@pytest.mark.parametrize(("mode", "event"), PAIRS)
def test_arming_leads_through_the_stop_test(mode: Mode, event: Event) -> None:
    after = transition(mode, event)
    if after in APPROVING and mode not in APPROVING:
        assert (mode, event) == (Mode.STOP_TEST, Event.STOP_TEST_PASSED)
    if after is Mode.STOP_TEST and mode is not Mode.STOP_TEST:
        assert (mode, event) == (Mode.DISARMED, Event.ENABLE)


def test_every_mode_can_be_reached_and_left() -> None:
    reached, frontier = {Mode.DISCONNECTED}, [Mode.DISCONNECTED]
    while frontier:
        mode = frontier.pop()
        for event in Event:
            after = transition(mode, event)
            if after not in reached:
                reached.add(after)
                frontier.append(after)
    assert reached == set(Mode)
    for mode in Mode:
        assert {transition(mode, event) for event in Event} != {mode}


@pytest.mark.parametrize("mode", sorted(set(Mode) - APPROVING))
def test_whatever_happens_twice_in_a_row_never_moves_an_arm_that_was_not_armed(mode: Mode) -> None:
    """All pairs of events, from every mode in which nothing is approved: only a passed test and then a motion."""
    for first, second in product(Event, Event):
        assert transition(transition(mode, first), second) is not Mode.MOVING or (
            (mode, first, second) == (Mode.STOP_TEST, Event.STOP_TEST_PASSED, Event.MOTION_BEGUN)
        )


def test_from_everywhere_rest_is_at_most_two_events_away() -> None:
    """Stop, then at rest: whatever else happened before."""
    for mode in Mode:
        after = transition(transition(mode, Event.STOP), Event.AT_REST)
        assert FREEDOM[after] <= FREEDOM[Mode.READY]
