"""From a scene file to solids: furniture, the person, and objects where the simulator (or the file) says they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from armctl.config.scene import ObjectConfig, PersonConfig, SceneConfig, ShapeConfig
from armctl.hal.scene import Pose7, SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import matrix_from_pose7, pose_matrix
from ui.solids import Round, Solid, ball, box, capsule, cylinder
from ui.theme import Colour, blend

_SKIN: Final[Colour] = (226, 188, 160)
_HAIR: Final[Colour] = (58, 46, 42)
_LIPS: Final[Colour] = (186, 72, 72)


def colour_of(text: str) -> Colour:
    """Return the colour written as ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def solid(shape: ShapeConfig, parent: FloatArray, colour: Colour) -> Solid:
    """Return ``shape``, placed in ``parent`` (4, 4)."""
    pose = parent @ pose_matrix(shape.xyz, shape.rpy)
    if shape.kind == "box":
        return box(pose, shape.size, colour)
    if shape.kind == "cylinder":
        return cylinder(pose, shape.size[0], shape.size[1], colour)
    # A capsule's height is that of its straight part, as in the simulator; a sphere has none.
    return capsule(pose, shape.size[0], shape.size[1] if shape.kind == "capsule" else 0.0, colour)


def furniture(scene: SceneConfig) -> list[Solid]:
    """Return what stands still."""
    return [solid(item.shape, np.eye(4), colour_of(item.colour)) for item in scene.furniture.values()]


def person(config: PersonConfig, colour: Colour) -> list[Solid]:
    """Return the person: a rounded torso, neck, head with hair, and a face that shows which way it looks."""
    head, mouth = np.array(config.head_xyz), np.array(config.mouth_xyz)
    out = np.array(config.mouth_direction)
    out = out / (np.linalg.norm(out) or 1.0)
    radius = config.head_radius
    neck = np.array([head - np.array([0.0, 0.0, 1.25 * radius]), head])
    return [
        _torso(config.torso, colour),
        Round(neck, np.full(2, 0.45 * radius), _SKIN),
        ball(head - 0.18 * radius * out + np.array([0.0, 0.0, 0.16 * radius]), 1.02 * radius, _HAIR),
        ball(head, radius, _SKIN),
        *(ball(spot, 0.010, _HAIR) for spot in _eyes(head, out, radius)),
        ball(mouth - out * 0.006, 0.014, _LIPS),
    ]


def _torso(shape: ShapeConfig, colour: Colour) -> Solid:
    """Return a box as shoulders and hips; any other shape as it is."""
    if shape.kind != "box":
        return solid(shape, np.eye(4), colour)
    pose = pose_matrix(shape.xyz, shape.rpy)
    deep, wide, high = shape.size
    radius = min(deep, wide, high) / 2
    corners = np.array(
        [[0.0, side * (wide / 2 - radius), end * (high / 2 - radius)] for side in (-1, 1) for end in (-1, 1)]
    )
    return Round(corners @ pose[:3, :3].T + pose[:3, 3], np.full(4, radius), colour)


def _eyes(head: FloatArray, out: FloatArray, radius: float) -> Iterator[FloatArray]:
    side = np.cross([0.0, 0.0, 1.0], out)
    for sign in (-1.0, 1.0):
        way = out * 0.86 + sign * 0.34 * side + np.array([0.0, 0.0, 0.28])
        yield head + radius * way / np.linalg.norm(way)


def objects(scene: SceneConfig, state: SceneState | None) -> list[Solid]:
    """Return what can be carried: where ``state`` says, else where the scene file puts it."""
    found: list[Solid] = []
    for name, item in scene.objects.items():
        pose = state.objects.get(name) if state is not None else None
        found += _object(item, matrix_from_pose7(pose) if pose is not None else pose_matrix(_place(scene, item)))
    return found


def _object(item: ObjectConfig, pose: FloatArray) -> list[Solid]:
    colour = colour_of(item.colour)
    # The first shape is the body; a straw or a handle is lighter, to be told from it.
    return [
        solid(shape, pose, colour if k == 0 else blend(colour, (255, 255, 255), 0.7))
        for k, shape in enumerate(item.shapes)
    ]


def _place(scene: SceneConfig, item: ObjectConfig) -> tuple[float, float, float]:
    return scene.places[item.place].xyz


def key(state: SceneState | None) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """Return what of ``state`` can be seen, to the millimetre: the same key draws the same picture."""
    if state is None:
        return ()
    return tuple((name, _rounded(pose)) for name, pose in state.objects.items())


def _rounded(pose: Pose7) -> tuple[float, ...]:
    return tuple(round(value, 3) for value in pose)
