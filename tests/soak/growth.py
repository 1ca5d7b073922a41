"""Does a process grow? Its memory, descriptors and threads, sampled now and then."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

MB = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")
WARM = 0.4
"""Share of the samples at the beginning that do not count: caches fill."""
MOST_GROWTH = 6.0
"""Memory may grow by so much after that [MB]: what allocators do by themselves; a leak of a kilobyte a tick would
reach it within a minute."""
FEWEST = 12
"""Fewer samples say nothing."""
MOST_HANDLES = 2
"""Descriptors or threads more than at the beginning."""


@dataclass
class Growth:
    """Samples of one process.

    Attributes:
        rows: Time [s], memory [MB], descriptors, threads.
    """

    rows: list[tuple[float, float, int, int]] = field(default_factory=list)

    def sample(self, at: float, pid: int | None = None) -> None:
        """Take a sample of the process ``pid``, this one when None; one that is gone gives none."""
        folder = Path(f"/proc/{pid or os.getpid()}")
        try:
            memory = int((folder / "statm").read_text().split()[1]) * PAGE / MB
            handles, threads = len(os.listdir(folder / "fd")), len(os.listdir(folder / "task"))
        except (OSError, IndexError):
            return
        self.rows.append((at, memory, handles, threads))

    @property
    def warm(self) -> list[tuple[float, float, int, int]]:
        """The samples that count."""
        return self.rows[int(WARM * len(self.rows)) :]

    @property
    def slope(self) -> float:
        """Growth of memory [MB/minute] over the samples that count; 0 with fewer than three."""
        rows = self.warm
        if len(rows) < 3:
            return 0.0
        times, memory = np.array([row[:2] for row in rows]).T
        return float(np.polyfit(times - times[0], memory, 1)[0]) * 60.0

    @property
    def grown(self) -> float:
        """Growth of memory [MB] that the slope comes to over the samples that count."""
        rows = self.warm
        return self.slope / 60.0 * (rows[-1][0] - rows[0][0]) if rows else 0.0

    def complaints(self) -> list[str]:
        """Return what grew."""
        rows = self.warm
        if len(self.rows) < FEWEST:
            return []
        found = []
        if self.grown > MOST_GROWTH:
            found.append(f"memory grew by {self.grown:.1f} MB ({self.slope:.2f} MB/minute)")
        for index, name in ((2, "descriptors"), (3, "threads")):
            more = min(row[index] for row in rows[-3:]) - min(row[index] for row in rows)
            if more > MOST_HANDLES:
                found.append(f"{more:.0f} more {name}")
        return found
