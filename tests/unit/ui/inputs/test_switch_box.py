"""A box of switches: what changes is told, what was closed when it was found is nobody's press, silence is a loss."""

from __future__ import annotations

import pytest

from armctl.access.events import DeviceCame, DeviceGone, StopLine, SwitchEvent
from armctl.config.user import UserConfig
from drivers.inputs.lines import Contacts, Pressure, line_for
from ui.inputs.switch_box import SILENT, SwitchBox

BOX = {"kind": "switch_box", "name": "box", "port": "/dev/x"}


def box(**settings):
    user = UserConfig.model_validate({"name": "x", "devices": [BOX], **settings})
    return SwitchBox(user.devices[0], user)


def say(device, closed, now=1.0):
    return device.receive(line_for(Contacts(closed)), now)


def test_contacts_that_change_are_told_once_with_what_they_mean():
    device = box()
    assert say(device, 0) == [DeviceCame(1.0, "box")]
    (pressed,) = say(device, 0b10, 1.1)
    assert (pressed, pressed.contact, pressed.found) == (SwitchEvent(1.1, "box", "next", True), "1", False)
    assert say(device, 0b10, 1.2) == []
    assert say(device, 0b01, 1.3) == [
        SwitchEvent(1.3, "box", "select", True),
        SwitchEvent(1.3, "box", "next", False),
    ]


def test_a_contact_closed_when_the_box_is_found_is_told_as_found():
    found = say(box(), 0b1)[1]
    assert (found.pressed, found.found) == (True, True)


def test_contacts_mean_what_the_profile_says_and_all_others_stop():
    device = box(contacts=[{"device": "box", "contact": 0, "does": "group"}])
    say(device, 0)
    assert [event.control for event in say(device, 0b11)] == ["group", "stop"]


@pytest.mark.parametrize("closed", [0, 1])
def test_a_box_that_falls_silent_is_lost_once_and_comes_back(closed):
    device = box()
    say(device, closed)
    assert device.tick(1.0 + SILENT - 0.01) == []
    assert device.tick(1.0 + SILENT + 0.01) == [DeviceGone(1.0 + SILENT + 0.01, "box", "silent")]
    assert device.tick(9.0) == []
    assert device.gone(9.0) == []
    assert say(device, 0, 10.0) == [DeviceCame(10.0, "box")]


def test_a_box_that_cannot_be_found_is_told_once():
    device = box()
    assert device.gone(1.0) == [DeviceGone(1.0, "box", "unplugged")]
    assert device.gone(2.0) == []


def test_its_contact_may_be_the_stop_line_which_opens_when_the_box_goes():
    device = box(stop_line={"device": "box", "contact": 3})
    assert say(device, 0b1000) == [DeviceCame(1.0, "box"), StopLine(1.0, True)]
    assert say(device, 0b0000, 1.1) == [StopLine(1.1, False)]
    say(device, 0b1000, 1.2)
    assert device.gone(1.3) == [StopLine(1.3, False), DeviceGone(1.3, "box")]


def test_what_other_devices_would_say_is_not_understood():
    assert box().receive(line_for(Pressure(5.0)), 1.0) == []
