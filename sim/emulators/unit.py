"""`Unit`: one servo or joint of an emulated device, as far as things can be done to it on purpose.

What is done to the wire is in `sim.emulators.faults`. A device need not have everything: a stepper motor has no
thermometer. What it has not it refuses with `lacking`, in words for the person who asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from armctl.errors import SetupError
from sim.emulators.motors import Drive

_HAND_SPEED: Final = 1.0
"""How fast a hand turns a joint [rad/s]; own estimate."""
_REACHED: Final = 0.005
"""This near to where it was to go a hand lets go [rad]."""
_PATIENCE: Final = 1.0
"""A hand that cannot turn the joint gives up after this long and the time the way takes [s]."""


@dataclass
class UnitFaults:
    """What can be wrong with one servo or joint. All off at first.

    Attributes:
        frozen: The measurements do not change any more.
        blocked: The shaft cannot turn.
        reversed: It turns away from its goal, as with a swapped motor lead.
        slip: Counts by which the position sensor reads too much, as after a magnet came loose.
        status: Bits of the device's status or error byte that are set besides those that follow from what is measured.
    """

    frozen: bool = False
    blocked: bool = False
    reversed: bool = False
    slip: int = 0
    status: int = 0


HEEDED_BY_SERVOS: Final = frozenset({"frozen", "blocked", "reversed", "slip", "status"})
"""Every name in `UnitFaults`: what a servo with a sensor and a status byte does."""


class Unit(Protocol):
    """One servo or joint of an emulated device."""

    @property
    def id(self) -> int:
        """What it is called on the wire, or its number from 1 on where it has no id."""
        ...

    @property
    def faults(self) -> UnitFaults:
        """What is wrong with it."""
        ...

    @property
    def heeded(self) -> frozenset[str]:
        """Names in `UnitFaults` that make a difference here."""
        ...

    @property
    def status_bits(self) -> Mapping[str, int]:
        """Names of the bits that ``faults.status`` may hold, empty where there are none."""
        ...

    def describe(self) -> str:
        """Return how it is now, in a few words: position, torque, supply, temperature, what is wrong."""
        ...

    def set_supply(self, volts: float) -> None:
        """Change the supply voltage [V].

        Raises:
            SetupError: The device does not know its supply.
        """
        ...

    def set_temperature(self, celsius: float) -> None:
        """Change the temperature inside [°C].

        Raises:
            SetupError: The device has no thermometer.
        """
        ...

    def push(self, angle: float) -> None:
        """Turn it by ``angle`` [rad] from outside, whatever its motor wants, and let go.

        Raises:
            SetupError: The device has no joint that can be turned.
        """
        ...


def lacking(what: str) -> SetupError:
    """Return the error that says this device has no ``what``, for example ``"thermometer"``."""
    return SetupError(f"This device has no {what}.", "Type help for what there is.")


class Hand:
    """A hand at a joint: it turns it, or holds it where it is, with more force than the motor has."""

    def __init__(self) -> None:
        self._goal: float | None = None
        self._left = 0.0
        self._held_at: float | None = None

    @property
    def turns(self) -> bool:
        """True while it turns the joint."""
        return self._goal is not None

    def push(self, here: float, angle: float) -> None:
        """Begin to turn the joint, which is ``here`` [rad], by ``angle`` [rad]."""
        self._goal = here + angle
        self._left = abs(angle) / _HAND_SPEED + _PATIENCE

    def drive(self, here: float, dt: float, *, holds: bool) -> Drive | None:
        """Return what moves the joint for the next ``dt`` [s] in place of its motor; None when nothing does.

        Args:
            here: Where the joint is [rad].
            dt: Time span [s].
            holds: Keep it where it is.
        """
        if holds:
            self._goal = None
            self._held_at = here if self._held_at is None else self._held_at
            return Drive(self._held_at, 10.0, True, 1.0)
        self._held_at = None
        self._left -= dt
        if self._goal is None or self._left <= 0.0 or abs(self._goal - here) < _REACHED:
            self._goal = None
            return None
        return Drive(self._goal, _HAND_SPEED, True, 1.0)
