"""`RecordedSupervisor`: the supervisor, with every call and every answer noted for the flight recorder.

It decides nothing and changes nothing: each method calls the supervisor's own and notes what went in and what came out.
Since the supervisor has no clock and no I/O, that is all a re-run needs.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.config.scene import SceneConfig
from armctl.control import flight_records as note
from armctl.control.flight_records import AnyCall, Reading
from armctl.control.flight_state import freeze_value
from armctl.hal.command import ApprovedCommand
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray, JointState
from armctl.kinematics.barriers import Barrier
from armctl.kinematics.collision import Held
from armctl.kinematics.robot import RobotModel
from armctl.safety.faults import Finding
from armctl.safety.states import Event
from armctl.safety.supervisor import Refusal, Supervisor

MOST_CALLS: Final = 1000
"""Calls noted between two ticks; more would mean that nobody takes them, and they must not pile up."""


class CallLog:
    """The calls since they were last taken.

    Attributes:
        observed: The state that was observed last: most set-points are judged by it, and it need not be noted twice.
        depth: Calls under way; those within another one belong to it.
        lost: Calls beyond `MOST_CALLS`.
    """

    def __init__(self) -> None:
        self._calls: list[AnyCall] = []
        self.observed: JointState | None = None
        self.depth = 0
        self.lost = 0

    def add(self, call: AnyCall) -> None:
        """Note one call."""
        if len(self._calls) < MOST_CALLS:
            self._calls.append(call)
        else:
            self.lost += 1

    def take(self) -> list[AnyCall]:
        """Return the calls since the last time."""
        calls, self._calls = self._calls, []
        return calls


class RecordedSupervisor(Supervisor):
    """A supervisor that notes its calls; arguments as for `Supervisor`.

    Attributes:
        calls: What was called since the last tick.
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig, dt: float) -> None:
        super().__init__(robot, scene, dt)
        self.calls: Final = CallLog()

    def accept(self, sequence: int, epoch: int, deadline: float, now: float, sender: str = "ui") -> str:
        """As `Supervisor.accept`."""
        call = note.Accept(sequence=sequence, epoch=epoch, deadline=deadline, now=now, sender=sender)
        with _Noted(self.calls, self, call):
            call.answer = super().accept(sequence, epoch, deadline, now, sender)
        return call.answer

    def event(self, event: Event, now: float, detail: str = "") -> None:
        """As `Supervisor.event`."""
        with _Noted(self.calls, self, note.Event(event=event.value, now=now, detail=detail)):
            super().event(event, now, detail)

    def report(self, finding: Finding, now: float) -> None:
        """As `Supervisor.report`."""
        about = finding
        call = note.Report(
            code=about.code.value,
            joint=about.joint,
            value=float(about.value),
            limit=float(about.limit),
            detail=about.detail,
            now=now,
        )
        with _Noted(self.calls, self, call):
            super().report(finding, now)

    def begin_stop_test(self, now: float) -> str:
        """As `Supervisor.begin_stop_test`."""
        call = note.BeginStopTest(now=now)
        with _Noted(self.calls, self, call):
            call.answer = super().begin_stop_test(now)
        return call.answer

    def stop_pressed(self, pressed_at: float, now: float) -> str:
        """As `Supervisor.stop_pressed`."""
        call = note.StopPressed(pressed_at=pressed_at, now=now)
        with _Noted(self.calls, self, call):
            call.answer = super().stop_pressed(pressed_at, now)
        return call.answer

    def observe(self, state: JointState, now: float) -> None:
        """As `Supervisor.observe`."""
        self.calls.observed = state
        with _Noted(self.calls, self, note.Observe(reading=Reading.of(state), now=now)):
            super().observe(state, now)

    def observe_scene(self, scene: SceneState) -> None:
        """As `Supervisor.observe_scene`."""
        with _Noted(self.calls, self, note.ObserveScene(scene=scene)):
            super().observe_scene(scene)

    def grip(self, holding: bool) -> None:
        """As `Supervisor.grip`."""
        with _Noted(self.calls, self, note.Grip(holding=holding)):
            super().grip(holding)

    def holding(self, held: Held | None) -> None:
        """As `Supervisor.holding`."""
        with _Noted(self.calls, self, note.Holding(held=freeze_value(held))):
            super().holding(held)

    def barriers(self, positions: FloatArray) -> tuple[Barrier, ...]:
        """As `Supervisor.barriers`."""
        call = note.Barriers(positions=positions.tobytes())
        with _Noted(self.calls, self, call):
            found = super().barriers(positions)
            fill_in_barriers(call, found)
        return found

    def advise(self, positions: FloatArray) -> float:
        """As `Supervisor.advise`."""
        call = note.Advise(positions=positions.tobytes())
        with _Noted(self.calls, self, call):
            call.speed = float(super().advise(positions))
        return call.speed

    def approve(
        self, positions: FloatArray, velocities: FloatArray, state: JointState, now: float
    ) -> ApprovedCommand | Refusal:
        """As `Supervisor.approve`."""
        reading = None if state is self.calls.observed else Reading.of(state)
        call = note.Approve(positions=positions.tobytes(), velocities=velocities.tobytes(), reading=reading, now=now)
        with _Noted(self.calls, self, call):
            verdict = super().approve(positions, velocities, state, now)
            fill_in(call, verdict)
        return verdict


class _Noted:
    """Notes one call when it returns, or ends with an exception; calls within it are not noted."""

    __slots__ = ("_call", "_log", "_supervisor")

    def __init__(self, log: CallLog, supervisor: Supervisor, call: AnyCall) -> None:
        self._log = log
        self._supervisor = supervisor
        self._call = call

    def __enter__(self) -> None:
        self._log.depth += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        log, call = self._log, self._call
        log.depth -= 1
        if log.depth == 0:
            call.after = self._supervisor.mode.value
            call.raised = kind.__name__ if kind else ""
            log.add(call)


def fill_in(call: note.Approve, verdict: ApprovedCommand | Refusal) -> None:
    """Put the supervisor's ``verdict`` into its record."""
    if isinstance(verdict, Refusal):
        call.code, call.reason = str(verdict.code), verdict.reason
        return
    call.speeds = verdict.speeds.tobytes()
    call.sequence, call.epoch, call.deadline = verdict.sequence, verdict.epoch, verdict.deadline


def fill_in_barriers(call: note.Barriers, found: tuple[Barrier, ...]) -> None:
    """Put the barriers that were ``found`` into their record."""
    call.gradients = b"".join(barrier.gradient.tobytes() for barrier in found)
    call.speeds = np.array([barrier.speed for barrier in found]).tobytes()
