"""Settings of the stick that fit a person's hand."""

from __future__ import annotations

import math
from typing import Final

from armctl.access.fit import words
from armctl.access.fit.change import Part
from armctl.access.fit.stick import Push, StickFigures
from armctl.config.pointing import JoystickConfig

MARGIN: Final = 1.3
"""The dead zone is so much larger than what a resting hand does."""
LEAST_ZONE: Final = 0.05
"""Joysticks ship dead zones of 5 to 9 %."""
FINE: Final = 0.02
TURNED: Final = math.radians(5.0)
"""Less than this is not worth turning a stick for."""
EASY: Final = 0.9
"""Full speed comes at nine tenths of what the person kept up: nobody should have to strain for it."""


def propose(stick: StickFigures, config: JoystickConfig) -> Part:
    """Return what ``stick`` suggests.

    * Dead zone: 1.3 × what the resting hand reaches (99 of 100 samples), at least 5 %.
    * Reach, each way: such that full speed, at ``outer`` of it, comes at 0.9 × the travel that was kept up; 30 % at
      least. It is a gain per direction.
    * Angle: mean difference between the way that was asked and the way it went.
    * Tremor filter: on where a tremor was seen.
    """
    part = Part()
    if not stick.enough or stick.rest is None:
        part.notes.append(words.too_few_stick())
        return part
    _reach(part, stick, config)
    least = min([config.outer * _full(push, config) for push in stick.pushes if push.reachable], default=config.outer)
    zone = min(0.5, 0.8 * least, max(LEAST_ZONE, round(MARGIN * stick.rest, 2)))
    said = words.dead_zone(round(100 * stick.rest), round(100 * zone))
    part.change("joystick.dead_zone", config.dead_zone, round(zone, 2), said, FINE - 1e-6)
    turn = round(stick.rotation, 2)
    if abs(turn - config.angle) >= TURNED:
        said = words.rotation(abs(math.degrees(turn)), turn > 0.0)
        part.change("joystick.angle", config.angle, turn, said)
    if stick.tremor.amplitude and not config.tremor:
        said = words.tremor(stick.tremor.frequency, round(100 * stick.tremor.amplitude))
        part.change("joystick.tremor", False, True, said)
    return part


def moves_at_rest(stick: StickFigures, zone: float) -> float:
    """Return the share of its rest at which the hand of ``stick`` is outside of a dead zone of ``zone`` travel.

    How far a trembling or noisy hand is from its middle spreads like a Rayleigh distribution, ``exp(-c r²)``, of which
    one in a hundred is beyond what was measured.
    """
    return 0.0 if not stick.rest else math.exp(-math.log(100.0) * (zone / stick.rest) ** 2)


def _reach(part: Part, stick: StickFigures, config: JoystickConfig) -> None:
    for push in stick.pushes:
        way = words.DIRECTIONS[push.asked]
        if not push.reachable:
            part.notes.append(words.unreachable(way))
            continue
        new = _full(push, config)
        said = words.reach(way, round(100 * push.travel))
        part.change(f"joystick.reach.{push.asked}", getattr(config.reach, push.asked), new, said, FINE)


def _full(push: Push, config: JoystickConfig) -> float:
    """Return the reach with which full speed comes at `EASY` of what ``push`` kept up."""
    return round(min(1.0, max(0.3, EASY * push.travel / config.outer)), 2)
