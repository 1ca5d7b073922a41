"""Where the arm would come to rest if it were stopped now, from its speeds and accelerations and the joints' limits.

Made for the supervisor alone, whatever the motion uses: who checks must not take the figures of who is checked.
"""

from __future__ import annotations

import math

import numpy as np

from armctl.hal.state import FloatArray
from armctl.safety.limits import BRAKING_SHARE, REST_SPEED, Limits


def stop_way(velocities: FloatArray, accelerations: FloatArray, limits: Limits) -> FloatArray:
    """Return how far each joint still goes until it rests, shape (n,) [rad], with its sign.

    The joints of the arm stop together, so each goes on for as long as the slowest of them needs; the gripper stops
    by itself.

    Args:
        velocities: Shape (n,) [rad/s].
        accelerations: Shape (n,) [rad/s²].
        limits: The limits.
    """
    rows = zip(
        velocities.tolist(), accelerations.tolist(), limits.acceleration.tolist(), limits.jerk.tolist(), strict=True
    )
    stops = [_stop(*row) for row in rows]
    longest = max(time for _, time in stops[:-1])
    ways = [way * longest / time if time > 0.0 else 0.0 for way, time in stops[:-1]]
    return np.array([*ways, stops[-1][0]])


def slowing_time(velocities: FloatArray, limits: Limits) -> float:
    """Return the time in which all joints come to rest at the braking that is counted on [s].

    Args:
        velocities: Shape (n,) [rad/s].
        limits: The limits.
    """
    return float((np.abs(velocities) / (BRAKING_SHARE * limits.acceleration)).max())


def stands(velocities: FloatArray) -> bool:
    """Tell whether no joint moves, at ``velocities`` (n,) [rad/s]."""
    return bool((np.abs(velocities) <= REST_SPEED).all())


def _stop(speed: float, acceleration: float, limit: float, jerk: float) -> tuple[float, float]:
    """Return the way and the time of the fastest jerk-limited stop of one joint.

    The acceleration falls at -j to -b, b² = j·v + a²/2 but at most the limit, stays there if need be, and rises at +j
    to zero at the moment the speed is zero. A joint that brakes already harder than that needs counts as one that
    brakes just so.
    """
    sign = math.copysign(1.0, speed)
    v = abs(speed)
    a = min(max(sign * acceleration, -math.sqrt(2.0 * jerk * v), -limit), limit)
    brake = min(math.sqrt(jerk * v + 0.5 * a * a), limit)
    if brake <= 0.0:
        return 0.0, 0.0
    fall, rise = (a + brake) / jerk, brake / jerk
    hold = max(0.0, (v + (0.5 * a * a - brake * brake) / jerk) / brake)
    way = fall * (v + fall * (0.5 * a - fall * jerk / 6.0))
    v += fall * (a - 0.5 * fall * jerk)
    way += hold * (v - 0.5 * hold * brake)
    v -= hold * brake
    way += rise * (v - rise * (0.5 * brake - rise * jerk / 6.0))
    return sign * way, fall + hold + rise
