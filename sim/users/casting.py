"""Which simulated hand sits before a profile: found from how the profile says that its person chooses."""

from __future__ import annotations

import math
from typing import Final

from armctl.access.fit.history import Entry
from armctl.config.user import UserConfig
from sim.users.hands import Contact, DwellingHand, Hand, HoldingHand, SteeringHand, SwitchHand
from sim.users.pointing import Aim
from sim.users.presser import Habit, Presser

KEYBOARD: Final = "keyboard"
STICK: Final = "joystick0"
SHAKES: Final = {"able": 4.0, "tremor": 16.0, "ataxia": 20.0, "cp_spastic": 12.0, "cp_dyskinetic": 24.0}
"""Spread of a pointer by who holds it [px at 1280 by 800]; `OTHERS` for those who are not named. Estimates."""
OTHERS: Final = 8.0
FULL: Final = 800.0
"""A stick's noise is that of the pointer over this [px]."""


def hand_for(user: UserConfig, habit: Habit, spread: float, seed: int) -> Hand:
    """Return the hand that chooses as ``user`` says.

    Args:
        user: The profile.
        habit: How the person presses.
        spread: How much their pointer or stick trembles [px].
        seed: Of everything that is drawn.
    """
    presser = Presser(habit, seed)
    method = user.scan.method
    if method == "direct" and user.dwell.enabled:
        return DwellingHand(Aim(sd=spread, delay=habit.mu), _rest(user), seed)
    if method == "direct":
        return SteeringHand(presser, STICK, Contact(STICK, "0", "select"), spread / FULL, seed)
    if method == "inverse":
        return HoldingHand(presser, _select(user))
    return SwitchHand(presser, _select(user), _next(user) if method == "step" else None)


def measured_habit(entry: Entry) -> Habit | None:
    """Return how somebody presses by their last measurement; None where presses were not measured.

    Half of the spread is taken for the normal part of the ex-Gaussian, as in the tables of the scan rule.
    """
    mean, spread = entry.figures.get("press_time"), entry.figures.get("press_sd")
    if mean is None or spread is None:
        return None
    tau = math.sqrt(0.75) * spread
    return Habit(max(0.0, mean - tau), 0.5 * spread, max(tau, 1e-3), lapse=0.02, hold=0.2)


def _select(user: UserConfig) -> Contact:
    for contact in user.contacts:
        if contact.does == "select":
            return Contact(_device(contact.device), str(contact.contact), "select")
    for contact in user.contacts:
        for band in contact.switch.holds if contact.switch is not None else ():
            if band.does == "select":
                return Contact(_device(contact.device), str(contact.contact), contact.does, band.at)
    return Contact(KEYBOARD, user.keys_select[0], "select")


def _next(user: UserConfig) -> Contact | None:
    for contact in user.contacts:
        if contact.does == "next":
            return Contact(_device(contact.device), str(contact.contact), "next")
    return Contact(KEYBOARD, user.keys_next[0], "next") if user.keys_next else None


def _rest(user: UserConfig) -> tuple[float, float]:
    """Return where the pointer chooses nothing, shares of width and height: the rest area, else the title."""
    rest = user.dwell.rest
    return (0.5, 0.02) if rest is None else (rest.left + rest.width / 2.0, rest.top + rest.height / 2.0)


def _device(name: str) -> str:
    return STICK if name == "joystick" else name
