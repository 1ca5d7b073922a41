"""The same over the real driver, a pseudo-terminal and emulated servos: as for the ideal arm, so on a wire."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import trace_view
from tests.support.guarded import gone
from tests.support.guarded_arm import WiredArm


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[WiredArm]:
    it = WiredArm(tmp_path)
    yield it
    it.clean_up()


def test_an_emulator_that_dies_in_motion_is_a_fault_that_the_screen_shows(arm: WiredArm) -> None:
    arm.start()
    arm.move()
    assert arm.process
    children = Path(f"/proc/{arm.process.pid}/task/{arm.process.pid}/children").read_text().split()
    emulator = next(int(pid) for pid in children if "emulate" in Path(f"/proc/{pid}/cmdline").read_text())
    at = time.monotonic()
    os.kill(emulator, signal.SIGKILL)
    told = arm.wait_for("ui", "mode", mode="fault")
    assert told["fault"] in ("link_lost", "bad_cycles", "joint_mute")
    assert told["at"] - at < 1.0
    sent = trace_view.sent(arm.trace).stamps.tolist()
    time.sleep(0.3)
    assert trace_view.sent(arm.trace).stamps.tolist() == sent  # nothing is sent to an arm that is gone
    assert arm.heard("ui", "motion")[-1]["phase"] == "stopped"


def test_the_end_leaves_neither_processes_nor_the_link_to_the_pseudo_terminal(arm: WiredArm) -> None:
    arm.start()
    arm.wait_for("ui", "mode", mode="disarmed")
    pids = [arm.pid("ui"), arm.pid("control")]
    arm.do("ui", "exit 0")
    code, said = arm.result()
    assert (code, said) == (0, "")
    assert all(map(gone, pids))
    assert not (arm.folder / "port").is_symlink()
