"""Say something."""

from __future__ import annotations

from typing import Literal

from armctl.tasks.plan import Part
from armctl.tasks.steps.base import Names, Step, Story, Words
from armctl.tasks.world import World


class Say(Step):
    """Speak and show ``text``; the next step follows at once."""

    do: Literal["say"]
    text: Words

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return self.text, f"says: {self.text}"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here: nothing, ever."""
        return ""

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return nothing: every step's words are spoken when it begins."""
        return ()
