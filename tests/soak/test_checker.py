"""The checker catches every kind of violation, each planted into a sound session, and lets sound ones pass."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.soak.checker import Checker
from tests.soak.frames import GOAL, REG_WRITE, Stream, writes_of
from tests.soak.story import HOME, Story, frame

FOLDER = Path(__file__).parent
PAN = np.array([-0.5, 0.0, 0.0, 0.0, 0.0, 0.0])
"""The base joint towards the person: the tool at 125 mm/s, more than is allowed just after arming or near the head."""
IN_THE_HEAD = np.array([-1.13, 0.89, -1.33, 0.03, -1.522, 0.5])
"""A pose with the arm 7 cm inside the head."""
SLOW = np.array([0.12, 0.0, 0.0, 0.0, 0.0, 0.0])
STILL = np.zeros(6)


def moving(velocity: np.ndarray = SLOW) -> Story:
    """An armed arm in the middle of a sound motion."""
    story = Story().arm()
    story.begin()
    return story.run_up(velocity)


def warmed() -> Story:
    """The same, with the first slow seconds behind it; it stands."""
    story = moving()
    for way in (-1.0, 1.0, -1.0, 1.0):
        story.slow_down(SLOW if way < 0 else -SLOW, 15).run_up(way * SLOW, 15).stream(way * SLOW, 40)
    return story.slow_down(SLOW).stream(STILL, 2)


# -- what is sound -----------------------------------------------------------------------------------------------------


def test_a_sound_session_passes() -> None:
    story = moving().stream(SLOW, 60)
    story.ask("Stop")
    story.mode = "stopping"
    story.slow_down(SLOW)
    story.mode = "ready"
    story.stream(STILL, 100)
    story.begin("Jog")
    for _ in range(10):
        story.ask("Jog")
        story.stream(-SLOW * 0.2, 3)
    story.slow_down(-SLOW * 0.2, 10)
    assert story.checker.violations == []
    assert story.checker.counts["changes"] > 50


def test_being_held_when_something_failed_is_sound() -> None:
    story = moving().stream(SLOW, 30)
    story.mode, story.fault = "fault", "joint_mute"
    story.tick()
    story.send(story.stands)
    story.tick(50)
    story.ask("ClearFault")
    story.mode, story.fault = "disarmed", ""
    story.tick()
    story.goals = story.stands.copy()
    assert story.arm().rules == set()


def test_a_joint_that_stands_outside_of_its_limits_may_stay_and_come_back() -> None:
    story = Story()
    story.goals = story.stands = HOME + np.array([2.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    story.arm()
    story.begin()
    story.run_up(-SLOW).stream(-SLOW, 30)
    assert "position" not in story.rules


# -- what is not -------------------------------------------------------------------------------------------------------


def bad_frame(story: Story) -> None:
    story.write(b"\xff\xff\x01\x04\x03\x28\x00\x00")
    story.stream(SLOW, 1)


def beyond_a_limit(story: Story) -> None:
    story.send(np.array([1.95, -0.9, 1.1, -0.2, -1.522, 0.5]))


def too_fast(story: Story) -> None:
    wrist = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    story.run_up(wrist, 40).stream(wrist, 30)


def too_sudden(story: Story) -> None:
    wrist = np.array([0.0, 0.0, 0.0, 0.0, 0.75, 0.0])
    story.stream(wrist, 15).stream(-wrist, 15)


def a_burst(story: Story) -> None:
    for _ in range(30):
        story.now += 0.002
        story.send(story.goals + SLOW * 0.01)


def a_servo_let_loose(story: Story) -> None:
    story.send(story.goals, speed=1.5)


def a_servo_without_a_bound(story: Story) -> None:
    story.send(story.goals, speed=0.0)


def tool_too_fast(story: Story) -> None:
    story.begin()
    both = np.array([0.5, 0.0, 0.5, 0.0, 0.0, 0.0])
    story.run_up(both, 40).stream(both, 40)


def fast_just_after_arming(story: Story) -> None:
    story.run_up(PAN).stream(PAN, 60)


def fast_near_the_head(story: Story) -> None:
    story.begin()
    story.run_up(PAN, 30).stream(PAN, 150)


def into_the_head(story: Story) -> None:
    story.begin()
    way = IN_THE_HEAD - story.goals
    velocity = 0.3 * way / np.abs(way).max()
    for _ in range(round(np.abs(way).max() / 0.3 / 0.01)):
        story.stream(velocity, 1)
        if story.rules:
            break


def not_armed(story: Story) -> None:
    story.mode = "disarmed"
    story.tick(5)
    story.stream(SLOW, 20)


def creeping_while_not_armed(story: Story) -> None:
    story.mode = "disarmed"
    story.tick(5)
    for _ in range(20):
        story.tick(2)
        story.send(story.stands + 0.01)


def moving_in_a_fault(story: Story) -> None:
    story.mode, story.fault = "fault", "overload"
    story.stream(SLOW, 20)


def nobody_asked(story: Story) -> None:
    story.slow_down(SLOW).stream(STILL, 100)
    story.run_up(-SLOW).stream(-SLOW, 20)


def a_jog_that_goes_on(story: Story) -> None:
    story.slow_down(SLOW).stream(STILL, 100)
    story.begin("Jog")
    story.run_up(-SLOW).stream(-SLOW, 100)


def deaf_to_stop(story: Story) -> None:
    story.ask("Stop")
    story.stream(SLOW, 100)


def deaf_to_pause(story: Story) -> None:
    story.ask("Pause")
    story.stream(SLOW, 100)


def going_on_in_silence(story: Story) -> None:
    story.speaks = False
    story.stream(SLOW, 130)


def going_on_without_a_screen(story: Story) -> None:
    story.checker.licence.link_ended(story.now, "screen")
    story.stream(SLOW, 130)


def blind(story: Story) -> None:
    story.answers = False
    story.stream(SLOW, 20)


def torque_off(story: Story) -> None:
    story.torque(2, 0)


def no_torque_left(story: Story) -> None:
    story.write_register(2, 48, b"\0\0")


def memory_written(story: Story) -> None:
    story.write_register(2, 31, b"\1\0")


def set_to_the_middle(story: Story) -> None:
    story.write(frame(2, 0x0B, b""))


def an_old_command(story: Story) -> None:
    story.begin(sequence=story.motion - 1)
    story.tick(2)


def a_late_command(story: Story) -> None:
    story.begin(deadline=story.now - 0.2)
    story.tick(2)


def a_command_for_ever(story: Story) -> None:
    story.begin(deadline=math.inf)
    story.tick(2)


def a_command_of_another_arming(story: Story) -> None:
    story.begin(epoch=story.epoch + 1)
    story.tick(2)


def a_fault_that_goes_by_itself(story: Story) -> None:
    story.mode, story.fault = "fault", "overload"
    story.tick()
    story.mode, story.fault = "disarmed", ""
    story.tick()


def a_fault_cleared_by_an_old_command(story: Story) -> None:
    story.mode, story.fault = "fault", "overload"
    story.tick()
    story.ask("ClearFault", deadline=story.now - 1.0)
    story.mode, story.fault = "disarmed", ""
    story.tick()


def armed_by_nobody(story: Story) -> None:
    story.mode = "disarmed"
    story.tick(10)
    story.mode = "ready"
    story.tick()


def armed_by_a_slow_press(story: Story) -> None:
    story.mode = "disarmed"
    story.tick(10)
    story.ask("Enable")
    story.mode = "stop_test"
    story.tick(50)
    story.ask("StopTest", pressed_at=story.now - 0.3)
    story.mode = "ready"
    story.tick()


def armed_by_a_press_before_the_test(story: Story) -> None:
    story.mode = "disarmed"
    story.tick(10)
    story.ask("Enable")
    story.mode = "stop_test"
    story.tick(5)
    story.ask("StopTest", pressed_at=story.now - 0.1)
    story.mode = "ready"
    story.tick()


def counted_twice(story: Story) -> None:
    story.epoch += 1
    story.tick()


PLANTED: list[tuple[str, Callable[[], Story], Callable[[Story], None]]] = [
    ("frame", moving, bad_frame),
    ("position", moving, beyond_a_limit),
    ("speed", moving, too_fast),
    ("acceleration", moving, too_sudden),
    ("burst", moving, a_burst),
    ("servo-speed", moving, a_servo_let_loose),
    ("servo-speed", moving, a_servo_without_a_bound),
    ("tool-speed", warmed, tool_too_fast),
    ("start-up", moving, fast_just_after_arming),
    ("slow-near-head", warmed, fast_near_the_head),
    ("zone", warmed, into_the_head),
    ("unarmed", moving, not_armed),
    ("unarmed", moving, creeping_while_not_armed),
    ("unarmed", moving, moving_in_a_fault),
    ("uncommanded", moving, nobody_asked),
    ("uncommanded", moving, a_jog_that_goes_on),
    ("stop", moving, deaf_to_stop),
    ("stop", moving, deaf_to_pause),
    ("silence", moving, going_on_in_silence),
    ("silence", moving, going_on_without_a_screen),
    ("blind", moving, blind),
    ("torque", moving, torque_off),
    ("torque", moving, no_torque_left),
    ("eeprom", moving, memory_written),
    ("eeprom", moving, set_to_the_middle),
    ("replay", moving, an_old_command),
    ("replay", moving, a_late_command),
    ("replay", moving, a_command_for_ever),
    ("replay", moving, a_command_of_another_arming),
    ("latch", moving, a_fault_that_goes_by_itself),
    ("latch", moving, a_fault_cleared_by_an_old_command),
    ("armed", moving, armed_by_nobody),
    ("armed", moving, armed_by_a_slow_press),
    ("armed", moving, armed_by_a_press_before_the_test),
    ("armed", moving, counted_twice),
]


@pytest.mark.parametrize(("rule", "before", "plant"), PLANTED, ids=[row[2].__name__ for row in PLANTED])
def test_a_planted_violation_is_caught(rule: str, before: Callable[[], Story], plant: Callable[[Story], None]) -> None:
    story = before()
    assert story.checker.violations == []
    plant(story)
    assert rule in story.rules
    assert f"VIOLATION of {rule}" in story.checker.story()


def test_every_rule_has_a_planted_violation() -> None:
    assert {row[0] for row in PLANTED} == set(Checker.RULES)


def test_torque_may_go_off_where_overload_took_it_already() -> None:
    story = moving()
    story.checker.answered(story.now, frame(2, 0x20, bytes(15)))
    story.torque(2, 0)
    assert story.rules == set()


# -- independence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["checker", "licence", "path", "facts", "frames"])
def test_the_checker_shares_no_code_with_what_it_checks(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    own = {module for module in imported if module.startswith("tests.")}
    assert own <= {f"tests.soak.{part}" for part in ("licence", "path", "facts", "frames")}
    assert not {module.split(".")[0] for module in imported} & {"armctl", "drivers", "sim", "ui"}


# -- reading the wire --------------------------------------------------------------------------------------------------


def test_frames_are_found_behind_noise_and_across_pieces() -> None:
    stream = Stream()
    data = b"\x00\xff" + frame(3, 0, b"\x01\x02") + b"\xff\xff\x03"
    found = [got for at in range(len(data)) for got in stream.feed(data[at : at + 1])]
    assert [(got.servo, got.data) for got in found] == [(3, b"\x01\x02")]
    assert stream.broken == 2


def test_a_frame_with_a_wrong_sum_is_none() -> None:
    stream = Stream()
    assert stream.feed(frame(3, 0, b"\x01\x02")[:-1] + b"\x00" + bytes(6)) == []
    assert stream.broken > 0


def test_registers_are_read_out_of_writes() -> None:
    (write,) = writes_of(Stream().feed(frame(4, REG_WRITE, bytes((41, 50)) + b"\x05\x88" + bytes(4)))[0])
    assert (write.servo, write.value(GOAL), write.value(40)) == (4, -0x0805, None)
