"""`MycobotArm`: a myCobot 280 behind the `armctl.hal.arm.Arm` protocol.

Its controller goes to the newest angles it was told and stays there ("fresh mode"); it has no watchdog. So goals stay
close, and each carries a speed that no joint exceeds. A goal switches torque on by itself, so it goes only to an arm
whose joints are known to have torque.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.errors import CommandRefusedError, HardwareError, LinkLostError
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.state import JointFault, JointState
from drivers.commands import CommandCheck
from drivers.drops import Drops
from drivers.mycobot import codec, identity, joints
from drivers.mycobot.bus import MycobotBus
from drivers.mycobot.messages import COLLISION, JOINTS, RELEASE_GRIPPER, Command, explain
from drivers.mycobot.reader import Reader
from drivers.mycobot.track import Track
from drivers.rediscover import port_of
from drivers.transport import PortOpener, open_serial, serial_number

_KEEP_GOAL: Final = 286
"""A joint that rests this near to its goal keeps it [0.01°], 0.05 rad: told to stay where it stands, it would sink, and
with every arming a little more."""
_RESTS: Final = 0.06
"""A joint slower than this rests [rad/s]: two counts of its encoder from one reading to the next."""
_LIMIT_TOLERANCE: Final = 50
"""A joint may stand this far outside of the controller's limits when torque comes on [0.01°]: it is pulled back."""
_RECENT: Final = 0.2
"""A reading of this age still says where an arm stands that does not answer [s]."""
_RUN_OUT: Final = 0.1
"""Time in which a moving arm comes to rest [s]; to stand at once it would have to come back."""
_CALL_TIME: Final = 0.085
"""What a call that repeats itself allows itself [s]; `Arm` promises 100 ms."""


def create(context: ArmContext, open_port: PortOpener = open_serial) -> MycobotArm:
    """Return the arm that ``context`` describes, not yet connected; ``open_port`` opens its port.

    Raises:
        ConfigError: The configuration has other than six joints and a gripper.
    """
    return MycobotArm(context, open_port)


class MycobotArm:
    """See the module's description.

    Args:
        context: Configuration, clock and port.
        open_port: Opens the port; to be replaced in tests.

    Raises:
        ConfigError: The configuration has other than six joints and a gripper.
    """

    def __init__(self, context: ArmContext, open_port: PortOpener = open_serial) -> None:
        joints.check_joints(context.config)
        self._config = context.config
        self._clock = context.clock
        self._port = context.port
        self._open_port = open_port
        self._identity = ""
        self._bus: MycobotBus | None = None
        self._reader: Reader | None = None
        self._limits: list[tuple[int, int]] = []
        self._goals: list[int] | None = None
        self._grip: int | None = None
        self._armed = False
        self._stays = False
        self._commands = CommandCheck(JOINTS + 1)
        self._drops = Drops(self._config.title, self._clock)

    @property
    def info(self) -> ArmInfo:
        """See `armctl.hal.arm.Arm`; the identity is the USB serial number, known once connected."""
        return ArmInfo(self._config.name, self._config.joint_names, self._identity, Capabilities(real=True))

    def connect(self) -> None:
        """Open the port and check everything that can be known without moving; see `armctl.hal.arm.Arm`.

        Raises:
            PortError: The port is missing, not permitted or in use.
            IdentityError: Not a myCobot 280 as configured.
            HardwareError: The motors have no power, or the line is too slow for the control rate.
            LinkLostError: The port went away meanwhile.
        """
        self.close()
        port = port_of(self._port, self._identity)
        bus = MycobotBus(self._open_port(port, self._config.wire.baud, self._clock), self._clock)
        try:
            bus.drain(0.01, 0.2)
            questions = identity.Questions(bus, self._clock)
            limits = identity.check(questions, self._config)
            two_questions = questions.understands(Command.GET_ANGLES_COORDS)
            reader = Reader(bus, self._clock, self._config, two_questions=two_questions)
            reader.on = [questions.flag(Command.IS_SERVO_ENABLED, bytes((n + 1,))) for n in range(JOINTS)]
            reader.fresh_mode = questions.flag(Command.GET_FRESH_MODE)
            identity.check_line(reader, self._config)
        except BaseException:
            bus.close()
            raise
        self._port, self._identity = port, serial_number(port)
        self._bus, self._reader, self._limits = bus, reader, limits
        # The goals are kept: where the joints still hold near to them, they are what they hold.
        self._grip, self._armed, self._stays = None, False, False
        self._drops = Drops(self._config.title, self._clock)

    def read(self) -> JointState:
        """Return one reading of all joints; see `armctl.hal.arm.Arm`."""
        bus, reader = self._connected()
        stamp = reader.update()
        self._drops.count(bus.rejected)
        track, unknown = reader.track, np.full(JOINTS + 1, math.nan)
        faults = tuple(self._fault(reader, joint) for joint in range(JOINTS))
        return JointState(
            stamp=stamp,
            positions=track.positions.copy(),
            velocities=track.velocities.copy(),
            efforts=unknown,
            temperatures=unknown,
            voltages=unknown,
            stamps=track.stamps.copy(),
            fresh=track.fresh.copy(),
            faults=(*faults, JointFault.NONE),
            torque_on=all(reader.on),
        )

    def enable(self) -> None:
        """Switch torque on where the arm stands; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: The arm does not answer, stands outside of its limits, or did not do as told.
        """
        bus, reader = self._connected()
        deadline = self._clock.now() + _CALL_TIME
        if not reader.measure():
            raise self._silence(bus, reader)
        goals, grip = self._standing(reader)
        self._take_goals(bus, goals, deadline)
        self._tell_grip(bus, grip, self._config.joints[-1].max_speed)
        self._goals, self._grip = goals or self._goals, grip
        reader.fresh_mode, reader.error = True, 0
        all_on = bus.ask(Command.ARE_ALL_ENABLED, deadline=deadline)
        if all_on is not None:
            # Silence is no news: an arm that holds must not be taken for a limp one, and told where it stands.
            reader.on = [all_on == b"\1"] * JOINTS
        self._armed = self._stays = all_on == b"\1"
        if not self._armed:
            raise HardwareError("Torque did not come on at every joint.", "Try again.")

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal; see `armctl.hal.arm.Arm`."""
        bus, reader = self._connected()
        goals = self._checked(command, reader)
        ways = np.abs(command.positions - reader.track.positions)[:JOINTS].tolist()
        speed = joints.percent(ways, command.speeds[:JOINTS].tolist())
        bus.tell(Command.SEND_ANGLES, codec.angles_data(goals, speed))
        grip = joints.grip_value(self._config, float(command.positions[-1]))
        if grip != self._grip or not bus.heard(Command.SET_GRIPPER):
            self._tell_grip(bus, grip, float(command.speeds[-1]))
        self._commands.taken(command)
        self._goals, self._grip, self._stays = goals, grip, False

    def hold(self) -> None:
        """Stay where it is; see `armctl.hal.arm.Arm`. Joints without torque stay without."""
        bus, reader = self._connected()
        bus.listen()
        track = reader.track
        if not any(reader.on) or (self._stays and _rests(track) and not reader.error):
            return
        deadline = self._clock.now() + _CALL_TIME
        self._stays = bus.order(Command.STOP, deadline=deadline)
        if _holds(reader) and self._clock.now() - track.stamps.min() < _RECENT:
            self._goals = self._stay(bus, reader)
        grip = joints.grip_value(self._config, float(track.positions[-1]))
        if self._grip is not None and not self._squeezes(track):
            self._tell_grip(bus, grip, self._config.joints[-1].max_speed)
            self._grip = grip
        if reader.error and bus.order(Command.CLEAR_ERROR, deadline=deadline):
            reader.error = 0

    def release(self) -> None:
        """Switch torque off; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: A joint did not confirm; the message names it. It was told all the same.
        """
        bus, reader = self._connected()
        deadline = self._clock.now() + _CALL_TIME
        self._goals, self._grip, self._armed, self._stays = None, None, False, False
        bus.order(Command.RELEASE_ALL, deadline=deadline)
        bus.tell(Command.SET_GRIPPER_STATE, bytes((RELEASE_GRIPPER, 1)))
        left = list(range(1, JOINTS + 1))
        while left and (now := self._clock.now()) < deadline:
            window = (deadline - now) / len(left)
            # An answer that is late is as good: nothing here switches torque on.
            left = [n for n in left if not self._is_limp(reader, n, min(deadline, self._clock.now() + window))]
            for number in left:
                bus.tell(Command.RELEASE_SERVO, bytes((number,)))
        if left:
            names = ", ".join(self._config.joints[number - 1].name for number in left)
            raise HardwareError(f"Torque may still be on at {names}: no answer.", "Switch the arm's power supply off.")

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the port up; see `armctl.hal.arm.Arm`.

        Raises:
            HardwareError: Torque was to go off and a joint did not confirm; the port is closed all the same.
        """
        bus = self._bus
        if bus is None:
            return
        try:
            if not keep_torque:
                self.release()
        except LinkLostError:
            # There is nothing left to tell the controller with; the joints stay where they are.
            pass
        finally:
            self._bus = self._reader = None
            bus.close()

    def _stay(self, bus: MycobotBus, reader: Reader) -> list[int] | None:
        """Tell the joints their goals, after a stop, and return them; None where the stop alone says it.

        What the controller makes of a stop may be where a joint stands, below its goal by what it carries: at rest it
        is told the goal again. The newest goal also replaces the one that an arm may still be going to whose stop was
        not acknowledged.
        """
        track = reader.track
        goals = self._near(self._limited(self._places(track, _RUN_OUT)))
        if self._stays and (reader.error or not _rests(track) or goals != self._goals):
            return None
        bus.tell(Command.SEND_ANGLES, _to_rest_at(goals))
        return goals

    def _take_goals(self, bus: MycobotBus, goals: list[int] | None, deadline: float) -> None:
        """Make ``goals`` those of the controller, which switches torque on; sure that it took them. None changes none.

        Raises:
            HardwareError: It did not.
        """
        if bus.ask(Command.IS_FREE_MODE, deadline=deadline) != b"\0":
            raise HardwareError("The arm is to be moved by hand (free mode).", "End that at the arm, then try again.")
        # The acknowledgement of this order looks like its echo, so what it did is asked for.
        bus.tell(Command.SET_FRESH_MODE, b"\1")
        took = (
            bus.ask(Command.GET_FRESH_MODE, deadline=deadline) == b"\1"
            and bus.order(Command.CLEAR_ERROR, deadline=deadline)
            and (goals is None or bus.order(Command.SEND_ANGLES, _to_rest_at(goals), deadline=deadline))
            and bus.ask(Command.GET_ERROR, deadline=deadline) == b"\0"
        )
        if not took:
            raise HardwareError("The arm did not take the place where it stands as its goal.", "Try again.")
        if goals is not None:
            # By itself this leads to the goal of before; by now that is where the arm stands.
            bus.tell(Command.FOCUS_SERVO, b"\0")

    def _connected(self) -> tuple[MycobotBus, Reader]:
        if self._bus is None or self._reader is None:
            raise CommandRefusedError(f"{self._config.title} is not connected.", "Connect it first.")
        return self._bus, self._reader

    def _is_limp(self, reader: Reader, number: int, deadline: float) -> bool:
        on = reader.check_torque(number, deadline, again=True)
        reader.on[number - 1] = on is not False
        return on is False

    def _silence(self, bus: MycobotBus, reader: Reader) -> HardwareError:
        """Return why the arm does not say where it stands; motors without power get it."""
        if bus.ask(Command.IS_POWER_ON, deadline=self._clock.now() + _CALL_TIME / 4) != b"\0":
            return HardwareError("The arm did not say where it stands; nothing was switched on.", "Try again.")
        bus.tell(Command.POWER_ON)
        return HardwareError("The arm's motors were switched off. They get power now.", "Try again.")

    def _standing(self, reader: Reader) -> tuple[list[int] | None, int]:
        """Return the goals with which torque comes on; a joint that holds already keeps what it holds.

        None for an arm that was told to stay, but not where, or sags: what it holds is not known, and it holds it.
        """
        track, places = reader.track, self._places(reader.track)
        for joint, place, (lower, upper) in zip(self._config.joints, places, self._limits, strict=False):
            if not lower - _LIMIT_TOLERANCE <= place <= upper + _LIMIT_TOLERANCE:
                raise HardwareError(
                    f"{joint.name} stands at {place / 100:.1f}°, outside of the arm's limits {lower / 100:.1f}° to "
                    f"{upper / 100:.1f}°: with torque it would jump back.",
                    "Move the joint by hand to the middle of its travel, then try again.",
                )
        places = self._limited(places)
        grip = joints.grip_value(self._config, float(track.positions[-1]))
        if not all(reader.on):
            return places, grip
        near = self._near(places)
        unknown = self._stays and _holds(reader) and near != self._goals
        return None if unknown else near, self._grip if self._grip is not None and self._squeezes(track) else grip

    def _near(self, places: list[int]) -> list[int]:
        """Return ``places`` [0.01°], the goal instead of each that is near to it."""
        if self._goals is None:
            return places
        pairs = zip(self._goals, places, strict=True)
        return [goal if abs(goal - place) <= _KEEP_GOAL else place for goal, place in pairs]

    def _places(self, track: Track, ahead: float = 0.0) -> list[int]:
        """Return where the joints are [0.01°], or will be in so many seconds."""
        return [joints.count(angle) for angle in (track.positions + ahead * track.velocities)[:JOINTS].tolist()]

    def _limited(self, places: list[int]) -> list[int]:
        return [min(max(place, lower), upper) for place, (lower, upper) in zip(places, self._limits, strict=True)]

    def _squeezes(self, track: Track) -> bool:
        """Return True when the gripper is so near to its goal that it keeps it: what it holds is squeezed."""
        goal = joints.grip_position(self._config, self._grip or 0)
        return abs(goal - float(track.positions[-1])) <= self._config.joints[-1].following_error

    def _ready(self, reader: Reader) -> bool:
        """Return True while every joint has the torque it was given, and takes the newest goal."""
        return self._armed and _holds(reader)

    def _tell_grip(self, bus: MycobotBus, value: int, speed: float) -> None:
        bus.tell(Command.SET_GRIPPER, bytes((value, joints.grip_percent(self._config, speed))))

    def _checked(self, command: ApprovedCommand, reader: Reader) -> list[int]:
        """Return the goals of ``command`` [0.01°], or refuse it."""
        positions, _ = self._commands.admit(command, self._clock.now(), torque=self._ready(reader))
        if reader.error:
            raise CommandRefusedError(explain(reader.error), "Clear the way, then move it again.")
        goals = [joints.count(angle) for angle in positions[:JOINTS]]
        for joint, goal, (lower, upper) in zip(self._config.joints, goals, self._limits, strict=False):
            if not lower <= goal <= upper:
                raise CommandRefusedError(
                    f"{joint.name} cannot go to {goal / 100:.1f}°: its limits are {lower / 100:.1f}° and "
                    f"{upper / 100:.1f}°."
                )
        return goals

    def _fault(self, reader: Reader, joint: int) -> JointFault:
        """Return what is wrong with a joint: torque that was lost, or a collision that the controller noticed."""
        lost = self._armed and not (reader.on[joint] and reader.fresh_mode)
        fault = JointFault.RESTARTED if lost else JointFault.NONE
        return fault | JointFault.OVERLOAD if reader.error in COLLISION else fault


def _to_rest_at(goals: list[int]) -> bytes:
    """Return the data of an order to stay at ``goals`` [0.01°]."""
    return codec.angles_data(goals, joints.percent([0.0], [1.0]))


def _holds(reader: Reader) -> bool:
    """Return True when every joint has torque, and the newest goal counts, whoever saw to that."""
    return all(reader.on) and reader.fresh_mode


def _rests(track: Track) -> bool:
    """Return True when no joint moved from the last reading but one to the last."""
    return bool(np.abs(track.velocities[:JOINTS]).max() <= _RESTS)
