"""What every servo bus shares: how long it waits, what it forgets, and what it counts."""

import pytest

from armctl.clock import SteppedClock
from drivers.servo_bus import ATTEMPTS, IDLE, ServoBus
from tests.support.wires import ScriptedTransport


class Bytes:
    """Every byte but 0 is an answer; 0 is noise."""

    def __init__(self):
        self.rejected = 0

    def feed(self, data):
        self.rejected += data.count(0)
        return [byte for byte in data if byte]

    def flush(self):
        return []


class Wire:
    def __init__(self, answer):
        self.clock = SteppedClock()
        self.transport = ScriptedTransport(self.clock, answer)
        self.bus = ServoBus(self.transport, self.clock)

    def collect(self, wanted, deadline, until=None):
        missing = set(wanted)
        self.bus._ask(b"?")
        start = self.clock.now()
        self.bus._collect(Bytes(), missing, missing.discard, start + deadline, None if until is None else start + until)
        return missing, self.clock.now() - start


def test_when_all_have_answered_nobody_waits():
    assert Wire(lambda _: bytes((1, 2))).collect({1, 2}, 0.05) == (set(), 0.0)


def test_after_an_answer_a_short_silence_means_that_the_rest_will_not():
    missing, took = Wire(lambda _: bytes((1,))).collect({1, 2}, 0.05)
    assert missing == {2}
    assert took == pytest.approx(IDLE)


def test_when_nobody_answers_the_whole_time_is_waited_or_only_until_there_is_time_to_ask_again():
    assert Wire(lambda _: b"").collect({1}, 0.05) == ({1}, pytest.approx(0.05))
    assert Wire(lambda _: b"").collect({1}, 0.05, 0.01) == ({1}, pytest.approx(0.01))


def test_what_is_no_answer_is_counted_unless_the_adapter_echoes():
    wire = Wire(lambda _: bytes((0, 1, 0)))
    wire.collect({1}, 0.05)
    assert (wire.bus.rejected, wire.bus.garbled) == (2, True)
    wire.bus.echoes = True
    wire.collect({1}, 0.05)
    assert (wire.bus.rejected, wire.bus.garbled) == (2, False)


def test_what_came_before_a_question_is_forgotten():
    wire = Wire(lambda sent: bytes((9,)) if sent == b"old" else b"")
    wire.bus.send(b"old")
    assert wire.collect({9}, 0.02)[0] == {9}


def test_an_echo_is_the_request_itself_and_a_silent_line_has_none():
    assert Wire(lambda sent: b"\x07" + sent).bus.hear_echo(b"who?", 0.02)
    assert not Wire(lambda _: b"who").bus.hear_echo(b"who?", 0.02)


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_answers_to_one_question_are_counted_and_silence_is_asked_again(answers):
    wire = Wire(lambda _: bytes((5, 6)[:answers]))
    assert wire.bus._count(b"?", Bytes, lambda byte: byte != 0, 0.01) == answers
    assert len(wire.transport.sent) == (1 if answers else ATTEMPTS)


def test_draining_ends_after_silence():
    wire = Wire(lambda _: bytes(3))
    wire.bus.send(b"?")
    start = wire.clock.now()
    wire.bus.drain(0.01, 0.2)
    assert wire.clock.now() - start == pytest.approx(0.01)


class Stalled(ScriptedTransport):
    """A computer that hears nothing for a while, and then all that was said meanwhile."""

    def __init__(self, clock, answer, until):
        super().__init__(clock, answer)
        self.until = until

    def read(self, size, deadline):
        if self.clock.now() < self.until:
            self.clock.sleep_until(min(deadline, self.until))
            if self.clock.now() < self.until:
                return b""
        return super().read(size, deadline)

    def discard_input(self):
        return 0 if self.clock.now() < self.until else super().discard_input()


@pytest.mark.parametrize("stall", [0.0, 0.02, 0.07, 0.12])
@pytest.mark.parametrize("servos", [1, 2])
def test_late_answers_to_earlier_questions_are_not_taken_for_another_servo_of_the_same_id(stall, servos):
    clock = SteppedClock()
    bus = ServoBus(Stalled(clock, lambda _: bytes([7] * servos), clock.now() + stall), clock)
    assert bus._count(b"?", Bytes, lambda _: True, 0.05) == servos
