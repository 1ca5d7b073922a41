"""A gripper that is only on or off: when it is switched, and where it should be meanwhile."""

from __future__ import annotations

from armctl.config.arm import GripperConfig


class Switch:
    """The model of one gripper. Nobody measures it: it is where time says.

    Args:
        gripper: Its ends.
        travel_time: From one end to the other [s].

    Attributes:
        closed: It is told to be closed.
    """

    def __init__(self, gripper: GripperConfig, travel_time: float) -> None:
        self._ends = (gripper.open, gripper.closed)
        self._middle = (gripper.open + gripper.closed) / 2.0
        self._rate = (gripper.closed - gripper.open) / travel_time
        self.begin(True)

    def begin(self, closed: bool) -> None:
        """Take it to stand at the end where it is told to be."""
        self.closed = closed
        self._from, self._since = self._ends[closed], 0.0

    def told(self, position: float, now: float) -> bool:
        """Take a goal [rad or m] at ``now`` [s], and return True when it is to be switched."""
        closed = (position - self._middle) * self._rate > 0.0
        if closed is self.closed:
            return False
        self._from, self._since = self.at(now)[0], now
        self.closed = closed
        return True

    def at(self, now: float) -> tuple[float, float]:
        """Return where it should be [rad or m] and its speed [rad/s or m/s] at ``now`` [s]."""
        rate = self._rate if self.closed else -self._rate
        end, there = self._ends[self.closed], self._from + rate * (now - self._since)
        if (there - end) * rate >= 0.0:
            return end, 0.0
        return there, rate
