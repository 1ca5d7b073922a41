"""The cancel window's time."""

from __future__ import annotations

import pytest

from armctl.access.actions import Select
from armctl.access.preview import Window


@pytest.mark.parametrize(("now", "left"), [(0.0, 1.0), (1.0, 1.0), (2.0, 0.5), (3.0, 0.0), (9.0, 0.0)])
def test_the_share_that_is_left_falls_from_one_to_zero(now: float, left: float) -> None:
    assert Window(Select("a", 1.0), 1.0, 3.0).share_left(now) == left


@pytest.mark.parametrize(
    ("pressed_at", "now", "answers"),
    [
        (0.9, 2.0, False),  # the press that chose, still held
        (1.0, 2.0, False),
        (1.08, 1.12, False),  # the second press of a double press
        (1.08, 1.24, True),  # which lasts
        (1.15, 1.15, True),
        (2.5, 2.5, True),
    ],
)
def test_every_press_but_the_second_of_a_double_press_is_an_answer(
    pressed_at: float, now: float, answers: bool
) -> None:
    assert Window(Select("a", 0.9), 1.0, 3.0, reaction=0.15).answered(pressed_at, now) == answers
