"""Bring the open jaws around an object."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field

from armctl.config.load import Name
from armctl.errors import TaskError
from armctl.tasks.plan import Move, Part
from armctl.tasks.steps.base import Names, Speed, Step, Story
from armctl.tasks.world import World


class Approach(Step):
    """Reach for ``object``: level, straight out from the arm's base, jaws opened just wide enough."""

    do: Literal["approach"]
    object: Name
    short: Annotated[float, Field(ge=0.03, le=0.2)] = 0.09
    """Where the straight way in begins, before the object [m]."""
    margin: Annotated[float, Field(ge=0.005, le=0.05)] = 0.02
    """How much wider than the object the jaws open [m]."""
    speed: Speed = 0.6
    """Speed of the straight way in."""

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return f"Reaching for {names(self.object)}", f"reaches for {names(self.object)}"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here."""
        wrong = story.unknown("object", self.object)
        if wrong or story.held:
            return wrong or f"the gripper still holds {story.held!r}"
        item, arm = story.scene.objects[self.object], story.arm
        if item.grasp_width + self.margin > arm.gripper.max_opening:
            wide = f"{item.grasp_width + self.margin:.3f} m"
            return f"the jaws would have to open {wide}; they open {arm.gripper.max_opening:.3f} m"
        if item.mass > arm.tool.payload:
            return f"{self.object!r} weighs {item.mass} kg; the arm carries {arm.tool.payload} kg"
        story.near = self.object
        return ""

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return: to the start of the straight way in, open, in. A hand that is there already opens and draws back."""
        if world.view.holding:
            return self._held_already(world)
        grip = world.hand.place(world.grip_point(self.object), world.grip_offset(self.object))
        before = world.hand.back(grip, self.short)
        opened = Move(world.open_for(self.object, self.margin))
        way_in = Move(world.go(grip, "line", self.speed), "near", self.object)
        if math.dist(world.tool, grip) < self.short - 0.01:
            return opened, Move(world.go(before, "line", self.speed)), way_in
        return Move(world.go(before, "arc", 1.0)), opened, way_in

    def _held_already(self, world: World) -> tuple[Part, ...]:
        if world.view.held != self.object:
            raise TaskError("The gripper already holds something.", remedy="Put it down first.")
        world.near = self.object
        return ()
