"""A bench for one emulated servo."""

import math

from armctl.config.arm import ServoConfig
from drivers.feetech import messages as reg
from drivers.feetech.codec import encode_signed, word
from sim.emulators.feetech.servo import Servo
from sim.emulators.motors import Measured

DT = 0.004
UNIT = math.tau / 4096


class Bench:
    """One servo whose shaft goes where its motor is told, at most as fast as it is told."""

    def __init__(self, angle=0.0, **config):
        self.angle = angle
        self.effort = 0.0
        self.servo = Servo(ServoConfig(id=3, **config), Measured(angle, 0.0, 0.0))
        self.speeds = []

    def run(self, seconds):
        for _ in range(round(seconds / DT)):
            drive = self.servo.drive(DT)
            reach = drive.speed * DT if drive.torque_on else 0.0
            moved = max(-reach, min(reach, drive.goal - self.angle))
            self.angle += moved
            self.speeds.append(moved / DT)
            self.servo.measure(Measured(self.angle, moved / DT, self.effort), DT)
        return self

    def get(self, cell):
        return self.servo.memory.get(cell)

    def write(self, cell, value):
        raw = value if cell.sign_bit is None else encode_signed(value, cell.sign_bit)
        self.servo.write(cell.address, raw.to_bytes(cell.size, "little"))

    def setup(self, cell, value):
        self.write(reg.LOCK, 0)
        self.write(cell, value)
        self.write(reg.LOCK, 1)

    def go(self, goal, speed=0, acceleration=0):
        self.servo.write(reg.ACCELERATION.address, bytes((acceleration,)) + word(goal) + word(0) + word(speed))
