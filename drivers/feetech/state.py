"""From what the servos said last to one `JointState`.

This is run in every cycle of the control loop, so what can be worked out before is: the angle of every step, the
strain from which on a servo is watched.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from struct import Struct
from typing import Final, NamedTuple

import numpy as np

from armctl.hal.state import BoolArray, JointFault, JointState
from drivers.feetech.joints import JointScale
from drivers.feetech.messages import FAULTS_BY_STATUS, STEPS_PER_TURN
from drivers.feetech.reader import CyclicReader
from drivers.feetech.readings import CURRENT_UNIT, FEEDBACK, effort_of, feedback
from drivers.feetech.watch import Watch

_FIELDS: Final = 6
"""Numbers of a joint: position, velocity, effort, temperature, voltage, stamp."""
_LOADS: Final = 2048
"""Values of a load register: a sign and ten bits."""
_VOLTS: Final = tuple(raw / 10 for raw in range(256))
"""Voltage of each voltage register [V]."""


class StateMaker:
    """Makes the arm's state of its servos' words.

    Args:
        joints: The arm's joints.
        reader: What the servos said.
        watch: Notices what strains them.
    """

    def __init__(self, joints: Sequence[JointScale], reader: CyclicReader, watch: Watch) -> None:
        self._rows = [_row(joint, watch) for joint in joints]
        self._servos = [joint.servo.id for joint in joints]
        self._reader = reader
        self._watch = watch
        self._numbers = Struct(f"={_FIELDS * len(joints)}d")
        self._all_fresh: BoolArray = np.ones(len(joints), dtype=np.bool_)
        # Every complete state has the very same one.
        self._all_fresh.flags.writeable = False
        self._no_faults = (JointFault.NONE,) * len(joints)

    def make(self, stamp: float, restarted: Collection[int], *, torque_on: bool) -> JointState:
        """Return the state of the reading that ended at ``stamp`` [s].

        Args:
            stamp: When.
            restarted: Ids of servos that lost what they were told.
            torque_on: Every joint holds.
        """
        reader = self._reader
        frames, stamps, fresh = reader.frames, reader.stamps, reader.fresh
        unpack, start = FEEDBACK.unpack_from, FEEDBACK.size
        suspect = bool(restarted) or self._watch.strained
        angles, speeds, efforts, temperatures, voltages = [], [], [], [], []
        for servo, scale, table, unit, shares, load_limit, current_limit in self._rows:
            _, code, data = frames[servo]
            step, speed, load, volts, celsius, _, status, _, _, current = unpack(data, len(data) - start)
            # Written out, not as `feedback`: it is run for every servo in every cycle.
            angles.append(table[step] if step < STEPS_PER_TURN else scale.angle(feedback(code, data).position))
            speeds.append((0x8000 - speed if speed & 0x8000 else speed) * unit)
            efforts.append(shares[load & 0x7FF])
            temperatures.append(celsius)
            voltages.append(_VOLTS[volts])
            if code | status or load & 0x3FF >= load_limit or current & 0x7FFF >= current_limit:
                suspect = True
        times = map(stamps.__getitem__, self._servos)
        packed = bytearray(self._numbers.pack(*angles, *speeds, *efforts, *temperatures, *voltages, *times))
        rows = np.frombuffer(packed).reshape(_FIELDS, -1)
        return JointState(
            stamp=stamp,
            positions=rows[0],
            velocities=rows[1],
            efforts=rows[2],
            temperatures=rows[3],
            voltages=rows[4],
            stamps=rows[5],
            fresh=self._all_fresh if len(fresh) == len(self._rows) else self._freshness(fresh),
            faults=self._faults(restarted, stamp) if suspect else self._no_faults,
            torque_on=torque_on,
        )

    def _faults(self, restarted: Collection[int], stamp: float) -> tuple[JointFault, ...]:
        """Return what each servo complains about, and what strains it for too long."""
        told = []
        for servo in self._servos:
            said = feedback(self._reader.frames[servo].code, self._reader.frames[servo].data)
            fault = FAULTS_BY_STATUS[said.status]
            if servo in self._reader.fresh:
                fault |= self._watch.look(servo, said.effort, said.current, stamp)
            told.append(fault | JointFault.RESTARTED if servo in restarted else fault)
        return tuple(told)

    def _freshness(self, fresh: Collection[int]) -> BoolArray:
        return np.array([servo in fresh for servo in self._servos])


class _Row(NamedTuple):
    """What does not change of a joint.

    Attributes:
        servo: Its servo's id.
        scale: Its conversions.
        angles: Angle of each step [rad].
        unit: Speed of one step/s [rad/s], signed.
        efforts: Effort of each load register in the joint's direction, -1 to 1.
        load: Magnitude of the load register from which on it may be strained.
        current: The same of the current register.
    """

    servo: int
    scale: JointScale
    angles: tuple[float, ...]
    unit: float
    efforts: tuple[float, ...]
    load: int
    current: int


def _row(joint: JointScale, watch: Watch) -> _Row:
    load, amps = watch.thresholds(joint.servo.id)
    return _Row(
        joint.servo.id,
        joint,
        tuple(map(joint.angle, range(STEPS_PER_TURN))),
        joint.unit,
        tuple(effort_of(raw) * joint.servo.sign for raw in range(_LOADS)),
        math.floor(load * 1000),
        math.floor(amps / CURRENT_UNIT),
    )
