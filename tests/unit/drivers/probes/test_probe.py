"""A line is asked one question at a time, and never longer than was agreed."""

import pytest

from drivers.probes.probe import ANSWER_TIME, CONTROLLER, Line, Unit, model_differences, servo_ids
from tests.support.arms import so101, with_servo
from tests.support.wires import ScriptedTransport


def line_to(clock, answer, time=2.0):
    transport = ScriptedTransport(clock, answer)
    return Line(transport, clock, clock.now() + time), transport


def test_an_answer_that_is_all_is_returned_at_once_and_timed(clock):
    line, transport = line_to(clock, lambda data: b"yes")
    assert line.ask(b"well?", lambda got: got == b"yes") == b"yes"
    assert transport.sent == [b"well?"]
    assert line.times == [0.0]


def test_silence_ends_at_the_answer_time_and_counts_for_no_round_trip(clock):
    line, _ = line_to(clock, lambda data: b"")
    started = clock.now()
    assert line.ask(b"well?", bool) == b""
    assert clock.now() - started == pytest.approx(ANSWER_TIME)
    assert (line.times, line.round_trip) == ([], 0.0)


def test_half_an_answer_is_returned_when_the_time_is_over(clock):
    line, _ = line_to(clock, lambda data: b"ye")
    assert line.ask(b"well?", lambda got: got == b"yes") == b"ye"


def test_what_lay_there_before_the_question_is_no_answer(clock):
    line, transport = line_to(clock, lambda data: b"new")
    transport._input = b"old"
    assert line.ask(b"well?", lambda got: len(got) >= 3) == b"new"


def test_when_the_agreed_time_is_over_nothing_is_sent(clock):
    line, transport = line_to(clock, lambda data: b"", time=0.1)
    for _ in range(5):
        line.ask(b"well?", bool)
    assert len(transport.sent) == 2
    assert clock.now() <= 1000.0 + 0.1 + 1e-9


def test_a_device_that_babbles_ends_too(clock):
    class Babble(ScriptedTransport):
        def read(self, size, deadline):
            self.clock.advance(1e-4)
            return b"x" * size

    line = Line(Babble(clock, lambda data: b""), clock, clock.now() + 2.0)
    started = clock.now()
    assert len(line.ask(b"well?", lambda got: False)) < 1 << 15
    assert clock.now() - started <= ANSWER_TIME


def test_an_adapter_that_echoes_is_noticed_and_an_echo_is_no_rubbish(clock):
    line, _ = line_to(clock, lambda data: data)
    line.ask(b"question", lambda got: False)
    assert (line.echoes, line.garbled) == (True, False)
    line, _ = line_to(clock, lambda data: data + b"answer")
    line.ask(b"question", lambda got: got.endswith(b"answer"))
    assert (line.echoes, line.garbled) == (True, False)


def test_what_is_neither_answer_nor_echo_is_rubbish(clock):
    line, _ = line_to(clock, lambda data: b"\xf0\x0f")
    line.ask(b"question", lambda got: False)
    assert (line.echoes, line.garbled) == (False, True)


def test_a_short_question_that_stands_in_an_answer_is_no_echo(clock):
    line, _ = line_to(clock, lambda data: b"<Idle?>")
    line.ask(b"?", lambda got: got.endswith(b">"))
    assert (line.echoes, line.garbled) == (False, False)


def test_listening_sends_nothing(clock):
    line, transport = line_to(clock, lambda data: b"")
    transport._input = b"Grbl 1.1f\r\n"
    assert line.listen(lambda got: b"\n" in got, 1.0) == b"Grbl 1.1f\r\n"
    assert transport.sent == []


def test_every_servo_of_an_arm_is_named_with_those_that_follow():
    assert servo_ids(so101()) == (1, 2, 3, 4, 5, 6)


def test_a_silent_servo_and_one_of_another_model_are_named():
    units = [Unit(number, "STS3215 (model 777)", 777) for number in (1, 2, 4, 5)] + [Unit(6, "odd (model 9)", 9)]
    said = model_differences(so101(), units)
    assert said == (
        "elbow_flex (servo 3) does not answer.",
        "gripper (servo 6) is odd (model 9); the configuration says model 777.",
    )
    assert model_differences(with_servo(so101(), "elbow_flex", id=9), units)[0].startswith("elbow_flex (servo 9)")


def test_a_controller_answers_for_all_of_its_joints_and_a_joint_without_servo_misses_none():
    assert model_differences(so101(), [Unit(CONTROLLER, "a controller")]) == ()
    bare = so101().joints[0].model_copy(update={"servo": None})
    config = so101().model_copy(update={"joints": (bare, *so101().joints[1:])})
    units = [Unit(number, "STS3215 (model 777)", 777) for number in range(2, 7)]
    assert model_differences(config, units) == ()


def test_a_second_servo_of_a_joint_that_is_silent_is_named():
    from armctl.config.arm import ShadowConfig

    config = with_servo(so101(), "shoulder_lift", shadows=(ShadowConfig(id=8),))
    units = [Unit(number, "STS3215 (model 777)", 777) for number in range(1, 7)]
    assert servo_ids(config) == (1, 2, 8, 3, 4, 5, 6)
    assert model_differences(config, units) == ("shoulder_lift (second servo 8) does not answer.",)
