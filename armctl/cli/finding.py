"""One thing that ``armctl doctor`` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        level: good; note (works, but could be better, or is worth knowing); bad (will not work).
        subject: What was looked at.
        text: What was found.
        remedy: What to do; empty when nothing.
    """

    level: Level
    subject: str
    text: str
    remedy: str = ""
