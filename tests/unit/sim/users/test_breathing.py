"""A simulated mouthpiece: soft puffs are understood nine times in ten, and told when they began."""

import pytest

from armctl.access.events import SwitchEvent
from sim.users.breathing import Breaths, Puff
from sim.users.presser import Habit, Presser


def test_a_puff_rises_to_its_peak_and_falls_back():
    puff = Puff(1.0, 1.5, 6.0, 0.2)
    assert [puff.at(t) for t in (0.9, 1.1, 1.3, 1.6)] == pytest.approx([0.0, 3.0, 6.0, 0.0])


def test_of_a_hundred_puffs_some_ninety_four_select_and_the_others_stop():
    breaths = Breaths(Presser(Habit(0.4, 0.05, 0.05, hold=0.3), 1), 1)
    heard, now = [], 0.0
    for number in range(150):
        breaths.press(now + 0.5)
        while now < 1.5 * (number + 1):
            now += 0.03
            heard += breaths.events(now)
    pressed = [event for event in heard if isinstance(event, SwitchEvent) and event.pressed]
    selects = [event for event in pressed if event.control == "select"]
    assert 0.88 * 150 <= len(selects) <= 0.98 * 150
    assert any(event.control == "stop" for event in pressed)
    assert breaths.idle
    lags = [event.stamp - 1.5 * round((event.stamp - 0.5) / 1.5) - 0.5 for event in selects]
    assert min(lags) > 0.0
    assert max(lags) < 0.25  # what was lit when it began counts
