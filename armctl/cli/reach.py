"""``armctl reach``: a map of where tasks can be done from one mounting, as a picture and as data."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from armctl.cli.choice import STANDINS, surroundings
from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.config.scene import PersonConfig, SceneConfig
from armctl.errors import SetupError, UnreachableError
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.reach import Reach, ReachMap, grid, reach_at, reach_map
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.surroundings import model_of, title_of
from armctl.tasks.hand import LevelHand
from armctl.tasks.requests import Point
from armctl.units import MM

OUT: Final = Console(highlight=False)
ERR: Final = Console(stderr=True, highlight=False)
HEADROOM: Final = 0.05
"""The map goes this far beyond what the arm can reach [m]."""
WORDS: Final = {
    Reach.LEVEL: ("[green]free[/green]", "with a level hand"),
    Reach.TILTED: ("[yellow]tilted[/yellow]", "only with a hand that is not level"),
    Reach.BLOCKED: ("[yellow]blocked[/yellow]", ""),
    Reach.OUT: ("[red]out[/red]", ""),
}


MOUTH: Final = "before the mouth"
BEFORE_MOUTH: Final = 0.06
"""What the hand brings to the mouth stands out of it about this far [m], where nothing is told to be drunk from."""
OFFERED: Final = 0.025
"""The straw comes to the mouth this near [m], as in the task that comes with armctl."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that matters to tasks: ``name``, and ``xyz`` where the hand has to be [m]."""

    name: str
    xyz: tuple[float, float, float]


Draw: TypeAlias = Callable[[Path, ReachMap, SceneConfig, Sequence[Spot]], None]


def run_reach(*, arm: str, scene: str, out: Path, spacing: float) -> int:
    """Draw the map, write the data, print what the tasks' places are like; return 0.

    Raises:
        ArmctlError: Something named is missing or not valid, or the folder cannot be written.
    """
    robot = RobotModel(load(find("arms", without_standin(arm)), ArmConfig))
    place = surroundings(robot.config, scene)
    draw = drawing()
    model = model_of(robot, place)
    lines = grid(*box(robot), spacing)
    make_folder(out)  # before the work, which would be lost
    columns = (TextColumn("Places"), BarColumn(), TextColumn("{task.completed:,}"), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("", total=None)
        found = reach_map(model, lines, lambda done, total: bar.update(task, completed=done, total=total))
    spots = tuple(spots_of(place, LevelHand.of(robot.config)))
    picture, table, data = save(found, out, lambda path: draw(path, found, place, spots))
    OUT.print(table_of(model, place, spots))
    OUT.print(f"A level hand is free in {found.volume * 1e3:.1f} litres around the arm.")
    OUT.print(f"Picture: {picture}\nData: {table}, {data}", markup=False, soft_wrap=True)
    return 0


def without_standin(arm: str) -> str:
    """Return the name of the arm's configuration: so101-sim reaches as far as so101."""
    base, _, suffix = arm.rpartition("-")
    return base if base and suffix in STANDINS else arm


def drawing() -> Draw:
    """Return what draws the map.

    Raises:
        SetupError: The plotting library is not installed.
    """
    try:
        from armctl.cli.reach_picture import draw
    except ImportError as error:
        raise SetupError(
            "Pictures need matplotlib, which is not installed.",
            "Install it: .venv/bin/python -m pip install matplotlib",
        ) from error
    return draw


def box(robot: RobotModel) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return the corners of the box that holds everything the tool can reach [m]."""
    chain = robot.chain
    rng = np.random.default_rng(0)
    low, high = np.maximum(chain.lower, -np.pi), np.minimum(chain.upper, np.pi)
    points = chain.poses(rng.uniform(low, high, (20_000, chain.dof)))[:, :3, 3]
    corners = [tuple(np.round(c, 2).tolist()) for c in (points.min(axis=0) - HEADROOM, points.max(axis=0) + HEADROOM)]
    return corners[0], corners[1]


def spots_of(scene: SceneConfig, hand: LevelHand) -> Iterator[Spot]:
    """Yield the places where tasks take the hand: to each object where it stands, to each place, near the mouth."""
    lift = max((item.grasp_height for item in scene.objects.values()), default=0.0)
    for place in scene.places.values():
        x, y, z = place.xyz
        yield Spot(place.title, (x, y, z + lift))
    if scene.person is not None:
        yield Spot(MOUTH, _before_mouth(scene, scene.person, hand))


def hindered(config: ArmConfig, scene: SceneConfig) -> tuple[str, ...]:
    """Return a sentence about each place of ``scene``'s tasks where the hand of the arm ``config`` cannot be level.

    Before the mouth counts only where there is something to drink.

    Raises:
        ConfigError, KinematicsError: The arm's URDF is missing or malformed.
    """
    model, spots = model_of(RobotModel(config), scene), tuple(spots_of(scene, LevelHand.of(config)))
    if not any(item.drink_point for item in scene.objects.values()):
        spots = tuple(spot for spot in spots if spot.name != MOUTH)
    told = zip(spots, _reached(model, spots), strict=True)
    return tuple(
        f"{config.title} cannot bring a level hand to {spot.name}: {_why(model, scene, spot, reach).rstrip('.')}."
        for spot, reach in told
        if reach != Reach.LEVEL
    )


def _before_mouth(scene: SceneConfig, person: PersonConfig, hand: LevelHand) -> Point:
    """Return where the hand is while it offers what one drinks from; that was taken with its straw ahead, if aside."""
    drinks = [(item.drink_point, item.grasp_height) for item in scene.objects.values() if item.drink_point]
    ahead, up = 0.0, 0.0
    if drinks:
        (x, y, z), grip = drinks[0]
        ahead, up = math.hypot(x, y), z - grip
    away = OFFERED if drinks else BEFORE_MOUTH
    x, y, z = (m + away * o for m, o in zip(person.mouth_xyz, person.mouth_direction, strict=True))
    return hand.place((x, y, z), (ahead, 0.0, up))


def table_of(model: CollisionModel, scene: SceneConfig, spots: tuple[Spot, ...]) -> Table:
    """Return what the hand can do at each spot, with the reason where it can do little."""
    table = Table("place", "x, y, z in mm", "hand", "why")  # "[mm]" would be taken for markup
    for spot, reach in zip(spots, _reached(model, spots), strict=True):
        where = ", ".join(f"{value / MM:.0f}" for value in spot.xyz)
        why = Text(_why(model, scene, spot, reach))  # plain text, whatever people call their places
        table.add_row(Text(spot.name), where, WORDS[reach][0], why)
    return table


def _reached(model: CollisionModel, spots: Sequence[Spot]) -> tuple[Reach, ...]:
    found = reach_at(model, np.array([spot.xyz for spot in spots])) if spots else ()
    return tuple(Reach(int(reach)) for reach in found)


def _why(model: CollisionModel, scene: SceneConfig, spot: Spot, reach: Reach) -> str:
    return _reason(model, scene, spot) if reach <= Reach.BLOCKED else WORDS[reach][1]


def _reason(model: CollisionModel, scene: SceneConfig, spot: Spot) -> str:
    """Return why the hand cannot be at a spot: what is in the way, or how far it is."""
    try:
        q = solve(model.robot.chain, Goal(np.array(spot.xyz)))
    except UnreachableError as error:
        return error.message
    nearest = model.nearest(np.append(q, model.robot.config.gripper.open))
    part, thing = (name.replace("_", " ").removesuffix(" link") for name in (nearest.a, title_of(scene, nearest.b)))
    return f"within reach, but the {part} touches the {thing} there"


def make_folder(out: Path) -> None:
    """Make the folder ``out`` where it is not there.

    Raises:
        SetupError: It cannot be made, or cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise _unusable(out, error) from error


def _unusable(out: Path, error: OSError) -> SetupError:
    return SetupError(f"The folder {out} cannot be used ({error.strerror}).", "Give another one with --out.")


def save(found: ReachMap, out: Path, draw: Callable[[Path], None]) -> tuple[Path, Path, Path]:
    """Write picture, table and arrays into the folder ``out``, which is there, and return their paths.

    Raises:
        SetupError: The folder cannot be written.
    """
    picture, table, data = out / "reach.png", out / "reach.csv", out / "reach.npz"
    try:
        draw(picture)
        with table.open("w", encoding="utf-8") as file:
            file.write("x_m,y_m,z_m,hand\n")
            file.writelines(f"{x:.4f},{y:.4f},{z:.4f},{hand}\n" for x, y, z, hand in found.rows())
        np.savez_compressed(data, x=found.x, y=found.y, z=found.z, reach=found.reach)
    except OSError as error:
        raise _unusable(out, error) from error
    return picture, table, data
