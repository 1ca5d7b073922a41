"""One switch: presses, bounce, double presses, stuck contacts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from armctl.access.switches import BOUNCE, Switch
from armctl.config.user import SwitchConfig

gaps = st.floats(0.001, 0.0299)


def counted(switch: Switch, until: float, start: float = 0.0) -> list[float]:
    """Return when presses counted, asked every 5 ms from ``start`` to ``until``."""
    steps = int((until - start) / 0.005) + 1
    return [now for k in range(steps) if switch.counts(now := start + k * 0.005)]


def test_a_press_counts_after_the_acceptance_time_and_is_known_by_when_it_began() -> None:
    switch = Switch(SwitchConfig(acceptance=0.2))
    assert switch.close(1.0) == "press"
    assert counted(switch, 1.195, 1.0) == []
    assert switch.counts(1.2)
    assert switch.pressed_at == 1.0
    assert switch.held


def test_a_press_let_go_before_the_acceptance_time_counts_for_nothing() -> None:
    switch = Switch(SwitchConfig(acceptance=0.2))
    switch.close(1.0)
    assert not switch.open(1.15)
    assert counted(switch, 2.0, 1.15) == []


@given(st.lists(st.tuples(gaps, gaps), min_size=1, max_size=20))
def test_a_burst_of_bounce_is_one_press_that_began_with_the_burst(burst: list[tuple[float, float]]) -> None:
    switch = Switch(SwitchConfig(debounce=0.03))
    now, times = 5.0, []
    for closed, opened in burst:
        switch.close(now)
        times += [now] if switch.counts(now) else []
        now += closed
        times += [now] if switch.counts(now) else []
        switch.open(now)
        now += opened
    switch.close(now)
    times += counted(switch, now + 0.2, now)
    assert len(times) == 1
    assert switch.pressed_at == 5.0


@given(st.lists(st.tuples(gaps, gaps), min_size=1, max_size=20))
def test_bounce_on_letting_go_is_no_second_press(burst: list[tuple[float, float]]) -> None:
    switch = Switch(SwitchConfig(debounce=0.03, post_acceptance=0.0))
    switch.close(0.0)
    assert switch.counts(0.5)
    assert switch.open(0.6)
    now = 0.6
    for opened, closed in burst:
        now += opened
        assert switch.close(now) == "bounce"
        now += closed
        assert not switch.counts(now)
        assert not switch.open(now)
    assert counted(switch, now + 0.5, now) == []


def test_of_two_presses_80_ms_apart_the_second_is_ignored() -> None:
    switch = Switch(SwitchConfig(post_acceptance=0.3))
    switch.close(0.0)
    assert switch.counts(0.03)
    switch.open(0.05)
    switch.close(0.08)
    assert counted(switch, 3.0, 0.08) == []


def test_a_press_after_the_post_acceptance_delay_counts() -> None:
    switch = Switch(SwitchConfig(post_acceptance=0.3))
    switch.close(0.0)
    assert switch.counts(0.03)
    switch.open(0.05)
    switch.close(0.34)
    assert counted(switch, 1.0, 0.34) != []


@given(st.floats(0.0, 2.0), st.floats(0.0, 0.1), st.floats(0.0, 2.0), st.floats(0.0, 20.0))
def test_opening_ends_a_counted_press_at_once_whatever_the_settings(
    acceptance: float, debounce: float, post: float, held: float
) -> None:
    switch = Switch(SwitchConfig(acceptance=acceptance, debounce=debounce, post_acceptance=post))
    switch.close(0.0)
    was_counted = switch.counts(held)
    assert switch.open(held) == was_counted
    assert not switch.closed


def test_a_contact_that_never_opens_is_stuck_once() -> None:
    switch = Switch(SwitchConfig(maximum_hold=2.0))
    switch.close(0.0)
    assert switch.counts(0.1)
    assert [now for now in range(1, 60) if switch.is_stuck(float(now))] == [3]


def test_a_closure_that_looked_like_bounce_but_lasts_is_told_as_a_press_after_all() -> None:
    switch = Switch(SwitchConfig())
    switch.close(0.0)
    assert switch.counts(0.1)
    switch.open(0.5)
    assert switch.close(0.51) == "bounce"
    assert not switch.outlasts_bounce(0.52)
    assert switch.outlasts_bounce(0.51 + BOUNCE)
    assert not switch.outlasts_bounce(0.7)


def test_a_press_that_was_spent_selects_nothing_and_neither_does_the_one_right_after() -> None:
    switch = Switch(SwitchConfig(post_acceptance=0.3))
    switch.close(0.0)
    switch.spend(0.0)
    assert counted(switch, 0.1) == []
    assert not switch.open(0.1)
    switch.close(0.2)
    assert counted(switch, 1.0, 0.2) == []


def test_a_second_closure_without_an_opening_between_is_a_repeat() -> None:
    switch = Switch(SwitchConfig())
    switch.close(0.0)
    assert switch.close(0.2) == "repeat"


def test_a_closure_right_after_a_press_never_counts_however_long_it_lasts() -> None:
    switch = Switch(SwitchConfig(post_acceptance=0.0))
    switch.close(0.0)
    assert switch.counts(0.5)
    switch.open(0.6)
    switch.close(0.62)
    assert counted(switch, 3.0, 0.62) == []
