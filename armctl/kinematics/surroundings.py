"""What a scene puts around an arm, by name: ``head``, ``body``, and ``furniture.NAME`` for what must not be entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from armctl.config.scene import SceneConfig
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.distance import WorldShape, world_shape
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import pose_matrix

HEAD: Final = "head"
BODY: Final = "body"
PERSON: Final = frozenset({HEAD, BODY})
FURNITURE: Final = "furniture."
"""Begins the names of furniture, so that none can be taken for the person."""


def world_of(scene: SceneConfig) -> Mapping[str, WorldShape]:
    """Return what stands around the arm, by name, the person first."""
    world: dict[str, WorldShape] = {}
    if scene.person:
        world[HEAD] = WorldShape("sphere", (scene.person.head_radius,), pose_matrix(scene.person.head_xyz))
        world[BODY] = world_shape(scene.person.torso)
    world |= {f"{FURNITURE}{name}": world_shape(item.shape) for name, item in scene.furniture.items() if item.keep_out}
    return world


def title_of(scene: SceneConfig, name: str) -> str:
    """Return what a person calls the thing ``name`` around the arm."""
    return scene.furniture[name.removeprefix(FURNITURE)].title.lower() if name.startswith(FURNITURE) else name


def model_of(robot: RobotModel, scene: SceneConfig) -> CollisionModel:
    """Return the collision model of an arm in a scene; the person may come to be anywhere."""
    return CollisionModel(robot, world_of(scene), anywhere=PERSON)
