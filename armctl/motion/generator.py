"""`MotionGenerator`: one set-point per tick, from whatever was asked last.

The arm's part comes from one of three movers (`Jog`, `Travel`, `Stopping`), the gripper's from `Gripper`. What they
make is a candidate; the `Envelope` admits it, or the arm brakes. So a set-point beyond a limit cannot leave this file,
whatever is wrong in a mover. It keeps no time and does no I/O.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from armctl.errors import KinematicsError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.envelope import Envelope
from armctl.motion.grip import Gripper
from armctl.motion.jerk import MotionState
from armctl.motion.jog import Jog
from armctl.motion.plan import plan, plan_back
from armctl.motion.requests import (
    GripRequest,
    JogRequest,
    Request,
    RetraceRequest,
    check,
)
from armctl.motion.retrace import Tracks
from armctl.motion.setpoint import Phase, SetPoint
from armctl.motion.stopping import Stopping
from armctl.motion.travel import Stride, Travel

Mover: TypeAlias = Jog | Travel | Stopping

NOT_SMOOTH: Final = "The way could not be followed smoothly, so the arm stopped."


class MotionGenerator:
    """Makes set-points for one arm.

    Args:
        robot: The arm.
        dt: Time between two set-points [s].
    """

    def __init__(self, robot: RobotModel, dt: float) -> None:
        self._robot = robot
        self._dt = dt
        self._arm: Final = slice(0, robot.chain.dof)
        self._hand: Final = slice(robot.chain.dof, None)
        self._envelope = Envelope(robot.config.joints, dt)
        self._arm_envelope = Envelope(robot.config.joints[:-1], dt)
        self._gripper = Gripper(robot.config, dt)
        self._tracks = Tracks()
        self._state: MotionState | None = None
        self._mover: Mover | None = None
        self._next: Travel | None = None
        self._next_grip: float | None = None
        self._gripping = False
        self._back: Travel | None = None
        self._phase: Phase = "idle"

    @property
    def undo_depth(self) -> int:
        """How many motions can be undone."""
        return len(self._tracks)

    def reset(self, positions: FloatArray) -> None:
        """Stand still at measured ``positions`` (n,) [rad]; nothing before it can be undone."""
        self._state = MotionState.at_rest(positions)
        self._envelope.adopt(positions)
        self._arm_envelope.adopt(positions[self._arm])
        self._gripper.reset()
        self._tracks.clear()
        self._drop()
        self._mover, self._back, self._phase = None, None, "idle"

    def begin(self, request: Request) -> None:
        """Do ``request`` from now on; what moves otherwise comes to rest first.

        Jog requests may come every tick and replace each other at once. When this raises, nothing has changed.

        Raises:
            UnreachableError: It cannot be done; says where on the way and why.
            KinematicsError: A figure in it makes no sense, or there was no `reset` yet.
        """
        check(request)
        state = self._present()
        match request:
            case JogRequest():
                self._jog(state, request)
            case GripRequest():
                self._set_off(state, None, self._robot.gripper_angle(request.opening))
            case RetraceRequest():
                self._retrace(state, request)
            case _:
                rest = self._rest(state)
                self._set_off(state, plan(self._robot, rest[self._arm], request, self._dt), None)

    def stop(self) -> None:
        """Come to rest from whatever moves, as fast as the limits permit, and forget what was asked."""
        state = self._present()
        self._drop()
        self._gripper.stop()
        if isinstance(self._mover, Stopping):
            self._phase = "stopping"
        elif state.still:
            self._mover, self._phase = None, "idle"
            self._close(state)
        else:
            self._mover, self._phase = Stopping(self._arm_envelope, state.part(self._arm), self._dt), "stopping"

    def pause(self) -> None:
        """Come to rest on the way and wait for `resume`; a jog or a grip, which have no way, stop."""
        if self._next is not None:
            self._next.pause()
            self._phase = "stopping"
        elif isinstance(self._mover, Travel):
            self._mover.pause()
            self._phase = "stopping" if self._phase == "running" else self._phase
        elif self._phase == "running":
            self.stop()

    def resume(self) -> None:
        """Go on to the same goal along the same way, from where it rests."""
        travel = self._next or self._mover
        if isinstance(travel, Travel) and travel.paused:
            travel.resume()
            self._phase = "running"

    def grip_contact(self, positions: FloatArray) -> None:
        """The gripper is blocked at ``positions`` (n,), measured [rad]: its goal stays just behind that angle.

        May be told every tick; heard only while the gripper is commanded beyond that angle, on its closing side.
        """
        state = self._present()
        if isinstance(self._mover, Travel) and self._mover.columns == len(state.positions):
            # An undo moves the gripper along a recorded way, which did not know of what is between the jaws now.
            if not self._gripper.closes(float(state.velocities[-1])):
                return
            self.stop()
        self._gripper.contact(float(positions[-1]), float(state.positions[-1]))

    def step(self, tool_speed: float) -> SetPoint:
        """Return the next set-point.

        Args:
            tool_speed: Largest tool speed allowed now [m/s].

        Raises:
            KinematicsError: There was no `reset` yet.
        """
        state = self._present()
        stride = self._stride(state, tool_speed)
        candidate = stride.state
        if self._envelope.admits(state, candidate):
            self._state = candidate
        else:
            stride = self._brake(state, stride)
        self._envelope.tighten(stride.state.positions)
        self._arm_envelope.tighten(stride.state.positions[self._arm])
        self._tracks.add(stride.state.positions)
        if stride.done:
            self._advance(stride.state)
        return SetPoint(
            stride.state.positions,
            stride.state.velocities,
            stride.state.accelerations,
            self._phase,
            1.0 if self._phase == "done" else stride.progress,
            stride.remaining,
            stride.notice,
        )

    def _present(self) -> MotionState:
        if self._state is None:
            raise KinematicsError("There is no motion before the arm's position was read.", "Call reset first.")
        return self._state

    def _stride(self, state: MotionState, tool_speed: float) -> Stride:
        """Return the next tick of arm and gripper together; done when both are."""
        allowed = tool_speed if np.isfinite(tool_speed) else 0.0
        arm = Stride(MotionState.at_rest(state.positions[self._arm]), done=True)
        if self._mover is not None:
            arm = self._mover.step(state.part(self._arm), allowed)
        if len(arm.state.positions) == len(state.positions):
            return arm
        hand = self._gripper.step(state.part(self._hand), allowed)
        told = hand if self._gripping and self._mover is None else arm
        if isinstance(self._mover, Stopping):
            told = Stride(arm.state)
        return Stride(arm.state.joined(hand.state), told.progress, told.remaining, arm.done and hand.done, arm.notice)

    def _brake(self, state: MotionState, refused: Stride) -> Stride:
        """Slow every joint down for one tick; what followed a way has left it and stops for good."""
        self._state = self._envelope.braked(state)
        if isinstance(self._mover, Jog):
            return Stride(self._state, notice=refused.notice)
        if not isinstance(self._mover, Stopping):
            self._gripper.stop()
        self._drop()
        self._mover = Stopping(self._arm_envelope, self._state.part(self._arm), self._dt, NOT_SMOOTH)
        self._phase = "stopping"
        return Stride(self._state, notice=NOT_SMOOTH)

    def _rest(self, state: MotionState) -> FloatArray:
        """Return where everything would rest (n,) [rad] if it stopped now."""
        if state.still:
            return state.positions
        arm = self._mover if isinstance(self._mover, Stopping) else None
        end = arm.end if arm else self._arm_envelope.stop(state.part(self._arm)).end
        return np.append(end, state.positions[-1])

    def _jog(self, state: MotionState, request: JogRequest) -> None:
        if isinstance(self._mover, Jog):
            self._mover.replace(request)
        else:
            self._drop()
            self._give_back(state)
            self._mover = Jog(self._robot, self._envelope, self._dt, request)
            self._tracks.begin(state.positions)
        if request.grip != 0.0:
            self._tracks.mark_hand()
        self._gripper.jog(request.grip)
        self._phase = "running"

    def _retrace(self, state: MotionState, request: RetraceRequest) -> None:
        if not state.still:
            raise UnreachableError("The arm still moves: it can go back once it rests.", "Stop first, then undo.")
        self._close(state)
        track = self._tracks.take()
        if track is None:
            raise UnreachableError("There is no motion left to undo.")
        travel = plan_back(self._robot, state.positions, track, request.speed, self._dt)
        self._drop()
        self._mover, self._phase, self._back = travel, "running", travel
        if travel is not None and travel.columns > self._robot.chain.dof:
            self._gripper.reset()

    def _set_off(self, state: MotionState, travel: Travel | None, grip: float | None) -> None:
        """Begin ``travel``, or the gripper's way to ``grip`` [rad], at once or as soon as everything rests."""
        moving = not state.still
        if moving and not isinstance(self._mover, Stopping):
            self._mover = Stopping(self._arm_envelope, state.part(self._arm), self._dt)
        self._drop()
        self._gripper.stop()
        self._next, self._next_grip, self._phase = travel, grip, "running"
        if not moving:
            self._start(state)

    def _start(self, state: MotionState) -> None:
        """Begin what waits for rest."""
        self._close(state)
        self._tracks.begin(state.positions)
        self._mover, self._next = self._next, None
        self._gripping = self._next_grip is not None
        if self._next_grip is not None:
            self._tracks.mark_hand()
            self._gripper.go(self._next_grip, float(state.positions[-1]))
            self._next_grip = None

    def _advance(self, state: MotionState) -> None:
        """Everything rests: begin what waits, or end what was."""
        if self._next is not None or self._next_grip is not None:
            self._start(state)
            return
        if isinstance(self._mover, Jog):
            return
        if isinstance(self._mover, Travel) and self._mover.paused:
            self._phase = "paused"
            return
        if self._phase in ("running", "stopping"):
            self._phase = "done" if self._phase == "running" else "idle"
            self._mover = None
            self._close(state)

    def _close(self, state: MotionState) -> None:
        """Everything rests: what was recorded is a motion of its own."""
        self._give_back(state)
        self._tracks.end(state.positions)

    def _give_back(self, state: MotionState) -> None:
        """Keep what of an undo was not done, so that it can still be undone."""
        travel, self._back = self._back, None
        if travel is None:
            return
        ahead = travel.ahead
        if len(ahead) and travel.columns < len(state.positions):
            ahead = np.column_stack((ahead, np.full(len(ahead), state.positions[-1])))
        if len(ahead):
            hand = travel.columns == len(state.positions)
            self._tracks.give_back(np.vstack((state.positions, ahead)), hand=hand)

    def _drop(self) -> None:
        """Forget what waits."""
        self._next, self._next_grip, self._gripping = None, None, False
