"""A serial input device on a pseudo-terminal: found, heard, lost and found again, while the screen never waits."""

from __future__ import annotations

import contextlib
import os
import termios
import threading
import time
import tty
from collections.abc import Callable

import pytest

from armctl.access.events import DeviceCame, DeviceGone, InputEvent, SwitchEvent
from armctl.clock import Clock, SystemClock
from armctl.config.user import UserConfig
from armctl.errors import PortError
from drivers.inputs.handshake import HandshakeTransport
from drivers.inputs.lines import Contacts, line_for
from ui.inputs import SERIAL
from ui.inputs.serial_line import SerialLine
from ui.inputs.switch_box import SwitchBox


class BoxOnTerminal:
    """A switch box that repeats its line every 20 ms until its plug is pulled."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.closed = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.02):
            os.write(self._master, line_for(Contacts(self.closed)))

    def pull_out(self) -> None:
        if not self._ended.is_set():
            self._ended.set()
            self._thread.join()
            os.close(self._slave)
            os.close(self._master)


@pytest.fixture
def line():
    opened: list[SerialLine] = []

    def listen(port: str, **more: object) -> SerialLine:
        device = {"kind": "switch_box", "name": "box", **({"port": port} if port else {"serial_number": "none there"})}
        user = UserConfig.model_validate({"name": "x", "devices": [device]})
        decoder = SwitchBox(user.devices[0], user)  # type: ignore[arg-type]
        opened.append(SerialLine(user.devices[0], decoder, SystemClock(), **{"wake": lambda: None, **more}))  # type: ignore[arg-type]
        return opened[-1]

    yield listen
    for one in opened:
        one.close()
        one.close()


def heard(line: SerialLine, wanted: Callable[[list[InputEvent]], bool], seconds: float = 5.0) -> list[InputEvent]:
    events: list[InputEvent] = []
    end = time.monotonic() + seconds
    while not wanted(events):
        assert time.monotonic() < end, events
        events += line.take()
        time.sleep(0.005)
    return events


def test_a_box_is_found_heard_and_missed_and_the_screen_is_woken(line):
    box, woken = BoxOnTerminal(), threading.Event()
    with contextlib.closing(contextlib.ExitStack()) as at_end:
        at_end.callback(box.pull_out)
        listening = line(box.path, wake=woken.set)
        assert heard(listening, lambda events: len(events) == 1) == [DeviceCame(pytest.approx(0, abs=1e9), "box")]
        assert woken.is_set()
        before = time.monotonic()
        box.closed = 1
        (pressed,) = heard(listening, lambda events: len(events) == 1)
        assert isinstance(pressed, SwitchEvent)
        assert before <= pressed.stamp <= time.monotonic(), "stamped where it was read"
        box.pull_out()
        (gone,) = heard(listening, lambda events: len(events) == 1)
        assert isinstance(gone, DeviceGone)


def test_a_box_that_is_not_there_is_told_once_and_found_when_it_comes(line, monkeypatch, tmp_path):
    monkeypatch.setattr("ui.inputs.serial_line.AGAIN", 0.02)
    link = tmp_path / "box"
    listening = line(str(link))
    assert [type(e) for e in heard(listening, lambda events: len(events) == 1)] == [DeviceGone]
    box = BoxOnTerminal()
    link.symlink_to(box.path)
    assert [type(e) for e in heard(listening, lambda events: len(events) == 1)] == [DeviceCame]
    box.pull_out()
    heard(listening, lambda events: len(events) == 1)


def test_an_adapter_that_is_looked_for_by_number_and_not_there_is_told(line):
    assert [type(e) for e in heard(line(""), lambda events: len(events) == 1)] == [DeviceGone]


def test_an_error_in_the_thread_is_a_lost_device_and_no_end(line, monkeypatch, caplog):
    monkeypatch.setattr("ui.inputs.serial_line.AGAIN", 0.01)
    tries = []

    def broken(path: str, baud: int, clock: object):
        tries.append(path)
        raise (ZeroDivisionError if len(tries) == 1 else PortError)("broken")

    listening = line("/dev/x", open_port=broken)
    heard(listening, lambda events: len(events) == 1)
    end = time.monotonic() + 5.0
    while len(tries) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    assert len(tries) >= 3
    assert "Listening to box failed" in caplog.text


def test_switches_on_handshake_lines_are_heard_lost_and_found_again() -> None:
    """The lines are pretended: no port of this computer has any."""
    status, there = [0], [True]

    def look() -> int:
        if not there[0]:
            raise OSError(5, "Input/output error")
        return status[0]

    def opened(path: str, baud: int, clock: Clock) -> HandshakeTransport:
        if not there[0]:
            raise PortError("There is no port.")
        return HandshakeTransport(look, clock, lambda: None)

    user = UserConfig.model_validate(
        {"name": "x", "devices": [{"kind": "switch_lines", "name": "lap", "port": "/dev/ttyS9"}]}
    )
    device = user.devices[0]
    line = SerialLine(device, SERIAL[device.kind](device, user), SystemClock(), lambda: None, opened)  # type: ignore[arg-type]
    try:
        assert [type(event) for event in heard(line, bool)] == [DeviceCame]
        status[0] = termios.TIOCM_DSR
        (pressed,) = heard(line, bool)
        assert isinstance(pressed, SwitchEvent)
        assert (pressed.control, pressed.pressed, pressed.contact) == ("next", True, "1")
        there[0] = False
        assert isinstance(heard(line, bool)[0], DeviceGone)
        there[0] = True
        came, found = heard(line, lambda events: len(events) == 2)
        assert isinstance(came, DeviceCame)
        assert isinstance(found, SwitchEvent)
        assert found.found, "closed when it was found: nobody pressed it"
    finally:
        line.close()


def test_a_port_that_turns_out_to_have_no_lines_is_a_device_that_is_not_there() -> None:
    master, slave = os.openpty()
    user = UserConfig.model_validate(
        {"name": "x", "devices": [{"kind": "switch_lines", "name": "lap", "port": os.ttyname(slave)}]}
    )
    device = user.devices[0]
    line = SerialLine(device, SERIAL[device.kind](device, user), SystemClock(), lambda: None)  # type: ignore[arg-type]
    try:
        assert isinstance(heard(line, bool)[0], DeviceGone)
    finally:
        line.close()
        os.close(master)
        os.close(slave)
