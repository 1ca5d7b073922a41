"""Did the arm touch the person? What a simulator, one day a skin or a camera, reports of contacts."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final

from armctl.hal.scene import SceneState
from armctl.safety.codes import Code
from armctl.safety.faults import Finding

PERSON: Final = frozenset({"head", "torso"})
"""Names of the person's parts among the contacts."""


class ContactWatch:
    """Finds contacts between arm and person when they begin.

    Only their beginning counts: an arm that was armed again while it still touches must be able to retreat.

    Args:
        links: Names of the arm's links.
        force: Contacts harder than this count [N].
    """

    def __init__(self, links: Collection[str], force: float = 0.0) -> None:
        self._links = frozenset(links)
        self._force = force
        self._touching: frozenset[str] = frozenset()

    def look(self, scene: SceneState) -> Finding | None:
        """Return the hardest contact with a part of the person that was not touched before, or None."""
        forces: dict[str, float] = {}
        for contact in scene.contacts:
            for part, other in ((contact.first, contact.second), (contact.second, contact.first)):
                # Written so that a force that is not a number counts, as the least that does.
                if part in PERSON and other in self._links and not contact.force <= self._force:
                    force = self._force if math.isnan(contact.force) else contact.force
                    forces[part] = max(forces.get(part, 0.0), force)
        begun = {part: force for part, force in forces.items() if part not in self._touching}
        self._touching = frozenset(forces)
        if not begun:
            return None
        part = max(begun, key=lambda name: begun[name])
        return Finding(Code.CONTACT, part, begun[part])
