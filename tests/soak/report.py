"""What a soak found, in a form that processes can pass on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.soak.growth import Growth


@dataclass
class Report:
    """One share of a soak.

    Attributes:
        what: Which share.
        wall: How long it took [s].
        simulated: How long the arm lived in it [s].
        counts: What was done and seen, by name.
        troubles: What went wrong on purpose, by name.
        found: Violations and growth: a headline, how to see it again, and the last seconds.
        growth: Samples of each process, by name.
    """

    what: str
    wall: float = 0.0
    simulated: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    found: list[tuple[str, str, str]] = field(default_factory=list)
    growth: dict[str, Growth] = field(default_factory=dict)

    def judge_growth(self) -> None:
        """Add what grew to what was found."""
        for name, growth in self.growth.items():
            for complaint in growth.complaints():
                self.found.append((f"{name}: {complaint}", "", ""))

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("what", "wall", "simulated", "counts", "troubles", "found")}
        return {**plain, "growth": {name: {"rows": growth.rows} for name, growth in self.growth.items()}}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Report:
        """Return the report that `as_json` made."""
        growth = {name: Growth([tuple(row) for row in value["rows"]]) for name, value in data.pop("growth").items()}
        counts, troubles = Counter(data.pop("counts")), Counter(data.pop("troubles"))
        found = [tuple(row) for row in data.pop("found")]
        return cls(**data, counts=counts, troubles=troubles, found=found, growth=growth)
