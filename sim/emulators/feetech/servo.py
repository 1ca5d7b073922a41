"""The firmware of one emulated Feetech STS servo: modes, profile and measurements, without bytes or wires.

It turns what its registers say into what its motor is told, and what its motor does into what its registers say. All
inside is in steps, as in the servo; `Drive` and `Measured` are what a plant understands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from armctl.config.arm import ServoConfig
from drivers.feetech import messages as reg
from drivers.feetech.messages import STEPS_PER_TURN, Mode, Phase, Register
from sim.emulators.feetech.memory import ServoMemory
from sim.emulators.feetech.profile import Profile
from sim.emulators.feetech.protection import Protection
from sim.emulators.motors import Drive, Measured
from sim.emulators.unit import HEEDED_BY_SERVOS, Hand, UnitFaults

HERE_IS_MIDDLE: Final = 128
"""Value of the torque register that makes the present position 2048."""
BOOT_TIME: Final = 0.05
"""How long a servo is silent after its supply came back [s]; own estimate."""
BROWN_OUT: Final = 3.5
"""Supply below which a servo's controller starts anew [V]; own estimate, the motor's least is 4 V."""
_MIDDLE: Final = 2048
_FARTHEST: Final = 32767
"""Largest position that fits its register [step]."""
_STIFFNESS: Final = 20
"""Load [0.1 %] per step behind the goal: 20 to 30 steps at half load (bench reports)."""
_STALL_CURRENT: Final = 370
"""Current at full drive [6.5 mA]: 2.4 A."""
_CURRENT_UNIT: Final = 6.5e-3
"""One step of the current register [A]."""
_DAMPING: Final = 0.1
"""Share of its torque with which a damped shaft resists; own estimate."""
_COARSE: Final = 50
"""Steps/s of one unit of the speed registers while the phase register does not ask for the fine unit."""


class Servo:
    """One servo.

    Attributes:
        memory: Its registers.
        faults: What is wrong with it.
        sag: How much less of the supply reaches it [V].

    Args:
        config: Its place in the arm.
        measured: Where its motor is.
    """

    def __init__(self, config: ServoConfig, measured: Measured) -> None:
        self._config = config
        self._unit = config.sign * math.tau / config.steps_per_turn
        self.memory = ServoMemory()
        self.faults = UnitFaults()
        self.sag = 0.0
        self._hand = Hand()
        self._volts, self._celsius = 12.0, 32.0
        self._protection = Protection(self.memory)
        self._profile = Profile(0.0)
        self._first_step = 0.0
        self._target = 0.0
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

    @property
    def supply(self) -> float:
        """What reaches it of the supply [V]."""
        return self._volts - self.sag

    @property
    def draws(self) -> float:
        """Current it takes from the supply [A]: that of its motor, as long as its bridge is closed."""
        load = abs(self._load()) / 1000
        return load * load * _STALL_CURRENT * _CURRENT_UNIT

    def power_up(self) -> None:
        """Start as after the supply came on: RAM at its defaults, torque off, the goal where it stands."""
        self.memory.lose_power()
        self.reset()
        self.measure(self._measured)
        self.memory.put(reg.GOAL_POSITION, self._shown(self._shaft()))

    def reset(self) -> None:
        """Forget turns and protection; what is in the registers stays."""
        self._first_step = math.floor(self._raw() / STEPS_PER_TURN) * STEPS_PER_TURN
        self._protection.clear()
        self._stay()

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
            f"{self.supply:.1f} V, {self._celsius:.0f} °C, status {self.status:#04x}"
        )

    def write(self, address: int, data: bytes) -> bool:
        """Take a write from the host and do what writing those registers sets off.

        Returns:
            True when something was written that is kept without power, which takes its time.
        """
        was_on = self._torque_on()
        taken = self.memory.write(address, data)
        for cell in taken:
            if cell is reg.TORQUE_ENABLE:
                self._switch(was_on)
            elif cell is reg.GOAL_POSITION:
                # Measured on an STS3215: a goal alone switches torque on.
                self.memory.put(reg.TORQUE_ENABLE, 1)
                self._take_goal()
            elif cell in {reg.OPERATING_MODE, reg.PHASE, reg.HOMING_OFFSET}:
                self._recount()
        if self._torque_on() and not was_on:
            self._rest()
        return any(cell.area is reg.Area.EEPROM for cell in taken)

    def call_here(self, step: int) -> None:
        """Change the homing offset so that the present position reads as ``step``."""
        offset = round(self._raw()) - step
        self.memory.put(reg.HOMING_OFFSET, round(math.remainder(offset, STEPS_PER_TURN)))
        self._recount()

    def drive(self, dt: float) -> Drive:
        """Move the profile on by ``dt`` [s] and return what the motor is told."""
        on, here = self._torque_on(), self._measured.position
        tripped = self._protection.side
        if on and not tripped:
            self._advance_profile(dt)
        elif not on:
            self._rest()
        if by_hand := self._hand.drive(here, dt, holds=self.faults.blocked):
            return by_hand
        if self.memory.get(reg.TORQUE_ENABLE) == reg.TORQUE_DAMPED:
            return Drive(here, self._fastest() * abs(self._unit), True, _DAMPING)
        ahead = (self._profile.position - self._shaft()) * self._unit * (-1 if self.faults.reversed else 1)
        goal = here if tripped else here + ahead
        return Drive(goal, 1.25 * self._top_speed() * abs(self._unit), on, self._torque_share())

    def measure(self, measured: Measured, dt: float = 0.0) -> None:
        """Write what the motor does into the registers; ``dt`` [s] since the last time counts for protection."""
        self._measured = measured
        load = self._load()
        current = load * _STALL_CURRENT // 1000
        if self._protection.feel(load, dt):
            self._rest()
        self._protection.feel_current(current, dt)
        self._protection.judge(self.supply, self._celsius, self.faults.status)
        if self.faults.frozen:
            return
        speed = round(measured.velocity / self._unit)
        for cell, value in (
            (reg.POSITION, self._shown(self._shaft())),
            (reg.SPEED, round(speed / self._speed_unit())),
            (reg.LOAD, load),
            (reg.VOLTAGE, round(self.supply * 10)),
            (reg.TEMPERATURE, round(self._celsius)),
            (reg.MOVING, int(bool(self._profile.speed) or abs(speed) > self.memory.get(reg.MOVING_THRESHOLD))),
            (reg.GOAL_IN_FORCE, self.memory.get(reg.GOAL_POSITION)),
            (reg.CURRENT, current),
        ):
            self.memory.put(cell, value)

    def _torque_on(self) -> bool:
        return self.memory.get(reg.TORQUE_ENABLE) == 1

    def _switch(self, was_on: bool) -> None:
        value = self.memory.get(reg.TORQUE_ENABLE)
        if value == HERE_IS_MIDDLE:
            self.memory.put(reg.TORQUE_ENABLE, int(was_on))
            self.call_here(_MIDDLE)
        elif value != 1:
            self._protection.clear()

    def _raw(self) -> float:
        """Return what the magnet says, before the homing offset [step]."""
        config = self._config
        return config.zero_step + self._measured.position / self._unit + (config.homing_offset or 0) + self.faults.slip

    def _shaft(self) -> float:
        """Return where the shaft is [step]: within one turn, or counted on where several are allowed."""
        step = self._raw() - self.memory.get(reg.HOMING_OFFSET)
        return step - self._first_step if self._counts_turns() else step % STEPS_PER_TURN

    def _counts_turns(self) -> bool:
        endless = self.memory.get(reg.MIN_POSITION) == self.memory.get(reg.MAX_POSITION) == 0
        return endless or self._phase(Phase.MULTI_TURN) or self.memory.get(reg.OPERATING_MODE) != Mode.POSITION

    def _shown(self, step: float) -> int:
        """Return what the position register says when the shaft is at ``step``."""
        if not self._phase(Phase.MULTI_TURN):
            return round(step) % STEPS_PER_TURN
        return max(-_FARTHEST, min(_FARTHEST, round(step)))

    def _phase(self, bit: Phase) -> bool:
        return bool(self.memory.get(reg.PHASE) & bit)

    def _rest(self) -> None:
        self._profile.rest(self._shaft())

    def _stay(self) -> None:
        """Rest, and want to be nowhere else."""
        self._rest()
        self._target = self._profile.position

    def _recount(self) -> None:
        """Count anew after what the counting depends on was changed: what is read from now on counts so already."""
        self._stay()
        if not self.faults.frozen:
            self.memory.put(reg.POSITION, self._shown(self._shaft()))

    def _take_goal(self) -> None:
        """Take the new goal; overload protection ends when it leads away from the obstacle."""
        goal = self.memory.get(reg.GOAL_POSITION)
        if self.memory.get(reg.OPERATING_MODE) == Mode.STEP:
            goal += round(self._target)
        lowest, highest = self.memory.get(reg.MIN_POSITION), self.memory.get(reg.MAX_POSITION)
        free = lowest == highest == 0 or self.memory.get(reg.OPERATING_MODE) == Mode.STEP
        target = goal if free else min(max(goal, lowest), highest)
        side = self._protection.side
        if side and (target - self._shaft()) * side < 0:
            self._protection.clear()
            self._rest()
        self._target = target

    def _speed_unit(self) -> int:
        return 1 if self._phase(Phase.FINE_SPEED) else _COARSE

    def _fastest(self) -> float:
        return self.memory.get(reg.MAX_SPEED) * _COARSE

    def _top_speed(self) -> float:
        """Return the largest speed on the way to a goal [step/s]."""
        asked = abs(self.memory.get(reg.GOAL_SPEED)) * self._speed_unit()
        if not asked and self._phase(Phase.ZERO_IS_FASTEST):
            return self._fastest()
        return min(asked, self._fastest())

    def _rate(self) -> float:
        """Return the acceleration [step/s²]; register value 0 stands for as much as there is."""
        most = self.memory.get(reg.MAX_ACCELERATION)
        asked = self.memory.get(reg.ACCELERATION)
        units = min(asked, most) if asked else most * self.memory.get(reg.ZERO_ACCELERATION)
        return 100.0 * max(units, 1)

    def _advance_profile(self, dt: float) -> None:
        mode, shaft = self.memory.get(reg.OPERATING_MODE), self._shaft()
        if mode == Mode.SPEED:
            speed = self.memory.get(reg.GOAL_SPEED) * self._speed_unit()
            most = self._fastest()
            self._profile.turn(max(-most, min(most, speed)), self._rate(), dt, shaft)
        elif mode == Mode.PWM:
            # No control of speed: what the motor makes of its share of the supply.
            self._profile.turn(self.memory.get(reg.GOAL_TIME) / 1000 * self._fastest(), math.inf, dt, shaft)
        else:
            self._profile.approach(self._target, self._top_speed(), self._rate(), dt)

    def _torque_share(self) -> float:
        share = self.memory.get(reg.TORQUE_LIMIT) / 1000
        if self.memory.get(reg.OPERATING_MODE) == Mode.PWM:
            share = min(share, abs(self.memory.get(reg.GOAL_TIME)) / 1000)
        return min(share, self.memory.get(reg.PROTECTIVE_TORQUE) / 100) if self._protection.side else share

    def _load(self) -> int:
        if not self._torque_on():
            return 0
        limit = round(self._torque_share() * 1000)
        behind = (self._profile.position - self._shaft()) * _STIFFNESS
        effort = self._measured.effort * math.copysign(1000, self._unit)
        load = behind if self.faults.blocked or self._hand.turns else effort
        return round(max(-limit, min(limit, load)))
