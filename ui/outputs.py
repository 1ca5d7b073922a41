"""Where sound goes: a channel of the mixer, one side of it, or a second device that only the person hears.

The mixer opens one device. A second one, an earphone for auditory scanning, is opened by its name through SDL's audio
interface; where it is not there, the person's cues go to one ear of the first device or along with everything else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

import pygame

from armctl.errors import SetupError

CHUNK: Final = 512
"""Samples the device takes at once; at 22,050 a second 23 ms, which bounds how soon a sound begins."""
Sides = tuple[float, float]
BOTH: Final[Sides] = (1.0, 1.0)
LEFT: Final[Sides] = (1.0, 0.0)
RIGHT: Final[Sides] = (0.0, 1.0)


def device_names() -> tuple[str, ...]:
    """Return the names of the sound devices that are there now, as the system lists them; the mixer must be open."""
    # Not part of pygame's documented interface, so it is looked for here, not where the program starts.
    from pygame._sdl2 import audio

    return tuple(audio.get_audio_device_names(False))


class Output(Protocol):
    """Something that makes samples audible: signed 16-bit, one channel."""

    def play(self, sound: bytes, volume: float) -> None:
        """Play ``sound`` from its beginning at ``volume``, 0 to 1, in place of what is being played."""
        ...

    def stop(self) -> None:
        """Fall silent."""
        ...

    @property
    def busy(self) -> bool:
        """True while something is played."""
        ...

    def close(self) -> None:
        """Give the device up; may be called any number of times."""
        ...


class MixerOutput:
    """A channel of pygame's mixer, which must be open with two channels of sound.

    Args:
        number: Number of the mixer's channel.
        sides: How loud left and right are, 0 to 1.
    """

    def __init__(self, number: int, sides: Sides = BOTH) -> None:
        self._number = number
        self._sides = sides

    def play(self, sound: bytes, volume: float) -> None:
        """Play ``sound`` on both sides, each as loud as it is to be."""
        made = pygame.mixer.Sound(buffer=doubled(sound) or b"\0\0\0\0")
        channel = pygame.mixer.Channel(self._number)
        channel.play(made)
        # A channel forgets its sides with every new sound.
        channel.set_volume(volume * self._sides[0], volume * self._sides[1])

    def stop(self) -> None:
        """Fall silent."""
        if pygame.mixer.get_init():
            pygame.mixer.Channel(self._number).stop()

    @property
    def busy(self) -> bool:
        """True while something is played."""
        return bool(pygame.mixer.get_init()) and pygame.mixer.Channel(self._number).get_busy()

    def close(self) -> None:
        """Do nothing: the mixer is not this one's alone."""


class DeviceOutput:
    """A second sound device, by name.

    Args:
        name: Name of the device, or a part of it, as the system lists it.
        rate: Samples a second.

    Raises:
        SetupError: There is no such device, or it cannot be opened.
    """

    def __init__(self, name: str, rate: int) -> None:
        from pygame._sdl2 import audio

        names = device_names()
        found = next((each for each in names if name.lower() in each.lower()), None)
        if found is None:
            raise SetupError(
                f"There is no sound device {name!r} for cues; there are: {', '.join(names) or 'none'}.",
                "Plug the earphone in, or name one of these in the profile.",
            )
        self._name = found
        self._left = memoryview(b"")
        self._lock = threading.Lock()
        try:
            self._device = audio.AudioDevice(
                devicename=found, iscapture=False, frequency=rate, audioformat=audio.AUDIO_S16, numchannels=1,
                chunksize=CHUNK, allowed_changes=0, callback=self._fill,
            )  # fmt: skip
            self._device.pause(0)
        except RuntimeError as error:  # this interface has an error of its own, which is no pygame.error
            raise SetupError(f"The sound device {found!r} cannot be opened ({error}).") from error
        self._close: Callable[[], None] | None = self._device.close

    def _fill(self, _device: object, room: memoryview) -> None:
        """Called by the sound library's own thread for the next samples."""
        with self._lock:
            count = min(len(room), len(self._left))
            room[:count] = self._left[:count]
            self._left = self._left[count:]
        room[count:] = bytes(len(room) - count)

    @property
    def there(self) -> bool:
        """False once its plug was pulled: the sound library goes on taking samples as if nothing had happened."""
        return self._name in device_names()

    def play(self, sound: bytes, volume: float) -> None:
        """Play ``sound`` in place of what is being played."""
        loud = scaled(sound, volume)
        with self._lock:
            self._left = memoryview(loud)

    def stop(self) -> None:
        """Fall silent."""
        with self._lock:
            self._left = memoryview(b"")

    @property
    def busy(self) -> bool:
        """True while something is played."""
        with self._lock:
            return bool(self._left)

    def close(self) -> None:
        """Give the device up."""
        if self._close is not None:
            self._device.pause(1)  # returns once the library's thread is not within `_fill`
            self._close()
            self._close = None


def doubled(sound: bytes) -> bytes:
    """Return one channel of signed 16-bit samples as two alike."""
    both = bytearray(2 * len(sound))
    for half in (0, 2):
        for byte in (0, 1):
            both[half + byte :: 4] = sound[byte::2]
    return bytes(both)


def scaled(sound: bytes, volume: float) -> bytes:
    """Return signed 16-bit samples at ``volume``, 0 to 1."""
    import numpy as np

    louder: bytes = (np.frombuffer(sound, dtype="<i2") * volume).astype("<i2").tobytes()
    return louder
