"""How fast the tool may go now, and why not faster."""

from __future__ import annotations

from dataclasses import dataclass

from armctl.safety.faults import Finding
from armctl.safety.limits import (
    ESCAPE_SPEED,
    HEAD_FRESH,
    HEAD_STALE,
    START_UP_SHARE,
    START_UP_TIME,
    WARM_SHARE,
    Limits,
)
from armctl.safety.zones import Going, Reach, Zones


@dataclass(frozen=True, slots=True)
class Pace:
    """The largest tool speed now.

    Attributes:
        speed: The speed [m/s]; never zero, so that there is always a way out.
        reason: Why it is below the arm's own largest speed; empty where it is not.
    """

    speed: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What slows the arm down wherever it is.

    Attributes:
        moved: How long the arm has moved since it was armed [s].
        warm: A joint that is getting hot, or None.
        head_age: Age of a tracked head's pose [s]; 0 where the head is configured.
    """

    moved: float
    warm: Finding | None = None
    head_age: float = 0.0


def pace(limits: Limits, zones: Zones, reach: Reach, going: Going, now: Condition) -> Pace:
    """Return how fast the tool may go.

    Args:
        limits: The limits.
        zones: What to keep away from.
        reach: Where the arm is.
        going: How it moves.
        now: What slows it down wherever it is.
    """
    share, reason = 1.0, ""
    if now.moved < START_UP_TIME:
        share, reason = START_UP_SHARE, "Slow: the arm has just been armed."
    if now.warm is not None:
        share, reason = share * WARM_SHARE, now.warm.fault().message
    if now.head_age > HEAD_FRESH:
        seen = max(0.0, (HEAD_STALE - now.head_age) / (HEAD_STALE - HEAD_FRESH))
        share, reason = share * seen, "Slow: the head is not seen well."
        if now.head_age > HEAD_STALE:
            reason = "Slow, and only away from the head: it is not seen."
    speed = share * limits.tool_speed
    zone, zone_reason = zones.speed(reach, going, limits.tool_braking)
    if zone < speed:
        speed, reason = zone, zone_reason
    return Pace(max(speed, min(ESCAPE_SPEED, limits.tool_speed)), reason)
