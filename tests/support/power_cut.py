"""The power goes at one moment while a file is saved: run as a process of its own that ends there.

``python -m tests.support.power_cut FILE MOMENT``: saves twelve kilobytes into FILE, and ends before the MOMENT-th call
to the system that concerns files. What a real disk may lose then is lost: what was written and not sent to the disk
with ``fsync`` is cut at a random place, and a new name that was not sent to the disk is taken back. Exit code 0: all
went through; 9: the power went. ``--naive`` saves as one must not, straight into the file.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from armctl.config import save as module

NEW = "new = true\n" + "# the new text\n" * 800
WATCHED = ("open", "fsync", "replace", "fchmod", "unlink", "close")
GONE = 9


class Power:
    """Counts calls and ends the process at one of them."""

    def __init__(self, moment: int) -> None:
        self._moment = moment
        self.calls: list[str] = []
        self._dirty: dict[str, str] = {}
        self._renamed: list[tuple[str, bytes]] = []

    def call(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.calls.append(name)
            if len(self.calls) == self._moment:
                self.go()
            before = Path(given[1]).read_bytes() if name == "replace" and Path(given[1]).exists() else b""
            result = function(*given, **named)
            self.note(name, given, result, before)
            return result

        return watched

    def note(self, name: str, given: tuple[Any, ...], result: Any, before: bytes) -> None:
        if name == "write":
            self._dirty[given[0]] = given[0]
        elif name == "fsync":
            place = os.readlink(f"/proc/self/fd/{given[0]}")
            self._dirty.pop(place, None)
            if os.path.isdir(place):
                self._renamed.clear()
        elif name == "replace":
            self._renamed.append((str(given[1]), before))

    def go(self) -> None:
        """Lose what was not on the disk yet, and end."""
        for place in list(self._dirty):
            if os.path.exists(place):
                os.truncate(place, random.randrange(os.path.getsize(place) + 1))
        for place, before in self._renamed:
            if random.random() < 0.5:
                Path(place).write_bytes(before)
        os._exit(GONE)


class Watched(io.TextIOWrapper):
    """A text file whose writes are counted; what reaches the system stays dirty until ``fsync``."""

    power: Power

    def write(self, text: str) -> int:
        half = len(text) // 2
        for part in (text[:half], text[half:]):
            self.power.call("write", lambda _place, part=part: super(Watched, self).write(part))(self.place)
            super().flush()
        return len(text)

    @property
    def place(self) -> str:
        return os.readlink(f"/proc/self/fd/{self.fileno()}")


def main() -> int:
    path, moment = Path(sys.argv[1]), int(sys.argv[2])
    random.seed(moment)
    power = Power(moment)
    Watched.power = power
    real_open = builtins.open

    def opened(descriptor: Any, mode: str = "r", **text: Any) -> Any:
        return Watched(power.call("open", real_open)(descriptor, "wb"), **text)

    real = {name: getattr(os, name) for name in WATCHED}
    module.open = opened  # type: ignore[attr-defined]
    for name in WATCHED:
        setattr(os, name, power.call(name, real[name]))
    (straight_into if "--naive" in sys.argv else module.save)(path, NEW)
    for name in WATCHED:
        setattr(os, name, real[name])
    return 0


def straight_into(path: Path, text: str) -> None:
    with module.open(os.open(path, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8") as file:  # type: ignore[attr-defined]
        file.write(text)
        os.fsync(file.fileno())


if __name__ == "__main__":
    sys.exit(main())
