"""What one person's hand does to a stick: where it rests, how it trembles, how far and which way it can push."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Direction: TypeAlias = Literal["right", "ahead", "left", "back"]

ASKED: Final[dict[Direction, float]] = {
    "right": 0.0,
    "ahead": math.pi / 2.0,
    "left": math.pi,
    "back": -math.pi / 2.0,
}
"""Which way each direction lies, from right towards ahead [rad]."""
ENOUGH: Final = 0.8
"""Less of a part than this says nothing [s]."""
REACHED: Final = 0.3
"""A direction that is pushed less far than this is not reachable; full speed cannot come sooner."""
ASTRAY: Final = math.radians(60.0)
"""A push farther off than this went another way."""
SAMPLING: Final = 100.0
"""Rate at which the course of the stick is looked at [1/s]: devices report only changes."""
TREMOR_BAND: Final = (3.0, 12.0)
"""Tremor is here [Hz]: Parkinson 3 to 8, essential 4 to 12; a wish is slower."""
TREMOR: Final = 0.02
"""Smaller swings than this share of full travel are nothing to speak of."""
PEAKED: Final = 0.4
"""Share of the swings in the band that must lie within 1.5 Hz of the peak: tremor has a frequency, noise has none."""
WANDER: Final = 1.5
"""The frequency of a tremor wanders so far [Hz]."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a stick was: ``stamps`` [s] rising, ``right`` and ``ahead`` -1 to 1, each (n,)."""

    stamps: tuple[float, ...]
    right: tuple[float, ...]
    ahead: tuple[float, ...]

    @property
    def lasted(self) -> float:
        """From the first to the last sample [s]."""
        return self.stamps[-1] - self.stamps[0] if self.stamps else 0.0


@dataclass(frozen=True, slots=True)
class Tremor:
    """Peak ``frequency`` [Hz] and ``amplitude`` (share of full travel); both 0 where there is none."""

    frequency: float = 0.0
    amplitude: float = 0.0


@dataclass(frozen=True, slots=True)
class Push:
    """One direction: how far (share of full travel) and which way it really went [rad from right towards ahead]."""

    asked: Direction
    travel: float
    angle: float

    @property
    def reachable(self) -> bool:
        """True where it went far enough, and roughly the way that was asked for."""
        return self.travel >= REACHED and abs(turned(self.angle - ASKED[self.asked])) <= ASTRAY


@dataclass(frozen=True, slots=True)
class StickFigures:
    """Figures of a stick; shares of full travel.

    Attributes:
        rest: 99 of 100 samples of the resting hand are nearer to the middle than this; None: not measured.
        tremor: The stronger one of resting and pushing.
        pushes: One for each direction that was tried.
    """

    rest: float | None = None
    tremor: Tremor = Tremor()
    pushes: tuple[Push, ...] = ()

    @property
    def enough(self) -> bool:
        """True when something can be said: it rested, every way was asked for, and somebody pushed."""
        return self.rest is not None and len(self.pushes) == len(ASKED) and any(p.reachable for p in self.pushes)

    @property
    def rotation(self) -> float:
        """How far the person's own "ahead" lies to the left of the stick's [rad]: mean over what can be reached."""
        off = [turned(push.angle - ASKED[push.asked]) for push in self.pushes if push.reachable]
        return math.atan2(fmean(map(math.sin, off)), fmean(map(math.cos, off))) if off else 0.0


def measure_stick(rest: Course | None, pushes: Sequence[tuple[Direction, Course]]) -> StickFigures:
    """Return the figures of a resting hand and of ``pushes``, each while one direction was asked for."""
    still = rest if rest is not None and rest.lasted >= ENOUGH else None
    used = [(asked, course) for asked, course in pushes if course.lasted >= ENOUGH]
    resting = tremor_of(*_pieces(still)) if still is not None else Tremor()
    strongest = max(resting, tremor_of(*(_held(course) for _, course in used)), key=lambda tremor: tremor.amplitude)
    return StickFigures(
        None if still is None else _rest(still), strongest, tuple(_push(asked, course) for asked, course in used)
    )


def tremor_of(*courses: Course) -> Tremor:
    """Return the tremor in ``courses``: the peak of their mean amplitude spectrum between 3 and 12 Hz.

    Both axes are sampled evenly, freed of their straight line, weighted by a Hann window w; at a frequency f a sine of
    amplitude A gives ``|FFT| = A Σw / 2``. The amplitude is that of all swings near the peak together (their powers
    add, and the window spreads one line over 1.5 of them), without as much noise as there is in the rest of the band.
    What shows in one part only, at another frequency in each, is noise: so the parts are taken together.
    """
    long = [_even(course) for course in courses if course.lasted >= ENOUGH]
    if not long:
        return Tremor()
    count = max(even.shape[1] for even in long)
    power = np.mean([_power(even, count) for even in long], axis=0)
    frequency = np.fft.rfftfreq(count, 1.0 / SAMPLING)
    band = (frequency >= TREMOR_BAND[0]) & (frequency <= TREMOR_BAND[1])
    whole = float(power[band].sum())
    if not whole:
        return Tremor()
    peak = float(frequency[band][np.argmax(power[band])])
    near = band & (np.abs(frequency - peak) <= WANDER)
    beyond = band & ~near
    noise = float(power[beyond].mean()) if beyond.any() else 0.0
    swings = max(0.0, float(power[near].sum()) - noise * int(near.sum()))
    amplitude = math.sqrt(swings)
    return Tremor(peak, amplitude) if swings >= PEAKED * whole and amplitude >= TREMOR else Tremor()


def _power(even: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the power of the swings of ``even``, (2, n), at ``count // 2 + 1`` frequencies, both axes together."""
    size = even.shape[1]
    window = np.hanning(size)
    ramp = np.linspace(-1.0, 1.0, size)
    smooth = even - even.mean(axis=1, keepdims=True)
    smooth -= np.outer(smooth @ ramp / (ramp @ ramp), ramp)
    swings = np.abs(np.fft.rfft(smooth * window, count, axis=1)) * 2.0 / window.sum()
    found: NDArray[np.float64] = (swings**2).sum(axis=0) / 1.5 * size / count
    return found


def turned(angle: float) -> float:
    """Return ``angle`` [rad] between -pi and pi."""
    return math.atan2(math.sin(angle), math.cos(angle))


def _even(course: Course) -> NDArray[np.float64]:
    """Return right and ahead, (2, n), at even times: what a device does not report has not changed."""
    stamps = np.asarray(course.stamps)
    times = np.arange(stamps[0], stamps[-1], 1.0 / SAMPLING)
    index = np.searchsorted(stamps, times, side="right") - 1
    return np.stack([np.asarray(course.right)[index], np.asarray(course.ahead)[index]])


def _rest(course: Course) -> float:
    return float(np.quantile(np.hypot(*_even(course)), 0.99))


def _held(course: Course) -> Course:
    """Return ``course`` without its first third: on the way out everything is fast."""
    start = len(course.stamps) // 3
    return Course(course.stamps[start:], course.right[start:], course.ahead[start:])


def _pieces(course: Course) -> list[Course]:
    """Return ``course`` in pieces of 2 s and more."""
    count = max(1, int(course.lasted / 2.0))
    size = len(course.stamps) // count
    cuts = [slice(n * size, (n + 1) * size) for n in range(count)]
    return [Course(course.stamps[cut], course.right[cut], course.ahead[cut]) for cut in cuts]


def _push(asked: Direction, course: Course) -> Push:
    """Return how far the push went: what was kept for half of the time, and its mean direction there."""
    right, ahead = _even(course)
    travel = np.hypot(right, ahead)
    kept = float(np.median(travel))
    far = travel >= kept
    angle = math.atan2(float(ahead[far].mean()), float(right[far].mean()))
    return Push(asked, kept, angle)
