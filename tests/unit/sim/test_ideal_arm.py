"""The registry's ideal arm: no physics engine, the scene at hand."""

from __future__ import annotations

from armctl.clock import SteppedClock
from armctl.hal.registry import ArmContext, create_arm
from tests.unit.sim.job import ARM, SCENE


def test_the_registry_makes_an_ideal_arm_that_knows_its_scene():
    arm = create_arm("ideal", ArmContext(ARM, SteppedClock(), SCENE))
    arm.connect()
    assert set(arm.scene().objects) == set(SCENE.objects)
    assert arm.info.name == "so101"
    assert not arm.info.capabilities.real
