"""`Fault`: one row of the table of faults.

Reactions: **H** hold, the arm comes to rest and keeps its torque, a new input continues. **S** stop, the same and the
fault stays until somebody clears it and arms again. **R** refuse, nothing changes and the reason is told. **W** warn,
the arm goes slower and says why. Torque is never cut by any of them: a raised arm without torque falls on the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Reaction: TypeAlias = Literal["H", "S", "R", "W"]
Who: TypeAlias = Literal["user", "carer", "technician"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table; after `filled` the message holds the figures.

    Attributes:
        code: Key of the row.
        title: What happened, in a few words, for the alert screen.
        message: What happened, how much, against which limit.
        remedy: What to do.
        who: Who can do it.
        reaction: What the arm does.
    """

    code: str
    title: str
    message: str
    remedy: str
    who: Who
    reaction: Reaction

    def filled(self, joint: str, value: float, limit: float, detail: str) -> Fault:
        """Return this row with the figures of a finding [in the units its message names] in message and remedy."""
        figures = {"joint": joint.replace("_", " "), "value": value, "limit": limit, "detail": detail}
        return replace(self, message=self.message.format(**figures), remedy=self.remedy.format(**figures))
