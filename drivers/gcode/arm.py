"""`GcodeArm`: an arm behind a controller that speaks G-code, as an `armctl.hal.arm.Arm`.

A controller does what is in its queue whatever dies on this side. So it is given no more than two periods of motion
at a time (`drivers.gcode.walk`): without this program the arm comes to rest within them. Nothing here knows torque,
heat or voltage; a gripper that is only on or off is where a model says.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple, cast

import numpy as np

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.config.gcode import GcodeConfig
from armctl.errors import (
    CommandRefusedError,
    ConfigError,
    HardwareError,
    IdentityError,
    LinkLostError,
    PlaceLostError,
)
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.state import FloatArray, JointFault, JointState
from drivers.commands import CommandCheck
from drivers.drops import Drops
from drivers.gcode.axes import Axes
from drivers.gcode.dialect import CALL_TIME, Dialect
from drivers.gcode.grbl import HOME_IT, GrblDialect
from drivers.gcode.gripper import Switch
from drivers.gcode.line import Line
from drivers.gcode.uarm import UarmDialect
from drivers.gcode.walk import Walk
from drivers.rediscover import port_of
from drivers.transport import PortOpener, open_serial, serial_number

_CONNECT_TIME: Final = 4.5
"""What connecting allows itself [s]; `Arm` promises 5 s."""
_ENABLE_TIME: Final = 0.095
"""What enabling allows itself, the reading at its end included [s]; `Arm` promises 100 ms."""
_HOME_TIME: Final = 1.0
"""Time until homing begins [s]: a reset, and settings compared again."""
_READ_TIME: Final = 0.03
"""Time for a reading [s]: 5 to 8 ms on the wire at 115200 baud, some for the controller's own round."""
_WINDOW: Final = 0.08
"""Speeds are measured over at least this long [s]: one count of an encoder is 0.03 rad/s over a period of 20 Hz."""
_PLAY: Final = 0.035
"""A reading further than this [rad or m] from the way between the last one and the end of what was given must be said
twice: 2°. One bit turned over in a digit is 1, 2, 4 or 8 of some power of ten of degrees, and there is no checksum."""


class _Link(NamedTuple):
    """What there is while the arm is connected."""

    line: Line
    dialect: Dialect


def create(context: ArmContext, open_port: PortOpener = open_serial) -> GcodeArm:
    """Return the arm that ``context`` describes, not yet connected; ``open_port`` opens its port.

    Raises:
        ConfigError: The controller is not described, or not as the arm's joints need it.
    """
    return GcodeArm(context, open_port)


class GcodeArm:
    """See the module's description.

    Args:
        context: Configuration, clock and port.
        open_port: Opens the port; to be replaced in tests.

    Raises:
        ConfigError: The controller is not described, or not as the arm's joints need it.
    """

    def __init__(self, context: ArmContext, open_port: PortOpener = open_serial) -> None:
        if context.config.gcode is None:
            raise ConfigError(f"{context.config.name} has no controller.", remedy="Add a [gcode] table to it.")
        self._config, self._gcode = context.config, context.config.gcode
        self._clock: Clock = context.clock
        self._port, self._open_port = context.port, open_port
        self._axes = Axes(self._config, self._gcode)
        self._switch = Switch(self._config.gripper, self._gcode.gripper.travel_time)
        self._top = np.array([joint.max_speed for joint in self._config.joints[: self._config.dof]])
        self._identity = self._usb = self._lost = ""
        self._link: _Link | None = None
        self._walk: Walk | None = None
        self._commands = CommandCheck(len(self._config.joints))
        self._refusal = ""
        self._drops = Drops(self._config.title, self._clock)
        self._forget()

    @property
    def info(self) -> ArmInfo:
        """See `armctl.hal.arm.Arm`; the identity is what the controller calls itself, known once connected."""
        can = Capabilities(stops_by_itself=True, real=True)
        return ArmInfo(self._config.name, self._config.joint_names, self._identity, can)

    def connect(self, *, to_home: bool = False) -> None:
        """Open the port and check everything that can be known without moving; see `armctl.hal.arm.Arm`.

        Args:
            to_home: It is going to be homed: where it is need not be known, and a controller that is silent, as Grbl
                is after a limit switch was hit, is reset.

        Raises:
            PortError: The port is missing, not permitted or in use.
            IdentityError: Not the configured arm.
            HardwareError: The controller does not answer.
            PlaceLostError: Nobody knows where the arm is until it was homed.
            LinkLostError: The port went away meanwhile.
        """
        self.close()
        deadline = self._clock.now() + _CONNECT_TIME
        port = port_of(self._port, self._usb)
        line = Line(self._open_port(port, self._config.wire.baud, self._clock), self._clock)
        dialect = _dialect(self._config, self._gcode, self._axes, line)
        try:
            if to_home and isinstance(dialect, GrblDialect):
                dialect.rouse(deadline)
            identity = self._identified(dialect, deadline)
            if not to_home:
                self._require_known(dialect)
        except BaseException:
            line.close()
            raise
        self._lost = ""
        self._port, self._usb = port, serial_number(port)
        self._identity = identity
        self._link, self._walk = _Link(line, dialect), None
        self._switch.begin(dialect.gripping)
        self._drops = Drops(self._config.title, self._clock)
        self._forget()

    def read(self) -> JointState:
        """Return one reading of all joints; see `armctl.hal.arm.Arm`. Also gives the controller its next move.

        Raises:
            PlaceLostError: Nobody knows any more where the arm is; the message says why.
        """
        line, dialect = self._connected()
        self._look(dialect)
        self._require_known(dialect)
        self._drops.count(line.rejected)
        self._hear(dialect)
        self._advance(dialect)
        return self._state(dialect)

    def enable(self) -> None:
        """Switch the motors on where the arm stands; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: The controller did not do it.
            PlaceLostError: Nobody knows where the arm is.
            IdentityError: The controller is set up otherwise than configured.
        """
        dialect = self._connected().dialect
        started = self._clock.now()
        holds = self._look(dialect) and self._walk is not None
        if holds and dialect.powered and not dialect.restarted:
            return
        dialect.power(True, started + CALL_TIME)
        if not self._look(dialect, started + _ENABLE_TIME):
            raise HardwareError("The controller does not tell where the arm is.", "Try again; else check its cable.")
        self._walk = Walk(self._positions, 1.0 / self._config.rate_hz)
        self._refusal = ""

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal; see `armctl.hal.arm.Arm`."""
        dialect = self._connected().dialect
        self._hear(dialect)
        walk = self._checked(command)
        refused, self._refusal = self._refusal, ""
        if refused:
            raise CommandRefusedError(refused)
        count = self._config.dof
        self._commands.taken(command)
        walk.aim(command.positions[:count].copy(), np.minimum(command.speeds[:count], self._top))
        if self._switch.told(float(command.positions[-1]), self._clock.now()):
            dialect.grip(self._switch.closed)
        self._advance(dialect)

    def hold(self) -> None:
        """Stay where it is; see `armctl.hal.arm.Arm`. Motors that are off stay off."""
        self._connected().dialect.stop()
        if self._walk is not None:
            self._walk.stay()

    def release(self) -> None:
        """Switch the motors off; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: The controller did not confirm.
        """
        dialect = self._connected().dialect
        self._walk = None
        dialect.power(False, self._clock.now() + CALL_TIME)

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the port up; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: The motors were to go off and the controller did not confirm; the port is closed anyway.
        """
        if self._link is None:
            return
        line = self._link.line
        try:
            if not keep_torque:
                self.release()
        except LinkLostError:
            # There is nothing left to tell the controller with; the arm stays where it is.
            pass
        finally:
            self._link = self._walk = None
            line.close()

    @property
    def lost(self) -> str:
        """Why it must be homed, in plain words; "" when it need not, as an arm with encoders never does."""
        dialect = self._connected().dialect
        return dialect.lost or dialect.sunk if isinstance(dialect, GrblDialect) else ""

    def home(self) -> None:
        """Let the arm find its switches, on purpose, seen by a person; `hold` ends that, `homing` follows it.

        Raises:
            CommandRefusedError: This controller needs none, or is not connected.
            HardwareError: It cannot begin.
            IdentityError: The controller is set up otherwise than configured.
        """
        dialect = self._connected().dialect
        if not isinstance(dialect, GrblDialect):
            raise CommandRefusedError(f"{self._config.title} knows where it is without homing.")
        self._walk = None
        dialect.home(self._clock.now() + _HOME_TIME)

    def homing(self) -> bool:
        """Look once, and return True until homing is done and the arm tells where it is.

        Raises:
            HardwareError: Homing ended otherwise; the message says why.
        """
        dialect = self._connected().dialect
        known, said = self._look(dialect), dialect.complaint()
        if said:
            raise HardwareError(f"Homing ended before it was done. {said}", "Look at what is in its way; then again.")
        return not known

    def _connected(self) -> _Link:
        if self._link is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._link

    def _identified(self, dialect: Dialect, deadline: float) -> str:
        """Return what the controller calls itself; one that lost its place and is silent since is still in alarm."""
        try:
            return dialect.identify(deadline)
        except IdentityError as error:
            if self._lost and isinstance(dialect, GrblDialect) and dialect.silent:
                raise PlaceLostError(self._lost, HOME_IT) from error
            raise

    def _require_known(self, dialect: Dialect) -> None:
        """Raise when nobody knows where the arm is: no reading says that as plainly."""
        if isinstance(dialect, GrblDialect) and dialect.lost:
            self._lost = dialect.lost
            raise PlaceLostError(dialect.lost, HOME_IT)

    def _forget(self) -> None:
        self._positions: FloatArray = self._axes.joints(self._axes.places(np.zeros(self._config.dof)))
        self._stamp = 0.0
        self._coming_to_rest = False
        self._refusal = ""
        self._fresh = False
        self._doubt: FloatArray | None = None
        self._seen: deque[tuple[float, FloatArray]] = deque()

    def _look(self, dialect: Dialect, latest: float = math.inf) -> bool:
        """Read once, by ``latest`` [s], and return True when the reading can be believed."""
        places = dialect.look(min(latest, self._clock.now() + _READ_TIME))
        self._fresh = places is not None and self._believed(self._axes.joints(places))
        return self._fresh

    def _believed(self, positions: FloatArray) -> bool:
        """Take ``positions`` over. There is no checksum: what no motion explains must be said twice."""
        now = self._clock.now()
        if self._seen and not self._explained(positions, now):
            self._doubt = positions
            return False
        self._doubt = None
        self._positions, self._stamp = positions, now
        self._seen.append((now, positions))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()
        return True

    def _explained(self, positions: FloatArray, now: float) -> bool:
        """Return True for ``positions`` on the way that was given, near the last ones, or said a second time."""
        steered = self._walk is not None and not self._coming_to_rest
        end = self._walk.given if self._walk is not None else self._positions
        play = _PLAY if steered else _PLAY + self._top * (now - self._stamp)
        low, high = np.minimum(self._positions, end) - play, np.maximum(self._positions, end) + play
        on_the_way = bool(((low <= positions) & (positions <= high)).all())
        again = self._doubt is not None and bool((np.abs(positions - self._doubt) <= _PLAY).all())
        return on_the_way or again

    def _hear(self, dialect: Dialect) -> None:
        """Go no further when the controller did not do as told; the next command is told why."""
        said = dialect.complaint()
        if said:
            self._refusal = said
            if self._walk is not None:
                self._walk.stay()
                self._walk.begin_at(self._positions)

    def _advance(self, dialect: Dialect) -> None:
        """Give the controller its next move, if it is time, it can take one, and it just told where the arm is."""
        walk = self._walk
        if walk is None or not self._fresh or not dialect.powered or dialect.restarted:
            return
        if not dialect.settled() or self._coming_to_rest:
            walk.begin_at(self._positions)
            self._coming_to_rest = not dialect.settled()
        elif dialect.ready and (move := walk.next(self._clock.now(), self._positions)) is not None:
            dialect.move(self._axes.places(move.goal), move.seconds)

    def _checked(self, command: ApprovedCommand) -> Walk:
        """Return the way that ``command`` may change, or refuse it."""
        self._commands.admit(command, self._clock.now(), torque=self._walk is not None)
        return cast(Walk, self._walk)  # without one torque is off, and it was refused

    def _state(self, dialect: Dialect) -> JointState:
        now, count = self._clock.now(), len(self._config.joints)
        first, last = (self._seen[0], self._seen[-1]) if self._seen else ((0.0, self._positions),) * 2
        speeds = (last[1] - first[1]) / max(last[0] - first[0], 1e-3)
        opening, rate = self._switch.at(now)
        stamps = np.full(count, self._stamp)
        stamps[-1] = now if self._fresh else self._stamp
        nothing = np.full(count, math.nan)
        fault = JointFault.RESTARTED if dialect.restarted else JointFault.NONE
        return JointState(
            stamp=now,
            positions=np.append(self._positions, opening),
            velocities=np.append(speeds, rate),
            efforts=nothing,
            temperatures=nothing.copy(),
            voltages=nothing.copy(),
            stamps=stamps,
            fresh=np.full(count, self._fresh),
            faults=(fault,) * count,
            torque_on=dialect.powered and not dialect.restarted,
        )


def _dialect(config: ArmConfig, gcode: GcodeConfig, axes: Axes, line: Line) -> Dialect:
    if gcode.dialect == "uarm":
        return UarmDialect(line, gcode)
    return GrblDialect(line, gcode, axes.places(np.array(config.poses["rest"])))
