"""A recorded session, played again, does exactly the same; a damaged one is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from armctl import __version__
from armctl.access.actions import Action
from armctl.access.eventlog import EventLog, RecordedPipeline, replay
from armctl.access.events import SwitchEvent
from armctl.config.user import ScanConfig, UserConfig
from armctl.errors import ConfigError
from tests.support.typist import SCREENS, Typist


def record(path: Path, seed: int, calls: int) -> list[Action]:
    typist = Typist(seed)
    user = typist.settings()
    log = EventLog(path, user, {"a": 3})
    actions = typist.session(RecordedPipeline(user, log, {"a": 3}), calls)
    log.close()
    return actions


@pytest.mark.parametrize("seed", range(6))
def test_a_long_random_session_played_again_does_exactly_the_same(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "session.jsonl"
    actions = record(path, seed, 2500)
    again = replay(path)
    assert again.difference is None
    assert again.actions == tuple(repr(action) for action in actions)
    assert len(actions) > 100


def test_a_session_that_would_do_something_else_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    record(path, 1, 500)
    lines = path.read_text().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith('["="'))
    lines[first] = '["=",["Select(item=\'x\')"]]\n'
    path.write_text("".join(lines))
    different = replay(path).difference
    assert different is not None
    assert (different.line, different.then) == (first + 1, ("Select(item='x')",))
    assert different.now
    del lines[first]
    path.write_text("".join(lines))
    assert replay(path).difference is not None


def test_while_it_grows_it_has_another_name_and_what_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path, user = tmp_path / "deep" / "session.jsonl", UserConfig(name="x")
    log = EventLog(path, user, {})
    pipeline = RecordedPipeline(user, log)
    pipeline.set_items(SCREENS["home"], "home", 0.0)
    pipeline.tick(0.1, False)
    part = path.with_name("session.jsonl.part")
    assert part.exists()
    assert not path.exists()
    with part.open("ab") as file:
        file.write(b'["t",0.2,fal')
    assert replay(part).calls == 2
    log.close()
    log.close()
    assert path.exists()
    assert path.stat().st_mode & 0o077 == 0, "nobody else reads it"


def test_a_folder_that_cannot_be_written_to_costs_only_the_recording(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = EventLog(tmp_path / "file" / "session.jsonl", UserConfig(name="x"), {})
    pipeline = RecordedPipeline(UserConfig(name="x"), log)
    pipeline.set_items(SCREENS["home"], "home", 0.0)
    assert pipeline.tick(0.1, False)
    log.close()


def test_a_full_disk_costs_only_the_recording(tmp_path: Path) -> None:
    (tmp_path / "session.jsonl.part").symlink_to("/dev/full")
    pipeline = RecordedPipeline(UserConfig(name="x"), EventLog(tmp_path / "session.jsonl", UserConfig(name="x"), {}))
    pipeline.set_items(SCREENS["home"], "home", 0.0)
    assert pipeline.tick(0.1, False)
    assert pipeline.feed(SwitchEvent(0.2, "keyboard", "select", True), True)


DAMAGED = {
    "no recording": ('{"armctl_input":99}\n', 1),
    "empty": ("", 1),
    "no JSON": ('HEAD["t",1.0,false]\nrubbish\n', 3),
    "another kind": ('HEAD["q",1.0]\n', 2),
    "an unknown event": ('HEAD["e","Sneeze",{},false]\n', 2),
    "no list": ('HEAD["t",1.0,false]\n7\n', 3),
    "no actions": ('HEAD["t",1.0,false]\n["="]\n', 3),
    "an event that is none": ('HEAD["e","Stirred",3,false]\n', 2),
    "no person": ('{"armctl_input":1}\n', 1),
    "a person nobody understands": ('{"armctl_input":1,"user":{"name":"x","scan":7},"used":{}}\n', 1),
    "half an event": ('HEAD["e","Stirred",{"stamp":1.0},false]\n', 2),
}


@pytest.mark.parametrize("what", sorted(DAMAGED))
def test_what_is_no_recording_is_refused_with_its_line(tmp_path: Path, what: str) -> None:
    path = tmp_path / "session.jsonl"
    EventLog(path, UserConfig(name="x"), {}).close()
    text, line = DAMAGED[what]
    path.write_text(text.replace("HEAD", path.read_text()))
    with pytest.raises(ConfigError) as told:
        replay(path)
    assert told.value.line == line
    with pytest.raises(ConfigError):
        replay(tmp_path / "nothing")


def test_what_came_of_a_session_is_told_with_its_times_and_what_it_was_recorded_with(tmp_path: Path) -> None:
    path, user = tmp_path / "session.jsonl", UserConfig(name="ann", scan=ScanConfig(interval=1.0, first_extra=0.0))
    log = EventLog(path, user, {})
    pipeline = RecordedPipeline(user, log)
    pipeline.set_window(800.0, 600.0)
    pipeline.set_items(SCREENS["home"], "home", 50.0)
    for now in (50.1, 51.1, 53.0):
        pipeline.tick(now, False)
    log.close()
    again = replay(path)
    assert (again.user, again.version, again.calls) == ("ann", __version__, 5)
    assert again.seconds == pytest.approx(3.0)
    assert again.told[0] == (pytest.approx(0.1), "Lit(item='a', also=(), cue=0.0)")
    assert [round(at, 6) for at, _ in again.told] == [0.1, 1.1, 3.0, 3.0]
