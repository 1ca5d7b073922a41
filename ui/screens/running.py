"""A task at work: what it does, what comes next, and how to stop it; stopped or asking: what to do."""

from __future__ import annotations

from armctl.session import STOPPED_BY_YOU
from armctl.tasks.view import TaskStatus
from ui.backing import GOING_BACK, WAY_OUT, way_out_tiles
from ui.desk import Desk
from ui.flow import press_stops
from ui.page import WIDE_PICTURE, Line, Page, Tile
from ui.text import _


class RunningScreen:
    """Follows the session's task through running, waiting, paused and failed."""

    def page(self, desk: Desk) -> Page:
        """Return the page of the task's phase."""
        task = desk.session.task
        if task is None:
            return Page(_("Done"))
        if press_stops(desk.snapshot, task) or desk.session.asking:
            return self._moving(desk, task)
        if task.phase == "waiting":
            return self._waiting(task)
        return self._stopped(desk, task)

    @staticmethod
    def _moving(desk: Desk, task: TaskStatus) -> Page:
        motion = desk.snapshot.motion if desk.snapshot is not None else None
        stopping = task.phase != "running"
        goes = motion is not None and motion.phase == "running" and motion.kind in GOING_BACK
        going_back = stopping and (task.goes_back or desk.session.asking or goes)
        doing = _("Going back") if going_back else _("Stopping") if stopping else _(task.doing)
        part = motion.progress if motion is not None and motion.phase == "running" else 0.0
        share = part if stopping else min(1.0, (task.step - 1 + part) / max(1, task.steps))
        return Page(
            _(task.title),
            lines=(Line(doing, "title"), Line("" if stopping else _(task.next), "soft")),
            banner=_("Press\u00a0=\u00a0STOP"),
            progress=share,
            remaining=motion.remaining if motion is not None else 0.0,
            picture=WIDE_PICTURE,
        )

    @staticmethod
    def _waiting(task: TaskStatus) -> Page:
        answers = task.choices or (_("Go on"),)
        icons = ["check", "cross"] if len(answers) == 2 else ["check"] * len(answers)
        tiles = [
            Tile(f"answer:{number}", _(answer), icon, look="go" if number == 0 else "plain")
            for number, (answer, icon) in enumerate(zip(answers, icons, strict=True))
        ]
        tiles.append(Tile("cancel", _("End the task"), "home"))
        lines = (Line(_(task.question), "title"), Line(_(task.next), "soft"))
        return Page(_(task.title), tuple(tiles), lines, picture=WIDE_PICTURE, columns=1)

    @staticmethod
    def _stopped(desk: Desk, task: TaskStatus) -> Page:
        failed = task.phase == "failed"
        head = _("This did not work") if failed else _("Stopped")
        back = list(way_out_tiles(desk))
        # At the face, and where the arm is stuck, the way back comes first: one press too many never leads on.
        back_first = bool(back) or task.at_face
        if not back and desk.snapshot is not None and desk.snapshot.undo:
            back = [Tile("undo", _("Go back"), "undo", look="go" if back_first else "plain")]
        back_first = back_first and bool(back)
        on = Tile("resume", _("Try again") if failed else _("Go on"), "play", look="plain" if back_first else "go")
        tiles = [*back, on] if back_first else [on, *back]
        tiles.append(Tile("cancel", _("End the task"), "home"))
        own = task.reason == STOPPED_BY_YOU  # nobody needs to be told what they did
        lines = (Line(head, "title"), Line(_(task.reason or task.doing), "soft" if own else "body"))
        return Page(_(task.title), tuple(tiles), lines, picture=WIDE_PICTURE, columns=1)

    def select(self, desk: Desk, item: str) -> None:
        """Answer, go on, go back, or end the task."""
        if item.startswith("answer:"):
            desk.session.task_select(int(item.removeprefix("answer:")))
        elif item == "resume":
            desk.session.resume_task()
        elif item == "undo":
            desk.session.undo()
        elif item == WAY_OUT:
            desk.session.way_out()
        elif item == "cancel":
            desk.session.cancel_task()
