"""Guard, control and screen as real processes over the ideal arm: whatever dies, the arm comes to rest in time.

What was sent to the arm is read from the trace that control writes; how late this computer lets processes run is
measured beside each test and added to the bounds, which are those of the fault catalogue.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from armctl.config.load import builtin
from armctl.control.trace import SENT, read_trace
from tests.support.guarded import Guarded, HostLateness, gone

TICK = 0.01
TIMEOUT = 0.1
HOLD = 0.020
"""Bound from the death of a process to the first set-point that slows down [s]."""
AT_REST = 1e-3
"""A set-point this slow stands [rad/s]: a twentieth of a degree a second."""
SLOWING = 5e-4
"""Loss of speed from one set-point to the next, as a share, that is braking and not rounding."""
FAR = "joints 0.9 -0.9 1.1 -0.2 -1.522"
"""A way of the base joint that takes several seconds, most of them at constant speed."""


class Arm(Guarded):
    """A guard over real control and a screen process without a screen."""

    def start(self, *control: str, **plan: object) -> None:
        driver = () if "--driver" in control else ("--driver", "ideal")
        process = [sys.executable, "-m", "armctl.control.process", "--scene", "kitchen_table", "--arm", self.config()]
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
        text = builtin("arms", "so101").read_text(encoding="utf-8")
        path = self.folder / "so101.toml"
        path.write_text(re.sub(r"(?m)^rest = .*$", "rest = [0.0, -0.9, 1.1, -0.2, -1.522]", text), encoding="utf-8")
        return str(path)

    def move(self) -> None:
        """Arm, and wait until the base joint moves at a constant speed."""
        self.wait_for("ui", "begun")
        for order in ("arm", FAR):
            self.do("ui", order)
        self.wait_for("ui", "motion", kind="movejoints", phase="running")
        limit = time.monotonic() + 5.0
        while not self.cruising() and time.monotonic() < limit:
            time.sleep(0.02)
        assert self.cruising()

    def speeds(self) -> list[tuple[float, float]]:
        """Return (stamp, speed of the base joint's set-point [rad/s]) of everything sent so far."""
        rows = [row for row in read_trace(self.trace) if row.kind == SENT]
        return [
            (after.stamp, abs(after.positions[0] - before.positions[0]) / TICK)
            for before, after in itertools.pairwise(rows)
        ]

    def cruising(self) -> bool:
        """True when the last set-points went at one speed, above half a degree a tick."""
        last = [speed for _, speed in self.speeds()[-10:]]
        return len(last) == 10 and min(last) > 0.2 and max(last) - min(last) < 1e-6

    def braking_since(self, moment: float) -> float:
        """Return when the first slower set-point was sent after ``moment`` [s]; the arm must then come to rest."""
        limit = time.monotonic() + 5.0
        while time.monotonic() < limit:
            speeds = self.speeds()
            if speeds[-1][1] < AT_REST:
                break
            time.sleep(0.05)
        assert speeds[-1][1] < AT_REST, "the arm did not come to rest"
        cruise = max(speed for stamp, speed in speeds if stamp <= moment)
        return next(stamp for stamp, speed in speeds if stamp > moment and speed < cruise * (1.0 - SLOWING))

    def pid(self, name: str) -> int:
        """Return the process id of "ui" or "control"."""
        if name == "ui":
            return int(self.heard("ui", "begun")[-1]["pid"])
        assert self.process
        return next(pid for pid in children(self.process.pid) if "armctl.control.process" in command(pid))

    def stays_at_rest(self, seconds: float = 0.6) -> None:
        """The set-points of the next while must not move."""
        time.sleep(0.2)
        begin = time.monotonic()
        time.sleep(seconds)
        assert all(speed < AT_REST for stamp, speed in self.speeds() if stamp > begin)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[Arm]:
    it = Arm(tmp_path)
    yield it
    it.clean_up()


@pytest.fixture
def host() -> Iterator[HostLateness]:
    with HostLateness() as probe:
        yield probe


def test_a_killed_screen_makes_the_arm_hold_within_20_ms(arm: Arm, host: HostLateness) -> None:
    arm.start()
    arm.move()
    pid = arm.pid("ui")
    at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    braked = arm.braking_since(at)
    late = host.worst(at - 0.02, braked + 0.02)
    assert braked - at <= HOLD + late, f"{(braked - at) * 1e3:.1f} ms, host {late * 1e3:.1f} ms"
    # The screen comes back, and nothing moves until the arm was armed anew.
    again = arm.wait_for("ui", "begun", 2)
    assert again["pid"] != pid
    told = arm.wait_for("ui", "mode", 1, pid=again["pid"])
    assert told["mode"] in ("disarmed", "stopping", "ready")
    arm.wait_for("ui", "mode", 1, pid=again["pid"], mode="disarmed")
    arm.stays_at_rest()
    arm.do("ui", "arm")
    assert arm.wait_for("ui", "mode", 1, pid=again["pid"], mode="ready")["epoch"] == 2
    arm.do("ui", "exit 0")
    code, said = arm.result()
    assert code == 0
    assert "The screen stopped (ended by SIGKILL). The arm holds still." in said


def test_a_stopped_screen_makes_the_arm_hold_within_the_timeout_and_20_ms(arm: Arm, host: HostLateness) -> None:
    arm.start()
    arm.move()
    pid = arm.pid("ui")
    at = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    braked = arm.braking_since(at)
    late = host.worst(at - 0.02, braked + 0.02)
    assert braked - at <= TIMEOUT + HOLD + late, f"{(braked - at) * 1e3:.1f} ms, host {late * 1e3:.1f} ms"
    os.kill(pid, signal.SIGCONT)
    stopped = arm.wait_for("ui", "motion", phase="stopped")
    assert stopped["reason"] == "The screen does not answer."
    arm.stays_at_rest()


def test_a_jog_of_a_stopped_screen_does_not_go_on_when_it_continues(arm: Arm, host: HostLateness) -> None:
    arm.start()
    arm.wait_for("ui", "begun")
    for order in ("arm", "jog 0 1 0"):
        arm.do("ui", order)
    arm.wait_for("ui", "motion", kind="jog", phase="running")
    time.sleep(0.3)
    pid = arm.pid("ui")
    os.kill(pid, signal.SIGSTOP)
    time.sleep(1.0)
    rows = read_trace(arm.trace)[-5:]
    assert rows[0].positions == rows[-1].positions
    arm.do("ui", "stop")  # read first thing when it continues: the jog itself is over by then
    os.kill(pid, signal.SIGCONT)
    arm.wait_for("ui", "motion", kind="jog", phase="stopped")


def test_a_killed_guard_makes_the_arm_hold_within_20_ms_and_leaves_nothing_running(
    arm: Arm, host: HostLateness
) -> None:
    arm.start()
    arm.move()
    assert arm.process
    pids = [arm.pid("ui"), arm.pid("control")]
    at = time.monotonic()
    arm.process.kill()
    braked = arm.braking_since(at)
    late = host.worst(at - 0.02, braked + 0.02)
    assert braked - at <= HOLD + late, f"{(braked - at) * 1e3:.1f} ms, host {late * 1e3:.1f} ms"
    arm.wait_for("ui", "ended by guard")
    limit = time.monotonic() + 10.0
    while not all(map(gone, pids)) and time.monotonic() < limit:
        time.sleep(0.02)
    assert all(map(gone, pids))


def test_a_stopped_guard_makes_the_arm_hold_within_the_timeout_and_20_ms(arm: Arm, host: HostLateness) -> None:
    arm.start()
    arm.move()
    assert arm.process
    at = time.monotonic()
    arm.process.send_signal(signal.SIGSTOP)
    braked = arm.braking_since(at)
    late = host.worst(at - 0.02, braked + 0.02)
    arm.process.send_signal(signal.SIGCONT)
    assert braked - at <= TIMEOUT + HOLD + late, f"{(braked - at) * 1e3:.1f} ms, host {late * 1e3:.1f} ms"


def test_a_killed_control_is_told_within_100_ms_and_starts_again_only_when_asked(arm: Arm, host: HostLateness) -> None:
    arm.start()
    arm.move()
    at = time.monotonic()
    os.kill(arm.pid("control"), signal.SIGKILL)
    told = arm.wait_for("ui", "notice")
    late = host.worst(at - 0.02, told["at"] + 0.02)
    assert told["process"] == "control"
    assert "The arm stays where it is." in told["message"]
    assert told["at"] - at <= 0.1 + late, f"{(told['at'] - at) * 1e3:.1f} ms, host {late * 1e3:.1f} ms"
    time.sleep(0.5)
    assert len(arm.heard("ui", "mode")) == len([line for line in arm.heard("ui", "mode") if line["at"] < told["at"]])
    arm.do("ui", "restart control")
    after = arm.wait_for("ui", "mode", 2, mode="disarmed")
    assert after["at"] > told["at"]
    assert read_trace(arm.trace) == []  # a new trace: nothing was sent
    arm.do("ui", "arm")
    arm.wait_for("ui", "mode", 2, mode="ready")


def test_a_stopped_control_is_told_and_sends_no_burst_when_it_continues(arm: Arm, host: HostLateness) -> None:
    arm.start()
    arm.move()
    pid = arm.pid("control")
    os.kill(pid, signal.SIGSTOP)
    at = time.monotonic()
    told = arm.wait_for("ui", "notice")
    late = host.worst(at - 0.02, told["at"] + 0.02)
    assert "does not answer" in told["message"]
    assert told["at"] - at <= TIMEOUT + HOLD + 0.01 + late  # 0.01: the guard looks every 10 ms
    time.sleep(0.5)
    continued = time.monotonic()
    os.kill(pid, signal.SIGCONT)
    arm.braking_since(continued - 0.001)
    rows = [row.stamp for row in read_trace(arm.trace) if row.stamp > at + TIMEOUT]
    assert rows[0] >= continued
    # No more set-points than there were ticks: what was missed is not made up for.
    assert len(rows) <= (rows[-1] - continued) / TICK + 3
    arm.wait_for("ui", "motion", phase="stopped")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_moving_brings_the_arm_to_rest_and_ends_all_within_two_seconds(
    arm: Arm, host: HostLateness, number: signal.Signals
) -> None:
    arm.start()
    arm.move()
    assert arm.process
    pids = [arm.pid("ui"), arm.pid("control")]
    at = time.monotonic()
    arm.process.send_signal(number)
    code, said = arm.result()
    took = time.monotonic() - at
    assert code == (130 if number is signal.SIGINT else 0)
    assert took <= 2.0 + host.worst(at, at + took) * 10, f"{took:.2f} s"
    assert all(map(gone, pids))
    assert "did not end in time" not in said
    assert arm.speeds()[-1][1] < AT_REST, "the arm was still moving"


def test_control_knows_no_screen_and_runs_with_the_rights_it_tells_of(arm: Arm) -> None:
    arm.start()
    mode = arm.wait_for("ui", "mode")
    pid = arm.pid("control")
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert "numpy" in maps
    assert "pygame" not in maps
    assert "SDL" not in maps
    fifo = os.sched_getscheduler(pid) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO
    assert fifo == ("run before other programs" not in mode["realtime"])
    assert os.sched_getscheduler(arm.pid("ui")) == os.SCHED_OTHER
    arm.do("ui", "exit 0")
    assert arm.result() == (0, "")


def test_an_arm_that_cannot_be_connected_is_one_clear_line_and_exit_code_2(arm: Arm) -> None:
    arm.start("--driver", "feetech", "--port", "/dev/armctl-no-such-port")
    code, said = arm.result()
    assert code == 2
    assert "/dev/armctl-no-such-port" in said
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [("--arm", "nobody", "nobody"), ("--driver", "steam", "steam"), ("--scene", "moon", "moon")],
)
def test_what_does_not_exist_is_one_clear_line_and_exit_code_2(arm: Arm, option: str, value: str, named: str) -> None:
    arm.start(option, value)
    code, said = arm.result()
    assert code == 2
    assert named in said
    assert "Traceback" not in said
