"""Lift what is held straight up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from armctl.tasks.plan import Move, Part
from armctl.tasks.steps.base import Names, Speed, Step, Story
from armctl.tasks.world import World


class Lift(Step):
    """Go straight up by ``height`` [m], level."""

    do: Literal["lift"]
    height: Annotated[float, Field(gt=0.0, le=0.2)] = 0.05
    speed: Speed = 0.6

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return f"Lifting {names('')}", f"lifts {names('')}"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here."""
        return "" if story.held else "nothing is held here that could be lifted"

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return one motion."""
        world.held()
        x, y, z = world.tool
        return (Move(world.go((x, y, z + self.height), "line", self.speed), exact=True),)
