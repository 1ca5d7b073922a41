"""Move to a named pose, a place, an object, or in front of the mouth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from armctl.config.load import Name
from armctl.tasks.plan import Move, Part
from armctl.tasks.requests import GoJoints, Path, Point
from armctl.tasks.steps.base import Names, Speed, Step, Story
from armctl.tasks.world import World


class MoveTo(Step):
    """Bring the hand, or what it holds, somewhere.

    Exactly one of ``pose``, ``place``, ``object`` and ``mouth`` says where. A held object's foot goes to the place,
    its drinking point in front of the mouth; an empty hand stops short of both by ``short``.
    """

    do: Literal["move_to"]
    pose: Name | None = None
    """Named pose of the arm's configuration."""
    place: Name | None = None
    object: Name | None = None
    mouth: bool = False
    path: Path = "arc"
    speed: Speed = 1.0
    above: Annotated[float, Field(ge=0.0, le=0.3)] = 0.0
    """How far above the place or object [m]."""
    short: Annotated[float, Field(ge=0.0, le=0.3)] = 0.09
    """How far an empty hand stops short of it, and anything of the mouth [m]."""

    @model_validator(mode="after")
    def _one_target(self) -> MoveTo:
        given = [name for name in ("pose", "place", "object") if getattr(self, name) is not None]
        given += ["mouth"] if self.mouth else []
        if len(given) != 1:
            raise ValueError(f"say exactly one of pose, place, object, mouth (given: {', '.join(given) or 'none'})")
        return self

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        target = "your mouth" if self.mouth else names(self.pose or self.place or self.object or "")
        return f"Moving to {target}", f"moves to {target}"

    def check(self, story: Story) -> str:
        """Return what is wrong with it here."""
        wrong = story.unknown("pose", self.pose) or story.unknown("place", self.place)
        wrong = wrong or story.unknown("object", self.object)
        if not wrong and self.mouth and story.scene.person is None:
            wrong = "there is no person in this scene"
        if not wrong and self.object and story.held:
            wrong = f"the gripper still holds {story.held!r}"
        if not wrong and self.pose and story.holding and story.holding.keep_upright:
            wrong = f"going to a pose may tilt {story.held!r}, which must stay upright; use a place"
        return wrong

    def plan(self, world: World) -> tuple[Part, ...]:
        """Return one motion."""
        if self.pose is not None:
            return (Move(GoJoints(world.arm.poses[self.pose], world.speed * self.speed)),)
        position = self._before_mouth(world) if self.mouth else self._at_target(world)
        return (Move(world.go(position, self.path, self.speed)),)

    def _before_mouth(self, world: World) -> Point:
        offset = world.held_offset(world.drink_point()) if world.carried else (0.0, 0.0, 0.0)
        return world.hand.place(world.before_mouth(self.short), offset)

    def _at_target(self, world: World) -> Point:
        x, y, z = world.place(self.place).xyz if self.place else world.grip_point(self.object or "")
        if world.carried is not None:
            return world.hand.place((x, y, z + self.above), world.held_offset((0.0, 0.0, 0.0)))
        return world.hand.back(world.hand.place((x, y, z + self.above)), self.short)
