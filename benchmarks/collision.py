"""One look at everything the arm could touch, beside PyBullet's on the same arm in the same scene."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pybullet

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import pose7
from armctl.kinematics.surroundings import model_of
from benchmarks.kinematics import load_body
from benchmarks.row import Row

BAR = 150.0
"""A check may take this long [us]: with everything else it must fit into a tick of 10 ms many times over."""
POSTURES = 150
REPEATS = 5
CLEARANCE = 0.005
LOOK = 0.05
"""How far the supervisor looks exactly [m]."""
MANY = 4096


def run() -> list[Row]:
    """Return rows for the nearest pair, the supervisor's look, and clearance one by one and in a batch."""
    robot = RobotModel(load(builtin("arms", "so101"), ArmConfig))
    model = model_of(robot, load(builtin("scenes", "kitchen_table"), SceneConfig))
    postures = clear_postures(model, POSTURES)
    client = pybullet.connect(pybullet.DIRECT)
    try:
        theirs = median_us(bullet_check(robot, model), postures)
    finally:
        pybullet.disconnect(client)
    note = f"PyBullet's closest points {theirs:.0f} us"
    works: dict[str, Callable[[FloatArray], object]] = {
        "nearest of all pairs": model.nearest,
        "all pairs, exact within 50 mm": lambda q: model.distances(q, LOOK),
        "clear by 5 mm or not": lambda q: model.clear(q, CLEARANCE),
    }
    rows = [
        Row(f"SO-101 in the kitchen, {title}", median_us(work, postures), "us", note, bar=BAR)
        for title, work in works.items()
    ]
    many = spread(robot, MANY)
    begun = time.perf_counter()
    model.clear_many(many, CLEARANCE)
    each = (time.perf_counter() - begun) / MANY * 1e6
    return [*rows, Row(f"SO-101 in the kitchen, clear, {MANY} at once", each, "us each")]


def spread(robot: RobotModel, count: int) -> FloatArray:
    """Return postures over all joint limits, shape (count, n) [rad]."""
    joints = robot.config.joints
    low, high = [joint.lower for joint in joints], [joint.upper for joint in joints]
    return np.random.default_rng(7).uniform(low, high, (count, len(joints)))


def clear_postures(model: CollisionModel, count: int) -> FloatArray:
    """Return postures an arm may be in, the named ones first, shape (count, n) [rad]."""
    named = np.array([[*pose, 0.3] for pose in model.robot.config.poses.values()])
    some = spread(model.robot, 4 * count)
    return np.concatenate((named, some[model.clear_many(some, 0.0)]))[:count]


def median_us(work: Callable[[FloatArray], object], postures: FloatArray) -> float:
    """Return the median over postures of the shortest of a few calls [us]: what the host takes does not count."""
    times = []
    for q in postures:
        best = np.inf
        for _ in range(REPEATS):
            begun = time.perf_counter()
            work(q)
            best = min(best, time.perf_counter() - begun)
        times.append(best)
    return statistics.median(times) * 1e6


def bullet_check(robot: RobotModel, model: CollisionModel) -> Callable[[FloatArray], object]:
    """Return PyBullet's distances of the same arm from itself and from the same things, within 50 mm."""
    arm = load_body(robot.config)
    bodies = [bullet_body(shape) for shape in model.world.values()]

    def check(q: FloatArray) -> object:
        for joint, angle in enumerate(q):
            pybullet.resetJointState(arm, joint, angle)
        return [pybullet.getClosestPoints(arm, body, LOOK) for body in (arm, *bodies)]

    return check


def bullet_body(shape: WorldShape) -> int:
    """Return the number of a body that stands where ``shape`` does."""
    if shape.kind == "box":
        made = pybullet.createCollisionShape(pybullet.GEOM_BOX, halfExtents=[0.5 * side for side in shape.size])
    else:
        made = pybullet.createCollisionShape(pybullet.GEOM_SPHERE, radius=shape.size[0])
    pose = pose7(shape.pose)
    return int(pybullet.createMultiBody(0.0, made, -1, pose[:3], pose[3:]))
