"""From what the servos said last to one `JointState`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from armctl.hal.state import BoolArray, JointFault, JointState
from drivers.feetech.joints import JointScale
from drivers.feetech.messages import FAULTS_BY_STATUS
from drivers.feetech.reader import CyclicReader
from drivers.feetech.watch import Watch


class StateMaker:
    """Makes the arm's state of its servos' words.

    Args:
        joints: The arm's joints.
        reader: What the servos said.
        watch: Notices what strains them.
    """

    def __init__(self, joints: Sequence[JointScale], reader: CyclicReader, watch: Watch) -> None:
        self._joints = [(joint.servo.id, joint, joint.servo.sign) for joint in joints]
        self._reader = reader
        self._watch = watch

    def make(self, stamp: float, restarted: Collection[int], *, torque_on: bool) -> JointState:
        """Return the state of the reading that ended at ``stamp`` [s].

        Args:
            stamp: When.
            restarted: Ids of servos that lost what they were told.
            torque_on: Every joint holds.
        """
        feedback, stamps, fresh, look = self._reader.feedback, self._reader.stamps, self._reader.fresh, self._watch.look
        rows, faults = [], []
        for servo, joint, sign in self._joints:
            said = feedback[servo]
            rows.append(
                (
                    joint.angle(said.position),
                    said.speed * joint.unit,
                    said.effort * sign,
                    said.temperature,
                    said.voltage,
                    stamps[servo],
                )
            )
            fault = FAULTS_BY_STATUS[said.status]
            if servo in fresh and (strain := look(servo, said.effort, said.current, stamp)):
                fault |= strain
            faults.append(fault | JointFault.RESTARTED if servo in restarted else fault)
        positions, velocities, efforts, temperatures, voltages, times = np.array(rows).T.copy()
        return JointState(
            stamp=stamp,
            positions=positions,
            velocities=velocities,
            efforts=efforts,
            temperatures=temperatures,
            voltages=voltages,
            stamps=times,
            fresh=self._freshness(fresh),
            faults=tuple(faults),
            torque_on=torque_on,
        )

    def _freshness(self, fresh: Collection[int]) -> BoolArray:
        return np.array([servo in fresh for servo, _, _ in self._joints])
