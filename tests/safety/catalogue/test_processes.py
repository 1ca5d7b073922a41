"""Rows 20 to 26 and 57: processes are killed, stopped, starved, and control itself goes wrong.

Guard, control with the real driver, the emulated servos and a screen process run for all tests of this file together;
what one test killed is started again as a person would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from armctl.clock import SystemClock
from armctl.control.heartbeat import TIMEOUT
from armctl.control.realtime import PRIORITY_CONTROL
from drivers.feetech.arm import FeetechArm
from tests.safety.catalogue.conftest import Reaction
from tests.safety.catalogue.lateness import Lateness
from tests.support import trace_view
from tests.support.arms import context, so101
from tests.support.faulty_tick import FaultyTick
from tests.support.guarded import gone
from tests.support.guarded_arm import WiredArm
from tests.support.live_control import LiveControl

TICK = 0.01
WAITED = 0.006
"""An ordinary program that waits longer than this for the processor is kept from running [s]."""
STRIDE = 12


class Guarded:
    """One arm for many tests, with guard and screen; begun again when a test has ended it."""

    alive = True

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._arm: WiredArm | None = None
        self._killed = 0
        self._ordinary = Lateness(factory.mktemp("ordinary"), priority=0)

    def moving(self) -> WiredArm:
        """Return the arm, its base joint going at one speed."""
        try:
            return self._moved()
        except AssertionError:  # a busy computer made something of it fail meanwhile: begin anew
            self._end()
            return self._moved()

    def screen_killed(self) -> None:
        """Note it: after three in a minute the guard would end, so a new one takes over."""
        self._killed += 1
        if self._killed % 3 == 0:
            self._end()

    def starved(self, since: float) -> bool:
        """True when ordinary programs, such as the screen and the servos here, waited long for the processor."""
        return self._ordinary.worst(since, time.monotonic()) > WAITED

    def close(self) -> None:
        self._end()
        self._ordinary.close()

    def _moved(self) -> WiredArm:
        if self._arm is None or self._arm.process is None or self._arm.process.poll() is not None:
            self._end()
            self._arm = WiredArm(self._factory.mktemp("guarded"))
            self._arm.start()
        self._arm.move()
        return self._arm

    def _end(self) -> None:
        if self._arm is not None:
            self._arm.clean_up()
            self._arm = None


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    it = Guarded(tmp_path_factory)
    yield it
    it.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveControl]:
    it = LiveControl(tmp_path_factory.mktemp("live"))
    yield it
    it.close()


def dies_at_once(pid: int) -> None:
    """Let an ordinary process be run at once, where this computer allows it: a killed one needs the processor to end.

    Nothing can be seen of its end before the last of its threads has ended; on a busy computer they wait their turn.
    """
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            os.sched_setscheduler(int(thread.name), os.SCHED_FIFO, os.sched_param(PRIORITY_CONTROL - 3))


# -- the screen --------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(20)
def test_a_killed_screen_makes_the_arm_hold_and_a_new_one_finds_it_disarmed(
    guarded: Guarded, reaction: Reaction
) -> None:
    arm = guarded.moving()
    pid = arm.pid("ui")
    dies_at_once(pid)
    at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    reaction(arm.braking_since(at) - at, "ui_lost", began=at)
    again = arm.wait_for("ui", "begun", len(arm.heard("ui", "begun")) + (arm.pid("ui") == pid))
    assert again["pid"] != pid
    arm.wait_for("ui", "mode", pid=again["pid"], mode="disarmed")
    assert not [line for line in arm.heard("ui", "mode") if line["pid"] == again["pid"] and line["mode"] == "moving"]
    arm.stays_at_rest(0.2)
    guarded.screen_killed()


@pytest.mark.catalogue(21)
def test_a_stopped_screen_makes_the_arm_hold_after_the_time_out(guarded: Guarded, reaction: Reaction) -> None:
    arm = guarded.moving()
    pid, told = arm.pid("ui"), len(arm.heard("ui", "motion"))
    at = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    braked = arm.braking_since(at)
    os.kill(pid, signal.SIGCONT)
    reaction(braked - at, "ui_lost", began=at)
    arm.wait_for("ui", "motion", phase="stopped", reason="The screen does not answer.")
    assert len(arm.heard("ui", "motion")) > told
    arm.stays_at_rest(0.2)


# -- control -----------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(24)
def test_a_stopped_control_is_told_of_and_sends_no_burst_when_it_goes_on(guarded: Guarded, reaction: Reaction) -> None:
    arm = guarded.moving()
    pid, before = arm.pid("control"), len(arm.heard("ui", "notice"))
    at = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    told = arm.wait_for("ui", "notice", before + 1)
    assert "does not answer" in told["message"]
    last = trace_view.sent(arm.trace, 1).stamps[0]
    time.sleep(0.2)
    assert trace_view.sent(arm.trace, 1).stamps[0] == last, "a stopped process sent something"
    continued = time.monotonic()
    os.kill(pid, signal.SIGCONT)
    # Silence counts from the last sign of life, which may be one look of the guard before the signal.
    reaction(max(0.0, told["at"] - at - TIMEOUT), "the arm's control does not answer", began=at)
    arm.braking_since(last)
    stamps = trace_view.sent(arm.trace).stamps
    after = stamps[stamps >= continued]
    assert len(after) <= (after[-1] - continued) / TICK + 3, "what was missed was made up for"
    assert float(after[0]) - continued <= 0.1
    arm.stays_at_rest(0.2)


@pytest.mark.catalogue(23)
def test_a_killed_control_leaves_the_arm_at_its_last_set_point_under_torque(
    guarded: Guarded, reaction: Reaction
) -> None:
    arm = guarded.moving()
    pid, before = arm.pid("control"), len(arm.heard("ui", "notice"))
    at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    told = arm.wait_for("ui", "notice", before + 1, process="control")
    reaction(told["at"] - at, "The arm's control stopped. The arm stays where it is.", began=at)
    assert "The arm stays where it is." in told["message"]
    last = trace_view.sent(arm.trace)
    goal = last.positions[~last.held][-1]
    time.sleep(0.25)
    modes = len([line for line in arm.heard("ui", "mode") if line["at"] > told["at"]])
    assert modes == 0, "control was started again without being asked"
    servos = FeetechArm(context(so101(), SystemClock(), str(arm.port)))
    servos.connect()
    found = servos.read()
    servos.close(keep_torque=True)
    assert float(abs(found.positions - goal).max()) < 0.02, (found.positions, goal)
    assert found.torque_on
    arm.do("ui", "restart control")
    arm.wait_for("ui", "mode", len(arm.heard("ui", "mode")) + 1)
    assert len(trace_view.sent(arm.trace).stamps) == 0, "a new control process moved the arm by itself"


# -- the guard ---------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(25, bound_ms=120.0)
def test_a_stopped_guard_makes_the_arm_hold_after_the_time_out(guarded: Guarded, reaction: Reaction) -> None:
    arm = guarded.moving()
    assert arm.process
    at = time.monotonic()
    arm.process.send_signal(signal.SIGSTOP)
    braked = arm.braking_since(at)
    arm.process.send_signal(signal.SIGCONT)
    reaction(braked - at, "ui_lost", began=at)


@pytest.mark.catalogue(25)
def test_a_killed_guard_makes_the_arm_hold_and_leaves_nothing_running(guarded: Guarded, reaction: Reaction) -> None:
    arm = guarded.moving()
    assert arm.process
    dies_at_once(arm.process.pid)
    pids = [arm.pid(name) for name in ("ui", "control", "emulator")]
    at = time.monotonic()
    arm.process.kill()
    reaction(arm.braking_since(at) - at, "ui_lost", began=at)
    limit = time.monotonic() + 10.0
    while not all(map(gone, pids[:2])) and time.monotonic() < limit:
        time.sleep(0.02)
    assert all(map(gone, pids[:2]))
    os.kill(pids[2], signal.SIGTERM)


# -- the processor -----------------------------------------------------------------------------------------------------

HOG = """
import os, sys, time
pid, seconds = int(sys.argv[1]), float(sys.argv[2])
os.sched_setaffinity(0, os.sched_getaffinity(pid))
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(22))
except OSError:
    os.nice(-20) if os.getuid() == 0 else None
print(time.monotonic(), flush=True)
ends = time.monotonic() + seconds
while time.monotonic() < ends:
    pass
print(time.monotonic(), flush=True)
"""
STARVED = 0.045
"""How long control gets no processor [s]: four missed ticks."""


@pytest.mark.catalogue(26)
def test_control_that_got_no_processor_brings_the_arm_to_rest(live: LiveControl, reaction: Reaction) -> None:
    """A program above control's priority takes every core that control may run on."""
    live.cruise()
    pid = live.process.pid
    cores = len(os.sched_getaffinity(pid))
    fifo = os.sched_getscheduler(pid) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO
    number = cores if fifo else 8 * cores
    command = [sys.executable, "-c", HOG, str(pid), str(STARVED)]
    at = time.monotonic()
    hogs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(number)]
    said = [hog.communicate(timeout=10.0)[0].split() for hog in hogs]
    ended = max(float(end) for _, end in said)
    live.until(lambda s: s.motion.phase == "stopped", since=at)
    assert "too slow" in live.now.motion.reason or "late by" in live.now.motion.reason
    reaction(live.braked(ended - 0.001) - ended, "control_late", began=ended)
    live.stays_at_rest()


# -- an error in control -----------------------------------------------------------------------------------------------


@pytest.mark.catalogue(57)
@pytest.mark.parametrize("where", ["Peers.hear", "Supervisor.approve", "Drive._follow"])
def test_an_error_in_the_tick_holds_the_arm_and_stays_a_fault(
    live: LiveControl, where: str, reaction: Reaction
) -> None:
    live.cruise()
    live.fault(f"raise {where}")
    at = live.happened()
    live.until(lambda s: s.fault is not None and s.fault.code == "control_exception", since=at)
    reaction(trace_view.braked(live.trace, at) - at, "control_exception", began=at)
    live.stays_at_rest()
    assert live.now.mode == "fault"


@pytest.mark.catalogue(57)
def test_an_error_outside_of_every_net_ends_control_with_the_arm_held(
    tmp_path_factory: pytest.TempPathFactory, reaction: Reaction
) -> None:
    live = LiveControl(tmp_path_factory.mktemp("ends"))
    try:
        live.cruise()
        live.fault("tell_holds")
        live.happened()
        live.fault("raise Reporter.snapshot")
        at, held = live.happened(), live.happened()
        reaction(held - at, "control ends, the guard tells", began=at)
        assert live.process.wait(5.0) != 0
        assert trace_view.sent(live.trace, 1).stamps[-1] < held, "a set-point was sent after the hold"
    finally:
        live.close()


@pytest.mark.catalogue(57)
def test_an_error_at_any_line_of_the_tick_holds_the_arm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, reaction: Reaction
) -> None:
    """Lines that control, motion and supervisor run through in a tick of motion raise once each.

    One in twelve at a time, each repeat other ones; all of them take a minute (``HYPOTHESIS_PROFILE=explore``).
    """
    repeat = getattr(request.node, "callspec", None)
    first = repeat.params.get("catalogue_repeat", 0) % STRIDE if repeat else 0
    every = os.environ.get("HYPOTHESIS_PROFILE") == "explore"
    tick = FaultyTick(tmp_path_factory.mktemp("lines"))
    assert len(tick.lines) > 300
    try:
        for line in tick.lines if every else tick.lines[first::STRIDE]:
            outcome = tick.raise_at(line)
            assert outcome.reached, line
            assert outcome.held, f"{line}: the arm was not held in the same tick"
            assert outcome.latched, f"{line}: no fault"
            assert not outcome.moved, f"{line}: the arm moved afterwards"
    finally:
        tick.close()
    reaction(None, "control_exception")
