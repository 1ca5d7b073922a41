"""The battery of the person's computer is told where there is one, and in time before it is empty."""

import pytest

from armctl.clock import SteppedClock
from ui.battery import EVERY, LOW, Battery, Charge, computers_charge


@pytest.mark.parametrize(
    ("charge", "words", "warns"),
    [
        (Charge(), "", False),
        (Charge(0.8), "Battery 80\u00a0%", False),
        (Charge(LOW), "Battery 15\u00a0%", True),
        (Charge(0.05), "Battery 5\u00a0%", True),
        (Charge(0.05, charging=True), "Battery 5\u00a0%", False),
    ],
)
def test_what_is_said_of_a_battery(charge, words, warns):
    battery = Battery(SteppedClock(), lambda: charge)
    assert (battery.words, bool(battery.warning)) == (words, warns)


def test_it_is_looked_at_now_and_then_only():
    clock, looks = SteppedClock(), []
    battery = Battery(clock, lambda: looks.append(clock.now()) or Charge(0.5))
    for _ in range(90):
        assert battery.words
        clock.advance(1.0)
    assert len(looks) == pytest.approx(90 / EVERY, abs=1)


def test_what_this_computer_tells_is_a_share_or_nothing():
    share = computers_charge().share
    assert share is None or 0.0 <= share <= 1.0


def test_a_low_battery_is_on_the_screen_but_an_alert_comes_first(person):
    someone = person()
    someone.app._show._battery = Battery(someone.clock, lambda: Charge(0.1))
    someone.frames(1)
    assert "Battery 10\u00a0%" in someone.view.text
    assert "Please ask for its charger." in someone.view.text
    someone.session.fault()
    someone.frames(1)
    assert "charger" not in someone.view.text
