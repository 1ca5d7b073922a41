"""JSON schemas of the topics in a flight recording.

Those called ``foxglove.…`` have the field names that Foxglove's panels look for
(https://docs.foxglove.dev/docs/visualization/message-schemas/introduction); only the fields that are used are named.
"""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]
NUMBER: Final[Schema] = {"type": "number"}
TEXT: Final[Schema] = {"type": "string"}
INTEGER: Final[Schema] = {"type": "integer"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


TIME: Final = {**_object(sec=INTEGER, nsec=INTEGER), "title": "time"}
DURATION: Final = {**_object(sec=INTEGER, nsec=INTEGER), "title": "duration"}
VECTOR: Final = _object(x=NUMBER, y=NUMBER, z=NUMBER)
QUATERNION: Final = _object(x=NUMBER, y=NUMBER, z=NUMBER, w=NUMBER)
POSE: Final = _object(position=VECTOR, orientation=QUATERNION)
COLOUR: Final = _object(r=NUMBER, g=NUMBER, b=NUMBER, a=NUMBER)

TRANSFORM: Final = _object(
    timestamp=TIME, parent_frame_id=TEXT, child_frame_id=TEXT, translation=VECTOR, rotation=QUATERNION
)
SOLID: Final = _object(pose=POSE, size=VECTOR, color=COLOUR)
CYLINDER: Final = _object(pose=POSE, size=VECTOR, bottom_scale=NUMBER, top_scale=NUMBER, color=COLOUR)
ENTITY: Final = _object(
    timestamp=TIME,
    frame_id=TEXT,
    id=TEXT,
    lifetime=DURATION,
    frame_locked={"type": "boolean"},
    metadata=_list(_object(key=TEXT, value=TEXT)),
    arrows=_list(_object()),
    cubes=_list(SOLID),
    spheres=_list(SOLID),
    cylinders=_list(CYLINDER),
    lines=_list(_object()),
    triangles=_list(_object()),
    texts=_list(_object()),
    models=_list(_object()),
)

SCHEMAS: Final[dict[str, tuple[str, Schema]]] = {
    "/tick": (
        "armctl.Tick",
        _object(
            number=INTEGER,
            stamp=NUMBER,
            lateness=NUMBER,
            missed=INTEGER,
            mode=TEXT,
            before=TEXT,
            epoch=INTEGER,
            code=TEXT,
            tool=_list(NUMBER),
            tool_speed=NUMBER,
            notice=TEXT,
            heard=_list(_object()),
            calls=_list(_object(call=TEXT)),
        ),
    ),
    "/checkpoint": ("armctl.Checkpoint", _object(state=_object())),
    "/joints/measured": (
        "foxglove.JointStates",
        _object(timestamp=TIME, joints=_list(_object(name=TEXT, position=NUMBER, velocity=NUMBER, effort=NUMBER))),
    ),
    "/joints/asked": (
        "foxglove.JointStates",
        _object(
            timestamp=TIME,
            joints=_list(_object(name=TEXT, position=NUMBER, velocity=NUMBER, acceleration=NUMBER)),
        ),
    ),
    "/tf": ("foxglove.FrameTransforms", _object(transforms=_list(TRANSFORM))),
    "/scene": ("foxglove.SceneUpdate", _object(deletions=_list(_object()), entities=_list(ENTITY))),
    "/log": (
        "foxglove.Log",
        _object(timestamp=TIME, level=INTEGER, message=TEXT, name=TEXT, file=TEXT, line=INTEGER),
    ),
}
"""Topic to the name of its schema and the schema itself."""
