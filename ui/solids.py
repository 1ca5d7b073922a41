"""Solids of the live picture: rounded bodies, boxes and cylinders, shaded, drawn from the farthest to the nearest."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pygame

from armctl.hal.state import FloatArray
from ui.camera import Camera
from ui.theme import Colour, blend

_LIGHT: Final = np.array([-0.35, -0.45, -0.82])
"""Towards the light, in the camera's axes right, down, ahead: from the left, above, behind the eye; unit length."""
_SIDES: Final = 14
_CIRCLE: Final = np.array([[math.cos(a), math.sin(a)] for a in np.linspace(0.0, math.tau, 20, endpoint=False)])


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """The smallest convex body around balls: one is a ball, two make a capsule, four a torso.

    Attributes:
        centres: Shape (k, 3) [m].
        radii: Shape (k,) [m].
        colour: Its colour.
    """

    centres: FloatArray
    radii: FloatArray
    colour: Colour


@dataclass(frozen=True, slots=True, eq=False)
class Polyhedron:
    """A convex body with flat faces.

    Attributes:
        centres: Corners, shape (k, 3) [m].
        faces: Indices of corners, counter-clockwise seen from outside.
        colour: Its colour.
    """

    centres: FloatArray
    faces: tuple[tuple[int, ...], ...]
    colour: Colour

    @property
    def radii(self) -> FloatArray:
        """Zero for each corner: as `Round` has them."""
        return np.zeros(len(self.centres))

    def normals(self) -> FloatArray:
        """Return the outward unit normals of all faces, shape (faces, 3)."""
        first, second, third = (self.centres[list(index)] for index in zip(*(f[:3] for f in self.faces), strict=True))
        u, v = second - first, third - first
        # Written out: numpy's cross takes ten times as long for a handful of vectors.
        normal = np.column_stack(
            [
                u[:, 1] * v[:, 2] - u[:, 2] * v[:, 1],
                u[:, 2] * v[:, 0] - u[:, 0] * v[:, 2],
                u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0],
            ]
        )
        unit: FloatArray = normal / np.linalg.norm(normal, axis=1, keepdims=True)
        return unit


Solid = Round | Polyhedron

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
    low, high = np.full(_SIDES, -height / 2), np.full(_SIDES, height / 2)
    points = np.vstack([np.column_stack([rim, low]), np.column_stack([rim, high])])
    sides = tuple((k, (k + 1) % _SIDES, (k + 1) % _SIDES + _SIDES, k + _SIDES) for k in range(_SIDES))
    top, bottom = tuple(range(_SIDES, 2 * _SIDES)), tuple(reversed(range(_SIDES)))
    return Polyhedron(points @ pose[:3, :3].T + pose[:3, 3], (*sides, top, bottom), colour)


def capsule(pose: FloatArray, radius: float, length: float, colour: Colour) -> Round:
    """Return a capsule along z around the origin of ``pose`` (4, 4); ``length`` [m] is that of its straight part."""
    along = pose[:3, 2] * (length / 2)
    centres = np.array([pose[:3, 3] - along, pose[:3, 3] + along]) if length > 0 else pose[None, :3, 3]
    return Round(centres, np.full(len(centres), radius), colour)


def ball(centre: FloatArray, radius: float, colour: Colour) -> Round:
    """Return a ball."""
    return Round(np.asarray(centre, dtype=float)[None, :], np.array([radius]), colour)


def draw(
    surface: pygame.Surface, camera: Camera, solids: Sequence[Solid], between: Callable[[], None] = lambda: None
) -> None:
    """Draw ``solids`` on ``surface``, the farthest first, calling ``between`` after each."""
    if not solids:
        return
    flat, far = camera.project(np.concatenate([solid.centres for solid in solids]))
    ends = np.cumsum([len(solid.centres) for solid in solids]).tolist()
    parts = [slice(end - len(solid.centres), end) for solid, end in zip(solids, ends, strict=True)]
    depths = [float(far[part].sum()) / (part.stop - part.start) for part in parts]
    for _, index in sorted(((-deep, index) for index, deep in enumerate(depths))):
        solid, part = solids[index], parts[index]
        if isinstance(solid, Round):
            _draw_round(surface, solid, flat[part], solid.radii * (camera.focal / far[part]))
        else:
            _draw_polyhedron(surface, camera, solid, flat[part].tolist())
        between()


def depth(camera: Camera, solid: Solid) -> float:
    """Return how far the middle of ``solid`` lies ahead of the camera [m]."""
    return float(camera.axes[2] @ (solid.centres.sum(axis=0) / len(solid.centres) - camera.eye))


def _draw_polyhedron(surface: pygame.Surface, camera: Camera, solid: Polyhedron, corners: list[list[float]]) -> None:
    normals = solid.normals()
    firsts = solid.centres[[face[0] for face in solid.faces]]
    towards = ((firsts - camera.eye) * normals).sum(axis=1).tolist()
    brightness = (normals @ camera.axes.T @ _LIGHT).tolist()
    for face, away, light in zip(solid.faces, towards, brightness, strict=True):
        if away < 0.0:
            pygame.draw.polygon(surface, _shade(solid.colour, round(light, 2)), [corners[index] for index in face])


@lru_cache(maxsize=4096)
def _shade(colour: Colour, brightness: float) -> Colour:
    """Return ``colour`` lit by ``brightness``, -1 (away from the light) to 1."""
    if brightness >= 0.55:
        return blend(colour, (255, 255, 255), 0.45 * (brightness - 0.55))
    return blend(colour, (0, 0, 0), 0.5 * (0.55 - brightness) / 1.55)


def _draw_round(surface: pygame.Surface, solid: Round, flat: FloatArray, radii: FloatArray) -> None:
    """Draw layers from the dark rim to the bright spot; more of them on a large body, so that no bands show."""
    outline(surface, flat, radii + 1.2, blend(solid.colour, (0, 0, 0), 0.7))
    layers = max(4, min(6 if len(radii) == 2 else 14, round(float(radii.max()) / 5)))
    for layer, colour in enumerate(_layers(solid.colour, layers)):
        part = layer / layers
        shift = (0.85 * part * radii)[:, None] * _LIGHT[:2]
        outline(surface, flat + shift, radii * (1.0 - 0.92 * part), colour)


@lru_cache(maxsize=128)
def _layers(colour: Colour, count: int) -> tuple[Colour, ...]:
    """Return ``count`` shades of ``colour`` from the rim to the bright spot."""
    dark, bright = blend(colour, (0, 0, 0), 0.42), blend(colour, (255, 255, 255), 0.42)
    return tuple(blend(dark, bright, (layer / count) ** 0.75) for layer in range(count))


def outline(
    surface: pygame.Surface, centres: FloatArray, radii: FloatArray, colour: Colour | tuple[int, int, int, int]
) -> None:
    """Fill the convex outline of circles: the picture of a rounded body.

    Args:
        surface: Where to draw.
        centres: Shape (k, 2) [px].
        radii: Shape (k,) [px].
        colour: Fill, with its alpha where the surface has one.
    """
    places, sizes = centres.tolist(), radii.tolist()
    for centre, radius in zip(places, sizes, strict=True):
        if radius > 0.0:
            pygame.draw.circle(surface, colour, centre, radius)
    if len(sizes) == 2:
        _bridge(surface, places, sizes, colour)
    elif len(sizes) > 2:
        points = (centres[:, None, :] + radii[:, None, None] * _CIRCLE).reshape(-1, 2) if any(sizes) else centres
        pygame.draw.polygon(surface, colour, convex(points.tolist()))


def _bridge(
    surface: pygame.Surface, ends: list[list[float]], radii: list[float], colour: Colour | tuple[int, int, int, int]
) -> None:
    """Fill between two circles, up to their common tangents, which lean towards the smaller one."""
    (ax, ay), (bx, by) = ends
    dx, dy = bx - ax, by - ay
    along = math.hypot(dx, dy)
    if along <= abs(radii[0] - radii[1]) + 0.5:
        return
    # Cosine and sine of the angle between the line of centres and the radius at which a tangent touches.
    cosine = (radii[0] - radii[1]) / along
    sine = math.sqrt(1.0 - cosine * cosine)
    dx, dy = dx / along, dy / along
    left, right = (dx * cosine - dy * sine, dy * cosine + dx * sine), (dx * cosine + dy * sine, dy * cosine - dx * sine)
    first, second = radii
    corners = (
        (ax + first * left[0], ay + first * left[1]),
        (bx + second * left[0], by + second * left[1]),
        (bx + second * right[0], by + second * right[1]),
        (ax + first * right[0], ay + first * right[1]),
    )
    pygame.draw.polygon(surface, colour, corners)


def convex(points: list[list[float]]) -> list[list[float]]:
    """Return the convex hull of ``points`` (Andrew's monotone chain)."""
    ordered = sorted(points)
    halves = []
    for run in (ordered, ordered[::-1]):
        half: list[list[float]] = []
        for point in run:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return halves[0] + halves[1]


def _turn(first: list[float], second: list[float], third: list[float]) -> float:
    """Return the cross product: positive for a turn to the left."""
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])
