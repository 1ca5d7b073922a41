"""URDF texts for a physics engine: rigid bodies out of primitive shapes, and an arm whose motors have inertia.

The centre and inertia of a body follow from its shapes, taken as one even material.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.scene import ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.rotation import rotation_from_rpy

PARALLEL: Final = 0.9
"""Cosine from which two joint axes count as parallel."""
STOP_MARGIN: Final = 0.001
"""How far inside the configured limits the joints' stops are [rad]."""
SLIDE_STOP_MARGIN: Final = 0.0001
"""The same for fingers that slide [m]."""
JAW_ARMATURE: Final = 0.01
"""Share of the motor's inertia at the jaw [kg·m²]: enough to be steady, little enough not to burden the pan joint."""


def body_urdf(name: str, shapes: Sequence[ShapeConfig], mass: float) -> str:
    """Return the URDF of a rigid body of ``mass`` [kg] made of ``shapes``; mass 0 means it never moves."""
    centre, inertia = mass_properties(shapes, mass)
    robot = ElementTree.Element("robot", name=name)
    link = ElementTree.SubElement(robot, "link", name=name)
    inertial = ElementTree.SubElement(link, "inertial")
    ElementTree.SubElement(inertial, "origin", xyz=_text(centre))
    ElementTree.SubElement(inertial, "mass", value=f"{mass:.6f}")
    ixx, iyy, izz = inertia
    ElementTree.SubElement(
        inertial, "inertia", ixx=f"{ixx:.9f}", iyy=f"{iyy:.9f}", izz=f"{izz:.9f}", ixy="0", ixz="0", iyz="0"
    )
    for shape in shapes:
        collision = ElementTree.SubElement(link, "collision")
        ElementTree.SubElement(collision, "origin", xyz=_text(shape.xyz), rpy=_text(shape.rpy))
        _geometry(ElementTree.SubElement(collision, "geometry"), shape)
    return ElementTree.tostring(robot, encoding="unicode")


def mass_properties(shapes: Sequence[ShapeConfig], mass: float) -> tuple[FloatArray, FloatArray]:
    """Return centre of mass (3,) [m] and the inertia about it along the axes (3,) [kg·m²] of an even body."""
    volumes = np.array([_volume(shape) for shape in shapes])
    masses = mass * volumes / volumes.sum()
    middles = np.array([shape.xyz for shape in shapes])
    centre: FloatArray = masses @ middles / mass if mass > 0.0 else volumes @ middles / volumes.sum()
    inertia = np.zeros(3)
    for shape, part, middle in zip(shapes, masses, middles, strict=True):
        turn = rotation_from_rpy(shape.rpy)
        off = middle - centre
        inertia += np.diag(turn @ np.diag(_unit_inertia(shape) * part) @ turn.T) + part * (off @ off - off * off)
    return centre, inertia


def prepared_urdf(urdf_text: str, config: ArmConfig) -> str:
    """Return the arm's URDF with stops just inside the configured limits and every inertia along the axes of its link.

    An engine's stops give way by some 1e-5 rad, and a limp arm lies on them: without the margin it would read as
    outside its limits. The products of inertia that this leaves out are small beside the motors' inertia.
    """
    root = ElementTree.fromstring(urdf_text)  # noqa: S314 - the file comes with the program
    for inertia in root.iter("inertia"):
        for key in ("ixy", "ixz", "iyz"):
            inertia.set(key, "0")
    for joint in config.joints:
        element = root.find(f"joint[@name='{joint.name}']")
        limit = element.find("limit") if element is not None else None
        if element is not None and limit is not None:
            margin = SLIDE_STOP_MARGIN if element.get("type") == "prismatic" else STOP_MARGIN
            limit.set("lower", f"{joint.lower + margin:.6f}")
            limit.set("upper", f"{joint.upper - margin:.6f}")
    return ElementTree.tostring(root, encoding="unicode")


def motor_inertia(
    urdf_text: str, chain: Chain, jaw_joint: str, armatures: Mapping[str, float], least: Mapping[str, float]
) -> dict[str, FloatArray]:
    """Return what to add to the inertia of links, (3,) along their axes [kg·m²], to feel the motors at every joint.

    A motor's rotor turns many times faster than its joint and adds inertia to that joint alone. Engines without that
    notion get it as inertia of a link, which joints with parallel axes before it feel as well; so each group of
    parallel axes gets it once, at its last link, and every joint feels it once. Two of a group that turn against each
    other leave that link as it is: where the links between are so light that the engine's steps would shake them, they
    get their own.

    Args:
        urdf_text: The arm.
        chain: Base to tool.
        jaw_joint: The gripper's joint; fingers that slide get none.
        armatures: Of each motor, by joint [kg·m²].
        least: Inertia that the link of a joint needs about its axis for the engine's steps, by joint [kg·m²].
    """
    last = _last_of_parallel(chain)
    extra: dict[str, FloatArray] = {}
    root = ElementTree.fromstring(urdf_text)  # noqa: S314 - as above
    links = {link.get("name"): link for link in root.findall("link")}
    for joint in root.findall("joint"):
        name, child, axis = joint.get("name", ""), joint.find("child"), joint.find("axis")
        if name not in armatures or child is None or axis is None or joint.get("type") == "prismatic":
            continue
        link = child.get("link", "")
        along = np.array(axis.get("xyz", "0 0 1").split(), dtype=np.float64)
        if name == jaw_joint or name in last or _own_inertia(links[link], along) < least[name]:
            extra[link] = np.abs(along) * (JAW_ARMATURE if name == jaw_joint else armatures[name])
    return extra


def _own_inertia(link: ElementTree.Element, along: FloatArray) -> float:
    """Return the inertia of a link about the axis ``along`` (3,) through its origin [kg·m²], its own axes as given."""
    mass, inertia, origin = (link.find(f"inertial/{part}") for part in ("mass", "inertia", "origin"))
    if mass is None or inertia is None:
        return 0.0
    centre = np.array((origin.get("xyz", "0 0 0") if origin is not None else "0 0 0").split(), dtype=np.float64)
    about = np.array([float(inertia.get(key, "0")) for key in ("ixx", "iyy", "izz")])
    aside = float(centre @ centre - (centre @ along) ** 2)
    return float(about @ along**2) + float(mass.get("value", "0")) * aside


def _last_of_parallel(chain: Chain) -> set[str]:
    """Return the names of those joints after which no other has a parallel axis in the zero pose."""
    turn = np.eye(3)
    axes: list[tuple[str, FloatArray]] = []
    for joint in chain.joints:
        turn = turn @ joint.origin[:3, :3]
        if joint.kind in {"revolute", "continuous"}:
            axes.append((joint.name, turn @ joint.axis))
    return {
        name
        for index, (name, axis) in enumerate(axes)
        if not any(abs(float(axis @ later)) > PARALLEL for _, later in axes[index + 1 :])
    }


def _volume(shape: ShapeConfig) -> float:
    if shape.kind == "box":
        x, y, z = shape.size
        return x * y * z
    radius = shape.size[0]
    ball = 4.0 / 3.0 * math.pi * radius**3
    if shape.kind == "sphere":
        return ball
    tube = math.pi * radius**2 * shape.size[1]
    return tube if shape.kind == "cylinder" else tube + ball


def _unit_inertia(shape: ShapeConfig) -> FloatArray:
    """Return the inertia (3,) about the shape's own axes of 1 kg [m²]; a capsule counts as a cylinder of its length."""
    if shape.kind == "box":
        x, y, z = shape.size
        return np.array([y * y + z * z, x * x + z * z, x * x + y * y]) / 12.0
    radius = shape.size[0]
    if shape.kind == "sphere":
        return np.full(3, 0.4 * radius**2)
    length = shape.size[1] + (2.0 * radius if shape.kind == "capsule" else 0.0)
    across = (3.0 * radius**2 + length**2) / 12.0
    return np.array([across, across, 0.5 * radius**2])


def _geometry(parent: ElementTree.Element, shape: ShapeConfig) -> None:
    if shape.kind == "box":
        ElementTree.SubElement(parent, "box", size=_text(shape.size))
    elif shape.kind == "sphere":
        ElementTree.SubElement(parent, "sphere", radius=f"{shape.size[0]:.6f}")
    else:
        ElementTree.SubElement(parent, shape.kind, radius=f"{shape.size[0]:.6f}", length=f"{shape.size[1]:.6f}")


def _text(values: Sequence[float] | FloatArray) -> str:
    return " ".join(f"{float(value):.9g}" for value in values)
