"""``armctl arms``: every arm that comes with armctl, so that a newcomer sees what there is."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from armctl.cli.calibrate_file import own_file
from armctl.cli.choice import STANDINS, has_physics
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.kinematics.robot import RobotModel
from drivers.bench import is_calibrated_by_hand
from sim.emulators.registry import EMULATORS

POSTURES: Final = 4000
"""Random postures the reach is taken from; with ten times as many it grows by about 1 %."""


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm.

    Attributes:
        name: What ``--arm`` calls it.
        title: What people call it.
        protocol: What its driver talks.
        joints: Number of joints, the gripper not counted.
        reach: Longest distance of the tool point from the first joint [m].
        payload: Largest load [kg].
        calibrated: This computer holds the calibration of one very arm of this name; None where none is needed.
        standins: Names of what can stand in for it.
    """

    name: str
    title: str
    protocol: str
    joints: int
    reach: float
    payload: float
    calibrated: bool | None
    standins: tuple[str, ...]


def arm_rows() -> tuple[ArmRow, ...]:
    """Return every arm that comes with armctl, by name."""
    return tuple(arm_row(name) for name in builtin_names("arms"))


def arm_row(name: str) -> ArmRow:
    """Return what there is to say about the arm whose configuration is called ``name``.

    Raises:
        ConfigError: There is none, or it is not valid.
    """
    config = load(builtin("arms", name), ArmConfig)
    there = [standin for standin in STANDINS if standin != "emulated" or config.driver in EMULATORS]
    return ArmRow(
        name=name,
        title=config.title,
        protocol=f"{config.driver} ({config.gcode.dialect})" if config.gcode else config.driver,
        joints=config.dof,
        reach=longest_reach(RobotModel(config)),
        payload=config.tool.payload,
        calibrated=is_calibrated(name) if is_calibrated_by_hand(config) else None,
        standins=tuple(f"{name}-{standin}" for standin in there),
    )


def longest_reach(robot: RobotModel) -> float:
    """Return how far the tool point gets from the arm's first joint, within the configured limits [m]."""
    chain = robot.chain
    postures = np.random.default_rng(0).uniform(chain.lower, chain.upper, (POSTURES, chain.dof))
    places = chain.poses(postures)[:, :3, 3] - chain.joints[0].origin[:3, 3]
    return float(np.linalg.norm(places, axis=1).max())


def is_calibrated(name: str) -> bool:
    """Return True when this computer holds the calibration of one very arm of this name."""
    own = own_file(name)
    if not own.is_file():
        return False
    servos = [joint.servo for joint in load(own, ArmConfig).joints if joint.servo]
    return bool(servos) and all(servo.homing_offset is not None for servo in servos)


def run_arms() -> int:
    """Print the table and return the exit code."""
    # In a pipe there is no width to keep to; names cut short would be of no use there.
    out = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    table = Table(box=None, pad_edge=False)
    for title in ("name", "arm", "protocol", "joints", "reach", "payload", "calibrated", "stand-ins"):
        table.add_column(title, no_wrap=title == "name", overflow="fold")
    for row in arm_rows():
        table.add_row(
            row.name,
            row.title,
            row.protocol,
            f"{row.joints} + gripper",
            f"{row.reach:.2f} m",
            f"{row.payload * 1000:.0f} g",
            {True: "yes", False: "no", None: "not needed"}[row.calibrated],
            " ".join(name.removeprefix(row.name) for name in row.standins),
        )
    out.print(table)
    out.print("Start one with: armctl run --arm NAME; its port is looked for.", soft_wrap=True)
    out.print(
        "Stand-ins need no arm: so101-sim has physics, so101-ideal is exact, so101-emulated is the real driver on"
    )
    out.print("emulated servos. armctl doctor NAME tells whether the arm is there.")
    if not has_physics():
        out.print("PyBullet is not installed: NAME-sim runs as NAME-ideal.", soft_wrap=True)
    return 0
