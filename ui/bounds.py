"""What bounds the arm, as it is shown in the live picture: how far the hand reaches over the table, and the zones.

Both are drawn once, behind everything that moves.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pygame

from armctl.config.scene import PersonConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from ui import scenery
from ui.camera import Camera
from ui.solids import Polyhedron, outline
from ui.theme import Colour, Theme, blend

POSTURES: Final = 6000
"""So many postures find the farthest one to a centimetre, in 40 ms."""
STEPS: Final = 60
"""Straight pieces of the rim."""
LOW: Final = 0.15
"""The rim is that of the hand up to this height above the table, where things are taken from [m]."""


@lru_cache(maxsize=4)
def rim(robot: RobotModel, floor: float) -> FloatArray:
    """Return the farthest places on a table at height ``floor`` [m] that the hand comes to, shape (k, 3) [m].

    The posture that reaches farthest above the table is turned about the base, from one limit of the first joint to
    the other. Empty for an arm whose first joint does not turn about the upright, or that reaches no table.
    """
    lower = np.array([joint.lower for joint in robot.config.joints])
    upper = np.array([joint.upper for joint in robot.config.joints])
    postures = np.random.default_rng(1).uniform(lower, upper, (POSTURES, len(lower)))
    tools = _tools(robot, postures)
    low = (tools[:, 2] > floor) & (tools[:, 2] < floor + LOW)
    if not low.any():
        return np.zeros((0, 3))
    farthest = postures[int(np.argmax(np.where(low, np.hypot(tools[:, 0], tools[:, 1]), 0.0)))]
    turned = np.tile(farthest, (STEPS + 1, 1))
    turned[:, 0] = np.linspace(lower[0], upper[0], STEPS + 1)
    places = _tools(robot, turned)
    if np.ptp(places[:, 2]) > LEVEL:
        return np.zeros((0, 3))
    return np.column_stack([places[:, :2], np.full(STEPS + 1, floor)])


LEVEL: Final = 1e-3
"""A hand that stays this level while the first joint turns, turns about the upright [m]."""


def _tools(robot: RobotModel, postures: FloatArray) -> FloatArray:
    """Return where the hand is in each of the ``postures`` (k, n), shape (k, 3) [m]."""
    poses = robot.link_arrays(postures)[:, robot.links.index(robot.config.tool.tip_link)]
    return np.asarray(poses[:, :3, 3])


def draw_rim(surface: pygame.Surface, camera: Camera, places: FloatArray, colour: Colour, width: int) -> None:
    """Draw the rim as a line of ``width`` [px] through ``places``, shape (k, 3) [m]."""
    if len(places) > 1:
        flat, _ = camera.project(places)
        pygame.draw.lines(surface, colour, False, flat.tolist(), width)


def draw_zones(surface: pygame.Surface, camera: Camera, person: PersonConfig, theme: Theme, width: int) -> None:
    """Draw around the ``person`` where the arm never comes, and as a ring of ``width`` [px] where it is slow."""
    centre, far = camera.project(np.array([person.head_xyz]))
    middle = (float(centre[0, 0]), float(centre[0, 1]))
    slow = float((person.head_radius + person.slow_radius) * camera.focal / far[0])
    pygame.draw.circle(surface, blend(theme.sky, theme.mark, 0.08), middle, slow)
    pygame.draw.circle(surface, blend(theme.sky, theme.mark, 0.45), middle, slow, width)
    colour = blend(theme.sky, theme.stop, 0.8)
    for solid in scenery.person(person, theme.person)[:4]:
        if not isinstance(solid, Polyhedron):
            flat, depths = camera.project(solid.centres)
            outline(surface, flat, (solid.radii + person.head_keep_out) * camera.focal / depths, colour)
