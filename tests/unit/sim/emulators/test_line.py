import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from sim.emulators.line import Line

BYTE = 10e-6


class Bench:
    def __init__(self, baud=1_000_000):
        self.clock = SteppedClock(0.0)
        self.line = Line(self.clock, baud)

    def heard(self):
        return b"".join(data for _, data in self.line.arrived())

    def go(self, until):
        self.clock.sleep_until(until)


def test_unpaced_everything_passes_at_once():
    bench = Bench(baud=0)
    bench.line.receive(b"ask")
    assert list(bench.line.arrived()) == [(0.0, b"ask")]
    assert list(bench.line.arrived()) == []
    bench.line.answer(1, b"told")
    assert bench.line.take() == b"told"
    assert bench.line.take() == b""
    assert bench.line.due() is None


def test_a_byte_is_heard_when_its_stop_bit_has_passed():
    bench = Bench()
    bench.line.receive(b"abc")
    assert bench.line.due() == pytest.approx(3 * BYTE)
    heard = []
    for microseconds in range(0, 40, 5):
        bench.go(microseconds * 1e-6)
        heard.append(bench.heard())
    assert heard == [b"", b"", b"a", b"", b"b", b"", b"c", b""]


def test_two_instructions_follow_each_other_on_the_wire():
    bench = Bench()
    bench.line.receive(b"ab")
    bench.line.receive(b"cd")
    bench.go(1.0)
    assert [(round(time / BYTE), data) for time, data in bench.line.arrived()] == [
        (1, b"a"),
        (2, b"b"),
        (3, b"c"),
        (4, b"d"),
    ]


def test_an_answer_follows_what_was_heard_after_its_delay_and_comes_byte_by_byte():
    bench = Bench()
    bench.go(1e-3)
    bench.line.answer(1, b"told", delay=500e-6, heard_at=0.9e-3)
    assert bench.line.due() == pytest.approx(1.4e-3 + 4 * BYTE)
    bench.go(1.4e-3 + 2 * BYTE)
    assert bench.line.take() == b"to"
    bench.go(1.4e-3 + 4 * BYTE)
    assert bench.line.take() == b"ld"


def test_each_answer_waits_for_the_one_before_and_for_its_own_delay():
    bench = Bench()
    bench.line.answer(1, b"first", delay=100e-6)
    bench.line.answer(2, b"second", delay=200e-6)
    bench.go(100e-6 + 5 * BYTE + 200e-6 + 6 * BYTE)
    assert bench.line.take() == b"firstsecond"


def test_an_echo_comes_as_the_bytes_are_sent():
    bench = Bench()
    bench.line.faults.echo = True
    bench.line.receive(b"ask")
    bench.go(2 * BYTE)
    assert bench.line.take() == b"as"
    bench.go(3 * BYTE)
    assert bench.line.take() == b"k"


def test_who_speaks_into_an_answer_breaks_it_and_is_not_heard():
    bench = Bench()
    bench.line.answer(1, b"a long answer")
    bench.go(4 * BYTE)
    assert bench.line.take() == b"a lo"
    bench.line.receive(b"stop")
    bench.go(1.0)
    assert bench.line.take() == bytes(4) + b"nswer"
    assert bench.heard() == bytes(4)


def test_an_answer_that_comes_while_the_host_speaks_breaks_both():
    bench = Bench()
    bench.line.receive(b"ask")
    bench.line.receive(b"another question")
    bench.go(10 * BYTE)
    said = b""
    for time, data in bench.line.arrived():
        said += data
        if said == b"ask":
            bench.line.answer(1, b"told", heard_at=time)
    bench.go(1.0)
    said += bench.heard()
    assert said == b"ask" + bytes(4) + b"her question"
    assert bench.line.take() == bytes(4)


def test_late_answers_are_late_on_a_paced_line_too():
    bench = Bench()
    bench.line.faults.delay = 0.045
    bench.line.answer(1, b"x")
    assert bench.line.due() == pytest.approx(0.045 + BYTE)


def test_who_does_not_collide_is_not_broken_by_an_answer_still_to_come():
    bench = Bench()
    bench.line.faults.delay = 0.045
    bench.line.answer(1, b"late")
    bench.line.receive(b"ask")
    bench.go(3 * BYTE)
    assert bench.heard() == b"ask"
    bench.go(1.0)
    assert bench.line.take() == b"late"


@given(
    st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5),
    st.lists(st.floats(0, 1e-3), max_size=20),
    st.sampled_from([9600, 57600, 115200, 1_000_000]),
)
def test_whatever_the_moments_of_looking_every_byte_arrives_once_in_order_and_never_early(pieces, looks, baud):
    bench = Bench(baud)
    for piece in pieces:
        bench.line.receive(piece)
    sent, heard = b"".join(pieces), b""
    for pause in [*looks, 1e6]:
        bench.clock.advance(pause)
        heard += bench.heard()
        assert len(heard) <= bench.clock.now() * baud / 10 + 1e-3
    assert heard == sent
    assert bench.line.due() is None
