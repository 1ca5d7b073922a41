"""The arm that these tests are about, with a plant that is exact."""

from functools import cache

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load

HOME = (0.0, 0.0, -1.8, 1.8, 0.0, 0.0, 0.01)


@cache
def mycobot280():
    return load(builtin("arms", "mycobot280"), ArmConfig)
