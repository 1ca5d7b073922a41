"""batch.py: answers to many goals are answers, and what is called solved was checked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.errors import KinematicsError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.batch import Batch, solve_batch
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import POSITION_TOLERANCE, ROTATION_TOLERANCE, Goal, solve
from armctl.kinematics.rotation import rotation_vector
from tests.unit.kinematics.arms import ARMS, chain, random_angles

TOOL = np.array([0.0, 1.0, 0.0])


def goals_of(arm: Chain, count: int, seed: int) -> tuple[FloatArray, dict[str, object]]:
    """Goals the arm can reach, as many conditions as it has joints for."""
    rng = np.random.default_rng(seed)
    poses = np.array([forward(arm, random_angles(arm, rng)) for _ in range(count)])
    if arm.dof >= 6:
        return poses, {"rotations": poses[:, :3, :3]}
    if arm.dof == 5:
        return poses, {"axis": (TOOL, poses[:, :3, 1])}
    return poses, {}


def check(arm: Chain, poses: FloatArray, batch: Batch, kind: str) -> None:
    """Every answer called solved, looked at one by one with the forward kinematics of single poses."""
    for pose, q, solved in zip(poses, batch.q, batch.solved, strict=True):
        if not solved:
            continue
        found = forward(arm, q)
        assert (arm.lower <= q).all()
        assert (q <= arm.upper).all()
        assert np.linalg.norm(found[:3, 3] - pose[:3, 3]) <= POSITION_TOLERANCE * 1.001
        if kind == "rotations":
            assert np.linalg.norm(rotation_vector(pose[:3, :3] @ found[:3, :3].T)) <= ROTATION_TOLERANCE * 1.001
        if kind == "axis":
            assert found[:3, 1] @ pose[:3, 1] >= math.cos(ROTATION_TOLERANCE) - 1e-12


@pytest.mark.parametrize("name", ARMS)
def test_goals_that_can_be_reached_are_solved_and_every_answer_holds(name: str) -> None:
    arm = chain(name)
    poses, how = goals_of(arm, 250, 5)
    batch = solve_batch(arm, poses[:, :3, 3], **how)  # type: ignore[arg-type]
    assert batch.solved.mean() >= 0.996
    check(arm, poses, batch, next(iter(how), ""))


def test_what_is_solved_at_once_is_solved_alone_and_the_other_way_round() -> None:
    arm = chain("so101")
    places = np.random.default_rng(3).uniform([-0.3, -0.5, -0.2], [0.6, 0.5, 0.5], (60, 3))
    batch = solve_batch(arm, places)
    assert 5 < batch.solved.sum() < 55
    for place, solved in zip(places, batch.solved, strict=True):
        if solved:
            assert np.linalg.norm(forward(arm, solve(arm, Goal(place)))[:3, 3] - place) <= POSITION_TOLERANCE
        else:
            with pytest.raises(UnreachableError):
                solve(arm, Goal(place), attempts=30)


def test_equal_questions_have_equal_answers() -> None:
    arm = chain("koch_v11")
    poses, how = goals_of(arm, 120, 8)
    first = solve_batch(arm, poses[:, :3, 3], **how)  # type: ignore[arg-type]
    again = solve_batch(arm, poses[:, :3, 3], **how)  # type: ignore[arg-type]
    np.testing.assert_array_equal(first.q, again.q)


def test_a_seed_near_the_goal_leads_to_the_answer_near_it() -> None:
    arm, rng = chain("ur5"), np.random.default_rng(4)
    q = np.array([random_angles(arm, rng) for _ in range(80)])
    poses = arm.poses(q)
    batch = solve_batch(arm, poses[:, :3, 3], poses[:, :3, :3], seeds=q + rng.normal(0.0, 0.01, q.shape))
    turn = (batch.q - q + np.pi) % (2.0 * np.pi) - np.pi
    assert (np.abs(turn).max(axis=1) < 0.1).mean() > 0.9


def test_out_of_reach_is_not_solved_and_the_errors_are_those_of_the_angles_told() -> None:
    arm = chain("so101")
    places = np.array([[0.9, 0.0, 0.2], [0.25, 0.0, 0.2], [0.0, 0.0, -2.0]])
    batch = solve_batch(arm, places)
    assert batch.solved.tolist() == [False, True, False]
    off = [np.linalg.norm(forward(arm, q)[:3, 3] - place) for q, place in zip(batch.q, places, strict=True)]
    np.testing.assert_allclose(batch.position_error, off, atol=1e-9)
    assert arm.within(batch.q).all()
    assert 0.3 < batch.position_error[0] < 0.55


def test_one_direction_may_serve_for_all() -> None:
    arm = chain("so101")
    up = np.array([0.0, 0.0, 2.0])
    batch = solve_batch(arm, np.array([[0.30, 0.0, 0.1], [0.35, 0.05, 0.05]]), axis=(TOOL, up))
    assert batch.solved.all()
    np.testing.assert_allclose(arm.poses(batch.q)[:, :3, 1], [[0, 0, 1]] * 2, atol=2e-4)


def test_no_goals_have_no_answers() -> None:
    batch = solve_batch(chain("so101"), np.zeros((0, 3)))
    assert batch.q.shape == (0, 5)
    assert batch.solved.shape == (0,)


REFUSED = {
    "shape": ({"positions": np.zeros((2, 2))}, "positions"),
    "not finite": ({"positions": np.array([[0.0, math.nan, 0.0]])}, "positions"),
    "other count": ({"positions": np.zeros((2, 3)), "rotations": np.tile(np.eye(3), (3, 1, 1))}, "rotations"),
    "both": ({"positions": np.zeros((1, 3)), "rotations": np.eye(3)[None], "axis": (TOOL, TOOL)}, "not both"),
    "no axis": ({"positions": np.zeros((1, 3)), "axis": (np.zeros(3), TOOL)}, "no length"),
    "seeds": ({"positions": np.zeros((2, 3)), "seeds": np.zeros((2, 4))}, "seeds"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_goals_that_make_no_sense_are_refused(case: str) -> None:
    how, complaint = REFUSED[case]
    with pytest.raises(KinematicsError, match=complaint):
        solve_batch(chain("so101"), **how)  # type: ignore[arg-type]
