"""The firmware of one emulated Feetech STS servo: profile, protection and measurements, without bytes or wires.

It turns what its registers say into what its motor is told, and what its motor does into what its registers say. All
inside is in steps, as in the servo; `Drive` and `Measured` are what a plant understands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from armctl.config.arm import ServoConfig
from drivers.feetech import messages as reg
from drivers.feetech.messages import STEPS_PER_TURN, Register
from sim.emulators.feetech.memory import ServoMemory
from sim.emulators.motors import Drive, Measured
from sim.emulators.unit import HEEDED_BY_SERVOS, Hand, UnitFaults

HERE_IS_MIDDLE: Final = 128
"""Value of the torque register that makes the present position 2048."""
BOOT_TIME: Final = 0.05
"""How long a servo is silent after its supply came back [s]; own estimate."""
_MIDDLE: Final = 2048
_STIFFNESS: Final = 20
"""Load [0.1 %] per step behind the goal: 20 to 30 steps at half load (bench reports)."""
_STALL_CURRENT: Final = 370
"""Current at full drive [6.5 mA]: 2.4 A."""
_FULL_ACCELERATION: Final = 25_400
"""What acceleration 0, "as fast as it can", comes to [steps/s²]."""


class Servo:
    """One servo.

    Attributes:
        memory: Its registers.
        faults: What is wrong with it.

    Args:
        config: Its place in the arm.
        measured: Where its motor is.
    """

    def __init__(self, config: ServoConfig, measured: Measured) -> None:
        self._config = config
        self._unit = config.sign * math.tau / config.steps_per_turn
        self.memory = ServoMemory()
        self.faults = UnitFaults()
        self._hand = Hand()
        self._volts, self._celsius = 12.0, 32.0
        self._profile = 0.0
        self._profile_speed = 0.0
        self._overloaded_for = 0.0
        self._tripped_side = 0
        self._measured = measured
        for cell, value in self._as_assembled():
            self.memory.put(cell, value)
        self.power_up()

    def _as_assembled(self) -> tuple[tuple[Register, int], ...]:
        return (
            (reg.ID, self._config.id),
            (reg.MODEL, self._config.model),
            (reg.RETURN_DELAY, 0),
            (reg.HOMING_OFFSET, self._config.homing_offset or 0),
        )

    @property
    def id(self) -> int:
        """The id it answers to."""
        return self.memory.get(reg.ID)

    @property
    def heeded(self) -> frozenset[str]:
        """Every fault there is."""
        return HEEDED_BY_SERVOS

    @property
    def status_bits(self) -> Mapping[str, int]:
        """The faults of the status byte by name, in lower case."""
        return {fault.name.lower(): bit for bit, fault in reg.STATUS_FAULTS.items() if fault.name}

    @property
    def status(self) -> int:
        """Status byte of its answers."""
        return self.memory.get(reg.STATUS)

    def power_up(self) -> None:
        """Start as after the supply came on: RAM at its defaults, torque off, the goal where it stands."""
        self.memory.lose_power()
        self._tripped_side, self._overloaded_for = 0, 0.0
        self.measure(self._measured)
        self.memory.put(reg.GOAL_POSITION, round(self._reading()))
        self._rest()

    def set_supply(self, volts: float) -> None:
        """Change the supply voltage [V]."""
        self._volts = volts

    def set_temperature(self, celsius: float) -> None:
        """Change the temperature inside [°C]."""
        self._celsius = celsius

    def push(self, angle: float) -> None:
        """Turn the joint by ``angle`` [rad] by hand, against the motor, and let go."""
        self._hand.push(self._measured.position, angle)

    def describe(self) -> str:
        """Return how it is now, in a few words."""
        get = self.memory.get
        torque = {0: "off", 1: "on"}.get(get(reg.TORQUE_ENABLE), "damping")
        return (
            f"step {get(reg.POSITION)}, torque {torque}, load {get(reg.LOAD) / 10:.0f} %, "
            f"{self._volts:.1f} V, {self._celsius:.0f} °C, status {self.status:#04x}"
        )

    def write(self, address: int, data: bytes) -> None:
        """Take a write from the host and do what writing those registers sets off."""
        was_on = self._torque_on()
        for cell in self.memory.write(address, data):
            if cell is reg.TORQUE_ENABLE and self.memory.get(cell) == HERE_IS_MIDDLE:
                self.memory.put(cell, int(was_on))
                self.call_here(_MIDDLE)
            elif cell is reg.TORQUE_ENABLE and not self.memory.get(cell):
                self._tripped_side, self._overloaded_for = 0, 0.0
            elif cell is reg.GOAL_POSITION:
                # Measured on an STS3215: a goal alone switches torque on.
                self.memory.put(reg.TORQUE_ENABLE, 1)
                self._maybe_recover()
        if self._torque_on() and not was_on:
            self._rest()

    def call_here(self, step: int) -> None:
        """Change the homing offset so that the present position reads as ``step``."""
        offset = round(self._raw()) - step
        self.memory.put(reg.HOMING_OFFSET, round(math.remainder(offset, STEPS_PER_TURN)))
        self._rest()

    def drive(self, dt: float) -> Drive:
        """Move the profile on by ``dt`` [s] and return what the motor is told."""
        on = self._torque_on()
        if on and not self._tripped_side:
            self._advance_profile(dt)
        elif not on:
            self._rest()
        here = self._measured.position
        ahead = (self._profile - self._reading()) * self._unit * (-1 if self.faults.reversed else 1)
        goal = here + ahead if not self._tripped_side else here
        if by_hand := self._hand.drive(here, dt, holds=self.faults.blocked):
            return by_hand
        return Drive(goal, 1.25 * self._top_speed() * abs(self._unit), on, self._torque_share())

    def measure(self, measured: Measured, dt: float = 0.0) -> None:
        """Write what the motor does into the registers; ``dt`` [s] since the last time counts for protection."""
        self._measured = measured
        load = self._load()
        self._protect(load, dt)
        self._judge()
        if self.faults.frozen:
            return
        speed = round(measured.velocity / self._unit)
        for cell, value in (
            (reg.POSITION, round(self._reading()) % STEPS_PER_TURN),
            (reg.SPEED, speed),
            (reg.LOAD, load),
            (reg.VOLTAGE, round(self._volts * 10)),
            (reg.TEMPERATURE, round(self._celsius)),
            (reg.MOVING, int(bool(self._profile_speed) or abs(speed) > self.memory.get(reg.MOVING_THRESHOLD))),
            (reg.GOAL_IN_FORCE, self.memory.get(reg.GOAL_POSITION)),
            (reg.CURRENT, load * _STALL_CURRENT // 1000),
        ):
            self.memory.put(cell, value)

    def _torque_on(self) -> bool:
        return self.memory.get(reg.TORQUE_ENABLE) == 1

    def _raw(self) -> float:
        """Return what the magnet says, before the homing offset [step]."""
        config = self._config
        return config.zero_step + self._measured.position / self._unit + (config.homing_offset or 0) + self.faults.slip

    def _reading(self) -> float:
        return (self._raw() - self.memory.get(reg.HOMING_OFFSET)) % STEPS_PER_TURN

    def _rest(self) -> None:
        self._profile, self._profile_speed = self._reading(), 0.0

    def _top_speed(self) -> float:
        fastest = self.memory.get(reg.MAX_SPEED) * 50
        return min(abs(self.memory.get(reg.GOAL_SPEED)) or fastest, fastest)

    def _goal(self) -> int:
        """Return the goal within the position limits; both 0 means there are none."""
        goal = self.memory.get(reg.GOAL_POSITION)
        lowest, highest = self.memory.get(reg.MIN_POSITION), self.memory.get(reg.MAX_POSITION)
        return goal if lowest == highest == 0 else min(max(goal, lowest), highest)

    def _advance_profile(self, dt: float) -> None:
        """Move the trapezoid on: accelerate, cruise, and brake so as to stop on the goal."""
        rate = self.memory.get(reg.ACCELERATION) * 100 or _FULL_ACCELERATION
        distance = self._goal() - self._profile
        # Braking from this speed in whole steps of dt ends on the goal: v = a (sqrt(dt²/4 + 2 d/a) - dt/2).
        braking = rate * (math.sqrt(dt * dt / 4 + 2 * abs(distance) / rate) - dt / 2)
        wanted = math.copysign(min(self._top_speed(), braking), distance)
        change = max(-rate * dt, min(rate * dt, wanted - self._profile_speed))
        self._profile_speed += change
        if distance == 0 or (self._profile_speed * distance > 0 and abs(self._profile_speed * dt) >= abs(distance)):
            self._profile, self._profile_speed = float(self._goal()), 0.0
        else:
            self._profile += self._profile_speed * dt

    def _torque_share(self) -> float:
        share = self.memory.get(reg.TORQUE_LIMIT) / 1000
        return min(share, self.memory.get(reg.PROTECTIVE_TORQUE) / 100) if self._tripped_side else share

    def _load(self) -> int:
        if not self._torque_on():
            return 0
        limit = round(self._torque_share() * 1000)
        behind = (self._profile - self._reading()) * _STIFFNESS
        effort = self._measured.effort * math.copysign(1000, self._unit)
        load = behind if self.faults.blocked or self._hand.turns else effort
        return round(max(-limit, min(limit, load)))

    def _protect(self, load: int, dt: float) -> None:
        """Trip when the load stays above the overload torque for the protection time."""
        if abs(load) < self.memory.get(reg.OVERLOAD_TORQUE) * 10 or self._tripped_side:
            self._overloaded_for = 0.0
            return
        self._overloaded_for += dt
        if self._overloaded_for >= self.memory.get(reg.PROTECTION_TIME) / 100:
            self._tripped_side = 1 if load > 0 else -1
            self._rest()

    def _maybe_recover(self) -> None:
        """End the overload protection when the new goal leads away from the obstacle."""
        if self._tripped_side and (self._goal() - self._reading()) * self._tripped_side < 0:
            self._tripped_side = 0
            self._rest()

    def _judge(self) -> None:
        """Set the status bits, and cut the torque where the unloading register asks for it."""
        memory = self.memory
        tenths = round(self._volts * 10)
        status = (0x20 if self._tripped_side else 0) | self.faults.status
        if not memory.get(reg.MIN_VOLTAGE) <= tenths <= memory.get(reg.MAX_VOLTAGE):
            status |= 0x01
        if self._celsius >= memory.get(reg.MAX_TEMPERATURE):
            status |= 0x04
        memory.put(reg.STATUS, status)
        # Overload leaves the protective torque; the other faults cut it where the unloading register has their bit.
        if status & memory.get(reg.UNLOADING) & ~0x20:
            memory.put(reg.TORQUE_ENABLE, 0)
