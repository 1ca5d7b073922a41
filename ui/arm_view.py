"""The live picture of the arm: where it is, what it holds, what stands around it, where it will go and may go.

Software drawing: one numpy projection a solid, flat shaded polygons and discs from the farthest to the nearest. The
still parts are drawn once; what moves is drawn twice too large and scaled down for smooth edges, within its own box.
A plumb line and shadows on the table show depth, which people who drive arms name among the hardest things to see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise, starmap
from typing import Final

import numpy as np
import pygame

from armctl.config.scene import SceneConfig
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from ui import bounds, scenery
from ui.camera import Camera
from ui.heading import arrow
from ui.solids import Solid, box, capsule, cylinder, depth, draw, outline
from ui.theme import Colour, Theme, blend

_OVER: Final = 2
_AZIMUTH: Final = math.radians(-70)
"""Side the camera looks from where nobody sits."""
_ASIDE: Final = math.radians(38)
"""How far it stands beside the person's line of sight, so that face and arm are both seen from the side."""
_GHOST_ALPHA: Final = 90
_GHOST_RIM_ALPHA: Final = 230
"""How solid the shape of the goal and its rim look, of 255: the rim is seen before a person's shirt, too."""
_GHOST_RIM: Final = 2.5 * _OVER
"""Width of that rim [px of the large picture]."""
_ELEVATION: Final = math.radians(27)
_DISTANCE: Final = 1.9
"""Far enough for a natural perspective of an arm that reaches half a metre [m]."""


class _Still:
    """The parts that never move, at both sizes."""

    def __init__(self, large: pygame.Surface) -> None:
        width, height = large.get_size()
        self.large = large
        self.small = pygame.transform.smoothscale(large, (width // _OVER, height // _OVER))


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
        self._camera = Camera.fitted(self._extent(), large, _azimuth(scene), _ELEVATION, _DISTANCE)
        self._large = pygame.Surface(large)
        self._sprite = pygame.Surface(large, pygame.SRCALPHA)
        draw(self._sprite, self._camera, self._person)
        background = self._background(large)
        self._still = _Still(background)
        background = background.copy()
        background.blit(self._sprite, (0, 0))
        self._still_person = _Still(background)
        self._ghost = pygame.Surface(large, pygame.SRCALPHA)
        self._ghost_goal: tuple[float, ...] = ()
        self._person_depth = depth(self._camera, self._person[-1]) if self._person else float("inf")
        self._drawn = pygame.Rect(0, 0, *size)
        self.picture = pygame.Surface(size)
        self.between: Callable[[], None] = lambda: None
        """Called every few milliseconds of a drawing, which takes up to ten: presses must not wait for all of it."""

    def _extent(self) -> FloatArray:
        """Return points that must be seen: the base, the places, the person, and most of the reach."""
        points = [np.array(point) for point in ((-0.15, 0.0, 0.0), (0.0, 0.0, 0.42), (0.42, 0.0, 0.0))]
        for place in self._scene.places.values():
            points += [np.array(place.xyz), np.array([*place.xyz[:2], self._floor])]
        for solid in self._person[1:]:
            points += list(solid.centres + solid.radii[:, None] * (0.0, 0.0, 1.0))
        return np.array(points)

    def _background(self, large: tuple[int, int]) -> pygame.Surface:
        surface = pygame.Surface(large)
        top, bottom, bands = self._theme.sky, blend(self._theme.sky, self._theme.floor, 0.9), 24
        for band in range(bands):
            begin, end = (round(large[1] * edge / bands) for edge in (band, band + 1))
            surface.fill(blend(top, bottom, band / bands), (0, begin, large[0], end - begin))
        if self._scene.person is not None:
            bounds.draw_zones(surface, self._camera, self._scene.person, self._theme, 2 * _OVER)
        draw(surface, self._camera, scenery.furniture(self._scene))
        colour = blend(self._shadow, self._theme.accent, 0.6)
        bounds.draw_rim(surface, self._camera, bounds.rim(self._robot, self._floor), colour, 2 * _OVER)
        return surface

    def update(
        self,
        positions: Sequence[float],
        state: SceneState | None,
        ghost: Sequence[float] | None = None,
        led_to: Sequence[float] | None = None,
    ) -> pygame.Surface:
        """Draw and return the picture (the same surface each time).

        Args:
            positions: Measured joint angles, n values [rad].
            state: Where the objects are, or None for where the scene file puts them.
            ghost: Joint angles the arm is going to, shown as a pale shape; None when unknown.
            led_to: Joint angles a person leads the arm to, shown as an arrow at the hand; None where nobody does.
        """
        arm = self._arm(positions, self._theme.arm)
        ghosts = self._ghost_of(ghost)
        tool = self._tool(positions)
        if led_to is not None:
            # Its shadow shows what of its direction the eye cannot see: towards it, or away.
            arm += arrow(tool, self._tool(led_to), self._theme.accent)
        solids = [*arm, *scenery.objects(self._scene, state)]
        # The person is nearly always behind all that moves, and then belongs to what is still.
        behind = [solid for solid in solids if depth(self._camera, solid) >= self._person_depth]
        region = self._region([*solids, *(self._person if behind else ()), *ghosts], arm, tool)
        still = self._still if behind else self._still_person
        self.between()
        self._large.blit(still.large, region, region)
        self.between()
        self._draw_shadows(arm)
        self._draw_plumb_line(tool)
        self.between()
        if behind:
            draw(self._large, self._camera, behind, self.between)
            self._large.blit(self._sprite, region, region)
        if ghosts:
            self._large.blit(self._ghost, region, region)
        draw(self._large, self._camera, [solid for solid in solids if solid not in behind], self.between)
        self._show(still, region)
        self.between()
        return self.picture

    def _tool(self, positions: Sequence[float]) -> FloatArray:
        """Return where the tool point is (3,) [m]."""
        return self._robot.tool_pose(np.asarray(positions, dtype=float))[:3, 3]

    def _show(self, still: _Still, region: pygame.Rect) -> None:
        """Scale what was drawn down into the picture, and put the still parts where something was before."""
        small = pygame.Rect(region.x // _OVER, region.y // _OVER, region.w // _OVER, region.h // _OVER)
        self.picture.blit(still.small, self._drawn, self._drawn)
        # A change of the person's layer changes the whole of it.
        self._drawn = small if still is self._still_person else self.picture.get_rect()
        scaled = pygame.transform.smoothscale(self._large.subsurface(region), small.size)
        self.picture.blit(scaled, small)

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
        fallen = [self._fallen(solid.centres) for solid in shadows]
        points = np.vstack([self._fallen(tool[None, :]), *(solid.centres for solid in solids), *fallen])
        reach = np.concatenate([[0.04], *(solid.radii for solid in (*solids, *shadows))])
        flat, far = self._camera.project(points)
        spread = (reach * self._camera.focal / far)[:, None] + 2 * _OVER
        low, high = (flat - spread).min(axis=0), (flat + spread).max(axis=0)
        left, top = (int(value) // _OVER * _OVER for value in low)
        right, bottom = (-(-int(value + 1) // _OVER) * _OVER for value in high)
        return pygame.Rect(left, top, right - left, bottom - top).clip(self._large.get_rect())

    def _fallen(self, points: FloatArray) -> FloatArray:
        """Return ``points`` (k, 3) dropped on the table; points below its top stay."""
        return np.column_stack([points[:, :2], np.minimum(points[:, 2], self._floor)])

    def _draw_shadows(self, shadows: Sequence[Solid]) -> None:
        """Drop every part straight down on the table."""
        flat, far = self._camera.project(self._fallen(np.concatenate([solid.centres for solid in shadows])))
        radii = 0.8 * np.concatenate([solid.radii for solid in shadows]) * self._camera.focal / far
        start, colour = 0, self._shadow
        for solid in shadows:
            end = start + len(solid.centres)
            outline(self._large, flat[start:end], radii[start:end], colour)
            start = end

    @property
    def _shadow(self) -> Colour:
        tables = [scenery.colour_of(item.colour) for item in self._scene.furniture.values()]
        return blend(tables[0] if tables else self._theme.floor, (0, 0, 0), 0.38)

    def _draw_plumb_line(self, tool: FloatArray) -> None:
        flat, far = self._camera.project(np.vstack([tool, self._fallen(tool[None, :])]))
        radius = float(0.02 * self._camera.focal / far[1])
        x, y = flat[1].tolist()
        rect = pygame.Rect(0, 0, round(2 * radius), max(3, round(radius)))
        rect.center = (round(x), round(y))
        pygame.draw.line(self._large, self._theme.mark, flat[0].tolist(), (x, y), 2)
        pygame.draw.ellipse(self._large, self._theme.mark, rect, 3)

    def _ghost_of(self, goal: Sequence[float] | None) -> list[Solid]:
        """Return the solids of the arm at ``goal``, and keep its silhouette, drawn once a goal; nothing without one."""
        if goal is None:
            return []
        shapes, base = self._robot.shapes, self._robot.links[0]
        every = zip(shapes, self._arm(goal, self._theme.accent), strict=True)
        solids = [solid for shape, solid in every if shape.link != base]
        if tuple(goal) != self._ghost_goal:
            self._ghost_goal = tuple(goal)
            self._ghost.fill((*self._theme.accent, 0))
            flat, far = self._camera.project(np.concatenate([solid.centres for solid in solids]))
            radii = np.concatenate([solid.radii for solid in solids]) * self._camera.focal / far
            ends = np.cumsum([0, *(len(solid.centres) for solid in solids)]).tolist()
            for rim, alpha in ((_GHOST_RIM, _GHOST_RIM_ALPHA), (0.0, _GHOST_ALPHA)):
                for part in starmap(slice, pairwise(ends)):
                    outline(self._ghost, flat[part], radii[part] + rim, (*self._theme.accent, alpha))
        return solids


def _azimuth(scene: SceneConfig) -> float:
    """Return the side to look from [rad]: before the person's face, a little aside."""
    if scene.person is None:
        return _AZIMUTH
    out = scene.person.mouth_direction
    return math.atan2(out[1], out[0]) + _ASIDE


def _table_height(scene: SceneConfig) -> float:
    """Return the height on which shadows fall [m]: the top of the widest piece of furniture."""
    widest = max(
        scenery.furniture(scene), key=lambda solid: float(np.prod(np.ptp(solid.centres, axis=0)[:2])), default=None
    )
    return float((widest.centres[:, 2] + widest.radii).max()) if widest is not None else 0.0
