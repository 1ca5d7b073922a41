import logging

from armctl.clock import SteppedClock
from drivers.drops import TELL_EVERY, Drops


def lines(caplog):
    return [record.getMessage() for record in caplog.records]


def test_a_clean_line_is_not_spoken_of(caplog):
    clock = SteppedClock()
    drops = Drops("SO-101", clock)
    for _ in range(5):
        drops.count(0)
        clock.advance(TELL_EVERY)
    assert lines(caplog) == []


def test_the_first_broken_answer_is_told_at_once_and_the_next_ones_together(caplog):
    caplog.set_level(logging.WARNING)
    clock = SteppedClock(100.0)
    drops = Drops("SO-101", clock)
    for total in range(1, 50):
        drops.count(total)
        clock.advance(TELL_EVERY / 100)
    assert lines(caplog) == ["SO-101: 1 broken or foreign pieces of answers were dropped so far."]
    clock.advance(TELL_EVERY)
    drops.count(60)
    assert lines(caplog)[1:] == ["SO-101: 60 broken or foreign pieces of answers were dropped so far."]
    assert drops.total == 60


def test_what_was_told_is_not_told_again(caplog):
    clock = SteppedClock()
    drops = Drops("SO-101", clock)
    for _ in range(5):
        drops.count(3)
        clock.advance(TELL_EVERY)
    assert len(lines(caplog)) == 1
