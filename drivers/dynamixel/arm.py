"""`DynamixelArm`: an arm of DYNAMIXEL X servos behind the `armctl.hal.arm.Arm` protocol.

These servos have a bus watchdog. It is armed whenever torque is on, and every reading feeds it: when this program dies,
each servo stops where it is and keeps its torque. It is cleared on purpose only, in `enable`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from armctl.errors import CommandRefusedError, HardwareError, LinkLostError
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.state import JointFault, JointState
from drivers.commands import CommandCheck
from drivers.drops import Drops
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.connection import Connection, establish, names, read_complete
from drivers.dynamixel.faults import faults_of
from drivers.dynamixel.identity import Memory
from drivers.dynamixel.joints import JointScale, Part, parts, scales
from drivers.dynamixel.reader import CyclicReader
from drivers.dynamixel.recovery import Recovery
from drivers.dynamixel.torque import REST_SPEED, TorqueSwitch, goal_row, holds, shut_down
from drivers.rediscover import port_of
from drivers.transport import PortOpener, open_serial, serial_number

_CALL_TIME: Final = 0.05
"""After this long [s] a call that repeats itself begins no more; `Arm` promises 100 ms."""
_KEEP_GOAL: Final = 0.05
"""Distance [rad] up to which `hold` keeps the goal: goals put where a loaded servo stands would let the arm sink a
little with every call."""
_LIMIT_TOLERANCE: Final = 6
"""Steps (0.5°) a joint may stand outside of its servo's limits when torque comes on: it is pulled back that far."""
_BACK_IN: Final = 2.0
"""A servo that was restarted answers again within this time [s]; some 100 ms are usual."""


def create(context: ArmContext, open_port: PortOpener = open_serial) -> DynamixelArm:
    """Return the arm that ``context`` describes, not yet connected; ``open_port`` opens its port.

    Raises:
        ConfigError: A joint has no servo of a known model, or its travel does not fit into one turn of it.
    """
    return DynamixelArm(context, open_port)


class DynamixelArm:
    """See the module's description.

    Args:
        context: Configuration, clock and port.
        open_port: Opens the port; to be replaced in tests.

    Raises:
        ConfigError: A joint has no servo of a known model, or its travel does not fit into one turn of it.
    """

    def __init__(self, context: ArmContext, open_port: PortOpener = open_serial) -> None:
        self._config = context.config
        self._clock = context.clock
        self._port = context.port
        self._open_port = open_port
        self._joints = scales(context.config)
        self._parts = parts(self._joints)
        self._ids = tuple(part.id for part in self._parts)
        self._healthy = (JointFault.NONE,) * len(self._joints)
        self._identity = ""
        self._link: Connection | None = None
        self._known: Mapping[int, Memory] = {}
        self._goals: dict[int, int] = {}
        self._armed: set[int] = set()
        self._astray: set[int] = set()
        self._check = CommandCheck(len(self._joints))
        self._recovery = Recovery(self._clock)
        self._drops = Drops(self._config.title, self._clock)

    @property
    def info(self) -> ArmInfo:
        """See `armctl.hal.arm.Arm`; the identity is the USB serial number, known once connected."""
        can = Capabilities(
            measures_effort=True, measures_temperature=True, measures_voltage=True, stops_by_itself=True, real=True
        )
        return ArmInfo(self._config.name, self._config.joint_names, self._identity, can)

    def connect(self) -> None:
        """Open the port and check everything that can be known without moving; see `armctl.hal.arm.Arm`.

        Raises:
            PortError: The port is missing, not permitted or in use.
            IdentityError: Not the configured arm.
            HardwareError: The supply is wrong, or the line too slow for the control rate.
            LinkLostError: The port went away meanwhile.
        """
        self.close()
        port = port_of(self._port, self._identity)
        bus = DynamixelBus(self._open_port(port, self._config.wire.baud, self._clock), self._clock)
        try:
            link = establish(bus, self._clock, self._config, self._parts, self._known)
        except BaseException:
            bus.close()
            raise
        self._port, self._identity, self._known = port, serial_number(port), link.memories
        self._goals, self._armed, self._astray = dict(link.goals), set(), set()
        self._link = link
        self._drops = Drops(self._config.title, self._clock)

    def read(self) -> JointState:
        """Return one reading of all joints; see `armctl.hal.arm.Arm`."""
        link = self._connected()
        stamp = link.reader.update()
        self._drops.count(link.bus.rejected)
        self._notice(link.reader)
        return self._state(link, stamp)

    def enable(self) -> None:
        """Switch torque on where the arm stands; see `armctl.hal.arm.Arm`.

        A servo that shut itself down is restarted first, which takes longer than a call may: then this call says so,
        and the next one switches torque on.

        Raises:
            HardwareError: A joint does not answer, stands outside of its limits, starts anew, or did not do as told.
        """
        link = self._connected()
        read_complete(link.reader, self._clock, self._parts, _CALL_TIME)
        self._notice(link.reader)
        self._restart(link, shut_down(self._parts, link.reader.feedback))
        self._switch_on(link, self._joints)

    def recover(self, joint: str) -> bool:
        """Bring one joint back whose servo shut itself down, in steps of one call each.

        The first call restarts the servo; it is limp and silent for some 100 ms. Go on reading and calling: once it
        answers, everything it lost is written, its goal becomes where it is, and its torque comes on.

        Args:
            joint: Name of the joint.

        Returns:
            True when the joint holds.

        Raises:
            HardwareError: Restarted too often, gone for too long, or it did not do as told; the message says which.
            CommandRefusedError: Not connected, or there is no such joint.
        """
        link = self._connected()
        if joint not in self._config.joint_names:
            raise CommandRefusedError(f"{self._config.title} has no joint {joint!r}.")
        scale = self._joints[self._config.joint_names.index(joint)]
        own = [part for part in self._parts if part.joint is scale]
        link.reader.update()
        self._notice(link.reader)
        away = [part for part in own if part.id not in link.reader.fresh]
        if away:
            since = self._recovery.since(away[0])
            if since is None or since > _BACK_IN:
                raise HardwareError(f"No answer from {names(away)}.", "Check its plug.")
            return False
        for part in shut_down(own, link.reader.feedback):
            self._recovery.restart(link.bus, part)
            return False
        self._switch_on(link, [scale])
        return True

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal; see `armctl.hal.arm.Arm`."""
        link = self._connected()
        bus, reader = link.bus, link.reader
        positions, speeds = self._check.admit(command, self._clock.now(), torque=bool(self._armed))
        steps = [self._step(joint, position) for joint, position in zip(self._joints, positions, strict=True)]
        rows = []
        all_well = self._all_well(reader)
        for joint, step, speed in zip(self._joints, steps, speeds, strict=True):
            if all_well or (self._armed.issuperset(joint.ids) and self._obeys(joint, reader)):
                servo = joint.ids[0]
                present = reader.feedback[servo].position
                goal = self._goals[servo] = joint.goal(step, present)
                rows.append((servo, goal_row(joint.acceleration, joint.speed_limit(speed, present), goal)))
        self._check.taken(command)
        if rows:
            bus.sync_write(reg.PROFILE_ACCELERATION.address, rows)

    def hold(self) -> None:
        """Stay where it is; see `armctl.hal.arm.Arm`. Joints without torque stay without."""
        link = self._connected()
        bus, reader = link.bus, link.reader
        reader.update()
        self._notice(reader)
        rows = []
        for joint in self._joints:
            servo = joint.servo.id
            if servo in self._goals and self._obeys(joint, reader):
                present = reader.feedback[servo].position
                goal = self._goals[servo] = self._resting_goal(joint, reader)
                rows.append((servo, goal_row(joint.acceleration, joint.speed_limit(REST_SPEED, present), goal)))
        if rows:
            bus.sync_write(reg.PROFILE_ACCELERATION.address, rows)

    def release(self) -> None:
        """Switch torque off; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: A servo did not confirm; the message names it. It was told all the same.
        """
        link = self._connected()
        bus, reader = link.bus, link.reader
        deadline = self._clock.now() + _CALL_TIME
        self._goals, self._armed = {}, set()
        on = set(self._ids)
        for _ in range(3):
            bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\0") for servo in on])
            reader.update()
            on -= {servo for servo in on if servo in reader.fresh and not reader.feedback[servo].torque}
            if not on or self._clock.now() > deadline:
                break
        if on:
            left = [part for part in self._parts if part.id in on]
            raise HardwareError(
                f"Torque may still be on at {names(left)}: no answer.", "Switch the arm's power supply off."
            )

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the port up; see `armctl.hal.arm.Arm`. With torque kept, the servos' watchdog holds them where they are.

        Raises:
            HardwareError: Torque was to go off and a servo did not confirm; the port is closed all the same.
        """
        link = self._link
        if link is None:
            return
        try:
            if not keep_torque:
                self.release()
        except LinkLostError:
            # There is nothing left to tell the servos with; they stop by themselves.
            pass
        finally:
            self._link = None
            link.bus.close()

    def _connected(self) -> Connection:
        if self._link is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._link

    # -- torque --------------------------------------------------------------------------------------------------

    def _restart(self, link: Connection, tripped: Sequence[Part]) -> None:
        if not tripped:
            return
        for part in tripped:
            self._recovery.restart(link.bus, part)
        raise HardwareError(
            f"{names(tripped)} had shut itself down and starts anew.",
            "Support the arm, wait a second, then switch it on again.",
        )

    def _switch_on(self, link: Connection, joints: Sequence[JointScale]) -> None:
        """Switch torque on at ``joints``, of which everything was just read."""
        reader = link.reader
        deadline = self._clock.now() + _CALL_TIME
        torque = TorqueSwitch(link.bus, self._clock, self._config.gripper, link.memories)
        self._goals |= {joint.servo.id: self._goal_to_take(joint, link) for joint in joints}
        speeds = {
            joint.name: joint.speed_limit(REST_SPEED, reader.feedback[joint.servo.id].position) for joint in joints
        }
        waiting = [part for part in self._parts if part.joint in joints]
        told = {part.id for part in waiting}
        while waiting and self._clock.now() < deadline:
            torque.order(waiting, self._goals, speeds)
            reader.update()
            fresh = {servo: said for servo, said in reader.feedback.items() if servo in reader.fresh}
            obeying = torque.obeying(waiting, self._goals, fresh)
            waiting = [part for part in waiting if part.id not in obeying]
        if waiting:
            raise HardwareError(f"Torque did not come on at {names(waiting)}.", "Check its plug, then try again.")
        reader.restarted -= told
        self._astray -= told
        self._armed |= told

    def _goal_to_take(self, joint: JointScale, link: Connection) -> int:
        """Return the goal with which torque comes on; a joint that holds already keeps what it holds."""
        servo = joint.servo.id
        said = link.reader.feedback[servo]
        if servo in self._goals and servo not in self._astray and said.torque:
            return self._resting_goal(joint, link.reader)
        if joint.turns:
            return said.position
        standing = round(joint.unwrapped(said.position))
        memory = link.memories[servo]
        lowest, highest = memory["min_position"], memory["max_position"]
        if not lowest - _LIMIT_TOLERANCE <= standing <= highest + _LIMIT_TOLERANCE:
            raise HardwareError(
                f"{joint.name} stands at step {standing}, outside of its servo's limits {lowest} to {highest}: "
                "with torque it would jump back.",
                "Move the joint by hand to the middle of its travel, then try again.",
            )
        return min(max(standing, lowest), highest)

    def _resting_goal(self, joint: JointScale, reader: CyclicReader) -> int:
        """Return the last goal when it is near; a gripper that holds something keeps squeezing it."""
        servo = joint.servo.id
        present, goal = reader.feedback[servo].position, self._goals[servo]
        near = self._config.joints[-1].following_error if joint is self._joints[-1] else _KEEP_GOAL
        if abs(joint.position(goal) - joint.position(present)) <= near:
            return goal
        return joint.goal(round(joint.unwrapped(present)), present)

    def _notice(self, reader: CyclicReader) -> None:
        """Note which servos no longer do as told: restarted, shut down, or stopped by their watchdog."""
        for servo in self._armed:
            if servo in reader.fresh and not holds(reader.feedback[servo]):
                self._astray.add(servo)
        self._astray |= reader.restarted & self._armed
        reader.restarted.clear()

    def _all_well(self, reader: CyclicReader) -> bool:
        """Return True when every servo answers and does as told, which is worth knowing at once in every cycle."""
        return len(reader.fresh) == len(self._armed) == len(self._ids) and not self._astray

    def _obeys(self, joint: JointScale, reader: CyclicReader) -> bool:
        return reader.fresh.issuperset(joint.ids) and self._astray.isdisjoint(joint.ids)

    # -- commands and readings -----------------------------------------------------------------------------------

    def _step(self, joint: JointScale, position: float) -> int:
        step = joint.step(position)
        if not joint.reaches(step):
            raise CommandRefusedError(
                f"{joint.name} cannot go to {position:.3f}: step {step} is outside of the servo's turn."
            )
        return step

    def _state(self, link: Connection, stamp: float) -> JointState:
        reader = link.reader
        said, stamps = reader.feedback, reader.stamps
        rows = []
        for joint, unit in zip(self._joints, link.effort_units, strict=True):
            servo = joint.ids[0]
            first = said[servo]
            step, share = first.position, first.effort * unit
            if not -1.0 <= share <= 1.0:
                share = math.copysign(1.0, share)
            speed = joint.speed(first.velocity, step)
            rows.append((joint.position(step), speed, share, first.celsius, first.volts / 10, stamps[servo]))
        positions, velocities, efforts, temperatures, voltages, when = np.array(rows, dtype=float).T.copy()
        errors, torque = 0, not self._astray
        for each in said.values():
            errors |= each.hardware
            torque = torque and each.torque == 1
        joints, whole = self._joints, len(reader.fresh) == len(self._ids)
        well = not errors and not self._astray
        return JointState(
            stamp=stamp,
            positions=positions,
            velocities=velocities,
            efforts=efforts,
            temperatures=temperatures,
            voltages=voltages,
            stamps=when,
            fresh=np.array([whole or reader.fresh.issuperset(joint.ids) for joint in joints]),
            faults=self._healthy if well else tuple(self._faults(joint, link) for joint in joints),
            torque_on=torque,
        )

    def _faults(self, joint: JointScale, link: Connection) -> JointFault:
        told = JointFault.NONE
        for servo in joint.ids:
            said = link.reader.feedback[servo]
            if said.hardware or servo in self._astray:
                told |= faults_of(said, link.memories[servo], self._config.wire, astray=servo in self._astray)
        return told
