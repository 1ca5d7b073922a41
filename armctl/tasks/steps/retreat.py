"""Draw back in a straight line."""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from pydantic import Field

from armctl.tasks.plan import Move, Part
from armctl.tasks.requests import Point
from armctl.tasks.steps.base import Names, Speed, Step, Story
from armctl.tasks.world import World

NEAR_FACE: Final = 0.15
"""Within this distance of the mouth, back means away from the face [m]."""


class Retreat(Step):
    """Draw back by ``distance`` [m]: away from the face when near the mouth, else towards the arm's base."""

    do: Literal["retreat"]
    distance: Annotated[float, Field(gt=0.0, le=0.2)] = 0.09
    speed: Speed = 0.6

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return "Drawing back", "draws back"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here: nothing, ever."""
        return ""

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return one motion."""
        return (
            Move(world.go(self._from_face(world) or world.hand.back(world.tool, self.distance), "line", self.speed)),
        )

    def _from_face(self, world: World) -> Point | None:
        """Return the tool position further from the face; None when it is not near it."""
        person = world.scene.person
        if person is None:
            return None
        drinking = world.carried is not None and world.held().drink_point is not None
        offset = world.held_offset(world.drink_point()) if drinking else (0.0, 0.0, 0.0)
        away = math.dist(world.hand.tip(world.view.tool, offset), person.mouth_xyz)
        if away > NEAR_FACE:
            return None
        return world.hand.place(world.before_mouth(away + self.distance), offset)
