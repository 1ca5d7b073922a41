"""Single rows that matter by themselves; all pairs are enumerated in tests/safety/test_states_exhaustive.py."""

from __future__ import annotations

from typing import get_args

import pytest

from armctl.control import messages
from armctl.safety.states import APPROVING, FREEDOM, TABLE, Event, Mode, transition


def test_the_modes_are_those_that_other_processes_are_told() -> None:
    assert {mode.value for mode in Mode} == set(get_args(messages.Mode))


def test_a_whole_session_follows_the_table() -> None:
    story = [
        (Event.CONNECTED, Mode.DISARMED),
        (Event.ENABLE, Mode.STOP_TEST),
        (Event.STOP_TEST_PASSED, Mode.READY),
        (Event.MOTION_BEGUN, Mode.MOVING),
        (Event.STOP, Mode.STOPPING),
        (Event.AT_REST, Mode.READY),
        (Event.MOTION_BEGUN, Mode.MOVING),
        (Event.MOTION_ENDED, Mode.READY),
        (Event.FAULT, Mode.FAULT),
        (Event.CLEAR, Mode.DISARMED),
        (Event.CONNECTION_LOST, Mode.DISCONNECTED),
    ]
    mode = Mode.DISCONNECTED
    for event, expected in story:
        mode = transition(mode, event)
        assert mode is expected, event


def test_set_points_are_approved_only_where_motion_is_allowed() -> None:
    assert {mode for mode in Mode if FREEDOM[mode] > 0} == APPROVING


def test_the_table_cannot_be_changed_while_running() -> None:
    with pytest.raises(TypeError):
        TABLE[Mode.DISARMED][Event.MOTION_BEGUN] = Mode.MOVING  # type: ignore[index] # what the test is about


@pytest.mark.parametrize("mode", [Mode.STOP_TEST, Mode.READY, Mode.MOVING, Mode.STOPPING])
def test_a_link_that_comes_back_by_itself_disarms(mode: Mode) -> None:
    assert transition(mode, Event.CONNECTED) is Mode.DISARMED


def test_a_new_motion_waits_until_the_arm_has_stopped() -> None:
    assert transition(Mode.STOPPING, Event.MOTION_BEGUN) is Mode.STOPPING
