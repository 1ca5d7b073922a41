"""The physics arm: servos that sag and slip, things held by friction alone."""

from __future__ import annotations

from armctl.hal.registry import ArmContext
from sim.bullet_world import BulletWorld
from sim.simulated_arm import SimulatedArm


def create(context: ArmContext) -> SimulatedArm:
    """Return the physics arm of ``context``, not yet connected.

    Its world is built at the first ``connect``, which takes a few tenths of a second.
    """
    return SimulatedArm(context, lambda: BulletWorld(context.config, context.scene))
