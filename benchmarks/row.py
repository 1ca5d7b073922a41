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
    """

    title: str
    value: float
    unit: str
    reference: str = ""
    ratio: float | None = None
