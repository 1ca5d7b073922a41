"""What the processes say to each other: small typed structs, one datagram each.

Towards control go intents: each with a sequence number that only grows, the epoch it was meant for, and a deadline
after which it is void. From control comes one `Snapshot` a tick. A reader takes the newest and forgets the others.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from armctl.hal.scene import Pose7, SceneState

Frame: TypeAlias = Literal["base", "tool"]
Path: TypeAlias = Literal["joint", "line", "arc"]
"""joint: shortest in joint space. line: straight. arc: around the base's upright axis, distance and height blended."""

Vector: TypeAlias = tuple[float, float, float]


class Intent(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """What every intent carries.

    Attributes:
        sequence: Grows with every intent of one sender.
        epoch: Epoch the sender saw last; an intent of another epoch is refused.
        deadline: After this it is void [s, monotonic].
        pressed_at: When the person acted [s, monotonic]; 0 when no press stands behind it.
    """

    sequence: int
    epoch: int
    deadline: float
    pressed_at: float = 0.0


class Heartbeat(Intent, frozen=True, tag=True):
    """The sender's main loop still turns; asks for nothing."""


class Enable(Intent, frozen=True, tag=True):
    """Begin arming: torque on, then the stop test."""


class StopTest(Intent, frozen=True, tag=True):
    """The person pressed stop for the stop test: arming completes when it came fast enough."""


class ClearFault(Intent, frozen=True, tag=True):
    """The person, or staff, has seen the latched fault and wants to arm again."""


class Stop(Intent, frozen=True, tag=True):
    """Come to rest. Valid in every epoch, at any time, never refused.

    Attributes:
        reason: Why, for the record: "input", "task", "closing"; "spasm" and "stop_line" latch a fault.
    """

    reason: str = "input"


class Jog(Intent, frozen=True, tag=True):
    """Hold-to-move: must be repeated before its deadline, or the arm comes to rest.

    Attributes:
        linear: Share of the allowed tool speed along x, y, z, each -1 to 1.
        angular: Share of the allowed turn speed about x, y, z, each -1 to 1.
        grip: Share of the gripper's speed, -1 closing to 1 opening.
        frame: Frame of both vectors.
        speed: The person's speed setting, share of the arm's allowed speed, 0 to 1.
    """

    linear: Vector = (0.0, 0.0, 0.0)
    angular: Vector = (0.0, 0.0, 0.0)
    grip: float = 0.0
    frame: Frame = "base"
    speed: float = 0.6


class MoveBy(Intent, frozen=True, tag=True):
    """One bounded step of the tool.

    Attributes:
        translation: Way along x, y, z [m], at most 50 mm.
        rotation: Rotation vector [rad], at most 0.5.
        frame: Frame of both vectors.
        speed: Share of the arm's allowed speed, 0 to 1.
    """

    translation: Vector = (0.0, 0.0, 0.0)
    rotation: Vector = (0.0, 0.0, 0.0)
    frame: Frame = "base"
    speed: float = 0.6


class MoveJoints(Intent, frozen=True, tag=True):
    """Go to joint angles.

    Attributes:
        positions: Angles without the gripper [rad].
        speed: Share of the arm's allowed speed, 0 to 1.
    """

    positions: tuple[float, ...]
    speed: float = 0.6


class MoveTool(Intent, frozen=True, tag=True):
    """Bring the tool point to a position.

    Attributes:
        position: Where, in the base frame [m].
        level: Keep the tool's up axis upright on the whole way, so that a held cup does not spill.
        path: Shape of the way.
        speed: Share of the arm's allowed speed, 0 to 1.
        quaternion: Orientation x, y, z, w to reach; None leaves free what ``level`` does not fix.
        via: Points to pass without stopping, corners rounded within 20 mm [m]; for lines and arcs.
        may_tilt: Where the tool cannot be kept level, go all the same and say so, unless something is held.
    """

    position: Vector
    level: bool = True
    path: Path = "line"
    speed: float = 0.6
    quaternion: tuple[float, float, float, float] | None = None
    via: tuple[Vector, ...] = ()
    may_tilt: bool = False


class MoveWay(Intent, frozen=True, tag=True):
    """Follow a way that was worked out before, around what stands between.

    Attributes:
        points: Angles without the gripper, dof values each [rad]; the first is where the arm is, or near.
        speed: Share of the arm's allowed speed, 0 to 1.
    """

    points: tuple[tuple[float, ...], ...]
    speed: float = 0.6


class Grip(Intent, frozen=True, tag=True):
    """Move the gripper.

    Attributes:
        opening: 0 closed to 1 open. Closing ends early, and well, when something is held.
    """

    opening: float


class Pause(Intent, frozen=True, tag=True):
    """Come to rest on the way; `Resume` goes on."""


class Resume(Intent, frozen=True, tag=True):
    """Go on with the paused motion."""


class Record(Intent, frozen=True, tag=True):
    """Write what the flight recorder holds to a file; the arm does what it does."""


class Undo(Intent, frozen=True, tag=True):
    """Go back along the way of the last motion.

    Attributes:
        speed: Share of the arm's allowed speed, 0 to 1.
        hand: Move the gripper back, too, where the motion moved it: jaws that closed on something open again.
    """

    speed: float = 0.6
    hand: bool = True


class WayOut(Intent, frozen=True, tag=True):
    """Go back along the whole way the arm came, slowly; the gripper stays as it is.

    Attributes:
        speed: Share of the arm's allowed speed, 0 to 1.
    """

    speed: float = 0.35


AnyIntent: TypeAlias = (
    Heartbeat
    | Enable
    | StopTest
    | ClearFault
    | Stop
    | Jog
    | MoveBy
    | MoveJoints
    | MoveTool
    | MoveWay
    | Grip
    | Pause
    | Resume
    | Undo
    | WayOut
    | Record
)

Mode: TypeAlias = Literal["disconnected", "disarmed", "stop_test", "ready", "moving", "stopping", "fault"]
"""The supervisor's states, see ``armctl.safety.states``."""

MotionPhase: TypeAlias = Literal["idle", "running", "paused", "done", "stopped", "refused"]


class MotionReport(msgspec.Struct, frozen=True):
    """How the newest motion fares.

    Attributes:
        sequence: Sequence number of the intent that asked for it; 0 before the first.
        kind: Name of that intent's class, lower case.
        phase: Where it is in its life.
        reason: Why it was stopped or refused, in plain words.
        progress: 0 to 1.
        remaining: Time left [s]; 0 when unknown.
        estimate: Time the whole motion takes, as told before it began [s]; 0 when unknown.
    """

    sequence: int = 0
    kind: str = ""
    phase: MotionPhase = "idle"
    reason: str = ""
    progress: float = 0.0
    remaining: float = 0.0
    estimate: float = 0.0


class FaultReport(msgspec.Struct, frozen=True):
    """A latched fault, in plain words.

    Attributes:
        code: Key in ``armctl.safety.faults``.
        title: What stopped, in a few words.
        message: What happened.
        remedy: What to do.
        who: Who can do it: "user", "carer" or "technician".
    """

    code: str
    title: str
    message: str
    remedy: str
    who: str


class Snapshot(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """What control knows after one tick.

    Attributes:
        tick: Number of the tick.
        stamp: When [s, monotonic].
        epoch: Present epoch.
        mode: Supervisor state.
        fault: The latched fault, or None.
        arm: Name of the arm.
        real: True when a real arm is connected.
        joints: Names of the n joints, gripper last.
        positions: Measured angles, n values [rad].
        commanded: Last approved set-point, n values [rad].
        ahead: Where the motion that is under way or about to begin ends, n values [rad]; where a person leads the arm,
            where it would be half a second on. Empty when it goes nowhere, or that is not worked out yet.
        tool: Measured pose of the tool point in the base frame.
        tool_speed: Measured speed of the tool point [m/s].
        opening: Gripper opening, 0 to 1.
        holding: True when the gripper seems to hold something.
        motion: How the newest motion fares.
        notice: Why the arm goes slower than asked, or is about to stop; empty when nothing is to be said.
        temperatures: n values [°C]; NaN where not measured.
        voltage: Lowest supply voltage [V]; NaN where not measured.
        stale: Names of joints that did not answer in this tick.
        undo: How many motions can be undone; with one or more the way out is known, too.
        stuck: The last motion ended because something was in the way: a limit, a zone, a fault.
        missed_ticks: Ticks skipped since the start.
        lateness: Lateness of this tick [s].
        realtime: What was told about real-time rights at the start; empty when all were granted.
        stop_latency: Result of the last stop test, press to first held set-point [s]; 0 when none.
        scene: What a simulator reports of the surroundings, or None.
        refused: The newest intent that was refused, and why; a running motion is not disturbed by it.
    """

    tick: int
    stamp: float
    epoch: int
    mode: Mode
    fault: FaultReport | None
    arm: str
    real: bool
    joints: tuple[str, ...]
    positions: tuple[float, ...]
    commanded: tuple[float, ...]
    tool: Pose7
    ahead: tuple[float, ...] = ()
    tool_speed: float = 0.0
    opening: float = 0.0
    holding: bool = False
    motion: MotionReport = MotionReport()
    notice: str = ""
    temperatures: tuple[float, ...] = ()
    voltage: float = 0.0
    stale: tuple[str, ...] = ()
    undo: int = 0
    stuck: bool = False
    missed_ticks: int = 0
    lateness: float = 0.0
    realtime: str = ""
    stop_latency: float = 0.0
    scene: SceneState | None = None
    refused: MotionReport = MotionReport()


class PeerGone(msgspec.Struct, frozen=True, tag=True):
    """From the guard: another process is gone.

    Attributes:
        process: "ui" or "control".
        message: What happened, in plain words.
    """

    process: str
    message: str


class Restart(msgspec.Struct, frozen=True, tag=True):
    """To the guard: start ``process`` again. It never starts into motion."""

    process: str


class Shutdown(msgspec.Struct, frozen=True, tag=True):
    """To or from the guard: end everything in order, the arm holding still."""

    reason: str = ""


class Alive(msgspec.Struct, frozen=True, tag=True):
    """To the guard: the sender's main loop turned just now.

    Attributes:
        stamp: When [s, monotonic].
    """

    stamp: float = 0.0


class NewLink(msgspec.Struct, frozen=True, tag=True):
    """From the guard: the other process was started again, talk to it over these instead.

    The descriptors travel beside the message; the numbers in it are the receiver's own.

    Attributes:
        link_fd: The datagram socket.
        alive_fd: The pipe whose end tells that the other process is gone.
    """

    link_fd: int = -1
    alive_fd: int = -1


GuardMessage: TypeAlias = Alive | PeerGone | Restart | Shutdown | NewLink
