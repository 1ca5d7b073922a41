"""How full the battery of the person's own computer is, where it has one: a wheelchair tablet runs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pygame.system

from armctl.clock import Clock
from ui.text import _, percent

EVERY: Final = 20.0
"""Time from one look to the next [s]; each reads files of the system."""
LOW: Final = 0.15
"""From here down it is told that the battery has to be charged: at least a quarter of an hour is left."""


class Charge(NamedTuple):
    """What is known of a battery.

    Attributes:
        share: How full it is, 0 to 1; None where there is none, or it is not known.
        charging: It is at the mains.
    """

    share: float | None = None
    charging: bool = False


def computers_charge() -> Charge:
    """Return what the computer tells of its battery."""
    state = pygame.system.get_power_state()
    if state is None or not state.has_battery or state.battery_percent is None:
        return Charge()
    return Charge(state.battery_percent / 100, state.plugged_in)


class Battery:
    """Looks at the battery now and then.

    Args:
        clock: Time.
        look: What tells the charge; replaced in tests.
    """

    def __init__(self, clock: Clock, look: Callable[[], Charge] = computers_charge) -> None:
        self._clock = clock
        self._look = look
        self._looked_at = float("-inf")
        self._charge = Charge()

    @property
    def charge(self) -> Charge:
        """The charge, at most `EVERY` old."""
        now = self._clock.now()
        if now - self._looked_at >= EVERY:
            self._charge, self._looked_at = self._look(), now
        return self._charge

    @property
    def words(self) -> str:
        """How full it is, in words; empty where nothing is known."""
        share = self.charge.share
        return "" if share is None else _("Battery {share}").format(share=percent(share))

    @property
    def warning(self) -> str:
        """What to tell about a battery that is nearly empty; empty when nothing."""
        charge = self.charge
        low = charge.share is not None and charge.share <= LOW and not charge.charging
        return _("The battery of this screen is nearly empty. Please ask for its charger.") if low else ""
