"""A task file, ``configs/tasks/NAME.toml``, and the registry of the steps it may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from armctl.config.load import Model, Name, find, load
from armctl.tasks.steps.approach import Approach
from armctl.tasks.steps.base import Names, Step, Words
from armctl.tasks.steps.grip import Grip
from armctl.tasks.steps.lift import Lift
from armctl.tasks.steps.move_to import MoveTo
from armctl.tasks.steps.offer import Offer
from armctl.tasks.steps.put_down import PutDown
from armctl.tasks.steps.retreat import Retreat
from armctl.tasks.steps.say import Say
from armctl.tasks.steps.wait import Wait

LARGEST_RUN: Final = 300
"""Steps one run of a task may take, repeats counted; more is a slip in the file."""


class Repeat(Step):
    """Do ``steps`` again, at most ``times`` times; with ``ask``, only when the person wants each further round."""

    do: Literal["repeat"]
    times: Annotated[int, Field(ge=1, le=20)]
    ask: Words | None = None
    """Question before each further round: "Another sip?". Silence means no."""
    yes: Words = "Yes"
    no: Words = "No"
    seconds: Annotated[float, Field(ge=2.0, le=600.0)] = 20.0
    """How long the question stands [s]."""
    steps: Annotated[tuple[AnyStep, ...], Field(min_length=1)]

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return self.ask or "Once more", f"asks: {self.ask}" if self.ask else "does it once more"


AnyStep: TypeAlias = Annotated[
    MoveTo | Approach | Grip | Lift | Offer | Retreat | PutDown | Wait | Say | Repeat,
    Field(discriminator="do"),
]
"""The registry: a step that is listed here may stand in a task file."""


class TaskConfig(Model):
    """One task."""

    name: Name
    title: Annotated[str, Field(min_length=1, max_length=40)]
    """On the tile: "Drink"."""
    icon: Name = "task"
    """Name of the tile's picture."""
    spoken: Words | None = None
    """What is said when the tile is chosen; the title when left out."""
    steps: Annotated[tuple[AnyStep, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_bounded(self) -> TaskConfig:
        length = _run_length(self.steps)
        if length > LARGEST_RUN:
            raise ValueError(f"one run would take up to {length} steps; at most {LARGEST_RUN} are allowed")
        return self


Repeat.model_rebuild()
TaskConfig.model_rebuild()


def _run_length(steps: tuple[AnyStep, ...]) -> int:
    return sum(step.times * _run_length(step.steps) if isinstance(step, Repeat) else 1 for step in steps)


def walk(
    steps: tuple[AnyStep, ...], loc: tuple[str | int, ...] = ("steps",)
) -> Iterator[tuple[tuple[str | int, ...], AnyStep]]:
    """Yield each step with its place in the file (keys and indices), nested ones after the step they stand in."""
    for index, step in enumerate(steps):
        here = (*loc, index)
        yield here, step
        if isinstance(step, Repeat):
            yield from walk(step.steps, (*here, "steps"))


def load_task(name: str) -> TaskConfig:
    """Return the task called ``name``, or in the file ``name`` when it ends in ``.toml``.

    Raises:
        ConfigError: There is no such task, or its file says something a task cannot; with file and line.
    """
    return load(find("tasks", name), TaskConfig)
