"""Put what is held on its place."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from armctl.config.load import Name
from armctl.tasks.plan import Move, Part
from armctl.tasks.steps.base import Names, Speed, Step, Story
from armctl.tasks.world import World

FALL: Final = 0.002
"""Height from which it is let go [m]: pressing it into its place would bend the arm, 2 mm is no fall."""


class PutDown(Step):
    """Carry the held object to ``place`` (its own place when left out), set it down, let go and draw back."""

    do: Literal["put_down"]
    place: Name | None = None
    clearance: Annotated[float, Field(ge=0.01, le=0.15)] = 0.04
    """How far above the place the straight way down begins [m]."""
    back: Annotated[float, Field(ge=0.0, le=0.2)] = 0.09
    """How far the empty hand draws back [m]."""
    margin: Annotated[float, Field(ge=0.005, le=0.05)] = 0.02
    """How much wider than the object the jaws open [m]."""
    speed: Speed = 0.5
    """Speed of the way down and back."""

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        where = f" on {names(self.place)}" if self.place else " back"
        return f"Putting {names('')}{where}", f"puts {names('')}{where}"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here."""
        if not story.held:
            return "nothing is held here: put_down needs a grip before it"
        wrong = story.unknown("place", self.place)
        story.held = story.near = None
        return wrong

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return: in front of the place, over it, down, open, back. When let go already, only back."""
        if world.carried is None:
            return (Move(world.go(world.hand.back(world.tool, self.back), "line", self.speed)),)
        name = world.carried.name
        place = world.place(self.place or world.held().place)
        x, y, z = place.xyz
        down = world.hand.place((x, y, z + FALL), world.held_offset((0.0, 0.0, 0.0)))
        over = (down[0], down[1], down[2] + self.clearance)
        front = world.hand.back(over, self.back)
        way: tuple[Part, ...] = (Move(world.go(over, "arc", 1.0)),)
        if place.approach == "level" and self.back > 0.0:
            way = (Move(world.go(front, "arc", 1.0)), Move(world.go(over, "line", self.speed)))
        lowered = Move(world.go(down, "line", self.speed))
        opened = Move(world.open_for(name, self.margin), "lets_go")
        return *way, lowered, opened, Move(world.go(world.hand.back(down, self.back), "line", self.speed))
