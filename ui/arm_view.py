"""The live picture of the arm: where it is, what it holds, what stands around it, and where it will go.

Software drawing: one numpy projection a solid, flat shaded polygons and discs from the farthest to the nearest. The
still parts are drawn once; what moves is drawn twice too large and scaled down for smooth edges, within its own box.
A plumb line and shadows on the table show depth, which people who drive arms name among the hardest things to see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import pygame

from armctl.config.scene import SceneConfig
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from ui import scenery
from ui.camera import Camera
from ui.solids import Capsule, Polyhedron, Solid, box, capsule, cylinder, draw, hull
from ui.theme import Colour, Theme, blend

_OVER: Final = 2
_AZIMUTH: Final = math.radians(38)
_ELEVATION: Final = math.radians(24)
_DISTANCE: Final = 1.9
"""Far enough for a natural perspective of an arm that reaches half a metre [m]."""


class ArmView:
    """Draws the arm and its surroundings into a picture of one size.

    Args:
        robot: Geometry of the arm.
        scene: What stands around it.
        theme: Colours.
        size: Width and height of the picture [px].
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig, theme: Theme, size: tuple[int, int]) -> None:
        self._robot = robot
        self._scene = scene
        self._theme = theme
        self._size = size
        self._person = scenery.person(scene.person, theme.person) if scene.person else []
        self._floor = _table_height(scene)
        large = (size[0] * _OVER, size[1] * _OVER)
        self._camera = Camera.fitted(self._extent(), large, _AZIMUTH, _ELEVATION, _DISTANCE)
        self._large = pygame.Surface(large)
        self._still_large = self._still(large)
        self._still_small = pygame.transform.smoothscale(self._still_large, size)
        self.picture = self._still_small.copy()

    def _extent(self) -> FloatArray:
        """Return points that must be seen: the base, the places, the person, and most of the reach."""
        points = [np.zeros(3), np.array([0.0, 0.0, 0.42]), np.array([0.42, 0.0, 0.0])]
        points += [np.array(place.xyz) for place in self._scene.places.values()]
        for solid in self._person:
            ends = [solid.start, solid.end] if isinstance(solid, Capsule) else list(solid.points)
            radius = solid.radius if isinstance(solid, Capsule) else 0.0
            points += [end + radius * np.array([0.0, 0.0, 1.0]) for end in ends]
        return np.array(points)

    def _still(self, large: tuple[int, int]) -> pygame.Surface:
        surface = pygame.Surface(large)
        top, bottom = self._theme.sky, blend(self._theme.sky, self._theme.floor, 0.9)
        for row in range(large[1]):
            surface.fill(blend(top, bottom, row / large[1]), (0, row, large[0], 1))
        draw(surface, self._camera, scenery.furniture(self._scene))
        return surface

    def update(
        self, positions: Sequence[float], state: SceneState | None, ghost: Sequence[float] | None = None
    ) -> pygame.Surface:
        """Draw and return the picture (the same surface each time).

        Args:
            positions: Measured joint angles, n values [rad].
            state: Where the objects are, or None for where the scene file puts them.
            ghost: Joint angles the arm is going to, drawn as an outline; None when unknown.
        """
        arm = self._arm(positions, self._theme.arm)
        things = scenery.objects(self._scene, state)
        solids = [*arm, *things, *self._person]
        shadows = [solid for solid in (*arm, *things) if isinstance(solid, Capsule)]
        ghosts = self._arm(ghost, self._theme.accent) if ghost is not None else []
        tool = self._robot.tool_pose(np.asarray(positions, dtype=float))[:3, 3]
        region = self._region([*solids, *ghosts], shadows, tool)
        self._large.blit(self._still_large, region, region)
        self._draw_shadows(shadows)
        self._draw_plumb_line(tool)
        draw(self._large, self._camera, solids)
        self._draw_ghost(ghosts)
        self.picture.blit(self._still_small, (0, 0))
        small = (region.w // _OVER, region.h // _OVER)
        scaled = pygame.transform.smoothscale(self._large.subsurface(region), small)
        self.picture.blit(scaled, (region.x // _OVER, region.y // _OVER))
        return self.picture

    def _arm(self, positions: Sequence[float], colour: Colour) -> list[Solid]:
        poses = self._robot.link_poses(np.asarray(positions, dtype=float))
        solids: list[Solid] = []
        last = self._robot.shapes[-1].link
        for shape in self._robot.shapes:
            pose = poses[shape.link] @ shape.pose
            shade = blend(colour, self._theme.accent, 0.5) if shape.link == last else colour
            if shape.kind == "box":
                solids.append(box(pose, shape.size, blend(shade, (0, 0, 0), 0.35)))
            elif shape.kind == "cylinder":
                solids.append(cylinder(pose, shape.size[0], shape.size[1], shade))
            else:
                solids.append(capsule(pose, shape.size[0], shape.size[1] if len(shape.size) > 1 else 0.0, shade))
        return solids

    def _region(self, solids: Sequence[Solid], shadows: Sequence[Solid], tool: FloatArray) -> pygame.Rect:
        """Return the box [px of the large picture] that holds everything that is drawn anew."""
        points, reach = [_on(tool, self._floor)], [0.04]
        for solid in solids:
            if isinstance(solid, Capsule):
                points += [solid.start, solid.end]
                reach += [solid.radius] * 2
            else:
                points += list(solid.points)
                reach += [0.0] * len(solid.points)
        for solid in shadows:
            if isinstance(solid, Capsule):
                points += [_on(solid.start, self._floor), _on(solid.end, self._floor)]
                reach += [solid.radius] * 2
        flat, depth = self._camera.project(np.array(points))
        spread = (np.array(reach) * self._camera.focal / depth)[:, None] + 2 * _OVER
        low, high = (flat - spread).min(axis=0), (flat + spread).max(axis=0)
        left, top = (int(value) // _OVER * _OVER for value in low)
        right, bottom = (-(-int(value + 1) // _OVER) * _OVER for value in high)
        return pygame.Rect(left, top, right - left, bottom - top).clip(self._large.get_rect())

    def _draw_shadows(self, shadows: Sequence[Solid]) -> None:
        for solid in shadows:
            if not isinstance(solid, Capsule):
                continue
            ends = np.array([_on(solid.start, self._floor), _on(solid.end, self._floor)])
            flat, depth = self._camera.project(ends)
            first, second = (float(0.8 * solid.radius * self._camera.focal / far) for far in depth)
            hull(self._large, flat.tolist(), (first, second), self._shadow)

    @property
    def _shadow(self) -> Colour:
        tables = [scenery.colour_of(item.colour) for item in self._scene.furniture.values()]
        return blend(tables[0] if tables else self._theme.floor, (0, 0, 0), 0.38)

    def _draw_plumb_line(self, tool: FloatArray) -> None:
        flat, depth = self._camera.project(np.array([tool, _on(tool, self._floor)]))
        radius = float(0.02 * self._camera.focal / depth[1])
        x, y = flat[1].tolist()
        rect = pygame.Rect(0, 0, round(2 * radius), max(3, round(radius)))
        rect.center = (round(x), round(y))
        pygame.draw.line(self._large, self._theme.mark, flat[0].tolist(), (x, y), 2)
        pygame.draw.ellipse(self._large, self._theme.mark, rect, 3)

    def _draw_ghost(self, ghosts: Sequence[Solid]) -> None:
        for solid in ghosts:
            if isinstance(solid, Capsule):
                flat, _ = self._camera.project(np.array([solid.start, solid.end]))
                pygame.draw.line(self._large, self._theme.accent, flat[0].tolist(), flat[1].tolist(), 5)


def _on(point: FloatArray, height: float) -> FloatArray:
    return np.array([point[0], point[1], min(height, float(point[2]))])


def _table_height(scene: SceneConfig) -> float:
    """Return the height of the surface the arm stands on [m]: the highest furniture top not above its base."""
    tops = []
    for solid in scenery.furniture(scene):
        top = float(solid.points[:, 2].max()) if isinstance(solid, Polyhedron) else float(solid.end[2])
        if top <= 0.02:
            tops.append(top)
    return max(tops, default=0.0)
