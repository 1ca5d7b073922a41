"""`Session`: the arm as screens, tasks and campaigns see it: ask, stop, look.

Every request becomes an intent with a sequence number, the epoch it is meant for and a deadline; what became of it
stands in the snapshots that come back. Nothing here waits, and nothing here can move the arm: that is for control to
decide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.control import messages as say
from armctl.control.chronicle import Chronicle, Record
from armctl.control.detours import Detours, Going
from armctl.control.heartbeat import Pace
from armctl.control.link import GuardEnd, UiEnd, ends_of, ui_end
from armctl.control.messages import MotionReport, Path, PeerGone, Snapshot, Vector
from armctl.control.orders import SETS_MOVING
from armctl.control.pathfinding import Pathfinder
from armctl.control.wayfinder import Answer
from armctl.errors import TaskError
from armctl.hal.scene import SceneState
from armctl.motion.by_hand import Seen, gaze_yaw, resolved
from armctl.tasks.engine import TaskEngine
from armctl.tasks.model import TaskConfig
from armctl.tasks.requests import GoBack, GoJoints, GoTool, GripTo, Halt, MotionRequest, Request, Speak
from armctl.tasks.view import TaskStatus, TaskView

VALID: Final = 0.15
"""How long a request is good for [s]: longer than a stall of a busy computer, shorter than a person's surprise."""
SLOWLY: Final = 0.35
"""Share of the arm's allowed speed for backing out: something was in the way."""
BACKED_OUT: Final = "The arm goes back the way it came."
STOPPED_BY_YOU: Final = "You stopped the task."


class Session:
    """One person's time with one arm.

    Args:
        link: Link to control.
        clock: Time.
        record: Writes down what happens.
        guard_link: Link to the guard; None where there is none.
        scene: What is around the arm, and
        arm: the arm, both for tasks; None where no task will be started.
        speak: Says what a task wants said aloud and the screen does not show; called from `update`.
        speed: Speed for tasks, share of the arm's allowed speed, 0 to 1.
        surroundings: Tells the scene where control cannot: an emulated arm's wire carries none.
        pathfinder: Looks for a way around where a task's straight way is blocked; None to always go straight.

    Attributes:
        snapshot: The newest snapshot, None before the first.
        chronicle: What was noted of the snapshots, and the newest measured stop.
        notices: What the guard told of processes that are gone; taken away once they are back.
        ended: The guard is gone or asked to end: the screen is to close.
        speed: Speed for tasks, share of the arm's allowed speed, 0 to 1.
    """

    def __init__(
        self,
        link: UiEnd,
        clock: Clock,
        record: Record,
        guard_link: GuardEnd | None = None,
        *,
        scene: SceneConfig | None = None,
        arm: ArmConfig | None = None,
        speak: Callable[[str], None] | None = None,
        speed: float = 0.6,
        surroundings: Callable[[], SceneState | None] | None = None,
        pathfinder: Pathfinder | None = None,
    ) -> None:
        self._link = link
        self._clock = clock
        self._record = record
        self._guard = guard_link
        self._scene = scene
        self._arm = arm
        self._speak = speak
        self._surroundings = surroundings
        self._detours = Detours(pathfinder, () if scene is None else tuple(scene.objects))
        self._no_way = MotionReport()
        self._pace = Pace()
        self._yaw = gaze_yaw(scene.person if scene is not None else None)
        # Microseconds since the computer started: a screen that is started again goes on above what it sent before.
        self._sequence = int(clock.now() * 1e6)
        self._engine: TaskEngine | None = None
        self._task_sequence = 0
        self._asked = (0, 0.0)
        self.chronicle = Chronicle(record)
        self._noticed_at = 0.0
        self.snapshot: Snapshot | None = None
        self.notices: list[PeerGone] = []
        self.ended = False
        self.speed = speed

    # -- every frame ---------------------------------------------------------------------------------------------

    def update(self) -> None:
        """Do all that is due: to be called for every picture, at least every 20 ms."""
        self.poll()
        self.heartbeat()
        self._run_task()

    def poll(self) -> Snapshot | None:
        """Listen to guard and control; return the newest snapshot if one came."""
        self._hear_guard()
        received = self._link.receive()
        if not received:
            return None
        before, self.snapshot = self.snapshot, self._with_scene(received[-1])
        if self.snapshot.stamp > self._noticed_at:
            self.notices = [notice for notice in self.notices if notice.process != "control"]
        self.chronicle.changes(before, self.snapshot)
        return self.snapshot

    def heartbeat(self) -> None:
        """Tell control and guard that this process's main loop turns, when it is due."""
        now = self._clock.now()
        if not self._pace.due(now):
            return
        self._link.send(say.Heartbeat(**self._envelope()))
        if self._guard:
            self._guard.send(say.Alive(now))

    def selected(self, screen: str, item: str, pressed_at: float) -> None:
        """Write down that the person chose ``item`` on ``screen`` with a press at ``pressed_at`` [s]."""
        self._record("selection", screen=screen, item=item, after_press=self._clock.now() - pressed_at)

    # -- arming and stopping -------------------------------------------------------------------------------------

    def enable(self) -> int:
        """Begin arming."""
        return self._ask(say.Enable(**self._envelope()))

    def stop_test(self, pressed_at: float, device: str = "") -> int:
        """The person pressed stop on ``device`` for the stop test at ``pressed_at`` [s]."""
        self._record("stop_test", device=device, after_press=self._clock.now() - pressed_at)
        return self._ask(say.StopTest(**self._envelope(pressed_at)))

    def clear_fault(self) -> int:
        """The person has seen the fault."""
        return self._ask(say.ClearFault(**self._envelope()))

    def record_flight(self) -> int:
        """Have the flight recorder write down what led here; the arm does what it does."""
        return self._ask(say.Record(**self._envelope()))

    def stop(self, pressed_at: float = 0.0, reason: str = "input", device: str = "") -> int:
        """Bring arm and task to rest; the task can be resumed.

        Args:
            pressed_at: When the person acted [s]; 0 when nobody did.
            reason: Why, for the record.
            device: The input it came from; how long the arm went on is recorded with it.
        """
        self.chronicle.stop_pressed(pressed_at, device, self.snapshot)
        self._detours.forget()
        if self._engine is not None:
            self._engine.pause(STOPPED_BY_YOU)
        return self._ask(say.Stop(reason=reason, **self._envelope(pressed_at)))

    @property
    def asking(self) -> bool:
        """True while it is not known yet what became of the motion asked for last: it may be under way already."""
        sequence, since = self._asked
        if not sequence or self._clock.now() - since > 2 * VALID:
            return False
        snapshot = self.snapshot
        return snapshot is None or max(snapshot.motion.sequence, snapshot.refused.sequence) < sequence

    # -- motions -------------------------------------------------------------------------------------------------

    def jog(
        self,
        linear: Vector = (0.0, 0.0, 0.0),
        angular: Vector = (0.0, 0.0, 0.0),
        grip: float = 0.0,
        frame: Seen = "base",
        speed: float = 0.6,
    ) -> int:
        """Move while this is repeated, at least every 0.1 s; arguments as in `armctl.control.messages.Jog`.

        ``frame`` may also be "user": x away from the person, y to their left, z up, as they see it.
        """
        linear, angular, frame = resolved(linear, angular, frame, self._yaw)
        jog = say.Jog(linear=linear, angular=angular, grip=grip, frame=frame, speed=speed, **self._envelope())
        self._link.send(jog)  # repeated many times a second: the motion is recorded, not each repetition
        return jog.sequence

    def move_by(
        self,
        translation: Vector = (0.0, 0.0, 0.0),
        rotation: Vector = (0.0, 0.0, 0.0),
        frame: Seen = "base",
        speed: float = 0.6,
    ) -> int:
        """Move the tool one step [m, rad]; ``frame`` as in `jog`."""
        translation, rotation, frame = resolved(translation, rotation, frame, self._yaw)
        return self._ask(
            say.MoveBy(translation=translation, rotation=rotation, frame=frame, speed=speed, **self._envelope())
        )

    def move_joints(self, positions: tuple[float, ...], speed: float = 0.6) -> int:
        """Go to joint angles, dof values [rad]."""
        return self._ask(say.MoveJoints(positions=positions, speed=speed, **self._envelope()))

    def move_tool(
        self,
        position: Vector,
        level: bool = True,
        path: Path = "line",
        speed: float = 0.6,
        quaternion: tuple[float, float, float, float] | None = None,
        via: tuple[Vector, ...] = (),
        may_tilt: bool = False,
    ) -> int:
        """Bring the tool point to ``position`` [m]; arguments as in `armctl.control.messages.MoveTool`."""
        return self._ask(
            say.MoveTool(
                position=position,
                level=level,
                path=path,
                speed=speed,
                quaternion=quaternion,
                via=via,
                may_tilt=may_tilt,
                **self._envelope(),
            )
        )

    def grip(self, opening: float) -> int:
        """Move the gripper to ``opening``, 0 closed to 1 open."""
        return self._ask(say.Grip(opening=opening, **self._envelope()))

    def pause(self) -> int:
        """Come to rest on the way."""
        return self._ask(say.Pause(**self._envelope()))

    def resume(self) -> int:
        """Go on with the paused motion."""
        return self._ask(say.Resume(**self._envelope()))

    def undo(self, speed: float = 0.6) -> int:
        """Go back the last motion's way, at ``speed`` (share, 0 to 1); a task under way does it itself, and stands."""
        if self._engine is not None and not self._engine.status.over:
            self._engine.undo()
            return self._sequence
        return self._ask(say.Undo(speed=speed, **self._envelope()))

    def way_out(self, speed: float = SLOWLY) -> int:
        """Go back the whole way, at ``speed`` (share, 0 to 1), the gripper as it is; a task under way stands then."""
        if self._engine is not None:
            self._engine.pause(BACKED_OUT)
        return self._ask(say.WayOut(speed=speed, **self._envelope()))

    def looks(self, gaze: float | None) -> None:
        """Say which way the person looks: ``gaze`` about the upright [rad]; None: as their face in the scene."""
        self._yaw = gaze_yaw(self._scene.person if self._scene is not None else None, gaze)

    # -- tasks ---------------------------------------------------------------------------------------------------

    @property
    def task(self) -> TaskStatus | None:
        """How the task fares; None before the first one."""
        return None if self._engine is None else self._engine.status

    def start_task(self, task: TaskConfig) -> None:
        """Begin ``task``; one that is under way is cancelled.

        Raises:
            TaskError: This session knows no scene or no arm.
        """
        if self._scene is None or self._arm is None:
            raise TaskError("Tasks need to know what is around the arm.", "Start with a scene.")
        self.cancel_task()
        self._detours.forget()
        self._engine = TaskEngine(task, self._scene, self._arm, self.speed)
        self.chronicle.begin_task(self.task)

    def task_select(self, choice: int = 0) -> None:
        """Answer the task's question with ``choice``, an index into its choices."""
        if self._engine is not None:
            self._record("answer", task=self._engine.status.name, choice=choice)
            self._engine.select(choice)

    def pause_task(self) -> None:
        """Let the task stand still until `resume_task`."""
        if self._engine is not None:
            self._engine.pause(STOPPED_BY_YOU)

    def resume_task(self) -> None:
        """Let the task go on."""
        if self._engine is not None:
            self._engine.resume()

    def cancel_task(self) -> None:
        """End the task where it is; the arm comes to rest at once, even when no update follows."""
        if self._engine is not None and not self._engine.status.over:
            self._engine.cancel()
            self._run_task()

    # -- processes -----------------------------------------------------------------------------------------------

    def restart(self, process: str) -> None:
        """Ask the guard to start "control" or "ui" again. It never starts into motion."""
        self._record("restart", process=process)
        if self._guard:
            self._guard.send(say.Restart(process))

    def shutdown(self, reason: str = "closed by the user") -> None:
        """Ask the guard to end everything; without one, stop the arm and give up the link."""
        self._ask(say.Stop(reason="closing", **self._envelope()))
        if self._guard:
            self._guard.send(say.Shutdown(reason))
        else:
            self._link.close()

    # -- inside --------------------------------------------------------------------------------------------------

    def _envelope(self, pressed_at: float = 0.0) -> dict[str, Any]:
        """Return what every intent carries."""
        self._sequence += 1
        epoch = self.snapshot.epoch if self.snapshot else 0
        deadline = self._clock.now() + VALID
        return {"sequence": self._sequence, "epoch": epoch, "deadline": deadline, "pressed_at": pressed_at}

    def _ask(self, intent: say.AnyIntent) -> int:
        self._link.send(intent)
        if isinstance(intent, SETS_MOVING):
            self._asked = (intent.sequence, self._clock.now())
        late = self._clock.now() - intent.pressed_at if intent.pressed_at else None
        self._record("request", what=type(intent).__name__, sequence=intent.sequence, after_press=late)
        return intent.sequence

    def _hear_guard(self) -> None:
        if self._guard is None:
            return
        for message in self._guard.receive():
            self._take(message)
        self.ended = self.ended or self._guard.closed

    def _with_scene(self, snapshot: Snapshot) -> Snapshot:
        if snapshot.scene is not None or self._surroundings is None:
            return snapshot
        return replace(snapshot, scene=self._surroundings())

    def _take(self, message: say.GuardMessage) -> None:
        match message:
            case PeerGone():
                self.notices = [*(one for one in self.notices if one.process != message.process), message]
                self._noticed_at = self._clock.now()
                self._record("process", process=message.process, message=message.message)
                if self._engine is not None:
                    self._engine.pause(message.message)
            case say.NewLink():
                self._link.close()
                self._link = ui_end(ends_of(message.link_fd, message.alive_fd))
                self.notices.clear()
            case say.Shutdown():
                self.ended = True
            case _:
                pass

    def _run_task(self) -> None:
        if self._engine is None or self.snapshot is None:
            return
        self._hear_of_detour()
        for request in self._engine.update(self._task_view(self.snapshot)):
            self._perform(request)
        self.chronicle.task(self.task)

    def _perform(self, request: Request) -> None:
        match request:
            case Speak():
                if self._speak and not request.shown:
                    self._speak(request.text)
            case Halt():
                self._ask(say.Stop(reason="task", **self._envelope()))
            case GoJoints() | GoTool() if self._detours.takes(request) and self.snapshot is not None:
                self._detours.seek(request, self.snapshot, self._sequence)
            case _:
                self._sent(self._move(request))

    def _hear_of_detour(self) -> None:
        found = self._detours.found()
        if found is not None and self.task is not None and self.task.phase == "running":
            self._sent(self._go(*found))  # stopped meanwhile, whatever comes next is asked for anew

    def _go(self, request: Going, answer: Answer) -> int:
        """Do what the answer allows and return the number it got."""
        if answer.refused:
            self._sequence += 1
            self._no_way = MotionReport(sequence=self._sequence, phase="refused", reason=answer.refused)
            return self._sequence
        if not answer.points:
            return self._move(request)
        if self._speak:
            self._speak(f"Going around {answer.around}.")
        return self._ask(say.MoveWay(points=answer.points, speed=request.speed, **self._envelope()))

    def _sent(self, sequence: int) -> None:
        self._task_sequence = sequence
        if self._engine is not None:
            self._engine.sent(sequence)

    def _move(self, request: MotionRequest) -> int:
        match request:
            case GoJoints():
                return self.move_joints(request.positions, request.speed)
            case GoTool():
                return self.move_tool(request.position, request.level, request.path, request.speed)
            case GripTo():
                return self.grip(request.opening)
            case GoBack():
                # The motion to go back over may never have begun; the one before it closed the jaws on something.
                return self._ask(say.Undo(speed=request.speed, hand=False, **self._envelope()))

    def _task_view(self, snapshot: Snapshot) -> TaskView:
        motion = self._motion_of_task(snapshot)
        scene = snapshot.scene
        return TaskView(
            now=self._clock.now(),
            ready=snapshot.mode in ("ready", "moving"),
            fault=snapshot.fault.title if snapshot.fault else "",
            motion_sequence=motion.sequence,
            motion_phase=motion.phase,
            motion_reason=motion.reason,
            tool=snapshot.tool,
            opening=snapshot.opening,
            holding=snapshot.holding,
            objects=scene.objects if scene else {},
            held=scene.held if scene else "",
            seeking=self._detours.seeking,
        )

    def _motion_of_task(self, snapshot: Snapshot) -> MotionReport:
        """Return the report on what the task asked for last, be it under way or refused."""
        if self._no_way.sequence == self._task_sequence and self._task_sequence:
            return self._no_way
        refused = snapshot.refused
        asked = refused.sequence == self._task_sequence and refused.sequence > snapshot.motion.sequence
        return refused if asked else snapshot.motion
