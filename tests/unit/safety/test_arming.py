from __future__ import annotations

import math

import pytest

from armctl.safety.arming import StopTest
from armctl.safety.limits import STOP_TEST_LATENCY, STOP_TEST_WINDOW

BEGUN = 16.0
"""A power of two, so that sums with it are exact to 4e-15."""


@pytest.mark.parametrize(
    ("after", "missed"),
    [(0.0, False), (STOP_TEST_WINDOW - 1e-9, False), (STOP_TEST_WINDOW, False), (STOP_TEST_WINDOW + 1e-9, True)],
)
def test_the_window_closes(after: float, missed: bool) -> None:
    finding = StopTest(0.0).missed(after)
    assert (finding is not None) == missed
    if finding is not None:
        assert finding.fault().message == "No stop press came within 30 s, so the arm stays off."


@pytest.mark.parametrize(
    ("pressed_at", "counts"),
    [
        (BEGUN - 1e-9, False),
        (BEGUN, True),
        (BEGUN + 0.5, True),
        (BEGUN + 1.0, True),
        (BEGUN + 1.0 + 1e-9, False),
        (math.nan, False),
        (-math.inf, False),
        (math.inf, False),
    ],
)
def test_a_press_counts_from_the_beginning_of_the_test_until_now(pressed_at: float, counts: bool) -> None:
    finding = StopTest(BEGUN).out_of_order(pressed_at, BEGUN + 1.0)
    assert (finding is None) == counts
    if finding is not None:
        why = "it came before the test began" if pressed_at < BEGUN else "its time is not past yet"
        assert finding.fault().message == f"That press did not count for the stop test: {why}."


def test_a_press_that_never_came_is_told_with_the_time_waited() -> None:
    finding = StopTest(BEGUN).missed(BEGUN + 32.0)
    assert finding is not None
    assert (finding.value, finding.limit) == (32.0, STOP_TEST_WINDOW)


@pytest.mark.parametrize(
    ("latency", "slow"),
    [(0.0, False), (STOP_TEST_LATENCY - 1e-9, False), (STOP_TEST_LATENCY, False), (STOP_TEST_LATENCY + 1e-9, True)],
)
def test_a_press_must_arrive_fast(latency: float, slow: bool) -> None:
    assert (StopTest(0.0).slow(0.0, latency) is not None) == slow


def test_a_slow_press_is_told_with_its_figure() -> None:
    finding = StopTest(0.0).slow(1.0, 1.25)
    assert finding is not None
    assert "250 ms" in finding.fault().message
    assert "200 ms" in finding.fault().message
