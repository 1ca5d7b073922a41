"""Joysticks, gamepads, switch interfaces and breath devices that SDL knows as joysticks."""

from __future__ import annotations

from typing import Final

import pygame

from armctl.access.events import AxesEvent, Control, DeviceCame, DeviceGone, InputEvent, StopLine, SwitchEvent
from armctl.access.joystick import wired
from armctl.access.sip_puff import Breath
from armctl.config.devices import BreathAxisDevice, JoystickDevice
from armctl.config.inputs import JOYSTICK
from armctl.config.user import UserConfig
from ui.inputs.breath_sensor import breath_of

AXIS_PRESSED: Final = 0.5
"""Way from rest at which an axis that steers nothing, such as a trigger, counts as pressed."""
AXIS_STEERS: Final = 0.2
"""Deflection from which a stick is being steered with."""
COMES: Final = 2.0
"""A device of the profile that did not come within this time is missed [s]; those that are there come at once."""
USUAL: Final[dict[str, Control]] = {"0": "select", "1": "next", "2": "back"}
"""What buttons mean where the profile says nothing about the device; any other one means stop."""


def stick_axes(values: list[float], wiring: tuple[int, ...] = ()) -> tuple[float, ...]:
    """Return (right, ahead[, up]) of a device's raw axes, which pygame counts down and right; or as ``wiring`` says.

    A device with three axes has twist or height on the third. Gamepads have a second stick: its vertical axis is the
    fourth of four, or the fifth where triggers (resting at -1) lie between.
    """
    if wiring:
        return wired(values, wiring)
    right, down = (*values, 0.0, 0.0)[:2]
    if len(values) < 3:
        return right, -down
    third = values[2] if len(values) == 3 else -values[3] if len(values) == 4 else -values[4]
    return right, -down, third


def tap(now: float, device: str) -> list[InputEvent]:
    """Return a short press that means nothing else than stop."""
    return [SwitchEvent(now, device, "stop", True), SwitchEvent(now, device, "stop", False)]


class Joysticks:
    """All devices that SDL knows as joysticks, by the number SDL gives each when it is plugged in."""

    def __init__(self, user: UserConfig) -> None:
        self._mean(user)
        self._missed_at: float | None = None
        self._sticks: dict[int, list[float]] = {}
        self._opened: dict[int, pygame.joystick.JoystickType] = {}
        self._names: dict[int, str] = {}
        self._breaths: dict[int, tuple[BreathAxisDevice, Breath]] = {}
        self._at_rest: dict[int, list[float]] = {}
        self._pressed_axes: set[tuple[int, int]] = set()
        line = user.stop_line
        self._line = line if line is not None and line.joystick_button is not None else None
        self._line_on: int | None = None

    def _mean(self, user: UserConfig) -> None:
        self._user = user
        self._meanings = user.meanings
        self._wiring = user.joystick.wiring
        self._named = {device for device, _ in self._meanings}

    def configure(self, user: UserConfig, now: float) -> list[InputEvent]:
        """Go on with other names, meanings and axes; return every device that is there as if it came at ``now`` [s]."""
        self._mean(user)
        self._missed_at = None
        self._names.clear()
        self._breaths.clear()
        return [event for number, stick in self._opened.items() for event in self._introduce(number, stick, now)]

    def translate(self, event: pygame.event.Event, now: float, looked_at: float) -> list[InputEvent]:
        """Return what ``event`` means; an empty list for events that are about no joystick."""
        if event.type == pygame.JOYDEVICEADDED:
            return self._came(event, now)
        if event.type == pygame.JOYDEVICEREMOVED:
            return self._gone(event.instance_id, now)
        if event.type == pygame.JOYAXISMOTION:
            return self._axis(event, now)
        if event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
            return self._button(event, now, looked_at)
        if event.type in (pygame.JOYHATMOTION, pygame.JOYBALLMOTION):
            turned = event.value if event.type == pygame.JOYHATMOTION else event.rel
            return tap(now, self._name(event.instance_id)) if any(turned) else []
        return []

    def poll(self, now: float) -> list[InputEvent]:
        """Return what changes with time alone: a breath whose first moments are over, a device that never came."""
        ticked = [event for _, breath in self._breaths.values() for event in breath.tick(now)]
        return [*ticked, *self._missing(now)]

    def _missing(self, now: float) -> list[InputEvent]:
        """Tell, once, which devices of the profile were not there when it began: the person may have no other."""
        self._missed_at = now + COMES if self._missed_at is None else self._missed_at
        if now < self._missed_at:
            return []
        self._missed_at = float("inf")
        there = self._names.values()
        return [DeviceGone(now, device.name) for device in self._described if device.name not in there]

    def unseen(self, now: float) -> list[InputEvent]:
        """Nothing of these devices was told for a while until ``now`` [s]: what is pushed must be let go first."""
        return [DeviceCame(now, self._name(number)) for number in self._opened if number not in self._breaths]

    def _name(self, number: int) -> str:
        return self._names.get(number, f"{JOYSTICK}{number}")

    def _meaning(self, name: str, button: str) -> Control:
        here = name if name in self._named or name in self._names.values() else JOYSTICK
        if here not in self._named:
            return USUAL.get(button, "stop")
        return self._meanings.get((here, button), "stop")

    def _button(self, event: pygame.event.Event, now: float, looked_at: float) -> list[InputEvent]:
        name, pressed = self._name(event.instance_id), event.type == pygame.JOYBUTTONDOWN
        if self._is_line(event.instance_id, name, event.button):
            self._line_on = event.instance_id
            return [StopLine(now, pressed)]
        contact = str(event.button)
        return [SwitchEvent(now, name, self._meaning(name, contact), pressed, looked_at, contact)]

    def _is_line(self, number: int, name: str, button: int) -> bool:
        """Tell whether the button is the stop line's: on the device with its name, or the first that closed it."""
        if self._line is None or button != self._line.joystick_button:
            return False
        if self._line.device is not None:
            return name == self._line.device
        return self._line_on in (None, number)

    def _came(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        try:
            stick = pygame.joystick.Joystick(event.device_index)
        except pygame.error:
            return []  # It is gone again already; its removal needs no telling.
        number = stick.get_instance_id()
        self._opened[number] = stick
        values = self._sticks[number] = [stick.get_axis(axis) for axis in range(stick.get_numaxes())]
        self._at_rest[number] = list(values)
        return self._introduce(number, stick, now)

    def _introduce(self, number: int, stick: pygame.joystick.JoystickType, now: float) -> list[InputEvent]:
        """Give a device the name it has in the profile, and tell that it is there and where its axes are."""
        device = self._profile_of(stick.get_name())
        if device is not None:
            self._names[number] = device.name
        if isinstance(device, BreathAxisDevice):
            self._breaths[number] = device, breath_of(device, self._user)
            return self._breath(number, now)
        here = self._name(number)
        return [DeviceCame(now, here), AxesEvent(now, here, stick_axes(self._sticks[number], self._wiring))]

    @property
    def _described(self) -> list[JoystickDevice | BreathAxisDevice]:
        return [device for device in self._user.devices if isinstance(device, JoystickDevice | BreathAxisDevice)]

    def _profile_of(self, title: str) -> JoystickDevice | BreathAxisDevice | None:
        """Return the profile's device that calls itself ``title`` and is not plugged in already."""
        free = [device for device in self._described if device.name not in self._names.values()]
        return next((device for device in free if device.matches.lower() in title.lower()), None)

    def _gone(self, number: int, now: float) -> list[InputEvent]:
        name = self._name(number)
        self._sticks.pop(number, None)
        self._at_rest.pop(number, None)
        self._breaths.pop(number, None)
        self._names.pop(number, None)
        self._pressed_axes = {axis for axis in self._pressed_axes if axis[0] != number}
        stick = self._opened.pop(number, None)
        if stick is not None:
            stick.quit()
        opened: list[InputEvent] = []
        if number == self._line_on:
            self._line_on = None
            opened = [StopLine(now, False)]
        return [*opened, DeviceGone(now, name)]

    def _axis(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        number = event.instance_id
        values = self._sticks.setdefault(number, [])
        values += [0.0] * (event.axis + 1 - len(values))
        values[event.axis] = float(event.value)
        if number in self._breaths:
            return self._breath(number, now)
        here, axes = self._name(number), stick_axes(values, self._wiring)
        pressed = self._press_of_axis(number, event.axis, float(event.value))
        steers = max(map(abs, axes)) >= AXIS_STEERS  # whoever steers may brush the other axis of a stick
        return [AxesEvent(now, here, axes), *(tap(now, here) if pressed and not steers else [])]

    def _breath(self, number: int, now: float) -> list[InputEvent]:
        device, breath = self._breaths[number]
        values = self._sticks[number]
        share = values[device.axis] if device.axis < len(values) else 0.0
        return breath.feed(now, (-share if device.inverted else share) * device.breath.full_scale)

    def _press_of_axis(self, number: int, axis: int, value: float) -> bool:
        """Return True, once, when an axis was moved well away from where it rests."""
        rest = self._at_rest.get(number, [])
        away = abs(value - (rest[axis] if axis < len(rest) else 0.0)) >= AXIS_PRESSED
        new = away and (number, axis) not in self._pressed_axes
        (self._pressed_axes.add if away else self._pressed_axes.discard)((number, axis))
        return new
