"""One name in one world is held once."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from armctl.clock import SteppedClock, SystemClock
from armctl.errors import PortError
from sim.world_lock import WorldLock


def test_the_same_name_on_the_same_clock_is_held_once():
    clock = SteppedClock()
    first, second = WorldLock("one", clock), WorldLock("one", clock)
    first.take()
    first.take()
    with pytest.raises(PortError, match="'one' is in use"):
        second.take()
    second.free()
    with pytest.raises(PortError):
        second.take()
    first.free()
    second.take()
    second.free()


def test_another_name_or_another_clock_is_another_world():
    clock = SteppedClock()
    locks = [WorldLock("a", clock), WorldLock("b", clock), WorldLock("a", SteppedClock())]
    for lock in locks:
        lock.take()


def test_all_system_clocks_are_one_world():
    first, second = WorldLock("system", SystemClock()), WorldLock("system", SystemClock())
    first.take()
    with pytest.raises(PortError):
        second.take()
    first.free()


def test_a_forgotten_lock_is_free():
    clock = SteppedClock()
    forgotten = WorldLock("gone", clock)
    forgotten.take()
    del forgotten
    WorldLock("gone", clock).take()


def test_a_port_is_held_against_other_programs_and_freed_when_they_are_killed():
    port = f"lock-{time.monotonic_ns()}"
    code = (
        "import time; from armctl.clock import SystemClock; from sim.world_lock import WorldLock;"
        f"lock = WorldLock('arm', SystemClock(), '{port}'); lock.take(); print('taken', flush=True); time.sleep(60)"
    )
    mine = WorldLock("arm", SteppedClock(), port)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"taken\n"
        with pytest.raises(PortError, match="another program"):
            mine.take()
        other.kill()
        other.wait()
    mine.take()
    mine.free()
