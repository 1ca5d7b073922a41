"""All contacts of one person: each with its own settings, found by device and name, told in the order of time."""

from __future__ import annotations

from typing import Final, NamedTuple

from armctl.access.events import Control, SwitchEvent
from armctl.access.switches import Switch
from armctl.config.inputs import HoldConfig, SwitchConfig
from armctl.config.user import UserConfig

LONG_PRESS: Final = 0.8
"""Press of the last switch that is left that selects, when it only moved the highlight before [s]."""


class Contact(NamedTuple):
    """One contact: its device, what it means, and its name where the device has several that mean the same."""

    device: str
    control: Control
    name: str = ""


def contact_of(event: SwitchEvent) -> Contact:
    """Return the contact that ``event`` comes from."""
    return Contact(event.device, event.control, event.contact)


class Contacts:
    """The contacts that were heard of.

    Attributes:
        one_switch: Whoever chose with another switch is left with one that moves: holding it chooses.
    """

    def __init__(self, user: UserConfig) -> None:
        self._user = user
        self._switches: dict[Contact, Switch] = {}
        self.one_switch = False

    def configure(self, user: UserConfig) -> None:
        """Go on with other settings of the same person; what is under way stays."""
        self._user = user
        for contact, switch in self._switches.items():
            switch.configure(self._config(contact), self.waits(contact))

    def get(self, contact: Contact) -> Switch:
        """Return the switch of ``contact``, a new one when it was never heard of."""
        found = self._switches.get(contact)
        if found is None:
            found = self._switches[contact] = Switch(self._config(contact), self.waits(contact))
        return found

    def waits(self, contact: Contact) -> bool:
        """Return True where holding the contact moves the highlight, and letting go chooses."""
        return self._user.scan.method == "inverse" and contact.control == "select" and contact.device != "pointer"

    def by_time(self) -> list[tuple[Contact, Switch]]:
        """Return those with something to come of their press, the one that is due first at the front."""
        live = [(contact, switch) for contact, switch in self._switches.items() if switch.live]
        return sorted(live, key=lambda pair: pair[1].due)

    def pending(self) -> list[tuple[Contact, Switch]]:
        """Return those with a press that has still to do what it is for."""
        return [(contact, switch) for contact, switch in self._switches.items() if switch.pending]

    def spend(self, now: float) -> None:
        """Nothing more comes of any press that is under way at ``now`` [s]."""
        for switch in self._switches.values():
            if switch.live:
                switch.spend(now)

    def remove(self, device: str) -> None:
        """Forget the contacts of ``device``."""
        self._switches = {contact: switch for contact, switch in self._switches.items() if contact.device != device}

    def _config(self, contact: Contact) -> SwitchConfig:
        config = self._user.switch_for(contact.device, contact.name)
        if not self.one_switch or contact.control != "next" or config.holds:
            return config
        at = max(LONG_PRESS, config.acceptance + 0.2)
        longest = max(config.maximum_hold, at + 1.0)
        return config.model_copy(update={"holds": (HoldConfig(at=at, does="select"),), "maximum_hold": longest})
