"""Keyboard, mouse, touch, sticks, switch boxes and breath: from what they say to access events, stamped.

Nothing is filtered here. A key that means nothing else means stop, because any input while the arm moves must stop it.
"""

from __future__ import annotations

import contextlib
from typing import Final

import pygame

from armctl.access.choosing import wiring
from armctl.access.events import (
    ARROWS,
    POINTER,
    TOUCH,
    AxesEvent,
    Control,
    FocusLost,
    InputEvent,
    PointerEvent,
    PointerLeft,
    StopLine,
    SwitchEvent,
)
from armctl.clock import Clock
from armctl.config.devices import OnSerialPort
from armctl.config.inputs import KEYBOARD, MOUSE
from armctl.config.user import UserConfig
from drivers.transport import PortOpener, open_serial
from ui.inputs import SERIAL
from ui.inputs.joysticks import Joysticks, tap
from ui.inputs.serial_line import SerialLine

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
FOUND: Final = 0.8
"""Keys that are told within this time after the window got the keyboard back may have been down before [s]: the system
repeats a held key after 0.25 to 0.66 s, and a switch that sticks while another window goes would choose what is lit."""
_WHEEL: Final = (4, 5)
"""Mouse buttons that are the wheel, which comes as an event of its own too."""
_MOUSE_BUTTONS: Final = {1: "left", 2: "middle", 3: "right"}


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
        user: Which contacts mean what, and which devices there are on serial ports.
        clock: Time.
        open_port: Opens serial ports.
    """

    def __init__(self, user: UserConfig, clock: Clock, open_port: PortOpener = open_serial) -> None:
        self._clock = clock
        self._open_port = open_port
        self._keys, self._mouse = _meanings_of(user, KEYBOARD), _meanings_of(user, MOUSE)
        self._joysticks = Joysticks(user)
        self._fingers: set[tuple[int, int]] = set()
        self._ramp = Ramp()
        self._arrows = (0.0, 0.0)
        self._arrows_told = False
        self._away = False
        self._back_at = float("-inf")
        self._looked_at = clock.now()
        self._line_key = user.stop_line.key if user.stop_line is not None else None
        self._wiring = wiring(user)
        self._serial = self._listen(user)

    def configure(self, user: UserConfig) -> list[InputEvent] | None:
        """Go on with other settings of the same person; return what is there, None where all is wired as before."""
        before, self._wiring = self._wiring, wiring(user)
        if self._wiring == before:
            return None
        self.close()
        self._keys, self._mouse = _meanings_of(user, KEYBOARD), _meanings_of(user, MOUSE)
        self._ramp.release()
        self._arrows, self._arrows_told = (0.0, 0.0), False
        self._serial = self._listen(user)
        return self._joysticks.configure(user, self._clock.now())

    def _listen(self, user: UserConfig) -> list[SerialLine]:
        """Listen to the serial devices of ``user``."""
        given = [device for device in user.devices if isinstance(device, OnSerialPort)]
        decoders = [SERIAL[device.kind](device, user) for device in given]
        return [
            SerialLine(device, decoder, self._clock, _wake, self._open_port)
            for device, decoder in zip(given, decoders, strict=True)
        ]

    def translate(self, event: pygame.event.Event) -> list[InputEvent]:
        """Return what ``event`` means; an empty list for events that are no input."""
        now = self._clock.now()
        if event.type == pygame.USEREVENT:
            return self._from_serial()
        if event.type in (pygame.KEYDOWN, pygame.KEYUP):
            return self._key(event, now)
        if event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            return self._button(event, now)
        if event.type in (pygame.WINDOWFOCUSGAINED, *_HIDDEN):
            return self._focus(event.type, now)
        if event.type in (pygame.FINGERDOWN, pygame.FINGERUP):
            return self._finger(event, now)
        return self._pointer(event, now) or self._joysticks.translate(event, now, self._looked_at)

    def poll(self) -> list[InputEvent]:
        """Return what comes without events of the windowing library, or changes with time alone."""
        self._looked_at = now = self._clock.now()
        others = [*self._from_serial(), *self._joysticks.poll(now)]
        if not self._arrows_told:
            self._arrows_told = True  # no key was held when it began: known, so that the first one counts
            return [AxesEvent(now, ARROWS, (0.0, 0.0)), *self._arrows_at(now), *others]
        return [*self._arrows_at(now), *others]

    def close(self) -> None:
        """Give serial ports up; may be called any number of times."""
        for line in self._serial:
            line.close()

    def _from_serial(self) -> list[InputEvent]:
        return [event for line in self._serial for event in line.take()]

    def _arrows_at(self, now: float) -> list[InputEvent]:
        axes = self._ramp.axes(now)
        if axes == self._arrows:
            return []
        self._arrows = axes
        return [AxesEvent(now, ARROWS, axes)]

    def _focus(self, kind: int, now: float) -> list[InputEvent]:
        if kind == pygame.WINDOWFOCUSGAINED:
            was_away, self._away = self._away, False
            self._back_at = now if was_away else self._back_at
            return self._joysticks.unseen(now) if was_away else []
        self._away = self._away or kind == pygame.WINDOWFOCUSLOST  # every window is hidden for a moment as it opens
        self._ramp.release()
        return [*self._arrows_at(now), FocusLost(now)]

    def _key(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        pressed = event.type == pygame.KEYDOWN
        found = pressed and now - self._back_at <= FOUND
        name = pygame.key.name(event.key)
        if name == self._line_key:
            return [StopLine(now, pressed)]
        if event.key in _ARROWS and name not in self._keys:
            if not found:  # else it counts once it was let go
                self._ramp.change(event.key, pressed, now)
            return self._arrows_at(now)
        if name == "return" and name not in self._keys:
            return [SwitchEvent(now, ARROWS, "select", pressed, self._looked_at, name, found)]
        return [SwitchEvent(now, KEYBOARD, self._keys.get(name, "stop"), pressed, self._looked_at, name, found)]

    @staticmethod
    def _pointer(event: pygame.event.Event, now: float) -> list[InputEvent]:
        if event.type == pygame.MOUSEMOTION:
            return [PointerEvent(now, float(event.pos[0]), float(event.pos[1]))]
        if event.type == pygame.WINDOWLEAVE:
            return [PointerLeft(now)]
        if event.type == pygame.MOUSEWHEEL:
            return tap(now, POINTER)
        return []

    def _button(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        if event.button in _WHEEL:
            return []
        pressed = event.type == pygame.MOUSEBUTTONDOWN
        place = PointerEvent(now, float(event.pos[0]), float(event.pos[1]))
        if self._mouse:  # its buttons are switches: they mean what is lit, wherever the pointer is
            return [place, self._switch_of_mouse(event.button, pressed, now)]
        control: Control = "select" if event.button <= 3 else "stop"
        return [place, SwitchEvent(now, POINTER, control, pressed, self._looked_at, str(event.button))]

    def _switch_of_mouse(self, button: int, pressed: bool, now: float) -> SwitchEvent:
        name = str(button) if str(button) in self._mouse else _MOUSE_BUTTONS.get(button, str(button))
        return SwitchEvent(now, MOUSE, self._mouse.get(name, "stop"), pressed, self._looked_at, name)

    def _finger(self, event: pygame.event.Event, now: float) -> list[InputEvent]:
        """A touch beside one that lasts (a palm at rest) comes as no click, so it is told here, and means stop."""
        finger = (event.touch_id, event.finger_id)
        if event.type == pygame.FINGERUP:
            self._fingers.discard(finger)
            return []
        others = self._fingers - {finger}
        self._fingers.add(finger)
        return tap(now, TOUCH) if others else []


def _meanings_of(user: UserConfig, device: str) -> dict[str, Control]:
    """Return what the contacts of ``device`` mean."""
    return {contact: does for (where, contact), does in user.meanings.items() if where == device}


def _wake() -> None:
    """Let the screen look at the serial devices now, from any thread."""
    with contextlib.suppress(pygame.error):  # no window yet, or no longer: the next look comes by itself
        pygame.event.post(pygame.event.Event(pygame.USEREVENT))
