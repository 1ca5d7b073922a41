"""From a request to speak to the first sound that the mixer hands to the device.

SDL's disk driver writes what a device would get; here into a pipe, whose other end is read at once. It takes its
samples at the pace of a device. A loudspeaker adds its own buffer, some 10 to 40 ms.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.row import Row

BAR = 100.0
"""Asked for from the cache [ms]."""
WORDS = ("Drink", "Move", "Settings", "Help", "Up")
TIMES = 6


class Ear:
    """Reads the pipe and notes when sound came.

    Args:
        path: The pipe.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.heard_at = 0.0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with self._path.open("rb", buffering=0) as pipe:
            while block := pipe.read(4096):
                if not self.heard_at and any(block):
                    self.heard_at = time.perf_counter()


def run() -> list[Row]:
    """Measure in a process of its own, which must set the sound driver before anything else does."""
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder) / "sound"
        os.mkfifo(pipe)
        settings = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(pipe)}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.speech_latency", str(pipe)],
            env=os.environ | settings, capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
    figures = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    return [
        Row(title, float(value), "ms", "SDL's disk driver into a pipe", bar=BAR if ", kept" in title else None)
        for title, value in figures
    ]


def measured(pipe: Path) -> list[tuple[str, float]]:
    """Return what was measured [ms] by title; sound goes to the named ``pipe``."""
    from armctl.config.user import VoiceConfig
    from ui.speech import Voice

    ear = Ear(pipe)
    voice = Voice(VoiceConfig(), unheard=True)
    first = [_one(ear, partial(voice.say, word)) for word in WORDS]
    kept = [_one(ear, partial(voice.say, word)) for word in WORDS * TIMES]
    sounds = [_one(ear, lambda: voice.play("chosen")) for _ in range(TIMES)]
    calls = [_timed(lambda: voice.say("Drink")) for _ in range(200)] + [
        _timed(lambda: voice.play("lit")) for _ in range(50)
    ]
    voice.close()
    return [
        ("speech, said for the first time, median", statistics.median(first[1:])),
        ("speech, kept, median", statistics.median(kept)),
        ("speech, kept, slowest of 30", max(kept)),
        ("short sound, kept, slowest of 6", max(sounds)),
        ("asking to speak holds up a frame for, slowest of 250", max(calls)),
    ]


def _one(ear: Ear, speak: Callable[[], None]) -> float:
    """Return the time from asking to the first sound [ms], beginning in silence."""
    time.sleep(0.8)
    ear.heard_at = 0.0
    asked = time.perf_counter()
    speak()
    while not ear.heard_at:
        if time.perf_counter() - asked > 5.0:
            raise RuntimeError("Nothing was heard within 5 s.")
        time.sleep(0.0005)
    return (ear.heard_at - asked) * 1e3


def _timed(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1e3


if __name__ == "__main__":
    for title, value in measured(Path(sys.argv[1])):
        print(f"{title}\t{value:.2f}")
