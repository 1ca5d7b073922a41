"""Frames found in a stream, with the smallest protocol there is: two marks, a size, so many bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameFinder

MARK = b"\x7e\x7f"


class Sized(FrameFinder[bytes]):
    """Frames of one to nine bytes of data."""

    def _look(self, stream, at, end):
        if end - at < 3:
            return None, end + 1
        size = stream[at + 2]
        if not 1 <= size <= 9:
            return None, at + 1
        behind = at + 3 + size
        return (stream[at + 3 : behind] if behind <= end else None), behind


def framed(data):
    return MARK + bytes((len(data),)) + data


payloads = st.lists(st.binary(min_size=1, max_size=9).filter(lambda data: b"\x7e" not in data), max_size=5)


@given(payloads, st.data())
def test_every_frame_is_found_however_the_stream_is_cut(found, data):
    stream = b"".join(map(framed, found))
    finder, got = Sized(MARK), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        got += finder.feed(stream[:size])
        stream = stream[size:]
    assert got == found
    assert (finder.rejected, len(finder)) == (0, 0)


@given(st.binary(max_size=20).filter(lambda noise: b"\x7e" not in noise), payloads)
def test_noise_before_frames_costs_one_piece_and_no_frame(noise, found):
    finder = Sized(MARK)
    assert finder.feed(noise + b"".join(map(framed, found))) == found
    assert finder.rejected == (1 if noise else 0)


@pytest.mark.parametrize("begun", [MARK[:1], MARK, MARK + b"\x05", MARK + b"\x05abc"])
def test_what_is_unfinished_is_kept_until_it_is_given_up(begun):
    finder = Sized(MARK)
    assert finder.feed(b"xx" + begun) == []
    assert finder.unfinished == begun
    assert finder.flush() == []
    assert len(finder) == 0


def test_a_frame_behind_an_unfinished_one_is_found_when_that_is_given_up():
    finder = Sized(MARK)
    assert finder.feed(MARK + b"\x09" + framed(b"ab")) == []
    assert finder.flush() == [b"ab"]


def test_what_is_forgotten_is_no_part_of_the_next_frame():
    finder = Sized(MARK)
    finder.feed(MARK + b"\x02a")
    finder.clear()
    assert finder.feed(framed(b"xyz")) == [b"xyz"]
