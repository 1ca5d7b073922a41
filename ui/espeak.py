"""The espeak-ng library through ctypes: words in, sound out. Library and voices come with the package espeakng-loader.

The library is not safe for threads and keeps its voices in one global state, so that one thread owns one `Espeak`.
"""

from __future__ import annotations

import ctypes
from typing import Final

import espeakng_loader

from armctl.errors import SetupError

_SYNCHRONOUS: Final = 2
"""AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h: sound goes to the callback, within the call."""
_DONT_EXIT: Final = 0x8000
"""espeakINITIALIZE_DONT_EXIT: report an error instead of ending the program."""
_UTF8: Final = 1
_RATE: Final = 1
_VOLUME: Final = 2

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """One voice.

    Args:
        language: Two-letter code of a voice, English when there is none for it.
        rate: Words a minute, 80 to 450.

    Raises:
        SetupError: The library or its voices cannot be loaded.
    """

    def __init__(self, language: str, rate: int) -> None:
        try:
            self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise SetupError(
                f"The speech library cannot be loaded ({error}).", "Reinstall the package espeakng-loader."
            ) from error
        data = espeakng_loader.get_data_path().encode()
        self.sample_rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT))
        if self.sample_rate <= 0:
            raise SetupError("The voices of espeak-ng were not found.", "Reinstall the package espeakng-loader.")
        self._sound = bytearray()
        # Kept as an attribute: ctypes would free a callback that nothing else refers to.
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._language = ""
        self._rate = rate
        self.speak_in(language)

    def speak_in(self, language: str) -> bool:
        """Take the voice of ``language`` (two-letter code; English when there is none); return True when it is new."""
        if language == self._language:
            return False
        self._language = language
        if self._library.espeak_SetVoiceByName(language.encode()) != 0:
            self._library.espeak_SetVoiceByName(b"en")
        self._library.espeak_SetParameter(_RATE, self._rate, 0)
        self._library.espeak_SetParameter(_VOLUME, 100, 0)
        return True

    def _take(self, wave: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if wave and count > 0:
            self._sound += ctypes.string_at(wave, count * 2)
        return 0

    def sound(self, text: str) -> bytes:
        """Return ``text`` spoken: signed 16-bit samples, one channel, `sample_rate` a second."""
        self._sound = bytearray()
        words = text.encode("utf-8") + b"\0"
        size = ctypes.c_size_t(len(words))
        self._library.espeak_Synth(words, size, 0, 0, 0, _UTF8, None, None)
        return bytes(self._sound)
