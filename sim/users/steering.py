"""A simulated person who steers with a stick: what the stick reports while they want to go somewhere.

u(t) = sat(gain R(turned) wanted(t - delay) + tremor + noise that grows with the push + spasms). The tremor's frequency
wanders by up to 1.5 Hz, its size swells and fades over seconds (essential 4 to 12 Hz, Parkinsonian 4 to 6 Hz,
cerebellar 2 to 5 Hz); spasms come as a Poisson process and rise within 0.1 to 0.3 s. Amplitudes are estimates, to be
replaced by measured logs.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from armctl.access.events import AxesEvent

REPORTS: Final = 0.01
"""A stick reports this often [s]."""
SPASM_LASTS: Final = 2.5
"""Median time a spasm lasts [s]."""

Way: TypeAlias = tuple[float, float]
"""Right and ahead, each -1 to 1."""


@dataclass(frozen=True, slots=True)
class Steerer:
    """How somebody steers; shares of full travel.

    Attributes:
        gain: How far they get of where they want to.
        turned: How far to the left their own "ahead" lies [rad].
        tremor: Amplitude at its largest.
        frequency: The tremor's mean frequency [Hz].
        effort: Standard deviation of the noise, as a share of the push.
        rest: Standard deviation of the noise at rest.
        delay: From the wish to the hand [s].
        rise: Time of a movement [s].
        spasms: How many an hour.
    """

    gain: float = 1.0
    turned: float = 0.0
    tremor: float = 0.0
    frequency: float = 5.5
    effort: float = 0.05
    rest: float = 0.003
    delay: float = 0.3
    rise: float = 0.3
    spasms: float = 0.0


PEOPLE: Final = {
    "steady": Steerer(),
    "mild tremor": Steerer(tremor=0.05, frequency=8.0, effort=0.08),
    "essential tremor": Steerer(tremor=0.15, frequency=6.0, effort=0.1),
    "severe tremor": Steerer(tremor=0.35, frequency=5.0, effort=0.15),
    "ataxia": Steerer(tremor=0.25, frequency=3.0, effort=0.2, rise=0.5),
    "weak, spasms": Steerer(gain=0.5, turned=0.35, effort=0.12, spasms=40.0),
}
"""By what is told of them."""


def wanted(wishes: Sequence[tuple[float, Way]], person: Steerer) -> list[Way]:
    """Return where the person wants the stick every `REPORTS`, as their hand would get there without trembling.

    Args:
        wishes: How long [s] they want which way, in order.
        person: Whose delay, speed, strength and posture.
    """
    path, place = [(0.0, 0.0)] * round(person.delay / REPORTS), (0.0, 0.0)
    c, s = math.cos(person.turned), math.sin(person.turned)
    for seconds, (right, ahead) in wishes:
        goal = (person.gain * (c * right - s * ahead), person.gain * (s * right + c * ahead))
        for k in range(round(seconds / REPORTS)):
            r = min(1.0, (k + 1) * REPORTS / person.rise)
            share = r * r * r * (10.0 - 15.0 * r + 6.0 * r * r)  # least jerk
            path.append((place[0] + share * (goal[0] - place[0]), place[1] + share * (goal[1] - place[1])))
        place = path[-1]
    return path


def reported(path: Sequence[Way], person: Steerer, seed: int, device: str = "stick") -> list[AxesEvent]:
    """Return what the stick says when the person wants it along ``path`` (one place every `REPORTS`)."""
    draw = random.Random(seed)
    trembling, spasm = swings(person, draw), _spasms(person, draw)
    way, noise, events = draw.uniform(0.0, math.tau), (0.0, 0.0), list[AxesEvent]()
    for k, (right, ahead) in enumerate(path):
        swing, thrown = next(trembling), next(spasm)
        spread = person.rest + person.effort * math.hypot(right, ahead)
        noise = (0.5 * noise[0] + draw.gauss(0.0, 0.87), 0.5 * noise[1] + draw.gauss(0.0, 0.87))
        x = right + swing * math.cos(way) + spread * noise[0] + thrown * math.cos(way + 1.0)
        y = ahead + swing * math.sin(way) + spread * noise[1] + thrown * math.sin(way + 1.0)
        axes = (round(max(-1.0, min(1.0, x)), 4), round(max(-1.0, min(1.0, y)), 4))
        events.append(AxesEvent(k * REPORTS, device, axes))
    return events


def swings(person: Steerer, draw: random.Random) -> Iterator[float]:
    """Yield the swing of the tremor of ``person`` every `REPORTS`, as a share of full travel."""
    phase, swell, frequency = draw.uniform(0.0, math.tau), draw.uniform(0.0, math.tau), person.frequency
    while True:
        frequency += draw.gauss(0.0, 0.05) + 0.02 * (person.frequency - frequency)
        frequency = max(person.frequency - 1.5, min(person.frequency + 1.5, frequency))
        phase += math.tau * frequency * REPORTS
        swell += math.tau * 0.2 * REPORTS
        yield person.tremor * (0.5 + 0.5 * math.sin(swell)) * math.sin(phase)


def _spasms(person: Steerer, draw: random.Random) -> Iterator[float]:
    """Yield the push of spasms every `REPORTS`."""
    while True:
        if draw.random() >= person.spasms / 3600.0 * REPORTS:
            yield 0.0
            continue
        rise = draw.uniform(0.1, 0.3)
        lasts = draw.lognormvariate(math.log(SPASM_LASTS), 0.5)
        for k in range(round(lasts / REPORTS)):
            yield 2.0 * min(1.0, k * REPORTS / rise, (lasts - k * REPORTS) / 0.3)


def errand(seed: int, seconds: float) -> list[tuple[float, Way]]:
    """Return ``seconds`` [s] of wishes of somebody who steers an arm: for how long [s], which push; rests between."""
    draw, wishes, total = random.Random(seed), [(1.0, (0.0, 0.0))], 1.0
    while total < seconds:
        angle, far = draw.uniform(0.0, math.tau), draw.choice((0.0, 0.3, 0.6, 0.9))
        lasts = draw.uniform(0.8, 2.8)
        wishes.append((lasts, (far * math.cos(angle), far * math.sin(angle))))
        total += lasts
    return wishes
