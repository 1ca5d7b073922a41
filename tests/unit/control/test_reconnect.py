"""Connecting again beside the loop: one attempt at a time, never in the way of a tick."""

from __future__ import annotations

import threading
import time

from armctl.control.reconnect import RETRY, Reconnect
from armctl.errors import PortError


class Port:
    """An arm that can be connected when ``there``; each attempt waits for ``go``."""

    def __init__(self) -> None:
        self.there = False
        self.go = threading.Event()
        self.attempts = 0

    def close(self, *, keep_torque: bool = True) -> None:
        assert keep_torque

    def connect(self) -> None:
        self.attempts += 1
        self.go.wait(10)
        if not self.there:
            raise PortError("No such port.", "Plug it in.")


def settle(reconnect: Reconnect, now: float) -> bool:
    """Ask until the running attempt has ended."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if reconnect.done(now):
            return True
        if reconnect._thread is None:
            return False
        time.sleep(0.002)
    raise AssertionError("the attempt did not end")


def test_a_tick_does_not_wait_for_an_attempt_and_never_begins_a_second_one() -> None:
    port = Port()
    reconnect = Reconnect(port)  # type: ignore[arg-type]  # the two calls that count
    begin = time.monotonic()
    assert not any(reconnect.done(100.0 + tick) for tick in range(50))
    assert time.monotonic() - begin < 5.0
    assert port.attempts == 1
    port.go.set()
    reconnect.wait(10.0)


def test_it_tries_again_after_a_while_and_tells_success_once() -> None:
    port = Port()
    port.go.set()
    reconnect = Reconnect(port)  # type: ignore[arg-type]
    assert not settle(reconnect, 10.0)
    assert "No such port." in reconnect.trouble
    port.there = True
    assert not reconnect.done(10.0 + RETRY / 2)
    assert port.attempts == 1
    assert settle(reconnect, 10.0 + RETRY)
    assert port.attempts == 2
    assert reconnect.trouble == ""


def test_between_two_attempts_the_port_is_free_for_a_while_however_long_they_last() -> None:
    port = Port()
    reconnect = Reconnect(port)  # type: ignore[arg-type]
    assert not reconnect.done(10.0)
    port.go.set()
    assert not settle(reconnect, 14.0)
    assert not reconnect.done(14.0 + 0.9 * RETRY)
    assert port.attempts == 1
    assert not settle(reconnect, 14.0 + RETRY)
    assert port.attempts == 2
