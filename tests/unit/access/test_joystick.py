"""From stick travel to a wish."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.joystick import NEUTRAL_TIME, SPASM_WINDOW, Stick, shape, wired
from armctl.config.pointing import JoystickConfig, ReachConfig

CONFIG = JoystickConfig(dead_zone=0.1, outer=0.9, exponent=2.0)
axis = st.floats(-1.0, 1.0)


@given(st.floats(0.0, math.tau), st.floats(0.0, 0.1))
def test_nothing_comes_out_of_the_circular_dead_zone(angle: float, travel: float) -> None:
    assert shape((travel * math.cos(angle) * 0.999, travel * math.sin(angle) * 0.999), CONFIG) == (0.0, 0.0)


@given(axis, axis, axis)
def test_the_wish_keeps_the_direction_and_stays_within_one(x: float, y: float, z: float) -> None:
    a, b, c = shape((x, y, z), CONFIG)
    assert math.hypot(a, b) <= 1.0 + 1e-12
    assert abs(c) <= 1.0
    assert a * x >= 0.0
    assert b * y >= 0.0
    assert a * y == pytest.approx(b * x, abs=1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_travel_never_wishes_for_less(first: float, second: float) -> None:
    less, more = sorted((first, second))
    assert shape((less,), CONFIG)[0] <= shape((more,), CONFIG)[0]


def test_half_way_with_exponent_two_is_a_quarter_and_the_outer_limit_is_full() -> None:
    assert shape((0.5, 0.0), CONFIG)[0] == pytest.approx(0.25)
    assert shape((0.0, -0.9), CONFIG) == (0.0, -1.0)


def test_what_is_not_a_number_counts_as_neutral() -> None:
    assert shape((math.nan, math.inf, -math.inf), CONFIG) == (0.0, 0.0, 0.0)


def test_a_steady_offset_of_eight_percent_wishes_for_nothing_with_the_default_dead_zone() -> None:
    assert shape((0.08, 0.0), JoystickConfig()) == (0.0, 0.0)


def test_a_stick_found_deflected_is_refused_until_it_was_neutral() -> None:
    stick = Stick(CONFIG)
    stick.feed((1.0, 0.0), 0.0)
    assert stick.wish == (0.0, 0.0)
    assert stick.warns()
    assert not stick.warns()
    assert stick.value(1.0) == (0.0, 0.0)
    stick.feed((0.0, 0.0), 1.0)
    stick.feed((1.0, 0.0), 1.1)
    assert stick.wish == (1.0, 0.0)


path = st.lists(st.tuples(st.floats(0.001, 0.2), axis, axis), min_size=1, max_size=40)


def held(config: JoystickConfig = CONFIG) -> Stick:
    """A stick that was seen in its middle."""
    stick = Stick(config)
    stick.feed((0.0, 0.0), 0.0)
    return stick


@given(path)
def test_filtering_never_gives_more_than_the_stick_does_now_by_more_than_the_tremor_s_size(
    path: list[tuple[float, float, float]],
) -> None:
    straight = JoystickConfig(dead_zone=0.02, outer=1.0, exponent=1.0, drift=0.0)
    stick, now = held(straight), 0.0
    for wait, x, y in path:
        now += wait
        stick.feed((x, y), now)
        most = min(1.0, math.hypot(x, y) + stick.tremor.swing)
        assert math.hypot(*stick.value(now)) <= most + 1e-9


@given(path, st.floats(0.0, math.tau), st.floats(0.0, 0.0999))
def test_inside_the_dead_zone_the_wish_is_zero_at_once_whatever_came_before(
    path: list[tuple[float, float, float]], angle: float, travel: float
) -> None:
    stick, now = held(), 0.0
    for wait, x, y in path:
        now += wait
        stick.feed((x, y), now)
        stick.value(now)
    stick.feed((travel * math.cos(angle), travel * math.sin(angle)), now)
    assert stick.value(now) == (0.0, 0.0)
    assert not stick.deflected


@given(path)
def test_pushed_back_the_stick_never_goes_on_ahead(path: list[tuple[float, float, float]]) -> None:
    stick, now = held(), 0.0
    for wait, x, y in path:
        now += wait
        stick.feed((x, y), now)
        a, b = stick.value(now)
        assert a * stick.wish[0] + b * stick.wish[1] >= -1e-12


@given(path, st.floats(0.011, 0.05))
def test_the_same_events_wish_for_the_same_however_often_the_screen_looks(
    path: list[tuple[float, float, float]], frame: float
) -> None:
    seldom, often, now = held(), held(), 0.0
    for wait, x, y in path:
        looked = now + frame
        while looked < now + wait:
            often.value(looked)
            looked += frame
        now += wait
        seldom.feed((x, y), now)
        often.feed((x, y), now)
        assert often.value(now) == seldom.value(now)


def test_a_third_axis_that_is_let_go_stops_at_once_while_two_go_on() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0, 0.0), 0.0)
    stick.feed((1.0, 0.0, 1.0), 0.2)
    assert min(stick.value(0.6)[::2]) > 0.9
    stick.feed((1.0, 0.0, 0.05), 0.6)
    assert stick.value(0.6)[0] > 0.9
    assert stick.value(0.6)[2] == 0.0


def test_letting_go_is_zero_at_once() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    stick.feed((1.0, 1.0), 0.1)
    assert max(stick.value(1.0)) > 0.5
    stick.feed((0.0, 0.0), 1.0)
    assert stick.value(1.0) == (0.0, 0.0)


def test_the_first_moment_of_a_deflection_is_filtered_like_the_others() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    stick.feed((1.0, 0.0), 1.0)
    assert stick.value(1.0) == (0.0, 0.0)
    assert 0.0 < stick.value(1.01)[0] < 0.8
    assert stick.value(1.2)[0] > 0.98


@pytest.mark.parametrize("frequency", [3.0, 4.5, 6.0, 9.0, 12.0])
@pytest.mark.parametrize("push", [0.0, 0.6])
def test_tremor_is_damped_to_a_fifth_within_two_seconds(frequency: float, push: float) -> None:
    stick, seen = held(JoystickConfig(dead_zone=0.02, outer=1.0, exponent=1.0)), []
    for k in range(400):
        now = NEUTRAL_TIME + 0.01 + k / 100
        stick.feed((push + 0.3 * math.sin(math.tau * frequency * now), 0.0), now)
        if k >= 200:
            seen.append(stick.value(now)[0])
    assert max(seen) - min(seen) < 0.2 * 0.6
    assert sum(seen) / len(seen) == pytest.approx(push, abs=0.03)


def test_switched_off_the_filter_leaves_the_wish_alone() -> None:
    stick = held(JoystickConfig(tremor=False))
    stick.feed((0.7, 0.2), 0.5)
    assert stick.value(0.5) == stick.wish


@given(axis, axis, st.floats(-math.pi, math.pi))
def test_the_person_s_own_ahead_is_ahead_however_they_sit(x: float, y: float, angle: float) -> None:
    x, y = x / 2.0, y / 2.0  # both in reach of either
    straight, turned = Stick(CONFIG), Stick(CONFIG.model_copy(update={"angle": angle}))
    c, s = math.cos(angle), math.sin(angle)
    for stamp, (a, b) in ((0.0, (0.0, 0.0)), (0.5, (x, y))):
        straight.feed((a, b), stamp)
        turned.feed((c * a - s * b, s * a + c * b), stamp)
    assert turned.wish == pytest.approx(straight.wish, abs=1e-6)


def test_who_sits_turned_to_the_left_pushes_ahead_to_the_left_of_the_stick() -> None:
    stick = held(CONFIG.model_copy(update={"angle": math.pi / 2.0}))
    stick.feed((-1.0, 0.0), 0.5)
    assert stick.wish == pytest.approx((0.0, 1.0), abs=1e-9)


WEAK = JoystickConfig(
    dead_zone=0.05, outer=1.0, exponent=1.0, reach=ReachConfig(right=0.4, left=0.9, ahead=0.6, back=0.3)
)


@pytest.mark.parametrize(("x", "y"), [(0.4, 0.0), (-0.9, 0.0), (0.0, 0.6), (0.0, -0.3)])
def test_full_speed_comes_at_the_person_s_own_reach_each_way(x: float, y: float) -> None:
    assert math.hypot(*shape((x, y), WEAK)) == pytest.approx(1.0)
    assert math.hypot(*shape((0.9 * x, 0.9 * y), WEAK)) < 0.95


@given(st.floats(0.01, math.pi / 2.0 - 0.01))
def test_the_reach_between_two_ways_is_an_ellipse(angle: float) -> None:
    c, s = math.cos(angle), math.sin(angle)
    a, b = shape((0.4 * c, -0.3 * s), WEAK)
    assert math.hypot(a, b) == pytest.approx(1.0)
    assert math.atan2(-b, a) == pytest.approx(angle)


@given(st.floats(0.0, math.tau), st.floats(0.0, 0.0499))
def test_the_dead_zone_stays_a_circle_of_travel_whatever_the_reach(angle: float, travel: float) -> None:
    assert shape((travel * math.cos(angle), travel * math.sin(angle)), WEAK) == (0.0, 0.0)


def test_full_speed_from_thirty_percent_of_travel_is_possible() -> None:
    assert shape((0.3, 0.0), JoystickConfig(outer=0.3)) == (1.0, 0.0)


def test_all_six_axes_have_their_own_dead_zone_and_reach() -> None:
    config = JoystickConfig(dead_zone=0.05, outer=1.0, exponent=1.0, reach=ReachConfig(up=0.5, others=0.4))
    assert shape((0.0, 0.0, 0.5, 0.4, -0.4, 0.04), config) == (0.0, 0.0, 1.0, 1.0, -1.0, 0.0)


def test_raw_axes_are_taken_as_they_are_wired() -> None:
    assert wired((0.1, 0.2, 0.3), (1, -2)) == (0.1, -0.2)
    assert wired((0.1, 0.2), (-2,)) == (-0.2,)
    assert wired((0.1,), (1, -2, 3)) == (0.1, 0.0, 0.0)


def test_one_axis_is_a_stick() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0,), 0.0)
    stick.feed((-1.0,), 0.5)
    assert stick.value(1.0)[0] == pytest.approx(-1.0, abs=0.02)
    stick.feed((0.0,), 1.0)
    assert stick.value(1.0) == (0.0,)


def test_the_middle_that_was_followed_never_makes_a_let_go_stick_wish() -> None:
    stick = held()
    stick.feed((0.08, 0.0), 1.0)
    stick.feed((0.081, 0.0), 300.0)
    stick.feed((-0.0999, 0.0), 301.0)
    assert stick.wish == (0.0, 0.0)
    stick.feed((0.14, 0.0), 302.0)
    assert stick.wish == (0.0, 0.0), "its middle lies at 0.05 by now"


def test_passing_through_the_middle_is_not_letting_go() -> None:
    stick = Stick(CONFIG)
    stick.feed((1.0, 0.0), 0.0)
    stick.feed((0.0, 0.0), 1.0)
    stick.feed((-1.0, 0.0), 1.0 + 0.9 * NEUTRAL_TIME)
    assert not stick.trusted
    stick.feed((0.0, 0.0), 2.0)
    stick.feed((0.05, 0.0), 2.0 + 0.9 * NEUTRAL_TIME)  # still in its middle
    stick.feed((-1.0, 0.0), 2.0 + 1.1 * NEUTRAL_TIME)
    assert stick.trusted


def test_from_one_end_to_the_other_in_a_moment_is_a_spasm() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    assert not stick.feed((1.0, 0.0), 0.1)
    assert stick.feed((-1.0, 0.0), 0.09 + SPASM_WINDOW)


def test_from_one_end_to_the_other_with_time_between_is_none() -> None:
    stick = Stick(CONFIG)
    stick.feed((0.0, 0.0), 0.0)
    assert not stick.feed((1.0, 0.0), 0.1)
    assert not stick.feed((-1.0, 0.0), 0.2 + SPASM_WINDOW)
