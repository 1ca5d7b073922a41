"""Switches on handshake lines, as far as a computer without such a port shows it: the lines are pretended here.

What a pseudo-terminal has is a port without lines, which must be refused; the ioctl calls themselves wait for a real
adapter.
"""

from __future__ import annotations

import errno
import fcntl
import os
import termios
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from armctl.errors import LinkLostError, PortError
from drivers.inputs.handshake import INPUTS, LOOK, REPEAT, HandshakeTransport, open_lines
from drivers.inputs.lines import Contacts, LineReader


class Port:
    """Lines that a test switches."""

    def __init__(self) -> None:
        self.clock = SteppedClock(5.0)
        self.status = 0
        self.gone = False
        self.looks = self.ended = 0
        self.plan: dict[int, int] = {}
        self.transport = HandshakeTransport(self.look, self.clock, self.end)

    def look(self) -> int:
        self.looks += 1
        self.status = self.plan.get(self.looks, self.status)
        if self.gone:
            raise OSError(errno.EIO, "Input/output error")
        return self.status

    def end(self) -> None:
        self.ended += 1

    def read(self, seconds: float = 0.02) -> bytes:
        return self.transport.read(512, self.clock.now() + seconds)


@pytest.fixture
def port() -> Port:
    return Port()


def test_each_line_is_one_contact_and_other_lines_are_none(port: Port) -> None:
    assert port.read() == b"$S,00*7F\n"
    for number, line in enumerate(INPUTS):
        port.status = line | termios.TIOCM_DTR | termios.TIOCM_RTS
        assert LineReader().feed(port.read()) == [Contacts(1 << number)]


def test_a_change_is_told_within_one_look_and_else_nothing_until_the_deadline(port: Port) -> None:
    port.read()
    began = port.clock.now()
    assert port.read(0.02) == b""
    assert port.clock.now() == pytest.approx(began + 0.02)
    port.plan[port.looks + 3] = termios.TIOCM_CTS
    began = port.clock.now()
    assert LineReader().feed(port.read(0.02)) == [Contacts(1)]
    assert port.clock.now() == pytest.approx(began + 2 * LOOK)


def test_what_does_not_change_is_told_again_so_that_silence_means_loss(port: Port) -> None:
    port.read()
    began = port.clock.now()
    while not port.read(0.02):
        pass
    assert port.clock.now() - began == pytest.approx(REPEAT, abs=LOOK)


@given(st.lists(st.integers(0, 15), min_size=1, max_size=30))
def test_every_state_that_lasts_a_look_is_told_in_order(states: list[int]) -> None:
    port, told = Port(), LineReader()
    seen: list[Contacts] = []
    for state in states:
        port.status = sum(line for number, line in enumerate(INPUTS) if state >> number & 1)
        seen += told.feed(port.read(LOOK))  # type: ignore[arg-type]
    changes = [state for before, state in zip([None, *states], states, strict=False) if state != before]
    told_changes = [one for before, one in zip([None, *seen], seen, strict=False) if one != before]
    assert told_changes == [Contacts(state) for state in changes]


def test_an_adapter_that_was_pulled_out_is_a_lost_link(port: Port) -> None:
    port.read()
    port.gone = True
    with pytest.raises(LinkLostError, match="Input/output error"):
        port.read()
    with pytest.raises(LinkLostError):
        port.transport.write(b"", 0.0)


def test_a_closed_port_says_so_and_is_closed_once(port: Port) -> None:
    assert port.transport.discard_input() == 0
    port.transport.close()
    port.transport.close()
    assert port.ended == 1
    with pytest.raises(LinkLostError, match="was closed"):
        port.read()


@pytest.fixture
def terminal() -> Iterator[str]:
    master, slave = os.openpty()
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


def test_a_port_without_handshake_lines_is_refused_and_given_up(terminal: str) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(PortError, match="has no handshake lines") as told:
        open_lines(terminal, 0, SteppedClock())
    assert "RS-232 adapter" in told.value.remedy
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_port_that_another_program_uses_or_that_is_not_there_is_told(terminal: str) -> None:
    other = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(PortError, match="in use"):
        open_lines(terminal, 0, SteppedClock())
    os.close(other)
    with pytest.raises(PortError, match="There is no port"):
        open_lines("/dev/nothing-here", 0, SteppedClock())
