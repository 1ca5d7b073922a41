"""Whether code waits, told by what it calls and not by how long it took: that would say how busy the computer is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

WAITS = frozenset(
    {"wait", "wait_for", "join", "sleep", "sleep_until", "select", "poll", "fsync", "flush", "connect", "execute",
     "executemany", "executescript", "commit", "open", "read", "recv"}
)  # fmt: skip
"""Functions that come back when somebody else lets them: another thread, a disk, a clock. A full ``queue.Queue`` calls
``wait`` of its condition. What only takes a lock for a moment (``acquire``) is none of them."""


@contextmanager
def waits_seen() -> Iterator[set[str]]:
    """Yield the names of functions among `WAITS` that this thread calls while the block runs, however deep."""
    seen: set[str] = set()

    def look(frame: FrameType, event: str, called: object) -> None:
        if event == "call" and frame.f_code.co_name in WAITS:
            seen.add(frame.f_code.co_name)
        elif event == "c_call" and not isinstance(getattr(called, "__self__", None), str):  # "".join puts text together
            seen.update(WAITS & {getattr(called, "__name__", "")})

    former = sys.getprofile()
    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(former)
