"""Simulated hands at the user screen, one for each way of choosing: what they do to get the tile that is wanted.

They act on what is lit and shown, as people do, and give the events that their device would give. Nothing is filtered
here: that is the access pipeline's, which is what they are there to try.
"""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import dataclass
from typing import Final, Protocol

from armctl.access.events import AxesEvent, Control, InputEvent, PointerEvent, SwitchEvent
from sim.users.pointing import SETTLES, Aim
from sim.users.presser import Pressed, Presser
from sim.users.sight import ANYTHING, Rect, Sight

GLANCE: Final = 1.0
"""A press that did not bring what was wanted is made again after this time [s]."""
ASLEEP: Final = 1.5
"""A highlight that is out for so long [s] does not come by itself: the person wakes it."""
PUSHED: Final = 0.35
"""How long a stick is pushed for one tile [s]."""
IMPATIENT: Final = 6.0
"""A pointer that rested so long for nothing [s] goes away, and comes back."""
AWAY: Final = 1.2
"""So long it stays away [s]."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A switch as the person has it.

    Attributes:
        device: Name of the device.
        name: Which contact of it.
        does: What the contact means by itself.
        hold: How long it is held for what is meant here [s]; None: as the person does.
    """

    device: str
    name: str
    does: Control
    hold: float | None = None


class Hand(Protocol):
    """Anything that can be told what is wanted."""

    presses: int

    def act(self, wanted: str | None, seen: Sight, now: float) -> list[InputEvent]:
        """Return what the person does until ``now`` [s]; called for every frame."""
        ...


class Switch:
    """One contact and its closures."""

    def __init__(self, contact: Contact, presser: Presser) -> None:
        self._contact = contact
        self._presser = presser
        self._planned: list[tuple[float, bool]] = []
        self._free_at = float("-inf")

    @property
    def idle(self) -> bool:
        """True when no press is planned or going on."""
        return not self._planned

    def press(self, at: float) -> None:
        """Plan a press at ``at`` [s]."""
        if self._contact.hold is not None:
            self.close(at, at + self._contact.hold + self._presser.held())
        else:
            self._plan(self._presser.press(at))

    def brush(self, at: float) -> None:
        """Plan a press that nobody meant at ``at`` [s]."""
        self._plan([self._presser.mistake(at)])

    def close(self, at: float, until: float) -> None:
        """Plan to hold it from ``at`` until ``until`` [s]; ``inf``: until it is opened."""
        self._plan([Pressed(at, until)])

    def open(self, at: float) -> None:
        """Let go at ``at`` [s]."""
        self._planned = [(when, down) for when, down in self._planned if down]
        heapq.heapify(self._planned)
        heapq.heappush(self._planned, (at, False))
        self._free_at = at

    def events(self, now: float) -> list[InputEvent]:
        """Return what happened until ``now`` [s]."""
        found: list[InputEvent] = []
        while self._planned and self._planned[0][0] <= now:
            stamp, pressed = heapq.heappop(self._planned)
            contact = self._contact
            found.append(SwitchEvent(stamp, contact.device, contact.does, pressed, contact=contact.name))
        return found

    def _plan(self, presses: list[Pressed]) -> None:
        if presses[0].down < self._free_at:
            return
        for press in presses:
            heapq.heappush(self._planned, (press.down, True))
            if math.isfinite(press.up):
                heapq.heappush(self._planned, (press.up, False))
        self._free_at = presses[-1].up


class SwitchHand:
    """Waits until what is wanted is lit, or moves on to it with another switch, and chooses it.

    Args:
        presser: How the person presses.
        select: What chooses.
        following: What moves the highlight on; None where it moves by itself.
    """

    def __init__(self, presser: Presser, select: Contact, following: Contact | None = None) -> None:
        self._presser = presser
        self._select = Switch(select, presser)
        self._next = None if following is None else Switch(following, presser)
        self._chance: tuple[str, tuple[str, ...], str] | None = None
        self._again_at = 0.0
        self._out_since = math.inf
        self._mistake_at = presser.next_mistake(0.0)
        self.presses = 0

    def act(self, wanted: str | None, seen: Sight, now: float) -> list[InputEvent]:
        """As `Hand.act`."""
        self._brush(now)
        if self._select.idle and (self._next is None or self._next.idle):
            self._decide(wanted, seen, now)
        return [*self._select.events(now), *(self._next.events(now) if self._next is not None else ())]

    def _brush(self, now: float) -> None:
        if self._mistake_at <= now:
            self._mistake_at = self._presser.next_mistake(now)
            self._select.brush(now)

    def _decide(self, wanted: str | None, seen: Sight, now: float) -> None:
        ready = wanted is not None and (wanted == ANYTHING or wanted in seen.lit)
        self._out_since = min(self._out_since, now) if seen.resting and not seen.moving else math.inf
        asleep = now - self._out_since >= ASLEEP
        # The same highlight is one chance: it is not decided anew in every frame.
        chance = (seen.screen, seen.lit, wanted or "")
        if wanted is None or (chance == self._chance and now < self._again_at):
            return
        if ready or asleep:
            self._take(self._select if ready or self._next is None else self._next, chance, now)
        elif self._next is not None and seen.lit and not seen.moving:
            self._take(self._next, chance, now)

    def _take(self, switch: Switch, chance: tuple[str, tuple[str, ...], str], now: float) -> None:
        at = now + self._presser.time(now)
        self._chance, self._again_at = chance, at + GLANCE
        if not self._presser.lapses(now):
            self.presses += 1
            switch.press(at)


class HoldingHand:
    """Holds a switch while the highlight moves, and lets go when what is wanted is lit."""

    def __init__(self, presser: Presser, select: Contact) -> None:
        self._presser = presser
        self._switch = Switch(select, presser)
        self._held = False
        self._ready_at = 0.0
        self.presses = 0

    def act(self, wanted: str | None, seen: Sight, now: float) -> list[InputEvent]:
        """As `Hand.act`."""
        if self._switch.idle and now >= self._ready_at and wanted is not None:
            if wanted == ANYTHING:
                self._press(now)
            elif not self._held and not seen.moving:
                self._held = True
                self.presses += 1
                self._switch.close(now + self._presser.time(now), math.inf)
            elif self._held and wanted in seen.lit:
                self._held = False
                self._switch.open(now + self._presser.time(now))
                self._ready_at = now + GLANCE
        return self._switch.events(now)

    def _press(self, now: float) -> None:
        self.presses += 1
        self._switch.open(now) if self._held else self._switch.press(now + self._presser.time(now))
        self._held = False
        self._ready_at = now + GLANCE


class DwellingHand:
    """Brings a pointer to what is wanted and rests there; else it rests aside.

    Args:
        aim: How the person points.
        rest: Where it rests, shares of width and height.
        seed: Of everything that is drawn.
    """

    def __init__(self, aim: Aim, rest: tuple[float, float], seed: int) -> None:
        self._aim = aim
        self._rest_place = rest
        self._random = random.Random(seed)
        self._place = (0.0, 0.0)
        self._goal: tuple[float, float] | None = None
        self._since = self._looked = 0.0
        self.presses = 0

    def act(self, wanted: str | None, seen: Sight, now: float) -> list[InputEvent]:
        """As `Hand.act`."""
        goal = self._where(wanted, seen)
        if goal != self._goal:
            self.presses += wanted is not None
            self._goal, self._since = goal, now
        waited = now - self._since
        if wanted is not None and waited >= IMPATIENT + AWAY:
            self._since = now
        elif wanted is not None and waited >= IMPATIENT:
            goal = self._rest(seen)
        share = 1.0 - math.exp(-(now - self._looked) / SETTLES) if self._looked else 0.0
        self._looked = now
        if now - self._since >= self._aim.delay:
            x, y = self._place
            self._place = (x + share * (goal[0] - x), y + share * (goal[1] - y))
        shaken = (value + self._random.gauss(0.0, self._aim.sd) for value in self._place)
        x, y = (min(max(value, 0.0), edge - 1.0) for value, edge in zip(shaken, seen.size, strict=True))
        return [PointerEvent(now, x, y)]

    def _where(self, wanted: str | None, seen: Sight) -> tuple[float, float]:
        if wanted == ANYTHING and seen.stop_field is not None:
            return self._beside(_middle(seen.stop_field))
        if wanted is None and (seen.preview is not None or seen.moving) and self._goal is not None:
            return self._goal  # going away would take the choice back, or stop the arm
        if wanted is None or wanted not in seen.tiles:
            return self._rest(seen)
        return self._beside(_middle(seen.tiles[wanted]))

    def _rest(self, seen: Sight) -> tuple[float, float]:
        return self._rest_place[0] * seen.size[0], self._rest_place[1] * seen.size[1]

    def _beside(self, place: tuple[float, float]) -> tuple[float, float]:
        return place[0] + self._aim.bias[0], place[1] + self._aim.bias[1]


class SteeringHand:
    """Pushes a stick towards what is wanted until that is lit, and presses its button."""

    def __init__(self, presser: Presser, device: str, button: Contact, noise: float, seed: int) -> None:
        self._presser = presser
        self._device = device
        self._button = Switch(button, presser)
        self._noise = noise
        self._random = random.Random(seed)
        self._push = (0.0, 0.0)
        self._until = 0.0
        self._next_at = 0.0
        self.presses = 0

    def act(self, wanted: str | None, seen: Sight, now: float) -> list[InputEvent]:
        """As `Hand.act`."""
        if now >= self._until:
            self._push = (0.0, 0.0)
        if wanted is not None and self._button.idle and now >= self._next_at:
            self._decide(wanted, seen, now)
        x, y = (min(max(push + self._random.gauss(0.0, self._noise), -1.0), 1.0) for push in self._push)
        return [AxesEvent(now, self._device, (x, y)), *self._button.events(now)]

    def _decide(self, wanted: str, seen: Sight, now: float) -> None:
        reaction = self._presser.time(now)
        self._next_at = now + reaction + GLANCE
        if wanted == ANYTHING or wanted in seen.lit:
            self.presses += 1
            self._button.press(now + reaction)
        elif not seen.moving and wanted in seen.tiles:
            lit = next((seen.tiles[tile] for tile in seen.lit if tile in seen.tiles), None)
            self._push = _towards(lit, seen.tiles[wanted])
            self._until = now + PUSHED
            self._next_at = self._until + reaction


def _middle(rect: Rect) -> tuple[float, float]:
    return rect[0] + rect[2] / 2.0, rect[1] + rect[3] / 2.0


def _towards(lit: Rect | None, wanted: Rect) -> tuple[float, float]:
    """Return right and ahead of the push from tile to tile; any push lights the first one."""
    if lit is None:
        return 1.0, 0.0
    (x, y), (to_x, to_y) = _middle(lit), _middle(wanted)
    across, up = to_x - x, y - to_y
    if abs(across) >= abs(up):
        return math.copysign(1.0, across), 0.0
    return 0.0, math.copysign(1.0, up)
