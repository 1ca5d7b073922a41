"""armctl replay-input as a person meets it: what is said, and the exit code."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from armctl.access.eventlog import EventLog, RecordedPipeline
from armctl.cli.main import app
from armctl.cli.replay_input import newest, replay_input
from armctl.errors import ConfigError, SetupError
from tests.support.typist import Typist


def recorded(path: Path) -> int:
    """Record a session in ``path``; return how many actions came of it."""
    typist = Typist(3)
    user = typist.settings()
    log = EventLog(path, user, {})
    actions = typist.session(RecordedPipeline(user, log), 300)
    log.close()
    return len(actions)


def test_the_same_actions_are_printed_with_their_times_and_are_exit_code_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = recorded(tmp_path / "one.jsonl")
    assert replay_input(tmp_path / "one.jsonl", short=False) == 0
    said = capsys.readouterr().out.splitlines()
    assert "typist, 299 calls in " in said[0]
    assert said[-1] == f"{count} actions, all as recorded."
    assert len(said) == count + 2
    assert all(re.match(r" +\d+\.\d{3} s  [A-Z]\w+\(", line) for line in said[1:-1])
    assert replay_input(tmp_path / "one.jsonl", short=True) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_other_actions_are_exit_code_one_with_both_answers_and_the_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path)
    lines = path.read_text().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith('["="'))
    lines[first] = '["=",["Select(item=\'x\')"]]\n'
    lines[0] = re.sub('"version":"[^"]*"', '"version":"0.0.1"', lines[0])
    path.write_text("".join(lines))
    assert replay_input(path, short=True) == 1
    said = capsys.readouterr().out
    assert f"the first difference is in line {first + 1}:" in said
    assert "  then: Select(item='x')\n  now:  " in said
    assert "recorded with armctl 0.0.1" in said


def test_without_a_file_the_newest_is_taken_even_one_that_still_grows(tmp_path: Path) -> None:
    for number, name in enumerate(("b.jsonl", "a.jsonl.part")):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (1000 + number, 1000 + number))
    assert newest(tmp_path).name == "a.jsonl.part"
    with pytest.raises(SetupError, match="no recording of inputs"):
        newest(tmp_path / "nothing")


def test_what_is_no_recording_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text("rubbish\n")
    with pytest.raises(ConfigError) as told:
        replay_input(tmp_path / "one.jsonl", short=True)
    assert (told.value.line, told.value.path) == (1, str(tmp_path / "one.jsonl"))


def test_the_command_ends_with_the_verdict_as_its_exit_code(tmp_path: Path) -> None:
    count = recorded(tmp_path / "one.jsonl")
    run = CliRunner().invoke(app, ["replay-input", "--short", str(tmp_path / "one.jsonl")])
    assert (run.exit_code, f"{count} actions" in run.output) == (0, True)
