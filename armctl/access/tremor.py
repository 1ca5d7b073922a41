"""Taking tremor out of a stick's travel, while letting what the person wants through.

Compared on simulated hands (3 to 11 Hz, 5 to 35 % of full travel, noise that grows with the push;
``benchmarks/tremor.py``): a low pass and a moving average keep the hand's tremor small only by being late (80, 95 ms);
the one-euro filter (Casiez, Roussel, Vogel 2012) is late by 25 ms, but takes a large tremor for speed and lets it
through. What is used here finds the tremor's frequency and takes that band out before the one-euro filter looks: as
good as that one at its best in a hand that trembles little, better the more it trembles, and no later. It is

1. a band pass (2.5 to 14 Hz), whose output obeys u[k] + u[k-2] = 2 cos(w) u[k-1] when it is one oscillation:
   least squares with forgetting gives w;
2. a notch there, switched on as far as the oscillation goes to both sides and lasts: the weakest side of the last three
   quarters of a second counts, so that quick pushes are not taken for tremor;
3. a one-euro filter.

It works on a grid of 10 ms, whenever it is asked, so the same events give the same output whatever the frame rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

STEP: Final = 0.01
"""Grid [s]; tremor ends at 12 Hz, a quarter of what it can carry."""
SETTLES: Final = 50
"""A stick that said nothing for this many steps is where it is: no tremor goes on unseen."""
SLOWEST: Final = 3.0
FASTEST: Final = 12.0
"""Tremor is between these [Hz]: physiological, essential, Parkinsonian, cerebellar."""
HIGH_PASS: Final = 2.5
LOW_PASS: Final = 14.0
"""What is between these is looked at [Hz]; what is slower is wanted."""
SWING: Final = 1.1
"""Its largest swing may be this much more than what was measured over a fifth of a second."""
NOTCH: Final = 0.4
"""Damping of the notch: 0.4 takes out 0.8 of its frequency around it."""
FORGET: Final = 0.98
"""Half a second of oscillation decides its frequency: longer, and a sudden push would mislead it for as long."""
BLOCK: Final = 25
BLOCKS: Final = 3
"""The oscillation is measured in blocks of this many steps, three quarters of the slowest tremor's period: it swings to
both sides in every one. A push leaves one with nothing on one side; the weakest side of the weakest block counts."""
FULL: Final = 0.12
"""Oscillation from which the notch works fully [travel, amplitude]: smaller ones drown in the noise of any push."""
RAMP: Final = 0.3
"""It is switched on and off over this time [s], so that nothing jumps."""
FLOOR: Final = 1.0
"""Lowest cut-off of the one-euro filter [Hz]."""
SPEED_GAIN: Final = 2.5
"""How much the cut-off rises with speed [Hz per travel/s]."""
SPEED_CUTOFF: Final = 1.0
"""Cut-off of the speed itself [Hz]."""


def share_of(cutoff: float) -> float:
    """Return how much of the way a first-order low pass of ``cutoff`` [Hz] goes in one step."""
    return 1.0 - math.exp(-math.tau * cutoff * STEP)


_HIGH: Final = share_of(HIGH_PASS)
_LOW: Final = share_of(LOW_PASS)
_SPEED: Final = share_of(SPEED_CUTOFF)


class _Axis:
    """Filter state of one axis, at rest at ``value``."""

    __slots__ = ("band", "before", "first", "high", "last", "low", "one", "previous", "slow", "slower", "speed", "two")

    def __init__(self, value: float) -> None:
        self.slow, self.slower, self.band = value, 0.0, 0.0
        self.before, self.previous, self.low, self.high = 0.0, 0.0, 0.0, 0.0
        self.one, self.two = 0.0, value
        self.last, self.speed, self.first = value, 0.0, value

    def band_pass(self, x: float) -> float:
        """Return what of ``x`` is between 2.5 and 14 Hz."""
        self.slow += _HIGH * (x - self.slow)
        once = x - self.slow
        self.slower += _HIGH * (once - self.slower)
        self.band += _LOW * (once - self.slower - self.band)
        return self.band

    def notch(self, x: float, gain: float) -> float:
        """Return what of ``x`` is around the frequency of ``gain`` = tan(w/2): a state-variable filter (Zavalishin)."""
        damping = 2.0 * NOTCH
        share = 1.0 / (1.0 + gain * (gain + damping))
        band = share * (self.one + gain * (x - self.two))
        low = self.two + gain * band
        self.one, self.two = 2.0 * band - self.one, 2.0 * low - self.two
        return damping * band

    def smooth(self, x: float) -> float:
        """Return ``x`` through the one-euro filter."""
        self.speed += _SPEED * ((x - self.first) / STEP - self.speed)
        self.first = x
        self.last += share_of(FLOOR + SPEED_GAIN * abs(self.speed)) * (x - self.last)
        return self.last


class TremorFilter:
    """All axes of one stick: a hand has one tremor.

    Attributes:
        frequency: Its frequency as found [Hz]; only means something while ``amplitude`` is above 0.
        amplitude: How far it swung to each side in the calmest of the last moments, as the band pass shows it [travel].
    """

    def __init__(self) -> None:
        self._input: tuple[float, ...] = ()
        self._output: tuple[float, ...] = ()
        self._axes: list[_Axis] = []
        self._began, self._steps = 0.0, 0
        self._rest()

    def feed(self, axes: Sequence[float], stamp: float) -> None:
        """The stick is at ``axes`` from ``stamp`` [s] on."""
        if len(axes) != len(self._input):
            self._began, self._steps, self._axes = stamp, 0, [_Axis(value) for value in axes]
            self._output = tuple(axes)
            self._rest()
        else:
            self.value(stamp)
        self._input = tuple(axes)

    def value(self, now: float) -> tuple[float, ...]:
        """Return the travel without tremor at ``now`` [s]."""
        steps = math.floor((now - self._began) / STEP + 1e-6) - self._steps
        if steps <= 0:
            return self._output
        self._steps += steps
        if steps > SETTLES:
            self._axes, self._output = [_Axis(value) for value in self._input], self._input
            self._rest()
            return self._output
        for _ in range(steps):
            self._step()
        return self._output

    @property
    def swing(self) -> float:
        """How far the tremor swings to each side at most [travel]; 0 as long as none is known to last."""
        f = self.frequency
        passed = f * f / (f * f + HIGH_PASS**2) / math.hypot(1.0, f / LOW_PASS)
        return self._strength * SWING * max(self._blocks) / passed

    def _rest(self) -> None:
        """Know of no tremor."""
        self.frequency, self.amplitude = 6.0, 0.0
        self._beside = self._square = self._energy = self._strength = 0.0
        self._count, self._blocks, self._sides = 0, [0.0] * BLOCKS, [0.0] * BLOCKS

    def _step(self) -> None:
        for axis, x in zip(self._axes, self._input, strict=True):
            self._look(axis, axis.band_pass(x))
        self._find()
        self._strength += max(-STEP / RAMP, min(STEP / RAMP, min(1.0, self.amplitude / FULL) - self._strength))
        gain = math.tan(math.pi * self.frequency * STEP)
        self._output = tuple(
            axis.smooth(x - self._strength * axis.notch(x, gain))
            for axis, x in zip(self._axes, self._input, strict=True)
        )

    def _look(self, axis: _Axis, band: float) -> None:
        """Add one value of the band to what the frequency and the amplitude are found from."""
        self._beside += axis.previous * (band + axis.before)
        self._square += 2.0 * axis.previous * axis.previous
        self._energy += band * band
        axis.before, axis.previous = axis.previous, band
        axis.low, axis.high = (band, band) if self._count == 0 else (min(axis.low, band), max(axis.high, band))

    def _find(self) -> None:
        if self._square > 1e-6:
            cosine = max(-1.0, min(1.0, self._beside / self._square))
            self.frequency = max(SLOWEST, min(FASTEST, math.acos(cosine) / (math.tau * STEP)))
        self._beside *= FORGET
        self._square *= FORGET
        self._count += 1
        if self._count == BLOCK:
            weaker = max(min(-axis.low, axis.high) for axis in self._axes)
            self._sides = [*self._sides[1:], max(0.0, weaker)]
            self._blocks = [*self._blocks[1:], math.sqrt(2.0 * self._energy / BLOCK)]
            self.amplitude = min(self._sides)
            self._count, self._energy = 0, 0.0
