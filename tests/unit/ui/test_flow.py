"""The most urgent screen is shown, and a press stops whenever something may move."""

from dataclasses import replace

import msgspec
import pytest

from armctl.clock import SteppedClock
from armctl.control.messages import FaultReport
from armctl.tasks.view import TaskStatus
from tests.support.ui_person import arm_config
from tests.support.ui_session import SmallSession
from ui.flow import STALE, press_stops, screen_for
from ui.screens import SCREENS

NOW = 1000.0
FAULT = FaultReport("contact", "Touch", "Something was touched.", "Look.", "user")
TASK = TaskStatus("drink", "Drink", "cup", "running", 1, 3, "Reaching")


def snapshot(mode="ready", **changes):
    known = SmallSession(arm_config(), SteppedClock(NOW), mode=mode).snapshot
    return msgspec.structs.replace(known, **changes)


@pytest.mark.parametrize(
    ("shot", "gone", "task", "chosen", "expected"),
    [
        (snapshot(), False, None, "home", "home"),
        (snapshot(), False, None, "move", "move"),
        (snapshot(), False, TASK, "move", "running"),
        (snapshot(), False, replace(TASK, phase="done"), "move", "move"),
        (snapshot(), False, replace(TASK, phase="failed"), "home", "running"),
        (snapshot("disarmed"), False, TASK, "home", "arming"),
        (snapshot("stop_test"), False, None, "home", "arming"),
        (snapshot("disarmed"), False, None, "fit", "fit"),
        (snapshot("stop_test"), False, None, "fit", "arming"),
        (snapshot("fault", fault=FAULT), False, TASK, "home", "alert"),
        (snapshot("disconnected", fault=FAULT), False, None, "home", "alert"),
        (snapshot("disconnected"), False, None, "home", "disconnected"),
        (None, False, None, "home", "disconnected"),
        (snapshot("fault", fault=FAULT), True, TASK, "home", "gone"),
    ],
)
def test_the_screen_that_is_shown(shot, gone, task, chosen, expected):
    assert screen_for(shot, NOW, gone, task, chosen) == expected


def test_an_old_snapshot_is_no_connection():
    assert screen_for(snapshot(), NOW + STALE, False, None, "home") == "home"
    assert screen_for(snapshot(), NOW + STALE + 0.01, False, None, "home") == "disconnected"


def test_every_screen_has_its_row():
    assert set(SCREENS) == {
        "home",
        "move",
        "running",
        "arming",
        "settings",
        "look",
        "sound",
        "help",
        "help_choosing",
        "help_moving",
        "help_people",
        "practice",
        "practice_play",
        "stop_test",
        "me",
        "fit",
        "fit_result",
        "fit_try",
        "alert",
        "disconnected",
        "gone",
    }


@pytest.mark.parametrize("mode", ["disconnected", "disarmed", "stop_test", "ready", "moving", "stopping", "fault"])
def test_a_press_stops_in_these_modes(mode):
    assert press_stops(snapshot(mode), None) == (mode in ("moving", "stopping", "stop_test"))


@pytest.mark.parametrize("phase", ["running", "waiting", "paused", "done", "cancelled", "failed"])
def test_a_press_stops_a_task_at_work_even_between_two_motions(phase):
    assert press_stops(snapshot("ready"), replace(TASK, phase=phase)) == (phase == "running")


def test_after_a_fault_a_press_selects_again_even_when_a_task_was_at_work():
    assert not press_stops(snapshot("fault", fault=FAULT), TASK)
    assert not press_stops(None, TASK)
