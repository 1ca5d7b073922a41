"""What one person needs kept clear and slow beyond what their place needs: only ever more careful than the scene.

A scene says how near the arm may come to whoever sits there. A person who starts easily, or whose head moves, needs
more; staff write that into the profile. What is less careful than the scene changes nothing, so a profile can never
take away what was measured and decided for the place.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from armctl.config.load import Model, Name
from armctl.config.scene import FurnitureConfig, SceneConfig, ShapeConfig

COLOUR: Final = "#a04040"
"""Of areas in the picture of the arm."""


class ZonesConfig(Model):
    """Distances and areas of one person; what is left out is as in the scene."""

    head_keep_out: Annotated[float, Field(ge=0.0, le=0.3)] | None = None
    """No part of the arm comes closer to the head than this [m]; the scene's, where that is more."""
    slow_radius: Annotated[float, Field(ge=0.1, le=1.0)] | None = None
    """Within this distance of the head everything is slow [m]; the scene's, where that is more."""
    slow_speed: Annotated[float, Field(ge=0.01, le=0.06)] | None = None
    """Tool speed there [m/s]; the scene's, where that is less."""
    keep_out: Annotated[dict[Name, ShapeConfig], Field(max_length=10)] = Field(default_factory=dict)
    """Areas the arm never enters, in its base frame: a breathing tube, a lap, a communication aid."""


def with_zones(scene: SceneConfig, zones: ZonesConfig) -> SceneConfig:
    """Return ``scene`` as careful as it is, and as ``zones`` ask for besides."""
    furniture = dict(scene.furniture)
    for name, shape in zones.keep_out.items():
        title = name.replace("_", " ")
        furniture[f"zone_{name}"] = FurnitureConfig(title=title, shape=shape, colour=COLOUR, keep_out=True)
    person = scene.person
    if person is not None:
        person = person.model_copy(
            update={
                "head_keep_out": max(person.head_keep_out, zones.head_keep_out or 0.0),
                "slow_radius": max(person.slow_radius, zones.slow_radius or 0.0),
                "slow_speed": min(person.slow_speed, zones.slow_speed or person.slow_speed),
            }
        )
    return scene.model_copy(update={"furniture": furniture, "person": person})
