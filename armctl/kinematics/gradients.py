"""How the distance of two parts grows with the joints, from the points where they are nearest.

With n from the one point to the other, a joint that carries the first part changes the distance by n · v, v being how
the joint moves that point; one that carries the second part by -n · v; one that carries both not at all.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.levers import carriers, drives
from armctl.kinematics.pairs import IndexArray, Shapes
from armctl.kinematics.robot import RobotModel

TOUCHING: Final = 1e-6
"""Cores nearer than this [m] have no direction between them; a gradient is then taken as zero."""


class Gradients:
    """The gradients of one arm's pairs.

    Args:
        robot: The arm.
        shapes: All shapes.
        pairs: Shape (p, 2), indices into ``shapes``.
    """

    def __init__(self, robot: RobotModel, shapes: Shapes, pairs: IndexArray) -> None:
        moving = [index for index, joint in enumerate(robot.tree.joints) if joint.kind != "fixed"]
        joints = [robot.tree.joints[index] for index in moving]
        carried = carriers(robot.tree, shapes)[:, moving]
        self._child = np.array([robot.links.index(joint.child) for joint in joints], dtype=np.intp)
        self._axis = np.array([joint.axis for joint in joints]).reshape(-1, 3)
        self._slides = np.array([joint.kind == "prismatic" for joint in joints], dtype=np.bool_)
        self._sides = carried[pairs[:, 0]].astype(np.float64) - carried[pairs[:, 1]]
        self._drives = drives(robot)[moving]

    def at(self, links: FloatArray, which: IndexArray, nearest: FloatArray) -> FloatArray:
        """Return the gradients, shape (q, n) [m/rad, or m/m].

        Args:
            links: Shape (links, 4, 4), where the links are.
            which: Shape (q,), which pairs.
            nearest: Shape (2, q, 3), where they are nearest [m].
        """
        gap = nearest[0] - nearest[1]
        apart = np.linalg.norm(gap, axis=1, keepdims=True)
        normal = np.where(apart > TOUCHING, gap / np.maximum(apart, TOUCHING), 0.0)
        frames = links[self._child]
        axis = np.einsum("jab,jb->ja", frames[:, :3, :3], self._axis)
        # A joint that carries only one of the two moves that one's point; n · (a × r) = (r × n) · a.
        sides = self._sides[which]
        point = np.where(sides[..., None] > 0.0, nearest[0][:, None], nearest[1][:, None])
        turning = np.einsum("qja,ja->qj", np.cross(point - frames[:, :3, 3], normal[:, None]), axis)
        rates = np.where(self._slides, normal @ axis.T, turning)
        gradients: FloatArray = (sides * rates) @ self._drives
        return gradients
