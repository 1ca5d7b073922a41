"""What a viewer such as Foxglove shows of a recording: joint curves, frames, shapes and words. Nothing is read back.

Numbers are rounded, since these topics are for looking at; the exact ones are on ``/tick``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from armctl.config.scene import ShapeConfig
from armctl.control.flight_recording import Recording
from armctl.control.flight_records import Approve, Observe, ObserveScene, Tick, array
from armctl.control.flight_story import Level, Moment
from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import pose7, pose_matrix

Message: TypeAlias = tuple[str, dict[str, Any]]
"""Topic and content."""

WORLD: Final = "base"
FRAME_TIME: Final = 0.05
"""Frames are written this often [s]; the eye sees no more."""
DIGITS: Final = 6
_LEVELS: Final[dict[Level, int]] = {"said": 2, "done": 2, "refused": 3, "stop": 3, "fault": 4}
"""foxglove.LogLevel: 2 information, 3 warning, 4 error."""
_ARM: Final = (0.91, 0.93, 0.95, 1.0)
_PERSON: Final = (0.49, 0.58, 0.70, 0.5)


class Views:
    """Makes messages of ticks, in order.

    Args:
        recording: What is looked at.
        wall: Wall-clock time of monotonic time zero [s].
    """

    def __init__(self, recording: Recording, wall: float) -> None:
        self._robot = recording.robot
        self._scene = recording.scene
        self._joints = recording.facts.joints
        self._dt = recording.facts.dt
        self._wall = wall
        self._next_frame = -math.inf
        self._velocities: FloatArray | None = None
        self._objects: dict[str, Sequence[float]] = {}

    def time(self, stamp: float) -> dict[str, int]:
        """Return monotonic ``stamp`` [s] as wall-clock time."""
        whole, part = divmod(round((stamp + self._wall) * 1e9), 1_000_000_000)
        return {"sec": whole, "nsec": part}

    def still(self, stamp: float) -> Message:
        """Return the shapes of arm, person and furniture, once for the whole recording, stamped ``stamp`` [s]."""
        entities = [self._entity(shape.link, f"{shape.link} {index}", stamp, _primitive(*_link(shape), _ARM))
                    for index, shape in enumerate(self._robot.shapes)]  # fmt: skip
        for name, item in self._scene.furniture.items():
            entities.append(self._entity(WORLD, name, stamp, _shape(item.shape, _colour(item.colour))))
        for name, thing in self._scene.objects.items():
            for index, part in enumerate(thing.shapes):
                entities.append(self._entity(name, f"{name} {index}", stamp, _shape(part, _colour(thing.colour))))
        if self._scene.person:
            person = self._scene.person
            head = _primitive("sphere", (person.head_radius,), pose_matrix(person.head_xyz), _PERSON)
            entities.append(self._entity(WORLD, "head", stamp, head))
            entities.append(self._entity(WORLD, "torso", stamp, _shape(person.torso, _PERSON)))
        return "/scene", {"deletions": [], "entities": entities}

    def of(self, tick: Tick) -> Iterator[Message]:
        """Yield what is to be seen of ``tick``."""
        for call in tick.calls:
            if isinstance(call, Observe):
                yield from self._measured(call, tick.stamp)
            elif isinstance(call, Approve):
                yield self._asked(call, tick.stamp)
            elif isinstance(call, ObserveScene):
                self._objects.update(call.scene.objects)

    def log(self, moment: Moment) -> Message:
        """Return a line for the log panel."""
        told = {"level": _LEVELS[moment.level], "message": moment.text, "name": "control", "file": "", "line": 0}
        return "/log", {"timestamp": self.time(moment.stamp), **told}

    def _measured(self, call: Observe, stamp: float) -> Iterator[Message]:
        reading = call.reading
        columns = {
            "position": array(reading.positions),
            "velocity": array(reading.velocities),
            "effort": array(reading.efforts),
        }
        yield "/joints/measured", self._joint_states(columns, stamp)
        if stamp >= self._next_frame:
            self._next_frame = stamp + FRAME_TIME
            yield from self._frames(columns["position"], stamp)

    def _asked(self, call: Approve, stamp: float) -> Message:
        velocities = array(call.velocities)
        known = self._velocities is not None and self._velocities.shape == velocities.shape
        before = self._velocities if known and self._velocities is not None else velocities
        self._velocities = velocities
        # The supervisor is not asked about accelerations: these are the differences it judges.
        columns = {
            "position": array(call.positions),
            "velocity": velocities,
            "acceleration": (velocities - before) / self._dt,
        }
        return "/joints/asked", self._joint_states(columns, stamp)

    def _joint_states(self, columns: dict[str, FloatArray], stamp: float) -> dict[str, Any]:
        lists = {key: column.tolist() for key, column in columns.items()}
        joints = [
            {"name": name, **{key: round(values[i], DIGITS) for key, values in lists.items() if _told(values, i)}}
            for i, name in enumerate(self._joints)
        ]
        return {"timestamp": self.time(stamp), "joints": joints}

    def _frames(self, positions: FloatArray, stamp: float) -> Iterator[Message]:
        try:
            poses = self._robot.link_poses(positions)
        except KinematicsError:
            return  # a reading that is not a number: it is on /tick
        time = self.time(stamp)
        places = {link: pose7(pose) for link, pose in poses.items()} | self._objects
        transforms = [
            {
                "timestamp": time,
                "parent_frame_id": WORLD,
                "child_frame_id": name,
                "translation": _xyz(place[:3]),
                "rotation": _xyzw(place[3:]),
            }
            for name, place in places.items()
        ]
        yield "/tf", {"transforms": transforms}

    def _entity(self, frame: str, name: str, stamp: float, parts: dict[str, list[Any]]) -> dict[str, Any]:
        empty: dict[str, list[Any]] = {
            kind: []
            for kind in ("arrows", "cubes", "spheres", "cylinders", "lines", "triangles", "texts", "models", "metadata")
        }
        return {
            "timestamp": self.time(stamp),
            "frame_id": frame,
            "id": name,
            "lifetime": {"sec": 0, "nsec": 0},
            "frame_locked": True,
            **(empty | parts),
        }


def _link(shape: Any) -> tuple[str, Sequence[float], FloatArray]:
    return shape.kind, shape.size, shape.pose


def _shape(shape: ShapeConfig, colour: Sequence[float]) -> dict[str, list[Any]]:
    return _primitive(shape.kind, shape.size, pose_matrix(shape.xyz, shape.rpy), colour)


def _primitive(kind: str, size: Sequence[float], pose: FloatArray, colour: Sequence[float]) -> dict[str, list[Any]]:
    """Return one shape as Foxglove's cubes, spheres and cylinders; a capsule is a cylinder with a ball at each end."""
    if kind == "box":
        return {"cubes": [_solid(pose, size, colour)]}
    diameter = 2.0 * size[0]
    ball = (diameter,) * 3
    if kind == "sphere":
        return {"spheres": [_solid(pose, ball, colour)]}
    tube = _solid(pose, (diameter, diameter, size[1]), colour) | {"bottom_scale": 1.0, "top_scale": 1.0}
    if kind == "cylinder":
        return {"cylinders": [tube]}
    ends = [pose @ pose_matrix((0.0, 0.0, side * size[1] / 2.0)) for side in (-1.0, 1.0)]
    return {"cylinders": [tube], "spheres": [_solid(end, ball, colour) for end in ends]}


def _solid(pose: FloatArray, size: Sequence[float], colour: Sequence[float]) -> dict[str, Any]:
    place = pose7(pose)
    return {
        "pose": {"position": _xyz(place[:3]), "orientation": _xyzw(place[3:])},
        "size": _xyz(size),
        "color": dict(zip("rgba", colour, strict=True)),
    }


def _colour(text: str) -> tuple[float, ...]:
    return (*(round(int(text[i : i + 2], 16) / 255, 3) for i in (1, 3, 5)), 1.0)


def _xyz(values: Sequence[float]) -> dict[str, float]:
    return dict(zip("xyz", (round(float(value), DIGITS) for value in values), strict=True))


def _xyzw(values: Sequence[float]) -> dict[str, float]:
    return dict(zip("xyzw", (round(float(value), DIGITS) for value in values), strict=True))


def _told(values: Sequence[float], index: int) -> bool:
    return index < len(values) and bool(np.isfinite(values[index]))
