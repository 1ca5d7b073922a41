"""The primitive shapes of an arm's links, as its URDF gives them for collision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from xml.etree import ElementTree

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.urdf import Tree, load_tree, numbers, origin_of

ShapeKind = Literal["box", "sphere", "capsule", "cylinder"]

SAME_PLACE: Final = 1e-3
"""A sphere this near to the end of a cylinder of its radius closes it to a capsule [m]; URDFs round to 0.1 mm."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkShape:
    """One primitive on a link.

    Attributes:
        link: Name of the link.
        kind: box, sphere, capsule or cylinder.
        size: (x, y, z) of a box, (radius,) of a sphere, (radius, length) of a cylinder or capsule, along z; the length
            of a capsule is that between the centres of its ends [m].
        pose: Pose (4, 4) of the shape's middle in the link.
    """

    link: str
    kind: ShapeKind
    size: tuple[float, ...]
    pose: FloatArray


def load_shapes(urdf_text: str) -> tuple[LinkShape, ...]:
    """Read the collision shapes of all links out of a URDF; a cylinder with a sphere on each end is one capsule.

    Raises:
        KinematicsError: The URDF is malformed, or a shape is not a box, cylinder or sphere of positive size.
    """
    return shapes_of(load_tree(urdf_text))


def shapes_of(tree: Tree) -> tuple[LinkShape, ...]:
    """Return the collision shapes of all links of a ``tree``.

    Raises:
        KinematicsError: As `load_shapes`.
    """
    shapes: list[LinkShape] = []
    for link, element in tree.links.items():
        found = [_shape(collision, link) for collision in element.findall("collision")]
        shapes.extend(_with_capsules(found))
    return tuple(shapes)


def _shape(collision: ElementTree.Element, link: str) -> LinkShape:
    where = f"Link {link!r}"
    pose = origin_of(collision, where)
    geometry = collision.find("geometry")
    body = None if geometry is None or len(geometry) != 1 else geometry[0]
    tag = "nothing" if body is None else body.tag
    if body is not None and tag == "box":
        return LinkShape(link, "box", _positive(numbers(body, "size", "", 3, where), where), pose)
    if body is not None and tag == "sphere":
        return LinkShape(link, "sphere", _positive(numbers(body, "radius", "", 1, where), where), pose)
    if body is not None and tag == "cylinder":
        size = numbers(body, "radius", "", 1, where) + numbers(body, "length", "", 1, where)
        return LinkShape(link, "cylinder", _positive(size, where), pose)
    raise KinematicsError(f"{where}: a collision shape is a {tag}.", "Use a box, cylinder or sphere for collision.")


def _positive(size: tuple[float, ...], where: str) -> tuple[float, ...]:
    if min(size) <= 0.0:
        raise KinematicsError(f"{where}: the size {size} of a collision shape must be above zero.")
    return size


def _with_capsules(shapes: list[LinkShape]) -> list[LinkShape]:
    """Return ``shapes`` of one link with every cylinder between two spheres of its radius made one capsule."""
    spheres = [shape for shape in shapes if shape.kind == "sphere"]
    closed: set[int] = set()
    merged: list[LinkShape] = []
    for shape in shapes:
        if shape.kind == "cylinder":
            radius, length = shape.size
            half = 0.5 * length * shape.pose[:3, 2]
            ends = [_sphere_at(spheres, shape.pose[:3, 3] + way * half, radius) for way in (-1.0, 1.0)]
            if ends[0] is not None and ends[1] is not None:
                closed.update(map(id, ends))
                shape = LinkShape(shape.link, "capsule", shape.size, shape.pose)  # noqa: PLW2901 - what it becomes
        merged.append(shape)
    return [shape for shape in merged if id(shape) not in closed]


def _sphere_at(spheres: list[LinkShape], point: FloatArray, radius: float) -> LinkShape | None:
    for sphere in spheres:
        near = float(np.linalg.norm(sphere.pose[:3, 3] - point)) < SAME_PLACE
        if near and abs(sphere.size[0] - radius) < SAME_PLACE:
            return sphere
    return None
