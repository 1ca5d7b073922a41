"""Working something out a little in each tick, so that no tick waits for it.

What takes long (inverse kinematics along a whole way) is written as a Python generator that yields after each small
piece of work; `Preparation` lets it do a few pieces a tick. Counted in pieces, not in time: so the same questions have
the same answers on every computer.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final, Generic, TypeAlias, TypeVar

T = TypeVar("T")

Work: TypeAlias = Generator[None, None, T]
"""Yields after each piece of work of about 0.3 ms, and returns what came of it."""

A_PIECE: Final = 60
"""Points of a path that are as much work as one piece."""
PIECES: Final = 5
"""Pieces of work a tick: 1 to 2 ms of a tick of 10 ms, the supervisor and the wire need their part."""


def pieces_for(points: int) -> Work[None]:
    """Yield as often as work on so many ``points`` at once counts."""
    for _ in range(1 + points // A_PIECE):
        yield


class Preparation(Generic[T]):
    """Work that is done in pieces.

    Args:
        work: The work; not begun yet.
    """

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._made: list[T] = []

    @property
    def ready(self) -> bool:
        """True when the work is done."""
        return bool(self._made)

    @property
    def result(self) -> T:
        """What came of the work; it must be `ready`."""
        return self._made[0]

    def advance(self, pieces: int = PIECES) -> bool:
        """Do a few pieces and return True when the work is done.

        Args:
            pieces: So many at most.

        Raises:
            ArmctlError: What the work raises.
        """
        try:
            for _ in range(pieces):
                if self.ready:
                    break
                next(self._work)
        except StopIteration as end:
            self._made.append(end.value)
        return self.ready


def finished(work: Work[T]) -> T:
    """Return what comes of ``work``, done without a pause: for tests and for who has the time."""
    preparation = Preparation(work)
    while not preparation.advance():
        pass
    return preparation.result
