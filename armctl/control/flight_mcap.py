"""From a recording to an MCAP file: the exact ticks, the configuration beside them, and topics for viewers.

MCAP is an open container format (https://mcap.dev); Foxglove opens it, with everything on a time axis.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import IO, Final

import msgspec
from mcap.writer import Writer

from armctl import __version__
from armctl.control.flight_json import to_json, tree_to_json
from armctl.control.flight_recording import Recording
from armctl.control.flight_records import Tick
from armctl.control.flight_schemas import SCHEMAS
from armctl.control.flight_story import story
from armctl.control.flight_views import Message, Views

METADATA: Final = "armctl"
ARM, URDF, SCENE, USER = "arm.json", "arm.urdf", "scene.json", "user.json"
"""Names of the attachments."""
_JSON: Final = msgspec.json.Encoder()


def write_mcap(stream: IO[bytes], recording: Recording, now: float, lost: int = 0) -> None:
    """Write ``recording`` to ``stream``.

    Args:
        stream: A file open for writing.
        recording: What to write.
        now: Wall-clock time of the last tick [s since 1970].
        lost: Ticks and files that could not be kept before, for the record.

    Raises:
        OSError: The file cannot be written.
        ArmctlError: The recording's configuration is malformed.
    """
    out = _Out(stream)
    wall = now - recording.ticks[-1].stamp
    out.describe(recording, now, lost)
    views = Views(recording, wall)
    out.say(views.still(recording.ticks[0].stamp), recording.ticks[0].stamp + wall)
    moments = story(recording.ticks)
    told = 0
    for part in recording.parts:
        first = part.ticks[0]
        out.say(("/checkpoint", {"before": first.number, "state": tree_to_json(part.checkpoint)}), first.stamp + wall)
        for tick in part.ticks:
            stamp = tick.stamp + wall
            out.say(("/tick", to_json(tick)), stamp)
            for message in views.of(tick):
                out.say(message, stamp)
            while told < len(moments) and moments[told].tick <= tick.number:
                out.say(views.log(moments[told]), stamp)
                told += 1
    out.finish()


class _Out:
    """A writer with all topics in place."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._writer = Writer(stream)
        self._writer.start(profile="", library=f"armctl {__version__}")
        self._channels: dict[str, int] = {}
        schemas: dict[str, int] = {}
        for topic, (name, schema) in SCHEMAS.items():
            if name not in schemas:
                text = json.dumps({"title": name, **schema}).encode()
                schemas[name] = self._writer.register_schema(name, "jsonschema", text)
            self._channels[topic] = self._writer.register_channel(topic, "json", schemas[name])
        self._sequence = 0

    def describe(self, recording: Recording, now: float, lost: int) -> None:
        """Write what the recording is about; it is made at ``now`` [s], and ``lost`` ticks are missing in it."""
        facts = recording.facts
        stamp = round(now * 1e9)
        files = ((ARM, facts.arm), (URDF, facts.urdf), (SCENE, facts.scene), (USER, facts.user))
        for name, text in files:
            kind = "application/xml" if name == URDF else "application/json"
            if text:
                self._writer.add_attachment(stamp, stamp, name, kind, text.encode())
        about = {
            "layout": str(facts.layout),
            "version": facts.version,
            "reason": recording.reason,
            "title": recording.title,
            "written": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
            "ticks": str(len(recording.ticks)),
            "lost": str(lost),
            "dt": repr(facts.dt),
            "joints": " ".join(facts.joints),
            "faults": " ".join(_code(tick) for tick in recording.faults()),
            **facts.made_with,
        }
        self._writer.add_metadata(METADATA, about)

    def say(self, message: Message, stamp: float) -> None:
        """Write one message at wall-clock time ``stamp`` [s]."""
        topic, content = message
        self._sequence += 1
        time = round(stamp * 1e9)
        self._writer.add_message(self._channels[topic], time, _JSON.encode(content), time, self._sequence)

    def finish(self) -> None:
        """Write the index at the end."""
        self._writer.finish()  # type: ignore[no-untyped-call]  # the package forgot this one


def _code(tick: Tick) -> str:
    return tick.fault.code if tick.fault else ""
