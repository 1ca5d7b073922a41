"""Descriptions of input devices: each can be found, and bands of breath follow each other."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from armctl.config.devices import BreathConfig
from armctl.config.user import UserConfig


def made(**device: object) -> object:
    return UserConfig.model_validate({"name": "x", "devices": [device]}).devices[0]


@pytest.mark.parametrize("kind", ["switch_box", "switch_lines", "breath_sensor"])
@pytest.mark.parametrize("where", [{}, {"port": "/dev/a", "serial_number": "1"}])
def test_a_serial_device_is_at_a_port_or_has_a_number_and_not_both(kind: str, where: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either port or serial_number"):
        made(kind=kind, name="a", **where)


@pytest.mark.parametrize("kind", ["joystick", "breath_axis"])
def test_a_joystick_has_something_to_be_known_by(kind: str) -> None:
    assert made(kind=kind, name="a", matches="Sip")
    with pytest.raises(ValidationError):
        made(kind=kind, name="a", matches="")


@pytest.mark.parametrize("change", [{"dead_band": 11.0}, {"soft_most": 16.0}, {"hard_least": 61.0}, {"window": 2.0}])
def test_bands_of_breath_rise_and_the_peak_is_looked_for_in_time(change: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        BreathConfig.model_validate(change)


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError):
        made(kind="switch_box", name="a", port="/dev/a", colour="red")


def test_lines_have_no_speed() -> None:
    with pytest.raises(ValidationError, match="baud"):
        made(kind="switch_lines", name="a", port="/dev/a", baud=9600)
