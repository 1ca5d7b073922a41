"""The flight recorder of a whole session: guard, control, screen and writer as real processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from armctl.cli.replay import record
from armctl.control.flight_check import check_flight
from armctl.control.flight_file import read_flight
from armctl.control.flight_writer import GONE
from tests.support.guarded_arm import GuardedArm

PATIENCE = 40.0


def test_a_session_is_recorded_on_request_and_when_control_is_killed(tmp_path: Path) -> None:
    flights = tmp_path / "flights"
    arm = GuardedArm(tmp_path)
    try:
        arm.start("--flights", str(flights), "--user", "guest")
        arm.move()
        written = Path(record(flights))
        os.kill(arm.pid("control"), signal.SIGKILL)  # before anything is read, which takes as long as the motion
        asked = read_flight(written)
        limit = time.monotonic() + PATIENCE
        while not (gone := list(flights.glob(f"*{GONE}.mcap"))):
            assert time.monotonic() < limit, "nothing was written after the kill"
            time.sleep(0.05)
        last = read_flight(gone[0])
    finally:
        arm.clean_up()
    assert asked.reason == "asked"
    assert '"speed"' in asked.facts.user
    assert last.ticks[-1].mode == "moving"
    assert last.ticks[-1].number > asked.ticks[-1].number
    for recording in (asked, last):
        outcome = check_flight(recording)
        assert outcome.difference is None
        assert outcome.verdicts > 20
