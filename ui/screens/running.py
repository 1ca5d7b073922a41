"""A task at work: what it does, what comes next, and how to stop it; stopped or asking: what to do."""

from __future__ import annotations

from armctl.tasks.view import TaskStatus
from ui.backing import GOING_BACK, WAY_OUT, way_out_tiles
from ui.desk import Desk
from ui.flow import press_stops
from ui.page import WIDE_PICTURE, Line, Look, Page, Tile
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
        on: Look = "plain" if task.at_face else "go"
        away: Look = "go" if task.at_face else "plain"
        tiles = [Tile("resume", _("Try again") if failed else _("Go on"), "play", look=on)]
        back = list(way_out_tiles(desk, away))
        if not back and desk.snapshot is not None and desk.snapshot.undo:
            back = [Tile("undo", _("Go back"), "undo", look=away)]
        # Who stopped it at their face is offered the way away from it first: one press too many never leads on.
        tiles = [*back, *tiles] if task.at_face else [*tiles, *back]
        tiles.append(Tile("cancel", _("End the task"), "home"))
        lines = (Line(head, "title"), Line(_(task.reason or task.doing), "soft"))
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
