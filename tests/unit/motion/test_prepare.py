"""Work in pieces: never more of it at once than was asked, and the same result as at one go."""

import pytest

from armctl.errors import UnreachableError
from armctl.motion.prepare import PIECES, Preparation, Work, finished


def counting(pieces: int, done: list[int]) -> Work[str]:
    for number in range(pieces):
        done.append(number)
        yield
    return "done"


@pytest.mark.parametrize("pieces", [0, 1, PIECES, PIECES + 1, 3 * PIECES])
def test_no_more_than_so_many_pieces_are_done_at_once(pieces: int) -> None:
    done: list[int] = []
    preparation = Preparation(counting(pieces, done))
    rounds = 0
    while not preparation.advance():
        rounds += 1
        assert len(done) <= rounds * PIECES
    assert preparation.ready
    assert preparation.result == "done"
    assert len(done) == pieces
    assert finished(counting(pieces, [])) == "done"


def test_work_that_is_done_stays_done() -> None:
    preparation = Preparation(counting(1, []))
    assert preparation.advance()
    assert preparation.advance()
    assert preparation.result == "done"


def test_what_the_work_finds_out_is_raised_where_it_goes_on() -> None:
    def failing() -> Work[str]:
        yield
        raise UnreachableError("Too far.")

    preparation = Preparation(failing())
    assert not preparation.advance(1)
    with pytest.raises(UnreachableError, match="Too far"):
        preparation.advance(1)
