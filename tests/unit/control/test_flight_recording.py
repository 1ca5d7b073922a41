"""A recording is self-contained, holds nothing personal that explains nothing, and says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from armctl.config.load import builtin, load
from armctl.config.user import UserConfig
from armctl.control.flight_recording import PERSONAL, Recording, facts_of, from_ring
from armctl.control.flight_ring import Segment
from armctl.errors import ConfigError, SetupError
from tests.support.control_bench import DT, arm_config, scene_config
from tests.support.flights import FlightBench


def test_facts_describe_arm_and_scene_completely() -> None:
    facts = facts_of(arm_config(), scene_config(), None, DT)
    recording = Recording(facts, ())
    assert recording.arm.model_dump() == arm_config().model_dump()
    assert recording.arm.urdf_text() == arm_config().urdf_text()
    assert recording.scene == scene_config()
    assert recording.supervisor().limits.speed.tolist() == [joint.max_speed for joint in arm_config().joints]


def test_the_recorded_geometry_is_used_not_the_installed_one() -> None:
    facts = facts_of(arm_config(), scene_config(), None, DT)
    with pytest.raises(Exception, match=r"[Uu][Rr][Dd][Ff]|XML|xml"):
        _ = Recording(msgspec.structs.replace(facts, urdf="<nothing/"), ()).robot


def test_a_persons_settings_are_kept_without_what_identifies_them() -> None:
    user = load(builtin("users", "guest"), UserConfig)
    kept = json.loads(facts_of(arm_config(), scene_config(), user, DT).user)
    assert kept.keys() == UserConfig.model_fields.keys() - PERSONAL
    assert UserConfig.model_fields.keys() >= PERSONAL
    assert "name" not in kept
    assert kept["motion"]["speed"] == user.motion.speed


def test_a_malformed_scene_is_named(tmp_path: Path) -> None:
    facts = facts_of(arm_config(), scene_config(), None, DT)
    with pytest.raises(ConfigError, match=r"scene\.json: title"):
        _ = Recording(msgspec.structs.replace(facts, scene='{"name": "x"}'), ()).scene


def test_memory_that_holds_nothing_or_something_else_is_said() -> None:
    facts = msgspec.json.encode(facts_of(arm_config(), scene_config(), None, DT))
    with pytest.raises(SetupError, match="Nothing is recorded yet"):
        from_ring(facts, [Segment(1, (b"\x80",))], "", "")
    with pytest.raises(SetupError, match="cannot be read"):
        from_ring(facts, [Segment(1, (b"\x80", b"\x01"))], "", "")
    with pytest.raises(SetupError, match="cannot be read"):
        from_ring(b"{}", [], "", "")


def test_ticks_run_through_all_parts(tmp_path: Path) -> None:
    bench = FlightBench(tmp_path)
    bench.tick(30)
    recording = bench.recording()
    assert recording.ticks == recording.parts[0].ticks
    assert not list(recording.faults())
    bench.close()
