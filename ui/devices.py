"""Keyboard, mouse, touch and sticks: from pygame's events to access events, stamped with the injected clock.

Nothing is filtered here. A key that means nothing else means stop, because any input while the arm moves must stop it.
"""

from __future__ import annotations

from typing import Final

import pygame

from armctl.access.events import (
    POINTER,
    AxesEvent,
    Control,
    DeviceCame,
    DeviceGone,
    FocusLost,
    InputEvent,
    PointerEvent,
    PointerLeft,
    StopLine,
    SwitchEvent,
)
from armctl.clock import Clock
from armctl.config.user import UserConfig

KEYBOARD: Final = "keyboard"
ARROWS: Final = "arrows"
"""Device name of the arrow keys: a stick of two axes, with the return key for its button."""
TOUCH: Final = "touch"
"""Device name of further fingers on a touch screen; the first one is the pointer."""
RAMP_TIME: Final = 0.4
"""How long an arrow key takes from rest to full deflection [s]; letting go is at once."""

_ARROWS: Final = {
    pygame.K_RIGHT: (1.0, 0.0),
    pygame.K_LEFT: (-1.0, 0.0),
    pygame.K_UP: (0.0, 1.0),
    pygame.K_DOWN: (0.0, -1.0),
}
_HIDDEN: Final = (pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN)
"""After these the window gets no keys, and mostly no sticks either."""
_WHEEL: Final = (4, 5)
"""Mouse buttons that are the wheel, which comes as an event of its own too."""
AXIS_PRESSED: Final = 0.5
"""Way from rest at which an axis that steers nothing, such as a trigger, counts as pressed."""
AXIS_STEERS: Final = 0.2
"""Deflection from which a stick is being steered with."""
_BUTTONS: Final[dict[int, Control]] = {0: "select", 1: "next", 2: "back"}
"""Button of a joystick or switch box to what it means; any other one means stop."""


def stick_axes(values: list[float]) -> tuple[float, ...]:
    """Return (right, ahead[, up]) of a device's raw axes, which pygame counts down and right.

    A device with three axes has twist or height on the third. Gamepads have a second stick: its vertical axis is the
    fourth of four, or the fifth where triggers (resting at -1) lie between.
    """
    right, down = (*values, 0.0, 0.0)[:2]
    if len(values) < 3:
        return right, -down
    third = values[2] if len(values) == 3 else -values[3] if len(values) == 4 else -values[4]
    return right, -down, third


class Ramp:
    """Keys as a stick: deflection grows over `RAMP_TIME`, and ends at once."""

    def __init__(self) -> None:
        self._down: set[int] = set()
        self._since = 0.0

    def change(self, key: int, pressed: bool, now: float) -> None:
        """Take a key going down or up."""
        if pressed and not self._down:
            self._since = now
        (self._down.add if pressed else self._down.discard)(key)

    def release(self) -> None:
        """Forget all keys, as when the window loses the keyboard."""
        self._down.clear()

    def axes(self, now: float) -> tuple[float, float]:
        """Return (right, ahead) at ``now``."""
        share = min(1.0, 0.3 + 0.7 * (now - self._since) / RAMP_TIME)
        right, ahead = (sum(_ARROWS[key][axis] for key in self._down) for axis in (0, 1))
        return right * share, ahead * share


class Devices:
    """All input devices of one computer.

    Args:
        user: Which keys mean what.
        clock: Time.
    """

    def __init__(self, user: UserConfig, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, Control] = dict.fromkeys(user.keys_next, "next")
        self._keys |= dict.fromkeys(user.keys_select, "select")
        self._sticks: dict[int, list[float]] = {}
        self._opened: dict[int, pygame.joystick.JoystickType] = {}
        self._pressed_axes: set[tuple[int, int]] = set()
        self._at_rest: dict[int, list[float]] = {}
        self._fingers: set[tuple[int, int]] = set()
        self._ramp = Ramp()
        self._arrows = (0.0, 0.0)
        self._arrows_told = False
        self._looked_at = clock.now()
        self._line = user.stop_line
        self._line_held_by: int | None = None

    def translate(self, event: pygame.event.Event) -> list[InputEvent]:
        """Return what ``event`` means; an empty list for events that are no input."""
        now = self._clock.now()
        line = self._stop_line(event, now)
        if line:
            return line
        if event.type in (pygame.KEYDOWN, pygame.KEYUP):
            return self._key(event, now)
        if event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            return self._button(event, now)
        if event.type in _HIDDEN:
            self._ramp.release()
            return [*self._arrows_at(now), FocusLost(now)]
        if event.type in (pygame.FINGERDOWN, pygame.FINGERUP):
            return self._finger(event, now)
        return self._pointer(event, now) or self._joystick(event, now)

    def poll(self) -> list[InputEvent]:
        """Return what changes with time alone: the arrow keys' growing deflection."""
        self._looked_at = now = self._clock.now()
        if not self._arrows_told:
            self._arrows_told = True  # no key was held when it began: known, so that the first one counts
            return [AxesEvent(now, ARROWS, (0.0, 0.0)), *self._arrows_at(now)]
        return self._arrows_at(now)

    def _stop_line(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        """Return what ``event`` means for the stop circuit; an empty list for events that are not about it."""
        line = self._line
        if line is None:
            return []
        if event.type in (pygame.KEYDOWN, pygame.KEYUP) and pygame.key.name(event.key) == line.key:
            return [StopLine(now, event.type == pygame.KEYDOWN)]
        if event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP) and event.button == line.joystick_button:
            closed = event.type == pygame.JOYBUTTONDOWN
            self._line_held_by = event.instance_id if closed else None
            return [StopLine(now, closed)]
        return []

    def _arrows_at(self, now: float) -> list[InputEvent]:
        axes = self._ramp.axes(now)
        if axes == self._arrows:
            return []
        self._arrows = axes
        return [AxesEvent(now, ARROWS, axes)]

    def _key(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        pressed = event.type == pygame.KEYDOWN
        name = pygame.key.name(event.key)
        if event.key in _ARROWS and name not in self._keys:
            self._ramp.change(event.key, pressed, now)
            return self._arrows_at(now)
        if name == "return" and name not in self._keys:
            return [SwitchEvent(now, ARROWS, "select", pressed, self._looked_at)]
        return [SwitchEvent(now, KEYBOARD, self._keys.get(name, "stop"), pressed, self._looked_at)]

    @staticmethod
    def _pointer(event: pygame.event.Event, now: float) -> list[InputEvent]:
        if event.type == pygame.MOUSEMOTION:
            return [PointerEvent(now, float(event.pos[0]), float(event.pos[1]))]
        if event.type == pygame.WINDOWLEAVE:
            return [PointerLeft(now)]
        if event.type == pygame.MOUSEWHEEL:
            return _tap(now, POINTER)
        return []

    def _button(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        if event.button in _WHEEL:
            return []
        pressed = event.type == pygame.MOUSEBUTTONDOWN
        place = PointerEvent(now, float(event.pos[0]), float(event.pos[1]))
        return [place, SwitchEvent(now, POINTER, "select" if event.button <= 3 else "stop", pressed, self._looked_at)]

    def _finger(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        """A touch beside one that lasts (a palm at rest) comes as no click, so it is told here, and means stop."""
        finger = (event.touch_id, event.finger_id)
        if event.type == pygame.FINGERUP:
            self._fingers.discard(finger)
            return []
        others = self._fingers - {finger}
        self._fingers.add(finger)
        return _tap(now, TOUCH) if others else []

    def _joystick(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        if event.type == pygame.JOYDEVICEADDED:
            return self._came(event, now)
        if event.type == pygame.JOYDEVICEREMOVED:
            return self._gone(event, now)
        if event.type == pygame.JOYAXISMOTION:
            return self._axis(event, now)
        if event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
            control = _BUTTONS.get(event.button, "stop")
            pressed = event.type == pygame.JOYBUTTONDOWN
            return [SwitchEvent(now, f"joystick{event.instance_id}", control, pressed, self._looked_at)]
        if event.type in (pygame.JOYHATMOTION, pygame.JOYBALLMOTION):
            turned = event.value if event.type == pygame.JOYHATMOTION else event.rel
            return _tap(now, f"joystick{event.instance_id}") if any(turned) else []
        return []

    def _came(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        try:
            stick = pygame.joystick.Joystick(event.device_index)
        except pygame.error:
            return []  # It is gone again already; its removal needs no telling.
        number = stick.get_instance_id()
        self._opened[number] = stick
        self._sticks[number] = [stick.get_axis(axis) for axis in range(stick.get_numaxes())]
        self._at_rest[number] = list(self._sticks[number])
        here = f"joystick{number}"
        return [DeviceCame(now, here), AxesEvent(now, here, stick_axes(self._sticks[number]))]

    def _gone(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        self._sticks.pop(event.instance_id, None)
        self._at_rest.pop(event.instance_id, None)
        self._pressed_axes = {axis for axis in self._pressed_axes if axis[0] != event.instance_id}
        stick = self._opened.pop(event.instance_id, None)
        if stick is not None:
            stick.quit()
        opened: list[InputEvent] = [StopLine(now, False)] if event.instance_id == self._line_held_by else []
        return [*opened, DeviceGone(now, f"joystick{event.instance_id}")]

    def _axis(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        values = self._sticks.setdefault(event.instance_id, [])
        values += [0.0] * (event.axis + 1 - len(values))
        values[event.axis] = float(event.value)
        here, axes = f"joystick{event.instance_id}", stick_axes(values)
        pressed = self._press_of_axis(event.instance_id, event.axis, float(event.value))
        steers = max(map(abs, axes)) >= AXIS_STEERS  # whoever steers may brush the other axis of a stick
        return [AxesEvent(now, here, axes), *(_tap(now, here) if pressed and not steers else [])]

    def _press_of_axis(self, number: int, axis: int, value: float) -> bool:
        """Return True, once, when an axis was moved well away from where it rests."""
        rest = self._at_rest.get(number, [])
        away = abs(value - (rest[axis] if axis < len(rest) else 0.0)) >= AXIS_PRESSED
        new = away and (number, axis) not in self._pressed_axes
        (self._pressed_axes.add if away else self._pressed_axes.discard)((number, axis))
        return new


def _tap(now: float, device: str) -> list[InputEvent]:
    """Return a short press that means nothing else than stop."""
    return [SwitchEvent(now, device, "stop", True), SwitchEvent(now, device, "stop", False)]
