"""What staff allow one person at most. Nothing the person changes, and nothing a measurement proposes, goes beyond.

Zones stand beside them (`armctl.config.zones`): staff set them in the file, and they only add to those of the scene.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from armctl.config.load import Model, Name

STAFF_ONLY: Final = frozenset(
    {"name", "version", "ceilings", "zones", "variants", "keep_changes", "stop_test", "stop_line"}
)
"""Keys of a profile that no change made on the person's screen, and no variant, may touch."""


class CeilingsConfig(Model):
    """Limits of a profile."""

    speed: Annotated[float, Field(ge=0.1, le=1.0)] = 1.0
    """Highest share of the arm's allowed speed."""
    tasks: tuple[Name, ...] | None = None
    """Tasks the person may be given; None: all."""
    interval: Annotated[float, Field(ge=0.1, le=10.0)] = 0.3
    """Shortest time on one tile [s]."""

    def kept(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings ``tree`` (as the profile's tables) with what goes beyond the ceilings brought back."""
        data = dict(tree)
        motion, scan = dict(data.get("motion") or {}), dict(data.get("scan") or {})
        if "speed" in motion:
            data["motion"] = motion | {"speed": min(motion["speed"], self.speed)}
        if "interval" in scan:
            data["scan"] = scan | {"interval": max(scan["interval"], self.interval)}
        if self.tasks is not None and "tasks" in data:
            data["tasks"] = tuple(task for task in data["tasks"] if task in self.tasks)
        return data
