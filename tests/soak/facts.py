"""What the checker knows of arm and scene: read from the TOML and URDF files by itself, with nothing of armctl.

Lengths in m, angles in rad, times in s.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

STEPS = 4096
"""Steps a turn of the servos."""


@dataclass(frozen=True)
class Joint:
    """One joint and its servo, as the TOML says."""

    name: str
    servo: int
    zero: int
    sign: int
    lower: float
    upper: float
    speed: float
    acceleration: float
    jerk: float

    def angle(self, step: int) -> float:
        return self.sign * (step - self.zero) * 2.0 * math.pi / STEPS


@dataclass(frozen=True)
class Thing:
    """Something to keep away from.

    Attributes:
        name: What it is called.
        pose: Its pose in the base frame, (4, 4).
        half: Half its sizes when it is a box, else zeros, (3,).
        radius: Its radius when it is a sphere, else 0.
    """

    name: str
    pose: np.ndarray
    half: np.ndarray
    radius: float

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Return the signed distances of ``points`` (m, 3) from its surface, (m,)."""
        local = (points - self.pose[:3, 3]) @ self.pose[:3, :3]
        outside = np.abs(local) - self.half
        beyond = np.linalg.norm(np.maximum(outside, 0.0), axis=1)
        return beyond + np.minimum(outside.max(axis=1), 0.0) - self.radius


@dataclass(frozen=True)
class Facts:
    """Arm and scene.

    Attributes:
        joints: Gripper last.
        tool_speed, tool_acceleration, tool_jerk: Limits of the tool.
        keep_out: How far every part must be from head and body.
        slow_radius, slow_speed: Within the one of the head only the other is allowed; 0 without a person.
        head: The head, or None.
        things: Head, body and all furniture that must not be entered.
    """

    joints: tuple[Joint, ...]
    tool_speed: float
    tool_acceleration: float
    tool_jerk: float
    keep_out: float
    slow_radius: float
    slow_speed: float
    head: Thing | None
    things: tuple[Thing, ...]

    @property
    def stop_time(self) -> float:
        """Longest time a jerk-limited stop takes: v/a + a/j of the slowest joint or of the tool."""
        times = [joint.speed / joint.acceleration + joint.acceleration / joint.jerk for joint in self.joints]
        tool = self.tool_speed / self.tool_acceleration + self.tool_acceleration / self.tool_jerk
        return max(*times, tool)


def read_facts(arm: Path, scene: Path) -> Facts:
    """Return what the two TOML files say."""
    about = tomllib.loads(arm.read_text(encoding="utf-8"))
    around = tomllib.loads(scene.read_text(encoding="utf-8"))
    joints = tuple(
        Joint(
            row["name"],
            row["servo"]["id"],
            row["servo"]["zero_step"],
            row["servo"]["sign"],
            row["lower"],
            row["upper"],
            row["max_speed"],
            row["max_acceleration"],
            row["max_jerk"],
        )
        for row in about["joints"]
    )
    tool, person = about["tool"], around.get("person")
    things = [_thing(name, row["shape"]) for name, row in around["furniture"].items() if row.get("keep_out", True)]
    head = None
    if person:
        head = Thing("head", _pose(person["head_xyz"], (0.0, 0.0, 0.0)), np.zeros(3), person["head_radius"])
        things = [head, _thing("body", person["torso"]), *things]
    return Facts(
        joints,
        tool["max_speed"],
        tool["max_acceleration"],
        tool["max_jerk"],
        person["head_keep_out"] if person else 0.0,
        person["slow_radius"] if person else 0.0,
        person["slow_speed"] if person else 0.0,
        head,
        tuple(things),
    )


def _thing(name: str, shape: dict) -> Thing:
    size, pose = shape["size"], _pose(shape["xyz"], shape.get("rpy", (0.0, 0.0, 0.0)))
    if shape["kind"] == "box":
        return Thing(name, pose, 0.5 * np.array(size), 0.0)
    if shape["kind"] == "sphere":
        return Thing(name, pose, np.zeros(3), size[0])
    # A capsule along z: the distance from a line of no width, less the radius.
    return Thing(name, pose, np.array([0.0, 0.0, 0.5 * size[1]]), size[0])


def _pose(xyz, rpy) -> np.ndarray:
    (cr, cp, cy), (sr, sp, sy) = np.cos(rpy), np.sin(rpy)
    pose = np.eye(4)
    pose[:3, :3] = [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]
    pose[:3, 3] = xyz
    return pose


class Body:
    """The arm's shapes as points with radii, and where its joints put them.

    Capsules (cylinders between spheres) become spheres along their axes, boxes become points on their surfaces: a point
    of a shape is at most 4 mm from one of these.

    Args:
        urdf: Text of the URDF.
        joints: Names of the joints in the order of their angles.
        tip: Name of the link whose origin is the tool point.
    """

    SPACING = 0.006

    def __init__(self, urdf: str, joints: tuple[str, ...], tip: str = "tool") -> None:
        root = ElementTree.fromstring(urdf)  # noqa: S314 - a file of this project
        self._order = joints
        self._chain = [_link_of(joint) for joint in root.iter("joint")]
        children = {child for _, _, child, _, _ in self._chain}
        self._base = next(parent for _, parent, _, _, _ in self._chain if parent not in children)
        self._tip = tip
        links = {element.get("name"): element for element in root.findall("link")}
        self.names = [name for name in links if name != self._base]
        rows = [(name, *spot) for name in self.names for spot in _spots(links[name], self.SPACING)]
        self.link = np.array([self.names.index(row[0]) for row in rows])
        self._points = np.array([row[1] for row in rows])
        self.radius = np.array([row[2] for row in rows])
        self.hand = np.array([self._moves_with_hand(name) for name in self.names])[self.link]
        self.mounted = np.array([self._depth(name) <= 1 for name in self.names])[self.link]

    def place(self, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all points (m, 3) and the tool point (3,) at the joint ``angles`` (n,)."""
        poses = {self._base: np.eye(4)}
        for name, parent, child, origin, axis in self._chain:
            turn = _about(axis, angles[self._order.index(name)]) if name in self._order else np.eye(4)
            poses[child] = poses[parent] @ origin @ turn
        every = np.array([poses[name] for name in self.names])
        placed = np.einsum("mij,mj->mi", every[self.link, :3, :3], self._points) + every[self.link, :3, 3]
        return placed, poses[self._tip][:3, 3]

    def tool(self, angles: np.ndarray) -> np.ndarray:
        """Return the tool point (3,) at the joint ``angles`` (n,)."""
        pose = np.eye(4)
        for name, origin, axis in self._way_to_tip():
            pose = pose @ origin
            if name in self._order:
                pose = pose @ _about(axis, angles[self._order.index(name)])
        return pose[:3, 3]

    def _way_to_tip(self):
        way, link = [], self._tip
        by_child = {child: (name, parent, origin, axis) for name, parent, child, origin, axis in self._chain}
        while link != self._base:
            name, link, origin, axis = by_child[link]
            way.append((name, origin, axis))
        return reversed(way)

    def _depth(self, name: str) -> int:
        """Return how many joints move the link ``name``."""
        by_child = {child: (joint, parent) for joint, parent, child, _, _ in self._chain}
        depth = 0
        while name in by_child:
            joint, name = by_child[name]
            depth += joint in self._order
        return depth

    def _moves_with_hand(self, name: str) -> bool:
        """Tell whether as many joints move it as move the tool point, or more: hand and fingers."""
        return self._depth(name) >= len(self._order) - 1


def _link_of(joint: ElementTree.Element):
    axis = joint.find("axis")
    vector = np.array([float(part) for part in axis.get("xyz").split()]) if axis is not None else np.zeros(3)
    return joint.get("name"), joint.find("parent").get("link"), joint.find("child").get("link"), _origin(joint), vector


def _origin(element: ElementTree.Element) -> np.ndarray:
    origin = element.find("origin")
    if origin is None:
        return np.eye(4)
    numbers = [[float(part) for part in origin.get(key, "0 0 0").split()] for key in ("xyz", "rpy")]
    return _pose(*numbers)


def _about(axis: np.ndarray, angle: float) -> np.ndarray:
    """Return the rotation by ``angle`` about the unit vector ``axis`` (Rodrigues), as a pose."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    pose = np.eye(4)
    pose[:3, :3] += math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross
    return pose


def _spots(link: ElementTree.Element, spacing: float):
    """Yield point and radius of what stands for the collision shapes of ``link``."""
    for collision in link.findall("collision"):
        pose, shape = _origin(collision), collision.find("geometry")[0]
        if shape.tag == "sphere":
            yield pose[:3, 3], float(shape.get("radius"))
        elif shape.tag == "cylinder":
            half = 0.5 * float(shape.get("length"))
            for z in np.linspace(-half, half, max(2, math.ceil(2.0 * half / spacing) + 1)):
                yield pose[:3, 3] + z * pose[:3, 2], float(shape.get("radius"))
        else:
            size = np.array([float(part) for part in shape.get("size").split()])
            for point in _surface(size, spacing):
                yield pose[:3, :3] @ point + pose[:3, 3], 0.0


def _surface(size: np.ndarray, spacing: float) -> np.ndarray:
    """Return points on the surface of a box of ``size`` (3,), at most ``spacing`` apart."""
    grids = [np.linspace(-0.5 * side, 0.5 * side, max(2, math.ceil(side / spacing) + 1)) for side in size]
    points = np.array(np.meshgrid(*grids)).reshape(3, -1).T
    return points[(np.abs(np.abs(points) - 0.5 * size) < 1e-9).any(axis=1)]
