"""Guard, control and a screen process without a screen, as real processes; and what was sent to the arm meanwhile."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.support import trace_view
from tests.support.guarded import Guarded, gone
from tests.support.live_control import HOME, arm_at, nobody_near, swing

REST_PATIENCE = 10.0


class GuardedArm(Guarded):
    """A guard over real control, with the ideal arm in it."""

    def start(self, *control: str, **plan: object) -> None:
        driver = () if "--driver" in control else ("--driver", "ideal")
        scene = str(nobody_near(self.folder))
        process = [sys.executable, "-m", "armctl.control.process", "--scene", scene, "--arm", self.config()]
        self.trace = self.folder / "trace"
        self.launch(
            {
                "control": [*process, *driver, "--trace", str(self.trace), *control],
                "ui": [sys.executable, "-m", "tests.support.ui_probe", *self.files("ui")],
                **plan,
            }
        )

    def config(self) -> str:
        """Return the name of a configuration whose arm is found in its home pose."""
        return str(arm_at(HOME, self.folder))

    def move(self) -> None:
        """Arm, and wait until the base joint moves at a constant speed."""
        self.wait_for("ui", "begun")
        while gone(self.pid("ui")):  # orders from before its start are not obeyed
            time.sleep(0.02)
        if self.heard("ui", "mode")[-1:] and self.heard("ui", "mode")[-1]["mode"] == "fault":
            self.do("ui", "clear")
        began = len(self.heard("ui", "motion"))
        self.do("ui", "arm")
        aside = swing(self.base_angle())
        self.do("ui", f"joints {aside} {' '.join(map(str, HOME[1:]))}")
        limit = time.monotonic() + 15.0
        while len(self.heard("ui", "motion")) == began or not trace_view.cruising(self.trace):
            assert time.monotonic() < limit, self.heard("ui")[-20:]
            time.sleep(0.02)

    def base_angle(self) -> float:
        """Return what the base joint was told last [rad]."""
        told = trace_view.sent(self.trace)
        return float(told.positions[~told.held][-1, 0]) if (~told.held).any() else 0.0

    def braking_since(self, moment: float) -> float:
        """Return when the first slower set-point was sent after ``moment`` [s]; the arm must then come to rest."""
        self.rests()
        return trace_view.braked(self.trace, moment)

    def rests(self) -> None:
        limit = time.monotonic() + REST_PATIENCE
        while not trace_view.at_rest(self.trace):
            assert time.monotonic() < limit, "the arm did not come to rest"
            time.sleep(0.02)

    def pid(self, name: str) -> int:
        """Return the process id of "ui", "control" or "emulator"."""
        if name == "ui":
            return int(self.heard("ui", "begun")[-1]["pid"])
        assert self.process
        word = {"control": "armctl.control.process", "emulator": "emulate"}[name]
        return next(pid for pid in children(self.process.pid) if word in command(pid))

    def stays_at_rest(self, seconds: float = 0.4) -> None:
        """The set-points of the next while must not move."""
        time.sleep(0.1)
        begin = time.monotonic()
        time.sleep(seconds)
        stamps, speeds = trace_view.sent(self.trace).speeds()
        assert all(speed < trace_view.AT_REST for speed in speeds[stamps > begin])


class WiredArm(GuardedArm):
    """The same with the Feetech driver, the servos emulated in a process of their own."""

    def start(self, *control: str, **plan: object) -> None:
        self.port = self.folder / "port"
        emulate = [sys.executable, "-m", "armctl", "emulate", self.config(), "--ideal", "--scene", "kitchen_table"]
        super().start(
            *("--driver", "feetech", "--port", str(self.port)),
            *control,
            emulator=[*emulate, "--link", str(self.port), "--report", str(self.folder / "nobody")],
            emulator_ready=str(self.port),
            **plan,
        )


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
