"""From what the servos said last to one `JointState`.

This is run in every cycle of the control loop, so what can be worked out before is: the angle of every step, the
strain from which on a servo is watched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from struct import Struct
from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, JointFault, JointState
from drivers.feetech.joints import JointScale
from drivers.feetech.messages import FAULTS_BY_STATUS, STEPS_PER_TURN
from drivers.feetech.reader import CyclicReader
from drivers.feetech.readings import feedback
from drivers.feetech.watch import Watch

_FIELDS: Final = 6
"""Numbers of a joint: position, velocity, effort, temperature, voltage, stamp."""


class StateMaker:
    """Makes the arm's state of its servos' words.

    Args:
        joints: The arm's joints.
        reader: What the servos said.
        watch: Notices what strains them.
    """

    def __init__(self, joints: Sequence[JointScale], reader: CyclicReader, watch: Watch) -> None:
        self._joints = [
            (
                joint.servo.id,
                joint,
                tuple(map(joint.angle, range(STEPS_PER_TURN))),
                joint.unit,
                joint.servo.sign,
                *watch.thresholds(joint.servo.id),
            )
            for joint in joints
        ]
        self._reader = reader
        self._watch = watch
        self._numbers = Struct(f"={_FIELDS * len(joints)}d")
        self._all_fresh: BoolArray = np.ones(len(joints), dtype=np.bool_)
        # Every complete state has the very same one.
        self._all_fresh.flags.writeable = False

    def make(self, stamp: float, restarted: Collection[int], *, torque_on: bool) -> JointState:
        """Return the state of the reading that ended at ``stamp`` [s].

        Args:
            stamp: When.
            restarted: Ids of servos that lost what they were told.
            torque_on: Every joint holds.
        """
        frames, stamps, fresh, watch = self._reader.frames, self._reader.stamps, self._reader.fresh, self._watch
        strained = watch.strained
        numbers: list[float] = []
        faults: list[JointFault] = []
        for servo, joint, angles, unit, sign, load, amps in self._joints:
            _, code, data = frames[servo]
            position, speed, effort, voltage, temperature, status, current = feedback(code, data)
            angle = angles[position] if 0 <= position < STEPS_PER_TURN else joint.angle(position)
            numbers += (angle, speed * unit, effort * sign, temperature, voltage, stamps[servo])
            fault = FAULTS_BY_STATUS[status]
            if (strained or not (-load < effort < load and -amps < current < amps)) and servo in fresh:
                fault |= watch.look(servo, effort, current, stamp)
            faults.append(fault | JointFault.RESTARTED if servo in restarted else fault)
        columns = (value for field in range(_FIELDS) for value in numbers[field::_FIELDS])
        table = np.frombuffer(bytearray(self._numbers.pack(*columns))).reshape(_FIELDS, -1)
        positions, velocities, efforts, temperatures, voltages, times = table
        return JointState(
            stamp=stamp,
            positions=positions,
            velocities=velocities,
            efforts=efforts,
            temperatures=temperatures,
            voltages=voltages,
            stamps=times,
            fresh=self._all_fresh if len(fresh) == len(self._joints) else self._freshness(fresh),
            faults=tuple(faults),
            torque_on=torque_on,
        )

    def _freshness(self, fresh: Collection[int]) -> BoolArray:
        return np.array([servo in fresh for servo, *_ in self._joints])
