"""A recording: what it is about, and its ticks, in parts that each begin with a checkpoint."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec
import numpy as np
from pydantic import PrivateAttr, ValidationError

from armctl import __version__
from armctl.config.arm import ArmConfig
from armctl.config.load import ModelT
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.control.flight_records import Tick, decode
from armctl.control.flight_ring import Segment
from armctl.control.flight_state import Tree
from armctl.errors import ConfigError, SetupError
from armctl.kinematics.robot import RobotModel
from armctl.safety.supervisor import Supervisor

FORMAT: Final = 1
"""Layout of recordings; one with a higher number is of a newer armctl."""
PERSONAL: Final = frozenset({"name", "keys_select", "keys_next", "voice", "language", "theme"})
"""Settings of a person that explain nothing about a motion, and are left out."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording is about; makes it readable without anything beside it.

    Attributes:
        layout: `FORMAT` of the program that wrote it.
        version: Version of armctl.
        made_with: Python, numpy and processor: another processor may round the last bit otherwise.
        arm: The arm's configuration, JSON.
        urdf: Its geometry.
        scene: The scene, JSON.
        user: The person's settings, JSON, without what identifies them; empty when unknown.
        dt: Time between two ticks [s].
        joints: Names of the n joints.
    """

    layout: int = FORMAT
    version: str = __version__
    made_with: dict[str, str] = {}
    arm: str
    urdf: str
    scene: str
    user: str = ""
    dt: float
    joints: tuple[str, ...]


def facts_of(arm: ArmConfig, scene: SceneConfig, user: UserConfig | None, dt: float) -> Facts:
    """Return the facts of a recording that begins now, with a tick every ``dt`` [s]."""
    made_with = {"python": platform.python_version(), "numpy": np.__version__, "processor": platform.machine()}
    return Facts(
        made_with=made_with,
        arm=arm.model_dump_json(),
        urdf=arm.urdf_text(),
        scene=scene.model_dump_json(),
        user=user.model_dump_json(exclude=set(PERSONAL)) if user else "",
        dt=dt,
        joints=arm.joint_names,
    )


class RecordedArm(ArmConfig):
    """An arm's configuration that brings its own URDF."""

    _urdf: str = PrivateAttr("")

    def urdf_text(self) -> str:
        """Return the text of the URDF it came with."""
        return self._urdf


@dataclass(frozen=True)
class Part:
    """Ticks that follow one another.

    Attributes:
        checkpoint: What the supervisor remembered before the first of them.
        ticks: The ticks.
    """

    checkpoint: Tree
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Recording:
    """A recording.

    Attributes:
        facts: What it is about.
        parts: Its parts, oldest first.
        reason: Why it was written: "fault", "asked", "control_gone".
        title: The same in words.
        written: When, wall clock, ISO 8601; empty before.
    """

    facts: Facts
    parts: tuple[Part, ...]
    reason: str = ""
    title: str = ""
    written: str = ""

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """All ticks, oldest first."""
        return tuple(tick for part in self.parts for tick in part.ticks)

    @cached_property
    def arm(self) -> ArmConfig:
        """The arm's configuration.

        Raises:
            ConfigError: It is malformed.
        """
        arm = _parsed(RecordedArm, self.facts.arm, "arm.json")
        arm._urdf = self.facts.urdf  # noqa: SLF001  # pydantic keeps such a field out of the constructor
        return arm

    @cached_property
    def scene(self) -> SceneConfig:
        """The scene.

        Raises:
            ConfigError: It is malformed.
        """
        return _parsed(SceneConfig, self.facts.scene, "scene.json")

    @cached_property
    def robot(self) -> RobotModel:
        """The arm's geometry.

        Raises:
            ArmctlError: Configuration or URDF are malformed.
        """
        return RobotModel(self.arm)

    def supervisor(self) -> Supervisor:
        """Return a supervisor as it was when the arm was switched on, to be run again.

        Raises:
            ArmctlError: What it is made of is malformed.
        """
        return Supervisor(self.robot, self.scene, self.facts.dt)

    def faults(self) -> Iterator[Tick]:
        """Yield the ticks in which a fault was latched."""
        return (tick for tick in self.ticks if tick.fault is not None)


def from_ring(facts: bytes, segments: list[Segment], reason: str, title: str) -> Recording:
    """Return the recording that a ring holds.

    Raises:
        SetupError: There is nothing in it yet, or it cannot be read.
    """
    try:
        parts = tuple(
            Part(msgspec.msgpack.decode(segment.frames[0]), tuple(decode(frame) for frame in segment.frames[1:]))
            for segment in segments
        )
        told = msgspec.json.decode(facts, type=Facts)
    except msgspec.MsgspecError as error:
        raise SetupError(f"The flight recorder's memory cannot be read ({error}).") from error
    parts = tuple(part for part in parts if part.ticks)
    if not parts:
        raise SetupError("Nothing is recorded yet.")
    return Recording(told, parts, reason, title)


def _parsed(model: type[ModelT], text: str, name: str) -> ModelT:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{where}: {first['msg']}.", path=name) from None
