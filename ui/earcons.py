"""Short soft sounds for what happens again and again: lit, chosen, moving, stopped, problem.

Made here, so that each can be told from the others by its melody alone and none can startle: every tone swells up and
fades out, and no sample is louder than a third of full scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np

from armctl.hal.state import FloatArray

Earcon = Literal["lit", "chosen", "moving", "stopped", "problem"]

PEAK: Final = 0.33
"""Loudest sample, share of full scale: about 10 dB below it."""
SWELL: Final = 0.015
"""Each tone swells up for so long [s]: from 10 ms on no click is heard."""
FADE: Final = 0.4
"""Share of a tone in which it fades out."""
OVERTONES: Final = ((1.0, 1.0), (2.0, 0.22), (3.0, 0.06))
"""Multiple of the tone's frequency and its share: a little more than a sine, so that small loudspeakers carry it."""


@dataclass(frozen=True, slots=True)
class Tone:
    """One tone.

    Attributes:
        frequency: Its pitch [Hz].
        begins: When [s].
        lasts: How long [s].
    """

    frequency: float
    begins: float
    lasts: float


MELODIES: Final[dict[Earcon, tuple[Tone, ...]]] = {
    "lit": (Tone(587.0, 0.0, 0.06),),
    "chosen": (Tone(587.0, 0.0, 0.09), Tone(880.0, 0.08, 0.14)),
    "moving": (Tone(392.0, 0.0, 0.12), Tone(392.0, 0.14, 0.12), Tone(494.0, 0.28, 0.18)),
    "stopped": (Tone(659.0, 0.0, 0.10), Tone(440.0, 0.09, 0.20)),
    "problem": (Tone(330.0, 0.0, 0.14), Tone(294.0, 0.20, 0.14), Tone(262.0, 0.40, 0.24)),
}
"""One tone; up; two alike, then up; down; three slow ones down. All between 260 and 900 Hz, heard to a great age."""


@lru_cache(maxsize=16)
def samples(name: Earcon, rate: int) -> bytes:
    """Return the sound ``name``: signed 16-bit samples, one channel, ``rate`` a second; kept."""
    melody = MELODIES[name]
    wave = np.zeros(round(rate * max(tone.begins + tone.lasts for tone in melody)) + 1)
    for tone in melody:
        sound = _sound(tone, rate)
        begin = round(rate * tone.begins)
        wave[begin : begin + len(sound)] += sound
    loudest = float(np.abs(wave).max())
    whole: bytes = (wave / loudest * PEAK * 32767).astype("<i2").tobytes()
    return whole


def _sound(tone: Tone, rate: int) -> FloatArray:
    """Return one tone with its swell and fade, not louder than 1."""
    count = round(rate * tone.lasts)
    time = np.arange(count) / rate
    wave = sum(share * np.sin(2 * np.pi * times * tone.frequency * time) for times, share in OVERTONES)
    swell = np.clip(time / SWELL, 0.0, 1.0)
    fade = np.clip((tone.lasts - time) / (FADE * tone.lasts), 0.0, 1.0)
    # Half a cosine at both ends: neither the sound nor its slope jumps.
    shaped: FloatArray = wave * (0.5 - 0.5 * np.cos(np.pi * swell)) * (0.5 - 0.5 * np.cos(np.pi * fade))
    return shaped
