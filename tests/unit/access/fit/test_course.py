"""The measurement itself: what begins, skips and ends each part."""

import pytest

from armctl.access.actions import ScanItem
from armctl.access.events import AxesEvent, DeviceGone, PointerEvent, PointerLeft, SwitchEvent
from armctl.access.fit.course import Course
from armctl.access.fit.exercise_switch import AFTER, INTRO, REST, STARS


class Person:
    def __init__(self, again=False):
        self.course, self.now = Course(1, again), 0.0

    def wait(self, seconds):
        end = self.now + seconds
        while self.now < end:
            self.now += 0.01
            self.course.tick(self.now)

    def until(self, part, say, most=120.0):
        end = self.now + most
        while (self.course.prompt.part, self.course.prompt.say) != (part, say):
            assert self.now < end, self.course.prompt
            self.wait(0.01)

    def press(self, lasts=0.1, control="select"):
        self.course.feed(SwitchEvent(self.now, "keyboard", control, True, contact="space"))
        self.wait(lasts)
        self.course.feed(SwitchEvent(self.now, "keyboard", control, False, contact="space"))


def test_who_does_nothing_goes_through_everything_and_nothing_is_proposed():
    person = Person()
    person.wait(REST + 4 * INTRO + 1.0)
    assert person.course.over
    measured = person.course.measured
    assert measured.presses is None
    assert measured.numbers().keys() == {"rest_presses_a_minute"}


def test_presses_at_rest_are_counted_and_skip_nothing():
    person = Person()
    person.wait(2.0)
    person.press()
    person.wait(1.0)
    person.press()
    assert person.course.prompt.part == "rest"
    person.until("press", "intro")
    assert person.course.measured.rest.count == 2


def test_the_star_comes_at_odd_times_and_the_time_is_measured():
    person = Person(again=True)
    person.wait(0.5)
    person.press()
    waits = []
    for number in range(STARS):
        began = person.now
        person.until("press", "cue")
        waits.append(round(person.now - began, 2))
        person.wait(0.4)
        person.press()
        person.wait(AFTER + 0.05)
        assert len(person.course.measured.presses.times) == number + 1
    assert person.course.over
    found = person.course.measured.presses
    assert found.count == STARS
    assert found.mean == pytest.approx(0.4, abs=0.02)
    assert len(set(waits)) > STARS // 2


def test_a_press_too_soon_is_told_and_counted():
    person = Person(again=True)
    person.wait(0.5)
    person.press()
    person.wait(AFTER + 0.1)
    person.press()
    assert person.course.prompt.say == "soon"


def test_five_missed_stars_in_a_row_end_the_part():
    person = Person(again=True)
    person.wait(0.5)
    person.press()
    person.wait(60.0)
    assert person.course.over
    assert person.course.measured.presses.missed == 1.0


def test_a_switch_that_sticks_does_not_hold_the_measurement_up():
    person = Person(again=True)
    person.wait(0.5)
    person.press()
    person.until("press", "cue")
    person.course.feed(SwitchEvent(person.now, "keyboard", "select", True, contact="space"))
    person.wait(8.0)
    assert person.course.measured.presses.count >= 1


def test_holding_is_measured_to_the_letting_go():
    person = Person()
    person.until("hold", "intro")
    person.wait(0.1)
    person.press()
    for _ in range(3):
        person.until("hold", "wait")
        person.course.feed(SwitchEvent(person.now, "keyboard", "select", True, contact="space"))
        person.until("hold", "let_go")
        person.wait(0.5)
        person.course.feed(SwitchEvent(person.now, "keyboard", "select", False, contact="space"))
        person.wait(0.5)
    found = person.course.measured.holds
    assert found.release == pytest.approx(0.5, abs=0.03)
    assert found.longest == pytest.approx(3.5, abs=0.05)


@pytest.mark.parametrize("part", ["stick", "pointer"])
def test_any_press_goes_on_without_a_stick_or_a_pointer(part):
    person = Person()
    person.until(part, "intro")
    person.wait(0.1)
    person.press()
    person.wait(0.1)
    assert person.course.over or person.course.prompt.part != part


def test_the_switch_that_moves_on_skips_a_part():
    person = Person(again=True)
    person.wait(0.1)
    person.press(control="next")
    assert person.course.over


def test_a_switch_found_closed_begins_nothing():
    person = Person(again=True)
    person.wait(0.1)
    person.course.feed(SwitchEvent(person.now, "keyboard", "select", True, found=True))
    assert person.course.prompt.say == "intro"


def test_only_the_stick_that_began_is_measured():
    person = Person()
    person.until("stick", "intro")
    person.course.feed(AxesEvent(person.now, "one", (0.8, 0.0)))
    person.course.feed(AxesEvent(person.now, "other", (0.0, 1.0)))
    person.course.feed(AxesEvent(person.now, "one", (0.0, 0.0)))
    person.wait(20.0)
    assert person.course.measured.stick.rest == 0.0


def caught(stars):
    person = Person(again=True)
    person.wait(0.5)
    person.press()
    for _ in range(stars):
        person.until("press", "cue")
        person.wait(0.4)
        person.press()
        person.wait(AFTER + 0.05)
    return person


def test_who_leaves_in_the_middle_is_not_told_that_they_missed_stars():
    person = caught(14)
    person.wait(5 * 10.0)
    assert person.course.over
    found = person.course.measured.presses
    assert (found.count, len(found.times), found.missed) == (14, 14, 0.0)


def test_a_switch_that_is_pulled_while_it_is_held_ends_no_press_and_the_star_comes_again():
    person = caught(11)
    person.until("press", "cue")
    person.wait(0.4)
    person.course.feed(SwitchEvent(person.now, "keyboard", "select", True, contact="space"))
    person.wait(0.1)
    person.course.feed(DeviceGone(person.now, "keyboard"))
    person.until("press", "cue", 6.0)  # not a wait for somebody to let go
    person.wait(0.4)
    person.press()
    person.wait(AFTER + 0.05)
    found = person.course.measured.presses
    assert (found.count, len(found.times), found.early) == (12, 12, 0.0)
    person.course.feed(DeviceGone(person.now, "joystick"))
    person.until("press", "cue", 4.0)  # nothing to do with it


def test_a_switch_that_is_pulled_in_a_hold_lets_the_hold_begin_again():
    person = Person()
    person.until("press", "intro")
    person.until("hold", "intro", 2 * INTRO)
    person.press()
    person.wait(1.0)
    person.course.feed(SwitchEvent(person.now, "keyboard", "select", True, contact="space"))
    person.until("hold", "cue")
    person.course.feed(DeviceGone(person.now, "keyboard"))
    person.wait(0.1)
    assert (person.course.prompt.part, person.course.prompt.say) == ("hold", "wait")
    assert person.course.measured.holds is None


def test_who_holds_the_switch_from_the_beginning_comes_through_in_bounded_time():
    person = Person()
    person.course.feed(SwitchEvent(0.0, "keyboard", "select", True, contact="space"))
    person.wait(REST + 4 * INTRO + 1.0)
    assert person.course.over
    assert not person.course.measured.anything


@pytest.mark.parametrize("every", [0.15, 0.7, 2.0])
def test_who_presses_all_the_time_comes_through_in_bounded_time(every):
    person = Person()
    while not person.course.over:
        person.press(0.1)
        person.wait(every)
        assert person.now < 300.0
    presses = person.course.measured.presses
    assert presses is None or presses.early > 0.3 or person.course.measured.rest.rate > 12.0


def steering(person, until):
    person.until("stick", "intro", 200.0)
    person.wait(1.0)
    while not until(person.course.prompt):
        asked = {"right": (0.8, 0.0), "ahead": (0.0, 0.8), "left": (-0.8, 0.0), "back": (0.0, -0.8)}
        axes = (0.8, 0.0) if person.course.prompt.say == "intro" else asked.get(person.course.prompt.which, (0.0, 0.0))
        person.course.feed(AxesEvent(person.now, "joystick", axes))
        person.wait(0.05)


def test_a_stick_that_is_pulled_in_the_middle_proposes_nothing_about_it():
    person = Person()
    steering(person, lambda prompt: prompt.which == "left")
    person.course.feed(DeviceGone(person.now, "keyboard"))
    assert person.course.prompt.part == "stick"
    person.course.feed(DeviceGone(person.now, "joystick"))
    person.wait(0.1)
    assert person.course.prompt.part == "pointer"
    assert not person.course.measured.stick.enough


def test_who_leaves_the_stick_in_the_middle_is_not_told_that_they_cannot_push():
    person = Person()
    steering(person, lambda prompt: prompt.say == "wait")
    person.course.feed(AxesEvent(person.now, "joystick", (0.0, 0.0)))
    person.until("pointer", "intro", 30.0)
    found = person.course.measured.stick
    assert [push.reachable for push in found.pushes] == [False] * 4
    assert not found.enough


def test_a_pointer_that_is_lost_reaches_no_target():
    person = Person()
    person.until("pointer", "intro", 200.0)
    targets = [ScanItem(f"target:{n}", "", rect=(100.0 * n, 0.0, 90.0, 90.0)) for n in range(6)]
    for x in range(0, 45, 3):
        person.course.feed(PointerEvent(person.now, float(x), float(2 * x)))
        person.wait(0.05)
    person.course.feed(PointerLeft(person.now))
    while not person.course.over:
        person.now += 0.05
        person.course.tick(person.now, targets)
    found = person.course.measured.pointer
    assert (found.shown, found.reached) == (6, 0)
