"""Close the jaws on what was approached, or open them to hand it over."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from armctl.tasks.steps.base import Names, Step


class Grip(Step):
    """Close or open the gripper.

    Closing asks what to do when nothing is held afterwards. Opening lets go of what is held, so it must say
    ``hand_over = true``; to put something down on its place, use ``put_down``.
    """

    do: Literal["grip"]
    jaws: Literal["close", "open"]
    hand_over: bool = False

    @model_validator(mode="after")
    def _open_only_to_hand_over(self) -> Grip:
        if (self.jaws == "open") != self.hand_over:
            raise ValueError("opening lets go, so it needs hand_over = true (and closing must not have it)")
        return self

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        held = names("")
        return (f"Gripping {held}", f"grips {held}") if self.jaws == "close" else (f"Letting go of {held}", "lets go")
