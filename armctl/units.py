"""SI inside, other units only at the edges: the conversions, once.

Inside armctl every length is a metre, every angle a radian, every time a second, every force a newton.
"""

from __future__ import annotations

import math
from typing import Final

MM: Final = 1e-3
"""One millimetre [m]."""

DEG: Final = math.pi / 180.0
"""One degree [rad]."""

MS: Final = 1e-3
"""One millisecond [s]."""


def wrap_angle(angle: float) -> float:
    """Return ``angle`` [rad] moved by whole turns into (-π, π]."""
    wrapped = math.remainder(angle, math.tau)
    return math.pi if wrapped == -math.pi else wrapped
