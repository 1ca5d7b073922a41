"""Choices that are taken back at once count as wrong; the interval follows only where the profile says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import Cancelled, Lit, Select
from armctl.config.ceilings import CeilingsConfig
from armctl.config.user import ScanConfig, SwitchConfig, UserConfig
from ui.fit_live import AT_ONCE, Choices, Live, choices_of, text_of


def choose(live, user, count, takes=0.9, item="task:drink", start=0.0):
    for number in range(count):
        now = start + 10.0 * number
        live.follow(Lit(item), now, user)
        user = live.follow(Select(item, now + takes), now + takes + 0.02, user) or user
    return user


def person(**changes):
    return UserConfig(name="anna", scan=ScanConfig(interval=1.0), press_time=0.65, **changes)


def test_off_by_default():
    user = person()
    assert choose(Live(), user, 60) is user


def test_it_follows_slower_presses_up_to_its_bound_and_no_further():
    assert abs(choose(Live(), person(adapt=True), 100, takes=0.78).scan.interval - 1.2) < 1e-9
    assert abs(choose(Live(), person(adapt=True), 100, takes=5.0).scan.interval - 1.3) < 1e-9


def test_it_never_goes_beyond_the_ceiling_of_staff():
    user = person(adapt=True, ceilings=CeilingsConfig(interval=0.9))
    assert choose(Live(), user, 100, takes=0.3).scan.interval == 0.9


@given(st.floats(0.15, 6.0), st.floats(0.0, 2.0), st.floats(0.1, 1.0), st.lists(st.booleans(), max_size=60))
def test_whatever_comes_it_stays_within_its_bounds_and_leaves_the_switch_time_to_be_ready(takes, quiet, least, rights):
    """Within 30 % of what was fitted, never beyond staff's ceiling, and never as short as what the switch waits for."""
    user = person(adapt=True, ceilings=CeilingsConfig(interval=least), switch=SwitchConfig(post_acceptance=quiet))
    live, now = Live(), 0.0
    for right in rights:
        now += 10.0
        live.follow(Lit("task:drink"), now, user)
        action = Select("task:drink", now + takes) if right else Cancelled("task:drink", now + takes)
        user = live.follow(action, now + takes, user) or user
        interval = user.scan.interval
        assert 0.7 - 1e-9 <= interval <= 1.3 + 1e-9
        assert interval >= least - 1e-9
        assert interval >= min(1.0, quiet + 0.05) - 1e-9


def test_a_choice_taken_back_at_once_was_wrong_and_one_taken_back_later_was_not():
    live, user = Live(), person()
    live.follow(Select("move", 1.0), 1.0, user)
    live.follow(Select("leave", 2.0), 2.0, user)
    assert (live.choices.right, live.choices.wrong) == (0, 1)
    live.follow(Select("move", 20.0), 20.0, user)
    live.follow(Select("leave", 21.0 + AT_ONCE), 21.0 + AT_ONCE, user)
    assert (live.choices.right, live.choices.wrong) == (2, 1)


def test_a_choice_that_was_cancelled_was_wrong():
    live, user = Live(), person()
    live.follow(Cancelled("task:drink", 1.0), 1.0, user)
    assert (live.choices.right, live.choices.wrong) == (0, 1)


def test_who_scans_takes_back_at_once_when_the_highlight_comes_by_first():
    live, user = Live(), person()
    for rounds, wrong in ((1, 1), (2, 1)):  # the second time they let it pass once
        live.follow(Select("settings", 100.0 * rounds), 100.0 * rounds, user)
        for number in range(rounds):
            live.follow(Lit("leave"), 100.0 * rounds + 20.0 * (number + 1), user)
        chosen = 100.0 * rounds + 20.0 * rounds + 0.5
        live.follow(Select("leave", chosen), chosen, user)
        assert live.choices.wrong == wrong


def test_a_choice_cancelled_in_its_preview_takes_nothing_from_the_good_ones():
    live, user = Live(), person()
    choose(live, user, 3)
    live.follow(Cancelled("task:drink", 50.0), 50.0, user)
    assert (live.choices.right, live.choices.wrong) == (3, 1)


def test_going_back_twice_is_one_wrong_choice():
    live, user = Live(), person()
    for number, item in enumerate(("settings", "look", "back", "leave")):
        live.follow(Select(item, float(number)), float(number), user)
    assert (live.choices.right, live.choices.wrong) == (2, 1)


def test_the_time_of_a_wrong_choice_is_not_taken_for_a_quick_press():
    """Whoever presses too late hits the next tile soon after it was lit: half of the choices so, all taken back."""
    live, user = Live(), person(adapt=True)
    for number in range(30):
        start = 40.0 * number
        user = choose(live, user, 1, takes=0.65, start=start)
        live.follow(Lit("task:other"), start + 20.0, user)
        user = live.follow(Select("task:other", start + 20.1), start + 20.1, user) or user
        user = live.follow(Select("undo", start + 22.0), start + 22.0, user) or user
    assert user.scan.interval > 1.2


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_counts_come_back_as_they_were_written(right, wrong):
    assert choices_of(text_of(Choices(right, wrong))) == Choices(right, wrong)


@pytest.mark.parametrize("bad", ["", "[]", "null", "{}", '{"right": -1, "wrong": 0}', '{"right": "x", "wrong": 1}'])
def test_a_damaged_count_begins_anew(bad):
    assert choices_of(bad) == Choices()


def test_wrong_choices_never_make_it_faster():
    live, user = Live(), person(adapt=True)
    for number in range(60):
        user = choose(live, user, 1, takes=0.3, start=20.0 * number)
        user = live.follow(Cancelled("x", 20.0 * number + 5.0), 20.0 * number + 5.0, user) or user
    assert user.scan.interval >= 1.0
