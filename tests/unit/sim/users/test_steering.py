"""Simulated hands on a stick, through the whole pipeline."""

from __future__ import annotations

import itertools
import math

import pytest

from armctl.access.actions import Axes, StopMotion
from armctl.access.pipeline import AccessPipeline
from armctl.config.pointing import JoystickConfig
from armctl.config.user import UserConfig
from sim.users.steering import PEOPLE, REPORTS, Steerer, errand, reported, wanted

DEAD = JoystickConfig().dead_zone


def test_the_same_seed_gives_the_same_log_and_another_one_another():
    path = wanted(errand(1, 5.0), PEOPLE["essential tremor"])
    logs = [reported(path, PEOPLE["essential tremor"], seed) for seed in (1, 1, 2)]
    assert logs[0] == logs[1] != logs[2]


def test_a_weak_turned_hand_gets_where_its_posture_and_strength_take_it():
    hand = Steerer(gain=0.5, turned=math.pi / 2, effort=0.0, rest=0.0)
    end = wanted([(2.0, (0.0, 1.0))], hand)[-1]
    assert end == pytest.approx((-0.5, 0.0), abs=1e-9)


def test_tremor_has_its_frequency_and_its_size():
    hand = Steerer(tremor=0.3, frequency=6.0, effort=0.0, rest=0.0)
    swing = [event.axes for event in reported([(0.0, 0.0)] * 2000, hand, 3)]
    along = [x + y for x, y in swing]
    crossings = sum(a < 0.0 <= b for a, b in itertools.pairwise(along))
    assert crossings / (2000 * REPORTS) == pytest.approx(6.0, abs=0.7)
    assert 0.25 < max(math.hypot(*place) for place in swing) <= 0.3 + 1e-3


def test_spasms_come_as_often_as_told_and_reach_the_end():
    hand = Steerer(spasms=60.0, effort=0.0, rest=0.0)
    pushes = [max(map(abs, event.axes)) for event in reported([(0.0, 0.0)] * 60_000, hand, 4)]
    begun = sum(a < 0.05 <= b for a, b in itertools.pairwise(pushes))
    assert 4 <= begun <= 18
    assert max(pushes) == 1.0


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_steers_is_told_nothing_while_the_stick_is_let_go_and_never_moves_on_alone(name, seed):
    person = PEOPLE[name]
    spastic = JoystickConfig(spasm_level=0.85) if person.spasms else JoystickConfig()
    pipeline = AccessPipeline(UserConfig(name="test", joystick=spastic))
    pipeline.set_items((), "move", 0.0)
    last: tuple[float, ...] = (0.0, 0.0)
    steered = 0
    for event in reported(wanted(errand(seed, 25.0), person), person, seed):
        for action in pipeline.feed(event, any(last)):
            if isinstance(action, Axes):
                last = action.axes
            elif isinstance(action, StopMotion):
                last = (0.0, 0.0)
        steered += any(last)
        if math.hypot(*event.axes) <= DEAD:
            assert not any(last)
    assert steered > 0


def test_a_spasm_of_the_weak_hand_stops_for_somebody_to_clear():
    person = PEOPLE["weak, spasms"]
    pipeline = AccessPipeline(UserConfig(name="test", joystick=JoystickConfig(outer=0.6, spasm_level=0.85)))
    pipeline.set_items((), "move", 0.0)
    troubles = []
    for event in reported(wanted(errand(5, 300.0), person), person, 5):
        actions = pipeline.feed(event, pipeline._sticks.holder is not None)
        troubles += [action.trouble for action in actions if isinstance(action, StopMotion)]
    assert "spasm" in troubles


def test_one_event_is_worked_through_in_well_under_a_millisecond():
    import time

    person = PEOPLE["severe tremor"]
    pipeline = AccessPipeline(UserConfig(name="test"))
    pipeline.set_items((), "move", 0.0)
    log = reported(wanted(errand(1, 20.0), person), person, 1)
    began = time.process_time()
    for event in log:
        pipeline.feed(event, False)
    assert (time.process_time() - began) / len(log) < 0.001
