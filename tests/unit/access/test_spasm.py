"""Thrown is told from pushed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.spasm import SPASM_WINDOW, SpasmWatch
from armctl.config.pointing import JoystickConfig

CONFIG = JoystickConfig(spasm_level=0.8, spasm_speed=6.0)


def rise(seconds: float, to: float, config: JoystickConfig = CONFIG, report: float = 0.01) -> int:
    """Return how often a push of so long is taken for a spasm."""
    watch, told = SpasmWatch(), 0
    watch.feed((0.0, 0.0), (0.0, 0.0), 0.0, config)
    for k in range(1, max(1, round(seconds / report)) + 1):
        share = min(1.0, k * report / seconds)
        told += watch.feed((to * share, 0.0), (0.0, 0.0), 1.0 + k * report, config)
    return told + watch.feed((to, 0.0), (0.0, 0.0), 5.0, config)


@pytest.mark.parametrize("seconds", [0.01, 0.05, 0.1, 0.15])
def test_far_and_fast_is_a_spasm_told_once(seconds: float) -> None:
    assert rise(seconds, 1.0) == 1


@pytest.mark.parametrize(("seconds", "to"), [(0.3, 1.0), (1.0, 1.0), (0.01, 0.7)])
def test_slow_or_not_so_far_is_none(seconds: float, to: float) -> None:
    assert rise(seconds, to) == 0


def test_without_a_level_fast_pushes_are_pushes() -> None:
    assert rise(0.01, 1.0, JoystickConfig()) == 0


@given(st.floats(0.0, math.tau), st.floats(0.01, 2.0 * SPASM_WINDOW))
def test_from_one_end_to_the_opposite_one_is_a_spasm_within_its_window_only(angle: float, wait: float) -> None:
    watch, way = SpasmWatch(), (math.cos(angle), math.sin(angle))
    config = JoystickConfig()
    assert not watch.feed(way, way, 1.0, config)
    back = (-way[0], -way[1])
    stamp = 1.0 + wait
    assert watch.feed(back, back, stamp, config) == (stamp - 1.0 <= SPASM_WINDOW)


def test_from_one_end_round_to_the_next_is_none() -> None:
    watch, config = SpasmWatch(), JoystickConfig()
    ways = [(math.cos(k * 0.4), math.sin(k * 0.4)) for k in range(4)]
    assert not any(watch.feed(way, way, k * 0.05, config) for k, way in enumerate(ways))


def test_another_number_of_axes_is_another_stick() -> None:
    watch = SpasmWatch()
    watch.feed((0.0, 0.0), (0.0, 0.0), 0.0, CONFIG)
    assert not watch.feed((1.0,), (1.0,), 0.01, CONFIG)
