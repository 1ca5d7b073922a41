"""The reach map as a picture: seen from above at the heights that matter, and from the side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Polygon

from armctl.config.scene import SceneConfig, ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.reach import Reach, ReachMap
from armctl.kinematics.rotation import pose_matrix

mpl.use("Agg")
COLOURS: Final = ("#ffffff", "#d9a0a0", "#f2d98c", "#3a8fb7")
"""Of `Reach`, in its order: told apart without red and green too, and by how light they are."""
LABELS: Final = ("out of reach", "something in the way", "free, hand not level", "free with a level hand")
HEIGHTS: Final = 3
"""Slices seen from above."""
SAME_HEIGHT: Final = 0.03
"""Places closer together in height share a slice; from the side, those closer together share a mark [m]."""


class Named(Protocol):
    """A spot with a name and a place."""

    @property
    def name(self) -> str:
        """What to write beside it."""
        ...

    @property
    def xyz(self) -> tuple[float, float, float]:
        """Where it is [m]."""
        ...


def draw(path: Path, found: ReachMap, scene: SceneConfig, spots: Sequence[Named]) -> None:
    """Write the picture of ``found`` to ``path`` (PNG)."""
    figure = Figure(figsize=(15, 11), layout="constrained")
    axes = figure.subplots(2, 2).ravel()
    colours = ListedColormap(COLOURS)
    for axis, height in zip(axes, _heights(found, spots), strict=False):
        _from_above(axis, found, scene, spots, height, colours)
    _from_the_side(axes[3], found, spots, colours)
    legend = [
        Patch(facecolor=colour, edgecolor="#555", label=label) for colour, label in zip(COLOURS, LABELS, strict=True)
    ]
    figure.legend(handles=legend, loc="outside lower center", ncols=4, fontsize=14, frameon=False)
    figure.suptitle(f"Where the hand can be: {scene.arm} in “{scene.title}”", fontsize=20)
    figure.savefig(path, dpi=100)


def _heights(found: ReachMap, spots: Sequence[Named]) -> list[float]:
    """Return the heights of the slices: those of the spots, then those with most room."""
    wanted: list[float] = []
    room = (found.reach == Reach.LEVEL).sum(axis=(0, 1))
    candidates = [spot.xyz[2] for spot in spots] + found.z[np.argsort(-room)].tolist()
    for height in candidates:
        if all(abs(height - other) > SAME_HEIGHT for other in wanted) and len(wanted) < HEIGHTS:
            wanted.append(height)
    return sorted(wanted)


def _from_above(
    axis: Axes, found: ReachMap, scene: SceneConfig, spots: Sequence[Named], height: float, colours: ListedColormap
) -> None:
    level = int(np.abs(found.z - height).argmin())
    # The person looks at the table: x ahead is drawn upwards, y to the left.
    _image(axis, found.reach[:, :, level], (found.y, found.x), colours)
    for thing in scene.furniture.values():
        _footprint(axis, thing.shape, found.z[level])
    if scene.person is not None:
        _footprint(axis, scene.person.torso, found.z[level])
        x, y, z = scene.person.head_xyz
        across = scene.person.head_radius**2 - (found.z[level] - z) ** 2
        if across > 0.0:
            axis.add_patch(Circle((y, x), math.sqrt(across), fill=False, linewidth=2.5, edgecolor="#222"))
            axis.annotate("head", (y, x), ha="center", va="center", fontsize=13)
    for spot in spots:
        if abs(spot.xyz[2] - height) <= SAME_HEIGHT:
            _mark(axis, spot.name, (spot.xyz[1], spot.xyz[0]))
    axis.invert_xaxis()
    axis.set_title(f"From above, {found.z[level] * 1e3:.0f} mm over the base", fontsize=15)
    axis.set_xlabel("left ← y [m] → right", fontsize=12)
    axis.set_ylabel("x ahead [m]", fontsize=12)


def _from_the_side(axis: Axes, found: ReachMap, spots: Sequence[Named], colours: ListedColormap) -> None:
    """Show for each distance from the base and each height the best of all directions."""
    radius = np.hypot(*np.meshgrid(found.x, found.y, indexing="ij"))
    step = float(found.x[1] - found.x[0])
    rings = np.arange(0.0, float(radius.max()), step)
    best = np.zeros((len(rings), len(found.z)), dtype=np.int8)
    for number, ring in enumerate(rings):
        inside = (radius >= ring - step / 2) & (radius < ring + step / 2)
        if inside.any():
            best[number] = found.reach[inside].max(axis=0)
    _image(axis, best.T, (rings, found.z), colours)
    for where, names in together(spots).items():
        _mark(axis, ", ".join(names), where)
    axis.set_title("From the side, the best of all directions", fontsize=15)
    axis.set_xlabel("distance from the base [m]", fontsize=12)
    axis.set_ylabel("height over the base [m]", fontsize=12)


def together(spots: Sequence[Named]) -> dict[tuple[float, float], list[str]]:
    """Return distance and height [m] of ``spots`` with their names, those that nearly coincide from the side as one."""
    marks: dict[tuple[float, float], list[str]] = {}
    for spot in spots:
        here = (math.hypot(spot.xyz[0], spot.xyz[1]), spot.xyz[2])
        near = next((mark for mark in marks if math.dist(mark, here) <= SAME_HEIGHT), here)
        marks.setdefault(near, []).append(spot.name)
    return marks


def _image(
    axis: Axes, values: npt.NDArray[np.int8], lines: tuple[FloatArray, FloatArray], colours: ListedColormap
) -> None:
    across, up = lines
    half = float(across[1] - across[0]) / 2
    extent = (across[0] - half, across[-1] + half, up[0] - half, up[-1] + half)
    axis.imshow(values, origin="lower", extent=extent, cmap=colours, vmin=0, vmax=3, interpolation="nearest")
    axis.set_facecolor("#ffffff")
    axis.plot([0], [0], marker="+", markersize=18, markeredgewidth=3, color="#222")


def _mark(axis: Axes, name: str, where: tuple[float, float]) -> None:
    axis.plot(*where, marker="o", markersize=9, markerfacecolor="#fff", markeredgecolor="#000", markeredgewidth=2)
    axis.annotate(name, where, xytext=(10, 8), textcoords="offset points", fontsize=13, fontweight="bold")


def _footprint(axis: Axes, shape: ShapeConfig, height: float) -> None:
    """Outline what of a box is at ``height`` [m]."""
    if shape.kind != "box" or abs(height - shape.xyz[2]) > shape.size[2] / 2:
        return
    pose = pose_matrix(shape.xyz, shape.rpy)
    half = np.array(shape.size) / 2
    corners = [
        pose[:3, :3] @ (half * signs) + pose[:3, 3] for signs in ((1, 1, 0), (1, -1, 0), (-1, -1, 0), (-1, 1, 0))
    ]
    axis.add_patch(Polygon([(c[1], c[0]) for c in corners], fill=False, linewidth=2, edgecolor="#444"))
