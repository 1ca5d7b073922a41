"""A recorded session, played again, does exactly the same; a damaged one is told with its line."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from armctl.access.actions import Action, ScanItem
from armctl.access.eventlog import EventLog, RecordedPipeline, replay
from armctl.access.events import (
    AxesEvent,
    Control,
    DeviceCame,
    DeviceGone,
    FocusLost,
    InputEvent,
    PointerEvent,
    PointerLeft,
    Stirred,
    StopLine,
    SwitchEvent,
)
from armctl.config.user import UserConfig
from armctl.errors import ConfigError
from tests.support.switch_person import tiles

SCREENS = {
    "home": tiles(6, moves=True),
    "move": (*tiles(4, holds=True), ScanItem("z", "Z", rect=(0, 300, 90, 90))),
}
CONTROLS: tuple[Control, ...] = ("select", "next", "back", "group", "pause", "stop")


class Typist:
    """Does anything whatever with every device, as fast as a screen is looked at."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.now = self._dice.uniform(0.0, 1e5)

    def event(self) -> InputEvent:
        dice, now = self._dice, self.now
        device = dice.choice(["keyboard", "box", "pointer", "puff"])
        control = dice.choice(CONTROLS[:2]) if dice.random() < 0.8 else dice.choice(CONTROLS)
        switch = SwitchEvent(
            now, device, control, dice.random() < 0.5, now - dice.uniform(0.0, 0.02), str(dice.randint(0, 2))
        )
        axes = AxesEvent(now, "stick", (dice.uniform(-1, 1) * dice.choice([0.05, 1.0]), dice.uniform(-1, 1) * 0.1))
        others: list[InputEvent] = [
            Stirred(now, "puff"),
            PointerEvent(now, dice.uniform(0, 400), dice.uniform(0, 400)),
            PointerLeft(now),
            DeviceGone(now, device, dice.choice(["unplugged", "frozen"])),  # type: ignore[arg-type]
            DeviceCame(now, device),
            FocusLost(now),
            StopLine(now, dice.random() < 0.5),
        ]
        return dice.choices([switch, axes, dice.choice(others)], [6, 2, 1])[0]

    def settings(self) -> UserConfig:
        dice = self._dice
        given: dict[str, Any] = {
            "name": "typist",
            "scan": {
                "method": dice.choice(["auto", "step", "inverse", "direct"]),
                "pattern": dice.choice(["linear", "row_column", "binary"]),
                "interval": dice.uniform(0.3, 1.0),
            },
            "motion": {"jog": "step"},
            "preview": {"enabled": dice.random() < 0.5},
            "switch": {"acceptance": dice.choice([0.0, 0.1]), "release": dice.choice([0.0, 0.1])},
        }
        return UserConfig.model_validate(given)

    def session(self, pipeline: RecordedPipeline, calls: int) -> list[Action]:
        dice, actions, moving = self._dice, list[Action](), False
        for _ in range(calls):
            self.now += dice.expovariate(60.0)
            moving = moving if dice.random() < 0.98 else not moving
            what = dice.random()
            if what < 0.5:
                actions += pipeline.tick(self.now, moving)
            elif what < 0.97:
                actions += pipeline.feed(self.event(), moving)
            elif what < 0.995:
                screen = dice.choice(sorted(SCREENS))
                pipeline.set_items(SCREENS[screen], screen, self.now, steers=screen == "move")
            else:
                pipeline.configure(self.settings())
        return actions


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
    actions = record(path, seed, 4000)
    again = replay(path)
    assert again.differs == ""
    assert again.actions == tuple(repr(action) for action in actions)
    assert len(actions) > 200


def test_a_session_that_would_do_something_else_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    record(path, 1, 500)
    lines = path.read_text().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith('["="'))
    lines[first] = '["=",["Select(item=\'x\')"]]\n'
    path.write_text("".join(lines))
    assert replay(path).differs.startswith(f"line {first + 1}: ")
    del lines[first]
    path.write_text("".join(lines))
    assert replay(path).differs


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
