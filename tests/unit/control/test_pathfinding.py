"""The process that looks for ways: the same answers as without it, none that nobody waits for, and no hang."""

import os
import signal
import time

import pytest

from armctl.clock import SteppedClock, SystemClock
from armctl.control.pathfinding import NO_ANSWER, InlinePathfinder, PathfinderProcess
from armctl.control.wayfinder import Answer, Question
from armctl.motion.requests import JointRequest
from tests.support.arms import so101
from tests.support.lamp import beside, kitchen_with_lamp


def question(number, goal=0.2):
    return Question(number, beside(0.6), JointRequest(beside(goal)[:5]))


def answer_of(finder, seconds=20.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = finder.poll()
        if answer is not None:
            return answer
        time.sleep(0.01)
    raise AssertionError("no answer")


@pytest.fixture
def process():
    finder = PathfinderProcess(so101(), kitchen_with_lamp(), SystemClock())
    yield finder
    finder.close()


def test_the_process_answers_as_one_without_it_does_and_the_newest_question_only(process):
    inline = InlinePathfinder(so101(), kitchen_with_lamp())
    for number, goal in ((1, 0.2), (2, -0.5)):
        inline.ask(question(number, goal))
        process.ask(question(number, goal))
    expected = inline.poll()
    answer = answer_of(process)
    assert answer.number == expected.number == 2
    assert answer.around == expected.around == "the lamp"
    assert bool(answer.points) == bool(expected.points)
    assert process.poll() is inline.poll() is None


def test_a_process_that_was_killed_is_a_refusal_and_the_next_question_starts_another(process):
    process.ask(question(1))
    answer_of(process)
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait(5)
    process.ask(question(2))
    assert answer_of(process) == Answer(2)
    process.ask(question(3))
    os.kill(process._process.pid, signal.SIGKILL)
    assert answer_of(process) in (Answer(3), Answer(3, refused=NO_ANSWER))


def test_a_process_that_hangs_is_a_refusal_after_a_while():
    clock = SteppedClock()
    finder = PathfinderProcess(so101(), kitchen_with_lamp(), clock)
    try:
        os.kill(finder._process.pid, signal.SIGSTOP)
        finder.ask(question(1))
        assert finder.poll() is None
        clock.advance(60.0)
        assert finder.poll() == Answer(1, refused=NO_ANSWER)
        assert finder.poll() is None
    finally:
        finder.close()


def test_the_process_ends_with_the_one_that_started_it(process):
    process.ask(question(1))
    answer_of(process)
    process._link.close()
    assert process._process.wait(10) == 0


def test_a_process_whose_starter_is_gone_before_it_began_ends_without_a_word():
    finder = PathfinderProcess(so101(), kitchen_with_lamp(), SystemClock())
    finder._link.close()
    assert finder._process.wait(10) == 0
