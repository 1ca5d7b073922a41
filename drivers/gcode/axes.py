"""Joint angles to a controller's axes and back: ``axis = offset + Σ weight · unit(q)``.

On most arms an axis is a joint. With a parallel linkage it is an angle to the ground, and a sum of joints.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.gcode import GcodeConfig
from armctl.errors import ConfigError
from armctl.hal.state import FloatArray

UNITS: Final = {"deg": 180.0 / math.pi, "mm": 1000.0}
"""Axis units in one rad, or one m."""


class Axes:
    """The axes of one arm.

    Args:
        config: The arm.
        gcode: Its controller.

    Attributes:
        letters: Of the n axes, in the controller's order.

    Raises:
        ConfigError: The axes name joints that the arm has not, or do not move each of its joints on its own.
    """

    def __init__(self, config: ArmConfig, gcode: GcodeConfig) -> None:
        joints = config.joint_names[: config.dof]
        unknown = {name for axis in gcode.axes for name in axis.joints} - set(joints)
        if unknown:
            raise ConfigError(f"The axes of {config.name} name joints it has not: {', '.join(sorted(unknown))}.")
        self.letters: Final = tuple(axis.letter for axis in gcode.axes)
        self._matrix = np.array(
            [[axis.joints.get(name, 0.0) * UNITS[axis.unit] for name in joints] for axis in gcode.axes]
        )
        self._offset = np.array([axis.offset for axis in gcode.axes])
        if self._matrix.shape != (len(joints), len(joints)) or np.linalg.matrix_rank(self._matrix) < len(joints):
            raise ConfigError(
                f"{len(gcode.axes)} axes of {config.name} do not move each of its {len(joints)} joints on its own.",
                remedy="Give as many axes as there are joints without the gripper, each another sum of them.",
            )
        self._inverse = np.linalg.inv(self._matrix)

    def places(self, joints: FloatArray) -> FloatArray:
        """Return where the axes are, shape (n,) [deg or mm], at ``joints`` (n,) [rad or m]."""
        found: FloatArray = self._matrix @ joints + self._offset
        return found

    def joints(self, places: FloatArray) -> FloatArray:
        """Return the joints, shape (n,) [rad or m], at axis ``places`` (n,) [deg or mm]."""
        found: FloatArray = self._inverse @ (places - self._offset)
        return found
