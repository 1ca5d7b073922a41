"""A small session without processes, for tests of the screen: a supervisor in a few lines, and a task of three steps.

It moves the shoulder while something runs, so that the picture changes, and keeps every call with its arguments.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from armctl.config.arm import ArmConfig
from armctl.control.chronicle import Chronicle
from armctl.control.messages import FaultReport, MotionReport, PeerGone, Snapshot
from armctl.tasks.view import TaskStatus

STOPPING = 0.15
"""How long it takes to come to rest [s]."""


class SmallSession:
    """Behaves as the arm would, on an injected clock."""

    def __init__(self, config: ArmConfig, clock, mode: str = "ready", scene=None) -> None:
        self._clock = clock
        self._until = 0.0
        self._sequence = 0
        self.calls: list[tuple] = []
        self.notices: list[PeerGone] = []
        self.task: TaskStatus | None = None
        home = (*config.poses["home"], config.gripper.open)
        self.alive = True
        self.asking = False
        self.chronicle = Chronicle(lambda kind, **data: None)
        self.ended = False
        self.beats = 0
        self.speed = 0.6
        self.snapshot: Snapshot | None = Snapshot(
            tick=0, stamp=clock.now(), epoch=1, mode=mode, fault=None, arm=config.name, real=False,
            joints=config.joint_names, positions=home, commanded=home, tool=(0.3, 0, 0.2, 0, 0, 0, 1), scene=scene,
        )  # fmt: skip

    def said(self, name: str) -> list[tuple]:
        return [call for call in self.calls if call[0] == name]

    def _call(self, name: str, *args) -> int:
        self.calls.append((name, *args))
        self._sequence += 1
        return self._sequence

    def change(self, **changes) -> None:
        self.snapshot = msgspec.structs.replace(self.snapshot, **changes)

    def fault(self, code="following_error", who="user") -> None:
        report = FaultReport(
            code=code,
            title="The elbow is blocked",
            message="The elbow is 8 degrees away from where it should be; 7 degrees are allowed.",
            remedy="Take away what is in its way, then choose I understand.",
            who=who,
        )
        self.change(mode="fault", fault=report)

    def record_flight(self) -> int:
        return self._call("record_flight")

    def update(self) -> None:
        now = self._clock.now()
        if not self.alive:
            return
        self.change(tick=self.snapshot.tick + 1, stamp=now)
        if self.snapshot.mode == "moving":
            pan, *others = self.snapshot.positions
            self.change(positions=(pan + 0.004, *others))
        if self.snapshot.mode in ("moving", "stopping") and now >= self._until:
            going_on = self.task is not None and self.task.phase == "running" and self.snapshot.mode == "moving"
            self.change(mode="ready", motion=MotionReport(self._sequence, "move", "done", progress=1.0))
            if going_on:
                self._next_step()

    def _move(self, seconds: float) -> None:
        if self.snapshot.mode in ("ready", "moving"):
            self._until = self._clock.now() + seconds
            motion = MotionReport(self._sequence, "move", "running", progress=0.4, remaining=seconds)
            self.change(mode="moving", motion=motion, undo=self.snapshot.undo or 1)

    def _next_step(self) -> None:
        task = self.task
        if task.step == 2:
            self.task = replace(
                task, phase="waiting", step=3, doing="Waiting", question="Another sip?", choices=("Yes", "Put it back")
            )
        else:
            self.task = replace(task, step=task.step + 1, doing="Bringing the cup to your mouth", next="Then: asks you")
            self._move(2.0)

    def selected(self, screen, item, pressed_at):
        self._call("selected", screen, item)

    def enable(self):
        self.change(mode="stop_test")
        return self._call("enable")

    def stop_test(self, pressed_at, device=""):
        self.change(mode="ready", stop_latency=0.021)
        return self._call("stop_test", pressed_at)

    def clear_fault(self):
        self.change(mode="disarmed", fault=None)
        return self._call("clear_fault")

    def stop(self, pressed_at=0.0, reason="input", device=""):
        if self.snapshot is not None and self.snapshot.mode == "moving":
            self._until = self._clock.now() + STOPPING
            self.change(mode="stopping")
        if self.task is not None and self.task.phase == "running":
            self.pause_task()
        return self._call("stop", pressed_at, reason)

    def heartbeat(self):
        self.beats += 1

    def shutdown(self, reason=""):
        self.stop(0.0, "closing")
        self._call("shutdown")

    def jog(self, linear, angular, grip, frame, speed):
        self._move(0.1)
        return self._call("jog", linear, angular, grip, frame, speed)

    def move_by(self, translation, rotation, frame, speed):
        self._move(0.5)
        return self._call("move_by", translation, rotation, frame, speed)

    def grip(self, opening):
        self._move(0.5)
        return self._call("grip", opening)

    def way_out(self):
        self._move(1.0)
        return self._call("way_out")

    def looks(self, gaze):
        self.gaze = gaze

    def undo(self):
        self._move(1.0)
        return self._call("undo")

    def start_task(self, task):
        self.task = TaskStatus(
            name=task.name, title=task.title, icon=task.icon, phase="running", step=1, steps=3,
            doing="Reaching for the cup", next="Then: closes the gripper",
        )  # fmt: skip
        self._move(2.0)
        return self._call("start_task", task.name)

    def task_select(self, index=0):
        self.task = replace(self.task, phase="done")
        self._call("task_select", index)

    def pause_task(self):
        self.task = replace(self.task, phase="paused", reason="You pressed stop.")
        self._call("pause_task")

    def resume_task(self):
        self.task = replace(self.task, phase="running", reason="")
        self._move(2.0)
        self._call("resume_task")

    def cancel_task(self):
        self.task = None
        self._call("cancel_task")

    def restart(self, process):
        self._call("restart", process)
