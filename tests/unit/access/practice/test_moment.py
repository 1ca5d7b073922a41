"""The ball counts where it was at the press; a press always stops what moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.practice.moment import BALLS, CUP_FROM, CUP_TO, WAITS, WAVING, Ball, Wave

LEVELS = st.integers(1, 5)
CUPS = st.floats(CUP_FROM, CUP_TO)


@given(LEVELS, CUPS, st.floats(0.0, 1.3), st.floats(0.0, 1e5))
def test_a_press_hits_exactly_when_the_ball_is_in_the_cup(level, cup, share, began):
    ball, row = Ball(level, began, cup), BALLS[level - 1]
    pressed = began + share * row.crossing
    ball.halt(pressed)
    off = (pressed - began) / row.crossing - cup
    if pressed - began >= row.crossing:
        assert (ball.outcome.hit, ball.outcome.why) == (False, "none")
    else:
        assert ball.outcome.hit == (abs(off) <= row.tolerance)
        assert ball.outcome.why == ("" if ball.outcome.hit else "early" if off < 0 else "late")
        # What was pressed for stands, and stays where it was.
        assert not ball.stops
        assert ball.place(pressed) == ball.place(pressed + 5.0)


@given(LEVELS, CUPS, st.lists(st.floats(0.0, 12.0), max_size=6))
def test_the_first_press_decides_and_nothing_changes_it(level, cup, presses):
    ball, first = Ball(level, 0.0, cup), None
    for pressed in sorted(presses):
        ball.halt(pressed)
        first = first or ball.outcome
        assert ball.outcome is first


def test_without_a_press_the_ball_rolls_by():
    ball = Ball(1, 10.0, 0.6)
    ball.tick(10.0 + BALLS[0].crossing - 0.01)
    assert ball.outcome is None
    ball.tick(10.0 + BALLS[0].crossing)
    assert (ball.outcome.hit, ball.outcome.why) == (False, "none")


def test_each_level_of_the_ball_leaves_less_time_than_the_one_before():
    windows = [2 * row.tolerance * row.crossing for row in BALLS]
    assert windows == sorted(windows, reverse=True)
    # The cup is never at the very edge: a ball at its beginning or end is not in it.
    for row in BALLS:
        assert CUP_FROM - row.tolerance > 0.3
        assert CUP_TO + row.tolerance < 1.0


@given(LEVELS, st.floats(0.0, 15.0))
def test_any_press_in_time_makes_the_arm_wave(level, pressed):
    wave = Wave(level, 0.0)
    wave.tick(pressed)
    if pressed >= WAITS[level - 1]:
        assert (wave.outcome.hit, wave.outcome.why) == (False, "none")
        return
    wave.halt(pressed)
    assert wave.waving
    wave.tick(pressed + WAVING + 1e-6)
    assert wave.outcome.hit
    assert wave.outcome.seconds == pytest.approx(pressed)


@given(st.floats(0.0, 1.0))
def test_a_press_while_it_waves_stops_it_there(share):
    wave = Wave(1, 0.0)
    wave.halt(1.0)
    wave.halt(1.0 + share * WAVING)
    assert not wave.stops
    assert wave.waved(99.0) == pytest.approx(share)
    assert wave.outcome.hit
