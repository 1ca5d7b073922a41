"""The gripper: to an opening, by hand, or just behind what it holds."""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from armctl.motion.jerk import MotionState, PositionControl, SpeedControl
from armctl.motion.ramp import rest_to_rest
from armctl.motion.travel import Stride

SQUEEZE_SHARE: Final = 0.3
"""A held object is pressed by a goal this share of the configured following error behind it: enough for a servo to push
with, and not taken for a blocked joint."""
SETTLING_SPEED: Final = 0.15
"""Speed at which the goal follows a held object [rad/s]; less than the supervisor grants the gripper of an arm that
stands."""
APPROACH: Final = 4.0
"""Speed towards a limit per distance from it while moved by hand [1/s]."""
BRAKING_SHARE: Final = 0.4
"""Share of the acceleration that slowing down before a limit counts on."""
ARRIVED: Final = 1e-6
"""Goal and gripper are this near at the end [rad]."""


class Gripper:
    """The last joint; all states have shape (1,).

    Args:
        config: The arm.
        dt: Time between two set-points [s].
    """

    def __init__(self, config: ArmConfig, dt: float) -> None:
        self._joint = config.joints[-1]
        self._squeeze = SQUEEZE_SHARE * self._joint.following_error
        self._closing = float(np.sign(config.gripper.closed - config.gripper.open))
        self._ends = sorted((config.gripper.closed, config.gripper.open))
        self._position = PositionControl(dt)
        self._speed = SpeedControl(1, dt, together=False)
        self._acceleration = np.array([self._joint.max_acceleration])
        self._jerk = np.array([self._joint.max_jerk])
        self._goal: float | None = None
        self._share = 0.0
        self._start = 0.0
        self._left = 0.0
        self._dt = dt
        self.holding = False
        self.paused = False

    @property
    def remaining(self) -> float:
        """Estimated time to the goal [s]; 0 without one."""
        return self._left if self._goal is not None else 0.0

    def reset(self) -> None:
        """Forget everything; stay where it is."""
        self._goal, self._share, self.holding, self.paused = None, 0.0, False, False

    def go(self, angle: float, now: float) -> None:
        """Go to joint ``angle`` from ``now`` [rad]."""
        self._goal, self._start, self._share, self.holding = angle, now, 0.0, False
        self.paused = False
        joint = self._joint
        self._left = rest_to_rest(abs(angle - now), joint.max_speed, joint.max_acceleration, joint.max_jerk)

    def jog(self, share: float) -> None:
        """Move by hand: ``share`` of the largest speed, -1 closing to 1 opening."""
        if share != 0.0:
            self.holding = False
        if not self.holding:
            self._goal = None
        self._share = -self._closing * share

    def stop(self) -> None:
        """Come to rest; what is held stays held by where the gripper rests."""
        self._goal, self._share, self.paused = None, 0.0, False

    def pause(self) -> None:
        """Come to rest on the way to the goal, and wait for `resume`; what is held meanwhile is not pressed harder."""
        self.paused = True

    def resume(self) -> None:
        """Go on to the goal."""
        self.paused = False

    def contact(self, measured: float, now: float) -> None:
        """The jaws are blocked at ``measured`` [rad]: from now on stay just behind, at most by the squeeze.

        Heard only when ``now`` [rad], where the gripper is commanded, is on the closing side of that, and not while it
        opens.
        """
        if (now - measured) * self._closing <= 0.0 or self._opens(now):
            return
        behind = measured + self._closing * self._squeeze
        # Never press more than what was commanded already when the contact came.
        nearer = min if self._closing > 0.0 else max
        wanted = behind if self.holding else nearer(behind, now if self._goal is None else self._goal)
        if not self.holding:
            self._start = now
        self._goal = min(max(wanted, self._ends[0]), self._ends[1])
        self._share, self.holding = 0.0, True

    def closes(self, speed: float) -> bool:
        """Tell whether ``speed`` [rad/s] of the joint closes the jaws."""
        return speed * self._closing > 0.0

    def _opens(self, now: float) -> bool:
        way = self._share if self._goal is None else self._goal - now
        return not self.holding and way * self._closing < 0.0

    def step(self, state: MotionState, tool_speed: float) -> Stride:
        """Return the next tick; the gripper's does not depend on ``tool_speed``, the tool's allowed one [m/s]."""
        # What was met is settled on even in a pause, or the jaws would go on pressing as hard as they just were.
        if self._goal is None or (self.paused and not self.holding):
            moved = self._speed.step(state, self._hand_speed(state), self._acceleration, self._jerk)
            return Stride(
                moved,
                self._progress(moved),
                self._left if self.paused else 0.0,
                done=self._share == 0.0 and moved.still,
            )
        speed = min(self._joint.max_speed, SETTLING_SPEED) if self.holding else self._joint.max_speed
        moved = self._position.step(state, self._goal, speed, self._joint.max_acceleration, self._joint.max_jerk)
        arrived = moved.still and abs(self._goal - float(moved.positions[0])) < ARRIVED
        self._left = max(0.0, self._left - self._dt)
        return Stride(moved, self._progress(moved), 0.0 if arrived else self._left, done=arrived)

    def _progress(self, state: MotionState) -> float:
        """Return how much of the way to the goal is done, 0 to 1; 0 without a goal."""
        if self._goal is None:
            return 0.0
        whole = abs(self._goal - self._start)
        rest = abs(self._goal - float(state.positions[0]))
        return 1.0 if whole < ARRIVED else min(1.0, max(0.0, 1.0 - rest / whole))

    def _hand_speed(self, state: MotionState) -> FloatArray:
        if self._share == 0.0:
            return np.zeros(1)
        position = float(state.positions[0])
        room = max(0.0, self._ends[1] - position if self._share > 0.0 else position - self._ends[0])
        approach = min(APPROACH * room, float(np.sqrt(2.0 * BRAKING_SHARE * self._joint.max_acceleration * room)))
        speed = min(abs(self._share) * self._joint.max_speed, approach)
        return np.array([speed if self._share > 0.0 else -speed])
