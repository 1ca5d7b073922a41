"""The arrow at the hand, which shows where it goes while a person leads it."""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from ui.solids import Round
from ui.theme import Colour

LEAST: Final = 0.004
"""A hand that would come less far than this in half a second turns, or hardly moves: it has no arrow [m]."""
CLEAR: Final = 0.035
"""The arrow begins so far ahead of the hand [m]."""
SHAFT: Final = 0.06
"""Length of its straight part [m]."""
TIP: Final = 0.045
"""Length of its tip [m]."""
THIN, THICK = 0.009, 0.024
"""Radius of its straight part, and of its tip where that begins [m]."""


def arrow(hand: FloatArray, led_to: FloatArray, colour: Colour) -> list[Round]:
    """Return the arrow of a ``hand`` at (3,) that is led to ``led_to`` (3,) [m]; nothing where it hardly moves."""
    way = led_to - hand
    length = float(np.linalg.norm(way))
    if length < LEAST:
        return []
    tail, neck, tip = (hand + way / length * far for far in (CLEAR, CLEAR + SHAFT, CLEAR + SHAFT + TIP))
    return [
        Round(np.array([tail, neck]), np.array([THIN, THIN]), colour),
        Round(np.array([neck, tip]), np.array([THICK, 0.0]), colour),
    ]
