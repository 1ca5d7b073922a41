"""Every screen in every state, drawn for real on a surface that nobody sees; only the live picture is left blank."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pygame

from armctl.clock import SteppedClock
from armctl.config.user import DwellConfig, LookConfig, MotionConfig, ScanConfig, StopLineConfig, UserConfig
from armctl.control.messages import FaultReport, MotionReport, PeerGone
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.tasks.view import TaskStatus
from tests.support.ui_person import all_tasks, arm_config, kitchen, robot
from tests.support.ui_session import SmallSession
from ui import show as show_module
from ui.desk import Desk
from ui.screens import SCREENS
from ui.show import Show, Status
from ui.speech import NullVoice
from ui.text import _, use_language, use_translation
from ui.theme import contrast

LONGER = 0.4
"""How much longer words may get in another language."""


def longer(message: str) -> str:
    """Return ``message`` with every word `LONGER` longer, its places untouched."""

    def stretched(match: re.Match[str]) -> str:
        word = match[0]
        if word.startswith("{"):
            return word
        return word + "neto"[: max(1, round(LONGER * len(word)))].ljust(max(1, round(LONGER * len(word))), "i")

    return re.sub(r"\{[^}]*\}|[^\W\d_]+", stretched, message)


class BlankView:
    """Stands for the live picture, which has its own tests."""

    def __init__(self, robot, scene, theme, size) -> None:
        self.picture = pygame.Surface(size)
        self.picture.fill(theme.sky)

    def update(self, *_shown):
        return self.picture


class Bench:
    """One person's screen of a given size and look."""

    def __init__(
        self, size, language="en", theme="dark", scale=1.0, method="auto", jog="hold", tile=96, rest=None
    ) -> None:
        if language in ("long", "mirrored"):
            use_translation(longer if language == "long" else str, right_to_left=language == "mirrored")
        else:
            use_language(language)
        user = UserConfig(
            name="guest",
            language=language if len(language) == 2 else "en",
            theme=theme,
            look=LookConfig(scale=scale, tile_min=tile),
            scan=ScanConfig(method=method),
            motion=MotionConfig(jog=jog),
            dwell=DwellConfig(enabled=True, rest=rest),
            stop_line=StopLineConfig(key="f12"),
            stop_test="motion",
        )
        self.clock = SteppedClock()
        self.session = SmallSession(arm_config(), self.clock)
        self.desk = Desk(self.session, user, all_tasks(), robot(), self.clock, NullVoice())
        self.show = Show(self.desk, kitchen(), pygame.Surface(size))
        self.show._present = lambda: None

    @property
    def canvas(self):
        return self.show._painter.canvas

    def draw(self, lit: bool = True, **status) -> None:
        """Draw the screen as it would be now, its first tile lit."""
        self.session.change(stamp=self.clock.now())
        self.show.update(Status(**status))
        if lit and self.show.items:
            self.show.update(Status(lit=self.show.items[0].id, time_left=0.6, **status))

    def states(self):
        """Draw every screen in every state, one after the other, and yield its name."""
        for name in (*STATES, *(screen for screen in SCREENS if screen not in VISITED)):
            self.bring_to(name)
            yield name

    def bring_to(self, name: str) -> None:
        """Draw the state ``name`` of `STATES`, the screen of that name, or the alert of a blocked joint."""
        self.session.task, self.session.notices[:] = None, []
        self.session.change(mode="ready", fault=None, notice="", undo=0, stuck=False, motion=MotionReport())
        self.desk.message = ""
        self.desk.uses_stick = False
        self.desk.go_to("home")
        self.desk.turn_to("translate")
        if name == "alert":
            self.alert(Code.FOLLOWING_ERROR, 9.4, 7.0)
        else:
            self.draw(**(STATES.get(name, _only(name))(self) or {}))

    def alerts(self):
        """Draw the alert of every fault, and yield its code."""
        for code in Code:
            self.alert(code, 1234.5, 1000.0, stuck=True)
            yield str(code)

    def alert(self, code: Code, value: float, limit: float, stuck: bool = False) -> None:
        """Draw the alert of the fault ``code`` with its figures."""
        fault = Finding(code, "shoulder_lift", value, limit, "Stand at your hand").fault()
        told = FaultReport(fault.code, fault.title, fault.message, fault.remedy, fault.who)
        self.session.change(mode="fault", fault=told, stuck=stuck, undo=2)
        self.draw()

    def problems(self) -> list[str]:
        """Return what is wrong with what is drawn: words cut, over each other or out of place, tiles too small."""
        found = [f"cut: {word.text!r}" for word in self.canvas.written if not word.fitted.whole]
        found += [f"outside: {w.text!r}" for w in self.canvas.written if not w.room.holds(w.drawn) and w.fitted.whole]
        drawn = [word for word in self.canvas.written if word.text]
        for number, one in enumerate(drawn):
            found += [
                f"over: {one.text!r}, {other.text!r}" for other in drawn[:number] if one.drawn.overlaps(other.drawn)
            ]
        boxes = [item.rect for item in self.show.items]
        found += [f"small: {box}" for box in boxes if min(box.w, box.h) < 96]
        for number, box in enumerate(boxes):
            found += [f"tiles overlap: {box}" for other in boxes[:number] if box.overlaps(other)]
        return found

    def least_contrast(self) -> tuple[float, str]:
        """Return the smallest contrast of any words with what is behind them, from the pixels, and the words."""
        pixels = pygame.surfarray.array3d(self.show.surface)
        found = []
        for word in self.canvas.written:
            box = word.drawn
            part = pixels[max(0, box.x) : box.right, max(0, box.y) : box.bottom].reshape(-1, 3)
            found.append((_contrast_of(part), word.text))
        return min(found)


def _contrast_of(part: np.ndarray) -> float:
    """Return the contrast of the commonest colour of ``part`` (n, 3) with the one that differs most from it."""
    colours, counts = np.unique(part @ np.array([65536, 256, 1]), return_counts=True)
    rgb = [((int(c) >> 16) & 255, (int(c) >> 8) & 255, int(c) & 255) for c in colours]
    ground = rgb[int(counts.argmax())]
    return max(contrast(ground, colour) for colour in rgb)


def _task(**changes) -> TaskStatus:
    usual = TaskStatus(
        name="drink", title="Drink", icon="cup", phase="running", step=2, steps=9,
        doing="Bringing the cup to your mouth", next="Then: brings the cup to your mouth",
    )  # fmt: skip
    return replace(usual, **changes)


def _only(screen):
    def prepare(bench):
        bench.desk.go_to(screen)

    return prepare


def _move(page, **changes):
    def prepare(bench):
        bench.desk.go_to("move")
        bench.desk.turn_to(page)
        bench.desk.uses_stick = True
        bench.session.change(**changes)

    return prepare


def _running(mode="ready", notice="", motion=None, **changes):
    def prepare(bench):
        bench.session.task = _task(**changes)
        report = motion or MotionReport(3, "move", "running", progress=0.4, remaining=12.0)
        bench.session.change(mode=mode, notice=notice, motion=report, undo=2)
        return {"stops": mode == "moving"}

    return prepare


def _home(message="", **changes):
    def prepare(bench):
        bench.desk.message = message
        bench.session.change(**changes)
        return {"stops": changes.get("mode") == "moving"}

    return prepare


def _told(text):
    def prepare(bench):
        bench.desk.message = ""
        return {"warning": _(text)}

    return prepare


def _mode(mode, notice="", **status):
    def prepare(bench):
        bench.session.change(mode=mode, notice=notice)
        return status

    return prepare


def _stop_test(stage):
    def prepare(bench):
        bench.desk.go_to("stop_test")
        bench.desk.stop_tests.failed = 0.84 if stage == "failed" else 0.0
        if stage in ("begins", "moves"):
            here = bench.session.snapshot.positions
            bench.desk.stop_tests.begin([value + (0.1 if stage == "moves" else 0.0) for value in here])
            bench.session.change(mode="moving")
            return {"stops": True}
        return {}

    return prepare


def _gone(bench):
    message = "The arm's control stopped (exit code 3). The arm stays where it is."
    bench.session.notices.append(PeerGone("control", message))


STATES = {
    "home": _home(),
    "home with news": _home("Drink: done. The cup is still in the gripper.", undo=2),
    "home, stuck": _home("", undo=2, stuck=True),
    "home, warned": _told(
        "The joystick0 is not in its middle. Let it go, then switch on. Or choose again to go on without it."
    ),
    "going back": _home("", mode="moving", motion=MotionReport(1, "wayout", "running", progress=0.5, remaining=4.0)),
    "move": _move("translate", undo=2),
    "move, stuck": _move("translate", undo=2, stuck=True),
    "turn": _move("rotate", undo=2),
    "grip": _move("grip", undo=2),
    "running": _running("moving"),
    "running, slow": _running(
        "moving",
        "Slow: the shoulder lift joint is at 66 °C; it stops at 70 °C.",
        doing="Reaching for the cup",
        next="Then: grips it",
    ),
    "asked": _running(phase="waiting", question="Another sip?", choices=("Another sip", "Put it back")),
    "waits": _running(phase="waiting", question="Press when you hold the cup", choices=("I hold it",)),
    "stopped": _running(phase="paused", reason="You stopped the task."),
    "failed": _running(
        phase="failed",
        reason="The point, 0.62 m from the base, is too far by 0.11 m. Choose a point at least 0.11 m nearer.",
    ),
    "arming": _mode("disarmed"),
    "stop test": _mode("stop_test", testing=True, stops=True),
    "test": _stop_test("asks"),
    "test begins": _stop_test("begins"),
    "test moves": _stop_test("moves"),
    "test failed": _stop_test("failed"),
    "disconnected": _mode(
        "disconnected",
        notice="The controller is in alarm: a limit switch was hit; where the arm is, is no longer known (alarm 1). "
        "Make room around the arm; then home it: armctl home.",
    ),
    "gone": _gone,
}
VISITED = {"home", "move", "running", "arming", "stop_test", "alert", "disconnected", "gone"}
"""Screens that the states above show; all others are shown as they are."""


def blank_pictures(monkeypatch) -> None:
    """Draw no live picture from here on: it is not words, and takes most of the time."""
    monkeypatch.setattr(show_module, "ArmView", BlankView)
