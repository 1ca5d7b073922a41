"""`MotionGenerator`: one set-point per tick, from whatever was asked last.

The arm's part comes from one of three movers (`Jog`, `Travel`, `Stopping`), the gripper's from `Gripper`. What they
make is a candidate; the `Envelope` admits it, or the arm brakes. So a set-point beyond a limit cannot leave this file,
whatever is wrong in a mover. It keeps no time and does no I/O.

A way is worked out a little in each tick, at rest, before it is begun (`armctl.motion.prepare`): no tick waits for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from armctl.errors import KinematicsError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.barriers import Barrier
from armctl.kinematics.robot import RobotModel
from armctl.motion.back import Backtrack
from armctl.motion.envelope import Envelope
from armctl.motion.grip import Gripper
from armctl.motion.jerk import MotionState
from armctl.motion.jog import Jog
from armctl.motion.plan import plan
from armctl.motion.prepare import Preparation
from armctl.motion.requests import (
    GripRequest,
    JogRequest,
    Request,
    RetraceRequest,
    WayOutRequest,
    WayRequest,
    check,
)
from armctl.motion.setpoint import Phase, SetPoint
from armctl.motion.stopping import Stopping
from armctl.motion.travel import Stride, Travel

Mover: TypeAlias = Jog | Travel | Stopping

NOT_SMOOTH: Final = "The way could not be followed smoothly, so the arm stopped."
LOOKS: Final = 4
"""Places ahead that are looked at in one tick before a motion begins."""
LOOK_EVERY: Final = 5
"""Ticks from one look to the next while it moves."""
LEAD: Final = 0.5
"""So far ahead is told where a person leads the arm [s]."""


@dataclass(slots=True, eq=False)
class _Next:
    """What begins as soon as everything rests.

    Attributes:
        way: The way that is worked out, or None.
        grip: Where the gripper goes [rad], or None.
        back: The way leads back where the arm came from.
        paused: It is not to begin before `MotionGenerator.resume`.
    """

    way: Preparation[Travel | None] | None = None
    grip: float | None = None
    back: bool = False
    paused: bool = False


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
        self._back: Final = Backtrack(robot, dt)
        self._tracks: Final = self._back.tracks
        self._state: MotionState | None = None
        self._mover: Mover | None = None
        self._next: _Next | None = None
        self._gripping = False
        self._foresees = False
        self._ticks = 0
        self._refusal = ""
        self._phase: Phase = "idle"

    @property
    def undo_depth(self) -> int:
        """How many motions can be undone."""
        return len(self._tracks)

    @property
    def lost(self) -> str:
        """Why the way the arm came is not known from where it stands, or ""."""
        return self._tracks.lost

    @property
    def remaining(self) -> float:
        """Estimated time the motion will still take [s]; 0 where it is not known, or there is none."""
        travel = self._waiting() or self._mover
        if isinstance(travel, Travel):
            return travel.remaining
        return self._gripper.remaining if self._gripping else 0.0

    @property
    def ahead(self) -> FloatArray | None:
        """Where the arm is going (n,) [rad]; None where it goes nowhere, or that is not worked out yet.

        The end of the way; where a person leads the arm, the place it would come to within `LEAD`.
        """
        state, travel = self._state, self._waiting() or self._mover
        if state is None:
            return None
        if isinstance(travel, Travel):
            return np.concatenate((travel.end, state.positions[travel.columns :]))
        return state.positions + LEAD * state.velocities if self.jogging and not state.still else None

    def _waiting(self) -> Travel | None:
        """Return the way that is worked out and begins as soon as everything rests."""
        way = self._next.way if self._next is not None else None
        return way.result if way is not None and way.ready else None

    def reset(self, positions: FloatArray) -> None:
        """Stand still at measured ``positions`` (n,) [rad]; the way back stays known where the arm is still near it."""
        if self._state is not None:
            self._back.end(self._state.positions)
        self._state = MotionState.at_rest(positions)
        self._envelope.adopt(positions)
        self._arm_envelope.adopt(positions[self._arm])
        self._gripper.reset()
        self._tracks.stands(positions)
        self._drop()
        self._mover, self._phase = None, "idle"

    def begin(self, request: Request, *, holding: bool = False) -> None:
        """Do ``request`` from now on; what moves otherwise comes to rest first.

        Jog requests may come every tick and replace each other at once. When this raises, nothing has changed. What
        cannot be told at once is worked out in the ticks that follow; a way that cannot be gone ends as "refused".

        Args:
            request: What to do.
            holding: Something is held: ways that would tilt it are refused.

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
                self._set_off(state, _Next(grip=self._robot.gripper_angle(request.opening)))
            case RetraceRequest() | WayOutRequest():
                self._retrace(state, request)
            case _:
                self._set_off(state, _Next(self._prepared(state, request, holding=holding)))

    def foresee(self, advise: Callable[[FloatArray], float]) -> None:
        """Look at what tool speeds will be allowed on the way, for the estimate of time; to be called every tick.

        Args:
            advise: Positions (n,) [rad] to the largest tool speed there [m/s].
        """
        self._foresees = True
        self._ticks += 1
        state = self._state
        waiting = self._waiting()
        travel = waiting or self._mover
        if state is None or not isinstance(travel, Travel) or (waiting is None and self._ticks % LOOK_EVERY):
            return
        hand = state.positions[self._hand]
        arm_only = travel.columns < len(state.positions)
        travel.foresee(
            lambda q: advise(np.concatenate((q, hand)) if arm_only else q), LOOKS if waiting is not None else 1
        )

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
        """Come to rest on the way and wait for `resume`; a jog, which has no way, stops."""
        if self._next is not None:
            self._next.paused = True
            self._phase = "stopping"
        elif isinstance(self._mover, Travel):
            self._mover.pause()
            self._phase = "stopping" if self._phase == "running" else self._phase
        elif self._gripping and self._phase == "running":
            self._gripper.pause()
            self._phase = "stopping"
        elif self._phase == "running":
            self.stop()

    def resume(self) -> None:
        """Go on to the same goal along the same way, from where it rests."""
        if self._next is not None:
            self._next.paused = False
            self._phase = "running"
        elif isinstance(self._mover, Travel) and self._mover.paused:
            self._mover.resume()
            self._phase = "running"
        elif self._gripping and self._gripper.paused:
            self._gripper.resume()
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

    @property
    def jogging(self) -> bool:
        """True while a person leads the arm: then `step` can use barriers."""
        return isinstance(self._mover, Jog)

    def step(self, tool_speed: float, barriers: Sequence[Barrier] = (), braking: float = math.inf) -> SetPoint:
        """Return the next set-point.

        Args:
            tool_speed: Largest tool speed allowed now [m/s].
            barriers: How fast near parts may come closer: a jog goes along them instead of stopping.
            braking: The deceleration that the speeds of ``barriers`` count on [m/s²].

        Raises:
            KinematicsError: There was no `reset` yet.
        """
        state = self._present()
        self._work()
        if self._mover is None and state.still and self._can_start():
            self._start(state)
        if isinstance(self._mover, Jog):
            self._mover.keep(barriers, braking)
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
        told, self._refusal = (self._refusal, "") if self._phase == "refused" else ("", self._refusal)
        return SetPoint(
            stride.state.positions,
            stride.state.velocities,
            stride.state.accelerations,
            self._phase,
            1.0 if self._phase == "done" else stride.progress,
            stride.remaining if self._next is None else self.remaining,
            told or stride.notice,
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

    def _work(self) -> None:
        """Work on the way that is to be gone next; one that cannot be is given up."""
        if self._next is None or self._next.way is None:
            return
        try:
            self._next.way.advance()
        except UnreachableError as error:
            self._drop()
            self._refusal = str(error)

    def _can_start(self) -> bool:
        """Tell whether what waits is worked out, looked at, and not paused."""
        waiting = self._next
        if waiting is None or waiting.paused:
            return False
        if waiting.way is None:
            return True
        travel = waiting.way.result if waiting.way.ready else None
        return waiting.way.ready and (travel is None or travel.foreseen or not self._foresees)

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
            self._back.end(state.positions)
            self._mover = Jog(self._robot, self._envelope, self._dt, request)
            self._tracks.begin(state.positions)
        if request.grip != 0.0:
            self._tracks.mark_hand()
        self._gripper.jog(request.grip)
        self._phase = "running"

    def _retrace(self, state: MotionState, request: RetraceRequest | WayOutRequest) -> None:
        if not state.still:
            raise UnreachableError("The arm still moves: it can go back once it rests.", "Stop first, then undo.")
        self._close(state)
        way = self._back.begin(state.positions, request)
        self._drop()
        self._mover, self._next, self._phase = None, _Next(way, back=True), "running"

    def _prepared(self, state: MotionState, request: WayRequest, *, holding: bool) -> Preparation[Travel | None]:
        """Begin to work out the way, from where everything would rest; raises what can be told at once."""
        start = self._rest(state)[self._arm]
        way = Preparation(plan(self._robot, start, request, self._dt, holding=holding))
        way.advance()
        return way

    def _set_off(self, state: MotionState, following: _Next) -> None:
        """Begin ``following`` at once, or as soon as everything rests and its way is worked out."""
        moving = not state.still
        if moving and not isinstance(self._mover, Stopping):
            self._mover = Stopping(self._arm_envelope, state.part(self._arm), self._dt)
        if not moving:
            self._mover = None
            self._close(state)
        self._drop()
        self._gripper.stop()
        self._next, self._phase = following, "running"

    def _start(self, state: MotionState) -> None:
        """Begin what waits: everything rests."""
        following, self._next = self._next, None
        if following is None:
            return
        travel = following.way.result if following.way is not None else None
        if following.back:
            self._back.travels(travel)
            if travel is not None and travel.columns > self._robot.chain.dof:
                self._gripper.reset()
        else:
            self._close(state)
            self._tracks.begin(state.positions)
        self._mover = travel
        self._gripping = following.grip is not None
        if following.grip is not None:
            self._tracks.mark_hand()
            self._gripper.go(following.grip, float(state.positions[-1]))

    def _advance(self, state: MotionState) -> None:
        """Everything rests: begin what waits, or end what was."""
        if isinstance(self._mover, Jog):
            return
        if self._next is not None:
            self._mover = None
            if self._next.paused:
                self._phase = "paused"
        elif self._refusal:
            self._mover, self._phase = None, "refused"
            self._close(state)
        elif (isinstance(self._mover, Travel) and self._mover.paused) or (self._gripping and self._gripper.paused):
            self._phase = "paused"
        elif self._phase in ("running", "stopping"):
            self._phase = "done" if self._phase == "running" else "idle"
            self._mover = None
            self._close(state)

    def _close(self, state: MotionState) -> None:
        """Everything rests: what was recorded is a motion of its own; what was not undone can still be undone."""
        self._back.end(state.positions)
        self._tracks.end(state.positions)

    def _drop(self) -> None:
        """Forget what waits."""
        self._next, self._gripping, self._refusal = None, False, ""
