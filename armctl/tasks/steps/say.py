"""Say something."""

from __future__ import annotations

from typing import Literal

from armctl.tasks.steps.base import Names, Step, Words


class Say(Step):
    """Speak and show ``text``; the next step follows at once."""

    do: Literal["say"]
    text: Words

    def describe(self, names: Names) -> tuple[str, str]:
        """Return its words."""
        return self.text, f"says: {self.text}"
