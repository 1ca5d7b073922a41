"""`TinyArm`, the smallest complete driver: the board controls its motors and has one answer for all joints."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, LinkLostError
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.state import JointFault, JointState
from drivers.commands import CommandCheck
from drivers.transport import PortOpener, Transport, open_serial, serial_number
from tests.examples.tiny.codec import ANSWER, UNIT, decode, encode

BOARD = 7001  # what such a board says it is
ANSWER_TIME, WRITE_TIME, TRIES = 0.008, 0.008, 3  # [s]; no call takes longer than 50 ms


class TinyArm:
    """What each method promises is written in `armctl.hal.arm.Arm`."""

    def __init__(self, context: ArmContext, open_port: PortOpener = open_serial) -> None:
        self._config, self._clock, self._port, self._open_port = context.config, context.clock, context.port, open_port
        self._check = CommandCheck(len(context.config.joints))
        self._transport: Transport | None = None
        self._state: JointState | None = None
        self._identity, self._tag, self._enabled = "", 0, False

    @property
    def info(self) -> ArmInfo:
        return ArmInfo(self._config.name, self._config.joint_names, self._identity, Capabilities(real=True))

    def connect(self) -> None:
        self.close()
        self._state, self._enabled = None, False
        self._transport = self._open_port(self._port, self._config.wire.baud, self._clock)
        try:
            if (said := self._ask("I")) != [BOARD, len(self._config.joints)]:
                raise IdentityError(f"{self._port} answers {said}, not as this board.", "Check the port.")
            self.read()
        except BaseException:
            self.close()
            raise
        self._identity = serial_number(self._port)

    def read(self) -> JointState:
        count = len(self._config.joints)
        said, now = self._ask("?"), self._clock.now()
        if said is None or len(said) != 1 + 2 * count:
            if self._state is None:
                raise HardwareError("The board does not tell where its joints are.", "Check cable and power supply.")
            return replace(self._state, stamp=now, fresh=np.zeros(count, dtype=bool))
        torque, values, unknown = bool(said[0]), np.array(said[1:]) * UNIT, np.full(count, np.nan)
        # A board that lost its power forgot its torque: it gets no goal until somebody enables it again.
        faults = (JointFault.RESTARTED if self._enabled and not torque else JointFault.NONE,) * count
        measured = (values[0::2], values[1::2], unknown, unknown, unknown, np.full(count, now))
        self._state = JointState(now, *measured, np.ones(count, dtype=bool), faults, torque_on=torque)
        return self._state

    def enable(self) -> None:
        self._order("T", 1)  # a limp board takes the place where it stands for its goal
        self._enabled = True
        if not self.read().torque_on:
            raise HardwareError("Torque did not come on.", "Check the power supply.")

    def send(self, command: ApprovedCommand) -> None:
        torque = self._enabled and self._state is not None and self._state.torque_on
        positions, speeds = self._check.admit(command, self._clock.now(), torque=torque)
        caps = [joint.max_speed for joint in self._config.joints]
        pairs = [(at, max(UNIT, min(both))) for at, *both in zip(positions, speeds, caps, strict=True)]
        self._write("G", [round(value / UNIT) for pair in pairs for value in pair])  # no answer: the next reading tells
        self._check.taken(command)

    def hold(self) -> None:
        self._order("H")  # a limp board stays limp

    def release(self) -> None:
        self._enabled = False
        self._order("T", 0)

    def close(self, *, keep_torque: bool = True) -> None:
        try:
            if self._transport and not keep_torque:
                self.release()
        except LinkLostError:
            pass  # there is nothing left to tell the board with
        finally:
            transport, self._transport = self._transport, None
            if transport:
                transport.close()

    def _order(self, mark: str, *numbers: int) -> None:
        if self._ask(mark, *numbers) is None:
            raise HardwareError(f"The board did not confirm {mark}.", "Switch the arm's power supply off.")

    def _ask(self, mark: str, *numbers: int) -> list[int] | None:
        """Return the answer, or None. Only answers to this very call count: those to an older one have another tag."""
        transport, tags, got = self._connected(), set[int](), b""
        transport.discard_input()
        for _ in range(TRIES):
            tags.add(self._write(mark, numbers))
            deadline = self._clock.now() + ANSWER_TIME
            while data := transport.read(4096, deadline):
                *lines, got = (got + data).split(b"\n")
                heard = [said for mark, said in map(decode, lines) if mark == ANSWER and said[0] in tags]
                if heard or self._clock.now() >= deadline:  # a line that is never silent must not hold the call up
                    return heard[0][1:] if heard else None
        return None

    def _write(self, mark: str, numbers: Iterable[int]) -> int:
        self._tag = self._tag % 9999 + 1
        self._connected().write(encode(mark, [self._tag, *numbers]), self._clock.now() + WRITE_TIME)
        return self._tag

    def _connected(self) -> Transport:
        if self._transport is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._transport
