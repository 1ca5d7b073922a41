"""What the flight recorder keeps of one tick: every call of the supervisor with its answer, and what came of it.

In the ring a tick is one MessagePack array, since that costs a few microseconds to make; arrays of numbers are the
bytes of little-endian 64-bit floats, so nothing is rounded. `armctl.control.flight_json` makes them readable for files.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias, get_args

import msgspec
import numpy as np

from armctl.control.messages import AnyIntent, FaultReport, MotionReport
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray, JointFault, JointState

Packed: TypeAlias = bytes
"""An array (n,) of 64-bit floats, as it lies in memory."""


class Reading(msgspec.Struct, array_like=True, gc=False):
    """A `JointState`; attributes as there."""

    stamp: float
    positions: Packed
    velocities: Packed
    efforts: Packed
    temperatures: Packed
    voltages: Packed
    stamps: Packed
    fresh: list[bool]
    faults: list[int]
    torque_on: bool

    @classmethod
    def of(cls, state: JointState) -> Reading:
        """Return a copy of ``state``."""
        return cls(
            state.stamp,
            state.positions.tobytes(),
            state.velocities.tobytes(),
            state.efforts.tobytes(),
            state.temperatures.tobytes(),
            state.voltages.tobytes(),
            state.stamps.tobytes(),
            state.fresh.tolist(),
            [int(fault) for fault in state.faults],
            state.torque_on,
        )

    def state(self) -> JointState:
        """Return the state it was made of, bit for bit."""
        return JointState(
            self.stamp,
            array(self.positions),
            array(self.velocities),
            array(self.efforts),
            array(self.temperatures),
            array(self.voltages),
            array(self.stamps),
            np.array(self.fresh, dtype=np.bool_),
            tuple(JointFault(fault) for fault in self.faults),
            self.torque_on,
        )


class Call(msgspec.Struct, array_like=True, gc=False, tag=True, kw_only=True):
    """One call of the supervisor.

    Attributes:
        after: The mode when it returned.
        raised: Name of the exception it ended with; empty mostly.
    """

    after: str = ""
    raised: str = ""


class Accept(Call, array_like=True, gc=False, tag="accept", kw_only=True):
    """`Supervisor.accept`; ``answer`` is "" when the intent counts."""

    sequence: int
    epoch: int
    deadline: float
    now: float
    sender: str
    answer: str = ""


class Event(Call, array_like=True, gc=False, tag="event", kw_only=True):
    """`Supervisor.event`."""

    event: str
    now: float
    detail: str


class Report(Call, array_like=True, gc=False, tag="report", kw_only=True):
    """`Supervisor.report` of a `Finding`."""

    code: str
    joint: str
    value: float
    limit: float
    detail: str
    now: float


class BeginStopTest(Call, array_like=True, gc=False, tag="begin_stop_test", kw_only=True):
    """`Supervisor.begin_stop_test`."""

    now: float
    answer: str = ""


class StopPressed(Call, array_like=True, gc=False, tag="stop_pressed", kw_only=True):
    """`Supervisor.stop_pressed`."""

    pressed_at: float
    now: float
    answer: str = ""


class Observe(Call, array_like=True, gc=False, tag="observe", kw_only=True):
    """`Supervisor.observe`."""

    reading: Reading
    now: float


class ObserveScene(Call, array_like=True, gc=False, tag="observe_scene", kw_only=True):
    """`Supervisor.observe_scene`."""

    scene: SceneState


class Grip(Call, array_like=True, gc=False, tag="grip", kw_only=True):
    """`Supervisor.grip`."""

    holding: bool


class Holding(Call, array_like=True, gc=False, tag="holding", kw_only=True):
    """`Supervisor.holding`; ``held`` as `armctl.control.flight_state.freeze_value` makes it."""

    held: Any


class Barriers(Call, array_like=True, gc=False, tag="barriers", kw_only=True):
    """`Supervisor.barriers`; of the k barriers ``gradients`` are (k · n,) [m/rad] and ``speeds`` (k,) [m/s]."""

    positions: Packed
    gradients: Packed = b""
    speeds: Packed = b""


class Advise(Call, array_like=True, gc=False, tag="advise", kw_only=True):
    """`Supervisor.advise`; ``speed`` in m/s."""

    positions: Packed
    speed: float = 0.0


class Approve(Call, array_like=True, gc=False, tag="approve", kw_only=True):
    """`Supervisor.approve` and its verdict.

    Attributes:
        positions: What was asked for [rad].
        velocities: How fast [rad/s].
        reading: The state it was judged by; None for the one observed last.
        now: The time [s].
        speeds: Of an approval, the largest speeds [rad/s]; empty for a refusal.
        sequence: Of an approval.
        epoch: Of an approval.
        deadline: Of an approval [s].
        code: Of a refusal.
        reason: Of a refusal.
    """

    positions: Packed
    velocities: Packed
    reading: Reading | None
    now: float
    speeds: Packed = b""
    sequence: int = 0
    epoch: int = 0
    deadline: float = 0.0
    code: str = ""
    reason: str = ""

    @property
    def approved(self) -> bool:
        """True for an approval."""
        return bool(self.speeds)


AnyCall: TypeAlias = (
    Accept
    | Event
    | Report
    | BeginStopTest
    | StopPressed
    | Observe
    | ObserveScene
    | Grip
    | Holding
    | Barriers
    | Advise
    | Approve
)
CALLS: Final[tuple[type[Call], ...]] = get_args(AnyCall)


class Tick(msgspec.Struct, array_like=True, gc=False, kw_only=True):
    """One tick of control.

    Attributes:
        number: Number of the tick.
        stamp: When it ended [s, monotonic].
        lateness: How long after its deadline it began [s].
        missed: Ticks skipped since the start.
        row: Ticks skipped in a row.
        asleep: Time the computer was suspended before it [s].
        before: The mode before.
        mode: The mode after.
        epoch: The epoch after.
        code: Code of the latched fault, or "".
        fault: The latched fault in words, in the tick in which it changed; else None.
        tool: Measured pose of the tool in the base frame, position [m] and quaternion x, y, z, w.
        tool_speed: Its measured speed [m/s].
        motion: How the newest motion fares.
        refused: The newest refusal.
        notice: What the person was told.
        beats: Heartbeats of the screen heard.
        heard: What else was heard, in order.
        calls: Every call of the supervisor since the tick before, in order.
    """

    number: int
    stamp: float
    lateness: float
    missed: int
    row: int
    asleep: float
    before: str
    mode: str
    epoch: int
    code: str
    fault: FaultReport | None
    tool: tuple[float, ...]
    tool_speed: float
    motion: MotionReport
    refused: MotionReport
    notice: str
    beats: int
    heard: list[AnyIntent]
    calls: list[AnyCall]


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Tick)


def encode(tick: Tick) -> bytes:
    """Return the bytes of one tick for the ring."""
    return _ENCODER.encode(tick)


def decode(payload: bytes) -> Tick:
    """Return the tick of `encode`.

    Raises:
        msgspec.MsgspecError: These are not the bytes of a tick.
    """
    return _DECODER.decode(payload)


def encode_any(value: Any) -> bytes:
    """Return MessagePack of a tree of plain values."""
    return _ENCODER.encode(value)


def array(packed: Packed) -> FloatArray:
    """Return the numbers of a packed array, its own copy."""
    return np.frombuffer(packed, dtype=np.float64).copy()
