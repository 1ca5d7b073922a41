"""An input counts as proved only when it brought an arm that really moved to rest in time, in this arming."""

import pytest
from msgspec.structs import replace

from armctl.config.user import DwellConfig, ScanConfig, UserConfig
from armctl.control.chronicle import Stood
from tests.support.live import LivePerson
from tests.support.snapshots import PLAIN
from ui.stop_tests import LEAST_MOTION, LIMIT, StopTests

START, THERE = (0.0, 0.0), (2 * LEAST_MOTION, 0.0)


def tried(stood, there=THERE, epoch=1):
    tests = StopTests()
    tests.follow(replace(PLAIN, epoch=epoch, positions=START), None)
    tests.begin(START)
    return tests, tests.follow(replace(PLAIN, epoch=epoch, positions=there), stood)


def test_a_stop_in_time_proves_the_device_it_came_from_and_no_other():
    tests, passed = tried(Stood("switch", LIMIT / 2))
    assert passed == "switch"
    assert tests.passed("switch")
    assert not tests.passed("pointer")


def test_a_slow_stop_proves_nothing_and_is_told():
    tests, passed = tried(Stood("switch", LIMIT + 0.01))
    assert (passed, tests.passed("switch")) == ("", False)
    assert tests.failed == pytest.approx(LIMIT + 0.01)


def test_a_stop_of_an_arm_that_hardly_moved_proves_nothing():
    tests, passed = tried(Stood("switch", 0.01), there=(LEAST_MOTION / 2, 0.0))
    assert (passed, tests.passed("switch"), tests.failed) == ("", False, 0.0)


def test_a_stop_of_another_motion_proves_nothing():
    tests = StopTests()
    assert tests.follow(replace(PLAIN, positions=THERE), Stood("switch", 0.1)) == ""
    assert not tests.passed("switch")


def test_the_next_arming_asks_again():
    tests, _ = tried(Stood("switch", 0.1))
    tests.follow(replace(PLAIN, epoch=2), None)
    assert not tests.passed("switch")


def someone_armed(**settings):
    person = LivePerson(UserConfig(name="guest", stop_test="motion", **settings))
    person.wait(0.3)
    person.press()
    person.wait(0.5)
    person.press()  # the press that arms
    person.wait(1.5)
    assert person.snapshot.mode == "ready"
    return person


def test_arming_leads_straight_to_the_stop_test_and_then_everything_can_be_chosen():
    person = someone_armed(scan=ScanConfig(method="auto", interval=5.0), dwell=DwellConfig(enabled=False))
    assert person.view.screen == "stop_test"
    assert person.session.task is None
    person.press()
    person.wait(1.5)
    assert person.snapshot.mode == "moving"
    assert "Press now" in person.view.text
    person.press()
    person.wait(2.0)
    assert person.snapshot.mode == "ready"
    assert person.view.screen == "home"
    assert "Your stop works" in person.view.text
    stood = next(data for kind, data in person.notes if kind == "standstill")
    assert stood["device"] == "keyboard"
    assert 0.0 < stood["seconds"] < LIMIT
    person.press()
    person.wait(0.5)
    assert person.session.task is not None


def test_who_does_not_want_to_move_the_arm_leaves_the_stop_test_and_meets_it_again_before_anything_moves():
    person = someone_armed(scan=ScanConfig(method="auto", interval=2.0), dwell=DwellConfig(enabled=False))
    person.choose("leave")
    assert person.view.screen == "home"
    person.choose("task:drink")
    person.wait(0.3)
    assert (person.view.screen, person.session.task) == ("stop_test", None)


def test_an_arm_that_was_let_go_home_without_a_press_proves_nothing():
    person = someone_armed(scan=ScanConfig(method="auto", interval=5.0), dwell=DwellConfig(enabled=False))
    person.press()
    person.wait(1.0)
    while person.snapshot.mode == "moving":
        person.wait(0.5)
    assert person.snapshot.mode == "ready"
    assert person.view.screen == "stop_test"


def test_another_input_of_the_same_person_is_tested_for_itself():
    person = someone_armed(scan=ScanConfig(method="auto", interval=5.0), dwell=DwellConfig(enabled=False))
    person.press()
    person.wait(1.5)
    person.press()
    person.wait(2.0)
    assert person.view.screen == "home"
    x, y, w, h = next(item.rect for item in person.view.items if item.id == "move")
    person.click(True, (x + w // 2, y + h // 2))
    person.wait(0.1)
    person.click(False, (x + w // 2, y + h // 2))
    person.wait(0.3)
    assert person.view.screen == "stop_test"


def test_with_other_switches_none_is_proved():
    tests, _ = tried(Stood("switch", LIMIT / 2))
    tests.forget()
    assert not tests.passed("switch")
