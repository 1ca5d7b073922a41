"""armctl replay and armctl record as a person meets them: what is said, and the exit code."""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from armctl.cli import replay as command
from armctl.cli.replay import newest, record, replay
from armctl.control.flight_process import WriterProcess
from armctl.control.flight_recording import Recording
from armctl.errors import SetupError
from tests.support.flights import FlightBench, as_file, fly

SIZE = (800, 480)


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    bench, _ = fly(tmp_path_factory.mktemp("flight"), "over_temperature", after=40)
    recording = bench.recording("fault", "A joint is too hot")
    bench.close()
    return recording


@pytest.fixture(scope="module")
def file(flown: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_file(flown, tmp_path_factory.mktemp("file") / "one.mcap")


def checked(path: Path) -> int:
    return replay(path, check=True, export=None, size=SIZE)


def test_the_same_verdicts_are_exit_code_zero(file: Path, flown: Recording, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(file) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{len(flown.ticks)} ticks, ")
    assert "verdicts, all the same." in said


def test_a_difference_is_exit_code_one_with_both_answers(
    flown: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arm = json.loads(flown.facts.arm)
    arm["joints"][0]["max_speed"] = 0.1
    facts = msgspec.structs.replace(flown.facts, arm=json.dumps(arm), version="0.0.9")
    path = as_file(Recording(facts, flown.parts), tmp_path / "other.mcap")
    assert checked(path) == 1
    said = capsys.readouterr().out
    assert "then the first difference, in tick " in said
    assert "  then: approved" in said
    assert "  now:  " in said
    assert "recorded with armctl 0.0.9" in said


def test_a_damaged_file_is_an_error_with_its_name(file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(SetupError, match=r"cut\.mcap"):
        checked(cut)


def test_without_a_file_the_newest_is_taken(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "flights_folder", lambda: tmp_path)
    with pytest.raises(SetupError, match="no flight recording"):
        replay(None, check=True, export=None, size=SIZE)
    for age, name in ((100, "2-fault.mcap"), (50, "1-asked.mcap")):
        (tmp_path / name).write_bytes(file.read_bytes())
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    assert newest(tmp_path).name == "1-asked.mcap"
    assert replay(None, check=True, export=None, size=SIZE) == 0


def test_the_table_has_a_row_a_tick(file: Path, flown: Recording, tmp_path: Path) -> None:
    out = tmp_path / "ticks.csv"
    assert replay(file, check=False, export=out, size=SIZE) == 0
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["tick"]) for row in rows] == [tick.number for tick in flown.ticks]
    assert {row["mode"] for row in rows} == {tick.mode for tick in flown.ticks}
    moving = [row for row in rows if row["mode"] == "moving"]
    assert all(row["verdict"] == "approved" for row in moving)
    assert float(moving[-1]["shoulder_pan_position_rad"]) > float(moving[0]["shoulder_pan_position_rad"])
    assert rows[-1]["fault"] == "over_temperature"
    with pytest.raises(SetupError, match="cannot be written"):
        replay(file, check=False, export=tmp_path / "no" / "folder.csv", size=SIZE)


def test_without_a_display_the_other_way_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SetupError, match="--check"):
        replay(file, check=False, export=None, size=SIZE)


def test_the_window_gets_recording_and_verdict(file: Path, flown: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr("ui.replay.run_replay", lambda *about: shown.extend(about))
    assert replay(file, check=False, export=None, size=SIZE) == 0
    recording, verdict, _, size = shown
    assert len(recording.ticks) == len(flown.ticks)  # type: ignore[attr-defined]
    assert verdict.same  # type: ignore[attr-defined]
    assert "all the same" in verdict.text  # type: ignore[attr-defined]
    assert size == SIZE


def until(found: Callable[[], object]) -> None:
    limit = time.monotonic() + 30.0
    while not found():
        assert time.monotonic() < limit, "nothing came"
        time.sleep(0.02)


def test_a_running_recorder_is_asked_for_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "flights"
    with pytest.raises(SetupError, match="No armctl is running"):
        record(folder)
    bench = FlightBench(tmp_path)
    bench.tick(10)
    writer = WriterProcess(bench.ring, folder)
    until(lambda: list(folder.glob(".ask-*")))
    (folder / ".ask-1").touch()  # left behind by one that was killed
    path = Path(record(folder))
    assert path.parent == folder
    assert checked(path) == 0
    assert not (folder / ".ask-1").exists()
    writer.close()
    writer.wait(30.0)
    bench.close()
    with pytest.raises(SetupError, match="No armctl is running"):
        record(folder)


def test_a_recorder_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    bench = FlightBench(tmp_path)
    writer = WriterProcess(bench.ring, tmp_path / "flights")
    until(lambda: list((tmp_path / "flights").glob(".ask-*")))
    with pytest.raises(SetupError, match="Nothing is recorded yet"):
        record(tmp_path / "flights")
    writer.close()
    writer.wait(30.0)
    bench.close()
