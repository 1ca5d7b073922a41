"""What the parts of a measurement have in common: a prompt to show, events to take, an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from armctl.access.actions import ScanItem
from armctl.access.events import InputEvent, SwitchEvent
from armctl.access.fit.presses import Press

PartName: TypeAlias = Literal["rest", "press", "hold", "stick", "pointer"]
Say: TypeAlias = Literal["intro", "wait", "cue", "well", "soon", "missed", "let_go"]
"""intro: what comes. wait: wait for it. cue: now. well, soon, missed: how it went. let_go: open the switch."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to show.

    Attributes:
        part: Which part.
        say: What is wanted now.
        which: Direction of a stick, or number of the target; empty elsewhere.
        done: Share of the part that is done, 0 to 1.
        good: How many went well so far.
    """

    part: PartName
    say: Say
    which: str = ""
    done: float = 0.0
    good: int = 0


class Exercise(Protocol):
    """One part of the measurement: a function of events and time."""

    def feed(self, event: InputEvent) -> None:
        """Take one event."""
        ...

    def tick(self, now: float, items: Sequence[ScanItem]) -> None:
        """Let time pass until ``now`` [s]; ``items`` are the targets on the screen."""
        ...

    @property
    def prompt(self) -> Prompt:
        """What to show now."""
        ...

    @property
    def over(self) -> bool:
        """True when nothing more will be asked."""
        ...


class Closures:
    """Presses of any contact, from its closing and opening."""

    def __init__(self) -> None:
        self._down: dict[tuple[str, str, str], float] = {}
        self._presses: list[Press] = []

    def take(self, event: SwitchEvent) -> None:
        """Take one event; what was closed before anybody pressed does not count."""
        key = (event.device, event.control, event.contact)
        if event.pressed and not event.found:
            self._down.setdefault(key, event.stamp)
        elif key in self._down:
            self._presses.append(Press(self._down.pop(key), event.stamp))

    def gone(self, device: str) -> bool:
        """Forget what ``device`` held closed when it went; return True where there was something."""
        held = [key for key in self._down if key[0] == device]
        for key in held:
            del self._down[key]
        return bool(held)

    @property
    def closed(self) -> bool:
        """True while a contact is closed."""
        return bool(self._down)

    @property
    def all(self) -> tuple[Press, ...]:
        """The presses so far, those still going on included, in the order of time."""
        going = [Press(down) for down in self._down.values()]
        return tuple(sorted([*self._presses, *going], key=lambda press: press.down))

    def since(self, start: float) -> tuple[Press, ...]:
        """Return the presses that began at ``start`` [s] or later."""
        return tuple(press for press in self.all if press.down >= start)

    def drop(self) -> None:
        """Forget the presses that are over."""
        self._presses.clear()
