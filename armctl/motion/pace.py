"""How fast a path may be travelled at each place, so that joints and tool keep their limits.

Along a path q(s), with u = ds/dt::

    q̇ = q'·u      q̈ = q''·u² + q'·u̇      q⃛ = q'''·u³ + 3·q''·u·u̇ + q'·ü

The largest u̇ and ü are constants of the path that use a share of the joints' acceleration and jerk; the curvature terms
get the rest, which bounds u at each place. Slowing down in time for a slower place is had by taking, everywhere, the
least bound within braking distance ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from armctl.motion.path import JointPath
from armctl.motion.ramp import Ramp

SPEED_SHARE: Final = 0.97
"""Share of the largest speeds that a path uses; the rest is for what the grid does not see."""
ALONG_SHARE: Final = 0.75
"""Share of acceleration for speeding up and slowing down; the rest turns corners."""
JERK_SHARE: Final = 0.6
"""The same of jerk."""
TOOL_SHARE: Final = 0.8
"""Share of the tool's acceleration and jerk for speeding up and slowing down."""
PER_PIECE: Final = 4
"""Places looked at between two knots."""
TINY: Final = 1e-9
BENT: Final = 0.7
"""A path that must be travelled slower than this somewhere is worth a second look."""
ROUNDS: Final = 3
"""How often the largest speed of a short way is corrected, which is never reached."""
LEAST_U: Final = 1e-3
"""A forecast counts on this u at least: an arm that must wait waits for somebody, not for a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """How long the rest of a path takes.

    Attributes:
        places: Parameters, rising from 0, shape (g,) [s].
        times: Time from each to the end, falling to 0, shape (g,) [s].
        ramp: How its ends are travelled; between ``places`` near them nothing else tells.
    """

    places: FloatArray
    times: FloatArray
    ramp: Ramp

    @property
    def whole(self) -> float:
        """Time for the whole path [s]."""
        return float(self.times[0])

    def left(self, s: float) -> float:
        """Return the time from parameter ``s`` [s] to the end [s]; it falls while ``s`` grows."""
        left = float(np.interp(s, self.places, self.times))
        left = min(left, max(0.0, self.whole - self.ramp.time(s)))
        to_end = float(self.places[-1]) - s
        return max(left, self.ramp.time(to_end)) if to_end < self.ramp.length else left


class Pace:
    """The bounds of one path.

    Args:
        config: The arm.
        path: The path, of dof or n columns.
        tool: The tool's points at its knots, shape (m, 3) [m].
        gently: Share of the largest u̇ that is used. On a way with bends less of it makes the way shorter in time: the
            faster u may change, the slower a bend must be passed.

    Attributes:
        acceleration: Largest u̇ [1/s].
        jerk: Largest ü [1/s²].
    """

    def __init__(self, config: ArmConfig, path: JointPath, tool: FloatArray, gently: float = 1.0) -> None:
        s, first, second, third = path.derivatives(PER_PIECE)
        rate = _tool_rate(path, tool)
        largest, self.jerk = _along(config, first, rate)
        self.acceleration = gently * largest
        bound = _bounds(config, (first, second, third), self.acceleration)
        # Braking from u = 1: 1/(2a) + a/(2j).
        ahead = 0.5 / self.acceleration + 0.5 * self.acceleration / self.jerk
        self._s = s
        self._end = path.length
        self._bound = _least_ahead(s, bound, ahead)
        self._tool = -_least_ahead(s, -np.repeat(rate, PER_PIECE), ahead)

    @property
    def bent(self) -> bool:
        """True when bends, and not the joints' and the tool's speeds, say how fast it may be travelled somewhere."""
        return float(self._bound.min()) < BENT

    @property
    def grid(self) -> FloatArray:
        """Parameters (g,) [s] of the places that `forecast` looks at."""
        return self._s

    def forecast(self, speed: float, allowed: FloatArray) -> Forecast:
        """Return how long it takes from each place to the end, from rest to rest.

        Args:
            speed: The largest u that is asked for, above 0 to 1.
            allowed: Largest tool speed at each place of `grid`, shape (g,) [m/s].
        """
        s = np.append(self._s, self._end)
        u = np.minimum(np.minimum(self._bound, speed), SPEED_SHARE * allowed / np.maximum(self._tool, TINY))
        u = np.maximum(u, LEAST_U)
        top = float(u.max())
        for _ in range(ROUNDS):
            ramp = Ramp.of(top, self.acceleration, self.jerk)
            rates = self._rates(s, u, top / ramp.duration)
            top = max(LEAST_U, float(rates.max()))
        times = 2.0 * np.diff(s) / np.maximum(rates[1:] + rates[:-1], LEAST_U)
        return Forecast(s, np.append(np.cumsum(times[::-1])[::-1], 0.0), ramp)

    @staticmethod
    def _rates(s: FloatArray, u: FloatArray, acceleration: float) -> FloatArray:
        """Return u at ``s`` (g,) from rest to rest with one ``acceleration`` [1/s], below ``u`` (g - 1,)."""
        energy = np.append(u, u[-1]) ** 2
        energy[[0, -1]] = 0.0
        way = 2.0 * acceleration * s
        energy = np.minimum.accumulate(energy - way) + way
        energy = np.minimum.accumulate((energy + way)[::-1])[::-1] - way
        rates: FloatArray = np.sqrt(np.maximum(energy, 0.0))
        return rates

    def limit(self, s: float, tool_speed: float) -> float:
        """Return the largest u at parameter ``s`` [s] when the tool may go at ``tool_speed`` [m/s]."""
        index = max(int(np.searchsorted(self._s, s, side="right")) - 1, 0)
        return min(float(self._bound[index]), SPEED_SHARE * max(0.0, tool_speed) / max(float(self._tool[index]), TINY))


def _tool_rate(path: JointPath, tool: FloatArray) -> FloatArray:
    """Return the largest |dp/ds| of the tool on each piece, shape (m - 1,) [m/s]."""
    rate = np.linalg.norm(np.diff(tool, axis=0), axis=1) / np.diff(path.knots)
    padded = np.concatenate((rate[:1], rate, rate[-1:]))
    # The chord's rate is a mean over the piece: within it the rate may come near its neighbours'.
    widest: FloatArray = np.maximum(np.maximum(padded[:-2], padded[2:]), padded[1:-1])
    return widest


def _along(config: ArmConfig, first: FloatArray, tool: FloatArray) -> tuple[float, float]:
    """Return the largest u̇ and ü."""
    joints = config.joints[: first.shape[1]]
    steepest = np.maximum(np.abs(first).max(axis=0), TINY)
    tool_rate = max(float(tool.max()), TINY)
    acceleration = np.array([joint.max_acceleration for joint in joints]) * ALONG_SHARE / steepest
    jerk = np.array([joint.max_jerk for joint in joints]) * JERK_SHARE / steepest
    return (
        min(float(acceleration.min()), TOOL_SHARE * config.tool.max_acceleration / tool_rate),
        min(float(jerk.min()), TOOL_SHARE * config.tool.max_jerk / tool_rate),
    )


def _bounds(config: ArmConfig, shape: tuple[FloatArray, FloatArray, FloatArray], along: float) -> FloatArray:
    """Return the largest u at each place of the grid, shape (g,), from speeds and curvature."""
    joints = config.joints[: shape[0].shape[1]]
    first, second, third = (np.maximum(np.abs(values), TINY) for values in shape)
    # q'' is linear on a piece: the larger of its two ends bounds it, and so do the neighbours in the grid.
    second = np.maximum(second, np.roll(second, -1, axis=0))
    speed = np.array([joint.max_speed for joint in joints])
    acceleration = np.array([joint.max_acceleration for joint in joints]) * (1.0 - ALONG_SHARE)
    jerk = np.array([joint.max_jerk for joint in joints]) * (1.0 - JERK_SHARE) / 2.0
    each = np.stack(
        (
            SPEED_SHARE * speed / first,
            np.sqrt(acceleration / second),
            np.cbrt(jerk / third),
            jerk / (3.0 * second * along),
        )
    )
    bounds: FloatArray = each.min(axis=(0, 2))
    return bounds


def _least_ahead(s: FloatArray, values: FloatArray, window: float) -> FloatArray:
    """Return, at each place of the grid, the least of ``values`` from just before it to ``window`` [s] farther."""
    last = np.searchsorted(s, s + window, side="right")
    first = np.maximum(np.arange(len(s)) - 1, 0)
    # Each pair of neighbours in this list is the beginning and end of one window; every second result is one.
    ends = np.column_stack((first, last)).ravel()
    least: FloatArray = np.minimum.reduceat(np.append(values, np.inf), ends)[::2]
    return least
