"""How fast the tool may go now, and why not faster."""

from __future__ import annotations

from dataclasses import dataclass

from armctl.safety.faults import Finding
from armctl.safety.limits import ESCAPE_SPEED, START_UP_SHARE, START_UP_TIME, WARM_SHARE, Limits
from armctl.safety.zones import Reach, Zones


@dataclass(frozen=True, slots=True)
class Pace:
    """The largest tool speed now.

    Attributes:
        speed: The speed [m/s]; never zero, so that there is always a way out.
        reason: Why it is below the arm's own largest speed; empty where it is not.
    """

    speed: float
    reason: str = ""


def pace(limits: Limits, zones: Zones, reach: Reach, moved: float, warm: Finding | None) -> Pace:
    """Return how fast the tool may go.

    Args:
        limits: The limits.
        zones: What to keep away from.
        reach: Where the arm is.
        moved: How long the arm has moved since it was armed [s].
        warm: A joint that is getting hot, or None.
    """
    share, reason = 1.0, ""
    if moved < START_UP_TIME:
        share, reason = START_UP_SHARE, "Slow: the arm has just been armed."
    if warm is not None:
        share, reason = share * WARM_SHARE, warm.fault().message
    speed = share * limits.tool_speed
    zone, zone_reason = zones.speed(reach, limits.tool_braking)
    if zone < speed:
        speed, reason = zone, zone_reason
    return Pace(max(speed, min(ESCAPE_SPEED, limits.tool_speed)), reason)
