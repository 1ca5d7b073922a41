"""Close the jaws on what was approached, or open them to hand it over."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import model_validator

from armctl.tasks.plan import Move, Part
from armctl.tasks.requests import GripTo
from armctl.tasks.steps.base import Names, Step, Story
from armctl.tasks.world import World

MARGIN: Final = 0.02
"""How much wider than the object the jaws open to let go [m]."""


class Grip(Step):
    """Close or open the gripper.

    Closing asks what to do when nothing is held afterwards. Opening lets go of what is held, so it must say
    ``hand_over = true``; to put something down on its place, use ``put_down``.
    """

    do: Literal["grip"]
    jaws: Literal["close", "open"]
    hand_over: bool = False

    @model_validator(mode="after")
    def _open_only_to_hand_over(self) -> Grip:
        if (self.jaws == "open") != self.hand_over:
            raise ValueError("opening lets go, so it needs hand_over = true (and closing must not have it)")
        return self

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        held = names("")
        return (f"Gripping {held}", f"grips {held}") if self.jaws == "close" else (f"Letting go of {held}", "lets go")

    def check(self, story: Story) -> str:
        """Return what is wrong with it here."""
        if self.jaws == "open":
            wrong = "" if story.held else "nothing is held here that could be handed over"
            story.held = story.near = None
            return wrong
        if story.near is None or story.held:
            return "closing needs an approach to an object before it"
        story.held = story.near
        return ""

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return one motion of the jaws."""
        if self.jaws == "close":
            return (Move(GripTo(0.0), "grips"),)
        world.held()
        return (Move(world.open_for(world.carried.name if world.carried else "", MARGIN), "lets_go"),)
