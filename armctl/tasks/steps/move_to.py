"""Move to a named pose, a place, an object, or in front of the mouth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from armctl.config.load import Name
from armctl.tasks.requests import Path
from armctl.tasks.steps.base import Names, Speed, Step


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
