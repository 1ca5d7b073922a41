"""Every command that an emulated myCobot 280 understands: what it does, what it answers, and how long that takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from drivers.mycobot.messages import ANGLE_UNIT, FULLY_OPEN, JOINTS, LIMIT_UNIT, RELEASE_GRIPPER
from sim.emulators.mycobot.controller import Controller
from sim.emulators.mycobot.coordinates import Coordinates
from sim.emulators.mycobot.joint import Joint
from sim.emulators.mycobot.moves import DONE, STEP, WORD, WORDS, Moves, encoder

ALL_SERVOS: Final = 0.018
"""Time to ask six servos, one after the other [s]: get_angles takes 20 ms in all (bench reports, firmware 7.2)."""
ONE_SERVO: Final = 0.003
"""Time to ask or tell one servo [s]."""
QUICK: Final = 0.001
"""Time for what the controller knows by itself [s]; own estimate, as `ONE_SERVO`."""
SYSTEM_VERSION: Final = 72
BASIC_VERSION: Final = 23
ATOM_VERSION: Final = 72
"""Versions of the firmware's parts, in tenths."""

Act = Callable[[bytes], bytes | None]
"""Takes the data of a command and returns the data of its answer; None for none."""


class Entry(NamedTuple):
    """A command.

    Attributes:
        act: Does it.
        sizes: How many bytes of data it may have.
        takes: How long [s].
        needs_power: It is about servos, which without power are silent.
    """

    act: Act
    sizes: tuple[int, ...] = (0,)
    takes: float = QUICK
    needs_power: bool = False


class Commands:
    """The command table of one device.

    Attributes:
        table: Command to what it does.

    Args:
        controller: What they act on.
        coordinates: Poses of the flange.
    """

    def __init__(self, controller: Controller, coordinates: Coordinates) -> None:
        self._controller = controller
        self._coordinates = coordinates
        self._moves = Moves(controller, coordinates)
        self._registers: dict[tuple[int, int], int] = {}
        self.table: dict[int, Entry] = {**self._system(), **self._motion(), **self._servos(), **self._extras()}

    # -- tables ---------------------------------------------------------------------------------------------------

    def _system(self) -> dict[int, Entry]:
        it = self._controller
        return {
            0x01: Entry(lambda _: b"\0"),
            0x02: Entry(lambda _: bytes((SYSTEM_VERSION,))),
            0x05: Entry(_order(it.clear_queue)),
            0x06: Entry(lambda _: b"\0"),
            0x07: Entry(lambda _: bytes((it.error,))),
            0x08: Entry(_order(it.clear_error)),
            0x09: Entry(lambda _: bytes((ATOM_VERSION,))),
            0x10: Entry(_order(partial(it.set_power, True)), takes=ONE_SERVO),
            0x11: Entry(_order(partial(it.set_power, False)), takes=ONE_SERVO),
            0x12: Entry(lambda _: bytes((it.powered,))),
            0x13: Entry(_order(partial(it.release, range(JOINTS))), (0, 1), ONE_SERVO),
            0x14: Entry(lambda _: DONE),
            0x15: Entry(lambda _: bytes(7)),
            0x16: Entry(self._set_fresh, (1,)),
            0x17: Entry(lambda _: bytes((it.fresh_mode,))),
            0x1A: Entry(self._set_free, (1,), ONE_SERVO),
            0x1B: Entry(lambda _: bytes((it.free,))),
            0xC1: Entry(lambda _: bytes((BASIC_VERSION,))),
        }

    def _motion(self) -> dict[int, Entry]:
        it, moves, six = self._controller, self._moves, 2 * JOINTS
        return {
            0x20: Entry(lambda _: self._angles(), (0,), ALL_SERVOS, True),
            0x21: Entry(moves.send_angle, (4,), ONE_SERVO),
            0x22: Entry(moves.send_angles, (six + 1,), ONE_SERVO),
            0x23: Entry(lambda _: self._coords(), (0,), ALL_SERVOS, True),
            0x24: Entry(moves.send_coord, (4,), ONE_SERVO),
            0x25: Entry(moves.send_coords, (six + 1, six + 2), ONE_SERVO),
            0x26: Entry(_order(it.pause), takes=ONE_SERVO),
            0x27: Entry(lambda _: bytes((it.paused,))),
            0x28: Entry(_order(it.resume), takes=ONE_SERVO),
            0x29: Entry(_order(it.stop), takes=ONE_SERVO),
            0x2A: Entry(moves.in_position, (six + 1,), ALL_SERVOS, True),
            0x2B: Entry(lambda _: bytes((it.moving,)), (0,), ALL_SERVOS, True),
            0x30: Entry(moves.jog, (3,), ONE_SERVO),
            0x32: Entry(moves.jog_coord, (3,), ONE_SERVO),
            0x33: Entry(moves.increment, (4,), ONE_SERVO),
            0x34: Entry(moves.increment_coord, (4,), ONE_SERVO),
            0xD5: Entry(lambda _: self._angles() + self._coords(), (0,), ALL_SERVOS, True),
        }

    def _servos(self) -> dict[int, Entry]:
        it, moves = self._controller, self._moves
        return {
            0x3A: Entry(moves.set_encoder, (4,), ONE_SERVO),
            0x3B: Entry(lambda data: self._of(data[0], lambda joint: WORD.pack(encoder(joint))), (1,), ONE_SERVO, True),
            0x3C: Entry(moves.set_encoders, (2 * JOINTS + 1,), ONE_SERVO),
            0x3D: Entry(lambda _: WORDS.pack(*map(encoder, it.joints)), (0,), ALL_SERVOS, True),
            0x4A: Entry(lambda data: self._limit(data[0], 0), (1,)),
            0x4B: Entry(lambda data: self._limit(data[0], 1), (1,)),
            0x4C: Entry(lambda data: self._set_limit(data, 0), (3,)),
            0x4D: Entry(lambda data: self._set_limit(data, 1), (3,)),
            0x50: Entry(self._enabled, (1,), ONE_SERVO, True),
            0x51: Entry(lambda _: bytes((all(joint.torque for joint in it.joints),)), (0,), ALL_SERVOS, True),
            0x52: Entry(self._write_register, (3, 5), ONE_SERVO, True),
            0x53: Entry(self._read_register, (2, 3), ONE_SERVO, True),
            0x54: Entry(lambda data: self._of(data[0], Joint.call_here_zero), (1,), ONE_SERVO, True),
            0x55: Entry(lambda data: self._of(data[0], Joint.brake), (1,), ONE_SERVO),
            0x56: Entry(lambda data: self._each(data[0], it.release), (1, 2), ONE_SERVO),
            0x57: Entry(lambda data: self._each(data[0], it.focus), (1,), ONE_SERVO),
            0xE1: Entry(lambda _: self._words(lambda joint: round(joint.speed / STEP)), (0,), ALL_SERVOS, True),
            0xE2: Entry(lambda _: self._words(lambda joint: round(1000 * abs(joint.effort))), (0,), ALL_SERVOS, True),
            0xE3: Entry(lambda _: self._bytes(lambda joint: round(10 * joint.volts)), (0,), ALL_SERVOS, True),
            0xE4: Entry(lambda _: self._bytes(lambda joint: joint.faults.status), (0,), ALL_SERVOS, True),
            0xE5: Entry(lambda _: self._bytes(lambda joint: round(joint.celsius)), (0,), ALL_SERVOS, True),
        }

    def _extras(self) -> dict[int, Entry]:
        it = self._controller
        return {
            0x65: Entry(lambda _: bytes((it.grip_value,)), (0, 1), ONE_SERVO, True),
            0x66: Entry(self._grip_state, (2, 3, 4), ONE_SERVO),
            0x67: Entry(self._grip_value, (2, 3, 4), ONE_SERVO),
            0x68: Entry(_order(it.gripper.call_here_zero), takes=ONE_SERVO, needs_power=True),
            0x69: Entry(lambda _: bytes((not it.gripper.arrived,)), (0,), ONE_SERVO, True),
            0x6A: Entry(self._colour, (3,)),
        }

    # -- what they do ---------------------------------------------------------------------------------------------

    def _set_fresh(self, data: bytes) -> bytes:
        if data[0] <= 1:
            self._controller.fresh_mode = bool(data[0])
        return DONE

    def _set_free(self, data: bytes) -> bytes:
        self._controller.set_free(bool(data[0]))
        return DONE

    def _angles(self) -> bytes:
        return self._words(lambda joint: round(joint.reading / ANGLE_UNIT))

    def _coords(self) -> bytes:
        return WORDS.pack(*self._coordinates.of(self._moves.places()))

    def _limit(self, number: int, end: int) -> bytes | None:
        if not 1 <= number <= JOINTS:
            return None
        return bytes((number,)) + WORD.pack(round(self._controller.limits[number - 1][end] / LIMIT_UNIT))

    def _set_limit(self, data: bytes, end: int) -> bytes | None:
        if not 1 <= data[0] <= JOINTS:
            return None
        limits = list(self._controller.limits[data[0] - 1])
        limits[end] = WORD.unpack_from(data, 1)[0] * LIMIT_UNIT
        self._controller.limits[data[0] - 1] = (limits[0], limits[1])
        return DONE

    def _enabled(self, data: bytes) -> bytes | None:
        return self._of(data[0], lambda joint: bytes((data[0], joint.torque)))

    def _of(self, number: int, act: Callable[[Joint], bytes | None]) -> bytes | None:
        """Ask or tell one of the six joints something; what has no answer of its own is acknowledged."""
        if not 1 <= number <= JOINTS:
            return None
        answer = act(self._controller.joints[number - 1])
        return DONE if answer is None else answer

    def _each(self, number: int, act: Callable[[Sequence[int]], None]) -> bytes | None:
        """Do something to one joint, or to all where the number is 0."""
        if number > JOINTS:
            return None
        act(range(JOINTS) if number == 0 else (number - 1,))
        return DONE

    def _write_register(self, data: bytes) -> bytes:
        value = data[2] if len(data) == 3 else int.from_bytes(data[2:4], "big")
        self._registers[data[0], data[1]] = value
        return DONE

    def _read_register(self, data: bytes) -> bytes | None:
        """Return a servo's register: torque 40, position 56, voltage 62, temperature 63, or what was written."""
        wide = len(data) == 3 and data[2] == 1

        def value(joint: Joint) -> bytes:
            live = {40: int(joint.torque), 56: encoder(joint), 62: round(10 * joint.volts), 63: round(joint.celsius)}
            held = live.get(data[1], self._registers.get((data[0], data[1]), 0))
            return held.to_bytes(2, "big") if wide else bytes((held & 0xFF,))

        return self._of(data[0], value)

    def _grip_state(self, data: bytes) -> bytes | None:
        if data[0] == RELEASE_GRIPPER:
            self._controller.gripper.release()
            return DONE
        return self._grip(FULLY_OPEN * (1 - data[0]), data[1]) if data[0] <= 1 else None

    def _grip_value(self, data: bytes) -> bytes | None:
        return self._grip(data[0], data[1]) if data[0] <= FULLY_OPEN else None

    def _grip(self, value: int, percent: int) -> bytes:
        if 1 <= percent <= 100:
            self._controller.grip(value, percent / 100)
        return DONE

    def _colour(self, data: bytes) -> bytes:
        self._controller.colour = (data[0], data[1], data[2])
        return DONE

    def _words(self, value: Callable[[Joint], int]) -> bytes:
        return WORDS.pack(*(min(32767, max(-32768, value(joint))) for joint in self._controller.joints))

    def _bytes(self, value: Callable[[Joint], int]) -> bytes:
        return bytes(min(255, max(0, value(joint))) for joint in self._controller.joints)


def _order(act: Callable[[], None]) -> Act:
    def acted(_data: bytes) -> bytes:
        act()
        return DONE

    return acted
