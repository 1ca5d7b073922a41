"""Lines of input devices: golden bytes, any cut, any damage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.inputs.lines import LONGEST, Contacts, LineReader, Pressure, line_for, reading_of

GOLDEN = [(Contacts(5), b"$S,05*7A\n"), (Contacts(0), b"$S,00*7F\n"), (Pressure(-4.32), b"$P,-432*64\n")]
readings = st.one_of(
    st.integers(0, 2**64 - 1).map(Contacts), st.integers(-99999, 999999).map(lambda pascal: Pressure(pascal / 100.0))
)


@pytest.mark.parametrize(("reading", "line"), GOLDEN)
def test_golden_bytes(reading, line) -> None:  # type: ignore[no-untyped-def]
    assert line_for(reading) == line
    assert reading_of(line.rstrip()) == reading


@given(st.lists(readings, max_size=10), st.data())
def test_readings_are_found_however_the_stream_was_cut(said, data) -> None:  # type: ignore[no-untyped-def]
    stream = b"".join(line_for(one) for one in said)
    reader, found = LineReader(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        found += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert found == said


@given(readings, st.integers(0, 200), st.integers(1, 255))
def test_a_damaged_byte_never_gives_another_reading(reading, place, flip) -> None:  # type: ignore[no-untyped-def]
    line = bytearray(line_for(reading))
    line[place % (len(line) - 1)] ^= flip
    found = LineReader().feed(bytes(line) + b"\n")
    assert found in ([], [reading])  # a letter of a figure in the other case is the same figure


def test_windows_line_ends_and_empty_lines_are_no_damage() -> None:
    reader = LineReader()
    assert reader.feed(b"\n$S,01*7E\r\n\n") == [Contacts(1)]


@given(st.binary(max_size=400))
def test_noise_costs_no_memory_and_the_next_line_is_found(noise: bytes) -> None:
    reader = LineReader()
    reader.feed(noise.replace(b"$", b"#"))
    assert len(reader._rest) <= LONGEST
    assert reader.feed(b"\n$S,01*7E\n")[-1] == Contacts(1)


def test_what_is_damaged_is_dropped_and_the_next_line_is_read() -> None:
    assert LineReader().feed(b"$S,05*00\nrubbish\n$S,05*7A\n") == [Contacts(5)]
