"""Put what is held on its place."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from armctl.config.load import Name
from armctl.tasks.plan import Move, Part
from armctl.tasks.requests import GoTool, Point
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
        foot = (0.0, 0.0, 0.0)
        enters = place.approach == "level" and self.back > 0.0
        over = world.bring(foot, (x, y, z + self.clearance), "line" if enters else "arc", self.speed, exact=True)
        down = world.bring(foot, (x, y, z + FALL), "line", self.speed)
        opened = Move(world.open_for(name, self.margin), "lets_go")
        front = Move(world.go(self._behind(over, world), "arc", 1.0))
        away = Move(world.go(self._behind(down, world), "line", self.speed))
        return (*((front,) if enters else ()), over, down, opened, away)

    def _behind(self, move: Move, world: World) -> Point:
        """Return the tool position straight behind the end of ``move``."""
        position = move.request.position if isinstance(move.request, GoTool) else world.tool
        return world.hand.back(position, self.back)
