"""The controller never gets more than two periods of motion ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.gcode.walk import AHEAD, Walk

PERIOD = 0.05
start = np.array([0.5, -0.2])


def follower(walk, goal, speeds, ticks, tick, arm=1.0):
    """Let an arm follow, at ``arm`` of the speed it is given; return the moves and where it was each time."""
    walk.aim(goal, speeds)
    now, here, moves = 10.0, walk.given.copy(), []
    for _ in range(ticks):
        move = walk.next(now, here)
        if move is not None:
            moves.append((now, here.copy(), move))
        here = here + np.clip(walk.given - here, -arm * speeds * tick, arm * speeds * tick)
        now += tick
    return moves, here


@settings(max_examples=40, deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.3, 1.0), st.sampled_from([0.01, 0.05, 0.09]))
def test_whatever_the_goal_no_more_than_two_periods_are_ahead_and_no_speed_is_exceeded(x, y, speed, tick):
    walk, speeds = Walk(start, PERIOD), np.array([speed, speed / 2])
    moves, here = follower(walk, np.array([x, y]), speeds, round(9.0 / speed * 0.3 / tick) + 20, tick)
    given_at = start
    for now, where, move in moves:
        assert (np.abs(move.goal - where) <= AHEAD * PERIOD * speeds + 1e-9).all()
        assert (np.abs(move.goal - given_at) <= speeds * move.seconds + 1e-9).all()
        given_at = move.goal
        assert now >= 10.0
    assert here == pytest.approx([x, y], abs=1e-6)


def test_the_way_is_straight():
    walk = Walk(start, PERIOD)
    goal = np.array([1.5, 0.3])
    moves, _ = follower(walk, goal, np.array([0.4, 0.4]), 200, PERIOD)
    for _, _, move in moves:
        share = (move.goal - start) / (goal - start)
        assert share[0] == pytest.approx(share[1])


def test_moves_are_not_shorter_than_half_a_period_but_the_last():
    moves, _ = follower(Walk(start, PERIOD), start + 0.8, np.array([0.4, 0.4]), 600, 0.005)
    assert all(move.seconds >= PERIOD / 2 for _, _, move in moves[:-1])


def test_where_it_is_nothing_is_given():
    walk = Walk(start, PERIOD)
    assert walk.next(1.0, start) is None
    walk.aim(start.copy(), np.ones(2))
    assert walk.next(1.0, start) is None


def test_an_arm_that_hangs_behind_gets_nothing_more():
    walk = Walk(start, PERIOD)
    moves, here = follower(walk, start + 2.0, np.array([0.4, 0.4]), 200, PERIOD, arm=0.0)
    assert len(moves) < 8
    assert np.abs(walk.given - here).max() < 0.4 * 6 * PERIOD + 0.03


def test_after_stay_nothing_further_is_given_until_a_new_aim():
    walk = Walk(start, PERIOD)
    walk.aim(start + 1.0, np.ones(2))
    move = walk.next(1.0, start)
    walk.stay()
    assert walk.next(5.0, move.goal) is None
    walk.aim(start, np.ones(2))
    assert walk.next(5.0, move.goal).seconds > 0.0


def test_beginning_elsewhere_voids_what_was_given_but_not_what_was_aimed_at_since():
    walk, there = Walk(start, PERIOD), start + 0.3
    walk.aim(start + 1.0, np.ones(2))
    walk.next(1.0, start)
    walk.stay()
    walk.begin_at(there)
    assert walk.goal is there
    walk.aim(start, np.ones(2))
    walk.begin_at(there + 0.01)
    assert walk.goal is start
    assert (walk.next(1.0, there).goal < there + 0.01).all()
