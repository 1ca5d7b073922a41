"""The scripted person at the real screen: looks, presses one switch, and the witness judges by what physics saw.

The same player works in real time, in the screen's process of ``armctl demo``, and on a stepped clock in
``armctl demo --fast``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.session import Session
from sim.users.one_switch import ANYTHING, OneSwitchUser, Seen
from sim.witness import Criterion, Verdict, Witness
from ui.app import App
from ui.film import Film
from ui.synthetic import post_key

TASK: Final = "drink"
ITEM: Final = "cup"
PATIENCE: Final = 240.0
"""A job that takes longer has failed [s]; it takes about 90 s."""
SETTLE: Final = 1.0
"""Time the scene is still watched after the job [s]: a cup set down badly falls then."""
LOOK: Final = 0.3
"""How long a screen shows before its picture is taken [s]: by then something is lit."""
VERDICT_FILE: Final = "verdict.json"


class Player:
    """Plays one job at an `App`.

    Args:
        app: The screen.
        session: What the screen works with, read only.
        user: The person's settings: which key is the switch.
        scene: The scene, for the witness.
        out: Folder for pictures, film and verdict.
        seed: Seed of the person's press times.
        tell: Says how it goes, a line at a time.
    """

    def __init__(
        self,
        app: App,
        session: Session,
        user: UserConfig,
        scene: SceneConfig,
        out: Path,
        seed: int,
        tell: Callable[[str], None],
    ) -> None:
        self._app = app
        self._session = session
        self._key = user.keys_select[0]
        self._out = out
        self._tell = tell
        self._person = OneSwitchUser(self._wish, seed=seed)
        self._witness = Witness(scene, ITEM)
        self._film = Film()
        self._began: float | None = None
        self._done_at: float | None = None
        self._outcome = ""
        self._shown = ""
        self._pictures = 0
        self._picture_at: float | None = None
        self._name = ""

    def after_frame(self, now: float) -> bool:
        """Look at the screen after a frame at ``now`` [s]; return True when the job is over, well or not."""
        if self._began is None:
            self._began = now
        view = self._app.view
        change = self._person.look(Seen(view.screen, view.lit, [item.id for item in view.items], view.moving), now)
        if change is not None:
            post_key(self._key, change)
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.scene is not None:
            self._witness.see(snapshot.scene)
        self._follow(now - self._began)
        self._film.shoot(now)
        return self._over(now)

    def finish(self) -> Verdict:
        """Write film and verdict, and return the verdict."""
        self._film.save(self._out / "film.gif")
        judged = self._witness.verdict()
        ended = Criterion("Did the task end as it should?", self._outcome or "it did not end", self._outcome == "done")
        verdict = Verdict((*judged.criteria, ended))
        text = json.dumps(
            {"criteria": [asdict(c) for c in verdict.criteria], "presses": self._person.presses}, indent=1
        )
        temporary = self._out / f".{VERDICT_FILE}"
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, self._out / VERDICT_FILE)
        return verdict

    def _wish(self, seen: Seen) -> str | None:
        """Return what the person wants to press: one task, one sip, and the cup back."""
        if seen.screen == "stop_test" and seen.moving:
            return ANYTHING if "Press now" in self._app.view.text else None
        if seen.screen in ("arming", "stop_test"):
            return ANYTHING if seen.moving else next(iter(seen.items), None)
        if seen.moving:
            return None
        if seen.screen == "home":
            return None if self._outcome else f"task:{TASK}"
        if seen.screen == "running":
            # Two answers are the offer of another sip: the second one declines.
            for wanted in ("answer:1", "answer:0", "resume"):
                if wanted in seen.items:
                    return wanted
        return seen.items[0] if seen.screen == "alert" and seen.items else None

    def _follow(self, seconds: float) -> None:
        task = self._session.task
        if task is not None and task.over and not self._outcome:
            self._outcome = task.phase
        doing = f"{task.doing} ({task.step} of {task.steps})" if task is not None and not task.over else ""
        question = f", asks: {task.question}" if task is not None and task.question else ""
        shown = f"{self._app.view.screen}: {doing}{question}" if doing else self._app.view.screen
        if self._picture_at is not None and seconds >= self._picture_at:
            self._picture_at = None
            self._film.picture(self._out / f"{self._pictures:02d}-{self._name}.png")
        if shown == self._shown:
            return
        self._shown = shown
        self._tell(f"{seconds:6.1f} s  {shown}")
        self._picture_at = seconds + LOOK
        self._pictures += 1
        self._name = re.sub(r"[^a-z0-9]+", "-", shown.lower()).strip("-")[:50]

    def _over(self, now: float) -> bool:
        if self._began is not None and now - self._began > PATIENCE:
            self._outcome = self._outcome or f"not within {PATIENCE:.0f} s"
            return True
        if not self._outcome or self._app.view.moving:
            return False
        if self._done_at is None:
            self._done_at = now
        return now - self._done_at >= SETTLE
