"""Ways of choosing, as somebody does it who knows the screen: each chooses a tile, and stops what moves."""

from __future__ import annotations

import random
from typing import Final, Protocol

import pygame

from tests.journeys.sitting import Sitting
from tests.support.sdl_stick import SdlStick

PATIENCE: Final = 60.0
"""What is not lit within this time is never lit [s]."""


class Hand(Protocol):
    """One way of choosing."""

    def choose(self, item: str) -> None:
        """Choose the tile ``item``."""
        ...

    def stop(self) -> None:
        """Do what stops the arm."""
        ...


class OneSwitch:
    """The frame moves by itself; a press chooses the tile it is on.

    Args:
        person: Who sits there.
        reaction: From seeing to pressing [s].
        hold: How long a press lasts [s].
        again: A trembling hand presses again after this time [s]; 0: it does not.
    """

    def __init__(self, person: Sitting, reaction: float = 0.5, hold: float = 0.15, again: float = 0.0) -> None:
        self.person, self.reaction, self.hold, self.again = person, reaction, hold, again

    def press(self) -> None:
        """Press, and once more where the hand trembles."""
        self.person.presses += 1
        self.person.press(self.hold)
        if self.again:
            self.person.wait(self.again)
            self.person.press(0.05)

    def choose(self, item: str) -> None:
        """Wait for the frame, waking it where it rests, and press."""
        person = self.person
        person.until(lambda: person.view.resting or person.view.lit == item, PATIENCE)
        person.wait(self.reaction)
        wakes = person.view.lit is None
        self.press()
        if wakes:
            self.choose(item)

    def stop(self) -> None:
        """Press."""
        self.person.wait(self.reaction)
        self.press()


class Rows(OneSwitch):
    """First the row is lit and chosen, then the tile."""

    def choose(self, item: str) -> None:
        """Choose the row, where there are rows, and the tile."""
        person = self.person
        person.until(lambda: item in person.view.lit_group or person.view.lit == item, PATIENCE)
        if person.view.lit != item:
            person.wait(self.reaction)
            self.press()
            person.until(lambda: person.view.lit == item, PATIENCE)
        person.wait(self.reaction)
        self.press()


class HoldAndLetGo(OneSwitch):
    """The frame moves while the switch is held; letting go chooses."""

    def choose(self, item: str) -> None:
        """Hold until the frame is there."""
        person = self.person
        person.until(lambda: "Hold" in person.press_does, PATIENCE)
        person.wait(self.reaction)
        person.presses += 1
        person.key(True)
        person.until(lambda: person.view.lit == item and "Let go" in person.press_does, PATIENCE)
        person.wait(self.reaction)
        person.key(False)
        person.wait(0.3)


class Steps(OneSwitch):
    """One switch moves the frame on, the same one held or another one chooses.

    Args:
        on: Key that moves on.
        choosing: How long the switch that chooses is held [s].
    """

    def __init__(self, person: Sitting, reaction: float, on: int, choosing: float) -> None:
        super().__init__(person, reaction, 0.2)
        self.on, self.choosing = on, choosing

    def choose(self, item: str) -> None:
        """Move on until the frame is there, then choose."""
        person = self.person
        person.until(lambda: person.view.lit is not None, PATIENCE)
        for _ in range(20):
            person.wait(self.reaction)
            if person.view.lit == item:
                break
            person.presses += 1
            person.press(self.hold, self.on)
            person.wait(0.4)
        person.presses += 1
        person.press(self.choosing)
        person.wait(0.1)


class Breath:
    """A soft sip moves on, a soft puff chooses; pressure comes as a joystick's axis.

    Args:
        person: Who sits there.
        reaction: From seeing to breathing [s].
    """

    SOFT: Final = 6.0 / 100.0
    """Between the dead band and ``soft_most`` of the profile, of the axis's travel."""

    def __init__(self, person: Sitting, reaction: float = 0.5) -> None:
        self.person, self.reaction = person, reaction
        self.tube = SdlStick()
        person.wait(0.3)

    def breathe(self, pressure: float) -> None:
        """Rise to ``pressure``, hold it for a moment, and let go."""
        self.person.presses += 1
        for share in (0.5, 1.0):
            self.tube.turn(0, pressure * share)
            self.person.wait(0.12)
        self.person.wait(0.15)
        self.tube.turn(0, 0.0)
        self.person.wait(0.3)

    def choose(self, item: str) -> None:
        """Sip until the row, then the tile, is lit; puff on it."""
        person = self.person
        for _ in range(20):
            person.until(lambda: person.view.lit is not None or bool(person.view.lit_group), PATIENCE)
            person.wait(self.reaction)
            group = person.view.lit_group
            if person.view.lit == item:
                break
            self.breathe(self.SOFT if item in group else -self.SOFT)
        self.breathe(self.SOFT)

    def stop(self) -> None:
        """Breathe."""
        self.person.wait(self.reaction)
        self.breathe(self.SOFT)


class Pointer:
    """Rests a trembling pointer on a tile; goes into the large field to stop.

    Args:
        person: Who sits there.
        tremble: Spread of the pointer [px].
        lost: Share of the points that are lost.
    """

    def __init__(self, person: Sitting, tremble: float, lost: float = 0.0) -> None:
        self.person, self.tremble, self.lost = person, tremble, lost
        self.chance = random.Random(1)
        self.place = (600.0, 60.0)
        self.rest(0.3)

    def rest(self, seconds: float) -> None:
        """Stay at the place, trembling."""
        for _ in range(round(seconds * 60)):
            if self.chance.random() < self.lost:
                self.person.frames(1)
                continue
            x, y = (at + self.chance.gauss(0.0, self.tremble) for at in self.place)
            self.person.point((round(x), round(y)))

    def go(self, x: float, y: float) -> None:
        """Go to a place, which takes some time."""
        self.person.presses += 1
        ways = [
            (self.place[0] + (x - self.place[0]) * k / 5, self.place[1] + (y - self.place[1]) * k / 5) for k in range(6)
        ]
        for self.place in ways:
            self.rest(0.07)

    def choose(self, item: str) -> None:
        """Go to the tile and stay until something comes of it."""
        person = self.person
        person.until(lambda: item in person.ids, PATIENCE)
        x, y, w, h = next(one.rect for one in person.view.items if one.id == item)
        self.go(x + w / 2, y + h / 2)
        for _ in range(100):
            if item not in person.ids:
                break
            self.rest(0.1)
        else:
            raise AssertionError(f"{item} was not chosen by resting on it: {person.view}")

    def stop(self) -> None:
        """Look up, and go into the large field, unless looking up has stirred enough in it."""
        self.go(600.0, 60.0)
        field = self.person.view.stop_field
        if field is not None:
            self.go(field[0] + field[2] / 2, field[1] + field[3] / 2)


class Stick:
    """Pushes a stick towards a tile and presses its button.

    Args:
        person: Who sits there.
        axes: 2, or 1 for somebody who can only push to one side and back.
        reaction: From seeing to pushing [s].
    """

    def __init__(self, person: Sitting, axes: int = 2, reaction: float = 0.5) -> None:
        self.person, self.axes, self.reaction = person, axes, reaction
        self.stick = SdlStick()
        person.wait(0.3)

    def push(self, right: float, ahead: float) -> None:
        """Push and let go."""
        self.person.presses += 1
        self.stick.move(right, ahead)
        self.person.wait(0.25)
        self.stick.move(0.0)
        self.person.wait(0.3)

    def press(self) -> None:
        """Press the button."""
        self.person.presses += 1
        for pressed in (True, False):
            self.stick.press(0, pressed)
            self.person.wait(0.15)

    def choose(self, item: str) -> None:
        """Push towards the tile until it is lit, then press."""
        person = self.person
        person.until(lambda: item in person.ids, PATIENCE)
        for _ in range(20):
            person.wait(self.reaction)
            if person.view.lit == item:
                break
            self.push(*self._towards(item))
        self.press()

    def _towards(self, item: str) -> tuple[float, float]:
        boxes = {one.id: one.rect for one in self.person.view.items}
        here = boxes.get(self.person.view.lit or "")
        if here is None or self.axes == 1:
            return 1.0, 0.0
        dx, dy = (boxes[item][k] + boxes[item][k + 2] / 2 - here[k] - here[k + 2] / 2 for k in (0, 1))
        return ((1.0 if dx > 0 else -1.0), 0.0) if abs(dx) > abs(dy) else (0.0, 1.0 if dy < 0 else -1.0)

    def stop(self) -> None:
        """Press the button."""
        self.person.wait(self.reaction)
        self.press()


def key(name: str) -> int:
    """Return pygame's code of the key ``name``."""
    return pygame.key.key_code(name)
