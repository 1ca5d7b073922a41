"""The witness: judges by what the simulator saw whether the drink was fetched, offered and put back well.

It knows nothing of what armctl believes or intended, only poses and contacts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.scene import SceneConfig
from armctl.errors import ConfigError
from armctl.hal.scene import Pose7, SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import matrix_from_quaternion

TILT_LIMIT: Final = math.radians(15.0)
"""A cup filled for one sip spills beyond this [rad]."""
RETURN_LIMIT: Final = 0.03
"""How far from its place the object may stand at the end [m]."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question, what was measured, and whether it was met."""

    question: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """All criteria; ``passed`` when every one is met."""

    criteria: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """True when every criterion was met."""
        return all(criterion.met for criterion in self.criteria)


class Witness:
    """Follows one object through a session.

    Args:
        scene: The scene; it must have a person, and the object a drinking point.
        item: Name of the object.

    Raises:
        ConfigError: The scene has no person, no such object, or nothing to drink from.
    """

    def __init__(self, scene: SceneConfig, item: str) -> None:
        config = scene.objects.get(item)
        if scene.person is None or config is None or config.drink_point is None:
            raise ConfigError(f"Scene {scene.name!r} has no person, or nothing to drink from called {item!r}.")
        self._item = item
        self._drink_point = np.array(config.drink_point)
        self._mouth = np.array(scene.person.mouth_xyz)
        self._drink_radius = scene.person.drink_radius
        self._home = np.array(scene.places[config.place].xyz)
        self._seen = 0
        self._held = False
        self._held_now = False
        self._nearest = math.inf
        self._tilt = 0.0
        self._lifted = 0.0
        self._displaced = math.inf
        self._touched: dict[str, float] = {}

    def see(self, state: SceneState) -> None:
        """Take in one state of the scene."""
        pose = state.objects.get(self._item)
        if pose is None:
            return
        self._seen += 1
        position = np.array(pose[:3])
        self._held_now = state.held == self._item
        self._held = self._held or self._held_now
        rotation = matrix_from_quaternion(pose[3:])
        if self._held_now:
            tip = position + rotation @ self._drink_point
            self._nearest = min(self._nearest, float(np.linalg.norm(tip - self._mouth)))
        self._lifted = max(self._lifted, float(position[2] - self._home[2]))
        self._tilt = max(self._tilt, tilt(pose))
        self._displaced = float(np.linalg.norm(position - self._home))
        for part, force in state.touched.items():
            self._touched[part] = max(force, self._touched.get(part, 0.0))

    def verdict(self) -> Verdict:
        """Return the judgement on all that was seen so far."""
        touched = ", ".join(f"{part} {force:.1f} N" for part, force in self._touched.items() if force > 0.0)
        nearest = f"{self._nearest * 1000:.0f} mm" if math.isfinite(self._nearest) else "never held"
        displaced = f"{self._displaced * 1000:.0f} mm" if self._seen else "never seen"
        back = self._held and not self._held_now and self._displaced <= RETURN_LIMIT
        return Verdict(
            (
                Criterion(
                    f"Was the {self._item} grasped and lifted?",
                    f"lifted {self._lifted * 1000:.0f} mm",
                    self._held and self._lifted > 0.02,
                ),
                Criterion(
                    f"Did it come within {self._drink_radius * 1000:.0f} mm of the mouth?",
                    nearest,
                    self._nearest <= self._drink_radius,
                ),
                Criterion(
                    "Did it stay upright within 15°?",
                    f"{math.degrees(self._tilt):.1f}°",
                    self._seen > 0 and self._tilt <= TILT_LIMIT,
                ),
                Criterion("Was it put back within 30 mm?", displaced, back),
                Criterion("Did nothing touch head or torso?", touched or "no contact", self._seen > 0 and not touched),
            )
        )


def tilt(pose: Pose7) -> float:
    """Return the angle between the upright axis of ``pose`` and the vertical [rad]."""
    up: FloatArray = matrix_from_quaternion(pose[3:])[:, 2]
    return math.acos(max(-1.0, min(1.0, float(up[2]))))
