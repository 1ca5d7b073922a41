"""The recorder keeps everything it can and never makes anybody wait."""

import resource
import signal
import stat
import subprocess
import sys

import pytest

from armctl.clock import SteppedClock
from armctl.evidence.recorder import QUEUE_LENGTH, Recorder, SessionFacts
from armctl.evidence.store import read_session, session_numbers
from tests.support.waits import waits_seen

FACTS = SessionFacts(user="guest", arm="so101", scene="kitchen_table", program="test")


def make(tmp_path, clock=None):
    return Recorder(tmp_path / "evidence.sqlite", FACTS, clock or SteppedClock())


def test_what_was_recorded_is_read_back_in_order_with_its_time(tmp_path):
    clock = SteppedClock()
    recorder = make(tmp_path, clock)
    recorder.record("selection", item="drink", press=0.42)
    clock.advance(1.5)
    recorder.record("stop", source="space")
    recorder.close()
    session = read_session(tmp_path / "evidence.sqlite")
    assert [(e.kind, e.data) for e in session.events] == [
        ("selection", {"item": "drink", "press": 0.42}),
        ("stop", {"source": "space"}),
    ]
    assert session.duration == pytest.approx(1.5)
    assert session.user == "guest"


def test_each_session_gets_a_number_of_its_own(tmp_path):
    for _ in range(3):
        make(tmp_path).close()
    assert session_numbers(tmp_path / "evidence.sqlite") == (1, 2, 3)


def test_only_the_owner_can_read_the_store(tmp_path):
    make(tmp_path).close()
    mode = stat.S_IMODE((tmp_path / "evidence.sqlite").stat().st_mode)
    assert mode & 0o077 == 0


def test_closing_twice_is_harmless(tmp_path):
    recorder = make(tmp_path)
    recorder.close()
    recorder.close()


def test_values_json_cannot_say_are_kept_as_text(tmp_path):
    recorder = make(tmp_path)
    recorder.record("odd", value={1, 2} and tmp_path)
    recorder.close()
    (event,) = read_session(tmp_path / "evidence.sqlite").events
    assert event.data["value"] == str(tmp_path)


def test_a_locked_store_costs_records_and_no_record_waits(tmp_path):
    """Another program holds the database: the writer gives up and counts, the caller never notices."""
    import sqlite3

    recorder = make(tmp_path)
    other = sqlite3.connect(tmp_path / "evidence.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with waits_seen() as waits:
        for number in range(QUEUE_LENGTH + 2000):
            recorder.record("tick", number=number)
    assert waits == set()
    assert recorder.dropped > 0
    other.execute("ROLLBACK")
    other.close()
    recorder.close()
    kept = len(read_session(tmp_path / "evidence.sqlite").events)
    assert kept + recorder.dropped == QUEUE_LENGTH + 2000


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from armctl.clock import SteppedClock
from armctl.evidence.recorder import Recorder, SessionFacts
recorder = Recorder(Path(sys.argv[1]), SessionFacts("g", "a", "s", "p"), SteppedClock())
# A file-size limit behaves like a full disk: writes fail from here on.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))
for number in range(50):
    recorder.record("tick", number=number)
recorder.close()
print(recorder.dropped)
"""


def test_a_full_disk_costs_records_and_they_are_counted(tmp_path):
    assert resource.RLIMIT_FSIZE
    assert signal.SIGXFSZ
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "e.sqlite")], capture_output=True, text=True, timeout=30
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "50"


KILLED = """
import os, signal, sys, time
from pathlib import Path
from armctl.clock import SystemClock
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.store import read_session
recorder = Recorder(Path(sys.argv[1]), SessionFacts("g", "a", "s", "p"), SystemClock())
recorder.record("kept", number=1)
while not read_session(Path(sys.argv[1])).events:
    time.sleep(0.02)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_written_survives_a_killed_program(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "e.sqlite")], timeout=30, check=False)
    (event,) = read_session(tmp_path / "e.sqlite").events
    assert event.kind == "kept"
