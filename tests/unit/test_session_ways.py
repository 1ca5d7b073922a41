"""A session carries a task out on real control, around what stands in the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from armctl.control.pathfinding import InlinePathfinder
from armctl.control.trace import SENT
from armctl.safety.zones import Zones
from armctl.session import Session
from armctl.tasks.model import load_task
from armctl.tasks.view import TaskStatus
from tests.support.control_bench import DT, Bench, arm_config, robot_model, scene_config
from tests.support.lamp import beside, kitchen_with_lamp


def carried_out(bench: Bench, session: Session, task: str) -> TaskStatus:
    """Arm, carry out a task on real control, and return how it ended."""
    bench.beating = False  # the session beats
    for _ in range(400):
        session.update()
        bench.tick()
        now = session.snapshot
        if now is None or now.mode == "ready":
            continue
        if now.mode == "disarmed":
            session.enable()
        else:
            session.stop_test(bench.now)
    assert session.snapshot is not None
    assert session.snapshot.mode == "ready"
    session.start_task(load_task(task))
    for _ in range(round(60.0 / DT)):
        session.update()
        bench.tick()
        if session.task is None or session.task.phase != "running":
            break
    assert session.task is not None
    return session.task


def test_a_session_drives_real_control_through_a_task(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    session = Session(bench.ui, bench.clock, lambda kind, **data: None, scene=scene_config(), arm=arm_config())
    try:
        task = carried_out(bench, session, "go_home")
        assert task.phase == "done", task
    finally:
        bench.close()


@pytest.mark.parametrize("looks", [True, False])
def test_a_task_goes_around_a_lamp_in_its_way_and_only_when_somebody_looks_for_one(tmp_path: Path, looks: bool) -> None:
    scene = kitchen_with_lamp(0.25, -0.17)
    bench = Bench(tmp_path, scene=scene, start=beside(1.1)[:5])
    spoken: list[str] = []
    session = Session(
        bench.ui,
        bench.clock,
        lambda kind, **data: None,
        scene=scene,
        arm=arm_config(),
        speak=spoken.append,
        pathfinder=InlinePathfinder(arm_config(), scene) if looks else None,
    )
    try:
        task = carried_out(bench, session, "go_home")
        assert ("Going around the lamp." in spoken) is looks
        assert (task.phase == "done") is looks, task
        assert bench.supervisor.fault is None
        # With or without: the supervisor let nothing touch the lamp.
        zones = Zones(robot_model(), scene)
        went = np.array([row.positions for row in bench.rows() if row.kind == SENT])[::5]
        assert (zones.model.distances_many(went) - zones.limits).min() > -1e-3
    finally:
        bench.close()


def test_a_goal_no_way_leads_to_is_told_and_the_arm_stays(tmp_path: Path) -> None:
    scene = kitchen_with_lamp(0.28, 0.0)  # where the hand is at home
    bench = Bench(tmp_path, scene=scene, start=beside(1.1)[:5])
    session = Session(
        bench.ui,
        bench.clock,
        lambda kind, **data: None,
        scene=scene,
        arm=arm_config(),
        pathfinder=InlinePathfinder(arm_config(), scene),
    )
    try:
        before = bench.arm.read().positions
        task = carried_out(bench, session, "go_home")
        assert task.phase == "failed"
        assert "way" in task.reason or "room" in task.reason, task.reason
        assert np.allclose(bench.arm.read().positions, before, atol=1e-2)
    finally:
        bench.close()
