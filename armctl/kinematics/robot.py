"""`RobotModel`: one configured arm with everything geometry can say about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, chain_of
from armctl.kinematics.forward import forward
from armctl.kinematics.rotation import inverse_pose
from armctl.kinematics.shapes import LinkShape, shapes_of
from armctl.kinematics.straightline import ARRAYS, Frame, Program, Scalar, Term, Writer, axis_to_z, compiled
from armctl.kinematics.urdf import Tree, TreeJoint, load_tree

SLACK: Final = 1e-4
"""Rounding allowed between the limits of configuration and URDF [rad or m]: arms are published with four digits."""


class RobotModel:
    """Kinematics and shapes of one arm; joint arrays have n entries, the gripper last.

    Args:
        config: The arm.

    Attributes:
        config: The arm.
        chain: Base to tool, with the configuration's (soft) limits.
        shapes: Collision shapes of all links, each in the frame of its link.
        links: Names of all links.
        tree: All links and joints, as the URDF tells them.

    Raises:
        ConfigError: There is no such URDF.
        KinematicsError: The URDF is malformed, or does not fit the configuration.
    """

    def __init__(self, config: ArmConfig) -> None:
        tree = load_tree(config.urdf_text())
        self.config: Final = config
        self.tree: Final = tree
        self.chain: Final[Chain] = _configured(chain_of(tree, config.base_link, config.tool.tip_link), config)
        self.shapes: Final[tuple[LinkShape, ...]] = shapes_of(tree)
        self.links: Final[tuple[str, ...]] = tuple(tree.links)
        self._count = len(config.joints)
        self._program = _tree_program(tree, config)

    def link_poses(self, positions: Sequence[float] | FloatArray) -> dict[str, FloatArray]:
        """Return the pose (4, 4) of every link in the base frame, the jaws too.

        Joints that only mimic another follow it; joints that the configuration does not name stay at zero, or at the
        limit nearest to it.

        Args:
            positions: Shape (n,), the gripper last [rad, or m for prismatic joints].

        Raises:
            KinematicsError: ``positions`` has another length or a value that is not finite.
        """
        return dict(zip(self.links, self.link_array(positions), strict=True))

    def link_array(self, positions: Sequence[float] | FloatArray) -> FloatArray:
        """Return the poses of all links, shape (links, 4, 4), in the order of `links`; as `link_poses`."""
        values = self._checked(positions)
        return np.array(self._program.run(values)).reshape(len(self.links), 4, 4)

    def link_arrays(self, positions: FloatArray) -> FloatArray:
        """Return the poses of all links in k postures at once, shape (k, links, 4, 4); two hundred times as fast.

        Args:
            positions: Shape (k, n), the gripper last [rad, or m for prismatic joints]; finite.
        """
        count = len(positions)
        poses = np.empty((len(self.links) * 16, count))
        for row, value in zip(poses, self._many(positions.T), strict=True):
            row[:] = value
        return poses.T.reshape(count, len(self.links), 4, 4)

    @cached_property
    def _many(self) -> Callable[[FloatArray], tuple[FloatArray | float, ...]]:
        """The program of all link poses for arrays of postures, compiled when it is first asked for."""
        return compiled(self._program.source, ARRAYS)

    def tool_pose(self, positions: Sequence[float] | FloatArray) -> FloatArray:
        """Return the pose (4, 4) of the tool in the base frame.

        Args:
            positions: Shape (n,), the gripper last [rad, or m for prismatic joints].

        Raises:
            KinematicsError: ``positions`` has another length or a value that is not finite.
        """
        return forward(self.chain, self._checked(positions)[: self.chain.dof])

    def gripper_opening(self, angle: float) -> float:
        """Return how far the gripper is open, 0 closed to 1 open, at joint ``angle`` [rad or m]; ends are kept."""
        gripper = self.config.gripper
        return min(1.0, max(0.0, (angle - gripper.closed) / (gripper.open - gripper.closed)))

    def gripper_angle(self, opening: float) -> float:
        """Return the joint angle [rad or m] at which the gripper is open by ``opening``, 0 to 1; ends are kept."""
        gripper = self.config.gripper
        return gripper.closed + min(1.0, max(0.0, opening)) * (gripper.open - gripper.closed)

    def _checked(self, positions: Sequence[float] | FloatArray) -> list[float]:
        values: list[float] = (
            positions.tolist() if isinstance(positions, np.ndarray) else [float(value) for value in positions]
        )
        if len(values) != self._count or not all(map(math.isfinite, values)):
            names = ", ".join(self.config.joint_names)
            raise KinematicsError(f"Positions {values} are not {self._count} finite numbers ({names}).")
        return values


def _configured(chain: Chain, config: ArmConfig) -> Chain:
    """Return the chain with the soft limits of the configuration, which must be inside those of the URDF."""
    names = config.joint_names[:-1]
    if chain.names != names:
        raise KinematicsError(
            f"{config.urdf} moves {', '.join(chain.names)} between {chain.base!r} and {chain.tip!r}; "
            f"{config.name} is configured for {', '.join(names)}.",
            "Name the joints of the configuration as in the URDF, base first.",
        )
    for joint, soft in zip(chain.moving, config.joints, strict=False):
        if soft.lower < joint.lower - SLACK or soft.upper > joint.upper + SLACK:
            raise KinematicsError(
                f"{config.name}: joint {joint.name!r} is configured for {soft.lower} to {soft.upper}, "
                f"but {config.urdf} allows {joint.lower} to {joint.upper}.",
            )
    joints = config.joints[: chain.dof]
    return chain.with_limits([joint.lower for joint in joints], [joint.upper for joint in joints])


def _tree_program(tree: Tree, config: ArmConfig) -> Program:
    """Compile the poses of all links, 16 numbers each, row by row, as a function of n joint positions."""
    inputs = {name: f"q{index}" for index, name in enumerate(config.joint_names)}
    known = {joint.name for joint in tree.joints}
    for name in inputs:
        if name not in known:
            raise KinematicsError(f"{config.urdf} has no joint {name!r}, which {config.name} is configured for.")
    writer = Writer()
    frames = {tree.root: Frame()}
    for index, joint in enumerate(tree.joints):
        frames[joint.child] = _carried(
            writer, f"n{index}", frames[joint.parent], joint, _position(writer, joint, inputs)
        )
    if tree.root != config.base_link:
        raise KinematicsError(f"{config.urdf} starts at link {tree.root!r}, not at base_link {config.base_link!r}.")
    outputs: list[Scalar] = []
    for link in tree.links:
        frame = frames[link]
        for row in range(3):
            outputs += [*frame.rotation[3 * row : 3 * row + 3], frame.position[row]]
        outputs += [0.0, 0.0, 0.0, 1.0]
    return writer.program(len(inputs), outputs)


def _position(writer: Writer, joint: TreeJoint, inputs: dict[str, str]) -> Scalar:
    """Return where a joint is: an input, what it mimics, or as near to zero as its limits allow."""
    if joint.name in inputs:
        return inputs[joint.name]
    if joint.mimic is not None and joint.mimic.joint in inputs:
        leader = inputs[joint.mimic.joint]
        terms: list[Term] = [(1.0, joint.mimic.multiplier, leader), (1.0, joint.mimic.offset, 1.0)]
        return writer.total(f"m{leader}{len(writer.lines)}", terms)
    return min(max(0.0, joint.lower), joint.upper)


def _carried(writer: Writer, label: str, parent: Frame, joint: TreeJoint, position: Scalar) -> Frame:
    """Return the frame of a joint's child link."""
    if joint.kind == "fixed":
        return parent.moved(writer, label, joint.origin)
    to_z = axis_to_z(joint.axis)
    if isinstance(position, float):
        return parent.moved(writer, label, joint.origin @ _moved_by(joint, to_z, position))
    frame = parent.moved(writer, f"{label}a", joint.origin @ to_z)
    move = frame.slid if joint.kind == "prismatic" else frame.turned
    return move(writer, f"{label}b", position).moved(writer, f"{label}c", inverse_pose(to_z))


def _moved_by(joint: TreeJoint, to_z: FloatArray, position: float) -> FloatArray:
    """Return the constant motion of a joint that stays at ``position``."""
    motion = np.eye(4)
    if joint.kind == "prismatic":
        motion[2, 3] = position
    else:
        c, s = math.cos(position), math.sin(position)
        motion[:2, :2] = [[c, -s], [s, c]]
    moved: FloatArray = to_z @ motion @ inverse_pose(to_z)
    return moved
