"""From an MCAP file back to the recording, bit for bit; what is damaged is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from mcap.exceptions import McapError
from mcap.reader import McapReader, make_reader

from armctl.control.flight_json import from_json, tree_from_json
from armctl.control.flight_mcap import ARM, METADATA, SCENE, URDF, USER
from armctl.control.flight_recording import FORMAT, Facts, Part, Recording
from armctl.control.flight_records import Tick
from armctl.errors import SetupError

LARGEST: Final = 500_000_000
"""Bytes; two minutes at 500 Hz are a tenth of it."""
MADE_WITH: Final = ("python", "numpy", "processor")
DAMAGED: Final = "It was cut short, is damaged, or is no flight recording."

Progress = Callable[[int, int], None]
"""Told how many ticks of how many are done."""


def read_flight(path: Path, progress: Progress | None = None) -> Recording:
    """Return the recording in the file ``path``.

    Args:
        path: The file.
        progress: Told now and then how far reading is.

    Raises:
        SetupError: The file is missing, cut short, damaged, of a newer armctl, or something else altogether.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise SetupError(f"{path} is larger than a flight recording can be ({LARGEST // 1_000_000} MB).")
        with path.open("rb") as stream:
            return _read(stream, path, progress or (lambda done, all_of_them: None))
    except OSError as error:
        raise SetupError(f"{path} cannot be read ({error.strerror or error}).", "Check the name.") from error
    except (McapError, msgspec.MsgspecError, ValueError, KeyError, TypeError, EOFError) as error:
        raise SetupError(f"{path} cannot be read as a flight recording ({_short(error)}).", DAMAGED) from error
    except Exception as error:
        # Decompressors have errors of their own, without a common base.
        if type(error).__module__.partition(".")[0] in ("zstandard", "lz4", "_frame", "struct"):
            raise SetupError(f"{path} cannot be read as a flight recording ({_short(error)}).", DAMAGED) from error
        raise


def _read(stream: IO[bytes], path: Path, progress: Progress) -> Recording:
    reader = make_reader(stream, validate_crcs=True)
    about = _about(reader, path)
    files = {item.name: item.data.decode() for item in reader.iter_attachments()}
    facts = Facts(
        layout=int(about["layout"]),
        version=about["version"],
        made_with={name: about.get(name, "") for name in MADE_WITH},
        arm=files[ARM],
        urdf=files[URDF],
        scene=files[SCENE],
        user=files.get(USER, ""),
        dt=float(about["dt"]),
        joints=tuple(about["joints"].split()),
    )
    parts = _parts(reader, int(about["ticks"]), path, progress)
    return Recording(facts, parts, about["reason"], about["title"], about["written"])


def _about(reader: McapReader, path: Path) -> dict[str, str]:
    about = next((item.metadata for item in reader.iter_metadata() if item.name == METADATA), None)
    if about is None:
        raise SetupError(f"{path} is an MCAP file, but not one of armctl's flight recordings.")
    if int(about["layout"]) > FORMAT:
        raise SetupError(f"{path} was written by a newer armctl ({about['version']}).", "Replay it with that one.")
    return about


def _parts(reader: McapReader, wanted: int, path: Path, progress: Progress) -> tuple[Part, ...]:
    topics = ["/checkpoint", "/tick"]
    found: list[tuple[int, str, Any]] = []
    for _, channel, message in reader.iter_messages(topics=topics, log_time_order=False):
        data = msgspec.json.decode(message.data)
        content = from_json(data) if channel.topic == "/tick" else tree_from_json(data["state"])
        found.append((message.sequence, channel.topic, content))
        if len(found) % 500 == 0:
            progress(min(len(found), wanted), wanted)
    found.sort(key=lambda item: item[0])
    parts = _grouped(found)
    ticks = sum(len(part.ticks) for part in parts)
    if ticks != wanted or not parts:
        raise SetupError(f"{path} has {ticks} ticks of {wanted}.", DAMAGED)
    return parts


def _grouped(found: list[tuple[int, str, Any]]) -> tuple[Part, ...]:
    groups: list[tuple[Any, list[Tick]]] = []
    for _, topic, content in found:
        if topic == "/checkpoint":
            groups.append((content, []))
        elif groups:
            groups[-1][1].append(content)
    return tuple(Part(checkpoint, tuple(ticks)) for checkpoint, ticks in groups if ticks)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")[:200]
