"""Draw back in a straight line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from armctl.tasks.steps.base import Names, Speed, Step


class Retreat(Step):
    """Draw back by ``distance`` [m]: away from the face when near the mouth, else towards the arm's base."""

    do: Literal["retreat"]
    distance: Annotated[float, Field(gt=0.0, le=0.2)] = 0.09
    speed: Speed = 0.6

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return "Drawing back", "draws back"
