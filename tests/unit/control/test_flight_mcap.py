"""What viewers find in a file: JSON with schemas they know, times in order, a picture of the arm, and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mcap.reader import make_reader

from armctl.control.flight_recording import Recording
from armctl.control.flight_schemas import SCHEMAS
from armctl.control.flight_views import FRAME_TIME, Views
from armctl.kinematics.rotation import matrix_from_pose7
from tests.support.control_bench import robot_model, scene_config
from tests.support.flights import WALL, as_file, broken, fly, spoiled_bench, swing

Messages = dict[str, list[tuple[int, Any]]]


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    bench, _ = fly(tmp_path_factory.mktemp("flight"), "following_error", after=40)
    recording = bench.recording("fault", "A joint is blocked")
    bench.close()
    return recording


@pytest.fixture(scope="module")
def messages(flown: Recording, tmp_path_factory: pytest.TempPathFactory) -> Messages:
    path = as_file(flown, tmp_path_factory.mktemp("file") / "one.mcap")
    found: Messages = {}
    with path.open("rb") as stream:
        for schema, channel, message in make_reader(stream, validate_crcs=True).iter_messages():
            assert schema is not None
            assert (channel.message_encoding, schema.encoding) == ("json", "jsonschema")
            assert schema.name == SCHEMAS[channel.topic][0]
            assert json.loads(schema.data)["type"] == "object"
            content = json.loads(message.data, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
            found.setdefault(channel.topic, []).append((message.log_time, content))
    return found


def test_every_topic_has_messages_and_they_are_in_order(messages: Messages, flown: Recording) -> None:
    assert messages.keys() == SCHEMAS.keys()
    for found in messages.values():
        times = [time for time, _ in found]
        assert times == sorted(times)
    assert messages["/tick"][-1][0] == round(WALL * 1e9)
    assert len(messages["/tick"]) == len(flown.ticks)
    assert len(messages["/joints/measured"]) == len(flown.ticks)


def test_every_message_has_the_fields_of_its_schema_in_their_types(messages: Messages) -> None:
    for topic, found in messages.items():
        for _, content in found:
            check(content, SCHEMAS[topic][1], topic)


def check(value: Any, schema: dict[str, Any], place: str) -> None:
    """Hold ``value`` against as much of JSON schema as is used here."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
    assert isinstance(value, kinds[schema["type"]]), place
    for name, part in schema.get("properties", {}).items():
        if name in value:
            check(value[name], part, f"{place}.{name}")
        else:
            assert place.endswith(".joints"), f"{place} has no {name}"
    for item in value if schema["type"] == "array" else ():
        check(item, schema["items"], place)


def test_joint_curves_are_what_was_measured_and_asked(messages: Messages, flown: Recording) -> None:
    index = 60
    joints = messages["/joints/measured"][index][1]["joints"]
    observed = flown.ticks[index].calls[0].reading
    assert [joint["name"] for joint in joints] == list(flown.facts.joints)
    assert [joint["position"] for joint in joints] == pytest.approx(np.frombuffer(observed.positions), abs=1e-6)
    accelerations = [
        abs(joint["acceleration"]) for _, content in messages["/joints/asked"] for joint in content["joints"]
    ]
    assert 0.5 < max(accelerations) < 20.0


def test_frames_put_the_tool_where_it_was(messages: Messages, flown: Recording) -> None:
    times = [time for time, _ in messages["/tf"]]
    assert min(np.diff(times)) >= FRAME_TIME * 1e9 * 0.99
    _, content = messages["/tf"][3]
    frames = {one["child_frame_id"]: one for one in content["transforms"]}
    assert set(robot_model().links) <= frames.keys()
    assert {one["parent_frame_id"] for one in content["transforms"]} == {"base"}
    frame = frames[robot_model().config.tool.tip_link]
    place = [*frame["translation"].values(), *frame["rotation"].values()]
    tick = min(flown.ticks, key=lambda tick: abs(round((tick.stamp - flown.ticks[-1].stamp + WALL) * 1e9) - times[3]))
    assert matrix_from_pose7(tuple(place)) == pytest.approx(matrix_from_pose7(tick.tool), abs=1e-4)  # type: ignore[arg-type]


def test_the_scene_shows_arm_person_furniture_and_objects(messages: Messages) -> None:
    ((_, content),) = messages["/scene"]
    entities = {entity["id"]: entity for entity in content["entities"]}
    scene = scene_config()
    assert {"head", "torso", *scene.furniture, *(f"{name} 0" for name in scene.objects)} <= entities.keys()
    assert scene.person is not None
    (head,) = entities["head"]["spheres"]
    assert head["size"]["x"] == pytest.approx(2 * scene.person.head_radius)
    assert list(head["pose"]["position"].values()) == pytest.approx(scene.person.head_xyz)
    shapes = [shape for shape in robot_model().shapes if shape.kind == "capsule"]
    assert shapes
    arm = [entity for entity in entities.values() if entity["frame_id"] in robot_model().links]
    assert len(arm) == len(robot_model().shapes)
    assert sum(len(entity["spheres"]) for entity in arm) >= 2 * len(shapes)


def test_the_log_tells_the_fault_as_an_error(messages: Messages) -> None:
    errors = [content for _, content in messages["/log"] if content["level"] == 4]
    assert len(errors) == 1
    assert errors[0]["message"].startswith("A joint is blocked. The shoulder pan joint is")


def test_a_reading_that_is_no_number_is_left_out_of_pictures(tmp_path: Path) -> None:
    bench, arm = spoiled_bench(tmp_path)
    bench.arm_it()
    swing(bench, 20)
    arm.spoil = broken
    bench.tick(10)
    recording = bench.recording()
    bench.close()
    views = Views(recording, 0.0)
    seen = [message for tick in recording.ticks[-5:] for message in views.of(tick)]
    assert {topic for topic, _ in seen} == {"/joints/measured"}
    assert "position" not in seen[0][1]["joints"][0]
    assert "position" in seen[0][1]["joints"][1]
    as_file(recording, tmp_path / "odd.mcap")
