"""One line of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Attributes:
        title: What was measured.
        value: The figure, in ``unit``.
        unit: Unit of ``value``.
        reference: What it is compared with, and that one's figure; empty when nothing is.
        ratio: Ours over the reference's; None when there is none.
        bar: What is asked of the ratio, or of the value when there is no ratio; None when nothing is.
        least: True when the bar is the least allowed, False when it is the most.
        void: Why the measurement does not count (the host took too much time, say); empty when it does.
    """

    title: str
    value: float
    unit: str
    reference: str = ""
    ratio: float | None = None
    bar: float | None = None
    least: bool = False
    void: str = ""

    @property
    def verdict(self) -> str:
        """Return "pass", "miss", "void", or nothing where no bar is set."""
        if self.bar is None:
            return ""
        if self.void:
            return "void"
        measured = self.value if self.ratio is None else self.ratio
        return "pass" if (measured >= self.bar if self.least else measured <= self.bar) else "miss"

    @property
    def asked(self) -> str:
        """Return the bar as text."""
        return "" if self.bar is None else f"{'≥' if self.least else '≤'} {self.bar:g}"
