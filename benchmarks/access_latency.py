"""Event in to action out: what the access pipeline adds to a press, over long random sessions of every way of choosing.

Processor time of the calls alone, without screen or devices: what other programs take on a busy computer is not the
pipeline's. Asked for: at most 1 ms, and the worst call counts, garbage collection included.
"""

from __future__ import annotations

import statistics
import time

from armctl.access.events import AxesEvent, PointerEvent, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from benchmarks.row import Row
from tests.support.typist import SCREENS, Typist

CALLS = 60_000
SESSIONS = 12
BAR_MS = 1.0
METHODS = ("auto", "step", "inverse", "direct")
PATTERNS = ("linear", "row_column", "binary")


def run() -> list[Row]:
    """Measure and return the rows."""
    took: dict[str, list[float]] = {"press": [], "stick or pointer": [], "frame": []}
    for seed in range(SESSIONS):
        _session(seed, took)
    rows = []
    for kind, times in took.items():
        times.sort()
        p99 = times[int(0.99 * len(times))] * 1e3
        rows.append(
            Row(
                f"access pipeline: one {kind}, slowest of {len(times)}",
                times[-1] * 1e3,
                "ms",
                f"median {statistics.median(times) * 1e3:.3f} ms, p99 {p99:.3f} ms",
                bar=BAR_MS,
            )
        )
    return rows


def _session(seed: int, took: dict[str, list[float]]) -> None:
    typist = Typist(seed)
    user = UserConfig.model_validate(
        {
            "name": "bench",
            "scan": {"method": METHODS[seed % 4], "pattern": PATTERNS[seed % 3], "interval": 0.5},
            "motion": {"jog": "step"},
            "preview": {"enabled": True},
        }
    )
    pipeline = AccessPipeline(user)
    for number in range(CALLS // SESSIONS):
        typist.now += 1 / 120
        if number % 600 == 0:
            screen = sorted(SCREENS)[number // 600 % 2]
            pipeline.set_items(SCREENS[screen], screen, typist.now, steers=screen == "move")
        event = typist.event() if number % 2 else None
        moving = number % 1500 > 1200
        began = time.thread_time()
        if event is None:
            pipeline.tick(typist.now, moving)
        else:
            pipeline.feed(event, moving)
        elapsed = time.thread_time() - began
        if event is None:
            took["frame"].append(elapsed)
        elif isinstance(event, SwitchEvent):
            took["press"].append(elapsed)
        elif isinstance(event, AxesEvent | PointerEvent):
            took["stick or pointer"].append(elapsed)
