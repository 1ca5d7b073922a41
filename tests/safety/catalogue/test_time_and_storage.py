"""Rows 27 to 33: clocks that jump, disks that are full or slow, configurations that are wrong, a power cut."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import armctl
from armctl.clock import SystemClock
from armctl.config import arm as arm_module
from armctl.config.arm import CAP_JOINT_SPEED, CAP_STOP_TIME, CAP_TEMPERATURE, CAP_TOOL_SPEED, ArmConfig, stop_time
from armctl.config.load import Model, builtin, builtin_names, parse
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.control import messages as say
from armctl.errors import ConfigError
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.store import read_session
from armctl.safety.limits import Limits
from armctl.tasks.model import TaskConfig
from tests.safety.catalogue.conftest import Reaction
from tests.support import trace_view
from tests.support.control_bench import Bench
from tests.support.live_control import LiveControl, arm_at
from tests.support.power_cut import GONE, NEW
from tests.support.time_of_day import DATED, asked_by
from tests.support.waits import waits_seen

TICK = 0.01


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveControl]:
    it = LiveControl(tmp_path_factory.mktemp("live"))
    yield it
    it.close()


# -- clocks ------------------------------------------------------------------------------------------------------------


def a_motion(folder: Path) -> list[tuple[float, ...]]:
    """Arm, go and stop on a stepped clock; return every set-point."""
    folder.mkdir()
    bench = Bench(folder)
    try:
        bench.arm_it()
        bench.ask(say.MoveJoints, positions=(-0.3, -0.9, 1.1, -0.2, -1.522))
        bench.tick(60)
        bench.ask(say.Stop)
        bench.until(lambda seen: seen.mode == "ready")
        return [(row.stamp, *row.positions) for row in bench.rows()]
    finally:
        bench.close()


@pytest.mark.catalogue(27)
def test_a_wall_clock_that_jumps_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reaction: Reaction
) -> None:
    undisturbed = a_motion(tmp_path / "first")
    jumps = cycle([0.0, 3600.0, -86400.0, 1e9, -1e9])
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + next(jumps))
    monkeypatch.setattr(time, "time_ns", lambda: int((real + next(jumps)) * 1e9))
    assert len(undisturbed) > 60
    assert a_motion(tmp_path / "second") == undisturbed
    assert asked_by(Path(armctl.__file__).parents[1]) == set(DATED)
    reaction(None, "nothing")


@pytest.mark.catalogue(28)
def test_a_computer_that_slept_is_a_fault_in_the_first_tick(live: LiveControl, reaction: Reaction) -> None:
    live.cruise()
    live.fault("asleep 30")
    at = live.happened()
    live.until(lambda seen: seen.fault is not None and seen.fault.code == "clock_jump", since=at)
    seconds = live.braked(at) - at
    reaction(seconds, "clock_jump", began=at)
    # The order is obeyed while a tick begins: it is that tick, or the next one, that finds the jump.
    between = trace_view.sent(live.trace)
    assert int(((between.stamps > at) & ~between.held).sum()) <= 1
    live.stays_at_rest()


# -- disks -------------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(29)
def test_a_full_disk_costs_records_and_the_loop_nothing(tmp_path: Path, reaction: Reaction) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.full_disk", str(tmp_path)], capture_output=True, text=True, timeout=50
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["dropped"] == 200
    assert told["waited"] == []
    assert told["kinds"] == ["after", "before"], "room on the disk is used again"
    assert told["slowest_set_point"] > 0.2, "the arm slowed down"
    assert told["set_points"] > 50
    reaction(None, f"{told['dropped']} records dropped and counted, {told['missed']} ticks missed")
    # A miss that the computer explains is not the disk's.
    assert told["missed"] == 0 or told["lateness"] > TICK


HOLDER = """
import sqlite3, sys, time
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
store.execute("ROLLBACK")
"""


@pytest.mark.catalogue(30)
def test_a_disk_that_stalls_costs_records_and_the_loop_nothing(
    tmp_path: Path, live: LiveControl, reaction: Reaction
) -> None:
    """Another program holds the store for longer than one try to write lasts."""
    store, clock = tmp_path / "evidence.sqlite", SystemClock()
    recorder = Recorder(store, SessionFacts("g", "a", "s", "p"), clock)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "held\n"
        live.cruise()
        missed, begin, number = live.now.missed_ticks, time.monotonic(), 0
        while time.monotonic() - begin < 1.3:
            recorder.record("tick", number=number)
            number += 1
            time.sleep(0.002)
        _, speeds = trace_view.sent(live.trace, 100).speeds()
        missed = live.now.missed_ticks - missed
        holder.stdin.write("\n")
    assert float(speeds.min()) > 0.2, "the arm slowed down"
    late = max(snapshot.lateness for at, snapshot in live.seen if at > begin)
    assert missed == 0 or late > TICK
    recorder.close()
    kept = len(read_session(store).events)
    assert kept + recorder.dropped == number
    assert recorder.dropped == 0, "what fits into memory is written when the disk answers again"
    reaction(None, f"records wait, then dropped and counted; {missed} ticks missed")


@pytest.mark.catalogue(30)
def test_records_that_fit_nowhere_are_dropped_and_counted_at_once(tmp_path: Path, reaction: Reaction) -> None:
    recorder = Recorder(tmp_path / "e.sqlite", SessionFacts("g", "a", "s", "p"), SystemClock())
    store = sqlite3.connect(tmp_path / "e.sqlite", isolation_level=None)
    store.execute("BEGIN EXCLUSIVE")
    # Nobody gives the store free and nobody empties the queue before this loop ends.
    with waits_seen() as waits:
        for number in range(12_000):
            recorder.record("tick", number=number)
    dropped = recorder.dropped
    assert dropped > 0
    assert waits == set(), "a record waited"
    store.close()
    recorder.close()
    assert len(read_session(tmp_path / "e.sqlite").events) + recorder.dropped == 12_000
    reaction(None, f"{dropped} records dropped and counted")


# -- configurations ----------------------------------------------------------------------------------------------------

KINDS: dict[str, type[Model]] = {"arms": ArmConfig, "scenes": SceneConfig, "users": UserConfig, "tasks": TaskConfig}
FILES = [
    (model, builtin(kind, name).read_text(encoding="utf-8"))
    for kind, model in KINDS.items()
    for name in builtin_names(kind)
]
VALUES = st.sampled_from(
    [
        "",
        "nan",
        "inf",
        "-inf",
        "1e999",
        '"x"',
        "true",
        "[]",
        "{}",
        "-1",
        "0",
        "99999999",
        "[1, 2",
        '"',
        "[[1]]",
        "2024-01-01",
    ]
)


@st.composite
def malformed(draw: st.DrawFn) -> tuple[type[Model], str]:
    """Draw one of the files that come with armctl, and spoil it."""
    model, text = draw(st.sampled_from(FILES))
    lines = text.splitlines()
    where = draw(st.integers(0, len(lines) - 1))
    kind = draw(st.sampled_from(["value", "cut", "noise", "unknown key", "twice", "end"]))
    if kind == "value":
        assume("=" in lines[where])
        lines[where] = f"{lines[where].partition('=')[0]}= {draw(VALUES)}"
    elif kind == "cut":
        del lines[where : where + draw(st.integers(1, 4))]
    elif kind == "noise":
        place = draw(st.integers(0, len(lines[where])))
        lines[where] = lines[where][:place] + draw(st.text(max_size=5)) + lines[where][place:]
    elif kind == "unknown key":
        lines.insert(where, "no_such_setting = 1")
    elif kind == "twice":
        lines.insert(where, lines[where])
    else:
        lines = lines[:where]
    return model, "\n".join(lines)


@pytest.mark.catalogue(31)
def test_a_malformed_configuration_is_refused_with_file_and_line(tmp_path: Path, reaction: Reaction) -> None:
    """What is not there has no line; everything else is named with its own."""
    refused = {"all": 0}

    @settings(max_examples=80)
    @given(malformed())
    def check(spoilt: tuple[type[Model], str]) -> None:
        model, text = spoilt
        try:
            parse(text, model, "some/file.toml")
        except ConfigError as error:
            refused["all"] += 1
            assert str(error).startswith("some/file.toml:"), error
            missing = "Field required" in str(error) or "must have" in str(error)
            assert missing if error.line is None else 1 <= error.line <= len(text.splitlines()) + 1, error

    check()
    assert refused["all"] > 20
    said = control_refuses(tmp_path, "max_speed = 0.52", "max_speed = fast")
    text = builtin("arms", "so101").read_text(encoding="utf-8")
    number = text[: text.index("max_speed = 0.52")].count("\n") + 1
    assert f"{tmp_path}/so101.toml:{number}: " in said
    reaction(None, "file, line and what is wrong with it")


def control_refuses(folder: Path, old: str, new: str) -> str:
    """Start control with a spoilt arm; return the one line it says before it touches anything."""
    path = arm_at((0.0, -0.9, 1.1, -0.2, -1.522), folder)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    command = [sys.executable, "-m", "armctl.control.process", "--arm", str(path), "--scene", "kitchen_table"]
    run = subprocess.run(
        [*command, "--driver", "ideal", "--link-fd", "0", "--alive-fd", "0"], capture_output=True, text=True, timeout=20
    )
    assert run.returncode == 2, run.stderr
    (line,) = run.stderr.strip().splitlines()
    return line


numbers = st.one_of(
    st.floats(-10, 10),
    st.floats(1e-9, 1e-3),
    st.floats(10, 1e6),
    st.sampled_from([0.0, -1.0, 1e-12, 1e12]),
    st.integers(-5, 5000),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every number in ``data``."""
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield from places(data[key], (*path, key))
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield path


SO101 = tomllib.loads(builtin("arms", "so101").read_text(encoding="utf-8"))
PLACES = sorted(places(SO101), key=str)


@st.composite
def arms(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the SO-101 with some of its numbers replaced by any others."""
    data = json.loads(json.dumps(SO101))
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True)):
        place = data
        for key in path[:-1]:
            place = place[key]
        share = draw(st.floats(0.2, 2.0))
        place[path[-1]] = place[path[-1]] * share if draw(st.booleans()) else draw(numbers)
    return data


@pytest.mark.catalogue(32)
def test_no_configuration_that_is_accepted_goes_beyond_the_built_in_caps(tmp_path: Path, reaction: Reaction) -> None:
    seen = {"accepted": 0, "refused": 0}

    @settings(max_examples=150)
    @given(arms())
    def check(data: dict[str, Any]) -> None:
        try:
            config = parse(as_toml(data), ArmConfig, "arm.toml")
        except ConfigError:
            seen["refused"] += 1
            return
        seen["accepted"] += 1
        assert_safe(config)

    check()
    assert min(seen.values()) > 20, seen
    said = control_refuses(tmp_path, "max_acceleration = 2.0", "max_acceleration = 0.01")
    assert "to rest takes" in said
    reaction(None, "the value, and the cap it is beyond")


def assert_safe(config: ArmConfig) -> None:
    limits = Limits.of(config, 1.0 / config.rate_hz)
    assert (limits.speed <= CAP_JOINT_SPEED).all()
    assert limits.tool_speed <= CAP_TOOL_SPEED
    assert limits.hot <= CAP_TEMPERATURE
    assert limits.warm <= limits.hot
    assert 0.0 <= limits.min_voltage < limits.max_voltage
    assert (limits.lower < limits.upper).all()
    assert (limits.following <= 0.35).all()
    for moving in (*config.joints, config.tool):
        assert stop_time(moving.max_speed, moving.max_acceleration, moving.max_jerk) <= CAP_STOP_TIME
    assert np.isfinite(limits.stop_time)
    assert limits.stop_time <= 1.5 * 2.0 * CAP_STOP_TIME + 0.5
    assert 0.0 < limits.dt <= 0.05


def as_toml(data: dict[str, Any]) -> str:
    """Write ``data`` as TOML: inline tables do for everything below the first level."""
    return "\n".join(f"{key} = {_value(value)}" for key, value in data.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value)


@pytest.mark.catalogue(32)
def test_the_supervisor_caps_even_what_was_never_checked(reaction: Reaction) -> None:
    """A configuration made past its checks, as by a defect, still meets the caps in the supervisor."""
    good = parse(as_toml(SO101), ArmConfig, "arm.toml")
    joints = tuple(joint.model_copy(update={"max_speed": 50.0}) for joint in good.joints)
    wild = good.model_copy(update={"joints": joints, "tool": good.tool.model_copy(update={"max_speed": 9.0})})
    limits = Limits.of(wild, 0.01)
    assert (limits.speed <= CAP_JOINT_SPEED).all()
    assert limits.tool_speed <= CAP_TOOL_SPEED
    assert arm_module.CAP_TOOL_SPEED == 0.25
    reaction(None, "the cap is used")


# -- a power cut -------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(33)
def test_a_power_cut_while_saving_leaves_the_old_file_or_the_new_one(tmp_path: Path, reaction: Reaction) -> None:
    """The power goes before each call to the system in turn; what was not on the disk yet is lost."""
    old, ends, seen = "old = 1\n", 0, set()
    for moment in range(1, 40):
        code, text = power_cut(tmp_path, moment, old)
        assert text in (old, NEW), f"a mixture after moment {moment}: {text[:40]!r}"
        seen.add(text)
        if code == 0:
            ends = moment
            break
        assert code == GONE
    assert ends >= 8, "the power went at too few moments"
    assert seen == {old, NEW}
    # The same on a file that is written straight into: what this test looks for is there to be found.
    assert any(power_cut(tmp_path, moment, old, "--naive")[1] not in (old, NEW) for moment in range(2, 5))
    reaction(None, "old or new")


def power_cut(folder: Path, moment: int, old: str, *more: str) -> tuple[int, str]:
    path = folder / "so101.toml"
    path.write_text(old, encoding="utf-8")
    command = [sys.executable, "-m", "tests.support.power_cut", str(path), str(moment), *more]
    code = subprocess.run(command, timeout=20, check=False).returncode
    return code, path.read_text(encoding="utf-8")
