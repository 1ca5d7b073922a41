"""Readings are taken, kept, or not believed."""

import numpy as np
import pytest

from drivers.mycobot.track import Track


@pytest.fixture
def track():
    it = Track([1.0, 2.0, 1.0], [0.02, 0.02, 0.01])
    it.begin()
    it.take(0, [0.1, 0.2, 0.3], 10.0)
    return it


def test_the_first_reading_is_taken_as_it_is(track):
    assert track.positions.tolist() == [0.1, 0.2, 0.3]
    assert track.velocities.tolist() == [0.0, 0.0, 0.0]
    assert track.stamps.tolist() == [10.0] * 3
    assert track.fresh.all()


def test_before_any_reading_nothing_is_known_and_nothing_fresh():
    it = Track([1.0], [0.0])
    assert np.isnan(it.positions).all()
    assert np.isneginf(it.stamps).all()
    assert not it.fresh.any()


def test_what_is_not_read_anew_stays_and_is_not_fresh(track):
    track.begin()
    track.take(2, [0.31], 10.1)
    assert track.positions.tolist() == [0.1, 0.2, 0.31]
    assert track.fresh.tolist() == [False, False, True]
    assert track.stamps.tolist() == [10.0, 10.0, 10.1]


def test_velocity_is_the_way_over_the_time(track):
    track.begin()
    track.take(0, [0.15, 0.18, 0.3], 10.1)
    assert track.velocities == pytest.approx([0.5, -0.2, 0.0])


def test_two_readings_at_one_moment_tell_no_velocity(track):
    track.take(0, [0.11], 10.0)
    assert track.velocities[0] == 0.0


@pytest.mark.parametrize(("value", "believed"), [(0.219, True), (0.221, False), (-0.019, True), (-0.021, False)])
def test_a_joint_moves_no_further_than_it_can(track, value, believed):
    track.begin()
    track.take(0, [value, 0.2, 0.3], 10.1)
    assert track.fresh.tolist() == [believed, True, True]
    assert track.positions[0] == (value if believed else 0.1)
    assert track.stamps[0] == (10.1 if believed else 10.0)


def test_what_the_next_reading_confirms_is_believed(track):
    track.begin()
    track.take(0, [1.0], 10.05)
    assert not track.fresh[0]
    track.begin()
    track.take(0, [1.01], 10.1)
    assert track.fresh[0]
    assert track.positions[0] == 1.01
    assert track.velocities[0] == 0.0


def test_two_different_leaps_are_not_believed(track):
    for stamp, value in ((10.05, 1.0), (10.1, -1.0), (10.15, 2.0)):
        track.begin()
        track.take(0, [value], stamp)
        assert not track.fresh[0]
    assert track.positions[0] == 0.1


def test_a_leap_that_was_a_broken_answer_is_forgotten(track):
    track.take(0, [1.0], 10.05)
    track.take(0, [0.12], 10.1)
    assert track.positions[0] == 0.12
    track.begin()
    track.take(0, [1.0], 10.15)
    assert not track.fresh[0]


def test_after_a_long_silence_it_may_be_anywhere_when_two_readings_say_so(track):
    track.begin()
    track.take(0, [1.05, 0.21], 11.0)
    assert track.fresh.tolist() == [False, True, False]
    assert track.velocities[1] == pytest.approx(0.01)
    track.begin()
    track.take(0, [1.06], 11.05)
    assert track.fresh[0]
    assert track.velocities[0] == 0.0
