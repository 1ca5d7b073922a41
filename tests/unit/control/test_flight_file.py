"""A file gives the recording back to the last bit; one that was cut, damaged or is something else is refused, told."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from mcap.reader import make_reader
from mcap.writer import Writer

from armctl.control import flight_file
from armctl.control.flight_check import check_flight
from armctl.control.flight_file import read_flight
from armctl.control.flight_mcap import METADATA
from armctl.control.flight_recording import Recording
from armctl.control.flight_records import encode
from armctl.errors import SetupError
from tests.support.flights import as_file, fly


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    bench, _ = fly(tmp_path_factory.mktemp("flight"), "contact", after=40)
    recording = bench.recording("fault", "The arm touched the person")
    bench.close()
    return recording


@pytest.fixture(scope="module")
def file(flown: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_file(flown, tmp_path_factory.mktemp("file") / "one.mcap")


def test_the_recording_comes_back_to_the_last_bit_and_runs_again(flown: Recording, file: Path) -> None:
    told: list[tuple[int, int]] = []
    back = read_flight(file, lambda done, total: told.append((done, total)))
    assert [encode(tick) for tick in back.ticks] == [encode(tick) for tick in flown.ticks]
    assert [part.checkpoint for part in back.parts] == [
        msgspec.msgpack.decode(msgspec.msgpack.encode(part.checkpoint)) for part in flown.parts
    ]
    assert back.facts == flown.facts
    assert (back.reason, back.title) == ("fault", "The arm touched the person")
    assert back.written.startswith("2026-09-2")
    assert check_flight(back).difference is None


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.9, 0.99, 0.9999])
def test_a_file_that_was_cut_short_is_refused(file: Path, tmp_path: Path, share: float) -> None:
    whole = file.read_bytes()
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(SetupError, match=r"cut\.mcap.*cut short"):
        read_flight(cut)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_flipped_byte_is_found(file: Path, tmp_path: Path, share: float) -> None:
    data = bytearray(file.read_bytes())
    # In the compressed ticks, which lie between the attachments and the index.
    data[int(share * len(data))] ^= 0xFF
    spoiled = tmp_path / "spoiled.mcap"
    spoiled.write_bytes(data)
    try:
        back = read_flight(spoiled)
    except SetupError as error:
        assert "spoiled.mcap" in str(error)
    else:
        # The byte was in a part that carries nothing of the ticks: then they are all there.
        assert check_flight(back).difference is None


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x89MCAP0\r\n", b"\x89MCAP0\r\n" * 50, bytes(10_000)])
def test_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.mcap"
    path.write_bytes(content)
    with pytest.raises(SetupError, match=r"other\.mcap"):
        read_flight(path)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="No such file"):
        read_flight(tmp_path / "nothing.mcap")
    with pytest.raises(SetupError, match="directory"):
        read_flight(tmp_path)


def other_file(path: Path, about: dict[str, str] | None) -> Path:
    stream = io.BytesIO()
    writer = Writer(stream)
    writer.start()
    if about is not None:
        writer.add_metadata(METADATA, about)
    writer.finish()  # type: ignore[no-untyped-call]  # the package forgot this one
    path.write_bytes(stream.getvalue())
    return path


def test_an_mcap_file_of_another_program_or_of_a_newer_armctl_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="not one of armctl"):
        read_flight(other_file(tmp_path / "ros.mcap", None))
    with pytest.raises(SetupError, match=r"newer armctl \(9\.9\)"):
        read_flight(other_file(tmp_path / "new.mcap", {"layout": "2", "version": "9.9"}))
    with pytest.raises(SetupError, match="cut short"):
        read_flight(other_file(tmp_path / "half.mcap", {"layout": "1", "version": "0.1"}))


def test_missing_ticks_are_noticed(flown: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (part, *_) = flown.parts
    said = len(flown.ticks)
    shorter = Recording(flown.facts, (type(part)(part.checkpoint, part.ticks[:-3]),), "asked", "test")
    path = as_file(shorter, tmp_path / "short.mcap")
    whole = read_flight(path)
    assert len(whole.ticks) == said - 3
    monkeypatch.setattr(flight_file, "_grouped", lambda found: (type(part)(part.checkpoint, part.ticks[:5]),))
    with pytest.raises(SetupError, match=f"has 5 ticks of {said - 3}"):
        read_flight(path)


def test_a_file_too_large_to_be_one_is_not_even_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight_file, "LARGEST", 1000)
    with pytest.raises(SetupError, match="larger than a flight recording can be"):
        read_flight(file)


def test_any_mcap_reader_opens_it(file: Path) -> None:
    with file.open("rb") as stream:
        summary = make_reader(stream, validate_crcs=True).get_summary()
    assert summary is not None
    assert summary.statistics is not None
    assert summary.statistics.attachment_count == 3
