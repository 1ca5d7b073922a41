"""Runs one task: sees the arm through `TaskView`, answers with requests, and never touches anything else.

What is asked of the arm is one motion at a time; the next is asked only when the one before is known to be done. A
motion that is stopped or refused leaves the task standing until the person says what to do.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.errors import TaskError
from armctl.tasks.errand import PATIENCE, Errand, Outcome
from armctl.tasks.model import Repeat, TaskConfig
from armctl.tasks.plan import Ask, Move, Part, Rest
from armctl.tasks.program import Program
from armctl.tasks.requests import GoBack, GripTo, Halt, Point, Request, Speak
from armctl.tasks.view import Phase, TaskStatus, TaskView
from armctl.tasks.world import World

ELSEWHERE: Final = 0.02
"""A hand that was moved further than this during a pause makes the step begin anew [m]."""

LOST_AFTER: Final = 1.0
"""How long the gripper must seem empty on the way before the object counts as lost [s]: one odd reading is none."""

TOUCHES: Final = 2
"""How often an exact motion is put right; an arm that is still off then is taken as it is."""

GO_ON = "Go on, or cancel?"
TRY_AGAIN = "Try again, or cancel?"


class TaskEngine:
    """One run of one task.

    Args:
        task: What to do.
        scene: What is around the arm.
        arm: The arm.
        speed: The person's speed, share of the arm's allowed speed, 0 to 1.

    Raises:
        ConfigError, KinematicsError: The arm's URDF is missing or malformed.
    """

    def __init__(self, task: TaskConfig, scene: SceneConfig, arm: ArmConfig, speed: float) -> None:
        self._task = task
        self._world = World(scene, arm, speed, _NOTHING_SEEN)
        self._program = Program(task)
        self._phase: Phase = "running"
        self._question = self._reason = ""
        self._choices: tuple[str, ...] = ()
        self._parts: deque[Part] = deque()
        self._planned = False
        self._errand: Errand | None = None
        self._since: float | None = None
        self._left_at: Point | None = None
        self._touches = 0
        self._missed = self._lost = False
        self._undo = False
        self._last: Move | None = None
        self._held_at: float | None = None
        self._ready_at: float | None = None
        self._out: list[Request] = [Speak(task.spoken or task.title)]

    # What the person does

    def select(self, choice: int = 0) -> None:
        """Answer the question that is waiting; without one, nothing happens.

        Args:
            choice: Index into the choices; any other number is ignored.
        """
        if self._phase == "waiting" and 0 <= choice < len(self._choices):
            self._answer(choice)

    def pause(self, reason: str = "You stopped the task.") -> None:
        """Stand still until `resume`; going back that has not begun is not begun any more."""
        self._undo = False
        if self._phase in ("running", "waiting"):
            self._stand("paused", reason)

    def resume(self) -> None:
        """Go on with what was interrupted; try again what failed."""
        if self._phase not in ("paused", "failed"):
            return
        if self._lost and not self._holds():
            self._stand("failed", self._reason)  # without what it carries there is nothing to go on with
            return
        self._lost = False
        if self._errand is not None and isinstance(self._errand.move.request, GoBack):
            self._out.append(Halt())
        self._undo = False
        self._errand = None
        if self._missed:
            self._missed = False
            self._program.rewind()
            self._planned = False
        self._phase, self._reason, self._question, self._since = "running", "", "", None
        self._held_at = self._ready_at = None

    def cancel(self) -> None:
        """End the task where it is. Nothing is asked of the arm any more but to stand still."""
        if self._phase in ("done", "cancelled"):
            return
        held = self._world.carried is not None
        reason = f"{_capital(self._world.names(''))} is still in the gripper." if held else ""
        self._stand("cancelled", reason)
        self._errand = None

    def undo(self) -> None:
        """Go back along the way of the last motion, and stand there; `resume` begins the step anew."""
        if self._phase in ("done", "cancelled"):
            return
        last = self._errand.move if self._errand and not self._errand.refused else self._last
        if last is None or isinstance(last.request, GripTo):  # going back over a grip would open the jaws
            self._out.append(Speak("There is nothing to go back over."))
            return
        self._stand("paused", "Went back.")
        self._undo = True

    # What the session tells

    def sent(self, sequence: int) -> None:
        """The motion request of the last `update` went out with this ``sequence`` number."""
        if self._errand is not None and self._errand.sequence is None:
            self._errand.sequence = sequence

    def update(self, view: TaskView) -> tuple[Request, ...]:
        """Take the newest ``view``; return what is to be done now: at most one motion request, and only when ready."""
        self._world.look(view)
        if self._phase in ("running", "waiting"):
            self._watch_arm(view)
        if self._phase == "running":
            self._work(view)
        elif self._phase == "waiting":
            self._wait(view)
        elif self._phase in ("paused", "failed"):
            self._rest_there(view)
        out, self._out = tuple(self._out), []
        return out

    @property
    def status(self) -> TaskStatus:
        """How the task fares, in words."""
        step, following = self._program.current, self._program.following
        doing = step.words or step.describe(self._world.names)[0] if step else "Done"
        then = f"Then: {following.describe(self._world.names)[1]}" if following else ""
        over = self._phase in ("done", "cancelled")
        return TaskStatus(
            name=self._task.name,
            title=self._task.title,
            icon=self._task.icon,
            phase=self._phase,
            step=self._program.number,
            steps=self._program.steps,
            doing=doing,
            next="" if over else then,
            question=self._question,
            reason=self._reason,
            choices=self._choices,
            goes_back=self._undo,
            at_face=self._world.at_face,
        )

    # Running

    def _watch_arm(self, view: TaskView) -> None:
        """Stand still when the arm cannot move, or when what it carries is gone."""
        if view.ready:
            self._ready_at = view.now
        self._ready_at = view.now if self._ready_at is None else self._ready_at
        carries = self._world.carried is not None and self._phase == "running" and not self._letting_go()
        if self._holds() or not carries:
            self._held_at = view.now
        self._held_at = view.now if self._held_at is None else self._held_at
        if view.fault:
            self._stand("paused", f"{view.fault}.")
        elif view.now - self._ready_at > PATIENCE:
            self._stand("paused", "The arm is not ready to move.")
        elif view.now - self._held_at > LOST_AFTER:
            self._lost = True
            self._stand("failed", f"{_capital(self._world.names(''))} seems to be lost from the gripper.")

    def _holds(self) -> bool:
        return self._world.view.holding or bool(self._world.view.held)

    def _letting_go(self) -> bool:
        return self._errand is not None and self._errand.move.effect == "lets_go"

    def _work(self, view: TaskView) -> None:
        """Carry out the present part; begin the next one when it is done."""
        if self._errand is not None:
            self._follow(self._errand, view)
        for _ in range(len(self._parts) + self._program.steps + 2):  # steps without a motion take no time
            if self._phase != "running" or self._errand is not None or not self._begin(view):
                return

    def _begin(self, view: TaskView) -> bool:
        """Begin the next part; return False when that has to wait."""
        if not self._planned and not self._plan(view):
            return False
        if not self._parts:
            self._next_step(again=False)
            return True
        part = self._parts[0]
        if isinstance(part, Move):
            return self._ask_for(part, view)
        if isinstance(part, Rest):
            return self._rest(part, view)
        self._ask(part, view)
        return False

    def _plan(self, view: TaskView) -> bool:
        """Plan the present step from where things are now; return False at the end, or when it cannot be done."""
        step = self._program.current
        if step is None:
            self._finish()
            return False
        try:
            self._parts = deque(step.plan(self._world))
        except TaskError as error:
            self._stand("failed", str(error))
            return False
        self._planned, self._since, self._left_at = True, None, None
        if not (self._parts and isinstance(self._parts[0], Ask)):  # questions are spoken as such
            self._out.append(Speak(step.words or step.describe(self._world.names)[0], shown=bool(self._parts)))
        return True

    def _ask_for(self, move: Move, view: TaskView) -> bool:
        if self._left_at is not None and math.dist(self._left_at, self._world.tool) > ELSEWHERE:
            self._planned = False  # the hand was moved meanwhile: the straight way may lead through something now
            return True
        self._left_at = None
        if view.ready and view.motion_phase != "running":
            request = self._world.corrected(move)
            self._errand = Errand(move, request, view.now)
            self._out.append(request)
        return False

    def _follow(self, errand: Errand, view: TaskView) -> None:
        outcome: Outcome = errand.outcome(view)
        if outcome == "open":
            return
        if outcome == "done":
            self._arrive(errand)
            return
        self._missed = outcome == "missed"
        self._stand("paused" if outcome == "stopped" else "failed", errand.reason)

    def _arrive(self, errand: Errand) -> None:
        """Go on to the next part, or put right where the arm came to."""
        self._world.arrived(errand.request)
        self._errand, self._last = None, errand.move
        if errand.move.exact and self._touches < TOUCHES and self._world.is_off(errand.move):
            self._touches += 1
            return
        self._touches = 0
        self._note(errand.move)
        self._parts.popleft()

    def _note(self, move: Move) -> None:
        if move.effect == "near":
            self._world.near = move.about
        elif move.effect == "grips":
            self._world.grip()
        elif move.effect == "lets_go":
            self._world.let_go()

    def _next_step(self, again: bool) -> None:
        self._program.advance(again)
        self._parts.clear()
        self._planned = False

    def _finish(self) -> None:
        self._phase = "done"
        self._out.append(Speak(f"{self._task.title}: done.", shown=True))

    # Waiting

    def _ask(self, part: Ask, view: TaskView) -> None:
        self._phase, self._question, self._choices = "waiting", part.question, part.choices
        self._since = view.now
        self._out.append(Speak(part.question, shown=True))

    def _wait(self, view: TaskView) -> None:
        part = self._parts[0] if self._parts else None
        if not isinstance(part, Ask) or part.seconds is None or self._since is None:
            return
        if view.now - self._since >= part.seconds:
            self._answer(len(part.choices) - 1)

    def _answer(self, choice: int) -> None:
        asked_by = self._program.current
        self._phase, self._question, self._choices = "running", "", ()
        self._next_step(again=isinstance(asked_by, Repeat) and choice == 0)

    def _rest(self, part: Rest, view: TaskView) -> bool:
        self._since = view.now if self._since is None else self._since
        if view.now - self._since < part.seconds:
            return False
        self._since = None
        self._parts.popleft()
        return True

    # Standing still

    def _stand(self, phase: Phase, reason: str) -> None:
        """Stop what is under way and stay where it is."""
        if self._errand is not None:
            self._out.append(Halt())
        self._left_at = None
        self._phase, self._reason, self._choices = phase, reason, ()
        self._question = {"paused": GO_ON, "failed": TRY_AGAIN}.get(phase, "")
        self._out = [request for request in self._out if isinstance(request, Halt)]
        if said := f"{reason} {self._question}".strip():
            self._out.append(Speak(said, shown=True))

    def _rest_there(self, view: TaskView) -> None:
        """Note where the arm came to rest; from there carry out an undo, unless a fault came first."""
        if view.fault:
            self._undo = False
        if view.motion_phase == "running":
            return
        self._left_at = self._left_at or self._world.tool
        if not self._undo or not view.ready:
            return
        self._undo = False
        back = GoBack(self._world.speed)
        self._errand = Errand(Move(back), back, view.now)
        self._out.append(back)


_NOTHING_SEEN: Final = TaskView(0.0, False, "", 0, "idle", "", (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0), 0.0, False)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
