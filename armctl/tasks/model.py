"""A task file, ``configs/tasks/NAME.toml``, and the registry of the steps it may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from armctl.config.arm import ArmConfig
from armctl.config.load import Model, Name, find, line_of, load, parse
from armctl.config.scene import SceneConfig
from armctl.errors import ConfigError
from armctl.tasks.plan import Ask, Part
from armctl.tasks.steps.approach import Approach
from armctl.tasks.steps.base import Names, Step, Story, Words
from armctl.tasks.steps.grip import Grip
from armctl.tasks.steps.lift import Lift
from armctl.tasks.steps.move_to import MoveTo
from armctl.tasks.steps.offer import Offer
from armctl.tasks.steps.put_down import PutDown
from armctl.tasks.steps.retreat import Retreat
from armctl.tasks.steps.say import Say
from armctl.tasks.steps.wait import Wait
from armctl.tasks.world import World

Loc: TypeAlias = tuple[str | int, ...]
"""Where something stands in a file: keys and indices."""

LARGEST_RUN: Final = 300
"""Steps one run of a task may take, repeats counted; more is a slip in the file."""


class Repeat(Step):
    """Do ``steps`` again, at most ``times`` times; with ``ask``, only when the person wants each further round."""

    do: Literal["repeat"]
    times: Annotated[int, Field(ge=1, le=20)]
    ask: Words | None = None
    """Question before each further round: "Another sip?"."""
    yes: Words = "Yes"
    no: Words = "No"
    seconds: Annotated[float, Field(ge=2.0, le=600.0)] | None = None
    """Silence for so long means no [s]; left out, the arm waits: it does not move near a face without a press."""
    steps: Annotated[tuple[AnyStep, ...], Field(min_length=1)]

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return self.ask or "Once more", f"asks: {self.ask}" if self.ask else "does it once more"

    def check(self, story: Story) -> str:
        """Return what is wrong with it: a drink is never offered again without asking."""
        offers = any(isinstance(step, Offer) for _, step in walk(self.steps))
        if offers and self.times > 1 and self.ask is None:
            return "what comes to the mouth again and again needs a question before each round: ask"
        return ""

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return the question between two rounds."""
        return (Ask(self.ask, (self.yes, self.no), self.seconds),) if self.ask else ()


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


def check_task(task: TaskConfig, scene: SceneConfig, arm: ArmConfig, path: str = "") -> None:
    """Check that every step of ``task`` makes sense where it stands, in ``scene`` and on ``arm``.

    Whether the arm reaches everything is not checked here.

    Args:
        task: The task.
        scene: Where it is to run.
        arm: What it is to run on.
        path: Its file, for the line in a complaint; found by the task's name when left out.

    Raises:
        ConfigError: The first step that does not, with file and line.
    """
    story = Story(scene, arm)
    loc, wrong = _first_complaint(task.steps, story, ("steps",))
    if not wrong and story.held:
        loc, wrong = ("steps", len(task.steps) - 1), f"the task would end with {story.held!r} in the gripper"
    if wrong:
        label, line = _locate(task, path, loc)
        raise ConfigError(f"{'.'.join(map(str, loc))}: {wrong}.", path=label, line=line)


def _first_complaint(steps: tuple[AnyStep, ...], story: Story, loc: Loc) -> tuple[Loc, str]:
    for index, step in enumerate(steps):
        here = (*loc, index)
        if wrong := step.check(story):
            return here, wrong
        rounds = min(step.times, 2) if isinstance(step, Repeat) else 0  # the second round starts where the first ended
        for _ in range(rounds):
            inner = step.steps if isinstance(step, Repeat) else ()
            there, wrong = _first_complaint(inner, story, (*here, "steps"))
            if wrong:
                return there, wrong
    return loc, ""


def _locate(task: TaskConfig, path: str, loc: Loc) -> tuple[str, int | None]:
    """Return file and line of ``loc``; a file that is not this task's (any more) gives neither."""
    try:
        file = find("tasks", path or task.name)
        text = file.read_text(encoding="utf-8")
        if parse(text, TaskConfig, str(file)) == task:
            return str(file), line_of(text, loc)
    except (ConfigError, OSError, UnicodeDecodeError):
        pass  # only the place is unknown; the complaint itself stands
    return path or f"task {task.name}", None
