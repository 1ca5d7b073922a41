"""The middle of a stick follows slowly, within bounds, only at rest."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.middle import FOLLOWS, RESTS, Middle
from armctl.config.pointing import JoystickConfig

CONFIG = JoystickConfig(dead_zone=0.1, drift=0.05)


def rested(x: float, seconds: float, config: JoystickConfig = CONFIG) -> Middle:
    middle = Middle(config)
    middle.feed((x, 0.0), 0.0)
    middle.feed((x, 0.0), seconds)
    return middle


def test_a_resting_stick_s_middle_is_followed_with_its_time_constant() -> None:
    assert rested(0.04, RESTS + FOLLOWS).axes[0] == pytest.approx(0.04 * (1.0 - math.exp(-1.0)))
    assert rested(0.04, 0.99 * RESTS).axes == (0.0, 0.0)


def test_it_is_followed_only_so_far() -> None:
    assert rested(0.09, 1000.0).axes == pytest.approx((0.05, 0.0))
    assert rested(0.09, 1000.0, JoystickConfig(dead_zone=0.1, drift=0.15)).axes == pytest.approx((0.05, 0.0))
    assert rested(0.09, 1000.0, JoystickConfig(dead_zone=0.1, drift=0.0)).axes == (0.0, 0.0)


def test_a_stick_held_outside_its_dead_zone_is_not_followed() -> None:
    assert rested(0.2, 1000.0).axes == (0.0, 0.0)


def test_a_stick_that_moves_about_in_its_dead_zone_is_not_at_rest() -> None:
    middle = Middle(CONFIG)
    for k in range(200):
        middle.feed((0.08 if k % 2 else 0.0, 0.0), k * 0.9)
    assert middle.axes == (0.0, 0.0)


@given(st.lists(st.tuples(st.floats(0.0, 60.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0)), max_size=30))
def test_the_middle_is_never_farther_than_allowed_and_the_ends_stay_the_ends(
    path: list[tuple[float, float, float]],
) -> None:
    middle, now = Middle(CONFIG), 0.0
    for wait, x, y in path:
        now += wait
        middle.feed((x / 5.0, y / 5.0), now)
        assert math.hypot(*middle.axes) <= 0.05 + 1e-12
        assert middle.centred((1.0, -1.0)) == pytest.approx((1.0, -1.0))
        assert middle.centred(middle.axes) == (0.0, 0.0)
