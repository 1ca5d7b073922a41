import errno
import os
import termios
import threading
import time
import tty

import pytest
import serial

from armctl.clock import SystemClock
from armctl.errors import LinkLostError, PortBusyError, PortError
from drivers import transport
from drivers.holders import Holder
from drivers.transport import PortInfo, explain, list_ports, open_serial, others_there, serial_number

CLOCK = SystemClock()
FAR = 30.0
"""A deadline that nobody waits for [s]: who did would be seen however busy the computer is."""


class Line:
    """A pseudo-terminal: the port at ``path``, the far end as ``master``."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)

    def unplug(self):
        for handle in (self.master, self.slave):
            if handle >= 0:
                os.close(handle)
        self.master = self.slave = -1


@pytest.fixture
def line():
    it = Line()
    yield it
    it.unplug()


@pytest.fixture
def port(line):
    it = open_serial(line.path, 1_000_000, CLOCK)
    yield it
    it.close()


def soon(seconds=0.5):
    return CLOCK.now() + seconds


def test_all_byte_values_pass_both_ways(line, port):
    everything = bytes(range(256))
    port.write(everything, soon())
    assert os.read(line.master, 1000) == everything
    os.write(line.master, everything)
    got = b""
    while len(got) < 256:
        got += port.read(1000, soon())
    assert got == everything


def test_a_port_that_is_given_up_does_not_reset_the_board_behind_it(line, port):
    assert not termios.tcgetattr(line.slave)[2] & termios.HUPCL


def test_reading_returns_as_soon_as_something_came(line, port):
    threading.Timer(0.05, os.write, (line.master, b"abc")).start()
    started = time.monotonic()
    assert port.read(100, soon(FAR)) == b"abc"
    assert time.monotonic() - started < FAR / 3


def test_reading_returns_at_most_what_was_asked_for_and_keeps_the_rest(line, port):
    os.write(line.master, b"abcd")
    assert port.read(3, soon()) == b"abc"
    assert port.read(3, soon()) == b"d"


def test_reading_a_silent_line_ends_at_the_deadline_without_spinning(port):
    busy = time.process_time()
    started = time.monotonic()
    assert port.read(1, soon(0.1)) == b""
    assert 0.09 <= time.monotonic() - started < 1.0
    assert time.process_time() - busy < 0.05


def test_what_is_there_is_read_even_after_the_deadline(line, port):
    os.write(line.master, b"late")
    time.sleep(0.02)
    assert port.read(10, CLOCK.now() - 1.0) == b"late"


def test_old_input_is_thrown_away_and_counted(line, port):
    os.write(line.master, b"x" * 3000)
    time.sleep(0.02)
    assert port.discard_input() == 3000
    assert port.discard_input() == 0
    assert port.read(1, CLOCK.now()) == b""


def test_a_second_opener_is_refused_by_name_and_the_first_is_unaffected(line, port):
    with pytest.raises(PortBusyError, match=rf"{line.path} is in use by .*\(process {os.getpid()}\)"):
        open_serial(line.path, 1_000_000, CLOCK)
    port.write(b"still here", soon())
    assert os.read(line.master, 100) == b"still here"


def test_a_port_given_up_can_be_opened_again(line, port):
    port.close()
    port.close()
    again = open_serial(line.path, 1_000_000, CLOCK)
    again.write(b"x", soon())
    again.close()


CALLS = {
    "read": lambda port: port.read(1, soon(FAR)),
    "write": lambda port: port.write(b"x", soon(FAR)),
    "discard": lambda port: port.discard_input(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_on_an_unplugged_port_ends_at_once_with_link_lost_again_and_again(line, port, call):
    line.unplug()
    for _ in range(2):
        started = time.monotonic()
        with pytest.raises(LinkLostError, match=r"went away") as lost:
            call(port)
        assert time.monotonic() - started < FAR / 3
        assert "USB cable" in lost.value.remedy
    port.close()


def test_a_read_that_waits_is_ended_by_unplugging(line, port):
    unplugging = threading.Timer(0.05, line.unplug)
    unplugging.start()
    started = time.monotonic()
    with pytest.raises(LinkLostError):
        port.read(1, soon(FAR))
    assert time.monotonic() - started < FAR / 3
    unplugging.join()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_on_a_closed_port_is_refused(port, call):
    port.close()
    with pytest.raises(LinkLostError, match="was closed"):
        call(port)


def test_a_write_that_nobody_takes_ends_at_its_deadline_and_says_how_far_it_got(port):
    started = time.monotonic()
    with pytest.raises(LinkLostError, match=r"takes no more data: \d+ of 100000 bytes"):
        port.write(b"x" * 100_000, soon(0.05))
    assert time.monotonic() - started < 0.5
    with pytest.raises(LinkLostError, match="takes no more data"):
        port.read(1, soon(0.01))


def test_a_slow_far_end_gets_everything(line, port):
    payload = os.urandom(60_000)
    got = []

    def drain():
        while sum(map(len, got)) < len(payload):
            got.append(os.read(line.master, 4096))

    reader = threading.Thread(target=drain)
    reader.start()
    port.write(payload, soon(5.0))
    reader.join()
    assert b"".join(got) == payload


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "No serial port was named"),
        ("/dev/there-is-no-such-port", "There is no port"),
        ("/dev/null", "cannot be used as a serial port"),
        (__file__, "is not a serial port"),
        ("/", "is not a serial port"),
    ],
)
def test_what_is_no_port_is_refused_in_plain_words_with_a_remedy(path, words):
    with pytest.raises(PortError, match=words) as refusal:
        open_serial(path, 1_000_000, CLOCK)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("number", "words", "remedy"),
    [
        (errno.EACCES, "no permission", "dialout"),
        (errno.EPERM, "no permission", "udev"),
        (errno.EBUSY, "in use", "Only one program"),
        (errno.EAGAIN, "in use", "Only one program"),
        (errno.ENOENT, "There is no port", ""),
        (errno.ENXIO, "There is no port", ""),
        (errno.EIO, "cannot be used", ""),
    ],
)
def test_each_reason_for_not_opening_has_its_words_and_remedy(number, words, remedy):
    error = explain("/dev/ttyACM9", serial.SerialException(number, "x"))
    assert words in error.message
    assert remedy in error.remedy
    assert "/dev/ttyACM9" in error.message


def test_a_speed_no_port_has_is_refused(line):
    with pytest.raises(PortError, match="cannot be used"):
        open_serial(line.path, -1, CLOCK)


def test_modem_manager_is_named_where_it_runs(monkeypatch):
    monkeypatch.setattr(transport, "modem_manager_runs", lambda: True)
    monkeypatch.setattr(transport, "port_holders", lambda path: (Holder(7, "ModemManager"),))
    error = explain("/dev/ttyACM0", OSError(errno.EBUSY, "busy"))
    assert "ModemManager (process 7)" in error.message
    assert "ID_MM_DEVICE_IGNORE" in error.remedy


class FakePort:
    def __init__(self, device, description, serial_number, hwid="USB VID:PID=1A86:55D3"):
        self.device, self.description, self.serial_number, self.hwid = device, description, serial_number, hwid


@pytest.fixture
def two_ports(monkeypatch):
    found = [FakePort("/dev/ttyACM1", "Bus adapter", "5A46"), FakePort("/dev/ttyACM0", "Modem", None)]
    built_in = FakePort("/dev/ttyS0", "n/a", None, hwid="n/a")
    monkeypatch.setattr(transport.pyserial_ports, "comports", lambda: [*found, built_in])


@pytest.mark.usefixtures("two_ports")
def test_ports_with_an_adapter_are_listed_by_path():
    assert list_ports() == (
        PortInfo("/dev/ttyACM0", "Modem", "", permitted=False),
        PortInfo("/dev/ttyACM1", "Bus adapter", "5A46", permitted=False),
    )
    assert others_there() == "Ports there are: /dev/ttyACM0 (Modem), /dev/ttyACM1 (Bus adapter)."


@pytest.mark.usefixtures("two_ports")
def test_an_adapter_is_known_by_its_serial_number():
    assert serial_number("/dev/ttyACM1") == "5A46"
    assert serial_number("/dev/ttyACM0") == ""
    assert serial_number("/dev/ttyACM7") == ""
