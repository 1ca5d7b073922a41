"""Does the gripper hold something? Told from how its joint follows, without any sensor in the fingers.

A gripper that closes on nothing follows its set-points to the end. One that closes on something stalls while its
set-point goes on: it stays behind, and pushes.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from armctl.config.arm import GripperConfig

TRAVEL: Final = 1.87
"""Travel of the gripper that the distances below were found with, an SO-101's [rad]; for others, sliding ones among
them, they count in proportion to theirs."""
WINDOW: Final = 0.15
"""A stall lasts at least this long [s]. A gripper that starts from rest has made more than `STALL` by then, however
late its servo and the reading are; with half of it the beginning of a motion was taken for a contact."""
LATE: Final = 6
"""And at least so many ticks: a slow controller begins two or three after it was told, and tells one or two later. What
was told within them does not count yet: a gripper that began to close looked blocked to a controller at 20 Hz, its
set-point being 4 % of the travel ahead in two ticks, before the first reading could show that it moved."""
STALL: Final = 0.025
"""Way made within `WINDOW` that still counts as stalled [rad]; at its usual speed the gripper makes four times that."""
BEHIND: Final = 0.06
"""Distance behind the set-point that a stall needs [rad]: 3.4°, beyond dead band and lag of a hobby servo."""
PUSHING: Final = 0.25
"""Share of the permitted effort that, with `BEHIND_PUSHING`, tells the same. A servo that speeds up pushes, too, so the
distance must be beyond what it lags at the beginning of a motion, 0.03 rad (measured)."""
BEHIND_PUSHING: Final = 0.045
"""Distance behind the set-point that a stall needs when the servo pushes [rad]."""
SLIPPED: Final = 0.12
"""Further closed than at the first contact by this much [rad]: what was held is gone."""
OPENED: Final = 0.05
"""Told to open by this much from the first contact [rad]: let go on purpose."""
AT_END: Final = 0.03
"""This close to fully closed, a stall is the gripper's own end [rad]."""


def of_travel(gripper: GripperConfig) -> float:
    """Return what a distance on a gripper of `TRAVEL` [rad] comes to on this one [rad, or m for sliding fingers]."""
    return abs(gripper.open - gripper.closed) / TRAVEL


class GripSense:
    """Watches the gripper's joint, one call a tick. Pure: no clock, no I/O.

    Args:
        gripper: The gripper's configuration.
        dt: Time between two ticks [s].
    """

    def __init__(self, gripper: GripperConfig, dt: float) -> None:
        self._closing = 1.0 if gripper.closed > gripper.open else -1.0
        self._end = gripper.closed
        self._effort = gripper.effort
        self._scale = of_travel(gripper)
        self._seen: deque[float] = deque(maxlen=max(LATE, round(WINDOW / dt)) + 1)
        self._told: deque[float] = deque(maxlen=LATE + 1)
        self._contact: float | None = None

    @property
    def holding(self) -> bool:
        """True while something seems to be held."""
        return self._contact is not None

    def observe(self, told: float, measured: float, effort: float) -> bool:
        """Take in one tick and return True when the gripper has just met something.

        Args:
            told: Set-point of the gripper's joint [rad, or m].
            measured: Where it is [rad, or m].
            effort: Share of the largest effort, -1 to 1; NaN where not measured.
        """
        self._seen.append(measured)
        self._told.append(told)
        if self._contact is not None:
            self._check_still_there(told, measured)
            return False
        if self._stalled(measured, effort):
            self._contact = measured
            return True
        return False

    def forget(self) -> None:
        """Begin anew, as after a reading that cannot be compared with the one before."""
        self._seen.clear()
        self._told.clear()
        self._contact = None

    def _stalled(self, measured: float, effort: float) -> bool:
        behind = min((told - measured) * self._closing for told in self._told)
        pushes = abs(effort) > PUSHING * self._effort  # False when not measured
        enough = (BEHIND_PUSHING if pushes else BEHIND) * self._scale
        full = len(self._seen) == self._seen.maxlen
        at_end = (self._end - measured) * self._closing < AT_END * self._scale
        return full and not at_end and behind > enough and max(self._seen) - min(self._seen) < STALL * self._scale

    def _check_still_there(self, told: float, measured: float) -> None:
        contact = self._contact if self._contact is not None else measured
        slipped = (measured - contact) * self._closing > SLIPPED * self._scale
        opened = (contact - told) * self._closing > OPENED * self._scale
        if slipped or opened:
            self.forget()
