"""Solids of the live picture: capsules, boxes and cylinders, shaded, and drawn from the farthest to the nearest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pygame

from armctl.hal.state import FloatArray
from ui.camera import Camera
from ui.theme import Colour, blend

_LIGHT: Final = np.array([-0.35, -0.45, 0.82])
"""Towards the light: from the left, above, behind the camera's back turned round; unit length."""
_LAYERS: Final = ((1.0, 0.0), (0.80, 0.18), (0.55, 0.38), (0.28, 0.60))
"""Share of the radius and of the way to the light colour, from rim to highlight."""
_SIDES: Final = 14


@dataclass(frozen=True, slots=True)
class Capsule:
    """All points within ``radius`` [m] of the line from ``start`` to ``end``, each (3,) [m]; a sphere if both agree."""

    start: FloatArray
    end: FloatArray
    radius: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Polyhedron:
    """A convex body: ``points`` (k, 3) [m] and faces as indices, counter-clockwise seen from outside."""

    points: FloatArray
    faces: tuple[tuple[int, ...], ...]
    colour: Colour


Solid = Capsule | Polyhedron

_BOX_FACES: Final = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))


def box(pose: FloatArray, size: Sequence[float], colour: Colour) -> Polyhedron:
    """Return a box of ``size`` (x, y, z) [m] around the origin of ``pose`` (4, 4)."""
    half = np.array(size) / 2
    corners = np.array([[x, y, z] for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)]) * half
    return Polyhedron(corners @ pose[:3, :3].T + pose[:3, 3], _BOX_FACES, colour)


def cylinder(pose: FloatArray, radius: float, height: float, colour: Colour) -> Polyhedron:
    """Return an upright cylinder around the origin of ``pose`` (4, 4), its axis along z."""
    angles = np.linspace(0.0, math.tau, _SIDES, endpoint=False)
    rim = np.column_stack([radius * np.cos(angles), radius * np.sin(angles)])
    points = np.vstack(
        [np.column_stack([rim, np.full(_SIDES, -height / 2)]), np.column_stack([rim, np.full(_SIDES, height / 2)])]
    )
    sides = tuple((k, (k + 1) % _SIDES, (k + 1) % _SIDES + _SIDES, k + _SIDES) for k in range(_SIDES))
    top = tuple(range(_SIDES, 2 * _SIDES))
    bottom = tuple(reversed(range(_SIDES)))
    return Polyhedron(points @ pose[:3, :3].T + pose[:3, 3], (*sides, top, bottom), colour)


def capsule(pose: FloatArray, radius: float, length: float, colour: Colour) -> Capsule:
    """Return a capsule along z around the origin of ``pose`` (4, 4); ``length`` [m] is that of its straight part."""
    along = pose[:3, 2] * (length / 2)
    return Capsule(pose[:3, 3] - along, pose[:3, 3] + along, radius, colour)


def draw(surface: pygame.Surface, camera: Camera, solids: Sequence[Solid]) -> None:
    """Draw ``solids`` on ``surface``, the farthest first."""
    for _, solid in sorted(((_depth(camera, solid), solid) for solid in solids), key=lambda pair: -pair[0]):
        if isinstance(solid, Capsule):
            _draw_capsule(surface, camera, solid)
        else:
            _draw_polyhedron(surface, camera, solid)


def _depth(camera: Camera, solid: Solid) -> float:
    middle = (solid.start + solid.end) / 2 if isinstance(solid, Capsule) else solid.points.mean(axis=0)
    return float(camera.axes[2] @ (middle - camera.eye))


def _draw_polyhedron(surface: pygame.Surface, camera: Camera, solid: Polyhedron) -> None:
    flat, _ = camera.project(solid.points)
    for face in solid.faces:
        first, second, third = (solid.points[index] for index in face[:3])
        normal = np.cross(second - first, third - first)
        if float(normal @ (first - camera.eye)) >= 0.0:
            continue
        length = float(np.linalg.norm(normal)) or 1.0
        seen = camera.axes @ (normal / length)
        brightness = float(seen @ (_LIGHT * (1.0, 1.0, -1.0)))
        pygame.draw.polygon(surface, _shade(solid.colour, brightness), flat[list(face)].tolist())


def _shade(colour: Colour, brightness: float) -> Colour:
    """Return ``colour`` lit by ``brightness``, -1 (away from the light) to 1."""
    if brightness >= 0.55:
        return blend(colour, (255, 255, 255), 0.45 * (brightness - 0.55))
    return blend(colour, (0, 0, 0), 0.5 * (0.55 - brightness) / 1.55)


def _draw_capsule(surface: pygame.Surface, camera: Camera, solid: Capsule) -> None:
    flat, depth = camera.project(np.array([solid.start, solid.end]))
    first, second = (float(solid.radius * camera.focal / far) for far in depth)
    ends = flat.tolist()
    dark, bright = blend(solid.colour, (0, 0, 0), 0.45), blend(solid.colour, (255, 255, 255), 0.5)
    hull(surface, ends, (first + 1.2, second + 1.2), blend(solid.colour, (0, 0, 0), 0.7))
    for share, light in _LAYERS:
        shift = 1.0 - share
        moved = [
            (x + shift * radius * _LIGHT[0] * 0.9, y + shift * radius * _LIGHT[1] * 0.9)
            for (x, y), radius in zip(ends, (first, second), strict=True)
        ]
        hull(surface, moved, (first * share, second * share), blend(dark, bright, light / 0.6))


def hull(surface: pygame.Surface, ends: Sequence[Sequence[float]], radii: tuple[float, float], colour: Colour) -> None:
    """Fill the outline of two circles of ``radii`` [px] around ``ends`` [px]: the picture of a capsule."""
    (ax, ay), (bx, by) = ends
    pygame.draw.circle(surface, colour, (ax, ay), radii[0])
    along = math.hypot(bx - ax, by - ay)
    if along <= abs(radii[0] - radii[1]) + 0.5:
        pygame.draw.circle(surface, colour, (bx, by), radii[1])
        return
    pygame.draw.circle(surface, colour, (bx, by), radii[1])
    # The common tangents lean towards the smaller circle.
    lean = math.acos(max(-1.0, min(1.0, (radii[0] - radii[1]) / along)))
    heading = math.atan2(by - ay, bx - ax)
    sides = [(math.cos(heading + turn), math.sin(heading + turn)) for turn in (lean, -lean)]
    corners = [
        (ax + radii[0] * sides[0][0], ay + radii[0] * sides[0][1]),
        (bx + radii[1] * sides[0][0], by + radii[1] * sides[0][1]),
        (bx + radii[1] * sides[1][0], by + radii[1] * sides[1][1]),
        (ax + radii[0] * sides[1][0], ay + radii[0] * sides[1][1]),
    ]
    pygame.draw.polygon(surface, colour, corners)
