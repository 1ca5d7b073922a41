"""The voice: says what is lit, what the arm does, and what went wrong, without ever holding up a frame.

A thread of its own makes and plays the sound; what was said once is kept, and what the screen shows is made before it
is needed. Without a sound device everything works silently, and the log says so once.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import pygame

from armctl.clock import Clock, SystemClock
from armctl.config.user import VoiceConfig
from armctl.errors import SetupError
from ui import earcons
from ui.earcons import Earcon
from ui.espeak import Espeak
from ui.outputs import BOTH, CHUNK, LEFT, RIGHT, DeviceOutput, MixerOutput, Output, device_names
from ui.text import marked

_LOG = logging.getLogger(__name__)
_KEPT: Final = 200
"""Phrases kept as sound, about 30 kB each."""
_SPEECH, _CUES, _SOUNDS = range(3)
"""Channels of the mixer."""
_CARDS: Final = Path("/proc/asound/cards")
_SILENCE: Final = ("dummy", "disk")
"""SDL sound drivers that nobody hears."""
LOOK: Final = 2.0
"""Time between two looks at whether the person's own device is still there [s]."""
SILENT: Final = marked("There is no sound: no loudspeaker was found. The screen shows everything.")
OWN_GONE: Final = marked("Your own earphone is not connected. Everybody hears the cues now.")
OWN_BACK: Final = marked("Your own earphone is connected again. Only you hear the cues now.")


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


def heard_on() -> tuple[str, ...]:
    """Return the names of all sound devices of this computer; none where there is no sound."""
    if not sound_device():
        return ()
    try:
        pygame.mixer.init()
    except pygame.error:
        return ()
    try:
        return device_names()
    finally:
        pygame.mixer.quit()


class Speaker(Protocol):
    """Anything that can be told to say something."""

    @property
    def private(self) -> bool:
        """True where cues go another way than what everybody hears."""
        ...

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text``; with ``interrupt``, drop what is being said, else wait for its end."""
        ...

    def cue(self, text: str) -> None:
        """Say ``text`` to the person alone, at once, whatever everybody hears meanwhile."""
        ...

    def play(self, sound: Earcon) -> None:
        """Play a short sound."""
        ...

    def prepare(self, texts: Iterable[str]) -> None:
        """Make ready what may have to be said soon."""
        ...

    def follow(self, config: VoiceConfig) -> None:
        """Speak or be silent, and be as loud as ``config`` says, from now on."""
        ...

    def set_language(self, language: str) -> None:
        """Speak ``language`` (two-letter code) from now on."""
        ...

    def trouble(self) -> str:
        """Return, once, what the person has to be told of the sound; empty when nothing."""
        ...

    def close(self) -> None:
        """Fall silent and end; may be called any number of times."""
        ...


class NullVoice:
    """A voice that says nothing and remembers what it was asked to say."""

    def __init__(self, private: bool = False) -> None:
        self.said: list[str] = []
        self.cued: list[str] = []
        self.played: list[Earcon] = []
        self.private = private
        self.config = VoiceConfig()

    def say(self, text: str, interrupt: bool = True) -> None:
        """Remember ``text``, the last hundred of them."""
        del interrupt
        self.said = [*self.said[-99:], text]

    def cue(self, text: str) -> None:
        """Remember ``text``, the last hundred of them."""
        self.cued = [*self.cued[-99:], text]

    def play(self, sound: Earcon) -> None:
        """Remember ``sound``, the last hundred of them."""
        self.played = [*self.played[-99:], sound]

    def prepare(self, texts: Iterable[str]) -> None:
        """Do nothing."""

    def follow(self, config: VoiceConfig) -> None:
        """Remember ``config``."""
        self.config = config

    def set_language(self, language: str) -> None:
        """Do nothing."""

    def trouble(self) -> str:
        """Return nothing."""
        return ""

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class _Line:
    """What waits to be said in one place, and where that is."""

    volume: float
    waiting: list[str] = field(default_factory=list)
    interrupt: bool = False
    output: Output | None = None

    @property
    def busy(self) -> bool:
        return self.output is not None and self.output.busy

    @property
    def has_work(self) -> bool:
        return self.interrupt or (bool(self.waiting) and not self.busy)


class Voice:
    """Speech with espeak-ng, played by pygame's mixer.

    Args:
        config: Rate, volumes, on or off, and where cues are heard.
        language: Two-letter code.
        unheard: Go on where the sound driver is one that nobody hears; for measuring.
        clock: Time.
    """

    def __init__(
        self, config: VoiceConfig, language: str = "en", unheard: bool = False, clock: Clock | None = None
    ) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._look_at = float("-inf")
        self._trouble = ""
        self._language = language
        self._enabled = config.enabled
        self._unheard = unheard
        self._public = _Line(config.volume)
        self._cues = _Line(config.cue_volume) if config.cue != "together" else self._public
        self._soon: list[str] = []
        self._change = threading.Condition()
        self._ended = False
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._sounds: Output | None = None
        self._rate = 0
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    @property
    def private(self) -> bool:
        """True where cues go another way than what everybody hears."""
        return self._cues is not self._public

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text``; with ``interrupt``, drop what is being said, else wait for its end. Returns at once."""
        self._tell(self._public, text, interrupt)

    def cue(self, text: str) -> None:
        """Say ``text`` to the person alone, in place of the cue before. Returns at once."""
        self._tell(self._cues, text, True)

    def play(self, sound: Earcon) -> None:
        """Play a short sound, beside whatever is being said; made beforehand, so it begins with the next buffer."""
        if self._sounds is None or self._config.sounds <= 0.0:
            return
        try:
            self._sounds.play(earcons.samples(sound, self._rate), self._config.sounds)
        except pygame.error as error:
            _LOG.warning("No short sounds: %s", error)
            self._sounds = None

    def prepare(self, texts: Iterable[str]) -> None:
        """Make ready what may have to be said soon, while nothing has to be said now."""
        with self._change:
            self._soon = [text for text in texts if text and (self._language, text) not in self._kept]
            self._change.notify()

    def follow(self, config: VoiceConfig) -> None:
        """Speak or be silent, and be as loud as ``config`` says, from the next word on.

        Where cues are heard stays as it was: devices are opened once.
        """
        with self._change:
            self._enabled = config.enabled
            loud = {name: getattr(config, name) for name in ("volume", "cue_volume", "sounds")}
            self._config = self._config.model_copy(update=loud)
            self._cues.volume = config.cue_volume
            self._public.volume = config.volume  # after the cues', which may be the same line
            if not config.enabled:
                for line in (self._public, self._cues):
                    line.waiting, line.interrupt = [], True
            self._change.notify()

    def set_language(self, language: str) -> None:
        """Speak ``language`` (two-letter code) from now on."""
        with self._change:
            self._language = language
            self._soon = []

    def trouble(self) -> str:
        """Return, once, what the person has to be told of the sound; empty when nothing."""
        with self._change:
            told, self._trouble = self._trouble, ""
        return told

    def close(self) -> None:
        """Fall silent and end; may be called any number of times."""
        with self._change:
            self._ended = True
            self._change.notify()
        self._thread.join(timeout=2.0)

    def _tell(self, line: _Line, text: str, interrupt: bool) -> None:
        with self._change:
            if not self._enabled or not text:
                return
            line.waiting = [text] if interrupt else [*line.waiting[-4:], text]
            line.interrupt = line.interrupt or interrupt
            self._change.notify()

    def _run(self) -> None:
        """Thread root: nothing that goes wrong with sound may reach the screen."""
        try:
            engine = self._open()
            while engine is not None and (work := self._next()) is not None:
                self._do(engine, *work)
                self._follow_own_device(engine.sample_rate)
        except Exception:
            _LOG.exception("The voice failed; armctl goes on without it.")
        finally:
            for line in (self._public, self._cues):
                if line.output is not None:
                    line.output.stop()
                    line.output.close()

    def _open(self) -> Espeak | None:
        """Return the ready engine, or None (told in the log, once) when nobody would hear it."""
        try:
            if not sound_device():
                raise SetupError("there is no sound device.")
            engine = Espeak(self._language, self._config.rate)
            pygame.mixer.init(engine.sample_rate, -16, 2, CHUNK, allowedchanges=0)
        except (SetupError, pygame.error) as error:
            _LOG.warning("No speech: %s", error)
            self._tell_trouble(SILENT if self._enabled else "")
            return None
        if os.environ.get("SDL_AUDIODRIVER", "") in _SILENCE and not self._unheard:
            _LOG.warning("No speech: the sound driver is %r, which nobody hears.", os.environ["SDL_AUDIODRIVER"])
            return None
        self._open_outputs(engine.sample_rate)
        return engine

    def _open_outputs(self, rate: int) -> None:
        """Open what the profile asks for; a cue device that is not there is told, and cues join the rest."""
        cue = self._config.cue
        self._public.output = MixerOutput(_SPEECH, {"left": RIGHT, "right": LEFT}.get(cue, BOTH))
        if cue == "device":
            try:
                self._cues.output = DeviceOutput(self._config.cue_device, rate)
            except SetupError as error:
                _LOG.warning("%s Cues are heard with everything else.", error)
                self._cues = self._public
                self._tell_trouble(OWN_GONE)
        elif cue != "together":
            self._cues.output = MixerOutput(_CUES, LEFT if cue == "left" else RIGHT)
        for name in earcons.MELODIES:
            earcons.samples(name, rate)
        self._rate, self._sounds = rate, MixerOutput(_SOUNDS)

    def _follow_own_device(self, rate: int) -> None:
        """Notice that the device for cues was unplugged, or came back: the person scans by what they hear."""
        now = self._clock.now()
        if self._config.cue != "device" or now < self._look_at:
            return
        self._look_at = now + LOOK
        own = self._cues.output
        if self._cues is self._public:
            try:
                output = DeviceOutput(self._config.cue_device, rate)
            except SetupError:
                return  # told when it went
            self._cues = _Line(self._config.cue_volume, output=output)
            self._tell_trouble(OWN_BACK)
        elif isinstance(own, DeviceOutput) and not own.there:
            _LOG.warning("The sound device %r is gone. Cues are heard with everything else.", self._config.cue_device)
            self._cues = self._public
            own.close()
            self._tell_trouble(OWN_GONE)

    def _tell_trouble(self, what: str) -> None:
        with self._change:
            self._trouble = what

    def _next(self) -> tuple[_Line | None, str] | None:
        """Wait for something to say, or to make ready (no line); None at the end."""
        with self._change:
            self._change.wait_for(self._has_work, timeout=0.1)
            if self._ended:
                return None
            # Cues first: the person scans by them.
            for line in (self._cues, self._public):
                if line.interrupt and line.output is not None:
                    line.interrupt = False
                    line.output.stop()
                if line.waiting and not line.busy:
                    return line, line.waiting.pop(0)
            return None, self._soon.pop(0) if self._soon else ""

    def _has_work(self) -> bool:
        return self._ended or bool(self._soon) or self._public.has_work or self._cues.has_work

    def _do(self, engine: Espeak, line: _Line | None, text: str) -> None:
        sound = self._sound(engine, text) if text else b""
        if line is None or line.output is None:
            return
        with self._change:
            # What came in while the sound was made is newer: say that instead.
            if not line.interrupt and self._enabled:
                line.output.play(sound, line.volume)

    def _sound(self, engine: Espeak, text: str) -> bytes:
        """Return ``text`` as sound; made once."""
        language = self._language
        sound = self._kept.get((language, text))
        if sound is None:
            engine.speak_in(language)
            sound = engine.sound(text)
            self._kept[language, text] = sound
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return sound
