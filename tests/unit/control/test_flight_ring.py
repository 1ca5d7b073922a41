"""The ring keeps the newest, in order, and never gives out what is torn."""

from __future__ import annotations

import mmap
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.control.flight_ring import FEWEST, Ring, read_ring


def test_what_was_written_is_read_with_its_facts() -> None:
    ring = Ring(b"facts", 3, 1000)
    ring.begin(b"checkpoint")
    assert ring.add(b"one")
    assert ring.add(b"two")
    facts, segments = read_ring(ring.fileno)
    assert facts == b"facts"
    assert [segment.frames for segment in segments] == [(b"checkpoint", b"one", b"two")]
    ring.close()


@given(
    st.integers(FEWEST, 6),
    st.lists(st.lists(st.binary(max_size=40), max_size=8), min_size=1, max_size=15),
)
@settings(max_examples=60)
def test_the_newest_segments_are_kept_whole_and_in_order(count: int, segments: list[list[bytes]]) -> None:
    ring = Ring(b"", count, 400)
    written = []
    for number, frames in enumerate(segments):
        ring.begin(str(number).encode())
        written.append((str(number).encode(), *(frame for frame in frames if ring.add(frame))))
    _, found = read_ring(ring.fileno)
    assert [segment.frames for segment in found] == written[-count:]
    ring.close()


def test_a_frame_that_does_not_fit_changes_nothing() -> None:
    ring = Ring(b"", 3, 100)
    ring.begin(b"start")
    room = ring.room
    assert not ring.add(b"x" * 101)
    assert ring.room == room
    assert ring.add(b"y" * (room - 8))
    assert ring.room == 0
    assert not ring.add(b"")
    assert read_ring(ring.fileno)[1][0].frames == (b"start", b"y" * (room - 8))
    ring.close()


@pytest.mark.parametrize("place", range(36))
def test_a_flipped_bit_ends_the_segment_before_it(place: int) -> None:
    ring = Ring(b"", 3, 200)
    ring.begin(b"0123456789")
    ring.add(b"abcdefghij")
    with mmap.mmap(ring.fileno, 0) as memory:
        start = len(memory) - 3 * (200 + 16) + 16 + place
        memory[start] ^= 0x10
    _, segments = read_ring(ring.fileno)
    frames = segments[0].frames if segments else ()
    assert frames == (() if place < 18 else (b"0123456789",))
    ring.close()


def test_a_segment_that_is_being_begun_is_not_read() -> None:
    ring = Ring(b"", 3, 200)
    for number in range(3):
        ring.begin(str(number).encode())
    with mmap.mmap(ring.fileno, 0) as memory:
        start = len(memory) - 3 * (200 + 16)
        memory[start : start + 8] = b"\0" * 8  # as at the moment in which it is emptied
    assert [segment.frames for segment in read_ring(ring.fileno)[1]] == [(b"1",), (b"2",)]
    ring.close()


def test_what_lies_before_a_gap_is_not_read() -> None:
    ring = Ring(b"", 4, 200)
    for number in range(4):
        ring.begin(str(number).encode())
    with mmap.mmap(ring.fileno, 0) as memory:
        start = len(memory) - 3 * (200 + 16)
        memory[start : start + 8] = b"\0" * 8
    assert [segment.frames for segment in read_ring(ring.fileno)[1]] == [(b"2",), (b"3",)]
    ring.close()


def test_an_empty_ring_has_no_segments_and_other_memory_is_no_ring() -> None:
    ring = Ring(b"", 3, 200)
    assert read_ring(ring.fileno) == (b"", [])
    ring.close()
    other = os.memfd_create("other")
    os.ftruncate(other, 4096)
    with pytest.raises(ValueError, match="not a flight recorder"):
        read_ring(other)
    os.close(other)


def test_a_ring_of_too_few_segments_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        Ring(b"", 2, 200)


def test_its_memory_never_grows() -> None:
    ring = Ring(b"", 3, 500)
    size = os.fstat(ring.fileno).st_size
    for _ in range(200):
        ring.begin(b"x" * 50)
        ring.add(b"y" * 300)
    assert os.fstat(ring.fileno).st_size == size
    ring.close()
