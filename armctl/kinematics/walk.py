"""Write the way along a chain of joints as straight-line code: where each joint's axis and the tip are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import inverse_pose
from armctl.kinematics.straightline import Frame, Scalar, Writer, axis_to_z, snapped
from armctl.kinematics.urdf import Kind


class Link(Protocol):
    """What has to be known of a joint to walk over it."""

    @property
    def kind(self) -> Kind:
        """Return revolute, continuous, prismatic or fixed."""

    @property
    def origin(self) -> FloatArray:
        """Return the pose (4, 4) of the joint in the link before it, at zero."""

    @property
    def axis(self) -> FloatArray:
        """Return the unit vector (3,) in the joint frame it moves about or along."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One joint that moves, with its axis brought to z.

    Attributes:
        kind: revolute, continuous or prismatic.
        before: Constant pose (4, 4) from the frame of the joint before it (after its motion), or from the base, to this
            joint's frame (before its motion), whose z axis is the joint's axis.
    """

    kind: Kind
    before: FloatArray


def segments(joints: Iterable[Link]) -> tuple[list[Segment], FloatArray]:
    """Return the moving joints of a chain, and the constant pose (4, 4) from the last one to the tip."""
    found: list[Segment] = []
    pending = np.eye(4)
    for joint in joints:
        pending = pending @ joint.origin
        if joint.kind != "fixed":
            to_z = axis_to_z(joint.axis)
            found.append(Segment(joint.kind, pending @ to_z))
            pending = inverse_pose(to_z)
    return found, pending


def walk(writer: Writer, parts: Iterable[Segment], values: Sequence[Scalar], start: Frame | None = None) -> list[Frame]:
    """Write the frames of the joints, each before its own motion, and last the frame after all of them.

    Turns about parallel axes add up: of three such joints the sine and cosine of the sum is taken, and the zeros and
    ones of the frame they all turn in stay.

    Args:
        writer: Takes the lines.
        parts: The joints.
        values: Angle [rad] or way [m] of each, a number or the name of one.
        start: Where to begin; None for the identity.
    """
    at = _Turning(start or Frame(), start or Frame(), None)
    frames: list[Frame] = []
    for index, (part, value) in enumerate(zip(parts, values, strict=True)):
        at = at.moved(writer, f"f{index}", part.before)
        frames.append(at.frame)
        if part.kind == "prismatic":
            at = replace(at, frame=at.frame.slid(writer, f"m{index}", str(value)))
        else:
            at = at.turned(writer, f"m{index}", value)
    frames.append(at.frame)
    return frames


@dataclass(frozen=True, slots=True)
class _Turning:
    """A frame, and how it came about: ``still`` turned about its z axis by ``angle`` (None: not at all)."""

    frame: Frame
    still: Frame
    angle: Scalar | None

    def moved(self, writer: Writer, label: str, pose: FloatArray) -> _Turning:
        moved = self.frame.moved(writer, label, pose)
        # The cosine of a tilt of 1e-5 rad is 1 to ten digits, so its sine has to tell whether the axes are parallel.
        tilted = any(snapped(value) != 0.0 for value in (*pose[2, :2].tolist(), *pose[:2, 2].tolist()))
        if self.angle is None or tilted:
            return _Turning(moved, moved, None)
        along = math.copysign(1.0, float(pose[2, 2]))
        # pose turns by alpha about z (and over, about x, where z is reversed), which goes with the angle.
        over = np.diag([1.0, along, along, 1.0])
        alpha = math.atan2(float(pose[1, 0]) * along, float(pose[0, 0]))
        angle = writer.total(f"{label}s", [(along, 1.0, self.angle), (1.0, 1.0, alpha)])
        return _Turning(moved, self.still.moved(writer, f"{label}o", over), angle)

    def turned(self, writer: Writer, label: str, value: Scalar) -> _Turning:
        angle = value if self.angle is None else writer.total(f"{label}s", [(1.0, 1.0, self.angle), (1.0, 1.0, value)])
        rotation = self.still.turned(writer, label, str(angle)).rotation
        return _Turning(Frame(rotation, self.frame.position), self.still, angle)


def column(writer: Writer, label: str, kind: Kind, axis: Frame, point: Sequence[Scalar]) -> list[Scalar]:
    """Write (v, ω) of a ``point`` for one joint: v = z x (p - p_joint), ω = z; for a sliding joint v = z, ω = 0."""
    z = axis.column(2)
    if kind == "prismatic":
        return [*z, 0.0, 0.0, 0.0]
    arm = [writer.total(f"{label}a{i}", [(1.0, 1.0, point[i]), (-1.0, 1.0, axis.position[i])]) for i in range(3)]
    return [*cross(writer, f"{label}v", z, arm), *z]


def cross(writer: Writer, label: str, a: Sequence[Scalar], b: Sequence[Scalar]) -> list[Scalar]:
    """Write a x b, (3,)."""
    return [
        writer.total(f"{label}{i}", [(1.0, a[j], b[k]), (-1.0, a[k], b[j])])
        for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    ]


def turned_vector(writer: Writer, label: str, frame: Frame, vector: Sequence[Scalar]) -> list[Scalar]:
    """Write a ``vector`` (3,) of the ``frame`` in the base."""
    return [
        writer.total(f"{label}{i}", [(1.0, frame.rotation[3 * i + k], vector[k]) for k in range(3)]) for i in range(3)
    ]


def placed_point(writer: Writer, label: str, frame: Frame, point: Sequence[Scalar]) -> list[Scalar]:
    """Write a ``point`` (3,) of the ``frame`` in the base."""
    return [
        writer.total(
            f"{label}{i}",
            [(1.0, frame.rotation[3 * i + k], point[k]) for k in range(3)] + [(1.0, 1.0, frame.position[i])],
        )
        for i in range(3)
    ]
