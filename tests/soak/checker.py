"""The independent checker: hears everything on the wire and says what was unsafe.

It shares no code with the supervisor, nor with anything else of armctl: limits come from the TOML files, geometry from
the URDF, goals from the bytes, and when the arm may move it works out itself from what the person asked for. It is
told:

* `written` and `answered`: bytes on the wire, with the time; `reading`: what the servos' registers say of their places;
* `asked`: each intent when it reached control, `beat` each sign of life of screen and guard;
* `told`: what control says of itself. That can only take permission away, never give it.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.soak.facts import STEPS, Body, Facts
from tests.soak.frames import (
    ACCELERATION,
    CALIBRATE,
    EEPROM_END,
    GOAL,
    RECOVERY,
    RESET,
    SPEED,
    TORQUE,
    TORQUE_LIMIT,
    Frame,
    Stream,
    Write,
    writes_of,
)
from tests.soak.licence import Licence
from tests.soak.path import Path

STEP = 2.0 * math.pi / STEPS
RESTING = 0.03
"""A goal so near to where the servo stands [rad] only keeps it there."""
HOLDS, HOLDS_ARMED = 6, 25
"""So often within a second goals may be put where the servos stand; more would be creeping."""
ABOVE_CAP = 1.6
"""No servo may ever be let turn faster [rad/s]."""
SERVO_SHARE = 1.12
"""Share of a joint's largest speed that a servo may be let use: it must make up for its lag."""
OVERLOAD = 0x20
"""Status bit after which torque may go off: only that ends a servo's own protection, in which it is limp already."""
BLIND = 0.1
"""Without an answer of a servo for so long [s] nothing may move."""
KEPT = 3.0
"""How much of what happened is kept for the report [s]."""


@dataclass(frozen=True)
class Violation:
    """Something unsafe: when [s], against which rule, and what."""

    at: float
    rule: str
    what: str


class Checker:
    """See the module's description.

    Args:
        facts: Arm and scene.
        body: The arm's shapes.
        jitter: How much later than on the wire bytes may be seen [s].
    """

    RULES = (
        "frame",
        "position",
        "speed",
        "acceleration",
        "burst",
        "servo-speed",
        "tool-speed",
        "slow-near-head",
        "start-up",
        "zone",
        "unarmed",
        "uncommanded",
        "stop",
        "silence",
        "blind",
        "torque",
        "eeprom",
        "replay",
        "latch",
        "armed",
    )
    """Every rule's name. The first ones are about goals, the others about what may happen when."""

    def __init__(self, facts: Facts, body: Body, jitter: float = 0.0) -> None:
        self.violations: list[Violation] = []
        self.counts: Counter[str] = Counter()
        self.recent: deque[tuple[float, str]] = deque()
        self._facts = facts
        self._by_servo = {joint.servo: index for index, joint in enumerate(facts.joints)}
        self._jitter = jitter
        self._lower = np.array([joint.lower for joint in facts.joints])
        self._upper = np.array([joint.upper for joint in facts.joints])
        self._out, self._in = Stream(), Stream()
        self._broken = 0
        self._goals: np.ndarray | None = None
        self._seen = np.full(len(facts.joints), np.nan)
        self._reading: np.ndarray | None = None
        self._answered_at: dict[int, float] = {}
        self._status: dict[int, int] = {}
        self._torque: dict[int, bool] = {}
        self._holds: deque[float] = deque()
        self._was_armed = False
        self._told: dict[str, Any] = {}
        self._path = Path(facts, body, self._wrong, jitter)
        self.licence = Licence(facts, self._wrong, jitter)

    # -- what it hears ---------------------------------------------------------------------------------------------

    def reading(self, now: float, steps: list[int]) -> None:
        """Take the places in the servos' registers [step]."""
        angles = [joint.angle(step) for joint, step in zip(self._facts.joints, steps, strict=True)]
        self._reading = np.array([_near(angle, self._lower[i], self._upper[i]) for i, angle in enumerate(angles)])
        self._path.stands(self._reading)

    def written(self, now: float, data: bytes) -> None:
        """Take bytes from the host to the servos."""
        self.counts["writes"] += 1
        frames = self._out.feed(data)
        if self._out.broken > self._broken:
            self._broken = self._out.broken
            self._wrong(now, "frame", f"bytes that are no frame: {data.hex(' ')}")
        for frame in frames:
            self._look(now, frame)
        self.passes(now)

    def answered(self, now: float, data: bytes) -> None:
        """Take bytes from the servos to the host, with all that is wrong with them."""
        for frame in self._in.feed(data):
            if frame.servo in self._by_servo:
                self._answered_at[frame.servo] = now
                self._status[frame.servo] = frame.code

    def asked(self, now: float, intent: dict[str, Any]) -> None:
        """Take an intent that reached control."""
        self.note(now, f"asked {intent}")
        self.licence.asked(now, intent)

    def told(self, now: float, snapshot: dict[str, Any]) -> None:
        """Take what control says: mode, epoch, fault, motion (sequence and phase)."""
        if snapshot != self._told:
            self.note(now, f"told {snapshot}")
        self._told = snapshot
        self.licence.told(now, snapshot)
        if snapshot["mode"] not in {"ready", "moving", "stopping"}:
            self._path.disarmed()

    def power_lost(self, servo: int) -> None:
        """A servo's supply went and came: it has no torque now."""
        self._torque[servo] = False

    def passes(self, now: float) -> None:
        """Look at what must have happened by now."""
        self.licence.passes(now)
        while self.recent and self.recent[0][0] < now - KEPT:
            self.recent.popleft()

    # -- frames ----------------------------------------------------------------------------------------------------

    def _look(self, now: float, frame: Frame) -> None:
        if frame.code in {RECOVERY, RESET, CALIBRATE}:
            self._wrong(now, "eeprom", f"instruction {frame.code:#x} to servo {frame.servo}")
        goals: dict[int, int] = {}
        for write in writes_of(frame):
            self._look_at_registers(now, write)
            goal = write.value(GOAL)
            if goal is not None:
                goals[self._by_servo[write.servo]] = goal
                self._torque[write.servo] = True
                self._look_at_servo_speed(now, write)
        if goals:
            self._look_at_goals(now, goals)

    def _look_at_registers(self, now: float, write: Write) -> None:
        torque = write.value(TORQUE)
        if torque is not None:
            self.note(now, f"torque of servo {write.servo} = {torque}")
            if torque != 1 and not self._status.get(write.servo, 0) & OVERLOAD and self._torque.get(write.servo):
                self._wrong(now, "torque", f"torque of servo {write.servo} switched to {torque}")
            self._torque[write.servo] = torque == 1
        limit = write.value(TORQUE_LIMIT)
        if limit is not None and not 0 < limit <= 1000:
            self._wrong(now, "torque", f"torque limit of servo {write.servo} set to {limit}")
        if write.address < EEPROM_END and self._torque.get(write.servo):
            self._wrong(now, "eeprom", f"register {write.address} of servo {write.servo} written under torque")

    def _look_at_servo_speed(self, now: float, write: Write) -> None:
        joint = self._facts.joints[self._by_servo[write.servo]]
        speed, rate = write.value(SPEED), write.value(ACCELERATION)
        largest = min(SERVO_SHARE * joint.speed, ABOVE_CAP) + STEP
        if speed is None or not 0 < speed * STEP <= largest:
            self._wrong(now, "servo-speed", f"{joint.name} is let turn at {speed} steps/s")
        if rate is None or not 0 < rate <= 254:
            self._wrong(now, "servo-speed", f"{joint.name} gets acceleration {rate}")

    def _look_at_goals(self, now: float, rows: dict[int, int]) -> None:
        before = self._goals
        wanted = np.full(len(self._facts.joints), np.nan) if before is None else before.copy()
        for index, step in rows.items():
            wanted[index] = self._facts.joints[index].angle(step)
        self._goals = wanted
        if np.isnan(wanted).any():
            return
        changed = before is None or bool((wanted != before).any())
        self.counts["set-points"] += 1
        self._look_at_position(now, wanted, before)
        if before is None or np.isnan(before).any():
            self._path.begins(now, wanted)
            return
        rests = self._rests(wanted, before)
        if changed:
            self.counts["changes"] += 1
            self.note(now, f"goals {np.round(wanted, 4).tolist()}{' (where it stands)' if rests else ''}")
        if self.licence.armed != self._was_armed:
            self._was_armed = self.licence.armed
            self._holds.clear()
        if not self.licence.armed:
            self._look_at_hold(now, changed=changed, rests=rests)
            self._path.begins(now, wanted)
            return
        if changed:
            self._look_for_answers(now)
        covered = self.licence.covered(now)
        moved, anew = self._path.goes_on(now, wanted, rows.keys(), rests=rests, covered=covered)
        if anew:
            self._look_at_hold(now, changed=True, rests=True)
        self.licence.moved(now, wanted, moved=moved, anew=anew)

    def _look_at_position(self, now: float, wanted: np.ndarray, before: np.ndarray | None) -> None:
        here = np.clip(wanted, self._lower, self._upper) if self._reading is None else self._reading
        outside = (here < self._lower) | (here > self._upper)
        # A joint that was pushed outside may be held there, and pulled back.
        low, high = np.minimum(self._lower, here - RESTING * outside), np.maximum(self._upper, here + RESTING * outside)
        if before is not None:
            low, high = np.fmin(low, before), np.fmax(high, before)
        for index in np.flatnonzero((wanted < low - STEP) | (wanted > high + STEP)):
            joint = self._facts.joints[index]
            self._wrong(now, "position", f"{joint.name} is sent to {wanted[index]:.4f}")

    def _rests(self, wanted: np.ndarray, before: np.ndarray) -> bool:
        """Tell whether every goal that changed only keeps its servo where it stands, or comes back towards it."""
        if self._reading is None:
            return False
        changed = wanted != before
        near = np.abs(wanted - self._reading) <= RESTING
        low, high = np.minimum(before, self._reading) - 2 * STEP, np.maximum(before, self._reading) + 2 * STEP
        return bool((~changed | near | ((wanted >= low) & (wanted <= high))).all())

    def _look_at_hold(self, now: float, *, changed: bool, rests: bool) -> None:
        """An arm may be held where it stands now and then; one that is not armed may do nothing else."""
        if not changed:
            return
        while self._holds and self._holds[0] < now - 1.0:
            self._holds.popleft()
        self._holds.append(now)
        if not rests:
            self._wrong(now, "unarmed", f"goals {np.round(self._goals, 3).tolist()} while not armed")
        elif len(self._holds) > (HOLDS_ARMED if self.licence.armed else HOLDS):
            self._wrong(now, "unarmed", f"held anew {len(self._holds)} times within a second")

    def _look_for_answers(self, now: float) -> None:
        for servo, index in self._by_servo.items():
            if now - self._answered_at.get(servo, -math.inf) > BLIND + self._jitter:
                name = self._facts.joints[index].name
                self._wrong(now, "blind", f"moves, though {name} has not answered for {BLIND} s")
                self._answered_at[servo] = now

    # -- what it says ----------------------------------------------------------------------------------------------

    def _wrong(self, now: float, rule: str, what: str) -> None:
        self.violations.append(Violation(now, rule, what))
        self.note(now, f"VIOLATION of {rule}: {what}")

    def note(self, now: float, what: str) -> None:
        """Keep ``what`` happened for the report."""
        self.recent.append((now, what))

    def story(self) -> str:
        """Return what happened in the last seconds, a line each."""
        return "\n".join(f"{at:12.4f} {what}" for at, what in self.recent)


def _near(angle: float, lower: float, upper: float) -> float:
    """Return ``angle`` plus whole turns, nearest to the middle of the joint's travel."""
    middle = 0.5 * (lower + upper)
    return middle + math.remainder(angle - middle, 2.0 * math.pi)
