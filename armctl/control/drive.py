"""`Drive`: from the running motion to the arm, one set-point a tick, each approved; or hold."""

from __future__ import annotations

import logging
from typing import Final

import numpy as np

from armctl.config.arm import GripperConfig
from armctl.control.grip import GripSense, of_travel
from armctl.control.messages import AnyIntent
from armctl.control.motion_log import MotionLog
from armctl.control.orders import MotionRequest
from armctl.control.trace import Trace
from armctl.errors import CommandRefusedError
from armctl.hal.arm import Arm
from armctl.hal.command import ApprovedCommand
from armctl.hal.state import FloatArray, JointState
from armctl.motion.generator import MotionGenerator
from armctl.motion.requests import RetraceRequest, WayOutRequest
from armctl.motion.setpoint import SetPoint
from armctl.safety.states import APPROVING, Event, Mode
from armctl.safety.supervisor import Refusal, Supervisor

LOG: Final = logging.getLogger(__name__)
SQUEEZE: Final = 0.045
"""A gripper that holds something goes on pushing by this much when set-points begin anew at the arm [rad, at the
travel of `armctl.control.grip`]: within what the supervisor lets a standing arm be told."""
SAG: Final = 0.045
"""A joint stands behind what it was told by up to this much because of what it carries [rad]. Told anew where it
*stands*, it would sink by that much again: with every arming 10 mm at the hand."""

HARDLY: Final = 0.05
"""A hand-led motion slower than this [rad/s, the fastest joint] does not get on."""


class Drive:
    """Sends set-points.

    Args:
        arm: The arm.
        supervisor: Approves, or refuses.
        generator: Makes set-points.
        grip: Tells whether the gripper holds something.
        gripper: The gripper's configuration.
        trace: Notes what is sent; None for no trace.

    Attributes:
        log: How the newest motion fares.
        commanded: Last approved set-point (n,) [rad]; None before the first.
        notice: Why it goes slower, or does not go; empty when nothing is to be said.
        stuck: The last motion ended because something was in the way, and going back is what helps.
    """

    def __init__(
        self,
        arm: Arm,
        supervisor: Supervisor,
        generator: MotionGenerator,
        grip: GripSense,
        gripper: GripperConfig,
        trace: Trace | None = None,
    ) -> None:
        self._arm = arm
        self._supervisor = supervisor
        self._generator = generator
        self._grip = grip
        self._closing = 1.0 if gripper.closed > gripper.open else -1.0
        self._squeeze = SQUEEZE * of_travel(gripper)
        self._trace = trace
        self._refusals = 0
        self._push = 0.0
        self._told: FloatArray | None = None
        self.log = MotionLog()
        self._speed = 0.0
        self.commanded: FloatArray | None = None
        self.notice = ""
        self.stuck = False

    @property
    def holding(self) -> bool:
        """True when the gripper seems to hold something."""
        return self._grip.holding

    @property
    def undo_depth(self) -> int:
        """How many motions can be undone."""
        return self._generator.undo_depth

    @property
    def ahead(self) -> FloatArray | None:
        """Where the arm is going (n,) [rad], as `MotionGenerator.ahead`."""
        return self._generator.ahead if self.log.busy else None

    @property
    def lost(self) -> str:
        """Why the way the arm came is not known from where it stands, or ""."""
        return self._generator.lost

    def begin(self, intent: AnyIntent, request: MotionRequest, now: float) -> None:
        """Begin the motion ``request`` that ``intent`` asked for at ``now`` [s].

        Raises:
            ArmctlError: It cannot be done; the message says why. Nothing changed.
        """
        self._generator.begin(request, holding=self.holding)
        self._supervisor.event(Event.MOTION_BEGUN, now)
        self.log.begin(intent)
        self._look_ahead()
        self.notice = ""
        # Who goes back and stops on the way still has the rest of it before them.
        self.stuck = self.stuck and isinstance(request, RetraceRequest | WayOutRequest)

    def pause(self, now: float) -> None:
        """Come to rest on the way, from ``now`` [s] on."""
        if self._supervisor.mode is Mode.MOVING:
            self._supervisor.event(Event.STOP, now)
            self._generator.pause()

    def resume(self, now: float) -> None:
        """Go on with the paused motion at ``now`` [s]."""
        self._generator.resume()
        self._supervisor.event(Event.MOTION_BEGUN, now)
        self.log.resumed()

    def stop(self, why: str, now: float, event: Event = Event.STOP, detail: str = "") -> None:
        """Come to rest from ``now`` [s] on, and give the motion up.

        Args:
            why: What the motion's report says.
            now: The time [s].
            event: What to tell the supervisor.
            detail: Particulars of ``event``.
        """
        self.stuck = self.stuck or self._pushed_on() or (self.log.busy and event is not Event.STOP)
        self._supervisor.event(event, now, detail)
        self.log.stopping(why)
        self._generator.stop()

    def run(self, state: JointState, now: float) -> None:
        """Make the set-point for the tick at ``now`` [s] and send it, if the supervisor lets it pass.

        Raises:
            LinkLostError: The arm is gone.
        """
        if self._supervisor.mode not in APPROVING:
            return
        if self.log.run_out(now):
            self.stop("released", now)
        self._look_ahead()
        where = state.positions if self.commanded is None else self.commanded
        barriers = self._supervisor.barriers(where) if self._generator.jogging else ()
        braking = self._supervisor.limits.tool_braking
        point = self._generator.step(self._supervisor.advise(where), barriers, braking)
        if self._supervisor.mode is Mode.STOPPING and point.phase == "running":
            # The supervisor itself decided to stop: too slow a computer, or the like.
            self.stuck = True
            self.log.stopping(self._supervisor.notice)
            self._generator.stop()
        verdict = self._supervisor.approve(point.positions, point.velocities, state, now)
        reason = verdict.reason if isinstance(verdict, Refusal) else self._send(verdict)
        if reason:
            self._refused(reason, point, state, now)
            return
        self._refusals = 0
        self.notice = point.notice
        self._speed = float(np.abs(point.velocities).max())
        self._feel(state)
        self._follow(point, now)

    def hold(self, state: JointState, why: str) -> None:
        """Hold where the arm is, without anybody's approval, and give the motion up.

        Raises:
            HardwareError: The arm did not take it.
        """
        self.stuck = self.stuck or self.log.busy
        self.log.stopped(why)
        try:
            self._arm.hold()
            if self._trace:
                self._trace.held()
        finally:
            self.begin_at(state)

    def begin_at(self, state: JointState, *, measured: bool = False) -> None:
        """Let set-points begin anew where the arm is; a gripper that holds something goes on pushing.

        Args:
            state: Where the arm is.
            measured: Begin at the very angles that were read; else a joint with torque that only sags keeps what it
                was told, so that it does not move.
        """
        positions = state.positions.copy() if measured else self._kept(state)
        if self.commanded is not None:
            ahead = float(self.commanded[-1] - positions[-1]) * self._closing
            self._push = min(max(ahead, 0.0), self._squeeze)
        if self.holding:
            positions[-1] += self._push * self._closing
        self._generator.reset(positions)
        self._told = positions
        self.commanded = None
        self._refusals = 0

    def _kept(self, state: JointState) -> FloatArray:
        positions = state.positions.copy()
        if self._told is not None and state.torque_on:
            sags = np.abs(self._told - positions) <= SAG
            positions[:-1] = np.where(sags, self._told, positions)[:-1]
        return positions

    def _send(self, command: ApprovedCommand) -> str:
        try:
            self._arm.send(command)
        except CommandRefusedError as error:
            return error.message
        self.commanded = self._told = command.positions
        if self._trace:
            self._trace.sent(tuple(command.positions.tolist()))
        return ""

    def _refused(self, reason: str, point: SetPoint, state: JointState, now: float) -> None:
        """Slow down at the first refusal; when that is refused as well, hold at once."""
        self._refusals += 1
        self.notice = reason
        self.stuck = self.stuck or self.log.busy
        self.log.stopping(reason)
        LOG.info("Refused: %s", reason)
        if self._refusals == 1 and point.phase == "running":
            self.stop(reason, now)
            return
        refused_from_the_start = self.commanded is None
        self.hold(state, reason)
        if refused_from_the_start:
            self.begin_at(state, measured=True)
        self.notice = reason
        self._supervisor.event(Event.AT_REST, now)

    def _feel(self, state: JointState) -> None:
        told = state.positions[-1] if self.commanded is None else self.commanded[-1]
        if self._grip.observe(float(told), float(state.positions[-1]), float(state.efforts[-1])):
            self._generator.grip_contact(state.positions)
        self._supervisor.grip(self.holding)

    def _follow(self, point: SetPoint, now: float) -> None:
        """Tell log and supervisor what became of the motion."""
        self.log.progress(point.progress, point.remaining)
        if point.phase == "done":
            self.stuck = self.stuck and not self.log.busy
            self.log.done()
            self._supervisor.event(Event.MOTION_ENDED, now)
        elif point.phase == "refused" and point.notice:
            self.log.failed(point.notice)
            self._supervisor.event(Event.MOTION_ENDED, now)
        elif point.phase == "paused":
            self.log.paused()
            self._rest(now)
        elif point.phase == "idle":
            self.log.stopped()
            self._rest(now)

    def _look_ahead(self) -> None:
        """Ask how fast the arm may go on its way: for the estimate of time, which is known before it begins."""
        self._generator.foresee(self._supervisor.advise)
        self.log.estimate(self._generator.remaining)

    def _pushed_on(self) -> bool:
        """Tell whether the arm was asked to go on where it could not: told why, and hardly moving."""
        by_hand = self.log.busy and self.log.report.kind == "jog"
        return by_hand and bool(self.notice) and self._speed < HARDLY

    def _rest(self, now: float) -> None:
        if self._supervisor.mode in (Mode.MOVING, Mode.STOPPING):
            self._supervisor.event(Event.AT_REST, now)
