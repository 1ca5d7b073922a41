"""What stands around the arm: furniture, objects, the person, and where things belong.

All poses are in the arm's base frame (x ahead, y left, z up) unless said otherwise.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from armctl.config.load import Model, Name, Vector3

FARTHEST_MOUTH: float = 0.05
"""Largest distance of the mouth outside of the head's sphere [m]: more is a slip of the pen."""
Positive = Annotated[float, Field(gt=0, le=3)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class ShapeConfig(Model):
    """A primitive: ``size`` is (x, y, z) of a box, (radius, height) of a cylinder or capsule, (radius,) of a sphere."""

    kind: Literal["box", "cylinder", "capsule", "sphere"]
    size: tuple[Positive, ...]
    xyz: Vector3 = (0.0, 0.0, 0.0)
    """Centre, relative to what the shape belongs to."""
    rpy: Vector3 = (0.0, 0.0, 0.0)

    @model_validator(mode="after")
    def _size_fits_kind(self) -> ShapeConfig:
        wanted = {"box": 3, "cylinder": 2, "capsule": 2, "sphere": 1}[self.kind]
        if len(self.size) != wanted:
            raise ValueError(f"a {self.kind} has {wanted} sizes, not {len(self.size)}")
        return self


class FurnitureConfig(Model):
    """Something that stands still: a table, a shelf."""

    title: str
    shape: ShapeConfig
    colour: Colour = "#8a6f4d"
    keep_out: bool = True
    """The arm's own parts must not enter it."""


class ObjectConfig(Model):
    """Something that can be carried; its frame is in the middle of its foot, z up."""

    title: str
    shapes: Annotated[tuple[ShapeConfig, ...], Field(min_length=1)]
    mass: Annotated[float, Field(gt=0, le=3)]
    colour: Colour = "#2f7fd1"
    place: Name
    """Place where it stands at first."""
    grasp_height: Annotated[float, Field(ge=0, le=0.5)]
    """Where to grip, above its foot [m]."""
    grasp_width: Annotated[float, Field(gt=0, le=0.2)]
    """How wide it is there [m]."""
    keep_upright: bool = True
    drink_point: Vector3 | None = None
    """Tip of the straw or rim, in the object's frame."""


class PlaceConfig(Model):
    """A spot where an object can stand or be handed over; ``xyz`` is where the object's foot goes."""

    title: str
    xyz: Vector3
    approach: Literal["level", "above"] = "level"


class PersonConfig(Model):
    """The seated person, as far as the arm must know."""

    head_xyz: Vector3
    head_radius: Annotated[float, Field(gt=0.05, le=0.2)] = 0.1
    mouth_xyz: Vector3
    mouth_direction: Vector3
    """Unit vector out of the mouth, away from the face."""
    torso: ShapeConfig
    head_keep_out: Annotated[float, Field(ge=0.0, le=0.3)] = 0.02
    """No part of the arm comes closer to the head than this [m]."""
    slow_radius: Annotated[float, Field(ge=0.1, le=1.0)] = 0.2
    """Within this distance of the head everything is slow [m]."""
    slow_speed: Annotated[float, Field(gt=0, le=0.06)] = 0.05
    """Tool speed within ``slow_radius`` [m/s]."""
    drink_radius: Annotated[float, Field(gt=0, le=0.1)] = 0.03
    """The drinking point within this distance of the mouth counts as offered [m]."""

    @model_validator(mode="after")
    def _mouth_is_in_the_face(self) -> PersonConfig:
        length = math.hypot(*self.mouth_direction)
        if abs(length - 1.0) > 1e-3:
            raise ValueError(f"mouth_direction must have length 1, not {length:.3g}")
        apart = math.dist(self.head_xyz, self.mouth_xyz)
        if apart > self.head_radius + FARTHEST_MOUTH:
            raise ValueError(f"the mouth is {apart:.2f} m from the middle of a head of radius {self.head_radius} m")
        return self


class SceneConfig(Model):
    """One scene, as ``configs/scenes/NAME.toml`` describes it."""

    name: Name
    title: str
    arm: Name
    furniture: dict[Name, FurnitureConfig]
    objects: dict[Name, ObjectConfig]
    places: dict[Name, PlaceConfig]
    person: PersonConfig | None = None

    @model_validator(mode="after")
    def _objects_stand_somewhere(self) -> SceneConfig:
        for name, item in self.objects.items():
            if item.place not in self.places:
                raise ValueError(f"object {name!r} stands at {item.place!r}, which is not among the places")
        return self
