"""tracking.py: the tool follows, and whatever is asked of it, joints never jump."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.goal import Goal
from armctl.kinematics.rotation import rotation_vector
from armctl.kinematics.trackcode import code_for
from armctl.kinematics.tracking import Tracked, prepare, track
from tests.unit.kinematics.arms import READY, chain, names, random_angles, seeds, so101

MAX_STEP = 0.03
TICK = 0.0025
"""Way of the goal a tick [m]: a quarter of a metre a second at 100 Hz, the fastest any configuration allows."""

KINDS = [
    (name, kind) for name in READY for kind in ("position", "axis", "pose") if kind != "pose" or chain(name).dof >= 6
]


def goal_like(kind: str, pose: FloatArray, position: FloatArray) -> Goal:
    """A goal at ``position`` that keeps what ``kind`` says of the orientation of ``pose``."""
    if kind == "pose":
        return Goal(position, pose[:3, :3])
    if kind == "axis":
        return Goal(position, axis=(np.array([0.0, 1.0, 0.0]), pose[:3, 1]))
    return Goal(position)


def followed(arm: Chain, q: FloatArray, goals: Iterable[Goal], max_step: float = MAX_STEP) -> list[Tracked]:
    """Every tick of following ``goals``, each from where the last one ended and with what it remembered."""
    ticks: list[Tracked] = []
    for goal in goals:
        before = (ticks[-1].q, ticks[-1].memory) if ticks else (q, None)
        ticks.append(track(arm, before[0], goal, max_step, before[1]))
    return ticks


def largest_step(start: FloatArray, ticks: list[Tracked]) -> float:
    return max(float(np.abs(b - a).max()) for a, b in pairwise([start, *(tick.q for tick in ticks)]))


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_the_tool_stays_on_a_path_within_reach(name: str, kind: str) -> None:
    arm, start = chain(name), np.array(READY[name])
    pose = forward(arm, start)
    circle = [0.03 * np.array([1.0 - math.cos(a), math.sin(a), math.sin(2 * a)]) for a in np.linspace(0, math.tau, 200)]
    ticks = followed(arm, start, [goal_like(kind, pose, pose[:3, 3] + point) for point in circle])
    assert max(tick.position_error for tick in ticks) < 1e-5
    assert max(tick.rotation_error for tick in ticks) < 1e-4
    assert not any(tick.limited for tick in ticks)


AWAY = {"ahead": (1.0, 0.0, 0.0), "up": (0.0, 0.0, 1.0), "aside": (0.3, 1.0, 0.0), "outward": None}


@pytest.mark.parametrize("way", AWAY)
@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_goal_pushed_beyond_reach_and_back_causes_no_jump_and_is_found_again(name: str, kind: str, way: str) -> None:
    arm, start = chain(name), np.array(READY[name])
    pose = forward(arm, start)
    along = np.array(AWAY[way] or pose[:3, 3])
    along = along / np.linalg.norm(along)
    out = np.arange(0.0, 1.2 * arm.length, 3 * TICK)
    distances = np.concatenate([out, out[::-1], np.zeros(150)])
    ticks = followed(arm, start, [goal_like(kind, pose, pose[:3, 3] + d * along) for d in distances])
    assert largest_step(start, ticks) <= MAX_STEP + 1e-12
    assert all((arm.lower <= tick.q).all() and (tick.q <= arm.upper).all() for tick in ticks)
    assert max(tick.position_error for tick in ticks) > 0.1
    assert ticks[-1].position_error < 1e-4
    assert ticks[-1].rotation_error < 1e-3


@pytest.mark.parametrize("along", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.7, 0.0, 0.7)])
def test_beyond_reach_a_level_tool_stays_level(along: tuple[float, float, float]) -> None:
    """A cup must not tip because somebody keeps the joystick pushed: a metre beyond, upward, it would be 45 degrees."""
    robot = so101()
    start = np.array(robot.config.poses["home"])
    position = forward(robot.chain, start)[:3, 3]
    level = (np.array(robot.config.tool.up_axis), np.array([0.0, 0.0, 1.0]))
    goals = [Goal(position + d * np.array(along), axis=level) for d in np.arange(0.0, 1.0, TICK)]
    ticks = followed(robot.chain, start, goals)
    assert ticks[-1].position_error > 0.5
    assert max(tick.rotation_error for tick in ticks) < math.radians(5)


@settings(deadline=None, max_examples=150)
@given(names, seeds, st.floats(0.001, 0.1))
def test_wherever_the_goal_is_no_joint_steps_too_far_or_out_of_its_limits(name: str, seed: int, step: float) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    goal = Goal(rng.uniform(-2, 2, 3), forward(arm, random_angles(arm, rng))[:3, :3])
    found = track(arm, q, goal, step)
    assert np.abs(found.q - q).max() <= step + 1e-12
    assert (arm.lower <= found.q).all()
    assert (found.q <= arm.upper).all()
    assert 0.0 <= found.singular <= 1.0


@settings(deadline=None, max_examples=100)
@given(names, seeds)
def test_the_errors_told_are_those_of_the_angles_told(name: str, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    goal = Goal(rng.uniform(-1, 1, 3), forward(arm, random_angles(arm, rng))[:3, :3])
    found = track(arm, q, goal)
    pose = forward(arm, found.q)
    assert goal.rotation is not None
    assert found.position_error == pytest.approx(np.linalg.norm(goal.position - pose[:3, 3]), abs=1e-9)
    turn = np.linalg.norm(rotation_vector(goal.rotation @ pose[:3, :3].T))
    assert found.rotation_error == pytest.approx(turn, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(names, seeds)
def test_the_error_never_grows_where_the_goal_can_be_met_with_ease(name: str, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    there = np.clip(q + rng.uniform(-0.1, 0.1, arm.dof), arm.lower, arm.upper)
    goal = Goal(forward(arm, there)[:3, 3])
    before = float(np.linalg.norm(goal.position - forward(arm, q)[:3, 3]))
    memory = None
    for _ in range(4):
        found = track(arm, q, goal, 0.02, memory)
        if found.singular > 0.0:
            return
        assert found.position_error <= before + 2e-6
        q, memory, before = found.q, found.memory, found.position_error


def test_while_the_goal_stands_and_is_met_nothing_moves() -> None:
    """Not even joints to spare, which have a posture of rest to go back to."""
    arm, start = chain("panda"), np.array(READY["panda"])
    there = forward(arm, start)[:3, 3] + np.array([0.0, 0.1, 0.0])
    ticks = followed(arm, start, [Goal(there)] * 60)
    met = next(number for number, tick in enumerate(ticks) if tick.position_error < 1e-6)
    assert met < 40
    assert all(np.array_equal(tick.q, ticks[met + 2].q) for tick in ticks[met + 2 :])
    assert np.abs(ticks[-1].q - start).max() > 0.05


@pytest.mark.parametrize("name", ["so101", "ur5"])
def test_an_elbow_goes_through_straight_and_back_without_a_jump(name: str) -> None:
    """The tool's way out to the end of its reach and back in: the joints follow, and the elbow keeps its side."""
    arm, start = chain(name), np.array(READY[name])
    bends = np.concatenate([np.linspace(1.0, 0.0, 150), np.linspace(0.0, 1.0, 150)])
    straight = np.array([start[0], *(0.3 * start[1:])]) if name == "so101" else np.where(np.arange(6) == 2, 0.0, start)
    poses = [forward(arm, straight + bend * (start - straight)) for bend in bends]
    ticks = followed(arm, start, [Goal(pose[:3, 3]) for pose in poses])
    assert largest_step(start, ticks) <= MAX_STEP + 1e-12
    assert max(tick.position_error for tick in ticks) < 2e-3
    assert ticks[-1].position_error < 1e-4
    assert np.sign(ticks[-1].q[2]) == np.sign(start[2])


def test_a_wrist_passes_through_its_singular_pose() -> None:
    """The hand turns so that the middle wrist joint goes from one side of straight to the other."""
    arm, start = chain("ur5"), np.array([0.0, -1.2, 1.5, -0.3, 0.3, 0.0])
    turns = np.linspace(0.3, -0.3, 200)
    poses = [forward(arm, [*start[:4], turn, start[5]]) for turn in [*turns, *[turns[-1]] * 60]]
    ticks = followed(arm, start, [Goal(pose[:3, 3], pose[:3, :3]) for pose in poses])
    assert largest_step(start, ticks) <= MAX_STEP + 1e-12
    assert max(tick.position_error for tick in ticks) < 2e-3
    assert ticks[-1].position_error < 1e-4
    assert ticks[-1].rotation_error < 1e-3


@pytest.mark.parametrize("joint", [0, 1, 3])
def test_along_a_joint_limit_the_tool_stays_on_its_path(joint: int) -> None:
    """All the way one joint is exactly at its limit, where rounding may push it either way."""
    start = np.array(READY["ur5"])
    lower, upper = chain("ur5").lower.copy(), chain("ur5").upper.copy()
    upper[joint] = start[joint]
    arm = chain("ur5").with_limits(lower.tolist(), upper.tolist())
    others = 0.3 * (np.arange(6) != joint)
    ways = [start + others * math.sin(angle) for angle in np.linspace(0.0, 2 * math.tau, 400)]
    ticks = followed(arm, start, [Goal(forward(arm, q)[:3, 3], forward(arm, q)[:3, :3]) for q in ways])
    assert max(tick.position_error for tick in ticks) < 1e-4
    assert all((tick.q <= upper).all() for tick in ticks)
    assert not any(tick.limited for tick in ticks)


def test_prepared_no_tick_has_to_compile() -> None:
    arm = chain("openmanipulator_x").with_limits([-1.0] * 4, [1.0] * 4)
    prepare(arm)
    compiled = code_for.cache_info().misses
    position = forward(arm, [0.0] * 4)[:3, 3]
    upright = np.array([0.0, 0.0, 1.0])
    for goal in (
        Goal(position),
        Goal(position, np.eye(3)),
        Goal(position, axis=(upright, upright)),
        Goal(position, axis=(upright, np.array([1.0, 0.0, 0.0]))),
    ):
        track(arm, [0.0] * 4, goal)
    assert code_for.cache_info().misses == compiled


def test_steps_may_differ_from_joint_to_joint() -> None:
    arm, start = chain("so101"), np.array(READY["so101"])
    steps = np.array([0.001, 0.02, 0.002, 0.02, 0.02])
    found = track(arm, start, Goal(np.array([0.2, 0.3, 0.3])), steps)
    assert (np.abs(found.q - start) <= steps + 1e-12).all()
    assert np.abs(found.q - start)[0] == pytest.approx(0.001)


def test_a_joint_measured_outside_its_limits_is_led_back_a_step_at_a_time() -> None:
    arm = chain("so101")
    start = np.array(READY["so101"])
    start[1] = arm.lower[1] - 0.05
    ticks = followed(arm, start, [Goal(forward(arm, READY["so101"])[:3, 3])] * 3)
    assert ticks[0].q[1] == pytest.approx(arm.lower[1] - 0.02)
    assert ticks[1].q[1] >= arm.lower[1]


def test_a_joint_at_its_limit_is_named_while_it_is_needed_and_not_afterwards() -> None:
    arm = chain("so101").with_limits([-0.2, *chain("so101").lower[1:]], [0.2, *chain("so101").upper[1:]])
    start = np.array(READY["so101"])
    pose = forward(arm, start)
    aside = [Goal(pose[:3, 3] + np.array([0.0, d, 0.0]), pose[:3, :3]) for d in np.arange(0, 0.3, TICK)]
    ticks = followed(arm, start, [*aside, *reversed(aside)])
    assert "shoulder_pan" in ticks[len(aside)].limited
    assert ticks[-1].limited == ()


@pytest.mark.parametrize("name", ["ur5", "mycobot280"])
def test_a_fully_stretched_arm_finds_its_way_inward(name: str) -> None:
    """At zero these arms are stretched: every slope towards a goal nearer to the base is zero."""
    arm = chain(name)
    start = np.zeros(arm.dof)
    start = np.clip(start, arm.lower, arm.upper)
    inward = Goal(0.9 * forward(arm, start)[:3, 3])
    assert followed(arm, start, [inward] * 60)[-1].position_error < 1e-4


def test_singular_tells_a_stretched_arm_from_a_bent_one() -> None:
    arm = chain("ur5")
    goal = Goal(np.array([0.5, 0.1, 0.3]), np.eye(3))
    assert track(arm, READY["ur5"], goal, 1e-6).singular < 0.5
    assert track(arm, [0.0, -1.2, 0.0, -0.3, 1.2, 0.0], goal, 1e-6).singular > 0.9


def test_angles_that_are_not_finite_are_refused() -> None:
    with pytest.raises(KinematicsError):
        track(chain("so101"), [math.nan] * 5, Goal(np.zeros(3)))


@pytest.mark.parametrize("step", [0.0, -0.01, math.nan, math.inf, [0.01] * 4, [0.01, 0.01, 0.0, 0.01, 0.01]])
def test_steps_that_make_no_sense_are_refused(step: float | list[float]) -> None:
    with pytest.raises(KinematicsError, match="Largest steps"):
        track(chain("so101"), READY["so101"], Goal(np.zeros(3)), step)
