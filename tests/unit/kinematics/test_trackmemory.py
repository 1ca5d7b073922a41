"""trackmemory.py: whatever a goal does beyond reach, the arm comes back to where it was, elbow on the same side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.goal import Goal
from armctl.kinematics.rotation import matrix_from_rotation_vector
from armctl.kinematics.trackcode import ROWS, Geometry, code_for
from armctl.kinematics.tracking import track
from armctl.kinematics.trackmemory import LOOK_EVERY, MET, PATIENCE, Memory, ground_ahead, moved_ahead, stepped
from tests.unit.kinematics.arms import READY, chain, random_angles, seeds

STEP = 0.03
UP = np.array([0.0, 0.0, 1.0])
SEVEN = ("so101", "koch_v11", "wx250s", "mycobot280", "kinova_j2n6s300", "ur5", "panda")
CASES = [
    (name, kind) for name in SEVEN for kind in ("position", "level", "pose") if kind != "pose" or chain(name).dof > 5
]
LINKS = {"panda": (1, 3, 5)}
"""Joints at the ends and in the middle of upper arm and forearm; second, third and fourth on the others."""


def goal_of(kind: str, pose: FloatArray, position: FloatArray) -> Goal:
    if kind == "pose":
        return Goal(position, pose[:3, :3])
    return Goal(position, axis=(pose[2, :3], UP)) if kind == "level" else Goal(position)


def elbow_bend(arm: Chain, links: tuple[int, int, int], q: FloatArray) -> float:
    """Sine of the elbow's bend, from -1 to 1: its sign is the side of the line from shoulder to wrist it is on."""
    at, places, axes = np.eye(4), [], []
    angles = iter(q.tolist())
    for joint in arm.joints:
        at = at @ joint.origin
        if joint.kind != "fixed":
            places.append(at[:3, 3])
            axes.append(at[:3, :3] @ joint.axis)
            turn = np.eye(4)
            turn[:3, :3] = matrix_from_rotation_vector(joint.axis * next(angles))
            at = at @ turn
    shoulder, elbow, wrist = links
    upper, fore = places[elbow] - places[shoulder], places[wrist] - places[elbow]
    return float(np.cross(upper, fore) @ axes[elbow]) / float(np.linalg.norm(upper) * np.linalg.norm(fore))


@dataclass(frozen=True)
class Excursion:
    """What came of a goal that went away and came back."""

    farthest: float
    largest_step: float
    beyond_limits: float
    position_error: float
    rotation_error: float
    moved: float
    same_elbow: bool


def usual_pose(arm: Chain, links: tuple[int, int, int], kind: str, rng: np.random.Generator) -> FloatArray:
    """Angles (dof,) away from limits, above ground and beside the base, that can move every way; the elbow bent."""
    both = np.isfinite(arm.lower) & np.isfinite(arm.upper)
    lower, upper = np.where(both, arm.lower, -np.pi), np.where(both, arm.upper, np.pi)
    while True:
        q: FloatArray = lower + (upper - lower) * rng.uniform(0.12, 0.88, arm.dof)
        pose = forward(arm, q)
        beside = pose[2, 3] > 0.0 and np.hypot(pose[0, 3], pose[1, 3]) > 0.1 * arm.length
        bent = abs(elbow_bend(arm, links, q)) > 0.3
        if beside and bent and track(arm, q, goal_of(kind, pose, pose[:3, 3])).singular == 0.0:
            return q


def excursion(name: str, kind: str, seed: int, ticks: int = 500, *, anywhere: bool = False) -> Excursion:
    """Push a goal outward, or in any direction, beyond reach and back, and let it rest there."""
    arm, rng, links = chain(name), np.random.default_rng(seed), LINKS.get(name, (1, 2, 3))
    start = usual_pose(arm, links, kind, rng)
    pose = forward(arm, start)
    outward = pose[:3, 3] - 0.25 * arm.length * UP
    aside = rng.normal(size=3)
    way = (0.0 if anywhere else 1.0) * outward / np.linalg.norm(outward) + 0.7 * aside / np.linalg.norm(aside)
    phases = np.minimum(np.linspace(0.0, 1.4, ticks), 1.0)
    distances = rng.uniform(0.6, 1.2) * arm.length * np.sin(np.pi * phases) ** 2
    q, memory, farthest, largest, beyond = start, None, 0.0, 0.0, 0.0
    for distance in distances:
        tick = track(arm, q, goal_of(kind, pose, pose[:3, 3] + distance * way / np.linalg.norm(way)), STEP, memory)
        farthest, largest = max(farthest, tick.position_error), max(largest, float(np.abs(tick.q - q).max()))
        beyond = max(beyond, float((arm.lower - tick.q).max()), float((tick.q - arm.upper).max()))
        q, memory = tick.q, tick.memory
    same = elbow_bend(arm, links, q) * elbow_bend(arm, links, start) > 0.0
    moved = float(np.abs(q - start).max())
    return Excursion(farthest, largest, beyond, tick.position_error, tick.rotation_error, moved, same)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_random_excursions_beyond_reach_come_back_without_a_jump_and_with_the_elbow_as_it_was(
    name: str, kind: str
) -> None:
    for seed in range(200, 203):
        found = excursion(name, kind, seed)
        assert found.farthest > 0.05
        assert found.largest_step <= STEP + 1e-12
        assert found.beyond_limits <= 0.0
        assert found.position_error < 1e-4
        assert found.rotation_error < 1e-3
        assert found.same_elbow
        if chain(name).dof == ROWS["level" if kind == "level" else "pose" if kind == "pose" else "position"]:
            assert found.moved < 0.01


@pytest.mark.parametrize(("name", "kind", "seed"), [("mycobot280", "level", 38), ("wx250s", "pose", 5)])
def test_from_where_no_descent_leads_back_the_arm_returns_to_known_ground(name: str, kind: str, seed: int) -> None:
    """Ways across gaps in the reach; with descents alone these end 40 and 260 mm off, against limits."""
    found = excursion(name, kind, seed, 700, anywhere=True)
    assert found.largest_step <= STEP + 1e-12
    assert found.position_error < 1e-4
    assert found.same_elbow
    assert found.moved < 0.01


def test_without_memory_some_of_these_arms_end_elsewhere() -> None:
    """What the memory is for: otherwise the property above would hold by itself."""
    arm, start = chain("so101"), np.array(READY["so101"])
    pose = forward(arm, start)
    out = np.arange(0.0, 1.2 * arm.length, 0.0075)
    ends = []
    for remembers in (False, True):
        q, memory = start, None
        for distance in [*out, *out[::-1], *[0.0] * 150]:
            tick = track(arm, q, Goal(pose[:3, 3] + distance * np.array([1.0, 0.0, 0.0])), STEP, memory)
            q, memory = tick.q, tick.memory if remembers else None
        ends.append(tick.position_error)
    assert ends[0] > 0.01
    assert ends[1] < 1e-4


@pytest.mark.parametrize("name", ["panda", "ur5"])
def test_joints_to_spare_return_from_a_closed_path_to_where_they_were(name: str) -> None:
    """Twelve rounds, 2,400 ticks: the drift of a round would add up."""
    arm, start = chain(name), np.array(READY[name])
    pose = forward(arm, start)
    q, memory = start, None
    for angle in np.linspace(0.0, 12 * 2 * np.pi, 2401):
        circle = 0.1 * np.array([np.cos(angle) - 1.0, np.sin(angle), 0.5 * np.sin(2 * angle)])
        tick = track(arm, q, Goal(pose[:3, 3] + circle), STEP, memory)
        q, memory = tick.q, tick.memory
        assert tick.position_error < 1e-4
    assert np.abs(q - start).max() < 0.02


def test_memory_keeps_the_first_posture_and_of_late_a_firm_one_that_met_the_goal() -> None:
    code = code_for(Geometry.of(chain("ur5")), "position", 0.3)
    wide, flat = (1.0, 0.0, 1.0, 0.0, 0.0, 1.0), (1.0, 0.0, 1.0, 0.0, 0.0, 1e-6)
    memory, places = Memory((0.0,), (0.0,)), iter(range(1, 100))
    for _ in range(LOOK_EVERY):
        assert memory.good == (0.0,)
        memory = memory.after((next(places),), 0.5 * MET, code, wide, 0.01)
    assert memory == Memory((0.0,), (LOOK_EVERY,))
    for _ in range(2 * LOOK_EVERY):
        memory = memory.after((next(places),), 0.5 * MET, code, flat, 0.01)
    assert memory == Memory((0.0,), (LOOK_EVERY,))
    for missed in (1, 2, 3):
        memory = memory.after((next(places),), 2.0 * MET, code, wide, 0.01)
        assert (memory.good, memory.unmet) == ((LOOK_EVERY,), missed)
    assert memory.after((next(places),), 0.0, code, wide, 0.01).unmet == 0


def asked(unmet: int, goal: FloatArray, rest: FloatArray, good: FloatArray) -> FloatArray | None:
    arm = chain("ur5")
    code = code_for(Geometry.of(arm), "position", 0.3)
    memory = Memory(rest.tolist(), good.tolist(), unmet)
    found = ground_ahead(memory, code, goal.tolist(), arm.lower.tolist(), arm.upper.tolist())
    return None if found is None else np.array(found)


def test_known_ground_is_looked_for_now_and_then_and_in_turn() -> None:
    arm = chain("ur5")
    good = np.array(READY["ur5"])
    goal = forward(arm, good + 0.1)[:3, 3]
    elsewhere = np.array([3.0, -1.2, 1.5, -0.3, 1.2, 0.0])
    found = asked(PATIENCE - 1, goal, elsewhere, good)
    assert found is not None
    assert np.linalg.norm(forward(arm, found)[:3, 3] - goal) < 1e-4
    assert asked(PATIENCE - 2, goal, elsewhere, good) is None
    assert asked(2 * PATIENCE - 1, goal, elsewhere, good) is None
    assert asked(2 * PATIENCE - 1, goal, good, elsewhere) is not None


def test_ground_where_the_arm_never_was_is_not_known() -> None:
    """A goal the arm could meet turned over is no reason to turn over."""
    arm, good = chain("ur5"), np.array(READY["ur5"])
    assert asked(PATIENCE - 1, forward(arm, [good[0] + 1.2, *good[1:]])[:3, 3], good, good) is None


def test_the_posture_ahead_follows_its_goal_or_is_given_up() -> None:
    arm, q = chain("ur5"), READY["ur5"]
    code = code_for(Geometry.of(arm), "position", 0.3)
    here = forward(arm, q)[:3, 3]
    moved = moved_ahead(q, code, (here + np.array([0.0, 0.003, 0.0])).tolist())
    assert moved is not None
    assert forward(arm, moved)[1, 3] == pytest.approx(here[1] + 0.003, abs=1e-5)
    assert moved_ahead(q, code, (here + np.array([0.0, 0.3, 0.0])).tolist()) is None


@settings(deadline=None, max_examples=60)
@given(seeds, st.floats(0.001, 0.1))
def test_the_way_to_a_posture_is_straight_and_no_faster_than_the_steps(seed: int, step: float) -> None:
    arm, rng = chain("panda"), np.random.default_rng(seed)
    q, ahead = random_angles(arm, rng), random_angles(arm, rng)
    steps = rng.uniform(0.5, 1.0, 7) * step
    there, arrived = stepped(q.tolist(), ahead.tolist(), steps.tolist(), arm.lower.tolist(), arm.upper.tolist())
    moved = np.array(there) - q
    assert (np.abs(moved) <= steps + 1e-12).all()
    np.testing.assert_allclose(moved * np.abs(ahead - q).max(), (ahead - q) * np.abs(moved).max(), atol=1e-9)
    assert arrived == bool((np.abs(ahead - q) <= steps).all())
