"""Look at a trace while control writes it: the same file as `armctl.control.trace.read_trace`, read a hundred times a
second without disturbing anybody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from armctl.control.trace import HELD, SENT

HEAD = 16
TICK = 0.01
JOINTS = 6
ROW = np.dtype([("stamp", "<f8"), ("kind", "<u4"), ("count", "<u4"), ("positions", "<f8", (JOINTS,))])
AT_REST = 1e-3
"""A set-point this slow stands [rad/s]: a twentieth of a degree a second."""
SLOWING = 5e-4
"""Loss of speed from one set-point to the next, as a share, that is braking and not rounding."""


@dataclass(frozen=True)
class Sent:
    """What was sent, oldest first.

    Attributes:
        stamps: Shape (m,) [s].
        held: Shape (m,), True where the arm was told to hold.
        positions: Shape (m, n) [rad]; zero where held.
    """

    stamps: NDArray[np.float64]
    held: NDArray[np.bool_]
    positions: NDArray[np.float64]

    def speeds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (stamps, largest joint speeds [rad/s]) of the set-points from the second one on; a hold is speed 0."""
        # By set-points, not by stamps: a tick that is missed is left out, the way goes on where it was.
        steps = np.abs(np.diff(self.positions, axis=0)).max(axis=1) / TICK
        steps[self.held[1:]] = 0.0
        steps[self.held[:-1]] = 0.0
        return self.stamps[1:], steps


def sent(path: Path, last: int = 0) -> Sent:
    """Return what is in the trace ``path``, only the ``last`` rows unless 0."""
    rows = np.frombuffer(path.read_bytes(), ROW, offset=HEAD)
    rows = rows[rows["count"] > 0]
    rows = rows[np.argsort(rows["count"])][-last:]
    assert set(np.unique(rows["kind"])) <= {SENT, HELD}
    return Sent(rows["stamp"].copy(), rows["kind"] == HELD, rows["positions"].copy())


def cruising(path: Path) -> bool:
    """True when the last set-points went at one speed, above half a degree a tick."""
    _, speeds = sent(path, 11).speeds()
    return len(speeds) == 10 and float(speeds.min()) > 0.2 and float(np.ptp(speeds)) < 1e-6


def braked(path: Path, moment: float) -> float:
    """Return when the first slower set-point, or hold, was sent after ``moment`` [s].

    Raises:
        AssertionError: The arm did not slow down.
    """
    stamps, speeds = sent(path).speeds()
    before = speeds[stamps <= moment]
    after = (stamps > moment) & (speeds < before[-1] * (1.0 - SLOWING))
    assert after.any(), "the arm did not slow down"
    return float(stamps[after][0])


def at_rest(path: Path) -> bool:
    """True when what was sent last stands."""
    _, speeds = sent(path, 3).speeds()
    return bool(len(speeds)) and float(speeds[-1]) < AT_REST
