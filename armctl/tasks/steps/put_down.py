"""Put what is held on its place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from armctl.config.load import Name
from armctl.tasks.steps.base import Names, Speed, Step


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
