"""Whether the screen's memory grows over a long day: some minutes of a restless person, run fast, and the slope.

The real screen with control, records, speech and its caches, on a clock that is stepped as fast as the computer can
draw. Somebody chooses any tile that is shown, again and again: tasks, moving by hand, games, measurements, languages,
colours. Caches have bounds of their own, which so short a time does not reach: they are emptied before each sample, so
that what is left is what would grow for ever.
"""

from __future__ import annotations

import argparse
import functools
import gc
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pygame

from armctl import __version__
from armctl.clock import SteppedClock, SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.config.user import ScanConfig, UserConfig, VoiceConfig
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from armctl.session import Session
from armctl.tasks.model import load_task
from benchmarks.host import first_in_line
from benchmarks.row import Row
from ui.app import App
from ui.speech import Voice
from ui.synthetic import post_key

SECONDS: Final = 90.0
"""How long it runs [s]."""
STEP: Final = 1.0 / 25.0
"""Time from one frame to the next, as the screen is told [s]: often enough for control to take it for alive."""
EVERY: Final = 4.0
"""Time between two samples [s]."""
FILLS: Final = 0.3
"""Share of the run in which all that is made once is made; what is measured comes after it."""
DAY: Final = 8 * 3600.0
"""What the slope is stretched to [s]."""
MOST: Final = 100.0
"""Growth over `DAY` that a computer of 1 GB bears beside everything else [MB]."""
OBJECTS: Final = 100_000.0
"""Growth of Python's own objects over `DAY`: about 10 MB."""
TESTS: Final = ("arming", "stop_test")
"""Screens on which a press while the arm moves is the answer."""
CACHE: Final = type(functools.lru_cache(lambda: None))
MB: Final = 1e6


def run() -> list[Row]:
    """Return how much memory and how many objects eight hours would add."""
    with first_in_line():
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.screen_growth", "--seconds", str(SECONDS)],
            capture_output=True, text=True, timeout=20 * SECONDS, check=True,
        )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    samples = said["samples"]
    late = [one for one in samples if one["at"] >= FILLS * samples[-1]["at"]]
    minutes, size = samples[-1]["at"] / 60.0, late[-1]["memory"] / MB
    what = f"{minutes:.0f} min of use, {said['chosen']} choices, {said['screens']} screens; {size:.0f} MB at the end"
    memory = slope([(one["at"], one["memory"] / MB) for one in late]) * DAY
    objects = slope([(one["at"], one["objects"]) for one in late]) * DAY
    return [
        Row("screen: memory that 8 h would add", memory, "MB", what, None, MOST),
        Row("screen: objects that 8 h would add", objects, "", "", None, OBJECTS),
    ]


def slope(points: list[tuple[float, float]]) -> float:
    """Return the median of the slopes between all pairs of ``points`` (Theil and Sen): single jumps count little."""
    return statistics.median((b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2))


def measured(seconds: float, folder: Path, *, trace: bool) -> dict[str, Any]:
    """Run for ``seconds`` and return the samples; with ``trace``, say what was allocated and kept."""
    screen = RestlessScreen(folder)
    samples: list[dict[str, float]] = []
    begun = due = time.monotonic()
    before = None
    while (now := time.monotonic()) - begun < seconds:
        screen.turn()
        if now >= due:
            due = now + EVERY
            screen.forget()
            samples.append({"at": screen.lived, "memory": memory(), "objects": len(gc.get_objects())})
            if trace and before is None and now - begun > FILLS * seconds:
                tracemalloc.start(12)
                before = tracemalloc.take_snapshot()
    if before is not None:
        kept = tracemalloc.take_snapshot().compare_to(before, "lineno")
        sys.stderr.writelines(f"{line}\n" for line in kept[:15])
    chosen, screens = screen.chosen, len(screen.screens)
    screen.close()
    return {"samples": samples, "chosen": chosen, "screens": screens}


def memory() -> float:
    """Return what this process keeps in memory [bytes]."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


class RestlessScreen:
    """The screen and somebody who never rests. Attributes: ``chosen``, ``screens`` that were seen, ``lived`` [s]."""

    def __init__(self, folder: Path) -> None:
        self._clock = SteppedClock()
        config, scene = load(builtin("arms", "so101"), ArmConfig), load(builtin("scenes", "kitchen_table"), SceneConfig)
        robot, self._period = RobotModel(config), 1.0 / config.rate_hz
        ui_side, control_side = local_pair()
        self._control = Controller(
            create_arm("ideal", ArmContext(config, self._clock, scene)),
            robot,
            Supervisor(robot, scene, self._period),
            MotionGenerator(robot, self._period),
            self._clock,
            control_side,
        )
        self._control.start()
        facts = SessionFacts("bench", "so101-ideal", scene.name, __version__)
        self._recorder = Recorder(folder / "records.db", facts, SystemClock())
        self._voice = Voice(VoiceConfig(), unheard=True)
        session = Session(ui_side, self._clock, self._recorder.record, scene=scene, arm=config)
        tasks = [load_task(name) for name in ("drink", "hand_over", "go_home")]
        user = UserConfig(name="bench", scan=ScanConfig(method="auto"), stop_test="press", keep_changes=False)
        self._app = App(session, user, tasks, scene, robot, self._clock, self._voice, (1280, 800))
        self._dice = random.Random(1)
        self._next_tick = self._begun = self._clock.now()
        self._waits = 0
        self.chosen = 0
        self.screens: set[str] = set()

    @property
    def lived(self) -> float:
        """How long the screen has been on by its own clock [s]."""
        return self._clock.now() - self._begun

    def turn(self) -> None:
        """One frame, what control does meanwhile, and now and then a choice."""
        self._live()
        self._waits -= 1
        if self._waits <= 0:
            self._waits = self._dice.randint(3, 60)
            self._act()

    def _live(self, frames: int = 1) -> None:
        for _ in range(frames):
            self._app.frame()
            ends = self._clock.now() + STEP
            while self._next_tick <= ends:
                self._clock.sleep_until(self._next_tick)
                self._control.tick()
                self._next_tick += self._period
            self._clock.sleep_until(ends)

    def _act(self) -> None:
        view = self._app.view
        self.screens.add(view.screen)
        if view.moving or not view.items:
            # A press would only stop; whatever moves may mostly go on for a while.
            if view.screen in TESTS or self._dice.random() < 0.2:
                self._press(lambda down: post_key("escape", down))
            return
        item = self._dice.choice(view.items)
        x, y, width, height = item.rect
        at = (int(x + width / 2), int(y + height / 2))
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0), touch=False))
        self._live(2)
        kinds = {True: pygame.MOUSEBUTTONDOWN, False: pygame.MOUSEBUTTONUP}
        self._press(lambda down: pygame.event.post(pygame.event.Event(kinds[down], pos=at, button=1, touch=False)))
        self.chosen += 1

    def _press(self, change: Callable[[bool], object]) -> None:
        change(True)
        self._live(self._dice.randint(4, 20))
        change(False)
        self._live(2)

    def forget(self) -> None:
        """Empty what has a bound of its own."""
        for kept in gc.get_objects():
            if isinstance(kept, CACHE) and str(kept.__module__).startswith(("ui.", "armctl.")):
                kept.cache_clear()
        self._voice._kept.clear()  # noqa: SLF001 - 200 phrases are its bound
        gc.collect()

    def close(self) -> None:
        """Give everything up."""
        self._voice.close()
        self._recorder.close()
        self._control.shutdown()


def main() -> None:
    """Run and print the samples as JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.screen_growth", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--trace", action="store_true", help="tell where what was kept was allocated; slow")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="armctl-bench-") as folder:
        sound = str(Path(folder) / "sound")
        os.environ.update(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILE=sound)
        print(json.dumps(measured(options.seconds, Path(folder), trace=options.trace)))


if __name__ == "__main__":
    main()
