"""How one person points: how long it takes to a target, how near they come, how still they can stay."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import fmean, median
from typing import Final

Rect = tuple[float, float, float, float]
"""Left, top, width, height [px]."""
Sample = tuple[float, float, float]
"""Stamp [s], x, y [px]."""

ENOUGH: Final = 4
"""Fewer targets that were reached propose nothing."""
SETTLE: Final = 0.25
"""After reaching a target the pointer is still arriving for so long [s]."""
AROUND: Final = 2.45
"""95 of 100 points of a round normal cloud lie within 2.45 standard deviations of its middle."""
SMOOTH: Final = 9
PAUSE: Final = 40.0
"""A pointer that stays within this of where it is has paused [px]."""
LASTLY: Final = 1.0
"""Where it was for so long at the end is where it came to [s]."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target: on the screen from ``shown`` to ``ended`` [s] at ``rect``, and where the pointer was meanwhile."""

    shown: float
    ended: float
    rect: Rect
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class PointerFigures:
    """Figures of pointing; [s] and [px].

    Attributes:
        reached: Targets that were reached.
        shown: Targets that were shown.
        time: Median time to a target.
        offset: How far the middle of where the pointer stayed lies from the target's, right and down, mean.
        sd: Standard deviation about its middle while it stayed, one axis.
        radius: 95 of 100 samples are within this of where the pointer stayed.
        on_target: Share of the time after reaching a target that was spent on it.
        pause: Longest rest beside a target, on the way.
        astray: Standard deviation, one axis, of where the pointer arrives, from target to target.
        pauses: Longest rest on each way.
    """

    reached: int = 0
    shown: int = 0
    time: float = 0.0
    offset: tuple[float, float] = (0.0, 0.0)
    sd: float = 0.0
    radius: float = 0.0
    on_target: float = 0.0
    pause: float = 0.0
    astray: float = 0.0
    pauses: tuple[float, ...] = ()

    @property
    def enough(self) -> bool:
        """True when something can be said."""
        return self.reached >= ENOUGH

    @property
    def tile(self) -> float:
        """Least side of a tile this person hits [px]: ``2 (offset + 2 SD)`` on the worse axis (Feit 2017)."""
        return 2.0 * (max(map(abs, self.offset)) + 2.0 * self.scatter)

    @property
    def scatter(self) -> float:
        """Standard deviation of one axis at the next target [px]: trembling, and arriving elsewhere each time.

        Where they arrive on average is known from ``n`` targets only, to ``astray / sqrt(n)``.
        """
        return math.hypot(self.sd, self.astray * math.sqrt(1.0 + 1.0 / max(1, self.reached)))


def measure_pointer(targets: Sequence[Target]) -> PointerFigures:
    """Return the figures of ``targets``."""
    stays = [(target, _entered(target)) for target in targets]
    reached = [(target, entered) for target, entered in stays if entered is not None]
    clouds = [(target, [s for s in target.samples if s[0] >= entered + SETTLE]) for target, entered in reached]
    used = [(target, cloud) for target, cloud in clouds if len(cloud) >= 3]
    if not used:
        return PointerFigures(shown=len(targets))
    middles = [(median([s[1] for s in cloud]), median([s[2] for s in cloud])) for _, cloud in used]
    places = [(target.rect[0] + target.rect[2] / 2.0, target.rect[1] + target.rect[3] / 2.0) for target, _ in used]
    off = [(x - cx, y - cy) for (x, y), (cx, cy) in zip(middles, places, strict=True)]
    sds = [_sd(cloud, middle) for (_, cloud), middle in zip(used, middles, strict=True)]
    sd = math.sqrt(fmean([value * value for value in sds]))
    mean = (fmean([x for x, _ in off]), fmean([y for _, y in off]))
    pauses = tuple(_pause(target) for target, _ in reached)
    return PointerFigures(
        reached=len(used),
        shown=len(targets),
        time=median([entered - target.shown for target, entered in reached]),
        offset=mean,
        sd=sd,
        radius=AROUND * sd,
        on_target=fmean([fmean([inside(target.rect, s) for s in cloud]) for target, cloud in used]),
        pause=max(pauses, default=0.0),
        astray=_astray(off, mean),
        pauses=pauses,
    )


def inside(rect: Rect, sample: Sample) -> bool:
    """Return True when ``sample`` is within ``rect``."""
    left, top, width, height = rect
    return left <= sample[1] < left + width and top <= sample[2] < top + height


def _entered(target: Target) -> float | None:
    return next((sample[0] for sample in target.samples if inside(target.rect, sample)), None)


def _astray(off: Sequence[tuple[float, float]], mean: tuple[float, float]) -> float:
    """Return the spread of one axis of ``off`` about their ``mean``, both axes taken together; 0 of a single one."""
    squares = sum((x - mean[0]) ** 2 + (y - mean[1]) ** 2 for x, y in off)
    return math.sqrt(squares / 2.0 / (len(off) - 1)) if len(off) > 1 else 0.0


def _sd(cloud: Sequence[Sample], middle: tuple[float, float]) -> float:
    """Return the spread of one axis about ``middle``, both axes taken together.

    From the median distance, half of a normal cloud (1.4826): whoever arrives slowly is on the way at first.
    """
    spreads = [median([abs(s[axis + 1] - middle[axis]) for s in cloud]) * 1.4826 for axis in (0, 1)]
    return math.hypot(*spreads) / math.sqrt(2.0)


def _smoothed(way: Sequence[Sample]) -> list[Sample]:
    """Return running means over `SMOOTH` samples: a trembling pointer that stays where it is has paused, too."""
    parts = [way[n : n + SMOOTH] for n in range(max(0, len(way) - SMOOTH + 1))]
    return [(part[SMOOTH // 2][0], fmean([s[1] for s in part]), fmean([s[2] for s in part])) for part in parts]


def _pause(target: Target) -> float:
    """Return the longest time the pointer stayed at one place [s], after it set off and before it came where it ended.

    Where it waits before it sets off is no rest on the way, and a place at the edge of a large target may be one.
    """
    way = _smoothed(target.samples)
    last = [s for s in target.samples if s[0] >= target.ended - LASTLY]
    if not way or not last:
        return 0.0
    end = (median([s[1] for s in last]), median([s[2] for s in last]))
    began = next((n for n, s in enumerate(way) if math.dist(way[0][1:], s[1:]) > PAUSE), len(way))
    longest, anchor = 0.0, None
    for sample in takewhile(lambda s: math.dist(end, s[1:]) > PAUSE, way[began:]):
        if anchor is None or math.dist(anchor[1:], sample[1:]) > PAUSE:
            anchor = sample
        longest = max(longest, sample[0] - anchor[0])
    return longest
