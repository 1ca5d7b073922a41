"""trackcode.py: the written-out tick is the goal's error, its slope, and a step that meets it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.goal import Goal
from armctl.kinematics.rotation import matrix_from_rotation_vector
from armctl.kinematics.trackcode import FAR, FINE, ROWS, Code, Geometry, GoalKind, code_for
from tests.unit.kinematics.arms import READY, chain, names, random_angles, seeds

WEIGHT = 0.3
kinds = st.sampled_from(sorted(ROWS))


def code(arm: Chain, kind: GoalKind) -> Code:
    return code_for(Geometry.of(arm), kind, WEIGHT)


def goal_at(kind: GoalKind, pose: FloatArray, rng: np.random.Generator) -> tuple[Goal, list[float]]:
    """The goal that a tool at ``pose`` meets, and the same as the code takes it."""
    position: list[float] = pose[:3, 3].tolist()
    if kind == "position":
        return Goal(pose[:3, 3]), position
    if kind == "pose":
        return Goal(pose[:3, 3], pose[:3, :3]), position + pose[:3, :3].ravel().tolist()
    wanted = np.array([0.0, 0.0, 1.0]) if kind == "level" else rng.normal(size=3)
    goal = Goal(pose[:3, 3], axis=(pose[:3, :3].T @ wanted, wanted))
    assert goal.axis is not None
    tool, direction = goal.axis
    return goal, [*position, *tool.tolist(), *([] if kind == "level" else direction.tolist())]


@settings(deadline=None, max_examples=150)
@given(names, kinds, seeds)
def test_the_error_is_the_goals_own_weighted(name: str, kind: GoalKind, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    goal, aim = goal_at(kind, forward(arm, random_angles(arm, rng)), rng)
    q = random_angles(arm, rng)
    pose = forward(arm, q)
    wanted = goal.errors(tuple(pose[:3, 3].tolist()), tuple(pose[:3, :3].ravel().tolist()))
    error = code(arm, kind).miss(q.tolist(), aim)
    assert len(error) == ROWS[kind]
    assert math.hypot(*error[:3]) == pytest.approx(math.hypot(*wanted[:3]), abs=1e-9)
    assert math.hypot(*error[3:]) == pytest.approx(WEIGHT * math.hypot(*wanted[3:]), abs=1e-6)


@settings(deadline=None, max_examples=80)
@given(names, kinds, seeds)
def test_the_jacobian_is_the_slope_of_the_error(name: str, kind: GoalKind, seed: int) -> None:
    """Exactly so where the rotation error is zero; there the log map has slope one."""
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    _, aim = goal_at(kind, forward(arm, q), rng)
    functions = code(arm, kind)
    error, flat = functions.look(q.tolist(), aim)
    np.testing.assert_allclose(error, 0.0, atol=1e-9)
    jacobian, width = np.array(flat).reshape(ROWS[kind], arm.dof), 1e-5
    for k in range(arm.dof):
        step = np.zeros(arm.dof)
        step[k] = width
        there, here = (np.array(functions.miss((q + way).tolist(), aim)) for way in (step, -step))
        np.testing.assert_allclose(-(there - here) / (2 * width), jacobian[:, k], atol=1e-6)


@pytest.mark.parametrize("angle", [1e-9, 5e-4, 1.5e-3, 0.5, 3.0, 3.12, 3.1415, math.pi])
def test_the_whole_turn_is_right_at_every_angle(angle: float) -> None:
    arm, q = chain("ur5"), READY["ur5"]
    pose = forward(arm, q)
    axis = np.array([0.6, -0.48, 0.64])
    wanted = matrix_from_rotation_vector(axis * angle) @ pose[:3, :3]
    error = code(arm, "pose").miss(q, [*pose[:3, 3].tolist(), *wanted.ravel().tolist()])
    turn = np.array(error[3:]) / WEIGHT
    assert np.linalg.norm(turn) == pytest.approx(angle, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("kind", ["level", "axis"])
def test_an_axis_that_points_the_opposite_way_is_half_a_turn_off(kind: GoalKind) -> None:
    arm, q = chain("ur5"), READY["ur5"]
    pose = forward(arm, q)
    tool = -pose[2, :3]
    up = [] if kind == "level" else [0.0, 0.0, 1.0]
    error = code(arm, kind).miss(q, [*pose[:3, 3].tolist(), *tool.tolist(), *up])
    assert math.hypot(*error[3:]) == pytest.approx(WEIGHT * math.pi, rel=1e-6)


@settings(deadline=None, max_examples=150)
@given(names, kinds, seeds, st.floats(0.001, 0.02))
def test_an_ordinary_tick_meets_a_near_goal_within_its_bounds(
    name: str, kind: GoalKind, seed: int, largest: float
) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    pose = forward(arm, np.clip(q + rng.uniform(-largest, largest, arm.dof) / 4, arm.lower, arm.upper))
    _, aim = goal_at(kind, pose, rng)
    steps = [largest] * arm.dof
    found = code(arm, kind).tick(q.tolist(), aim, arm.lower.tolist(), arm.upper.tolist(), steps, q.tolist(), None)
    if found is None:
        return
    there, away, turned, square, seen = found
    error = code(arm, kind).miss(there, aim)
    assert np.square(error).sum() <= FINE
    if seen is None:
        assert np.linalg.norm(error) <= math.hypot(away, turned) <= math.sqrt(FINE) * (1.0 + 1e-9)
    else:
        assert away == pytest.approx(np.linalg.norm(error[:3]), abs=1e-12)
        assert turned == pytest.approx(np.linalg.norm(error[3:]), abs=1e-12)
    assert np.abs(np.array(there) - q).max() <= largest
    assert (arm.lower <= there).all()
    assert (np.array(there) <= arm.upper).all()
    assert len(square) == ROWS[kind] * (ROWS[kind] + 1) // 2


@pytest.mark.parametrize("name", READY)
def test_ticks_near_a_goal_are_ordinary_in_a_usual_pose(name: str) -> None:
    """Otherwise the property above would hold of nothing."""
    arm, q, rng = chain(name), np.array(READY[name]), np.random.default_rng(0)
    moved = [forward(arm, q + rng.uniform(-0.003, 0.003, arm.dof)) for _ in range(20)]
    goals = [goal_at("level", pose, rng)[1] for pose in moved]
    bounds = (arm.lower.tolist(), arm.upper.tolist(), [0.03] * arm.dof, q.tolist(), None)
    assert all(code(arm, "level").tick(q.tolist(), goal, *bounds) for goal in goals)


def test_what_is_not_ordinary_is_left_to_care() -> None:
    arm, q = chain("ur5"), READY["ur5"]
    here = forward(arm, q)[:3, 3]
    aside = np.array([0.0, 1.0, 0.0])
    near, far = (here + 0.002 * aside).tolist(), (here + 2 * math.sqrt(FAR) * aside).tolist()
    tick, lower, upper = code(arm, "position").tick, arm.lower.tolist(), arm.upper.tolist()
    assert tick(q, near, lower, upper, [0.03] * 6, q, None) is not None
    assert tick(q, far, lower, upper, [0.03] * 6, q, None) is None
    assert tick(q, near, lower, upper, [1e-4] * 6, q, None) is None
    assert tick(q, near, q, q, [0.03] * 6, q, None) is None


def test_a_stretched_arm_is_left_to_care() -> None:
    arm, straight = chain("ur5"), [0.0, -1.2, 0.0, -0.3, 1.2, 0.0]
    pose = forward(arm, straight)
    goal = [*(0.999 * pose[:3, 3]).tolist(), *pose[:3, :3].ravel().tolist()]
    tick = code(arm, "pose").tick
    assert tick(straight, goal, arm.lower.tolist(), arm.upper.tolist(), [0.03] * 6, straight, None) is None


def test_at_the_goal_nothing_moves_not_even_joints_to_spare() -> None:
    arm, q = chain("panda"), READY["panda"]
    goal = forward(arm, q)[:3, 3].tolist()
    elsewhere = [value + 0.5 for value in q]
    bounds = (arm.lower.tolist(), arm.upper.tolist(), [0.03] * 7)
    found = code(arm, "position").tick(q, goal, *bounds, elsewhere, None)
    assert found is not None
    assert found[0] is q


@settings(deadline=None, max_examples=60)
@given(names, kinds, seeds)
def test_what_the_tick_before_saw_changes_nothing(name: str, kind: GoalKind, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q, tick = random_angles(arm, rng).tolist(), code(arm, kind).tick
    poses = [forward(arm, np.array(q) + rng.uniform(-0.003, 0.003, arm.dof)) for _ in range(2)]
    aims = [goal_at(kind, pose, np.random.default_rng(seed))[1] for pose in poses]
    free = ([-9.0] * arm.dof, [9.0] * arm.dof, [0.1] * arm.dof, q)
    first = tick(q, aims[0], *free, None)
    if first is None or first[4] is None:
        return
    assert tick(first[0], aims[1], *free, first[4]) == tick(first[0], aims[1], *free, None)


def test_a_step_that_is_not_looked_at_is_a_usual_thing() -> None:
    """Otherwise what holds of it would hold of nothing."""
    arm, q, rng = chain("wx250s"), np.array(READY["wx250s"]), np.random.default_rng(0)
    goals = [goal_at("pose", forward(arm, q + rng.uniform(-0.003, 0.003, 6)), rng)[1] for _ in range(40)]
    bounds = (arm.lower.tolist(), arm.upper.tolist(), [0.03] * 6, q.tolist(), None)
    found = [code(arm, "pose").tick(q.tolist(), goal, *bounds) for goal in goals]
    assert sum(one is not None and one[4] is None for one in found) >= 5
    assert sum(one is not None and one[4] is not None for one in found) >= 5


def test_chains_that_differ_only_in_limits_share_their_code() -> None:
    arm = chain("so101")
    narrow = arm.with_limits([-0.1] * 5, [0.1] * 5)
    assert code(arm, "position") is code(narrow, "position")
    assert code(arm, "position") is not code(chain("koch_v11"), "position")


def test_nothing_of_the_file_but_numbers_gets_into_the_code() -> None:
    source = code(chain("so101"), "level").source
    for name in (*chain("so101").names, "base_link", "gripper_link"):
        assert name not in source
