"""Bytes of a pressure sensor become sips and puffs with the meanings of the profile."""

from __future__ import annotations

from armctl.access.events import DeviceCame, DeviceGone, Stirred, SwitchEvent
from armctl.config.user import UserConfig
from drivers.inputs.lines import Contacts, Pressure, line_for
from ui.inputs.breath_sensor import BreathSensor

PUFF = {"kind": "breath_sensor", "name": "puff", "serial_number": "A1"}


def sensor(**settings):
    user = UserConfig.model_validate({"name": "x", "devices": [PUFF], **settings})
    return BreathSensor(user.devices[0], user)


def blow(device, pressure, first, last):
    events = []
    for step in range(first, last):
        events += device.receive(line_for(Pressure(pressure + 0.01 * (step % 3))), step / 100)
    return events


def test_a_soft_puff_selects_and_a_hard_one_stops_where_the_profile_says_nothing():
    device = sensor()
    assert blow(device, 0.0, 0, 5) == [DeviceCame(0.0, "puff")]
    assert blow(device, 5.0, 5, 40) == [Stirred(0.05, "puff"), SwitchEvent(0.05, "puff", "select", True)]
    assert blow(device, 0.0, 40, 41) == [SwitchEvent(0.4, "puff", "select", False)]
    assert blow(device, 30.0, 41, 80)[-1] == SwitchEvent(0.41, "puff", "stop", True)


def test_breaths_mean_what_the_profile_says_and_all_others_stop():
    device = sensor(contacts=[{"device": "puff", "contact": "soft_sip", "does": "select"}])
    blow(device, 0.0, 0, 5)
    assert blow(device, -5.0, 5, 40)[-1].control == "select"
    blow(device, 0.0, 40, 45)
    assert blow(device, 5.0, 45, 80)[-1].control == "stop"


def test_silence_and_a_missing_port_are_told():
    device = sensor()
    blow(device, 0.0, 0, 5)
    assert device.tick(1.0) == [DeviceGone(1.0, "puff", "silent")]
    assert device.gone(2.0) == []
    assert device.receive(line_for(Contacts(1)), 3.0) == []
