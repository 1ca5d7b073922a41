"""The snapshot that tells everybody else how things are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from armctl.control.loop import Beat
from armctl.control.messages import FaultReport, MotionReport, Snapshot
from armctl.hal.arm import ArmInfo
from armctl.hal.scene import Pose7, SceneState
from armctl.hal.state import FloatArray, JointState
from armctl.kinematics.jacobian import jacobian
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import pose7
from armctl.safety.faults import Fault
from armctl.safety.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class View:
    """What a tick adds to what the supervisor knows.

    Attributes:
        beat: When the tick came.
        commanded: Shape (n,), last approved set-point [rad]; None before the first.
        ahead: Where the arm is going, shape (n,) [rad]; None where it goes nowhere.
        holding: Something seems to be held.
        motion: How the newest motion fares.
        refused: The newest refusal.
        notice: What to tell besides what the supervisor tells.
        undo: How many motions can be undone.
        stuck: The last motion ended because something was in the way.
        scene: What a simulator reports.
        linked: The arm answers.
    """

    beat: Beat
    commanded: FloatArray | None
    ahead: FloatArray | None
    holding: bool
    motion: MotionReport
    refused: MotionReport
    notice: str
    undo: int
    stuck: bool
    scene: SceneState | None
    linked: bool


class Reporter:
    """Makes snapshots.

    Args:
        info: Who the arm is.
        robot: Its geometry.

    Attributes:
        realtime: What was told about real-time rights at the start.
    """

    def __init__(self, info: ArmInfo, robot: RobotModel) -> None:
        self._info = info
        self._robot = robot
        self.realtime = ""
        self._tick = 0
        self._tool: Pose7 = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
        self._tool_speed = 0.0

    def measure(self, state: JointState) -> None:
        """Work out where the tool is and how fast it moves, from what the arm reports."""
        self._tool = pose7(self._robot.tool_pose(state.positions))
        chain = self._robot.chain
        twist = jacobian(chain, state.positions[: chain.dof]) @ state.velocities[: chain.dof]
        self._tool_speed = float(np.linalg.norm(twist[:3]))

    def snapshot(self, now: float, state: JointState | None, supervisor: Supervisor, view: View) -> Snapshot:
        """Return the snapshot of this tick, at ``now`` [s]; ``state`` is the last reading, None before the first."""
        self._tick += 1
        n = len(self._info.joints)
        measured = tuple(state.positions.tolist()) if state is not None else (0.0,) * n
        return Snapshot(
            tick=self._tick,
            stamp=now,
            epoch=supervisor.epoch,
            mode=supervisor.mode.value,
            fault=_fault(supervisor.fault),
            arm=self._info.name,
            real=self._info.capabilities.real,
            joints=self._info.joints,
            positions=measured,
            commanded=measured if view.commanded is None else tuple(view.commanded.tolist()),
            ahead=() if view.ahead is None else tuple(view.ahead.tolist()),
            tool=self._tool,
            tool_speed=self._tool_speed if view.linked else 0.0,
            opening=self._robot.gripper_opening(measured[-1]),
            holding=view.holding,
            motion=view.motion,
            notice=_notice(supervisor, view),
            temperatures=tuple(state.temperatures.tolist()) if state is not None else (math.nan,) * n,
            voltage=_lowest(state),
            stale=self._stale(state, linked=view.linked),
            undo=view.undo,
            stuck=view.stuck,
            missed_ticks=view.beat.missed,
            lateness=view.beat.lateness,
            realtime=self.realtime,
            stop_latency=supervisor.stop_latency,
            scene=view.scene,
            refused=view.refused,
        )

    def _stale(self, state: JointState | None, *, linked: bool) -> tuple[str, ...]:
        if state is None or not linked:
            return self._info.joints
        return state.missing(self._info.joints)


def _notice(supervisor: Supervisor, view: View) -> str:
    """Return why the arm came to rest, else what a push by hand met, else why it goes slower."""
    if supervisor.slows and view.notice and view.motion.kind == "jog":
        return view.notice
    return supervisor.notice or view.notice


def _fault(fault: Fault | None) -> FaultReport | None:
    if fault is None:
        return None
    return FaultReport(str(fault.code), fault.title, fault.message, fault.remedy, fault.who)


def _lowest(state: JointState | None) -> float:
    """Return the lowest supply voltage [V] that was measured, NaN when none was."""
    measured = [] if state is None else [value for value in state.voltages.tolist() if not math.isnan(value)]
    return min(measured, default=math.nan)
