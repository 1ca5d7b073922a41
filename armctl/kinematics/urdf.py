"""Read the links and joints of a URDF into a checked tree.

A URDF may come from anywhere, so everything that would lead to wrong motion later is refused here, by name: unknown
joint types, links that do not exist, loops, numbers that are not finite, axes of length zero, limits the wrong way
round. Format: https://wiki.ros.org/urdf/XML (joint, link, limit, mimic).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, cast
from xml.etree import ElementTree

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import pose_matrix

Kind = Literal["revolute", "continuous", "prismatic", "fixed"]

KINDS: Final = ("revolute", "continuous", "prismatic", "fixed")
LARGEST_TEXT: Final = 5_000_000
"""Characters; the largest public arm descriptions with primitive shapes stay below a tenth of it."""


@dataclass(frozen=True, slots=True)
class Mimic:
    """A joint that follows another one: ``q = multiplier · q_joint + offset``.

    Attributes:
        joint: Name of the other one.
        multiplier: What this one moves per unit of the other [1, or m/rad where one slides].
        offset: Where this one is while the other is at 0 [rad or m].
    """

    joint: str
    multiplier: float
    offset: float


@dataclass(frozen=True, slots=True, eq=False)
class TreeJoint:
    """One joint as the URDF tells it.

    Attributes:
        name: Its name.
        kind: revolute, continuous, prismatic or fixed.
        parent: Link it stands on.
        child: Link it moves.
        origin: Pose (4, 4) of the joint in the parent link at zero.
        axis: Unit vector (3,) in the joint frame; along it or around it the joint moves.
        lower: Lower limit [rad or m]; -inf where there is none.
        upper: Upper limit [rad or m]; inf where there is none.
        mimic: What it follows, or None.
    """

    name: str
    kind: Kind
    parent: str
    child: str
    origin: FloatArray
    axis: FloatArray
    lower: float
    upper: float
    mimic: Mimic | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """All links and joints; every joint comes after the one that carries it.

    Attributes:
        name: Name of the robot.
        root: The link that carries all others.
        links: Every link to its XML element (shapes are read from it).
        joints: Parents before children.
    """

    name: str
    root: str
    links: dict[str, ElementTree.Element]
    joints: tuple[TreeJoint, ...]


def numbers(element: ElementTree.Element | None, key: str, default: str, count: int, where: str) -> tuple[float, ...]:
    """Return ``count`` finite numbers from attribute ``key``; ``default`` where the element or attribute is missing.

    Raises:
        KinematicsError: Not numbers, not finite, or not as many as wanted; ``where`` tells whose.
    """
    text = default if element is None else element.get(key, default)
    try:
        values = tuple(float(part) for part in text.split())
    except ValueError:
        values = ()
    if len(values) != count or not all(math.isfinite(value) for value in values):
        wanted = "one finite number" if count == 1 else f"{count} finite numbers"
        raise KinematicsError(f"{where}: {key}={text!r} is not {wanted}.", "Correct the URDF.")
    return values


def origin_of(element: ElementTree.Element, where: str) -> FloatArray:
    """Return the pose (4, 4) of the ``origin`` inside ``element``; identity where there is none.

    Raises:
        KinematicsError: A number is missing or not finite.
    """
    origin = element.find("origin")
    xyz = numbers(origin, "xyz", "0 0 0", 3, where)
    return pose_matrix(xyz, numbers(origin, "rpy", "0 0 0", 3, where))


def load_tree(urdf_text: str) -> Tree:
    """Read a whole URDF.

    Raises:
        KinematicsError: Malformed, or no tree of links and joints; the message names the joint or link.
    """
    root_element = _parse(urdf_text)
    links = _links(root_element)
    joints = [_joint(element, links) for element in root_element.findall("joint")]
    _check_unique([joint.name for joint in joints], "joint")
    _check_mimics({joint.name: joint for joint in joints})
    root = _root(links, joints)
    ordered = _ordered(root, joints)
    return Tree(root_element.get("name", ""), root, links, ordered)


def _parse(text: str) -> ElementTree.Element:
    if len(text) > LARGEST_TEXT:
        raise KinematicsError(f"The URDF has {len(text)} characters; at most {LARGEST_TEXT} are read.")
    # Entities are the only way in which XML can grow or read other files; no URDF needs them.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise KinematicsError("The URDF contains a DOCTYPE or entity, which is not allowed.", "Remove it.")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - DOCTYPE and entities were refused above
    except (ElementTree.ParseError, ValueError) as error:
        raise KinematicsError(f"The URDF is not well-formed XML: {error}.") from error
    if root.tag != "robot":
        raise KinematicsError(f"The URDF starts with <{root.tag}>; it must start with <robot>.")
    return root


def _links(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    elements = root.findall("link")
    names = [element.get("name", "") for element in elements]
    _check_unique(names, "link")
    if not names:
        raise KinematicsError("The URDF has no links.")
    return dict(zip(names, elements, strict=True))


def _check_unique(names: list[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if not name:
            raise KinematicsError(f"A {what} of the URDF has no name.")
        if name in seen:
            raise KinematicsError(f"Two {what}s of the URDF are called {name!r}.")
        seen.add(name)


def _joint(element: ElementTree.Element, links: dict[str, ElementTree.Element]) -> TreeJoint:
    name = element.get("name", "")
    where = f"Joint {name!r}"
    kind = element.get("type", "")
    if kind not in KINDS:
        raise KinematicsError(f"{where}: type {kind!r} is not known.", f"Known: {', '.join(KINDS)}.")
    lower, upper = _limits(element, kind, where)
    return TreeJoint(
        name=name,
        kind=cast(Kind, kind),
        parent=_link_of(element, "parent", links, where),
        child=_link_of(element, "child", links, where),
        origin=origin_of(element, where),
        axis=_axis(element, where),
        lower=lower,
        upper=upper,
        mimic=_mimic(element, where),
    )


def _link_of(element: ElementTree.Element, role: str, links: dict[str, ElementTree.Element], where: str) -> str:
    found = element.find(role)
    name = "" if found is None else found.get("link", "")
    if name not in links:
        raise KinematicsError(f"{where}: its {role} link {name!r} does not exist.")
    return name


def _axis(element: ElementTree.Element, where: str) -> FloatArray:
    axis = np.array(numbers(element.find("axis"), "xyz", "1 0 0", 3, where))
    length = float(np.linalg.norm(axis))
    if length < 1e-6:
        raise KinematicsError(f"{where}: its axis {axis.tolist()} has no length.")
    return axis / length


def _limits(element: ElementTree.Element, kind: str, where: str) -> tuple[float, float]:
    if kind in {"fixed", "continuous"}:
        return -math.inf, math.inf
    limit = element.find("limit")
    if limit is None:
        raise KinematicsError(f"{where}: a {kind} joint must have a <limit>.")
    (lower,) = numbers(limit, "lower", "0", 1, where)
    (upper,) = numbers(limit, "upper", "0", 1, where)
    if not lower < upper:
        raise KinematicsError(f"{where}: its lower limit {lower} must be below its upper limit {upper}.")
    return lower, upper


def _mimic(element: ElementTree.Element, where: str) -> Mimic | None:
    found = element.find("mimic")
    if found is None:
        return None
    (multiplier,) = numbers(found, "multiplier", "1", 1, where)
    (offset,) = numbers(found, "offset", "0", 1, where)
    return Mimic(found.get("joint", ""), multiplier, offset)


def _check_mimics(joints: dict[str, TreeJoint]) -> None:
    for joint in joints.values():
        if joint.mimic is None:
            continue
        leader = joints.get(joint.mimic.joint)
        if leader is None or leader.kind == "fixed":
            raise KinematicsError(
                f"Joint {joint.name!r}: it mimics {joint.mimic.joint!r}, which is not a moving joint."
            )
        if leader.mimic is not None:
            raise KinematicsError(
                f"Joint {joint.name!r}: it mimics {leader.name!r}, which mimics another joint itself."
            )


def _root(links: dict[str, ElementTree.Element], joints: list[TreeJoint]) -> str:
    carried: dict[str, str] = {}
    for joint in joints:
        if joint.child in carried:
            both = f"{carried[joint.child]!r} and {joint.name!r}"
            raise KinematicsError(f"Link {joint.child!r} hangs on two joints, {both}.")
        carried[joint.child] = joint.name
    roots = [link for link in links if link not in carried]
    if not roots:
        raise KinematicsError("The joints of the URDF form a loop: every link hangs on another one.")
    if len(roots) > 1:
        raise KinematicsError(f"The URDF is not in one piece: {', '.join(map(repr, roots))} hang on nothing.")
    return roots[0]


def _ordered(root: str, joints: list[TreeJoint]) -> tuple[TreeJoint, ...]:
    on_link: dict[str, list[TreeJoint]] = {}
    for joint in joints:
        on_link.setdefault(joint.parent, []).append(joint)
    ordered: list[TreeJoint] = []
    open_links = [root]
    while open_links:
        for joint in on_link.get(open_links.pop(), []):
            ordered.append(joint)
            open_links.append(joint.child)
    if len(ordered) != len(joints):
        left = next(joint for joint in joints if joint not in ordered)
        raise KinematicsError(f"Joint {left.name!r} is part of a loop: {left.parent!r} carries itself.")
    return tuple(ordered)
