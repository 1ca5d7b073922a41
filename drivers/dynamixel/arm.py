"""`DynamixelArm`: an arm of DYNAMIXEL X servos behind the `armctl.hal.arm.Arm` protocol.

These servos have a bus watchdog. It is armed whenever torque is on, and every reading feeds it: when this program dies,
each servo stops where it is and keeps its torque. It is cleared on purpose only, in `enable`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
from drivers.dynamixel.faults import faults_of
from drivers.dynamixel.identity import (
    Memory,
    check_identity,
    check_models,
    check_pairs,
    check_presence,
    check_same,
    check_single,
    check_voltage,
)
from drivers.dynamixel.joints import JointScale, Part, parts, scales
from drivers.dynamixel.reader import CyclicReader
from drivers.dynamixel.readings import ANSWERS_ALL, Layout
from drivers.dynamixel.recovery import Recovery
from drivers.dynamixel.settings import WINDOW, check_settings, read_heads, read_memories, write_settings
from drivers.dynamixel.table import read_table
from drivers.dynamixel.torque import REST_SPEED, TorqueSwitch, goal_row, holds, shut_down
from drivers.holders import modem_manager_runs
from drivers.rediscover import port_of
from drivers.transport import MODEM_MANAGER_REMEDY, PortOpener, open_serial, serial_number

_READ_SHARE: Final = 0.8
"""Share of a control period that a reading with a lost answer may take."""
_SHORTEST_READ: Final = 0.004
"""Least time for a reading [s]: 2 ms on the wire and a turn-round of the adapter."""
_LONGEST_READ: Final = 0.02
"""Most time for a reading [s], so that calls that need several stay within their time."""
_CALL_TIME: Final = 0.05
"""After this long [s] a call that repeats itself begins no more; `Arm` promises 100 ms."""
_CONNECT_TIME: Final = 0.7
"""How long the first complete reading may take [s]."""
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
        self._identity = ""
        self._bus: DynamixelBus | None = None
        self._reader: CyclicReader | None = None
        self._memories: dict[int, dict[str, int]] = {}
        self._known: dict[int, dict[str, int]] = {}
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
            self._identify(bus)
            reader = self._look(bus)
            self._goals = self._goals_in_force(bus, reader)
        except BaseException:
            bus.close()
            raise
        self._port, self._identity, self._known = port, serial_number(port), self._memories
        self._armed, self._astray = set(), set()
        self._bus, self._reader = bus, reader
        self._drops = Drops(self._config.title, self._clock)

    def read(self) -> JointState:
        """Return one reading of all joints; see `armctl.hal.arm.Arm`."""
        bus, reader = self._connected()
        stamp = reader.update()
        self._drops.count(bus.rejected)
        self._notice(reader)
        return self._state(reader, stamp)

    def enable(self) -> None:
        """Switch torque on where the arm stands; see `armctl.hal.arm.Arm`.

        A servo that shut itself down is restarted first, which takes longer than a call may: then this call says so,
        and the next one switches torque on.

        Raises:
            HardwareError: A joint does not answer, stands outside of its limits, starts anew, or did not do as told.
        """
        _, reader = self._connected()
        self._read_complete(reader, self._parts, self._clock.now() + _CALL_TIME)
        self._notice(reader)
        self._restart(shut_down(self._parts, reader.feedback))
        self._switch_on(self._joints)

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
        _, reader = self._connected()
        if joint not in self._config.joint_names:
            raise CommandRefusedError(f"{self._config.title} has no joint {joint!r}.")
        scale = self._joints[self._config.joint_names.index(joint)]
        own = [part for part in self._parts if part.joint is scale]
        reader.update()
        self._notice(reader)
        away = [part for part in own if part.id not in reader.fresh]
        if away:
            since = self._recovery.since(away[0])
            if since is None or since > _BACK_IN:
                raise HardwareError(f"No answer from {_names(away)}.", "Check its plug.")
            return False
        for part in shut_down(own, reader.feedback):
            self._recovery.restart(self._connected()[0], part)
            return False
        self._switch_on([scale])
        return True

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal; see `armctl.hal.arm.Arm`."""
        bus, reader = self._connected()
        positions, speeds = self._check.check(command, self._clock.now(), torque=bool(self._armed))
        steps = [self._step(joint, position) for joint, position in zip(self._joints, positions, strict=True)]
        rows = []
        for joint, step, speed in zip(self._joints, steps, speeds, strict=True):
            if self._obeys(joint, reader) and self._armed.issuperset(joint.ids):
                servo = joint.servo.id
                present = reader.feedback[servo].position
                goal = self._goals[servo] = joint.goal(step, present)
                rows.append((servo, goal_row(joint.acceleration, joint.speed_limit(speed, present), goal)))
        self._check.taken(command)
        if rows:
            bus.sync_write(reg.PROFILE_ACCELERATION.address, rows)

    def hold(self) -> None:
        """Stay where it is; see `armctl.hal.arm.Arm`. Joints without torque stay without."""
        bus, reader = self._connected()
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
        bus, reader = self._connected()
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
                f"Torque may still be on at {_names(left)}: no answer.", "Switch the arm's power supply off."
            )

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the port up; see `armctl.hal.arm.Arm`. With torque kept, the servos' watchdog holds them where they are.

        Raises:
            HardwareError: Torque was to go off and a servo did not confirm; the port is closed all the same.
        """
        bus = self._bus
        if bus is None:
            return
        try:
            if not keep_torque:
                self.release()
        except LinkLostError:
            # There is nothing left to tell the servos with; they stop by themselves.
            pass
        finally:
            self._bus = self._reader = None
            bus.close()

    def _connected(self) -> tuple[DynamixelBus, CyclicReader]:
        if self._bus is None or self._reader is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._bus, self._reader

    # -- connecting ----------------------------------------------------------------------------------------------

    def _identify(self, bus: DynamixelBus) -> None:
        bus.drain(0.01, 0.2)
        bus.detect_echo(max(set(range(reg.LARGEST_ID + 1)) - set(self._ids)))
        # Another program may have told them to keep silent; it is RAM, and moves nothing.
        bus.sync_write(reg.STATUS_RETURN_LEVEL.address, [(servo, bytes((ANSWERS_ALL,))) for servo in self._ids])
        heads = read_heads(bus, self._clock, self._parts)
        if len(heads) < len(self._ids):
            check_presence(self._parts, heads, _hints(bus), bus.ping_all())
        check_single(self._parts, {servo: bus.count_answers(servo) for servo in self._ids})
        check_models(self._parts, heads)
        self._memories = read_memories(bus, self._clock, self._parts)
        check_presence(self._parts, self._memories, _hints(bus), heads)
        check_identity(self._parts, self._memories)
        check_same(self._parts, self._known, self._memories)

    def _look(self, bus: DynamixelBus) -> CyclicReader:
        """Return a reader that has read all servos, with settings, supply and line checked."""
        budget = min(_LONGEST_READ, max(_SHORTEST_READ, _READ_SHARE / self._config.rate_hz))
        layouts = [Layout(part.id, part.model, _full_effort(part, self._memories[part.id])) for part in self._parts]
        reader = CyclicReader(bus, self._clock, layouts, budget)
        reader.show(self._ids)
        self._read_complete(reader, self._parts, self._clock.now() + _CONNECT_TIME)
        said = reader.feedback
        check_voltage(self._parts, {servo: said[servo].voltage for servo in said}, self._memories, self._config.wire)
        check_settings([part for part in self._parts if said[part.id].torque], self._memories)
        limp = [part for part in self._parts if not said[part.id].torque]
        self._memories = self._memories | write_settings(bus, self._clock, limp, self._memories)
        self._check_line(reader, budget)
        check_pairs(self._parts, {servo: said[servo].position for servo in said})
        reader.restarted.clear()
        return reader

    def _goals_in_force(self, bus: DynamixelBus, reader: CyclicReader) -> dict[int, int]:
        """Return the goals of the joints that hold already, by id of their first servo."""
        holding = {part.id: part.model for part in self._parts if part.leads and reader.feedback[part.id].torque}
        told = read_table(bus, self._clock, holding, (reg.GOAL_POSITION.name,), WINDOW)
        return {servo: orders[reg.GOAL_POSITION.name] for servo, orders in told.items()}

    def _check_line(self, reader: CyclicReader, budget: float) -> None:
        """Refuse a line on which no reading fits a control period. The best counts: a busy computer is late."""
        times = []
        for _ in range(5):
            started = self._clock.now()
            stamp = reader.update()
            times.append(stamp - started if len(reader.fresh) == len(self._ids) else math.inf)
        if min(times) > budget:
            raise HardwareError(
                f"The line is too slow: no complete reading within {budget * 1000:.0f} ms, "
                f"as {self._config.rate_hz:.0f} readings a second need.",
                "Set the adapter's latency timer to 1 ms (udev rule on usb-serial), or check the cable.",
            )

    def _read_complete(self, reader: CyclicReader, of: Sequence[Part], deadline: float) -> None:
        for _ in range(3):
            reader.update()
            silent = [part for part in of if part.id not in reader.fresh]
            if not silent or self._clock.now() > deadline:
                break
        if silent:
            raise HardwareError(f"No answer from {_names(silent)}; nothing was switched on.", "Check its plug.")

    # -- torque --------------------------------------------------------------------------------------------------

    def _restart(self, tripped: Sequence[Part]) -> None:
        if not tripped:
            return
        for part in tripped:
            self._recovery.restart(self._connected()[0], part)
        raise HardwareError(
            f"{_names(tripped)} had shut itself down and starts anew.",
            "Support the arm, wait a second, then arm again.",
        )

    def _switch_on(self, joints: Sequence[JointScale]) -> None:
        """Switch torque on at ``joints``, of which everything was just read."""
        bus, reader = self._connected()
        deadline = self._clock.now() + _CALL_TIME
        torque = TorqueSwitch(bus, self._clock, self._config.gripper, self._memories)
        self._goals |= {joint.servo.id: self._goal_to_take(joint, reader) for joint in joints}
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
            raise HardwareError(f"Torque did not come on at {_names(waiting)}.", "Check its plug, then try again.")
        reader.restarted -= told
        self._astray -= told
        self._armed |= told

    def _goal_to_take(self, joint: JointScale, reader: CyclicReader) -> int:
        """Return the goal with which torque comes on; a joint that holds already keeps what it holds."""
        servo = joint.servo.id
        said = reader.feedback[servo]
        if servo in self._goals and servo not in self._astray and said.torque:
            return self._resting_goal(joint, reader)
        if joint.turns:
            return said.position
        standing = round(joint.unwrapped(said.position))
        memory = self._memories[servo]
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

    def _state(self, reader: CyclicReader, stamp: float) -> JointState:
        said, stamps = reader.feedback, reader.stamps
        rows = [
            (
                joint.position(first.position),
                joint.speed(first.velocity, first.position),
                first.effort * joint.servo.sign,
                first.temperature,
                first.voltage,
                stamps[joint.servo.id],
            )
            for joint, first in ((joint, said[joint.servo.id]) for joint in self._joints)
        ]
        positions, velocities, efforts, temperatures, voltages, when = np.array(rows).T.copy()
        return JointState(
            stamp=stamp,
            positions=positions,
            velocities=velocities,
            efforts=efforts,
            temperatures=temperatures,
            voltages=voltages,
            stamps=when,
            fresh=np.array([reader.fresh.issuperset(joint.ids) for joint in self._joints]),
            faults=tuple(self._faults(joint, reader) for joint in self._joints),
            torque_on=not self._astray and all(said[servo].torque for servo in self._ids),
        )

    def _faults(self, joint: JointScale, reader: CyclicReader) -> JointFault:
        told = JointFault.NONE
        for servo in joint.ids:
            said = reader.feedback[servo]
            if said.hardware or servo in self._astray:
                told |= faults_of(said, self._memories[servo], self._config.wire, astray=servo in self._astray)
        return told


def _full_effort(part: Part, memory: Memory) -> float:
    """Return what the effort register of a servo says at full effort: its current limit, or 100 % of drive."""
    return float(memory["current_limit"]) if part.model.current_unit else 1000.0


def _names(those: Iterable[Part]) -> str:
    return ", ".join(part.who for part in those)


def _hints(bus: DynamixelBus) -> str:
    hints = []
    if bus.echoes:
        hints.append("The adapter returns what is sent to it: its receiving line may not be connected to the servos.")
    if bus.garbled:
        hints.append("Something answers, but garbled: the speed may be wrong, or two servos may have the same id.")
    if modem_manager_runs():
        hints.append(MODEM_MANAGER_REMEDY)
    return " ".join(hints)
