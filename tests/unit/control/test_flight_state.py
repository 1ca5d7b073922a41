"""What the supervisor remembers comes back in another one, in whatever state it is, and no code comes with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from armctl.control import messages as say
from armctl.control.flight_records import encode_any
from armctl.control.flight_state import freeze, thaw
from armctl.errors import SafetyError
from armctl.hal.scene import Head, SceneState
from armctl.safety.states import Event
from armctl.safety.supervisor import Supervisor
from tests.support.control_bench import DT, Bench, robot_model, scene_config
from tests.support.flights import swing


def fresh() -> Supervisor:
    return Supervisor(robot_model(), scene_config(), DT)


def through_bytes(tree: Any) -> Any:
    return msgspec.msgpack.decode(encode_any(tree))


def new(bench: Bench) -> None:
    bench.tick()


def stop_test(bench: Bench) -> None:
    bench.tick()
    bench.ask(say.Enable)
    bench.tick(3)


def moving(bench: Bench) -> None:
    bench.arm_it()
    swing(bench, 30)


def stopping(bench: Bench) -> None:
    moving(bench)
    bench.ask(say.Stop)
    bench.tick(2)


def fault(bench: Bench) -> None:
    moving(bench)
    bench.supervisor.event(Event.FAULT, bench.now, "made up")
    bench.tick(2)


@pytest.mark.parametrize("prepare", [new, stop_test, moving, stopping, fault])
def test_another_supervisor_remembers_the_same_and_answers_the_same(
    tmp_path: Path, prepare: Callable[[Bench], None]
) -> None:
    bench = Bench(tmp_path)
    prepare(bench)
    tree = through_bytes(freeze(bench.supervisor))
    twin = fresh()
    thaw(tree, twin)
    assert freeze(twin) == tree
    assert (twin.mode, twin.epoch, twin.fault) == (bench.seen.mode, bench.seen.epoch, bench.supervisor.fault)
    state = bench.arm.read()
    for supervisor in (twin, bench.supervisor):
        supervisor.observe(state, bench.now)
        supervisor.advise(state.positions)
        supervisor.approve(state.positions, state.velocities, state, bench.now)
    assert freeze(twin) == freeze(bench.supervisor)
    bench.close()


def test_what_is_held_and_a_tracked_head_come_back(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    moving(bench)
    cup = (*bench.seen.tool[:3], 0.0, 0.0, 0.0, 1.0)
    for head in ((0.3, 0.4, 0.3), (0.31, 0.4, 0.3)):
        bench.supervisor.observe_scene(SceneState(bench.now, {"cup": cup}, "cup", head=Head(bench.now, head)))
    tree = through_bytes(freeze(bench.supervisor))
    twin = fresh()
    thaw(tree, twin)
    assert freeze(twin) == tree
    there, here = twin._zones, bench.supervisor._zones
    assert there.model.held is not None
    assert there.model.pairs == here.model.pairs
    positions = np.array(bench.seen.positions)
    assert there.reach(positions).margins.tobytes() == here.reach(positions).margins.tobytes()
    bench.close()


def test_it_is_small_and_holds_nothing_that_the_configuration_says(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    moving(bench)
    tree = freeze(bench.supervisor)
    assert not {"limits", "_zones", "_gate"} & tree.keys()
    assert len(encode_any(tree)) < 10_000
    bench.close()


def tampered(place: str, value: Any) -> dict[str, Any]:
    return {**freeze(fresh()), place: value}


@pytest.mark.parametrize(
    "tree",
    [
        tampered("_mode", {"$object": "os:system", "fields": {}}),
        tampered("_mode", {"$object": "subprocess:Popen", "fields": {}}),
        tampered("_mode", {"$enum": ["armctl.safety.states:transition", "x"]}),
        tampered("_mode", {"$enum": ["armctl.safety.states:Mode", "flying"]}),
        tampered("_mode", {"$object": "armctl.safety.states:Nothing", "fields": {}}),
        tampered("_mode", {"$object": "armctl.safety.nowhere:Nothing", "fields": {}}),
        tampered("_mode", {"$array": ["<f8", [3], b"12345"]}),
        tampered("_mode", {"$unheard": 1}),
        tampered("_stopping", {"$object": "armctl.safety.rest:Stopping", "fields": {"_other": {"$kept": True}}}),
        {"_mode": {"$float": "fast"}},
    ],
)
def test_a_tree_that_does_not_fit_or_means_harm_is_refused(tree: Any) -> None:
    with pytest.raises(SafetyError, match="cannot be taken up"):
        thaw(tree, fresh())
