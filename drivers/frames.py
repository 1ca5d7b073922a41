"""Finding frames in a stream of bytes: what every binary protocol does alike. No I/O, no time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

FrameT = TypeVar("FrameT")


class FrameFinder(ABC, Generic[FrameT]):
    """Finds frames in a stream of bytes, fed in pieces of any size.

    A header that does not begin a frame is passed over at once, so that a false or unfinished one cannot swallow the
    frames behind it.

    Attributes:
        rejected: Frames that were wrong and bytes that belonged to no frame, counted together.

    Args:
        header: What every frame begins with.
    """

    def __init__(self, header: bytes) -> None:
        self._header = header
        self._rest = b""
        self.rejected = 0

    def __len__(self) -> int:
        return len(self._rest)

    @property
    def unfinished(self) -> bytes:
        """What came so far of a frame that is not complete, from its header on."""
        return self._rest

    def feed(self, data: bytes) -> list[FrameT]:
        """Take ``data`` and return the frames that became complete."""
        return self._scan(self._rest + data if self._rest else data)

    def flush(self) -> list[FrameT]:
        """Give up waiting for the rest of an unfinished frame: return those behind its header, forget the rest."""
        found: list[FrameT] = []
        while self._rest:
            self.rejected += 1
            found += self._scan(self._rest[1:])
        return found

    def clear(self) -> None:
        """Forget what was fed so far."""
        self._rest = b""

    @abstractmethod
    def _look(self, stream: bytes, at: int, end: int) -> tuple[FrameT | None, int]:
        """Look at the header at ``at`` of a ``stream`` of ``end`` bytes: return its frame, and where to go on.

        Behind the frame, or where the next header may be when this one begins none, or beyond ``end`` while it is
        unfinished.
        """

    def _scan(self, stream: bytes) -> list[FrameT]:
        frames: list[FrameT] = []
        at, end = 0, len(stream)
        while (start := stream.find(self._header, at)) >= 0:
            if start > at:
                self.rejected += 1
                at = start
            frame, behind = self._look(stream, at, end)
            if behind > end:
                break
            at = behind
            if frame is None:
                self.rejected += 1
            else:
                frames.append(frame)
        if start < 0 and at < end:
            rest = max(at, end - self._begun(stream))
            self.rejected += rest > at
            at = rest
        self._rest = stream[at:]
        return frames

    def _begun(self, stream: bytes) -> int:
        """Return how many bytes at the end may be the beginning of a header."""
        sizes = range(len(self._header) - 1, 0, -1)
        return next((size for size in sizes if stream.endswith(self._header[:size])), 0)
