"""Configurations and contexts that tests of arms share."""

from functools import cache

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.hal.registry import ArmContext

HOME = (0.0, -0.9, 1.1, -0.2, -1.522, 0.5)
EMPTY_SCENE = SceneConfig(name="empty", title="Nothing", arm="so101", furniture={}, objects={}, places={})


@cache
def so101():
    return load(builtin("arms", "so101"), ArmConfig)


def with_servo(config, joint, **changes):
    """The configuration with some values of one joint's servo changed."""
    joints = tuple(
        item.model_copy(update={"servo": item.servo.model_copy(update=changes)}) if item.name == joint else item
        for item in config.joints
    )
    return config.model_copy(update={"joints": joints})


def context(config, clock, port=""):
    return ArmContext(config, clock, EMPTY_SCENE, port)
