"""Bring the drinking point of what is held to the mouth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from armctl.tasks.plan import Part
from armctl.tasks.steps.base import Names, Speed, Step, Story
from armctl.tasks.world import World


class Offer(Step):
    """Carry the held object level to the mouth, and stop short of it.

    Published systems stop 25 mm (ADA, University of Washington) to 200 mm (FEAST, Cornell) before the mouth; the
    person closes the gap.
    """

    do: Literal["offer"]
    distance: Annotated[float, Field(ge=0.015, le=0.2)] = 0.025
    """From the drinking point to the mouth at the end [m]."""
    run_in: Annotated[float, Field(ge=0.03, le=0.2)] = 0.10
    """Length of the straight, slow last part [m]."""
    speed: Speed = 0.4
    """Speed of that last part; the zone around the head slows it further."""

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return f"Bringing {names('')} to your mouth", f"brings {names('')} to your mouth"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here."""
        if story.scene.person is None:
            return "there is no person in this scene"
        if story.holding is None:
            return "nothing is held here that could be offered"
        return "" if story.holding.drink_point else f"{story.held!r} has no drink_point"

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return: to the start of the straight way in front of the mouth, then slowly in."""
        tip = world.drink_point()
        before = world.bring(tip, world.before_mouth(self.distance + self.run_in), "arc", 1.0)
        return before, world.bring(tip, world.before_mouth(self.distance), "line", self.speed, exact=True)
