"""What can go wrong, as a table: what to call it, what to say, what to do, who can do it, and how the arm reacts.

Messages are templates over ``{joint}``, ``{value}``, ``{limit}`` and ``{detail}``; ``tests/unit/safety/test_faults.py``
proves that the table is complete, that every code is used, and that every message can be filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from armctl.safety.arm_faults import ARM_FAULTS
from armctl.safety.codes import Code
from armctl.safety.command_faults import COMMAND_FAULTS
from armctl.safety.fault import Fault
from armctl.safety.input_faults import INPUT_FAULTS

__all__ = ["FAULTS", "Fault", "Finding"]

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {row.code: row for row in (*ARM_FAULTS, *INPUT_FAULTS, *COMMAND_FAULTS)}
)
"""Code to row; complete."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a code and its figures, in the unit that the message names.

    Attributes:
        code: Row of `FAULTS`.
        joint: Name of the joint, or of the thing, it is about.
        value: What was found.
        limit: What it was compared with.
        detail: A word or sentence more.
    """

    code: Code
    joint: str = ""
    value: float = 0.0
    limit: float = 0.0
    detail: str = ""

    def fault(self) -> Fault:
        """Return the row of the table, filled in."""
        return FAULTS[self.code].filled(self.joint, self.value, self.limit, self.detail)
