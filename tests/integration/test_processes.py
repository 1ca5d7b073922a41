"""Real control, guard and screen processes over the ideal arm: how they begin and end, and what they are given.

What happens when one of them dies or stops is timed in ``tests/safety/catalogue``.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from armctl.control.trace import read_trace
from tests.support import trace_view
from tests.support.guarded import HostLateness, gone
from tests.support.guarded_arm import GuardedArm as Arm


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[Arm]:
    it = Arm(tmp_path)
    yield it
    it.clean_up()


@pytest.fixture
def host() -> Iterator[HostLateness]:
    with HostLateness() as probe:
        yield probe


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
    assert trace_view.at_rest(arm.trace), "the arm was still moving"


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
