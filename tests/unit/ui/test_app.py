"""Real SDL events drive the real screen: one switch, a pointer, a stick; whatever moves, any input stops it."""

import signal
from itertools import pairwise

import pygame
import pytest

from armctl.config.user import DwellConfig, MotionConfig, ScanConfig, UserConfig
from armctl.control.messages import PeerGone
from armctl.errors import SetupError
from tests.support.ui_person import FRAME
from ui.app import open_window


def user(**settings):
    return UserConfig(name="guest", **settings)


STEP = ScanConfig(method="step")


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


def test_holding_a_direction_moves_until_it_is_let_go(person):
    someone = person()
    someone.choose("move")
    someone.until(lambda: someone.view.lit == "up")
    someone.wait(0.2)
    someone.key(True)
    someone.wait(0.6)
    jogs = someone.session.said("jog")
    assert len(jogs) >= 10
    assert {call[1:] for call in jogs} == {((0, 0, 1), (0, 0, 0), 0.0, "user", 0.6)}
    assert someone.session.said("stop") == []
    someone.key(False)
    released_at = someone.clock.now() - FRAME
    assert someone.session.said("stop") == [("stop", pytest.approx(released_at), "release")]
    count = len(someone.session.said("jog"))
    someone.wait(0.5)
    assert len(someone.session.said("jog")) == count


def test_a_held_motion_is_asked_for_again_at_least_every_fifty_milliseconds(person):
    someone = person()
    stamps = []
    jog = someone.session.jog
    someone.session.jog = lambda *args: (stamps.append(someone.clock.now()), jog(*args))[1]
    someone.choose("move")
    someone.wait(0.4)
    someone.key(True)
    someone.wait(1.0)
    gaps = [after - before for before, after in pairwise(stamps)]
    assert len(gaps) > 15
    assert max(gaps) <= 0.0501


def test_another_input_while_a_direction_is_held_stops(person):
    someone = person()
    someone.choose("move")
    someone.until(lambda: someone.view.lit == "up")
    someone.key(True)
    someone.wait(0.3)
    someone.click(True, (10, 10))
    assert ("stop", "input") in [(call[0], call[2]) for call in someone.session.said("stop")]
    count = len(someone.session.said("jog"))
    someone.wait(0.3)
    assert len(someone.session.said("jog")) == count


def test_step_jog_moves_one_short_way_a_press(person):
    someone = person(user=user(motion=MotionConfig(jog="step", step_length=0.01)))
    someone.choose("move")
    someone.choose("left")
    assert someone.session.said("move_by") == [("move_by", (0.0, 0.01, 0.0), (0.0, 0.0, 0.0), "user", 0.6)]


def test_a_press_right_after_a_step_was_asked_for_stops_it_though_no_motion_was_seen_yet(person):
    someone = person(user=user(motion=MotionConfig(jog="step")))
    someone.choose("move")
    someone.choose("up", hold=0.0)
    someone.session.change(mode="ready")
    someone.session.asking = True
    someone.press()
    assert len(someone.session.said("stop")) == 1


def test_click_jog_goes_on_after_the_press_and_any_press_stops_it(person):
    someone = person(user=user(motion=MotionConfig(jog="click")))
    someone.choose("move")
    someone.choose("ahead")
    someone.wait(1.0)
    assert len(someone.session.said("jog")) > 15
    assert someone.view.moving
    someone.key(True)
    assert [call[2] for call in someone.session.said("stop")] == ["input"]
    count = len(someone.session.said("jog"))
    someone.wait(0.5)
    assert len(someone.session.said("jog")) == count


def test_two_switches_step_and_choose(person):
    someone = person(user=user(scan=STEP))
    first = someone.view.lit
    someone.wait(4.0)
    assert someone.view.lit == first
    someone.press(code=pygame.K_TAB)
    someone.wait(0.4)
    assert someone.view.lit == someone.ids[1]
    someone.press()
    assert someone.session.said("start_task") == [("start_task", someone.app._desk.tasks[1].name)]


def test_resting_the_pointer_chooses(person):
    someone = person(user=user(scan=ScanConfig(method="direct")))
    someone.point((400, 475))
    someone.point("settings")
    someone.wait(1.0)
    assert someone.view.screen == "home"
    someone.wait(0.7)
    assert someone.view.screen == "settings"


def test_a_pointer_alone_stops_by_going_to_the_red_field(person):
    someone = person(user=user(scan=ScanConfig(method="direct")))
    someone.point((5, 5))
    someone.point("task:drink")
    someone.wait(1.7)
    assert someone.view.moving
    someone.wait(0.5)
    x, y = someone.app._show.stop_field.centre
    someone.point((5, 5))
    assert someone.session.said("stop") == []
    someone.point((x, y))
    assert [call[2] for call in someone.session.said("stop")] == ["input"]


def test_a_click_chooses_the_tile_below_it_not_the_lit_one(person):
    someone = person(user=user(dwell=DwellConfig(enabled=False)))
    assert someone.view.lit == "task:drink"
    x, y, w, h = next(item.rect for item in someone.view.items if item.id == "settings")
    someone.click(True, (x + w // 2, y + h // 2))
    someone.wait(0.1)
    someone.click(False, (x + w // 2, y + h // 2))
    someone.wait(0.2)
    assert someone.view.screen == "settings"


def test_a_stick_moves_in_modes_and_its_button_changes_them(person):
    someone = person(user=user(scan=ScanConfig(method="direct")))
    someone.stick(0.0, 0.0)
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.stick(0.0, 1.0)
    someone.wait(1.0)
    assert someone.session.said("jog")[-1][1][0] > 0.8
    someone.stick(0.0, 0.0)
    assert someone.session.said("stop")[-1][2] == "release"
    someone.wait(0.5)
    seen = [someone.app._desk.stick]
    for _ in range(3):
        someone.button()
        someone.wait(0.4)
        seen.append(someone.app._desk.stick)
    assert seen == ["move", "height", "rotate", "grip"]
    assert "Stick: open and close" in someone.view.text
    someone.stick(0.0, 1.0)
    someone.wait(0.5)
    assert someone.session.said("jog")[-1][3] > 0.5


def test_the_button_of_a_stick_that_moves_the_arm_stops_it(person):
    someone = person(user=user(scan=ScanConfig(method="direct")))
    someone.stick(0.0, 0.0)
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.stick(1.0, 0.0)
    someone.wait(0.5)
    someone.button()
    assert "input" in [call[2] for call in someone.session.said("stop")]
    assert someone.app._desk.stick == "move"


def test_a_stick_that_rests_off_its_middle_keeps_nobody_out_and_moves_nothing(person):
    someone = person(mode="disarmed")
    someone.stick(0.0, -1.0)

    def choose():
        someone.press()
        someone.wait(0.6)

    for _ in range(2):  # pressing again at once is not having heard it
        choose()
        assert not someone.session.said("enable")
    assert "go on without it" in someone.view.text
    someone.wait(4.0)
    choose()
    assert someone.session.said("enable")
    someone.session.change(mode="ready")
    someone.app._desk.go_to("move")
    someone.wait(0.3)
    someone.stick(0.0, -0.9)
    someone.wait(0.5)
    assert not someone.session.said("jog")


def test_a_stick_unplugged_while_deflected_stops_and_is_told(person):
    someone = person(user=user(scan=ScanConfig(method="direct")))
    someone.stick(0.0, 0.0)
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.stick(0.0, 1.0)
    someone.wait(0.5)
    pygame.event.post(pygame.event.Event(pygame.JOYDEVICEREMOVED, instance_id=7))
    someone.frames(2)
    assert someone.session.said("stop")
    count = len(someone.session.said("jog"))
    someone.wait(0.5)
    assert len(someone.session.said("jog")) == count
    assert "is gone" in someone.view.text


def test_on_other_screens_a_stick_moves_the_highlight(person):
    someone = person(user=user(scan=STEP))
    someone.stick(0.0, 0.0)
    first = someone.view.lit
    someone.stick(1.0, 0.0)
    someone.wait(0.2)
    someone.stick(0.0, 0.0)
    assert someone.view.lit not in (first, None)
    assert someone.session.said("jog") == []


def test_arrow_keys_are_a_stick_whose_deflection_grows(person):
    someone = person(user=user(scan=ScanConfig(method="direct")))
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.key(True, pygame.K_UP)
    someone.key(False, pygame.K_UP)
    someone.wait(0.3)
    someone.session.calls.clear()
    someone.key(True, pygame.K_RIGHT)
    someone.wait(0.8)
    speeds = [-call[1][1] for call in someone.session.said("jog")]
    assert speeds[0] < 0.7 * speeds[-1]
    assert speeds[-1] == pytest.approx(1.0, abs=0.05)
    someone.key(False, pygame.K_RIGHT)
    someone.frames(1)
    assert [call[2] for call in someone.session.said("stop")] == ["release"]


def test_settings_change_by_one_step_and_stop_at_their_ends(person):
    someone = person(user=user(scan=STEP, motion=MotionConfig(speed=0.9)))
    someone.app._desk.go_to("settings")
    for item in ("faster", "scan_slower", "voice", "look", "theme"):
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


def test_a_press_during_a_long_drawing_stops_before_the_drawing_is_done(person):
    someone = person()
    someone.choose("task:drink")
    someone.wait(0.5)
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE))
    someone.app._show.between()
    assert len(someone.session.said("stop")) == 1


def test_while_nothing_moves_a_press_waits_for_the_whole_screen(person):
    someone = person()
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE))
    someone.app._show.between()
    assert pygame.event.peek(pygame.KEYDOWN)


def test_a_stick_that_goes_back_to_its_middle_does_not_wait_for_a_frame(person):
    someone = person()
    someone.app._desk.go_to("move")
    someone.frames(2)
    back = pygame.event.Event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=0.01)
    away = pygame.event.Event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=0.7)
    controls = someone.app._controls
    assert not controls.lets_go(back)
    someone.stick(0.0, 0.0)
    someone.stick(0.8, 0.0)
    someone.wait(0.1)
    assert controls.lets_go(back)
    assert not controls.lets_go(away)
