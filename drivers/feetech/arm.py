"""`FeetechArm`: an arm of Feetech STS servos behind the `armctl.hal.arm.Arm` protocol.

These servos have no watchdog: whatever dies on this side, they go to their last goal and stay there. So goals stay
close and speeds bounded, and a goal write (which by itself switches torque on) goes to no servo of which it is not
known that its torque is on already.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from armctl.errors import CommandRefusedError, HardwareError, LinkLostError
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.state import JointFault, JointState
from drivers.drops import Drops
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.codec import word
from drivers.feetech.identity import Eeprom, check_identity, check_presence, check_same, check_single, check_voltage
from drivers.feetech.joints import JointScale, scales
from drivers.feetech.reader import LONG_EVERY, CyclicReader
from drivers.feetech.readings import Orders, faults, goal_row
from drivers.feetech.settings import read_memories, write_settings
from drivers.holders import modem_manager_runs
from drivers.rediscover import port_of
from drivers.transport import MODEM_MANAGER_REMEDY, PortOpener, open_serial, serial_number

_READ_SHARE: Final = 0.8
"""Share of a control period that a reading with a lost answer may take."""
_SHORTEST_READ: Final = 0.004
"""Least time for a reading [s]: 2.4 ms on the wire and a turn-round of the adapter."""
_LONGEST_READ: Final = 0.02
"""Most time for a reading [s], so that calls that need several stay within their time."""
_LONG_READ: Final = 0.006
"""Time for a reading in which there is room to ask for torque and goals every time [s], 3.5 ms on the wire: a servo
that restarted is then noticed before it gets another goal."""
_CALL_TIME: Final = 0.07
"""What a call that repeats itself allows itself [s]; `Arm` promises 100 ms."""
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


def create(context: ArmContext, open_port: PortOpener = open_serial) -> FeetechArm:
    """Return the arm that ``context`` describes, not yet connected; ``open_port`` opens its port.

    Raises:
        ConfigError: A joint has no servo, or its travel does not fit into one turn of it.
    """
    return FeetechArm(context, open_port)


class FeetechArm:
    """See the module's description.

    Args:
        context: Configuration, clock and port.
        open_port: Opens the port; to be replaced in tests.

    Raises:
        ConfigError: A joint has no servo, or its travel does not fit into one turn of it.
    """

    def __init__(self, context: ArmContext, open_port: PortOpener = open_serial) -> None:
        self._config = context.config
        self._clock = context.clock
        self._port = context.port
        self._open_port = open_port
        self._joints = scales(context.config)
        self._ids = tuple(joint.servo.id for joint in self._joints)
        self._identity = ""
        self._bus: FeetechBus | None = None
        self._reader: CyclicReader | None = None
        self._memories: dict[int, Eeprom] = {}
        self._known: dict[int, Eeprom] = {}
        self._goals: dict[int, int] = {}
        self._armed: set[int] = set()
        self._restarted: set[int] = set()
        self._last = (-1, -1)
        self._drops = Drops(self._config.title, self._clock)

    @property
    def info(self) -> ArmInfo:
        """See `armctl.hal.arm.Arm`; the identity is the USB serial number, known once connected."""
        can = Capabilities(measures_effort=True, measures_temperature=True, measures_voltage=True, real=True)
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
        bus = FeetechBus(self._open_port(port, self._config.wire.baud, self._clock), self._clock)
        budget = min(_LONGEST_READ, max(_SHORTEST_READ, _READ_SHARE / self._config.rate_hz))
        long_every = 1 if budget >= _LONG_READ else LONG_EVERY
        reader = CyclicReader(bus, self._clock, self._ids, budget, long_every)
        try:
            self._identify(bus)
            self._look(reader)
            limp = [joint for joint in self._joints if not reader.orders[joint.servo.id].torque]
            write_settings(bus, self._clock, limp, self._memories, self._config.wire)
            self._check_line(reader, budget)
        except BaseException:
            bus.close()
            raise
        self._port, self._identity, self._known = port, serial_number(port), self._memories
        self._goals = {servo: orders.goal for servo, orders in reader.orders.items() if orders.torque}
        self._armed, self._restarted = set(), set()
        self._bus, self._reader = bus, reader
        self._drops = Drops(self._config.title, self._clock)

    def read(self) -> JointState:
        """Return one reading of all joints; see `armctl.hal.arm.Arm`."""
        bus, reader = self._connected()
        stamp = reader.update()
        self._drops.count(bus.rejected)
        self._notice_restarts(reader)
        return self._state(reader, stamp)

    def enable(self) -> None:
        """Switch torque on where the arm stands; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: A joint does not answer, stands outside of its limits, or did not do as told.
        """
        bus, reader = self._connected()
        deadline = self._clock.now() + _CALL_TIME
        self._read_complete(reader, deadline)
        self._notice_restarts(reader)
        self._goals = {joint.servo.id: self._goal_to_take(joint, reader) for joint in self._joints}
        tripped = [servo for servo in self._ids if faults(reader.feedback[servo].status) & JointFault.OVERLOAD]
        if tripped:
            # Only torque off ends the overload protection; such a joint has hardly any torque left to lose.
            bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\0") for servo in tripped])
        waiting = list(self._joints)
        while waiting and self._clock.now() < deadline:
            self._order_torque(bus, waiting)
            reader.update(long=True)
            waiting = [joint for joint in waiting if not self._obeyed(joint, reader)]
        if waiting:
            raise HardwareError(f"Torque did not come on at {_names(waiting)}.", "Check its plug, then try again.")
        self._armed, self._restarted = set(self._ids), set()

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal; see `armctl.hal.arm.Arm`."""
        bus, reader = self._connected()
        goals = self._checked(command)
        rows = []
        for joint, goal, speed in zip(self._joints, goals, command.speeds.tolist(), strict=True):
            servo = joint.servo.id
            if servo in self._armed and servo not in self._restarted and reader.sure(servo):
                rows.append((servo, goal_row(joint.acceleration, goal, joint.speed_limit(speed))))
                self._goals[servo] = goal
        self._last = (command.epoch, command.sequence)
        if rows:
            bus.sync_write(reg.ACCELERATION.address, rows)

    def hold(self) -> None:
        """Stay where it is; see `armctl.hal.arm.Arm`. Joints without torque stay without."""
        bus, reader = self._connected()
        reader.update()
        self._notice_restarts(reader)
        rows = []
        for joint in self._joints:
            servo = joint.servo.id
            if servo in self._goals and servo not in self._restarted and reader.sure(servo):
                self._goals[servo] = self._resting_goal(joint, reader)
                speed = joint.speed_limit(_REST_SPEED)
                rows.append((servo, goal_row(joint.acceleration, self._goals[servo], speed)))
        if rows:
            bus.sync_write(reg.ACCELERATION.address, rows)

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
            reader.update(long=True)
            on -= {servo for servo in on if reader.sure(servo) and not reader.orders[servo].torque}
            if not on or self._clock.now() > deadline:
                break
        if on:
            left = [joint for joint in self._joints if joint.servo.id in on]
            raise HardwareError(
                f"Torque may still be on at {_names(left)}: no answer.", "Switch the arm's power supply off."
            )

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the port up; see `armctl.hal.arm.Arm`.

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
            # There is nothing left to tell the servos with; they stay where they are.
            pass
        finally:
            self._bus = self._reader = None
            bus.close()

    def _connected(self) -> tuple[FeetechBus, CyclicReader]:
        if self._bus is None or self._reader is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._bus, self._reader

    def _identify(self, bus: FeetechBus) -> None:
        bus.drain(0.01, 0.2)
        bus.detect_echo(max(set(range(reg.LARGEST_ID + 1)) - set(self._ids)))
        self._memories = read_memories(bus, self._clock, self._ids)
        if len(self._memories) < len(self._ids):
            check_presence(self._joints, self._memories, _hints(bus), bus.ping_all())
        check_single(self._joints, {servo: bus.count_answers(servo) for servo in self._ids})
        check_identity(self._joints, self._memories)
        check_same(self._joints, self._known, self._memories)
        # A calibration program that died may have left the memory open; locking moves nothing.
        bus.sync_write(reg.LOCK.address, [(servo, b"\1") for servo in self._ids])

    def _look(self, reader: CyclicReader) -> None:
        self._read_complete(reader, self._clock.now() + 10 * _CALL_TIME)
        volts = {servo: said.voltage for servo, said in reader.feedback.items()}
        check_voltage(self._joints, volts, self._config.wire)

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

    def _read_complete(self, reader: CyclicReader, deadline: float) -> None:
        for _ in range(3):
            reader.update(long=True)
            if all(reader.sure(servo) for servo in self._ids) or self._clock.now() > deadline:
                break
        silent = [joint for joint in self._joints if not reader.sure(joint.servo.id)]
        if silent:
            raise HardwareError(f"No answer from {_names(silent)}; nothing was switched on.", "Check its plug.")

    def _goal_to_take(self, joint: JointScale, reader: CyclicReader) -> int:
        """Return the goal with which torque comes on; a joint that holds already keeps what it holds."""
        servo = joint.servo.id
        holds = servo in self._goals and servo not in self._restarted and reader.orders[servo].torque == 1
        return self._resting_goal(joint, reader) if holds else self._standing(joint, reader)

    def _standing(self, joint: JointScale, reader: CyclicReader) -> int:
        """Return where the joint stands [step], as a goal that its servo will not move away from."""
        position = reader.feedback[joint.servo.id].position
        lowest, highest = self._memories[joint.servo.id].limits
        if not lowest - _LIMIT_TOLERANCE <= position <= highest + _LIMIT_TOLERANCE:
            raise HardwareError(
                f"{joint.name} stands at step {position}, outside of its servo's limits {lowest} to {highest}: "
                "with torque it would jump back.",
                "Move the joint by hand to the middle of its travel, then try again.",
            )
        return min(max(position, lowest), highest)

    def _order_torque(self, bus: FeetechBus, joints: Iterable[JointScale]) -> None:
        """Limits first, then the goal (which alone switches torque on), then torque."""
        ids = [joint.servo.id for joint in joints]
        bus.sync_write(reg.TORQUE_LIMIT.address, [(servo, word(self._torque_limit(servo))) for servo in ids])
        rows = [
            (
                joint.servo.id,
                goal_row(joint.acceleration, self._goals[joint.servo.id], joint.speed_limit(_REST_SPEED)),
            )
            for joint in joints
        ]
        bus.sync_write(reg.ACCELERATION.address, rows)
        bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\1") for servo in ids])

    def _torque_limit(self, servo: int) -> int:
        full = self._memories[servo].max_torque
        share = self._config.gripper.effort if servo == self._ids[-1] else 1.0
        return max(1, min(round(share * 1000), full - _CANARY))

    def _obeyed(self, joint: JointScale, reader: CyclicReader) -> bool:
        servo = joint.servo.id
        if not reader.sure(servo):
            return False
        orders = reader.orders[servo]
        return orders.goal == self._goals[servo] and not self._lost_orders(joint, orders)

    def _lost_orders(self, joint: JointScale, orders: Orders) -> bool:
        """Return True when the servo no longer has what it was given with its torque."""
        limit = self._torque_limit(joint.servo.id)
        return orders.torque != 1 or orders.acceleration != joint.acceleration or orders.torque_limit != limit

    def _notice_restarts(self, reader: CyclicReader) -> None:
        if not reader.told:
            return
        for joint in self._joints:
            servo = joint.servo.id
            told = servo in self._armed and servo in reader.told
            if told and self._lost_orders(joint, reader.orders[servo]):
                self._restarted.add(servo)

    def _resting_goal(self, joint: JointScale, reader: CyclicReader) -> int:
        """Return the last goal when it is near; a gripper that holds something keeps squeezing it."""
        said = reader.feedback[joint.servo.id]
        goal = self._goals[joint.servo.id]
        near = self._config.joints[-1].following_error if joint.servo.id == self._ids[-1] else _KEEP_GOAL
        overloaded = bool(faults(said.status) & JointFault.OVERLOAD)
        if abs(joint.angle(goal) - joint.angle(said.position)) <= near and not overloaded:
            return goal
        lowest, highest = self._memories[joint.servo.id].limits
        pushes = (goal - said.position or said.effort) if overloaded else 0
        away = int(math.copysign(_BACK_OFF, pushes)) if pushes else 0
        return min(max(said.position - away, lowest), highest)

    def _checked(self, command: ApprovedCommand) -> list[int]:
        """Return the goals of ``command`` [step], or refuse it."""
        count, now = len(self._joints), self._clock.now()
        angles, speeds = command.positions.tolist(), command.speeds.tolist()
        if len(angles) != count or len(speeds) != count:
            raise CommandRefusedError(f"A command for {len(angles)} joints was refused: there are {count}.")
        if not (all(map(math.isfinite, angles)) and all(map(math.isfinite, speeds)) and min(speeds) > 0.0):
            raise CommandRefusedError("A command with a value that is not a number, or without speed, was refused.")
        if now > command.deadline:
            raise CommandRefusedError(f"A command was refused: {(now - command.deadline) * 1000:.0f} ms too late.")
        if (command.epoch, command.sequence) <= self._last:
            raise CommandRefusedError(
                f"Command {command.sequence} of epoch {command.epoch} was refused: "
                f"number {self._last[1]} of epoch {self._last[0]} was already carried out."
            )
        if not self._armed:
            raise CommandRefusedError("A command was refused: torque is off.", "Enable the arm first.")
        return [self._goal(joint, angle) for joint, angle in zip(self._joints, angles, strict=True)]

    def _goal(self, joint: JointScale, angle: float) -> int:
        goal = joint.step(angle)
        if not joint.reaches(goal):
            raise CommandRefusedError(
                f"{joint.name} cannot go to {angle:.3f} rad: step {goal} is outside of the servo's turn."
            )
        return goal

    def _state(self, reader: CyclicReader, stamp: float) -> JointState:
        rows = [
            (
                joint.angle(said.position),
                joint.speed(said.speed),
                said.effort * joint.servo.sign,
                said.temperature,
                said.voltage,
                reader.stamps[joint.servo.id],
            )
            for joint, said in ((joint, reader.feedback[joint.servo.id]) for joint in self._joints)
        ]
        positions, velocities, efforts, temperatures, voltages, stamps = np.array(rows).T.copy()
        return JointState(
            stamp=stamp,
            positions=positions,
            velocities=velocities,
            efforts=efforts,
            temperatures=temperatures,
            voltages=voltages,
            stamps=stamps,
            fresh=np.array([servo in reader.fresh for servo in self._ids]),
            faults=tuple(self._faults(servo, reader.feedback[servo].status) for servo in self._ids),
            torque_on=not self._restarted and all(reader.orders[servo].torque == 1 for servo in self._ids),
        )

    def _faults(self, servo: int, status: int) -> JointFault:
        told = faults(status)
        return told | JointFault.RESTARTED if servo in self._restarted else told


def _names(joints: Iterable[JointScale]) -> str:
    return ", ".join(f"{joint.name} (servo {joint.servo.id})" for joint in joints)


def _hints(bus: FeetechBus) -> str:
    hints = []
    if bus.echoes:
        hints.append("The adapter returns what is sent to it: its receiving line may not be connected to the servos.")
    if bus.garbled:
        hints.append("Something answers, but garbled: the speed may be wrong, or two servos may have the same id.")
    if modem_manager_runs():
        hints.append(MODEM_MANAGER_REMEDY)
    return " ".join(hints)
