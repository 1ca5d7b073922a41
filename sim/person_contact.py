"""Where there is no physics: the arm inside the person counts as touching, harder the deeper it is."""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.config.scene import PersonConfig, ShapeConfig
from armctl.hal.scene import Contact
from armctl.hal.state import FloatArray
from armctl.kinematics.distance import arm_placer, distances, world_bodies, world_shape
from armctl.kinematics.robot import RobotModel

STIFFNESS: Final = 1000.0
"""Force per depth [N/m]; nominal, of the order of soft tissue."""
FIRST_TOUCH: Final = 1.0
"""Force as soon as there is any contact [N]; nominal."""


LONGEST_ARM: Final = 1.5
"""No part of an arm is farther than this from any of its axes [m]; small arms reach 0.3 to 0.9 m."""


class PersonContact:
    """Watches the arm's shapes against head and torso.

    Args:
        robot: The arm's model.
        person: The person.

    Attributes:
        touched: Largest nominal force so far [N], by part.
    """

    def __init__(self, robot: RobotModel, person: PersonConfig) -> None:
        head = ShapeConfig(kind="sphere", size=(person.head_radius,), xyz=person.head_xyz)
        self.touched: dict[str, float] = {"head": 0.0, "torso": 0.0}
        self._robot = robot
        self._placer = arm_placer(robot.shapes, robot.links)
        self._parts = world_bodies([world_shape(head), world_shape(person.torso)])
        self._looked_at: FloatArray = np.full(len(robot.config.joints), np.inf)
        self._clear = 0.0

    def update(self, positions: FloatArray) -> tuple[Contact, ...]:
        """Return what touches with the joints at ``positions`` (n,) [rad], one contact for each link and part."""
        if self._still_clear(positions):
            return ()
        apart = distances(self._placer.place(self._robot.link_array(positions)), self._parts)
        self._looked_at, self._clear = positions.copy(), float(apart.min())
        if self._clear >= 0.0:
            return ()
        found: dict[tuple[str, str], float] = {}
        for part, row in zip(self.touched, apart.tolist(), strict=True):
            for shape, distance in zip(self._robot.shapes, row, strict=True):
                if distance < 0.0:
                    force = FIRST_TOUCH - STIFFNESS * distance
                    found[shape.link, part] = max(found.get((shape.link, part), 0.0), force)
                    self.touched[part] = max(self.touched[part], force)
        return tuple(Contact(link, part, force) for (link, part), force in found.items())

    def _still_clear(self, positions: FloatArray) -> bool:
        """Return True when the joints cannot have brought anything to the person since it was looked at closely."""
        turned = float(np.abs(positions - self._looked_at).sum())
        return turned * LONGEST_ARM < self._clear
