"""`Change`: one setting that should change, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = float | bool


@dataclass(frozen=True, slots=True)
class Change:
    """The ``setting`` (dotted, as in the profile) should go from ``old`` to ``new``, because of ``why``."""

    setting: str
    old: Value
    new: Value
    why: str


@dataclass(slots=True)
class Part:
    """What one part of the measurement suggests: ``changes``, and ``notes`` where there is only something to say."""

    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def change(self, setting: str, old: Value, new: Value, why: str, least: float = 1e-9) -> None:
        """Suggest ``new`` for ``setting`` unless it is what it is now, or nearer to it than ``least``."""
        if abs(float(new) - float(old)) > least:
            self.changes.append(Change(setting, old, new, why))
