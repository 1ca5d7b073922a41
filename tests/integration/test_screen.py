"""From SDL events to joints: the real screen, session, controller, supervisor and motion, on the ideal arm."""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import numpy as np
import pygame
import pytest

from armctl.config.user import MotionConfig, ScanConfig, UserConfig
from tests.support.live import LivePerson


@pytest.fixture
def armed():
    """A person whose arm is switched on and whose stop was tested, by one switch alone."""
    people = []

    def arm(**settings):
        someone = LivePerson(UserConfig(name="guest", **settings))
        people.append(someone)
        someone.until(lambda: someone.view.screen == "arming" and someone.view.lit == "enable")
        someone.choose("enable")
        someone.until(lambda: someone.snapshot.mode == "stop_test")
        # Whoever presses before the words are read does not pass the test.
        someone.wait(1.0)
        someone.press()
        someone.until(lambda: someone.view.screen == "home")
        return someone

    yield arm
    pygame.event.clear()


def at_rest(someone):
    return someone.snapshot.mode == "ready"


def test_one_switch_arms_the_arm_and_the_stop_test_is_measured(armed):
    someone = armed()
    assert someone.snapshot.mode == "ready"
    assert 0.0 < someone.snapshot.stop_latency < 0.1
    assert someone.snapshot.fault is None


def test_a_task_moves_the_arm_and_a_press_brings_it_to_rest_within_its_limits(armed):
    someone = armed()
    before = np.array(someone.snapshot.positions)
    someone.choose("task:go_home")
    someone.until(lambda: someone.snapshot.mode == "moving" and someone.snapshot.tool_speed > 0.02)
    someone.key(True)
    pressed_at = someone.clock.now()
    someone.until(lambda: at_rest(someone), most=2.0)
    assert someone.clock.now() - pressed_at < 1.0
    rest = np.array(someone.snapshot.positions)
    assert np.abs(rest - before).max() > 0.01
    someone.key(False)
    someone.wait(0.5)
    assert np.abs(np.array(someone.snapshot.positions) - rest).max() < 0.002
    assert someone.session.task.phase == "paused"
    assert "resume" in someone.ids


def test_the_frame_that_reads_a_press_asks_for_the_stop_and_the_next_tick_slows_down(armed):
    someone = armed()
    someone.choose("task:go_home")
    someone.until(lambda: someone.snapshot.mode == "moving" and someone.snapshot.tool_speed > 0.02)

    def tick():
        someone.clock.advance(someone.period)
        return someone.controller.tick()

    def at_one_speed():
        someone.app.frame()
        first, second = np.diff([tick().commanded for _ in range(3)], axis=0)
        return np.allclose(first, second, atol=1e-7)

    while not at_one_speed():
        assert someone.snapshot.mode == "moving"
    told = [tick().commanded for _ in range(2)]
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE))
    someone.app.frame()
    answer = tick()
    assert answer.mode == "stopping"
    before, after = np.abs(np.diff([*told, answer.commanded], axis=0)).max(axis=1)
    assert after < 0.9995 * before, "the first set-point after the press is no slower"


def test_a_stopped_task_goes_on_to_its_end_and_home_says_so(armed):
    someone = armed()
    someone.choose("task:go_home")
    someone.wait(1.5)
    someone.press()
    someone.until(lambda: "resume" in someone.ids)
    someone.choose("resume")
    someone.until(lambda: someone.view.screen == "home", most=30.0)
    assert "Fold the arm: done." in someone.view.text
    home = someone.app._desk.robot.config.poses["home"]
    assert np.abs(np.array(someone.snapshot.positions[:-1]) - home).max() < 0.03


def test_holding_a_tile_moves_the_tool_that_way_and_letting_go_stops_it(armed):
    someone = armed(motion=MotionConfig(frame="base"))
    someone.choose("task:go_home")
    someone.until(lambda: someone.view.screen == "home", most=30.0)
    someone.choose("move")
    someone.wait(0.5)  # No second press counts right after the first.
    assert someone.view.lit == "left"
    start = np.array(someone.snapshot.tool[:3])
    someone.key(True)
    someone.wait(1.5)
    someone.key(False)
    someone.until(lambda: at_rest(someone), most=2.0)
    way = np.array(someone.snapshot.tool[:3]) - start
    assert way[1] > 0.02
    assert abs(way[1]) > 2 * max(abs(way[0]), abs(way[2]))
    rest = np.array(someone.snapshot.tool[:3])
    someone.wait(0.5)
    assert np.linalg.norm(np.array(someone.snapshot.tool[:3]) - rest) < 0.002


@pytest.mark.parametrize("jog", ["hold", "click"])
@pytest.mark.parametrize("trouble", ["control stops", "the screen hangs"])
def test_an_arm_that_came_to_rest_by_itself_moves_again_only_after_a_new_press(armed, jog, trouble):
    someone = armed(motion=MotionConfig(jog=jog))
    someone.choose("move")
    someone.until(lambda: someone.view.lit == "up")
    someone.key(True)
    if jog == "click":
        someone.wait(0.1)
        someone.key(False)
    someone.wait(0.4)
    assert someone.snapshot.mode == "moving"
    if trouble == "control stops":
        someone.controller.stop("The computer was too slow.")
    else:
        for _ in range(60):
            someone.clock.advance(someone.period)
            someone.controller.tick()
    someone.until(lambda: at_rest(someone), most=2.0)
    rest = np.array(someone.snapshot.positions)
    someone.wait(1.0)
    assert at_rest(someone)
    assert np.abs(np.array(someone.snapshot.positions) - rest).max() < 0.002
    if jog == "hold":
        someone.key(False)
    else:
        someone.press()
    someone.until(lambda: someone.view.lit == "up")
    someone.key(True)
    someone.wait(0.3)
    assert someone.snapshot.mode == "moving"


@pytest.mark.parametrize("pause", [0.25, 0.45, 0.8])
def test_pressing_again_and_again_never_starts_the_arm_again(armed, pause):
    someone = armed()
    someone.choose("task:go_home")
    someone.until(lambda: someone.snapshot.mode == "moving" and someone.snapshot.tool_speed > 0.02)
    for _ in range(8):
        someone.press()
        someone.wait(pause - 0.1)
        assert someone.session.task.phase == "paused"
    assert at_rest(someone)


def test_a_stick_that_was_held_while_the_arm_came_to_rest_must_be_let_go_first(armed):
    someone = armed(scan=ScanConfig(method="step"))
    someone.app._desk.go_to("move")
    someone.wait(0.3)
    someone.stick(0.0, 0.0)
    someone.stick(0.0, -1.0)
    someone.wait(0.5)
    assert someone.snapshot.mode == "moving"
    someone.controller.stop("The computer was too slow.")
    someone.until(lambda: at_rest(someone), most=2.0)
    someone.stick(0.0, -0.8)
    someone.wait(0.5)
    assert at_rest(someone)
    someone.stick(0.0, 0.0)
    someone.stick(0.0, -1.0)
    someone.wait(0.3)
    assert someone.snapshot.mode == "moving"


def test_a_stick_moves_the_tool_in_proportion(armed):
    someone = armed(scan=ScanConfig(method="step"), motion=MotionConfig(speed=1.0, frame="base"))
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.stick(0.0, 0.0)
    moved = []
    for deflection in (0.4, 0.9):
        someone.until(lambda: at_rest(someone), most=3.0)
        someone.wait(0.3)
        start = np.array(someone.snapshot.tool[:3])
        someone.stick(deflection, 0.0)
        someone.wait(0.8)
        someone.stick(0.0, 0.0)
        someone.until(lambda: at_rest(someone), most=3.0)
        moved.append(start[1] - someone.snapshot.tool[1])
    assert moved[0] > 0.002
    assert moved[1] > 2.0 * moved[0]


def test_closing_the_window_while_moving_brings_the_arm_to_rest(armed):
    someone = armed()
    someone.choose("task:go_home")
    someone.until(lambda: someone.snapshot.mode == "moving")
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert someone.frames(1) is False
    for _ in range(100):
        someone.clock.advance(someone.period)
        last = someone.controller.tick()
    assert last.mode in ("ready", "disarmed", "fault")
    assert last.tool_speed < 0.002
