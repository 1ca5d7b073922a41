"""Warnings about inputs: none covers the one that explains it."""

from ui.notices import LEAST, TIME, TOGETHER, WAITING, Notices


def test_what_comes_together_is_shown_one_after_another_each_long_enough():
    notices = Notices()
    assert notices.add("gone", 1.0)
    assert not notices.add("moves by itself", 1.0)
    assert [notices.at(1.0 + t) for t in (0.0, LEAST - 0.1)] == ["gone", "gone"]
    begins = 1.0 + LEAST
    assert [notices.at(begins + t) for t in (0.0, TIME - 0.1, TIME)] == ["moves by itself", "moves by itself", ""]


def test_what_comes_later_takes_the_place_at_once():
    notices = Notices()
    notices.add("old", 1.0)
    assert notices.add("new", 1.0 + TOGETHER)
    assert notices.at(1.0 + TOGETHER) == "new"
    assert notices.at(1.0 + TOGETHER + LEAST) == "new"


def test_what_answers_a_choice_does_not_wait():
    notices = Notices()
    notices.add("not in its middle", 1.0)
    assert notices.add("choose again to go on", 1.2, answers=True)
    assert notices.at(1.2) == "choose again to go on"


def test_the_same_again_stays_longer_and_is_not_told_twice():
    notices = Notices()
    notices.add("deflected", 1.0)
    assert notices.add("deflected", 1.5)
    notices.add("other", 1.6)
    notices.add("other", 1.7)
    assert notices.at(1.5 + LEAST) == "other"
    assert notices.at(1.5 + LEAST + TIME) == ""


def test_only_the_newest_few_wait():
    notices = Notices()
    for number in range(WAITING + 2):
        notices.add(str(number), 1.0)
    shown = [notices.at(1.0 + LEAST * k) for k in range(WAITING + 2)]
    assert shown == ["0", "2", "3", "4", "4"]
