"""A simulated person's sips and puffs: every press a breath with its rise, its peak and its end, on the real decoder.

A soft puff is meant; six in a hundred come out hard and mean stop (Gopinath, Nejati and Argall 2020, one pilot user).
"""

from __future__ import annotations

import random
from collections import deque
from typing import Final, NamedTuple

from armctl.access.events import InputEvent
from armctl.access.sip_puff import Breath
from armctl.config.devices import BreathConfig
from sim.users.presser import Pressed, Presser

SAMPLES: Final = 0.01
"""The sensor tells its pressure this often [s]."""
SOFT: Final = (5.0, 0.3)
"""Median [hPa] and log spread of the peak of a soft puff."""
HARD: Final = 20.0
"""Peak of one that comes out hard [hPa]."""
COMES_OUT_HARD: Final = 0.06
RISES: Final = (0.15, 0.3)
"""Time from nothing to the peak [s]."""
FALLS: Final = 0.05
"""And back [s]."""
NOISE: Final = 0.2
"""Standard deviation of what the sensor says [hPa]."""


class Puff(NamedTuple):
    """One breath: from ``down`` to ``up`` [s], with ``peak`` [hPa] after ``rise`` [s]."""

    down: float
    up: float
    peak: float
    rise: float

    def at(self, now: float) -> float:
        """Return its pressure at ``now`` [s], [hPa]."""
        if not self.down <= now < self.up + FALLS:
            return 0.0
        full = self.peak * min(1.0, (now - self.down) / self.rise)
        return full if now < self.up else full * (1.0 - (now - self.up) / FALLS)


class Breaths:
    """One mouthpiece: plans puffs, and tells what they are understood as; see `sim.users.fit_person.Contact`."""

    def __init__(self, presser: Presser, seed: int) -> None:
        self._presser = presser
        self._random = random.Random(seed)
        self._breath = Breath("sip_puff", BreathConfig())
        self._puffs: deque[Puff] = deque()
        self._looked = 0.0
        self._mistake_at = presser.next_mistake(0.0)

    @property
    def idle(self) -> bool:
        """True when no puff is planned or going on."""
        return not self._puffs

    def press(self, at: float, until: float | None = None) -> None:
        """Plan a puff at ``at`` [s], until ``until`` [s] or as the person does; nothing while another one lasts."""
        if not self._puffs:
            self._plan([Pressed(at, until)] if until is not None else self._presser.press(at))

    def events(self, now: float) -> list[InputEvent]:
        """Return what happened until ``now`` [s]."""
        found: list[InputEvent] = []
        while self._looked < now:
            self._looked += SAMPLES
            if self._mistake_at <= self._looked:
                if not self._puffs:
                    self._plan([self._presser.mistake(self._mistake_at)])
                self._mistake_at = self._presser.next_mistake(self._mistake_at)
            pressure = sum(puff.at(self._looked) for puff in self._puffs) + self._random.gauss(0.0, NOISE)
            found += self._breath.feed(self._looked, pressure)
            while self._puffs and self._puffs[0].up + FALLS <= self._looked:
                self._puffs.popleft()
        return found

    def _plan(self, presses: list[Pressed]) -> None:
        for press in presses:
            hard = self._random.random() < COMES_OUT_HARD
            peak = HARD if hard else self._random.lognormvariate(0.0, SOFT[1]) * SOFT[0]
            rise = self._random.uniform(*RISES)
            self._puffs.append(Puff(press.down, max(press.up, press.down + rise), peak, rise))
