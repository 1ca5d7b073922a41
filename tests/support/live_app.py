"""The real screen in the test's own process, in real time, over a control process of its own: from SDL to set-points.

What the person does is done from another thread at a moment that has nothing to do with frames; when control noticed is
read from its snapshots, which carry the time of the tick that sent the first slower set-point.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pygame

from armctl.clock import SystemClock
from armctl.config.user import UserConfig
from armctl.control.messages import Snapshot
from armctl.control.realtime import PRIORITY_CONTROL
from armctl.session import Session
from tests.support import trace_view
from tests.support.live_control import PATIENCE, STARVED, ControlProcess
from tests.support.ui_person import all_tasks, arm_config, kitchen, robot
from ui.app import FRAME, App
from ui.speech import NullVoice
from ui.synthetic import post_key

MOVES = ("moving",)
MOVES_ON = 0.3
"""Time for a motion to be under way [s]."""


class LiveApp:
    """Attributes: ``selected``, tiles chosen; ``told``, warnings shown; ``seen``, all snapshots, oldest first."""

    def __init__(self, control: ControlProcess) -> None:
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        self.control = control
        self.clock = SystemClock()
        self.selected: list[str] = []
        self.told: list[str] = []
        self.seen: list[Snapshot] = []
        self.app: App | None = None
        self._overhear()
        self.session = Session(control.link, self.clock, self._record, scene=kitchen(), arm=arm_config())

    def sit_down(self, **settings: Any) -> None:
        """Begin a screen for a person with these settings, the arm at rest and not armed."""
        self.session.cancel_task()
        self.session.stop()
        user = UserConfig.model_validate({"name": "test", "voice": {"enabled": False}, **settings})
        self.app = App(self.session, user, all_tasks(), kitchen(), robot(), self.clock, NullVoice(), size=(800, 480))
        pygame.event.clear()
        self.selected.clear()
        self.told.clear()
        warn = self.app._controls.warn
        self.app._controls.warn = lambda text, **how: (self.told.append(text), warn(text, **how))[1]  # type: ignore[method-assign]
        self.until(lambda: self.now is not None and self.now.mode not in ("moving", "stopping"))

    @property
    def alive(self) -> bool:
        return self.control.alive

    def starved(self, since: float) -> bool:
        """True when this computer kept control from running in time from ``since`` [s] on."""
        seen = [snapshot for snapshot in self.seen if snapshot.stamp >= since]
        return any(one.lateness > STARVED for one in seen) or bool(
            seen and seen[-1].missed_ticks > seen[0].missed_ticks
        )

    @property
    def now(self) -> Snapshot | None:
        return self.session.snapshot

    def frame(self) -> None:
        assert self.app
        self.app.frame()
        self.app._wait(self.clock.now() + FRAME)

    def until(self, what: Callable[[], bool], seconds: float = PATIENCE) -> None:
        limit = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < limit, (self.now, self.told, self.app and self.app.view)
            assert self.control.alive, self.control.said.read_text()
            self.frame()

    def wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= ends)

    def mode(self, *modes: str) -> Callable[[], bool]:
        return lambda: self.now is not None and self.now.mode in modes

    def arm(self) -> None:
        """Arm with the stop test, without going through the screen."""
        limit = time.monotonic() + PATIENCE
        while not self.mode("ready")():
            assert time.monotonic() < limit, self.now
            if self.mode("fault")():
                self.session.clear_fault()
            elif self.mode("disarmed")():
                self.session.enable()
            elif self.mode("stop_test")():
                self.session.stop_test(self.clock.now())
            self.wait(0.05)

    def disarm(self) -> None:
        """Give the arm up, as a screen that is closed does, so that the next one begins with arming."""
        self.control.fault("disarm")
        self.control.happened()
        self.until(self.mode("disarmed"))

    def drive_by_hand(self) -> None:
        """Go to the screen where sticks and held tiles move the arm, and leave them alone for a moment."""
        assert self.app
        self.arm()
        self.app._desk.go_to("move")
        self.wait(0.2)

    def at(self, delay: float, act: Callable[[], object]) -> list[float]:
        """Do ``act`` from another thread after ``delay`` [s]; the list gets the moment [s]."""
        done: list[float] = []

        def run() -> None:
            time.sleep(delay)
            done.append(time.monotonic())
            act()

        threading.Thread(target=run, daemon=True).start()
        return done

    def stopped_after(self, moment: list[float], seconds: float = 5.0) -> float:
        """Return when control sent the first slower set-point after ``moment[0]`` [s]."""
        self.until(lambda: bool(moment) and self._slower(moment[0]) is not None, seconds)
        found = self._slower(moment[0])
        assert found is not None
        return found

    def rests(self) -> None:
        self.until(lambda: trace_view.at_rest(self.control.trace) and not self.mode("moving", "stopping")())

    def chosen(self) -> list[str]:
        return list(self.selected)

    def _overhear(self) -> None:
        """Keep every snapshot: the screen takes the newest of a frame, perhaps not the one that tells of the stop."""
        link = self.control.link
        link._newest_only = False
        receive = link.receive

        def heard() -> list[Snapshot]:
            came = receive()
            self.seen += came
            return came

        link.receive = heard  # type: ignore[method-assign]

    def _slower(self, moment: float) -> float | None:
        since = itertools.takewhile(lambda snapshot: snapshot.stamp > moment, reversed(self.seen))
        return min((snapshot.stamp for snapshot in since if snapshot.mode not in MOVES), default=None)

    def _record(self, kind: str, **data: Any) -> None:
        if kind == "fault":
            self.told.append(f"fault {data['code']}: {data['message']}")
        if kind == "selection":
            self.selected.append(str(data["item"]))


def hold_key(name: str) -> None:
    post_key(name, True)


def let_key_go(name: str) -> None:
    post_key(name, False)


@contextmanager
def first_in_line() -> Iterator[None]:
    """Run this thread before ordinary programs, where the computer allows it: as if there were none beside it.

    The screen has no real-time rights, so its own time can only be told from that of its neighbours like this. Control
    still comes first.
    """
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # the thread that plays the person must not wait for the screen's
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY_CONTROL - 3))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        sys.setswitchinterval(interval)
