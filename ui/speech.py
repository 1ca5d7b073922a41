"""The voice: says what is lit, what the arm does, and what went wrong, without ever holding up a frame.

A thread of its own makes and plays the sound; what was said once is kept. Without a sound device everything works
silently, and the log says so once.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import pygame

from armctl.config.user import VoiceConfig
from armctl.errors import SetupError
from ui.espeak import Espeak

_LOG = logging.getLogger(__name__)
_KEPT: Final = 200
"""Phrases kept as sound, about 60 kB each."""
_CARDS: Final = Path("/proc/asound/cards")
_SILENCE: Final = ("dummy", "disk")
"""SDL sound drivers that nobody hears."""


def sound_device(cards: Path = _CARDS, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether trying to open a sound device makes sense.

    Without any, the sound library writes a page of complaints to the terminal, past Python's own streams.

    Args:
        cards: Where Linux lists sound cards.
        environment: The process's environment; a driver or server named there is taken at its word.
    """
    if {"SDL_AUDIODRIVER", "SDL_AUDIO_DRIVER", "PULSE_SERVER", "PIPEWIRE_REMOTE"} & set(environment):
        return True
    here = Path(environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    if sys.platform != "linux" or any((here / server).exists() for server in ("pulse/native", "pipewire-0")):
        return True
    return cards.is_file() and "no soundcards" not in cards.read_text(encoding="utf-8")


class Speaker(Protocol):
    """Anything that can be told to say something."""

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text``; with ``interrupt``, drop what is being said, else wait for its end."""
        ...

    def set_enabled(self, enabled: bool) -> None:
        """Speak or be silent from now on."""
        ...

    def set_language(self, language: str) -> None:
        """Speak ``language`` (two-letter code) from now on."""
        ...

    def close(self) -> None:
        """Fall silent and end; may be called any number of times."""
        ...


class NullVoice:
    """A voice that says nothing and remembers what it was asked to say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, interrupt: bool = True) -> None:
        """Remember ``text``, the last hundred of them."""
        del interrupt
        self.said = [*self.said[-99:], text]

    def set_enabled(self, enabled: bool) -> None:
        """Do nothing."""

    def set_language(self, language: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Voice:
    """Speech with espeak-ng, played by pygame's mixer.

    Args:
        config: Rate, volume, on or off.
        language: Two-letter code.
    """

    def __init__(self, config: VoiceConfig, language: str = "en") -> None:
        self._config = config
        self._language = language
        self._enabled = config.enabled
        self._waiting: list[str] = []
        self._interrupt = False
        self._change = threading.Condition()
        self._ended = False
        self._kept: OrderedDict[str, pygame.mixer.Sound] = OrderedDict()
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text``; with ``interrupt``, drop what is being said, else wait for its end. Returns at once."""
        with self._change:
            if not self._enabled or not text:
                return
            self._waiting = [text] if interrupt else [*self._waiting[-4:], text]
            self._interrupt = self._interrupt or interrupt
            self._change.notify()

    def set_enabled(self, enabled: bool) -> None:
        """Speak or be silent from now on."""
        with self._change:
            self._enabled = enabled
            if not enabled:
                self._waiting, self._interrupt = [], True
            self._change.notify()

    def set_language(self, language: str) -> None:
        """Speak ``language`` (two-letter code) from now on."""
        with self._change:
            self._language = language

    def close(self) -> None:
        """Fall silent and end; may be called any number of times."""
        with self._change:
            self._ended = True
            self._change.notify()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        """Thread root: nothing that goes wrong with sound may reach the screen."""
        try:
            engine = self._open()
            while (text := self._next()) is not None:
                if text and engine is not None:
                    self._play(engine, text)
        except Exception:
            _LOG.exception("The voice failed; armctl goes on without it.")

    def _open(self) -> Espeak | None:
        """Return the ready engine, or None (told in the log, once) when nobody would hear it."""
        try:
            if not sound_device():
                raise SetupError("there is no sound device.")
            engine = Espeak(self._language, self._config.rate)
            pygame.mixer.init(engine.sample_rate, -16, 1, 512, allowedchanges=0)
        except (SetupError, pygame.error) as error:
            _LOG.warning("No speech: %s", error)
            return None
        if os.environ.get("SDL_AUDIODRIVER", "") in _SILENCE:
            _LOG.warning("No speech: the sound driver is %r, which nobody hears.", os.environ["SDL_AUDIODRIVER"])
            return None
        return engine

    def _next(self) -> str | None:
        """Wait for something to say; "" when there is nothing, None at the end."""
        with self._change:
            self._change.wait_for(self._has_work, timeout=0.1)
            if self._ended:
                return None
            if self._interrupt:
                self._interrupt = False
                self._stop()
            if self._waiting and not self._busy():
                return self._waiting.pop(0)
            return ""

    def _has_work(self) -> bool:
        return self._ended or self._interrupt or (bool(self._waiting) and not self._busy())

    @staticmethod
    def _busy() -> bool:
        return bool(pygame.mixer.get_init()) and pygame.mixer.Channel(0).get_busy()

    @staticmethod
    def _stop() -> None:
        if pygame.mixer.get_init():
            pygame.mixer.Channel(0).stop()

    def _play(self, engine: Espeak, text: str) -> None:
        if engine.speak_in(self._language):
            self._kept.clear()
        sound = self._kept.get(text)
        if sound is None:
            sound = pygame.mixer.Sound(buffer=engine.sound(text) or b"\0\0")
            self._kept[text] = sound
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        sound.set_volume(self._config.volume)
        with self._change:
            # What came in while the sound was made is newer: say that instead.
            if not self._interrupt and self._enabled:
                pygame.mixer.Channel(0).play(sound)
