"""The trace: what was sent can be read from outside, in order, even after the writer was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from armctl.clock import SteppedClock
from armctl.control.trace import HELD, SENT, Row, Trace, read_trace


def test_rows_are_read_in_the_order_they_were_sent(tmp_path: Path) -> None:
    clock = SteppedClock(1.0)
    trace = Trace(tmp_path / "t", 2, clock)
    trace.sent((0.5, -0.5))
    clock.advance(0.5)
    trace.held()
    assert read_trace(tmp_path / "t") == [Row(1.0, SENT, (0.5, -0.5)), Row(1.5, HELD, (0.0, 0.0))]
    trace.close()


def test_the_oldest_rows_are_overwritten(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "t", 1, SteppedClock(), rows=4)
    for step in range(11):
        trace.sent((float(step),))
    assert [row.positions[0] for row in read_trace(tmp_path / "t")] == [7.0, 8.0, 9.0, 10.0]
    trace.close()


def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from armctl.control.trace import Trace;"
        "from armctl.clock import SteppedClock;"
        "Trace(Path(sys.argv[1]), 1, SteppedClock(3.5)).sent((1.25,)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "t")], check=False, timeout=30)
    assert done.returncode == -9
    assert read_trace(tmp_path / "t") == [Row(3.5, SENT, (1.25,))]


def test_another_file_is_not_taken_for_a_trace(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"something else entirely")
    with pytest.raises(ValueError, match="not a trace"):
        read_trace(tmp_path / "t")
