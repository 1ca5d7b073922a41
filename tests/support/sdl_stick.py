"""Sticks and switch boxes that SDL itself takes for real: plugged in, moved, pressed and pulled out at run time.

SDL has virtual joysticks for such tests; pygame does not pass them on, so its own copy of SDL is called by name.
"""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pygame

FULL = 32767
FLIGHT_STICK = 4  # SDL takes the fifth and sixth axis of a gamepad for triggers, which rest at their end


def _sdl() -> ctypes.CDLL:
    pygame.joystick.init()
    maps = Path("/proc/self/maps").read_text()
    loaded = re.findall(r"\S*/libSDL2-[^_\s]*\.so\S*", maps)
    sdl = ctypes.CDLL(loaded[0])
    sdl.SDL_JoystickOpen.restype = ctypes.c_void_p
    sdl.SDL_JoystickClose.argtypes = [ctypes.c_void_p]
    sdl.SDL_JoystickInstanceID.argtypes = [ctypes.c_void_p]
    sdl.SDL_JoystickSetVirtualAxis.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int16]
    sdl.SDL_JoystickSetVirtualButton.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8]
    return sdl


class SdlStick:
    """A stick of two axes, or more, and eight buttons.

    Args:
        right: Where its first axis is when it is plugged in, -1 to 1.
        axes: How many it has.

    Attributes:
        name: What the screen calls it.
    """

    def __init__(self, right: float = 0.0, axes: int = 2) -> None:
        self._sdl = _sdl()
        device = int(self._sdl.SDL_JoystickAttachVirtual(1 if axes == 2 else FLIGHT_STICK, axes, 8, 0))
        assert device >= 0
        self._stick: int | None = self._sdl.SDL_JoystickOpen(device)
        if right:
            # A device reports where it is with its first report: opened anew, that is where it was found.
            self.move(right)
            self._sdl.SDL_JoystickUpdate()
            self._sdl.SDL_JoystickClose(self._stick)
            pygame.event.get([pygame.JOYAXISMOTION])
            self._stick = self._sdl.SDL_JoystickOpen(device)
        self._number = int(self._sdl.SDL_JoystickInstanceID(self._stick))
        self.name = f"joystick{self._number}"

    def move(self, right: float, ahead: float = 0.0) -> None:
        """Deflect it, each -1 to 1."""
        for axis, value in enumerate((right, -ahead)):
            self._sdl.SDL_JoystickSetVirtualAxis(self._stick, axis, round(value * FULL))

    def turn(self, axis: int, value: float) -> None:
        """Set one raw axis, numbered from 0, -1 to 1."""
        self._sdl.SDL_JoystickSetVirtualAxis(self._stick, axis, round(value * FULL))

    def press(self, button: int, pressed: bool) -> None:
        """Press or release a button."""
        self._sdl.SDL_JoystickSetVirtualButton(self._stick, button, int(pressed))

    def pull_out(self) -> None:
        """Pull its plug."""
        if self._stick is None:
            return
        devices = range(self._sdl.SDL_NumJoysticks())
        device = next(one for one in devices if self._sdl.SDL_JoystickGetDeviceInstanceID(one) == self._number)
        assert self._sdl.SDL_JoystickDetachVirtual(device) == 0
        self._sdl.SDL_JoystickClose(self._stick)
        self._stick = None
