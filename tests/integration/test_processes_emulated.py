"""The same over the real driver, a pseudo-terminal and emulated servos: as for the ideal arm, so on a wire."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_processes import HOLD, Arm
from tests.support.guarded import HostLateness, gone


class WiredArm(Arm):
    """Control with the Feetech driver, the servos emulated in a process of their own."""

    def start(self, *control: str, **plan: object) -> None:
        port = self.folder / "port"
        emulate = [sys.executable, "-m", "armctl", "emulate", self.config(), "--ideal", "--scene", "kitchen_table"]
        super().start(
            *("--driver", "feetech", "--port", str(port)),
            *control,
            emulator=[*emulate, "--link", str(port), "--report", str(self.folder / "nobody")],
            emulator_ready=str(port),
            **plan,
        )


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[WiredArm]:
    it = WiredArm(tmp_path)
    yield it
    it.clean_up()


def test_a_killed_screen_makes_an_arm_on_a_wire_hold_within_20_ms(arm: WiredArm) -> None:
    with HostLateness() as host:
        arm.start()
        arm.move()
        at = time.monotonic()
        os.kill(arm.pid("ui"), signal.SIGKILL)
        braked = arm.braking_since(at)
        late = host.worst(at - 0.02, braked + 0.02)
    assert braked - at <= HOLD + late, f"{(braked - at) * 1e3:.1f} ms, host {late * 1e3:.1f} ms"
    arm.wait_for("ui", "begun", 2)
    arm.stays_at_rest()


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
    sent = [stamp for stamp, _ in arm.speeds()]
    time.sleep(0.3)
    assert [stamp for stamp, _ in arm.speeds()] == sent  # nothing is sent to an arm that is gone
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
