"""What every step has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias

from pydantic import Field

from armctl.config.load import Model

Names: TypeAlias = Callable[[str], str]
"""From the name of an object, a place or a pose to words: ``cup`` to "the cup"."""

Speed = Annotated[float, Field(ge=0.05, le=1.0)]
"""Share of the speed the person set, 0.05 to 1."""

Words = Annotated[str, Field(min_length=1, max_length=120)]
"""One line for the screen or the voice."""


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
