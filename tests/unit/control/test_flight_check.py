"""The re-run says the same about a real session with real faults, and something else as soon as anything is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.control import flight
from armctl.control import messages as say
from armctl.control.flight_check import check_flight
from armctl.control.flight_recording import Part, Recording
from armctl.control.flight_records import Advise, Approve, Observe, encode
from armctl.control.loop import Beat
from armctl.errors import ConfigError
from tests.support.flights import (
    FAULTS,
    FlightBench,
    Spoiled,
    broken,
    fly,
    mend,
    spoiled_bench,
    swing,
)


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A swing until the first joint was blocked, and what came after."""
    bench, _ = fly(tmp_path_factory.mktemp("flight"), "following_error", after=60)
    recording = bench.recording()
    bench.close()
    return recording


@pytest.mark.parametrize("code", FAULTS)
def test_a_real_fault_is_found_again_with_every_verdict(tmp_path: Path, code: str) -> None:
    bench, _ = fly(tmp_path, code, after=30)
    with closing(bench):
        bench.ask(say.ClearFault)
        bench.tick(20)
        recording = bench.recording()
    outcome = check_flight(recording)
    assert outcome.difference is None
    assert outcome.ticks == len(recording.ticks) == len(bench.snapshots)
    assert outcome.verdicts > 50
    assert [tick.fault.code for tick in recording.faults() if tick.fault] == [code]


ACTIONS: dict[str, Callable[[FlightBench, Spoiled], object]] = {
    "arm": lambda bench, arm: (bench.ask(say.Enable), bench.tick(2), bench.ask(say.StopTest, pressed_at=bench.now)),
    "swing": lambda bench, arm: swing(bench, 15),
    "jog": lambda bench, arm: bench.ask(say.Jog, linear=(0.0, 0.0, 1.0), speed=1.0),
    "grip": lambda bench, arm: bench.ask(say.Grip, opening=0.2),
    "pause": lambda bench, arm: bench.ask(say.Pause),
    "resume": lambda bench, arm: bench.ask(say.Resume),
    "stop": lambda bench, arm: bench.ask(say.Stop),
    "old": lambda bench, arm: bench.ask(say.MoveBy, epoch=77, translation=(0.0, 0.0, 0.02)),
    "clear": lambda bench, arm: bench.ask(say.ClearFault),
    "silence": lambda bench, arm: setattr(bench, "beating", not bench.beating),
    "late": lambda bench, arm: (bench.clock.advance(0.05), bench.tick(1, Beat(0.05, 5, 5))),
    "asleep": lambda bench, arm: bench.tick(1, Beat(asleep=3.0)),
    "not a number": lambda bench, arm: setattr(arm, "spoil", broken),
    "mend": lambda bench, arm: mend(arm),
    **{code: (lambda bench, arm, make=make: make(arm)) for code, make in FAULTS.items()},
}


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(1, 12)), min_size=4, max_size=14))
@settings(max_examples=8)
def test_whatever_happens_the_re_run_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, script: list[tuple[str, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Short segments: the recording begins in the middle of whatever was going on.
        patch.setattr(flight, "SEGMENT", 0.25)
        patch.setattr(flight, "KEPT", 1.0)
        bench, arm = spoiled_bench(tmp_path_factory.mktemp("flight"))
    with closing(bench):
        bench.arm_it()
        for name, ticks in script:
            ACTIONS[name](bench, arm)
            bench.tick(ticks)
        recording = bench.recording()
    outcome = check_flight(recording)
    assert outcome.difference is None, (script, outcome.difference)
    assert outcome.ticks == len(recording.ticks)


def with_arm(recording: Recording, change: Callable[[dict[str, Any]], object]) -> Recording:
    arm = json.loads(recording.facts.arm)
    change(arm)
    return Recording(msgspec.structs.replace(recording.facts, arm=json.dumps(arm)), recording.parts)


@pytest.mark.parametrize(
    "change",
    [
        lambda arm: arm["joints"][0].update(max_speed=0.1),
        lambda arm: arm["joints"][0].update(following_error=0.01),
        lambda arm: (arm["joints"][0].update(upper=0.05), arm["poses"].update(rest=arm["poses"]["home"])),
        lambda arm: arm["tool"].update(max_speed=0.05),
        lambda arm: arm["wire"].update(max_temperature=33.0, warn_temperature=30.0),
    ],
)
def test_a_planted_change_of_a_limit_is_found(flown: Recording, change: Callable[[dict[str, Any]], object]) -> None:
    outcome = check_flight(with_arm(flown, change))
    assert outcome.difference is not None
    assert outcome.difference.then != outcome.difference.now
    assert outcome.ticks < len(flown.ticks)


def test_a_person_who_sat_elsewhere_is_found(flown: Recording) -> None:
    scene = json.loads(flown.facts.scene)
    beside = [flown.ticks[20].tool[0], flown.ticks[20].tool[1] + 0.2, flown.ticks[20].tool[2]]
    scene["person"].update(head_xyz=beside, mouth_xyz=beside)
    moved = Recording(msgspec.structs.replace(flown.facts, scene=json.dumps(scene)), flown.parts)
    assert check_flight(moved).difference is not None


def nudged(recording: Recording, kind: type, field: str) -> tuple[Recording, int]:
    """Change an answer of a record of ``kind`` by one bit, or a set-point by 0.01 rad; return also which tick."""
    (part, *others) = recording.parts
    ticks = list(part.ticks)
    having = [i for i, tick in enumerate(ticks) if any(isinstance(call, kind) for call in tick.calls)]
    place = having[len(having) // 3]
    tick = msgspec.msgpack.decode(encode(ticks[place]), type=type(ticks[place]))
    call = next(call for call in tick.calls if isinstance(call, kind))
    value = getattr(call, field)
    if isinstance(value, bytes):
        numbers = np.frombuffer(value).copy()
        numbers[0] = np.nextafter(numbers[0], np.inf) if field == "speeds" else numbers[0] + 0.01
        setattr(call, field, numbers.tobytes())
    else:
        setattr(call, field, float(np.nextafter(value, np.inf)))
    ticks[place] = tick
    return Recording(recording.facts, (replace(part, ticks=tuple(ticks)), *others)), tick.number


@pytest.mark.parametrize(("kind", "field"), [(Approve, "speeds"), (Approve, "deadline"), (Advise, "speed")])
def test_one_bit_in_one_answer_is_found_in_its_tick(flown: Recording, kind: type, field: str) -> None:
    changed, number = nudged(flown, kind, field)
    difference = check_flight(changed).difference
    assert difference is not None
    assert difference.tick == number


def test_another_set_point_is_found(flown: Recording) -> None:
    changed, number = nudged(flown, Approve, "positions")
    difference = check_flight(changed).difference
    assert difference is not None
    assert difference.tick >= number


def test_another_mode_at_the_end_of_a_tick_is_found(flown: Recording) -> None:
    (part, *others) = flown.parts
    ticks = list(part.ticks)
    ticks[5] = msgspec.structs.replace(ticks[5], epoch=9)
    difference = check_flight(Recording(flown.facts, (replace(part, ticks=tuple(ticks)), *others))).difference
    assert difference is not None
    assert (difference.tick, difference.what) == (ticks[5].number, "mode, epoch and fault after the tick")


@pytest.fixture
def in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recording:
    monkeypatch.setattr(flight, "SEGMENT", 0.3)
    monkeypatch.setattr(flight, "KEPT", 1.2)
    bench = FlightBench(tmp_path)
    bench.arm_it()
    swing(bench, 250)
    recording = bench.recording()
    bench.close()
    return recording


def test_a_recording_that_begins_in_the_middle_is_run_from_its_checkpoint(in_parts: Recording) -> None:
    assert in_parts.ticks[0].number > 20
    assert in_parts.ticks[0].mode == "moving"
    assert len(in_parts.parts) > 3
    assert check_flight(in_parts).difference is None


def test_what_the_supervisor_remembers_is_compared_at_each_checkpoint(in_parts: Recording) -> None:
    changed = {**in_parts.parts[2].checkpoint, "_moved": 99.0}
    parts = [*in_parts.parts]
    parts[2] = replace(parts[2], checkpoint=changed)
    difference = check_flight(Recording(in_parts.facts, tuple(parts))).difference
    assert difference is not None
    assert difference.what == "what it remembers (_moved)"
    assert difference.then == "99.0"


def test_after_a_gap_the_re_run_goes_on_from_the_next_checkpoint(in_parts: Recording) -> None:
    first, second, *rest = in_parts.parts
    torn = Recording(in_parts.facts, (first, Part(second.checkpoint, second.ticks[:5]), *rest))
    outcome = check_flight(torn)
    assert outcome.difference is None
    assert outcome.gaps == 1


def test_a_malformed_configuration_is_said(flown: Recording) -> None:
    with pytest.raises(ConfigError, match=r"arm\.json"):
        check_flight(with_arm(flown, lambda arm: arm.update(joints=[])))


def test_progress_is_told_to_the_end(flown: Recording) -> None:
    told: list[tuple[int, int]] = []
    check_flight(flown, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (len(flown.ticks), len(flown.ticks))
    assert Observe in {type(call) for call in flown.ticks[3].calls}
