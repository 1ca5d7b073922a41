"""The process that writes: whole files or none, a bounded number of them, also when control was killed."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mcap.reader import make_reader

from armctl.control.flight import Order
from armctl.control.flight_check import check_flight
from armctl.control.flight_file import read_flight
from armctl.control.flight_process import WriterProcess
from armctl.control.flight_writer import (
    GONE,
    KEPT_ASKED,
    KEPT_FILES,
    OLD_PART,
    Writer,
    free_name,
    open_door,
    tidy,
)
from armctl.errors import SetupError
from tests.support.flights import FlightBench

PATIENCE = 40.0
KILLED = """
import os, signal, sys
from pathlib import Path
from armctl.control.flight_process import WriterProcess
from tests.support.flights import FlightBench
bench = FlightBench(Path(sys.argv[1]))
WriterProcess(bench.ring, Path(sys.argv[1]) / "flights")
bench.arm_it()
bench.tick(20)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[FlightBench]:
    it = FlightBench(tmp_path)
    it.tick(10)
    yield it
    it.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.mcap"))


def until(found: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < limit, "nothing came"
        time.sleep(0.02)


def news(writer: WriterProcess) -> list[str]:
    """Wait for what went wrong."""
    said: list[str] = []
    until(lambda: said.extend(writer.news()) or said)
    return said


def test_a_killed_control_leaves_its_last_seconds_behind(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL
    until(lambda: files(tmp_path / "flights"))
    (path,) = files(tmp_path / "flights")
    recording = read_flight(path)
    assert recording.reason == GONE
    assert recording.ticks[-1].mode == "ready"
    assert check_flight(recording).difference is None
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_it_writes_what_is_ordered_and_ends_with_control(bench: FlightBench, tmp_path: Path) -> None:
    folder = tmp_path / "flights"
    writer = WriterProcess(bench.ring, folder)
    assert writer.order(Order("fault", "A joint is blocked"))
    until(lambda: files(folder))
    writer.close()
    assert writer.wait(PATIENCE) == 0
    (path,) = files(folder)
    assert "fault" in path.name
    assert read_flight(path).title == "A joint is blocked"
    assert list(folder.iterdir()) == [path]  # neither a half file nor a door is left
    assert not writer.order(Order("asked", "too late"))


def test_a_full_disk_is_told_and_counted_and_nothing_half_is_left(bench: FlightBench, tmp_path: Path) -> None:
    folder = tmp_path / "flights"
    writer = WriterProcess(bench.ring, folder)
    until(lambda: list(folder.glob(".ask-*")))
    # The kernel then refuses to let this process's files grow: to it, the disk is full.
    resource.prlimit(writer.pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    writer.order(Order("fault", "first"))
    (trouble,) = news(writer)
    assert "could not be written (File too large); 1 so far" in trouble
    assert [path for path in folder.iterdir() if not path.name.startswith(".ask-")] == []
    resource.prlimit(writer.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    writer.order(Order("fault", "second"))
    until(lambda: files(folder))
    writer.close()
    writer.wait(PATIENCE)
    with files(folder)[0].open("rb") as stream:
        (about,) = make_reader(stream).iter_metadata()
    assert about.metadata["lost"] == "1"


def test_it_inherits_nothing_of_controls_links(bench: FlightBench, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    writer = WriterProcess(bench.ring, tmp_path / "flights")
    os.close(writing)
    # As long as it lives: the end of control's pipes must show at once when control dies.
    assert os.read(reading, 1) == b""
    assert Path(f"/proc/{writer.pid}").exists()
    os.close(reading)
    writer.close()
    writer.wait(PATIENCE)


def test_a_writer_that_was_killed_is_told_once(bench: FlightBench, tmp_path: Path) -> None:
    writer = WriterProcess(bench.ring, tmp_path / "flights")
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait(PATIENCE)
    assert "ended" in news(writer)[0]
    assert list(writer.news()) == []
    assert not writer.order(Order("fault", "x"))
    writer.close()


def test_ctrl_c_and_the_end_of_a_service_do_not_cut_it_short(bench: FlightBench, tmp_path: Path) -> None:
    folder = tmp_path / "flights"
    writer = WriterProcess(bench.ring, folder)
    until(lambda: list(folder.glob(".ask-*")))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(writer.pid, number)
    writer.order(Order("fault", "x"))
    until(lambda: files(folder))
    writer.close()
    assert writer.wait(PATIENCE) == 0


@pytest.fixture
def served(bench: FlightBench, tmp_path: Path) -> Iterator[tuple[Writer, socket.socket]]:
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with mine, theirs:
        yield Writer(bench.ring.fileno, tmp_path / "flights", theirs), mine


def say(line: socket.socket, **order: str) -> None:
    line.send(json.dumps(order).encode())


def test_orders_that_piled_up_get_one_file_named_after_the_fault(
    served: tuple[Writer, socket.socket], tmp_path: Path
) -> None:
    writer, line = served
    for reason, title in (("asked", "one"), ("fault", "two"), ("asked", "three")):
        say(line, do="write", reason=reason, title=title)
    say(line, do="end")
    writer.serve()
    (path,) = files(tmp_path / "flights")
    assert read_flight(path).title == "two"
    assert json.loads(line.recv(4096)) == {"written": str(path)}


def test_orders_just_before_control_was_killed_are_done_and_the_last_moment_kept(
    served: tuple[Writer, socket.socket], tmp_path: Path
) -> None:
    writer, line = served
    say(line, do="write", reason="fault", title="two")
    line.close()
    writer.serve()
    assert sorted(read_flight(path).reason for path in files(tmp_path / "flights")) == [GONE, "fault"]


def test_a_folder_that_cannot_be_written_is_trouble_and_not_the_end(bench: FlightBench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with socket.socket() as line:
        writer = Writer(bench.ring.fileno, tmp_path / "file", line)
        assert "1 so far" in writer.write("fault", "x")["trouble"]
        assert "2 so far" in writer.write("fault", "x")["trouble"]
    assert open_door(tmp_path / "file") is None
    assert open_door(tmp_path / ("long" * 40)) is None


def test_an_empty_recorder_says_so(tmp_path: Path) -> None:
    bench = FlightBench(tmp_path)
    with socket.socket() as line:
        assert "Nothing is recorded" in Writer(bench.ring.fileno, tmp_path, line).write("asked", "x")["trouble"]
    bench.close()
    assert issubclass(SetupError, Exception)


def made(folder: Path, name: str, age: float) -> Path:
    path = folder / name
    path.write_text("x")
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    old = [made(tmp_path, f"2026{n:04}-000000-fault.mcap", 1000.0 - n) for n in range(KEPT_FILES + 5)]
    foreign = made(tmp_path, "mine.mcap", 1e6)
    tidy(tmp_path, 1e9, "fault")
    assert [path.exists() for path in old] == [False] * 6 + [True] * (KEPT_FILES - 1)
    assert foreign.exists()


def test_what_was_asked_for_does_not_push_out_faults(tmp_path: Path) -> None:
    faults = [made(tmp_path, f"2026{n:04}-000000-fault.mcap", 2000.0 - n) for n in range(20)]
    for n in range(30):
        tidy(tmp_path, 1e9, "asked")
        made(tmp_path, f"2027{n:04}-000000-asked.mcap", 500.0 - n)
    assert all(path.exists() for path in faults)
    assert len(list(tmp_path.glob("*asked*"))) == KEPT_ASKED


def test_half_files_of_a_computer_that_lost_its_power_are_removed(tmp_path: Path) -> None:
    old = made(tmp_path, ".20260101-000000-fault.mcap.part", OLD_PART + 1)
    new = made(tmp_path, ".20260102-000000-fault.mcap.part", 5.0)
    tidy(tmp_path, 1e9, "fault")
    assert not old.exists()
    assert new.exists()


def test_two_files_of_one_second_have_two_names(tmp_path: Path) -> None:
    first = free_name(tmp_path, 1e9, "fault")
    first.touch()
    second = free_name(tmp_path, 1e9, "fault")
    assert first != second
    assert second.name.endswith("-fault-2.mcap")
