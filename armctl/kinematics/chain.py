"""`Chain`: the joints between two links of a URDF, in order, with their limits and compiled kinematics."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.coupling import Coupling, Drive
from armctl.kinematics.straightline import ARRAYS, Frame, Program, Scalar, Writer, compiled
from armctl.kinematics.urdf import Kind, Mimic, Tree, TreeJoint, load_tree
from armctl.kinematics.walk import column, segments, walk


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
    """The way from ``base`` to ``tip``; arrays of shape (dof,) follow `names`.

    Attributes:
        base: Link whose frame everything is told in.
        tip: Link whose pose counts.
        joints: All joints on the way, fixed ones too.
        coupling: How motors move the joints, where it is not one each; q then counts motors.
    """

    base: str
    tip: str
    joints: tuple[ChainJoint, ...]
    coupling: Coupling | None = None

    def __post_init__(self) -> None:
        moving = sum(joint.kind != "fixed" for joint in self.joints)
        if self.coupling is not None and len(self.coupling.offset) != moving:
            raise KinematicsError(f"A coupling of {len(self.coupling.offset)} joints for a chain of {moving}.")

    @cached_property
    def moving(self) -> tuple[ChainJoint | Drive, ...]:
        """What q counts, base first: the joints that move, or the motors that move them."""
        return self.coupling.drives if self.coupling else self.moved

    @cached_property
    def moved(self) -> tuple[ChainJoint, ...]:
        """All joints that are not fixed, base first."""
        return tuple(joint for joint in self.joints if joint.kind != "fixed")

    @cached_property
    def drive(self) -> Coupling:
        """How q moves the joints: `coupling`, or one each."""
        drives = [Drive(joint.name, joint.kind, joint.lower, joint.upper) for joint in self.moved]
        return self.coupling or Coupling.identity(drives)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the actuated joints (or motors), base first."""
        return tuple(joint.name for joint in self.moving)

    @cached_property
    def dof(self) -> int:
        """Number of actuated joints (or motors)."""
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
    def periods(self) -> FloatArray:
        """After how much of each coordinate the arm is as before, shape (dof,) [rad]; inf where it never is."""
        kinds = [joint.kind for joint in self.moved]
        return np.array([self.drive.period(motor, kinds) for motor in range(self.dof)])

    @cached_property
    def length(self) -> float:
        """Sum of all link lengths [m]: no pose of the tip is farther from the base than this."""
        slides = sum(max(abs(joint.lower), abs(joint.upper)) for joint in self.joints if joint.kind == "prismatic")
        return slides + sum(float(np.linalg.norm(joint.origin[:3, 3])) for joint in self.joints)

    @cached_property
    def program(self) -> Program:
        """Straight-line kinematics: q (dof) to 3 position, 9 rotation (row by row), 6·dof Jacobian (row by row)."""
        return _program(self)

    @cached_property
    def pose_program(self) -> Program:
        """The same without the Jacobian: q (dof) to 3 position, 9 rotation (row by row)."""
        return _pose_program(self)

    @cached_property
    def _poses(self) -> Callable[..., tuple[FloatArray | float, ...]]:
        return compiled(self.pose_program.source, ARRAYS)

    def poses(self, q: FloatArray) -> FloatArray:
        """Return the poses (M, 4, 4) of the tip in the base frame for ``q`` (M, dof)."""
        values = self._poses(q.T)
        poses = np.zeros((len(q), 4, 4))
        for number, value in enumerate(values):
            row, column = (number, 3) if number < 3 else divmod(number - 3, 3)
            poses[:, row, column] = value
        poses[:, 3, 3] = 1.0
        return poses

    def joint_values(self, q: FloatArray) -> FloatArray:
        """Return the values (..., joints) [rad or m] of all joints that move, for ``q`` (..., dof)."""
        return q @ self.drive.matrix.T + self.drive.offset

    def within(self, q: FloatArray, slack: float = 0.0) -> npt.NDArray[np.bool_]:
        """Return whether ``q`` (..., dof) keeps all limits, shape (...): of the motors, and of coupled joints too."""
        inside: npt.NDArray[np.bool_] = np.all((q >= self.lower - slack) & (q <= self.upper + slack), axis=-1)
        if self.coupling is not None:
            values = self.joint_values(q)
            lower = np.array([joint.lower for joint in self.moved])
            upper = np.array([joint.upper for joint in self.moved])
            # A limit written with six digits in the file is not exactly the motors' sum.
            inside = inside & np.all((values >= lower - slack - 1e-6) & (values <= upper + slack + 1e-6), axis=-1)
        return inside

    def with_limits(self, lower: Sequence[float], upper: Sequence[float]) -> Chain:
        """Return this chain with other limits of q, shape (dof,) [rad or m]."""
        limits = dict(zip(self.names, zip(lower, upper, strict=True), strict=True))
        if self.coupling is not None:
            drives = (Drive(drive.name, drive.kind, *map(float, limits[drive.name])) for drive in self.coupling.drives)
            coupling = Coupling(tuple(drives), self.coupling.matrix, self.coupling.offset)
            return Chain(self.base, self.tip, self.joints, coupling)
        joints = tuple(
            replace(joint, lower=float(limits[joint.name][0]), upper=float(limits[joint.name][1]))
            if joint.name in limits
            else joint
            for joint in self.joints
        )
        return Chain(self.base, self.tip, joints)

    def driven_by(self, coupling: Coupling) -> Chain:
        """Return this chain moved by motors; the joints keep their own limits beside the motors'.

        Raises:
            KinematicsError: The coupling is not for as many joints as move here.
        """
        return Chain(self.base, self.tip, self.joints, coupling)


def load_chain(urdf_text: str, base: str, tip: str) -> Chain:
    """Read the chain from link ``base`` to link ``tip`` out of a URDF.

    Raises:
        KinematicsError: The URDF is malformed, a link is missing, the tip does not hang on the base, no joint on the
            way moves, or one of them mimics a joint that is not on the way.
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
    joints = tuple(_chain_joint(joint) for joint in reversed(path))
    if all(joint.kind == "fixed" for joint in joints):
        raise KinematicsError(f"No joint between {base!r} and {tip!r} moves.")
    moving = [joint for joint in reversed(path) if joint.kind != "fixed"]
    if any(joint.mimic is not None for joint in moving):
        return Chain(base, tip, joints, _mimicking(moving, base, tip))
    return Chain(base, tip, joints)


def _chain_joint(joint: TreeJoint) -> ChainJoint:
    return ChainJoint(joint.name, joint.kind, joint.origin, joint.axis, joint.lower, joint.upper, joint.child)


def _mimicking(moving: list[TreeJoint], base: str, tip: str) -> Coupling:
    """Return how the joints that lead move those that mimic them; a leader's limits are such that all are kept."""
    leaders = [joint.name for joint in moving if joint.mimic is None]
    matrix, offset = np.zeros((len(moving), len(leaders))), np.zeros(len(moving))
    limits = {joint.name: (joint.lower, joint.upper) for joint in moving if joint.mimic is None}
    for row, joint in enumerate(moving):
        mimic = joint.mimic or Mimic(joint.name, 1.0, 0.0)
        if mimic.joint not in leaders:
            raise KinematicsError(
                f"Joint {joint.name!r} between {base!r} and {tip!r} mimics {mimic.joint!r}, elsewhere."
            )
        if mimic.multiplier == 0.0:
            raise KinematicsError(f"Joint {joint.name!r} mimics {mimic.joint!r} with a multiplier of zero.")
        matrix[row, leaders.index(mimic.joint)] = mimic.multiplier
        offset[row] = mimic.offset
        ends = sorted((end - mimic.offset) / mimic.multiplier for end in (joint.lower, joint.upper))
        lower, upper = limits[mimic.joint]
        limits[mimic.joint] = (max(lower, ends[0]), min(upper, ends[1]))
        if not limits[mimic.joint][0] < limits[mimic.joint][1]:
            raise KinematicsError(f"Joint {joint.name!r} mimics {mimic.joint!r}, and their limits leave nothing.")
    kinds = {joint.name: joint.kind for joint in moving}
    return Coupling(tuple(Drive(name, kinds[name], *limits[name]) for name in leaders), matrix, offset)


def joint_names(writer: Writer, drive: Coupling) -> list[Scalar]:
    """Write the values of the joints as they follow from q0, q1, ..."""
    names: list[Scalar] = [f"q{motor}" for motor in range(len(drive.drives))]
    return [
        writer.total(
            f"k{row}", [(1.0, weight, name) for weight, name in zip(weights, names, strict=True)] + [(1.0, 1.0, off)]
        )
        for row, (weights, off) in enumerate(zip(drive.matrix.tolist(), drive.offset.tolist(), strict=True))
    ]


def motor_columns(writer: Writer, matrix: FloatArray, columns: Sequence[Sequence[Scalar]]) -> list[list[Scalar]]:
    """Write J·M for the ``matrix`` M (joints, motors): the columns of the motors from those of the joints."""
    return [
        [
            writer.total(
                f"J{motor}_{row}", [(1.0, gain, column[row]) for gain, column in zip(gains, columns, strict=True)]
            )
            for row in range(len(columns[0]))
        ]
        for motor, gains in enumerate(matrix.T.tolist())
    ]


def written_tip(writer: Writer, chain: Chain) -> Frame:
    """Write the pose of the tip as it follows from q0, q1, ..."""
    parts, to_tip = segments(chain.joints)
    return walk(writer, parts, joint_names(writer, chain.drive))[-1].moved(writer, "tip", to_tip)


def _pose_program(chain: Chain) -> Program:
    writer = Writer()
    tip = written_tip(writer, chain)
    return writer.program(chain.dof, [*tip.position, *tip.rotation])


def _program(chain: Chain) -> Program:
    writer = Writer()
    parts, to_tip = segments(chain.joints)
    frames = walk(writer, parts, joint_names(writer, chain.drive))
    tip = frames[-1].moved(writer, "tip", to_tip)
    pairs = list(zip(parts, frames[:-1], strict=True))
    columns = [column(writer, f"j{i}", part.kind, axis, tip.position) for i, (part, axis) in enumerate(pairs)]
    driven = motor_columns(writer, chain.drive.matrix, columns)
    rows = [driven[motor][row] for row in range(6) for motor in range(chain.dof)]
    return writer.program(chain.dof, [*tip.position, *tip.rotation, *rows])


def as_angles(chain: Chain, q: Sequence[float] | FloatArray) -> list[float]:
    """Return ``q`` (dof,) [rad, or m for prismatic joints] as dof plain floats.

    Raises:
        KinematicsError: Not as many values as the chain has joints, or one that is not finite.
    """
    values: list[float] = q.tolist() if isinstance(q, np.ndarray) else [float(value) for value in q]
    if len(values) != chain.dof:
        raise KinematicsError(f"{len(values)} joint angles for a chain of {chain.dof} joints.")
    # A sum is finite only if all of it is, and quicker than looking at each.
    if not math.isfinite(sum(values)):
        raise KinematicsError(f"Joint angles {values} are not all finite.")
    return values


def pose_of(chain: Chain, q: list[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the tip's position (3) [m] and rotation, row by row (9), at dof plain, finite angles ``q``."""
    values = chain.pose_program.run(q)
    return values[:3], values[3:]
