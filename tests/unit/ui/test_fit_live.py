"""Choices that are taken back at once count as wrong; the interval follows only where the profile says so."""

from armctl.access.actions import Cancelled, Lit, Select
from armctl.config.ceilings import CeilingsConfig
from armctl.config.user import ScanConfig, UserConfig
from ui.fit_live import AT_ONCE, Live


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


def test_a_choice_taken_back_at_once_was_wrong_and_one_taken_back_later_was_not():
    live, user = Live(), person()
    live.follow(Select("move", 1.0), 1.0, user)
    live.follow(Select("leave", 2.0), 2.0, user)
    assert (live.right, live.wrong) == (0, 1)
    live.follow(Select("move", 20.0), 20.0, user)
    live.follow(Select("leave", 21.0 + AT_ONCE), 21.0 + AT_ONCE, user)
    assert (live.right, live.wrong) == (2, 1)


def test_a_choice_that_was_cancelled_was_wrong():
    live, user = Live(), person()
    live.follow(Cancelled("task:drink", 1.0), 1.0, user)
    assert live.wrong == 1


def test_wrong_choices_never_make_it_faster():
    live, user = Live(), person(adapt=True)
    for number in range(60):
        user = choose(live, user, 1, takes=0.3, start=20.0 * number)
        user = live.follow(Cancelled("x", 20.0 * number + 5.0), 20.0 * number + 5.0, user) or user
    assert user.scan.interval >= 1.0
