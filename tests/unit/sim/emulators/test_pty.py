import os
import threading
import time

import pytest

from armctl.clock import SystemClock
from armctl.errors import LinkLostError, SetupError
from drivers.transport import open_serial
from sim.emulators.pty import PtyServer, on_pty

CLOCK = SystemClock()


class Parrot:
    """A device that says everything back, after a while."""

    def __init__(self, delay=0.0):
        self.delay = delay
        self.heard = b""
        self.steps = 0
        self._out = []

    def receive(self, data):
        self.heard += data
        self._out.append((CLOCK.now() + self.delay, data))

    def take(self):
        out = b""
        while self._out and self._out[0][0] <= CLOCK.now():
            out += self._out.pop(0)[1]
        return out

    def due(self):
        return self._out[0][0] if self._out else None

    def advance(self):
        self.steps += 1


def answer(port, size, seconds=2.0):
    got = b""
    deadline = CLOCK.now() + seconds
    while len(got) < size and CLOCK.now() < deadline:
        got += port.read(size, deadline)
    return got


def test_every_byte_value_passes_both_ways_without_echo_or_translation():
    with on_pty(Parrot(), CLOCK) as served:
        port = open_serial(served.path, 1_000_000, CLOCK)
        everything = bytes(range(256))
        port.write(everything, CLOCK.now() + 1)
        assert answer(port, 256) == everything
        assert port.read(1, CLOCK.now() + 0.02) == b""
        port.close()


def test_an_answer_that_is_late_comes_when_it_is_due():
    with on_pty(Parrot(delay=0.1), CLOCK) as served:
        port = open_serial(served.path, 1_000_000, CLOCK)
        started = time.monotonic()
        port.write(b"hello", CLOCK.now() + 1)
        assert answer(port, 5) == b"hello"
        assert time.monotonic() - started >= 0.09
        port.close()


def test_a_host_may_close_and_open_again():
    with on_pty(Parrot(), CLOCK) as served:
        for _ in range(3):
            port = open_serial(served.path, 1_000_000, CLOCK)
            port.write(b"x", CLOCK.now() + 1)
            assert answer(port, 1) == b"x"
            port.close()


def test_the_device_moves_on_while_nobody_speaks():
    device = Parrot()
    with on_pty(device, CLOCK):
        time.sleep(0.1)
    assert device.steps > 5


def test_a_host_that_does_not_read_loses_bytes_and_blocks_nothing():
    device = Parrot()
    with on_pty(device, CLOCK) as served:
        port = open_serial(served.path, 1_000_000, CLOCK)
        for _ in range(40):
            port.write(b"x" * 1000, CLOCK.now() + 5)
        deadline = time.monotonic() + 5
        while len(device.heard) < 40_000 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(device.heard) == 40_000
        port.discard_input()
        port.close()


def test_a_stalled_device_lets_writes_back_up_until_their_deadline():
    with on_pty(Parrot(), CLOCK) as served:
        port = open_serial(served.path, 1_000_000, CLOCK)
        served.stall()
        with pytest.raises(LinkLostError, match="takes no more data"):
            port.write(b"x" * 200_000, CLOCK.now() + 0.1)
        port.close()


def test_unplugging_takes_the_port_away_and_may_be_repeated():
    with on_pty(Parrot(), CLOCK) as served:
        port = open_serial(served.path, 1_000_000, CLOCK)
        served.unplug()
        served.unplug()
        with pytest.raises(LinkLostError):
            port.read(1, CLOCK.now() + 1)
        port.close()


def test_errands_are_run_by_the_serving_thread():
    ran = []
    with on_pty(Parrot(), CLOCK) as served:
        served.do(lambda: ran.append(threading.current_thread()))
    assert ran
    assert ran[0] is not threading.current_thread()


def test_the_link_leads_to_the_terminal_and_goes_with_it(tmp_path):
    link = tmp_path / "ports" / "arm"
    server = PtyServer(Parrot(), CLOCK, link)
    assert os.path.realpath(link) == os.path.realpath(server.path)
    server.close()
    server.close()
    assert not link.is_symlink()
    server.serve(0.0)


def test_a_link_that_cannot_be_made_leaves_no_terminal_behind(tmp_path):
    (tmp_path / "file").touch()
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(SetupError, match="cannot be made"):
        PtyServer(Parrot(), CLOCK, tmp_path / "file" / "arm")
    assert len(os.listdir("/proc/self/fd")) == before


def test_nothing_is_left_open():
    def handles():
        return len(os.listdir("/proc/self/fd"))

    before = handles()
    with on_pty(Parrot(), CLOCK) as served:
        open_serial(served.path, 1_000_000, CLOCK).close()
    assert handles() == before


def test_a_clogged_device_lets_no_byte_of_the_host_through_until_it_reads_again():
    device = Parrot()
    server = PtyServer(device, CLOCK)
    port = open_serial(server.path, 1_000_000, CLOCK)
    assert server.clog() > 0
    with pytest.raises(LinkLostError, match="takes no more data"):
        port.write(b"x", CLOCK.now() + 0.01)
    port.close()
    server.stalled = False
    again = open_serial(server.path, 1_000_000, CLOCK)
    again.write(b"go on", CLOCK.now() + 1.0)
    while not device.heard.endswith(b"go on"):
        server.serve(1.0)
    assert b"x" not in device.heard
    again.close()
    server.close()


def test_bytes_that_did_not_get_through_in_time_never_come_out_later():
    device = Parrot()
    server = PtyServer(device, CLOCK)
    port = open_serial(server.path, 1_000_000, CLOCK)
    server.stalled = True
    with pytest.raises(LinkLostError, match="takes no more data"):
        port.write(b"old " * 100_000, CLOCK.now() + 0.01)
    server.stalled = False
    port.close()
    again = open_serial(server.path, 1_000_000, CLOCK)
    again.write(b"new", CLOCK.now() + 1.0)
    while not device.heard.endswith(b"new"):
        server.serve(1.0)
    # What had reached the device's own buffer is out of reach; the rest is gone.
    assert len(device.heard) < 10_000
    again.close()
    server.close()


def test_a_plug_that_was_pulled_can_be_put_back_at_the_same_link(tmp_path):
    link = tmp_path / "arm"
    device = Parrot()
    server = PtyServer(device, CLOCK, link)
    server.unplug()
    assert not server.plugged
    assert not link.is_symlink()
    started = time.monotonic()
    server.serve(0.05)
    assert time.monotonic() - started >= 0.04
    assert server.plug() == server.plug() == str(link)
    assert server.plugged
    port = open_serial(str(link), 1_000_000, CLOCK)
    port.write(b"back", CLOCK.now() + 1.0)
    server.serve(1.0)
    server.serve(1.0)
    assert answer(port, 4) == b"back"
    port.close()
    server.close()


def test_without_a_link_the_new_terminal_is_told():
    server = PtyServer(Parrot(), CLOCK)
    server.unplug()
    assert server.plug() == server.path
    server.close()


def test_a_link_that_another_program_took_over_is_left_alone(tmp_path):
    link = tmp_path / "arm"
    server = PtyServer(Parrot(), CLOCK, link)
    link.unlink()
    link.symlink_to("/dev/pts/another")
    server.close()
    assert os.readlink(link) == "/dev/pts/another"
