"""Simulated people do a whole task at the real screen with a profile's settings, and what came of it is told."""

import dataclasses
import os
from datetime import UTC, datetime

import pytest

from armctl.access.fit.history import Entry, line_of
from armctl.cli import rehearse
from armctl.cli.rehearsal import Outcome, Rehearsal
from armctl.config.load import builtin, load
from armctl.config.profiles import fits_file, load_profile
from armctl.config.user import UserConfig
from armctl.errors import SetupError
from sim.users.presser import PEOPLE, Habit
from tests.support.ui_person import arm_config, kitchen


def rehearsal(user, person, **more):
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    return Rehearsal(arm_config(), kitchen(), user, "go_home", PEOPLE[person], 6.0, 1, **more).play()


def profile(name, **changes):
    return UserConfig.model_validate({**load(builtin("users", name), UserConfig).model_dump(), **changes})


@pytest.mark.parametrize("name", ["step_two_switches", "head_mouse"])
def test_a_quick_person_switches_on_tests_the_stop_and_goes_home(name):
    outcome = rehearsal(profile(name), "able")
    assert outcome.done
    assert (outcome.last, outcome.stops) == ("home", 0)
    assert outcome.right >= 3
    assert outcome.presses >= outcome.right


def test_stops_that_nobody_meant_are_counted():
    restless = Habit(0.3, 0.03, 0.03, mistakes=40.0)
    user = profile("step_two_switches")
    outcome = Rehearsal(arm_config(), kitchen(), user, "go_home", restless, 6.0, 1, patience=15.0).play()
    assert outcome.stops > 0


def test_settings_that_leave_a_person_no_time_fail_the_rehearsal():
    scan = {"method": "auto", "interval": 0.3, "first_extra": 0.0, "rounds": 9}
    outcome = rehearsal(profile("one_switch_auto", scan=scan), "cp_dyskinetic", patience=15.0)
    assert not outcome.done
    assert outcome.ended == "not within 15 s"
    assert outcome.presses > 0


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Somebody whose presses were measured twice."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    entry = Entry(datetime(2026, 3, 1, tzinfo=UTC), "", {"press_time": 0.8, "press_sd": 0.2}, {}, True)
    later = dataclasses.replace(
        entry, at=datetime(2026, 4, 1, tzinfo=UTC), figures={"press_time": 0.9, "press_sd": 0.2}
    )
    path = fits_file("guest")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(line_of, (entry, later))) + "\n")
    return load_profile("guest")


def test_who_was_measured_rehearses_as_measured_last(measured):
    (actor,) = rehearse.cast_for(measured, "")
    assert actor.name == "as measured on 2026-04-01"
    assert actor.habit.mu + actor.habit.tau == pytest.approx(0.9)
    assert actor.habit.sigma**2 + actor.habit.tau**2 == pytest.approx(0.2**2)


def test_who_was_not_measured_is_stood_in_for_by_simulated_people(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    guest = load_profile("guest")
    assert [actor.name for actor in rehearse.cast_for(guest, "")] == list(rehearse.USUAL)
    assert [actor.name for actor in rehearse.cast_for(guest, "tremor, ataxia")] == ["tremor", "ataxia"]
    with pytest.raises(SetupError, match="no simulated person 'nobody'"):
        rehearse.cast_for(guest, "nobody")
    with pytest.raises(SetupError, match="were not measured"):
        rehearse.cast_for(guest, "measured")


def test_a_task_that_the_profile_does_not_have_is_refused_before_anything_begins():
    with pytest.raises(SetupError, match="does not have the task 'juggle'"):
        rehearse.rehearse(user="guest", against="", people="able", task="juggle", arm="so101", scene="", seed=1)


@pytest.mark.parametrize(("ended", "done"), [("done", 0), ("failed", 1)])
def test_the_exit_code_says_whether_everybody_did_it_with_the_profile_that_is_tried(monkeypatch, capsys, ended, done):
    made = {
        "guest": Outcome(ended, 61.4, 12, 5, 1, 0, "home"),
        "one_switch_auto": Outcome("failed", 9, 1, 0, 1, 0, "move"),
    }

    class Played:
        def __init__(self, config, place, user, *rest):
            self.name = user.name

        def play(self):
            return made[self.name]

    monkeypatch.setattr(rehearse, "Rehearsal", Played)
    monkeypatch.setattr(rehearse.OUT, "width", 160)
    asked = {"people": "able", "task": "drink", "arm": "so101", "scene": "", "seed": 1}
    assert rehearse.rehearse(user="guest", against="one_switch_auto", **asked) == done
    told = capsys.readouterr().out
    assert "61 s" in told
    assert "1 of 6" in told
    assert "failed, on the screen 'move'" in told
    assert ("Every simulated person did it" in told) == (done == 0)
