"""Joint speeds for a wanted twist of the tool, as well as the arm's joints allow.

Two cases. A *shift* moves the tool point and keeps what of its orientation gravity cares about: its tilt, or all of it
on arms of six joints and more. A *turn* rotates about the tool point; on arms with fewer joints only some rotations
are possible without moving the point, and the others are left out and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.rotation import rotation_vector

LEVER: Final = 0.1
"""One radian weighs as much as this many metres [m/rad]: about the length of a hand."""
SLOW_BELOW: Final = 0.014
"""Least singular value of the weighted Jacobian [m/rad] below which motion towards a singular pose becomes slower; on
an SO-101 reached in the outer 5 mm of its reach."""
STOP_BELOW: Final = 0.007
"""The same where it stops."""
DAMPING: Final = 0.004
"""Damping of the inverse at a singular pose [m/rad]."""
LEAST_TURN: Final = 0.04
"""A rotation of which less than this [rad] comes from one radian of the joints is not possible on the spot."""
POSSIBLE: Final = 0.8
"""A rotation of which at least this share can be done is done; a smaller one would look like another rotation."""
INVOLVED: Final = 0.02
"""A singular pose matters to motions with at least this share in the direction it loses."""
NULL_RATE: Final = 0.15
"""Speed of the way out of a singular pose [rad/s]."""
LOOK: Final = 0.04
"""Joint motion looked ahead to learn which way a singular pose is left [rad]."""
UP: Final = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Kinematics at one set of joint angles.

    Attributes:
        q: Shape (dof,) [rad].
        position: Shape (3,), tool point [m].
        rotation: Shape (3, 3), tool to base.
        linear: Shape (3, dof), Jacobian of the point [m/rad].
        angular: Shape (3, dof), Jacobian of the rotation.
    """

    q: FloatArray
    position: FloatArray
    rotation: FloatArray
    linear: FloatArray
    angular: FloatArray

    @classmethod
    def of(cls, chain: Chain, q: FloatArray) -> Pose:
        """Return the kinematics of ``chain`` at ``q`` (dof,) [rad]."""
        values = np.array(chain.program.run(q.tolist()))
        jacobian = values[12:].reshape(6, chain.dof)
        return cls(q, values[:3], values[3:12].reshape(3, 3), jacobian[:3], jacobian[3:])

    def in_base(self, vector: Sequence[float], frame: str) -> FloatArray:
        """Return ``vector`` (3,), given in ``frame`` ("tool" or base), in the base frame; any unit."""
        array = np.asarray(vector, dtype=np.float64)
        return self.rotation @ array if frame == "tool" else array


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Joint speeds for a twist.

    Attributes:
        speeds: Shape (dof,) [rad/s].
        share: How much of them is safe to use because of a singular pose ahead, 0 to 1.
        notice: What of the wish could not be done and why; empty when nothing.
    """

    speeds: FloatArray
    share: float = 1.0
    notice: str = ""


STRETCHED: Final = "The arm cannot reach further this way."
NO_TURN: Final = "The hand cannot turn that way on the spot: this arm has too few joints. Move sideways instead."


def shift(chain: Chain, pose: Pose, velocity: FloatArray, kept: FloatArray, correction: float) -> Rates:
    """Return joint speeds that move the tool point at ``velocity`` (3,) [m/s] and keep its orientation.

    Args:
        chain: Base to tool.
        pose: Where it is.
        velocity: In the base frame.
        kept: Orientation to keep, shape (3, 3), tool to base; arms of fewer than six joints keep its tilt only.
        correction: How fast an error in orientation is worked off [1/s].
    """
    task, wanted = _shift_task(chain, pose, velocity, kept, correction)
    left, values, right = np.linalg.svd(task, full_matrices=False)
    least = float(values[-1])
    if least >= SLOW_BELOW:
        return Rates(right.T @ ((left.T @ wanted) / values))
    damping = DAMPING * DAMPING * (1.0 - (least / SLOW_BELOW) ** 2)
    speeds = right.T @ (values * (left.T @ wanted) / (values * values + damping))
    if abs(float(left[:, -1] @ wanted)) < INVOLVED * float(np.linalg.norm(wanted)):
        return Rates(speeds)
    return _near_singular(chain, pose, velocity, speeds, least, right[-1])


def shift_map(chain: Chain, pose: Pose, kept: FloatArray) -> FloatArray:
    """Return how the joints follow the tool point, shape (dof, 3) [rad/m]; arguments as in `shift`.

    Damped near singular poses, as there.
    """
    task, _ = _shift_task(chain, pose, np.zeros(3), kept, 0.0)
    left, values, right = np.linalg.svd(task, full_matrices=False)
    least = float(values[-1])
    damping = DAMPING * DAMPING * (1.0 - (least / SLOW_BELOW) ** 2) if least < SLOW_BELOW else 0.0
    follows: FloatArray = right.T @ ((values / (values * values + damping))[:, None] * left.T[:, :3])
    return follows


def _shift_task(
    chain: Chain, pose: Pose, velocity: FloatArray, kept: FloatArray, correction: float
) -> tuple[FloatArray, FloatArray]:
    if chain.dof >= 6:
        error = rotation_vector(kept @ pose.rotation.T)
        rows = pose.angular
    else:
        # Rotation that brings the kept direction of gravity, seen from the tool, back upright. About the upright
        # itself the tool is free, so that part has no row.
        error = np.cross(pose.rotation @ kept[2], UP)[:2]
        rows = pose.angular[:2]
    task = np.concatenate((pose.linear, LEVER * rows))
    return task, np.concatenate((velocity, (LEVER * correction) * error))


def _near_singular(
    chain: Chain, pose: Pose, velocity: FloatArray, speeds: FloatArray, least: float, lost: FloatArray
) -> Rates:
    """Slow down towards a singular pose, not away from it, and find a way out of one."""
    size = float(np.abs(speeds).max(initial=0.0))
    asked = float(velocity @ velocity)
    if asked == 0.0:
        return Rates(speeds)
    if least < STOP_BELOW and float(velocity @ (pose.linear @ speeds)) < 0.5 * asked:
        return _way_out(chain, pose, velocity, lost)
    ahead = Pose.of(chain, pose.q + speeds * (LOOK / max(size, 1e-9)))
    task, _ = _shift_task(chain, ahead, velocity, ahead.rotation, 0.0)
    if float(np.linalg.svd(task, compute_uv=False)[-1]) >= least:
        return Rates(speeds)
    share = min(1.0, max(0.0, (least - STOP_BELOW) / (SLOW_BELOW - STOP_BELOW)))
    return Rates(speeds, share, STRETCHED)


def _way_out(chain: Chain, pose: Pose, velocity: FloatArray, lost: FloatArray) -> Rates:
    """Bend the arm out of a singular pose when that goes the wanted way; one side is as good as the other."""
    gains = [
        float(velocity @ (Pose.of(chain, pose.q + side * LOOK * lost).position - pose.position)) for side in (1.0, -1.0)
    ]
    if max(gains) <= 0.0:
        return Rates(np.zeros(chain.dof), 0.0, STRETCHED)
    side = 1.0 if gains[0] >= gains[1] else -1.0
    return Rates(side * NULL_RATE * lost)


def turn(pose: Pose, velocity: FloatArray, rotations: Sequence[FloatArray]) -> Rates:
    """Return joint speeds that turn the tool and move its point at ``velocity`` (3,) [m/s].

    Args:
        pose: Where it is.
        velocity: In the base frame.
        rotations: Angular velocities (3,) [rad/s] in the base frame, one for each axis the person may choose; those
            that are not possible on the spot are left out.
    """
    left, values, right = np.linalg.svd(pose.linear)
    inverse = right[:3].T @ ((left.T @ velocity) * (values / (values * values + DAMPING * DAMPING * 1e-2)))
    spare = right[3:].T
    turns, sizes, joints = np.linalg.svd(pose.angular @ spare, full_matrices=False)
    usable = sizes > LEAST_TURN
    possible = turns[:, usable]
    wanted = np.zeros(3)
    notice = ""
    for rotation in rotations:
        length = float(np.linalg.norm(rotation))
        if length == 0.0:
            continue
        if float(np.linalg.norm(possible.T @ rotation)) >= POSSIBLE * length:
            wanted += rotation
        else:
            notice = NO_TURN
    # Moving the point turns the tool as well; what of that can be is taken back.
    missing = wanted - pose.angular @ inverse
    spin = joints[usable].T @ ((possible.T @ missing) / sizes[usable])
    return Rates(inverse + spare @ spin, 1.0, notice)
