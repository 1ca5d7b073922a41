"""How far a turn of a joint can move a shape: what makes a distance here good for the postures around, too.

A distance between two shapes changes by at most ``levers @ |change of the joints|``, in any posture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.pairs import IndexArray, cover
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.shapes import LinkShape
from armctl.kinematics.urdf import Tree, TreeJoint

SLIDE: Final = 1.0
"""A sliding joint moves everything it carries by as much as itself [m per m]."""


def pair_levers(robot: RobotModel, shapes: Sequence[LinkShape | WorldShape], pairs: IndexArray) -> FloatArray:
    """Return how much the distance of each pair changes with each joint, shape (pairs, n) [m/rad, or m/m].

    A joint that carries both shapes of a pair does not change their distance.

    Args:
        robot: The arm.
        shapes: All shapes; those of the world do not move.
        pairs: Shape (p, 2), indices into ``shapes``.
    """
    by_joint = np.array([_shape_levers(robot.tree, shape) for shape in shapes]).reshape(len(shapes), -1)
    first, second = by_joint[pairs[:, 0]], by_joint[pairs[:, 1]]
    together = np.where((first > 0.0) & (second > 0.0), 0.0, first + second)
    levers: FloatArray = together @ np.abs(drives(robot))
    return levers


def _shape_levers(tree: Tree, shape: LinkShape | WorldShape) -> FloatArray:
    """Return the largest distance of any of the shape's points from each joint of the tree that carries it."""
    levers = np.zeros(len(tree.joints))
    if isinstance(shape, WorldShape):
        return levers
    above = {joint.child: index for index, joint in enumerate(tree.joints)}
    middle, half, radius = cover(shape)
    reach = float(np.linalg.norm(middle)) + float(np.linalg.norm(half)) + radius
    link = shape.link
    while link in above:
        joint = tree.joints[above[link]]
        levers[above[link]] = _lever(joint, reach)
        reach += float(np.linalg.norm(joint.origin[:3, 3])) + _travel(joint)
        link = joint.parent
    return levers


def _lever(joint: TreeJoint, reach: float) -> float:
    if joint.kind == "fixed":
        return 0.0
    return SLIDE if joint.kind == "prismatic" else reach


def _travel(joint: TreeJoint) -> float:
    return max(abs(joint.lower), abs(joint.upper)) if joint.kind == "prismatic" else 0.0


def carriers(tree: Tree, shapes: Sequence[LinkShape | WorldShape]) -> BoolArray:
    """Return which joints of the ``tree`` carry which of the ``shapes``, shape (shapes, tree joints)."""
    above = {joint.child: index for index, joint in enumerate(tree.joints)}
    carries = np.zeros((len(shapes), len(tree.joints)), dtype=np.bool_)
    for row, shape in enumerate(shapes):
        link = "" if isinstance(shape, WorldShape) else shape.link
        while link in above:
            carries[row, above[link]] = True
            link = tree.joints[above[link]].parent
    return carries


def drives(robot: RobotModel) -> FloatArray:
    """Return how much each joint of the tree moves with each configured one, shape (tree joints, n)."""
    column = {name: index for index, name in enumerate(robot.config.joint_names)}
    moves = np.zeros((len(robot.tree.joints), len(column)))
    for row, joint in enumerate(robot.tree.joints):
        if joint.name in column:
            moves[row, column[joint.name]] = 1.0
        elif joint.mimic is not None and joint.mimic.joint in column:
            moves[row, column[joint.mimic.joint]] = joint.mimic.multiplier
    return moves
