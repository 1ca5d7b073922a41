"""Where there is no physics: the arm inside the person counts as touching, harder the deeper it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from armctl.config.scene import ObjectConfig, PersonConfig, ShapeConfig
from armctl.hal.scene import Contact
from armctl.hal.state import FloatArray
from armctl.kinematics.distance import Placer, arm_placer, distances, world_bodies, world_shape
from armctl.kinematics.robot import RobotModel

STIFFNESS: Final = 1000.0
"""Force per depth [N/m]; nominal, of the order of soft tissue."""
FIRST_TOUCH: Final = 1.0
"""Force as soon as there is any contact [N]; nominal."""


LONGEST_ARM: Final = 1.5
"""No part of an arm is farther than this from any of its axes [m]; small arms reach 0.3 to 0.9 m."""


class PersonContact:
    """Watches the arm's shapes, and those of what it carries, against head and torso.

    Args:
        robot: The arm's model.
        person: The person.
        objects: What may be carried.

    Attributes:
        touched: Largest nominal force so far [N], by part.
    """

    def __init__(self, robot: RobotModel, person: PersonConfig, objects: Mapping[str, ObjectConfig]) -> None:
        head = ShapeConfig(kind="sphere", size=(person.head_radius,), xyz=person.head_xyz)
        self.touched: dict[str, float] = {"head": 0.0, "torso": 0.0}
        self._robot = robot
        self._placer = arm_placer(robot.shapes, robot.links)
        self._names = tuple(shape.link for shape in robot.shapes)
        self._carried = {
            name: Placer([world_shape(shape) for shape in item.shapes], [0] * len(item.shapes))
            for name, item in objects.items()
        }
        self._parts = world_bodies([world_shape(head), world_shape(person.torso)])
        self._looked_at: FloatArray = np.full(len(robot.config.joints), np.inf)
        self._clear = 0.0

    def update(self, positions: FloatArray, held: str = "", pose: FloatArray | None = None) -> tuple[Contact, ...]:
        """Return what touches, one contact for each link or carried object and part.

        Args:
            positions: Shape (n,), joint angles [rad].
            held: Name of what is carried, or empty.
            pose: Its pose (4, 4) in the base frame.
        """
        found: dict[tuple[str, str], float] = {}
        if not self._still_clear(positions):
            apart = distances(self._placer.place(self._robot.link_array(positions)), self._parts)
            self._looked_at, self._clear = positions.copy(), float(apart.min())
            self._note(found, self._names, apart)
        if held and pose is not None:
            apart = distances(self._carried[held].place(pose[None]), self._parts)
            self._note(found, (held,) * apart.shape[1], apart)
        return tuple(Contact(first, part, force) for (first, part), force in found.items())

    def _still_clear(self, positions: FloatArray) -> bool:
        """Return True when the joints cannot have brought the arm to the person since it was looked at closely."""
        turned = float(np.abs(positions - self._looked_at).sum())
        return turned * LONGEST_ARM < self._clear

    def _note(self, found: dict[tuple[str, str], float], names: tuple[str, ...], apart: FloatArray) -> None:
        """Add to ``found`` the force of each overlap in ``apart`` (parts, shapes) [m]."""
        if apart.min() >= 0.0:
            return
        for part, row in zip(self.touched, apart.tolist(), strict=True):
            for name, distance in zip(names, row, strict=True):
                if distance < 0.0:
                    force = FIRST_TOUCH - STIFFNESS * distance
                    found[name, part] = max(found.get((name, part), 0.0), force)
                    self.touched[part] = max(self.touched[part], force)
