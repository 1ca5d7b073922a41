"""`FeetechArm`: an arm of Feetech STS servos behind the `armctl.hal.arm.Arm` protocol.

These servos have no watchdog: whatever dies on this side, they go to their last goal and stay there. So goals stay
close and speeds bounded.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from armctl.errors import CommandRefusedError, HardwareError, LinkLostError
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.state import JointState
from drivers.commands import CommandCheck
from drivers.drops import Drops
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.found import check_line, identify, look, names, read_complete
from drivers.feetech.identity import Eeprom
from drivers.feetech.joints import goals, scales
from drivers.feetech.reader import LONG_EVERY, CyclicReader
from drivers.feetech.settings import write_settings
from drivers.feetech.state import StateMaker
from drivers.feetech.torque import Torque
from drivers.feetech.watch import Watch
from drivers.rediscover import port_of
from drivers.transport import PortOpener, open_serial, serial_number

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


def create(context: ArmContext, open_port: PortOpener = open_serial) -> FeetechArm:
    """Return the arm that ``context`` describes, not yet connected; ``open_port`` opens its port.

    Raises:
        ConfigError: A joint has no servo, or its travel does not fit into one turn of it.
    """
    return FeetechArm(context, open_port)


class _Connected(NamedTuple):
    """What there is while the arm is connected."""

    bus: FeetechBus
    reader: CyclicReader
    torque: Torque
    state: StateMaker


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
        self._known: dict[int, Eeprom] = {}
        self._now: _Connected | None = None
        self._commands = CommandCheck(len(self._joints))
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
        try:
            self._now, memories = self._found(bus)
        except BaseException:
            bus.close()
            raise
        self._port, self._identity, self._known = port, serial_number(port), memories
        self._drops = Drops(self._config.title, self._clock)

    def read(self) -> JointState:
        """Return one reading of all joints; see `armctl.hal.arm.Arm`."""
        bus, reader, torque, state = self._connected()
        stamp = reader.update()
        self._drops.count(bus.rejected)
        torque.notice_restarts()
        return state.make(stamp, torque.restarted, torque_on=torque.on)

    def enable(self) -> None:
        """Switch torque on where the arm stands; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: A joint does not answer, stands outside of its limits, or did not do as told.
        """
        _, reader, torque, _ = self._connected()
        deadline = self._clock.now() + _CALL_TIME
        read_complete(reader, self._joints, self._clock, deadline)
        torque.notice_restarts()
        torque.take_goals(self._joints)
        torque.end_overloads()
        waiting = list(self._joints)
        while waiting and self._clock.now() < deadline:
            torque.order(waiting)
            reader.update(long=True)
            waiting = [joint for joint in waiting if not torque.has(joint)]
        if waiting:
            raise HardwareError(f"Torque did not come on at {names(waiting)}.", "Check its plug, then try again.")
        torque.given()

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal; see `armctl.hal.arm.Arm`."""
        torque = self._connected().torque
        angles, speeds = self._commands.admit(command, self._clock.now(), torque=bool(torque.armed))
        steps = goals(self._joints, angles)
        self._commands.taken(command)
        torque.follow(self._joints, steps, speeds)

    def hold(self) -> None:
        """Stay where it is; see `armctl.hal.arm.Arm`. Joints without torque stay without."""
        _, reader, torque, _ = self._connected()
        reader.update()
        torque.notice_restarts()
        torque.rest(self._joints)

    def release(self) -> None:
        """Switch torque off; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: A servo did not confirm; the message names it. It was told all the same.
        """
        bus, reader, torque, _ = self._connected()
        deadline = self._clock.now() + _CALL_TIME
        torque.forget()
        on = set(self._ids)
        for _ in range(3):
            bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\0") for servo in on])
            reader.update(long=True)
            on -= {servo for servo, said in reader.orders.items() if reader.sure(servo) and not said.torque}
            if not on or self._clock.now() > deadline:
                break
        if on:
            left = [joint for joint in self._joints if joint.servo.id in on]
            raise HardwareError(
                f"Torque may still be on at {names(left)}: no answer.", "Switch the arm's power supply off."
            )

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the port up; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: Torque was to go off and a servo did not confirm; the port is closed all the same.
        """
        if self._now is None:
            return
        bus = self._now.bus
        try:
            if not keep_torque:
                self.release()
        except LinkLostError:
            # There is nothing left to tell the servos with; they stay where they are.
            pass
        finally:
            self._now = None
            bus.close()

    def _connected(self) -> _Connected:
        if self._now is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._now

    def _found(self, bus: FeetechBus) -> tuple[_Connected, dict[int, Eeprom]]:
        """Look at what is at ``bus``, and return it with the memories of its servos once it may be used."""
        config, clock = self._config, self._clock
        budget = min(_LONGEST_READ, max(_SHORTEST_READ, _READ_SHARE / config.rate_hz))
        long_every = 1 if budget >= _LONG_READ else LONG_EVERY
        reader = CyclicReader(bus, clock, self._ids, budget, long_every)
        memories = identify(bus, clock, self._joints, self._known)
        look(bus, clock, reader, self._joints, config)
        told = reader.orders
        limp = [joint for joint in self._joints if not told[joint.servo.id].torque]
        write_settings(bus, clock, limp, memories, config)
        check_line(reader, clock, len(self._ids), budget, config.rate_hz)
        torque = Torque(self._joints, config, memories, reader, bus)
        return _Connected(bus, reader, torque, StateMaker(self._joints, reader, Watch(memories))), memories
