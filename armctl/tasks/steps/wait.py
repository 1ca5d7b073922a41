"""Wait for the person, or for some time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from armctl.tasks.plan import Ask, Part, Rest
from armctl.tasks.steps.base import Names, Step, Story, Words
from armctl.tasks.world import World


class Wait(Step):
    """Wait until the person selects (``question``), or ``seconds`` pass; with both, whichever comes first."""

    do: Literal["wait"]
    question: Words | None = None
    """What to do to go on: "Press when you have drunk"."""
    answer: Words = "Go on"
    """Label of the tile that goes on."""
    seconds: Annotated[float, Field(gt=0.0, le=600.0)] | None = None

    @model_validator(mode="after")
    def _waits_for_something(self) -> Wait:
        if self.question is None and self.seconds is None:
            raise ValueError("say what to wait for: question, or seconds")
        return self

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        if self.question is None:
            return f"Waiting {self.seconds:g} seconds", f"waits {self.seconds:g} seconds"
        return "Waiting for you", "waits for you"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here: nothing, ever."""
        return ""

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return one question, or one rest."""
        if self.question is None:
            return (Rest(self.seconds or 0.0),)
        return (Ask(self.question, (self.answer,), self.seconds),)
