"""Rotations and poses in the few forms armctl uses, and the ways between them.

A pose is a homogeneous matrix T of shape (4, 4). A rotation is a matrix R of shape (3, 3), a unit quaternion in the
order x, y, z, w (the order of PyBullet and ROS), or a rotation vector: axis times angle [rad], the log map of R.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from armctl.hal.scene import Pose7
from armctl.hal.state import FloatArray


def rotation_from_rpy(rpy: Sequence[float] | FloatArray) -> FloatArray:
    """Return R = Rz(yaw)·Ry(pitch)·Rx(roll), shape (3, 3), for fixed-axis ``rpy`` [rad] as URDF writes it."""
    roll, pitch, yaw = rpy
    cr, sr = math.cos(roll), math.sin(roll)
    cp, sp = math.cos(pitch), math.sin(pitch)
    cy, sy = math.cos(yaw), math.sin(yaw)
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )


def pose_matrix(xyz: Sequence[float] | FloatArray, rpy: Sequence[float] | FloatArray = (0.0, 0.0, 0.0)) -> FloatArray:
    """Return the pose (4, 4) at ``xyz`` [m], turned by fixed-axis ``rpy`` [rad]."""
    pose = np.eye(4)
    pose[:3, :3] = rotation_from_rpy(rpy)
    pose[:3, 3] = xyz
    return pose


def inverse_pose(pose: FloatArray) -> FloatArray:
    """Return the inverse of a ``pose`` (4, 4), by transposing its rotation."""
    inverse = np.eye(4)
    inverse[:3, :3] = pose[:3, :3].T
    inverse[:3, 3] = -pose[:3, :3].T @ pose[:3, 3]
    return inverse


def _quaternion(r: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """Return x, y, z, w of a rotation given as three rows; Shepperd's method: divide by the largest component."""
    (r00, r01, r02), (r10, r11, r12), (r20, r21, r22) = r
    trace = r00 + r11 + r22
    largest = max(trace, r00, r11, r22)
    if largest == trace:
        x, y, z, w = r21 - r12, r02 - r20, r10 - r01, 1.0 + trace
    elif largest == r00:
        x, y, z, w = 1.0 + r00 - r11 - r22, r01 + r10, r02 + r20, r21 - r12
    elif largest == r11:
        x, y, z, w = r01 + r10, 1.0 - r00 + r11 - r22, r12 + r21, r02 - r20
    else:
        x, y, z, w = r02 + r20, r12 + r21, 1.0 - r00 - r11 + r22, r10 - r01
    scale = 1.0 / math.sqrt(x * x + y * y + z * z + w * w)
    if w < 0.0:
        scale = -scale
    return x * scale, y * scale, z * scale, w * scale


def quaternion_from_matrix(rotation: FloatArray) -> FloatArray:
    """Return the unit quaternion (4,) x, y, z, w of a ``rotation`` (3, 3) or pose (4, 4); w is never negative."""
    return np.array(_quaternion(rotation[:3, :3].tolist()))


def matrix_from_quaternion(quaternion: Sequence[float] | FloatArray) -> FloatArray:
    """Return the rotation (3, 3) of a ``quaternion`` x, y, z, w of any length but zero.

    Raises:
        ValueError: The quaternion is zero or not finite.
    """
    x, y, z, w = (float(value) for value in quaternion)
    norm = x * x + y * y + z * z + w * w
    if not 0.0 < norm < math.inf:
        raise ValueError(f"({x}, {y}, {z}, {w}) is not a rotation: its length must be finite and above zero")
    s = 2.0 / norm
    return np.array(
        [
            [1.0 - s * (y * y + z * z), s * (x * y - z * w), s * (x * z + y * w)],
            [s * (x * y + z * w), 1.0 - s * (x * x + z * z), s * (y * z - x * w)],
            [s * (x * z - y * w), s * (y * z + x * w), 1.0 - s * (x * x + y * y)],
        ]
    )


def rotation_vector(rotation: FloatArray) -> FloatArray:
    """Return the log map (3,) [rad] of a ``rotation`` (3, 3): axis times angle, angle in [0, π]."""
    x, y, z, w = _quaternion(rotation[:3, :3].tolist())
    sine = math.sqrt(x * x + y * y + z * z)
    # Below 1e-12 the ratio angle / sin(angle / 2) is 2 to the last bit, and the quotient would be 0 / 0.
    scale = 2.0 * math.atan2(sine, w) / sine if sine > 1e-12 else 2.0
    return np.array([x * scale, y * scale, z * scale])


def matrix_from_rotation_vector(vector: Sequence[float] | FloatArray) -> FloatArray:
    """Return the rotation (3, 3) about ``vector`` (3,) by its length [rad]: the exponential map."""
    x, y, z = (float(value) for value in vector)
    angle = math.sqrt(x * x + y * y + z * z)
    half = 0.5 * angle
    scale = math.sin(half) / angle if angle > 1e-12 else 0.5
    return matrix_from_quaternion((x * scale, y * scale, z * scale, math.cos(half)))


def pose7(pose: FloatArray) -> Pose7:
    """Return a ``pose`` (4, 4) as x, y, z [m] and unit quaternion x, y, z, w."""
    x, y, z = pose[:3, 3].tolist()
    return (x, y, z, *_quaternion(pose[:3, :3].tolist()))


def matrix_from_pose7(pose: Pose7) -> FloatArray:
    """Return the pose (4, 4) of ``pose``: x, y, z [m] and quaternion x, y, z, w.

    Raises:
        ValueError: The quaternion is zero or not finite.
    """
    matrix = np.eye(4)
    matrix[:3, :3] = matrix_from_quaternion(pose[3:])
    matrix[:3, 3] = pose[:3]
    return matrix
