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
    assert switch.open(1.3), "a press that counted ends"


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


def test_a_press_goes_on_after_an_opening_shorter_than_the_release_time() -> None:
    switch = Switch(SwitchConfig(acceptance=0.5, release=0.2))
    switch.close(0.0)
    switch.open(0.3)
    assert switch.close(0.45) == "rejoin"
    assert counted(switch, 0.6, 0.45) == [0.5]
    assert switch.pressed_at == 0.0


def test_an_opening_longer_than_the_release_time_is_the_end_of_the_press() -> None:
    switch = Switch(SwitchConfig(acceptance=0.5, release=0.2))
    switch.close(0.0)
    switch.open(0.3)
    assert switch.close(0.55) == "press"
    assert switch.pressed_at == 0.55


@given(st.floats(0.0, 1.0), st.floats(0.1, 5.0))
def test_what_a_press_meant_is_known_when_its_end_is_sure_and_only_once(release: float, lasted: float) -> None:
    switch = Switch(SwitchConfig(release=release), waits=True)
    switch.close(1.0)
    assert switch.counts(1.0 + lasted)
    switch.open(1.0 + lasted)
    sure = 1.0 + lasted + max(release, 0.03)
    assert switch.ended(sure - 1e-6) is None
    ended = switch.ended(sure + 1e-6)
    assert ended is not None
    assert abs(ended.lasted - lasted) < 1e-9
    assert switch.ended(sure + 1.0) is None


def test_the_length_of_a_press_tells_what_it_does() -> None:
    config = SwitchConfig.model_validate({"holds": [{"at": 0.4, "does": "back"}, {"at": 1.0, "does": "select"}]})
    switch = Switch(config)
    assert switch.waits
    assert [switch.meaning(lasted, "next") for lasted in (0.1, 0.39, 0.4, 0.99)] == ["next", "next", "back", "back"]
    switch.close(0.0)
    switch.counts(0.1)
    assert switch.reached(0.99) is None
    assert switch.reached(1.0) == "select"
    assert switch.reached(1.1) is None


@given(st.floats(0.1, 5.0), st.floats(0.1, 5.0), st.lists(st.floats(0.01, 1.0), max_size=30))
def test_repeats_do_not_depend_on_how_often_they_are_asked_for(
    delay: float, interval: float, steps: list[float]
) -> None:
    often, once = (Switch(SwitchConfig(repeat_delay=delay, repeat_interval=interval, debounce=0.0)) for _ in range(2))
    for switch in (often, once):
        switch.close(0.0)
        assert switch.counts(0.0)
    now, times = 0.0, []
    for step in steps:
        now += step
        times += often.repeats(now)
    assert once.repeats(now) == times
    assert all(at >= delay for at in times)


def test_without_a_delay_nothing_repeats() -> None:
    switch = Switch(SwitchConfig())
    switch.close(0.0)
    switch.counts(0.1)
    assert switch.repeats(100.0) == []
