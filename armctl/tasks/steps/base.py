"""What every step has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field

from armctl.config.arm import ArmConfig
from armctl.config.load import Model
from armctl.config.scene import ObjectConfig, SceneConfig
from armctl.tasks.plan import Part
from armctl.tasks.world import World

Names: TypeAlias = Callable[[str], str]
"""From the name of an object, a place or a pose to words: ``cup`` to "the cup"."""

Speed = Annotated[float, Field(ge=0.05, le=1.0)]
"""Share of the speed the person set, 0.05 to 1."""

Words = Annotated[str, Field(min_length=1, max_length=120)]
"""One line for the screen or the voice."""


@dataclass(slots=True)
class Story:
    """What a task would have done so far, to find steps that make no sense where they stand.

    Attributes:
        scene: Scene it would run in.
        arm: Arm it would run on.
        near: Object the open jaws would be around.
        held: Object the gripper would hold.
    """

    scene: SceneConfig
    arm: ArmConfig
    near: str | None = None
    held: str | None = None

    @property
    def holding(self) -> ObjectConfig | None:
        """What is known of the object that would be held."""
        return self.scene.objects.get(self.held) if self.held else None

    def unknown(self, kind: str, name: str | None) -> str:
        """Return a complaint when ``name`` is no object, place or pose (``kind``); empty when it is one, or None."""
        names = {"object": self.scene.objects.keys(), "place": self.scene.places.keys(), "pose": self.arm.poses.keys()}
        known = names[kind]
        if name is None or name in known:
            return ""
        return f"there is no {kind} {name!r}; there are: {', '.join(sorted(known))}"


class Step(Model):
    """Base of every step.

    A subclass sets ``do`` to its own name, says what it is doing, and plans its moves when its turn has come, from
    where things are then.
    """

    do: str
    words: Words | None = None
    """What is shown and spoken while the step runs, instead of its own words."""

    def describe(self, names: Names) -> tuple[str, str]:
        """Return what the step does now ("Lifting the cup") and what it will do ("lifts the cup")."""
        raise NotImplementedError

    def check(self, story: Story) -> str:
        """Return what is wrong with this step after ``story``, empty when nothing; and tell the story on."""
        raise NotImplementedError

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return what to do, from where things are now.

        Raises:
            TaskError: It cannot be done as things are; says why.
        """
        raise NotImplementedError
