"""Real SDL events move the arm through the real screen, by switch, pointer and stick; any input stops it."""

from itertools import pairwise

import pygame
import pytest

from armctl.config.user import DwellConfig, MotionConfig, ScanConfig
from tests.support.ui_person import FRAME, STEP, user


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
