"""Torque: how it comes on without a jump, which goal a joint keeps, and who has lost it without being told to.

A goal write by itself switches torque on, so goals go to no servo of which it is not known that it holds already.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Final

from armctl.config.arm import ArmConfig
from armctl.errors import HardwareError
from armctl.hal.state import JointFault
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.codec import word
from drivers.feetech.identity import Eeprom
from drivers.feetech.joints import JointScale
from drivers.feetech.reader import CyclicReader
from drivers.feetech.readings import Feedback, faults, is_on, obeys, orders

_KEEP_GOAL: Final = 0.05
"""Distance [rad] up to which `hold` keeps the goal. A loaded servo stands 20 to 30 steps (0.04 rad) behind it; goals
put where it stands would let the arm sink a little with every call."""
_REST_SPEED: Final = 0.1
"""Speed limit of a joint that is to stay where it is, until the next command [rad/s]: slow, should anything move it."""
_BACK_OFF: Final = 12
"""An overloaded joint gives way by this many steps (1°): its protection ends, and it no longer pushes."""
_LIMIT_TOLERANCE: Final = 6
"""Steps (0.5°) a joint may stand outside of its servo's limits when torque comes on: it is pulled back that far."""
_CANARY: Final = 20
"""Torque limit [0.1 %] given up so that it differs from the power-up value, and a restart shows."""
_ROW: Final = struct.Struct("<BBHHH")
"""Id, acceleration, goal, time, speed: what goes to one servo in every cycle."""


class Torque:
    """What each servo of an arm was told with its torque.

    Attributes:
        goals: Goal of each servo that holds [step], by id.
        armed: Ids that were given torque.
        restarted: Ids that lost it without being told to.

    Args:
        joints: The arm's joints.
        config: The arm.
        memories: What each servo keeps, by id.
        reader: What the servos say.
        bus: The servos.
    """

    def __init__(
        self,
        joints: Sequence[JointScale],
        config: ArmConfig,
        memories: Mapping[int, Eeprom],
        reader: CyclicReader,
        bus: FeetechBus,
    ) -> None:
        self._config = config
        self._memories = memories
        self._reader = reader
        self._bus = bus
        self._gripper = joints[-1].servo.id
        limits = {joint.servo.id: word(self._limit(joint.servo.id)) for joint in joints}
        self._signs = {joint.servo.id: (bytes((1, joint.acceleration)), limits[joint.servo.id]) for joint in joints}
        self._limits = limits
        self._accelerations = [joint.acceleration for joint in joints]
        self._rows = struct.Struct("<" + _ROW.format[1:] * len(joints))
        self._every = codec.sync_rows(tuple(self._signs), reg.ACCELERATION.address, _ROW.size - 1)
        self.goals = {servo: said.goal for servo, said in reader.orders.items() if said.torque}
        self.armed: set[int] = set()
        self.restarted: set[int] = set()

    @property
    def on(self) -> bool:
        """True when every joint holds, as far as the servos told."""
        return not self.restarted and all(map(is_on, self._reader.heard.values()))

    def notice_restarts(self) -> None:
        """Find servos that no longer have what they were given with their torque."""
        reader = self._reader
        if not self.armed:
            return
        for servo in reader.told:
            if not obeys(reader.heard[servo], *self._signs[servo]) and servo in self.armed:
                self.restarted.add(servo)

    def take_goals(self, joints: Iterable[JointScale]) -> None:
        """Choose the goals with which torque comes on; a joint that holds already keeps what it holds.

        Raises:
            HardwareError: A joint stands outside of its servo's limits.
        """
        self.goals = {joint.servo.id: self._goal_to_take(joint) for joint in joints}

    def end_overloads(self) -> None:
        """Switch overloaded servos off: nothing else ends their protection, and they have little torque to lose."""
        overloaded = [servo for servo, said in self._reader.feedback.items() if _overloaded(said)]
        if overloaded:
            self._bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\0") for servo in overloaded])

    def order(self, joints: Iterable[JointScale]) -> None:
        """Switch torque on: limits first, then the goal (which alone switches torque on), then torque."""
        waiting = list(joints)
        ids = [joint.servo.id for joint in waiting]
        self._bus.sync_write(reg.TORQUE_LIMIT.address, [(servo, self._limits[servo]) for servo in ids])
        self._send_goals([(joint, joint.speed_limit(_REST_SPEED)) for joint in waiting])
        self._bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\1") for servo in ids])

    def has(self, joint: JointScale) -> bool:
        """Return True when the servo of ``joint`` says that it has torque, limit and goal."""
        servo = joint.servo.id
        if not self._reader.sure(servo):
            return False
        data = self._reader.heard[servo]
        return obeys(data, *self._signs[servo]) and orders(data).goal == self.goals[servo]

    def given(self) -> None:
        """Remember that every joint has its torque now."""
        self.armed, self.restarted = set(self._signs), set()

    def follow(self, joints: Sequence[JointScale], goals: Sequence[int], speeds: Sequence[float]) -> None:
        """Send the servos of ``joints`` to ``goals`` [step] with at most ``speeds`` [rad/s], as far as they hold."""
        limits = map(JointScale.speed_limit, joints, speeds)
        if self._reader.all_sure and not self.restarted and len(self.armed) == len(joints):
            self.goals = dict(zip(self._signs, goals, strict=True))
            each = zip(self._signs, self._accelerations, goals, repeat(0), limits)
            self._bus.send(self._every(self._rows.pack(*chain.from_iterable(each))))
            return
        rows = []
        for joint, goal, limit in zip(joints, goals, limits, strict=True):
            if self._ready(joint.servo.id):
                self.goals[joint.servo.id] = goal
                rows.append((joint, limit))
        self._send_goals(rows)

    def rest(self, joints: Iterable[JointScale]) -> None:
        """Keep every joint that holds where it is."""
        rows = []
        for joint in joints:
            servo = joint.servo.id
            if servo in self.goals and servo not in self.restarted and self._reader.sure(servo):
                self.goals[servo] = self._resting_goal(joint)
                rows.append((joint, joint.speed_limit(_REST_SPEED)))
        self._send_goals(rows)

    def forget(self) -> None:
        """Forget every goal: torque goes off."""
        self.goals, self.armed = {}, set()

    def _ready(self, servo: int) -> bool:
        return servo in self.armed and servo not in self.restarted and self._reader.sure(servo)

    def _send_goals(self, rows: Sequence[tuple[JointScale, int]]) -> None:
        if not rows:
            return
        packed, ids = [], []
        for joint, speed in rows:
            servo = joint.servo.id
            ids.append(servo)
            packed.append(_ROW.pack(servo, joint.acceleration, self.goals[servo], 0, speed))
        frame = codec.sync_rows(tuple(ids), reg.ACCELERATION.address, _ROW.size - 1)
        self._bus.send(frame(b"".join(packed)))

    def _limit(self, servo: int) -> int:
        full = self._memories[servo].max_torque
        share = self._config.gripper.effort if servo == self._gripper else 1.0
        return max(1, min(round(share * 1000), full - _CANARY))

    def _goal_to_take(self, joint: JointScale) -> int:
        servo = joint.servo.id
        holds = servo in self.goals and servo not in self.restarted and self._reader.orders[servo].torque == 1
        return self._resting_goal(joint) if holds else self._standing(joint)

    def _standing(self, joint: JointScale) -> int:
        """Return where the joint stands [step], as a goal that its servo will not move away from."""
        position = self._reader.feedback[joint.servo.id].position
        lowest, highest = self._memories[joint.servo.id].limits
        if not lowest - _LIMIT_TOLERANCE <= position <= highest + _LIMIT_TOLERANCE:
            raise HardwareError(
                f"{joint.name} stands at step {position}, outside of its servo's limits {lowest} to {highest}: "
                "with torque it would jump back.",
                "Move the joint by hand to the middle of its travel, then try again.",
            )
        return min(max(position, lowest), highest)

    def _resting_goal(self, joint: JointScale) -> int:
        """Return the last goal when it is near; a gripper that holds something keeps squeezing it."""
        said = self._reader.feedback[joint.servo.id]
        goal = self.goals[joint.servo.id]
        near = self._config.joints[-1].following_error if joint.servo.id == self._gripper else _KEEP_GOAL
        overloaded = _overloaded(said)
        if abs(joint.angle(goal) - joint.angle(said.position)) <= near and not overloaded:
            return goal
        lowest, highest = self._memories[joint.servo.id].limits
        pushes = (goal - said.position or said.effort) if overloaded else 0
        away = int(math.copysign(_BACK_OFF, pushes)) if pushes else 0
        return min(max(said.position - away, lowest), highest)


def _overloaded(said: Feedback) -> bool:
    return bool(faults(said.status) & JointFault.OVERLOAD)
