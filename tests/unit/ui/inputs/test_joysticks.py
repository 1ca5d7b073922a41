"""Joysticks with names, switch interfaces, and breath that comes as an axis: SDL's own virtual devices."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest

from armctl.access.actions import Axes, ScanItem
from armctl.access.events import AxesEvent, DeviceCame, DeviceGone, Stirred, StopLine, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.clock import SteppedClock
from armctl.config.user import UserConfig
from tests.support.sdl_stick import SdlStick
from ui.devices import Devices
from ui.inputs.joysticks import COMES, Joysticks


@pytest.fixture
def plug_in():
    pygame.display.init()
    sticks = []

    def make():
        sticks.append(SdlStick())
        return sticks[-1]

    yield make
    for stick in sticks:
        stick.pull_out()
    pygame.event.clear()


def user(**settings):
    return UserConfig.model_validate({"name": "x", **settings})


def heard(joysticks, now=1.0):
    return [one for event in pygame.event.get() for one in joysticks.translate(event, now, now)]


def press(joysticks, number, button, pressed=True):
    kind = pygame.JOYBUTTONDOWN if pressed else pygame.JOYBUTTONUP
    return joysticks.translate(pygame.event.Event(kind, instance_id=number, button=button), 1.0, 1.0)


NAMED = [{"kind": "joystick", "name": "chin", "matches": "VIRTUAL"}]


def test_a_joystick_is_known_by_the_name_the_profile_gives_it_and_a_second_one_is_not(plug_in):
    joysticks = Joysticks(user(devices=NAMED))
    plug_in()
    assert heard(joysticks)[:2] == [DeviceCame(1.0, "chin"), AxesEvent(1.0, "chin", (0.0, 0.0))]
    second = plug_in()
    assert heard(joysticks)[0] == DeviceCame(1.0, second.name)


def test_a_joystick_that_comes_back_has_its_name_again(plug_in):
    joysticks = Joysticks(user(devices=NAMED))
    first = plug_in()
    heard(joysticks)
    first.pull_out()
    assert DeviceGone(1.0, "chin") in heard(joysticks)
    plug_in()
    assert DeviceCame(1.0, "chin") in heard(joysticks)


def test_buttons_of_any_joystick_mean_what_the_profile_says_and_all_others_stop():
    joysticks = Joysticks(user(contacts=[{"device": "joystick", "contact": 5, "does": "select"}]))
    assert press(joysticks, 3, 5) == [SwitchEvent(1.0, "joystick3", "select", True)]
    assert press(joysticks, 3, 0) == [SwitchEvent(1.0, "joystick3", "stop", True)]


def test_buttons_of_one_named_joystick_mean_something_else_than_those_of_others(plug_in):
    contacts = [{"device": "chin", "contact": 0, "does": "next"}]
    joysticks = Joysticks(user(devices=NAMED, contacts=contacts))
    named = plug_in()
    heard(joysticks)
    number = int(named.name.removeprefix("joystick"))
    assert press(joysticks, number, 0) == [SwitchEvent(1.0, "chin", "next", True)]
    assert press(joysticks, 99, 0) == [SwitchEvent(1.0, "joystick99", "select", True)]


def test_the_stop_line_belongs_to_the_device_that_closed_it_and_others_have_ordinary_buttons():
    joysticks = Joysticks(user(stop_line={"joystick_button": 0}))
    assert press(joysticks, 3, 0) == [StopLine(1.0, True)]
    assert press(joysticks, 4, 0) == [SwitchEvent(1.0, "joystick4", "select", True)]
    assert press(joysticks, 3, 0, False) == [StopLine(1.0, False)]
    assert press(joysticks, 4, 0) == [SwitchEvent(1.0, "joystick4", "select", True)], "nobody closes it for another"
    gone = pygame.event.Event(pygame.JOYDEVICEREMOVED, instance_id=3)
    assert joysticks.translate(gone, 1.0, 1.0) == [StopLine(1.0, False), DeviceGone(1.0, "joystick3")]
    assert press(joysticks, 4, 0) == [StopLine(1.0, True)]


def test_a_stop_line_with_a_device_is_on_that_device_alone(plug_in):
    joysticks = Joysticks(user(devices=NAMED, stop_line={"joystick_button": 0, "device": "chin"}))
    assert press(joysticks, 99, 0) == [SwitchEvent(1.0, "joystick99", "select", True)]
    named = plug_in()
    heard(joysticks)
    assert press(joysticks, int(named.name.removeprefix("joystick")), 0) == [StopLine(1.0, True)]


def test_breath_on_an_axis_is_a_sip_or_a_puff_and_no_stick(plug_in):
    device = {"kind": "breath_axis", "name": "puff", "matches": "virtual", "axis": 1, "inverted": True}
    joysticks = Joysticks(user(devices=[device]))
    stick = plug_in()
    assert heard(joysticks) == [DeviceCame(1.0, "puff")]
    stick.move(0.0, 0.12)  # ahead is a negative axis: a soft puff of 7 hPa
    assert heard(joysticks, 2.0) == [Stirred(2.0, "puff")]
    assert joysticks.poll(2.1) == []
    assert joysticks.poll(2.25) == [SwitchEvent(2.0, "puff", "select", True)]
    stick.move(0.0, 0.0)
    assert heard(joysticks, 3.0) == [SwitchEvent(3.0, "puff", "select", False)]


def test_a_device_that_is_there_follows_other_names_meanings_and_axes(plug_in):
    joysticks = Joysticks(user())
    stick = plug_in()
    heard(joysticks)
    number = int(stick.name.removeprefix("joystick"))
    contacts = [{"device": "chin", "contact": 4, "does": "select"}]
    other = user(devices=NAMED, contacts=contacts, joystick={"wiring": [-2]})
    assert joysticks.configure(other, 2.0) == [DeviceCame(2.0, "chin"), AxesEvent(2.0, "chin", (0.0,))]
    assert press(joysticks, number, 4) == [SwitchEvent(1.0, "chin", "select", True)]
    stick.move(0.0, 0.5)
    pushed = [one.axes for one in heard(joysticks) if isinstance(one, AxesEvent)]
    assert pushed[-1] == (pytest.approx(0.5, abs=0.01),)
    breath = {"kind": "breath_axis", "name": "puff", "matches": "virtual", "axis": 0}
    assert joysticks.configure(user(devices=[breath]), 3.0) == [DeviceCame(3.0, "puff")]


def test_a_device_of_the_profile_that_never_came_is_missed_once(plug_in):
    breath = {"kind": "breath_axis", "name": "puff", "matches": "a sensor that nobody plugged in"}
    joysticks = Joysticks(user(devices=[*NAMED, breath]))
    plug_in()
    heard(joysticks)
    assert joysticks.poll(1.0) == []
    assert joysticks.poll(1.0 + COMES) == [DeviceGone(1.0 + COMES, "puff")]
    assert joysticks.poll(9.0) == []
    joysticks.configure(user(devices=NAMED), 10.0)
    assert joysticks.poll(10.0) + joysticks.poll(20.0) == []


def test_a_stick_that_was_pushed_while_the_window_was_away_moves_nothing_until_it_was_let_go(plug_in):
    devices = Devices(user(), SteppedClock(1.0))
    pipeline = AccessPipeline(user(joystick={"tremor": False}))
    pipeline.set_items((ScanItem("leave", "Home"),), "move", 1.0)

    def frames(seconds):
        moved = []
        for _ in range(round(seconds / 0.02)):
            devices._clock.advance(0.02)
            events = [one for event in pygame.event.get() for one in devices.translate(event)]
            for one in (*events, *devices.poll()):
                moved += [a for a in pipeline.feed(one, False) if isinstance(a, Axes) and any(a.axes)]
            moved += [a for a in pipeline.tick(devices._clock.now(), False) if isinstance(a, Axes) and any(a.axes)]
        return moved

    stick = plug_in()
    frames(0.3)
    for kind in (pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED):
        pygame.event.post(pygame.event.Event(kind))
    frames(0.1)
    stick.move(0.8)
    assert not frames(0.3)
    stick.move(0.0)
    frames(0.3)
    stick.move(0.8)
    assert frames(0.3)
