"""The ideal arm: exact joints, rules instead of physics; the default fake."""

from __future__ import annotations

from armctl.hal.registry import ArmContext
from armctl.kinematics.robot import RobotModel
from sim.kinematic_plant import KinematicPlant
from sim.simulated_arm import SimulatedArm


def create(context: ArmContext) -> SimulatedArm:
    """Return the ideal arm of ``context``, not yet connected."""
    return SimulatedArm(context, lambda: KinematicPlant(RobotModel(context.config), context.scene))
