"""A kitchen with a lamp between the arm's left and its right."""

from __future__ import annotations

from armctl.config.scene import FurnitureConfig, SceneConfig, ShapeConfig
from tests.support.arms import HOME, so101
from tests.support.ui_person import kitchen


def kitchen_with_lamp(x: float = 0.30, y: float = 0.0) -> SceneConfig:
    lamp = FurnitureConfig(title="Lamp", shape=ShapeConfig(kind="box", size=(0.03, 0.03, 0.5), xyz=(x, y, 0.0)))
    return kitchen().model_copy(update={"furniture": {**kitchen().furniture, "lamp": lamp}})


def beside(angle: float) -> tuple[float, ...]:
    """The level hand turned to ``angle`` [rad]: joint angles with the gripper open."""
    return (angle, *HOME[1:5], so101().gripper.open)
