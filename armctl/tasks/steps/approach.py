"""Bring the open jaws around an object."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from armctl.config.load import Name
from armctl.tasks.steps.base import Names, Speed, Step


class Approach(Step):
    """Reach for ``object``: level, straight out from the arm's base, jaws opened just wide enough."""

    do: Literal["approach"]
    object: Name
    short: Annotated[float, Field(ge=0.03, le=0.2)] = 0.09
    """Where the straight way in begins, before the object [m]."""
    margin: Annotated[float, Field(ge=0.005, le=0.05)] = 0.02
    """How much wider than the object the jaws open [m]."""
    speed: Speed = 0.6
    """Speed of the straight way in."""

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return f"Reaching for {names(self.object)}", f"reaches for {names(self.object)}"
