"""Real SDL events drive the real screen: arming, tasks and their questions, alerts, settings, and the end."""

import signal

import pygame
import pytest

from armctl.config.user import MotionConfig, ScanConfig, UserConfig
from armctl.control.messages import PeerGone
from armctl.errors import SetupError
from tests.support.ui_person import FRAME, STEP, user
from ui.app import open_window


def test_one_switch_arms_tests_the_stop_and_starts_a_task(person):
    someone = person(mode="disarmed")
    assert someone.view.screen == "arming"
    someone.choose("enable")
    assert "Press now" in someone.view.text
    assert someone.view.moving
    someone.wait(0.5)
    pressed_at = someone.clock.now()
    someone.press()
    assert someone.session.said("stop_test") == [("stop_test", pytest.approx(pressed_at, abs=2 * FRAME))]
    assert someone.view.screen == "home"
    someone.choose("task:drink")
    assert someone.session.said("start_task") == [("start_task", "drink")]
    assert someone.view.screen == "running"
    assert "Reaching for the cup" in someone.view.text


def test_what_is_wrong_with_the_sound_is_shown_and_said_once(person, monkeypatch):
    someone = person()
    told = ["Your own earphone is not connected. Everybody hears the cues now."]
    monkeypatch.setattr(someone.voice, "trouble", lambda: told.pop() if told else "")
    someone.frames(2)
    assert "earphone is not connected" in someone.view.text
    assert [said for said in someone.voice.said if "earphone" in said] == [
        "Your own earphone is not connected. Everybody hears the cues now."
    ]


def test_a_press_while_a_task_moves_stops_in_the_same_frame_and_selects_nothing(person):
    someone = person()
    someone.choose("task:drink")
    someone.wait(0.5)
    assert someone.view.moving
    assert someone.view.lit is None
    assert "STOP" in someone.view.text
    looked_at = someone.clock.now() - FRAME  # the press may have come at any time since
    someone.key(True)
    assert ("stop", pytest.approx(looked_at), "input") in someone.session.calls
    someone.wait(1.0)
    someone.key(False)
    someone.wait(0.3)
    assert someone.ids == ["resume", "undo", "cancel"]
    assert someone.session.said("resume_task") == []


@pytest.mark.parametrize("code", [pygame.K_TAB, pygame.K_ESCAPE, pygame.K_q, pygame.K_RETURN, pygame.K_LEFT])
def test_any_other_key_stops_too(person, code):
    someone = person()
    someone.choose("task:drink")
    someone.wait(0.5)
    someone.key(True, code)
    someone.frames(2)
    assert [call[2] for call in someone.session.said("stop")] == ["input"]


def test_a_switch_that_sticks_or_a_device_that_is_gone_does_not_pass_the_stop_test(person):
    someone = person(mode="disarmed")
    someone.until(lambda: someone.view.lit == "enable")
    someone.key(True)
    someone.wait(16.0)
    assert "may be stuck" in someone.view.text
    pygame.event.post(pygame.event.Event(pygame.JOYDEVICEREMOVED, instance_id=3))
    someone.frames(2)
    assert someone.session.said("stop_test") == []
    assert someone.session.snapshot.mode == "stop_test"
    someone.key(False)
    someone.press()
    assert len(someone.session.said("stop_test")) == 1


@pytest.mark.parametrize("kind", [pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED])
def test_a_window_that_presses_no_longer_reach_stops_the_task_between_motions_too(person, kind):
    someone = person()
    someone.choose("task:drink")
    someone.session.change(mode="ready")
    pygame.event.post(pygame.event.Event(kind))
    someone.frames(1)
    assert len(someone.session.said("stop")) == 1
    assert someone.session.task.phase == "paused"


def test_a_question_whose_time_may_run_out_is_stopped_when_presses_no_longer_arrive(person):
    someone = person()
    someone.choose("task:drink")
    someone.until(lambda: "answer:0" in someone.ids)
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    someone.frames(1)
    assert len(someone.session.said("stop")) == 1


def test_a_window_that_loses_the_keyboard_does_not_pass_the_stop_test(person):
    someone = person(mode="disarmed")
    someone.choose("enable")
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    someone.frames(1)
    assert someone.session.said("stop_test") == []


def test_a_stopped_task_goes_on_goes_back_or_ends(person):
    someone = person()
    someone.choose("task:drink")
    someone.wait(0.5)
    someone.press()
    someone.wait(0.5)
    someone.choose("undo")
    assert someone.session.said("undo")
    someone.wait(1.5)
    someone.choose("resume")
    assert someone.session.said("resume_task")
    someone.wait(0.5)
    someone.press()
    someone.wait(0.5)
    someone.choose("cancel")
    assert someone.view.screen == "home"


def test_a_question_is_answered_by_number_and_the_end_is_told_at_home(person):
    someone = person()
    someone.choose("task:drink")
    someone.until(lambda: "answer:0" in someone.ids)
    assert "Another sip?" in someone.view.text
    someone.choose("answer:1")
    assert someone.session.said("task_select") == [("task_select", 1)]
    assert someone.view.screen == "home"
    assert "Drink: done." in someone.view.text


def test_an_alert_says_what_why_and_who_and_goes_away_when_understood(person):
    someone = person()
    someone.choose("task:drink")
    someone.session.fault(who="carer")
    someone.frames(2)
    assert someone.view.screen == "alert"
    assert "The elbow is blocked" in someone.view.text
    assert "Please ask the person who helps you." in someone.view.text
    assert someone.voice.said[-1].startswith("The elbow is blocked")
    someone.choose("understood")
    assert someone.session.said("clear_fault")
    assert someone.view.screen == "arming"


def test_a_process_that_is_gone_can_be_started_again(person):
    someone = person()
    someone.session.notices.append(PeerGone("control", "The control process ended."))
    someone.frames(2)
    assert someone.view.screen == "gone"
    someone.choose("restart")
    assert someone.session.said("restart") == [("restart", "control")]
    assert someone.view.screen == "home"


def test_an_arm_that_falls_silent_is_told_within_a_second_and_comes_back_by_itself(person):
    someone = person()
    someone.session.alive = False
    someone.wait(0.7)
    assert someone.view.screen == "disconnected"
    assert someone.view.items == ()
    someone.session.alive = True
    someone.frames(2)
    assert someone.view.screen == "home"


def test_settings_change_by_one_step_and_stop_at_their_ends(person):
    someone = person(user=user(scan=STEP, motion=MotionConfig(speed=0.9)))
    someone.app._desk.go_to("settings")
    for item in ("faster", "scan_slower", "sound", "voice", "back", "look", "theme"):
        someone.frames(2)
        someone.app._controls._select(item)
    someone.frames(2)
    desk = someone.app._desk
    assert (desk.user.motion.speed, desk.user.scan.interval) == (1.0, 1.3)
    assert someone.session.speed == 1.0
    assert (desk.user.voice.enabled, desk.user.theme) == (False, "light")
    assert desk.chosen == "look"
    assert "Speed 100\u00a0%" in someone.view.text


def test_a_refusal_is_told_in_plain_words(person):
    someone = person()
    report = someone.session.snapshot.refused.__class__(
        5, "moveby", "refused", "The tool would come too close to your head."
    )
    someone.session.change(refused=report)
    someone.frames(3)
    assert "too close to your head" in someone.view.text
    assert someone.voice.said[-1] == "The tool would come too close to your head."


def test_the_lit_tile_is_spoken(person):
    someone = person()
    someone.wait(8.0)
    assert {"Drink", "Settings", "Move the arm"} <= set(someone.voice.said)


def test_scanning_that_rests_says_how_to_go_on(person):
    someone = person(user=user(scan=ScanConfig(interval=0.3, first_extra=0.0, rounds=1)))
    someone.wait(3.0)
    assert someone.view.lit is None
    assert "Press = start again" in someone.view.text
    someone.press()
    assert someone.view.lit == someone.ids[0]
    assert someone.session.said("start_task") == []


def test_closing_the_window_stops_the_arm_and_ends(person):
    someone = person()
    someone.choose("task:drink")
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert someone.frames(1) is False
    assert someone.session.said("stop")[-1][2] == "closing"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_the_loop_with_the_arm_stopped(person, number):
    someone = person()
    count = 0
    update = someone.session.update

    def update_then_signal():
        nonlocal count
        count += 1
        if count == 5:
            signal.raise_signal(number)
        update()

    someone.session.update = update_then_signal
    former = signal.getsignal(number)
    someone.app.run()
    assert someone.session.said("stop")[0][2] == "closing"
    assert someone.session.said("shutdown")
    assert signal.getsignal(number) is former


def test_the_guard_ends_the_screen(person):
    someone = person()
    someone.session.ended = True
    assert someone.frames(1) is False


def test_a_screen_too_small_for_tiles_is_refused():
    with pytest.raises(SetupError, match="640 by 400 pixels; at least 800 by 480"):
        open_window((640, 400))


def test_a_screenshot_shows_what_is_on_the_screen(person, tmp_path):
    someone = person(size=(1024, 600))
    someone.app.screenshot(tmp_path / "home.png")
    picture = pygame.image.load(tmp_path / "home.png")
    assert picture.get_size() == (1024, 600)
    assert len({tuple(picture.get_at((x, y))) for x in range(0, 1024, 8) for y in range(0, 600, 8)}) > 50


def test_changing_a_setting_says_nothing_about_a_stop_circuit_that_is_not_there_or_is_closed(person):
    for line in (None, {"key": "f12"}):
        someone = person(user=UserConfig.model_validate({"name": "guest", "stop_line": line}))
        if line:
            someone.key(True, pygame.K_F12)
        someone.app._desk.change_motion(speed=0.5)
        someone.wait(0.1)
        assert someone.session.said("stop") == []
        someone.key(False, pygame.K_F12)
    stops = [call[2] for call in someone.session.said("stop")]
    assert stops == ["stop_line"]
