"""How far one joint still goes on its fastest stop: closed form, because it is asked for every joint in every tick.

With v* = v + a·|a|/2j, the speed once the acceleration has ended, taken positive (else mirrored), the fastest stop lets
the acceleration fall at -j to -b, b² = j·v + a²/2 but at most the limit, stay there if need be, and rise at +j to
zero at the moment the speed is zero.
"""

from __future__ import annotations

import math


def stop_range(position: float, speed: float, acceleration: float, limit: float, jerk: float) -> tuple[float, float]:
    """Return the least and largest position passed until rest [rad].

    Args:
        position: Where the joint is [rad].
        speed: Its speed [rad/s].
        acceleration: Its acceleration [rad/s²].
        limit: Largest acceleration [rad/s²].
        jerk: Largest jerk [rad/s³].
    """
    if speed + acceleration * abs(acceleration) / (2.0 * jerk) >= 0.0:
        back, ahead = _onward(speed, acceleration, limit, jerk)
        return position + back, position + ahead
    back, ahead = _onward(-speed, -acceleration, limit, jerk)
    return position - ahead, position - back


def _onward(v: float, a: float, limit: float, jerk: float) -> tuple[float, float]:
    """Return the farthest way back (not above 0) and ahead (not below 0) of a stop with v* not negative [rad]."""
    # A joint that still goes back, but is about to come forward, turns round when its speed passes zero.
    turn = (a - math.sqrt(max(0.0, a * a + 2.0 * jerk * v))) / jerk if v < 0.0 else 0.0
    back = turn * (v + turn * (0.5 * a - turn * jerk / 6.0))
    brake = min(math.sqrt(max(0.0, jerk * v + 0.5 * a * a)), max(limit, -a))
    fall, rise = (a + brake) / jerk, brake / jerk
    # The speed that falling and rising do not take away is taken at constant deceleration.
    left = v + (0.5 * a * a - brake * brake) / jerk
    hold = max(0.0, left / brake) if brake > 0.0 else 0.0
    way = fall * (v + fall * (0.5 * a - fall * jerk / 6.0))
    v += fall * (a - 0.5 * fall * jerk)
    way += hold * (v - 0.5 * hold * brake)
    v -= hold * brake
    way += rise * (v - rise * (0.5 * brake - rise * jerk / 6.0))
    return min(0.0, back), max(0.0, way)
