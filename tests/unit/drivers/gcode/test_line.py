"""Lines over a port: nothing waits for ever."""

import pytest

from armctl.clock import SteppedClock
from armctl.errors import LinkLostError
from drivers.gcode.line import Line
from tests.support.wires import ScriptedTransport


class Pieces:
    """A port that brings one piece each time it is read, and takes a millisecond for it."""

    def __init__(self, clock, pieces, repeat=b""):
        self.clock, self.pieces, self.repeat, self.reads = clock, list(pieces), repeat, 0

    def read(self, size, deadline):
        self.reads += 1
        piece = self.pieces.pop(0) if self.pieces else self.repeat
        if piece:
            self.clock.advance(0.001)
        else:
            self.clock.sleep_until(deadline)
        return piece


@pytest.fixture
def clock():
    return SteppedClock(100.0)


def test_lines_come_one_by_one_however_they_arrive(clock):
    line = Line(Pieces(clock, [b"o", b"k\r\n<Id", b"le|MPos:0.0>\nerror:", b"9\n"]), clock)
    assert [line.next(101.0) for _ in range(4)] == ["ok", "<Idle|MPos:0.0>", "error:9", None]
    assert clock.now() == 101.0


def test_what_is_there_already_is_given_even_after_the_deadline(clock):
    line = Line(Pieces(clock, [b"ok\nok\n"]), clock)
    assert line.next(0.0) == "ok"
    assert line.next(0.0) == "ok"
    assert line.next(0.0) is None


def test_noise_that_never_ends_does_not_hold_it_up(clock):
    port = Pieces(clock, [], repeat=b"\xffx\xff")
    line = Line(port, clock)
    assert line.next(100.05) is None
    assert clock.now() == pytest.approx(100.05, abs=0.002)
    assert port.reads < 60


def test_an_unfinished_line_is_waited_for_until_the_deadline_only(clock):
    line = Line(Pieces(clock, [b"<Idle|MPos"]), clock)
    assert line.next(100.02) is None
    assert clock.now() == pytest.approx(100.02)


def test_broken_lines_are_counted(clock):
    line = Line(Pieces(clock, [b"\x80\nok\n"]), clock)
    assert line.next(101.0) == "ok"
    assert line.rejected == 1


def test_what_is_sent_goes_out_as_it_is_and_a_lost_port_is_told(clock):
    port = ScriptedTransport(clock, lambda data: b"")
    line = Line(port, clock)
    line.send(b"?")
    assert port.sent == [b"?"]
    assert line.now() == clock.now()

    class Gone:
        def read(self, size, deadline):
            raise LinkLostError("gone")

        def close(self):
            self.closed = True

    lost = Line(Gone(), clock)
    with pytest.raises(LinkLostError):
        lost.next(1.0)
    lost.close()
