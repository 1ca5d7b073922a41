"""Forward kinematics, Jacobian and one tracking step of the inverse, beside PyBullet's on the same arm."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pybullet

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, track
from armctl.kinematics.jacobian import jacobian
from armctl.kinematics.robot import RobotModel
from benchmarks.row import Row

ROUNDS = 9
CALLS = 400


def median_us(work: Callable[[int], object]) -> float:
    """Return the median time of one call over a block [us]."""
    times = []
    for number in range(CALLS):
        before = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - before)
    return statistics.median(times) * 1e6


def run() -> list[Row]:
    """Return one row each for forward kinematics, Jacobian and tracking step of the SO-101."""
    config = load(builtin("arms", "so101"), ArmConfig)
    chain = RobotModel(config).chain
    rng = np.random.default_rng(1)
    poses = rng.uniform(chain.lower * 0.7, chain.upper * 0.7, (CALLS, chain.dof))
    goals = [Goal(forward(chain, q)[:3, 3] + rng.normal(0, 0.0008, 3)) for q in poses]
    client = pybullet.connect(pybullet.DIRECT)
    try:
        body = load_body(config)
        tip = pybullet.getNumJoints(body) - 1
        ours: dict[str, Callable[[int], object]] = {
            "forward kinematics": lambda i: forward(chain, poses[i]),
            "Jacobian": lambda i: jacobian(chain, poses[i]),
            "tracking step": lambda i: track(chain, poses[i], goals[i]),
        }
        theirs: dict[str, Callable[[int], object]] = {
            "forward kinematics": lambda i: bullet_forward(body, tip, poses[i]),
            "Jacobian": lambda i: bullet_jacobian(body, tip, poses[i]),
            "tracking step": lambda i: pybullet.calculateInverseKinematics(body, tip, goals[i].position.tolist()),
        }
        return [compared(title, ours[title], theirs[title]) for title in ours]
    finally:
        pybullet.disconnect(client)


def load_body(config: ArmConfig) -> int:
    """Return PyBullet's body of the arm."""
    path = builtin("arms", config.urdf.removesuffix(".urdf"), ".urdf")
    return int(pybullet.loadURDF(str(path), useFixedBase=True))


def bullet_forward(body: int, tip: int, q: np.ndarray) -> object:
    """Run PyBullet's forward kinematics of the tool at ``q``."""
    for joint, angle in enumerate(q):
        pybullet.resetJointState(body, joint, angle)
    return pybullet.getLinkState(body, tip, computeForwardKinematics=True)


def bullet_jacobian(body: int, tip: int, q: np.ndarray) -> object:
    """Run PyBullet's Jacobian of the tool at ``q``."""
    angles = [*q.tolist(), 0.0]
    return pybullet.calculateJacobian(body, tip, [0.0] * 3, angles, [0.0] * len(angles), [0.0] * len(angles))


def compared(title: str, ours: Callable[[int], object], theirs: Callable[[int], object]) -> Row:
    """Return the row of two functions measured in turn."""
    pairs = [(median_us(ours), median_us(theirs)) for _ in range(ROUNDS)]
    ratios = [a / b for a, b in pairs]
    reference = statistics.median(b for _, b in pairs)
    note = f"PyBullet {reference:.1f} us ({min(ratios):.2f} to {max(ratios):.2f})"
    return Row(f"SO-101 {title}", statistics.median(a for a, _ in pairs), "us", note, statistics.median(ratios))
