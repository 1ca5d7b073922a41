"""How much of the processors' time the host took for others: a measurement under it says nothing about us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

STEAL_LIMIT: Final = 0.05
"""Share of the time that may be taken before a block is void."""


class Steal:
    """Measures the steal time inside a ``with`` block."""

    def __init__(self) -> None:
        self.share = 0.0

    def __enter__(self) -> Steal:
        self._before = _ticks()
        return self

    def __exit__(self, *_: object) -> None:
        after = _ticks()
        self.share = (after[0] - self._before[0]) / max(1, after[1] - self._before[1])

    @property
    def void(self) -> str:
        """Return why the block does not count, or nothing."""
        return f"the host took {self.share:.0%}" if self.share > STEAL_LIMIT else ""


@contextmanager
def first_in_line(priority: int = 1) -> Iterator[None]:
    """Run before ordinary programs, where the computer grants it: what is measured is this program, not its neighbours.

    Args:
        priority: Real-time priority, below those of armctl's own processes.
    """
    put_first(0, priority)
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def put_first(process: int, priority: int = 1) -> None:
    """Do for the process (or thread) of that number what `first_in_line` does; 0 is this one."""
    with suppress(OSError):
        os.sched_setscheduler(process, os.SCHED_FIFO, os.sched_param(priority))


def _ticks() -> tuple[int, int]:
    """Return processor time the host took for others, and all of it, in ticks."""
    fields = [int(x) for x in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]]
    return fields[7], sum(fields[:8])
