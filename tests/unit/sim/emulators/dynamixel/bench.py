"""A bench for emulated DYNAMIXEL servos that speaks raw bytes: framing by the maker's CRC, not the driver's codec."""

from functools import cache
from typing import NamedTuple

from dynamixel_sdk import PacketHandler

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig, ServoConfig
from armctl.config.load import builtin, load
from drivers.dynamixel import messages as reg
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from sim.emulators.dynamixel.joint import DrivenJoint
from sim.emulators.dynamixel.servo import Servo
from sim.emulators.motors import Measured
from tests.support.plants import ExactPlant

_MAKER = PacketHandler(2.0)
MODELS = (1200, 1060, 1020)
STEP = 2 * 3.141592653589793 / 4096
DT = 0.004
MEGABAUD = 1_000_000


class Status(NamedTuple):
    """One answer: who, the error byte, the data."""

    id: int
    error: int
    data: bytes


def crc(data):
    return _MAKER.updateCRC(0, data, len(data)).to_bytes(2, "little")


def packet(servo, instruction, *params):
    """An instruction packet; each of ``params`` is bytes, or (value, size)."""
    flat = b"".join(p if isinstance(p, bytes) else p[0].to_bytes(p[1], "little", signed=p[0] < 0) for p in params)
    body = (bytes([instruction]) + flat).replace(b"\xff\xff\xfd", b"\xff\xff\xfd\xfd")
    head = b"\xff\xff\xfd\x00" + bytes([servo]) + (len(body) + 2).to_bytes(2, "little") + body
    return head + crc(head)


def statuses(data):
    """Every answer in ``data``, which must hold nothing else."""
    found = []
    while data:
        length = int.from_bytes(data[5:7], "little")
        one, data = data[: 7 + length], data[7 + length :]
        assert one[:4] == b"\xff\xff\xfd\x00"
        assert one[-2:] == crc(one[:-2])
        body = one[7:-2].replace(b"\xff\xff\xfd\xfd", b"\xff\xff\xfd")
        assert body[0] == 0x55
        found.append(Status(one[4], body[1], body[2:]))
    return found


def write(servo, address, value, size):
    return packet(servo, 0x03, (address, 2), (value, size))


def read(servo, address, length):
    return packet(servo, 0x02, (address, 2), (length, 2))


@cache
def arm(name):
    return load(builtin("arms", name), ArmConfig)


class Bus:
    """The servos of one arm on a stepped clock."""

    def __init__(self, name="openmanipulator_x", pose="home", **given):
        config = arm(name)
        self.clock = SteppedClock()
        self.plant = ExactPlant([*config.poses[pose], config.gripper.open])
        self.emulator = DynamixelEmulator(self.plant, config, self.clock, **given)

    def renumber(self, *ids):
        """Give the first servos these ids and let the others sleep at another speed."""
        for servo, number in zip(self.emulator.servos, ids, strict=False):
            servo.table.put(reg.ID, number)
        for servo in self.emulator.servos[len(ids) :]:
            servo.table.put(reg.BAUD, 0)
        return self

    def send(self, data):
        """The bytes that come back at once."""
        self.emulator.receive(bytes.fromhex(data) if isinstance(data, str) else data)
        return self.emulator.take()

    def ask(self, data):
        return statuses(self.send(data))

    def error(self, data):
        """The error byte of the one answer."""
        (status,) = self.ask(data)
        return status.error

    def wait(self, seconds):
        for _ in range(round(seconds / 0.01)):
            self.clock.advance(0.01)
            self.emulator.advance()

    def servo(self, number):
        return self.emulator.servo(number)

    def get(self, number, cell):
        return self.servo(number).table.get(cell)


class Shaft:
    """One servo whose shaft goes where its motor is told, at most as fast as it is told."""

    def __init__(self, angle=0.0, model=1020, **config):
        self.angle = angle
        self.effort = 0.0
        self.servo = Servo(ServoConfig(id=3, model=model, **config), Measured(angle, 0.0, 0.0), MEGABAUD)
        self.joint = DrivenJoint([self.servo])
        self.speeds = [0.0]

    def run(self, seconds, talk=False):
        for _ in range(round(seconds / DT)):
            if talk:
                self.servo.hear()
            drive = self.joint.drive(DT)
            reach = drive.speed * DT if drive.torque_on else 0.0
            moved = max(-reach, min(reach, drive.goal - self.angle))
            self.angle += moved
            self.speeds.append(moved / DT)
            self.joint.measure(Measured(self.angle, moved / DT, self.effort), DT)
        return self

    def turn(self, angle):
        """Turn the limp shaft by hand."""
        self.angle = angle
        return self.run(DT)

    def get(self, cell):
        return self.servo.table.get(cell)

    def write(self, cell, value):
        own = next((one for one in self.servo.table.model.registers if one.name == cell.name), cell)
        return self.servo.write(own.address, own.packed(value))

    def on(self, **cells):
        """Switch torque on, then write registers by name."""
        self.write(reg.TORQUE_ENABLE, 1)
        return self.set(**cells)

    def set(self, **cells):
        for name, value in cells.items():
            assert not self.write(getattr(reg, name.upper()), value), name
        return self
