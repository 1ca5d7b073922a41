"""Lift what is held straight up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from armctl.tasks.steps.base import Names, Speed, Step


class Lift(Step):
    """Go straight up by ``height`` [m], level."""

    do: Literal["lift"]
    height: Annotated[float, Field(gt=0.0, le=0.2)] = 0.05
    speed: Speed = 0.6

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return f"Lifting {names('')}", f"lifts {names('')}"
