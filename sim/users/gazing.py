"""A simulated gaze that acts as a mouse: fixations with bias, noise and drift, jumps between them, blinks, losses.

gaze = target + bias + drift + noise, lost while blinking (10 to 20 a minute, 150 to 300 ms) and now and then besides.
At 65 cm and 96 dpi a degree is 43 pixels; bias 0.3, 0.7, 1.5 degrees and spread 0.2, 0.5, 1.2 degrees are a good, a
typical and a poor tracker's.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from armctl.access.events import PointerEvent, PointerLeft

DEGREE: Final = 43.0
"""Pixels of one degree at 65 cm."""


@dataclass(frozen=True, slots=True)
class Gaze:
    """How somebody's gaze comes in; degrees, seconds.

    Attributes:
        bias: How far beside the target it is measured, right and down.
        spread: Standard deviation of each sample.
        drift: How fast the bias grows downward [degrees/min].
        blinks: A minute.
        rate: Samples a second.
        silent: A loss is told by nothing at all, not by `PointerLeft`.
    """

    bias: tuple[float, float] = (0.2, 0.3)
    spread: float = 0.5
    drift: float = 0.05
    blinks: float = 15.0
    rate: float = 50.0
    silent: bool = False


GAZES: Final = {
    "good": Gaze(bias=(0.1, 0.3), spread=0.2, drift=0.02),
    "typical": Gaze(),
    "poor": Gaze(bias=(0.7, 1.0), spread=1.0, drift=0.1),
    "silent": Gaze(silent=True),
}
"""By what is told of them."""


def looked(
    targets: Sequence[tuple[float, tuple[float, float]]], gaze: Gaze, seed: int, start: float = 0.0
) -> list[PointerEvent | PointerLeft]:
    """Return what the tracker says.

    Args:
        targets: How long [s] the person looks where [pixels], in order; a jump takes one sample.
        gaze: How it is measured.
        seed: Seed of noise and blinks.
        start: When they begin [s].
    """
    draw, events, now, blind_until = random.Random(seed), list[PointerEvent | PointerLeft](), start, start
    for seconds, (x, y) in targets:
        end = now + seconds
        while now < end - 1e-9:
            now += 1.0 / gaze.rate
            if now < blind_until:
                continue
            if draw.random() < gaze.blinks / 60.0 / gaze.rate:
                blind_until = now + draw.uniform(0.15, 0.3)
                events += [] if gaze.silent else [PointerLeft(now)]
                continue
            down = gaze.bias[1] + gaze.drift * (now - start) / 60.0
            beside = (x + DEGREE * (gaze.bias[0] + draw.gauss(0.0, gaze.spread)),
                      y + DEGREE * (down + draw.gauss(0.0, gaze.spread)))  # fmt: skip
            events.append(PointerEvent(now, *beside))
    return events
