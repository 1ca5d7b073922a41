"""`Chain`: the joints between two links of a URDF, in order, with their limits and compiled kinematics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import inverse_pose
from armctl.kinematics.straightline import Frame, Program, Scalar, Writer, axis_to_z
from armctl.kinematics.urdf import Kind, Tree, TreeJoint, load_tree


@dataclass(frozen=True, slots=True, eq=False)
class ChainJoint:
    """One joint on the way from base to tip.

    Attributes:
        name: Its name in the URDF.
        kind: revolute, continuous, prismatic or fixed.
        origin: Pose (4, 4) of the joint in the link before it, at zero.
        axis: Unit vector (3,) in the joint frame.
        lower: Lower limit [rad, or m for prismatic joints]; -inf where there is none.
        upper: Upper limit [rad or m]; inf where there is none.
        child: The link it moves.
    """

    name: str
    kind: Kind
    origin: FloatArray
    axis: FloatArray
    lower: float
    upper: float
    child: str


@dataclass(frozen=True, eq=False)
class Chain:
    """The way from ``base`` to ``tip``; joint arrays of shape (dof,) follow `names`.

    Attributes:
        base: Link whose frame everything is told in.
        tip: Link whose pose counts.
        joints: All joints on the way, fixed ones too.
    """

    base: str
    tip: str
    joints: tuple[ChainJoint, ...]

    @cached_property
    def moving(self) -> tuple[ChainJoint, ...]:
        """The actuated joints, base first."""
        return tuple(joint for joint in self.joints if joint.kind != "fixed")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the actuated joints, base first."""
        return tuple(joint.name for joint in self.moving)

    @cached_property
    def dof(self) -> int:
        """Number of actuated joints."""
        return len(self.moving)

    @cached_property
    def lower(self) -> FloatArray:
        """Lower limits, shape (dof,) [rad, or m for prismatic joints]; -inf where there is none."""
        return np.array([joint.lower for joint in self.moving])

    @cached_property
    def upper(self) -> FloatArray:
        """Upper limits, shape (dof,) [rad, or m for prismatic joints]; inf where there is none."""
        return np.array([joint.upper for joint in self.moving])

    @cached_property
    def length(self) -> float:
        """Sum of all link lengths [m]: no pose of the tip is farther from the base than this."""
        slides = sum(max(abs(joint.lower), abs(joint.upper)) for joint in self.joints if joint.kind == "prismatic")
        return slides + sum(float(np.linalg.norm(joint.origin[:3, 3])) for joint in self.joints)

    @cached_property
    def program(self) -> Program:
        """Straight-line kinematics: q (dof) to 3 position, 9 rotation (row by row), 6·dof Jacobian (row by row)."""
        return _program(self.joints)

    def with_limits(self, lower: Sequence[float], upper: Sequence[float]) -> Chain:
        """Return this chain with other limits, shape (dof,) [rad or m]."""
        limits = dict(zip(self.names, zip(lower, upper, strict=True), strict=True))
        joints = tuple(
            replace(joint, lower=float(limits[joint.name][0]), upper=float(limits[joint.name][1]))
            if joint.name in limits
            else joint
            for joint in self.joints
        )
        return Chain(self.base, self.tip, joints)


def load_chain(urdf_text: str, base: str, tip: str) -> Chain:
    """Read the chain from link ``base`` to link ``tip`` out of a URDF.

    Raises:
        KinematicsError: The URDF is malformed, a link is missing, the tip does not hang on the base, no joint on the
            way moves, or one of them only mimics another.
    """
    return chain_of(load_tree(urdf_text), base, tip)


def chain_of(tree: Tree, base: str, tip: str) -> Chain:
    """Return the chain from link ``base`` to link ``tip`` of a ``tree``.

    Raises:
        KinematicsError: As `load_chain`.
    """
    for link in (base, tip):
        if link not in tree.links:
            raise KinematicsError(f"The URDF has no link {link!r}.", f"Its links: {', '.join(tree.links)}.")
    carrier = {joint.child: joint for joint in tree.joints}
    path: list[TreeJoint] = []
    link = tip
    while link != base:
        if link not in carrier:
            raise KinematicsError(f"Link {tip!r} does not hang on link {base!r}.")
        path.append(carrier[link])
        link = carrier[link].parent
    for joint in path:
        if joint.mimic is not None:
            raise KinematicsError(f"Joint {joint.name!r} between {base!r} and {tip!r} mimics {joint.mimic.joint!r}.")
    joints = tuple(_chain_joint(joint) for joint in reversed(path))
    if all(joint.kind == "fixed" for joint in joints):
        raise KinematicsError(f"No joint between {base!r} and {tip!r} moves.")
    return Chain(base, tip, joints)


def _chain_joint(joint: TreeJoint) -> ChainJoint:
    return ChainJoint(joint.name, joint.kind, joint.origin, joint.axis, joint.lower, joint.upper, joint.child)


def _program(joints: Iterable[ChainJoint]) -> Program:
    writer = Writer()
    frame = Frame()
    axes: list[tuple[Kind, Frame]] = []
    pending = np.eye(4)
    for joint in joints:
        pending = pending @ joint.origin
        if joint.kind == "fixed":
            continue
        to_z = axis_to_z(joint.axis)
        index = len(axes)
        frame = frame.moved(writer, f"f{index}", pending @ to_z)
        axes.append((joint.kind, frame))
        move = frame.slid if joint.kind == "prismatic" else frame.turned
        frame = move(writer, f"q{index}", f"q{index}")
        pending = inverse_pose(to_z)
    tip = frame.moved(writer, "tip", pending)
    columns = [_jacobian_column(writer, index, kind, axis, tip) for index, (kind, axis) in enumerate(axes)]
    rows = [column[row] for row in range(6) for column in columns]
    return writer.program(len(axes), [*tip.position, *tip.rotation, *rows])


def _jacobian_column(writer: Writer, index: int, kind: Kind, axis: Frame, tip: Frame) -> list[Scalar]:
    """Return (v, ω) of the tip for one joint: v = z x (p_tip - p_joint), ω = z; for a sliding joint v = z, ω = 0."""
    z = axis.column(2)
    if kind == "prismatic":
        return [*z, 0.0, 0.0, 0.0]
    arm = [
        writer.total(f"a{index}_{i}", [(1.0, 1.0, tip.position[i]), (-1.0, 1.0, axis.position[i])]) for i in range(3)
    ]
    linear = [
        writer.total(f"j{index}_{i}", [(1.0, z[j], arm[k]), (-1.0, z[k], arm[j])])
        for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    ]
    return [*linear, *z]


def as_angles(chain: Chain, q: Sequence[float] | FloatArray) -> list[float]:
    """Return ``q`` as dof plain floats.

    Raises:
        KinematicsError: Not as many values as the chain has joints, or one that is not finite.
    """
    values: list[float] = q.tolist() if isinstance(q, np.ndarray) else [float(value) for value in q]
    if len(values) != chain.dof:
        raise KinematicsError(f"{len(values)} joint angles for a chain of {chain.dof} joints.")
    if not all(map(math.isfinite, values)):
        raise KinematicsError(f"Joint angles {values} are not all finite.")
    return values


def pose_of(chain: Chain, q: list[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the tip's position (3) [m] and rotation, row by row (9), at dof plain, finite angles ``q``."""
    values = chain.program.run(q)
    return values[:3], values[3:12]
