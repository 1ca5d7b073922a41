"""The firmware of one emulated DYNAMIXEL X servo: modes, profile, protection and measurements, without bytes or wires.

It turns what its control table says into what its motor is told, and what its motor does into what its table says. All
inside is in steps, as in the servo; `Drive` and `Measured` are what a plant understands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from armctl.config.arm import ServoConfig
from armctl.errors import ConfigError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import (
    ACCELERATION_UNIT,
    HARDWARE_FAULTS,
    MODELS,
    PWM_UNIT,
    VELOCITY_UNIT,
    Area,
    Mode,
    Problem,
    Register,
)
from sim.emulators.dynamixel.encoder import Encoder
from sim.emulators.dynamixel.memory import ControlTable, Store
from sim.emulators.dynamixel.motor import MOTORS
from sim.emulators.dynamixel.orders import largest_share, lead, profile_limits
from sim.emulators.dynamixel.profile import Trajectory
from sim.emulators.dynamixel.protection import Protection, Watchdog
from sim.emulators.motors import Drive, Measured
from sim.emulators.unit import HEEDED_BY_SERVOS, Hand, UnitFaults

BOOT_TIME: Final = 0.1
"""How long a servo is silent while it starts [s]; some 100 ms (bench reports)."""
_IN_POSITION: Final = 10
"""This near to its goal a servo says that it is there [step]; own estimate."""
_FOLLOWING_ERROR: Final = 100
"""This far from its trajectory it says that it cannot follow [step]; own estimate."""
_TICKS: Final = 32768
_POSITION_MODES: Final = frozenset({Mode.POSITION, Mode.EXTENDED, Mode.CURRENT_POSITION})
_STARTUP_TORQUE, _STARTUP_RAM = 0x01, 0x02


class Servo:
    """One servo.

    Attributes:
        table: Its registers.
        faults: What is wrong with it.
        fights: Another servo on the same joint pulls elsewhere: what it strains is not what its joint tells.

    Args:
        config: Its place in the arm, and what it was set to when the arm was built.
        measured: Where its motor is.
        baud: Speed of the line it was set to [bit/s].
        leader: Id of the servo that it follows; none where it is left out.

    Raises:
        ConfigError: There is no such model, or the model has no such mode or speed.
    """

    def __init__(self, config: ServoConfig, measured: Measured, baud: int, *, leader: int = reg.NO_SECONDARY) -> None:
        if config.model not in MODELS:
            raise ConfigError(f"Servo {config.id}: model {config.model} is no DYNAMIXEL that can be emulated.")
        model = MODELS[config.model]
        if config.operating_mode not in model.modes:
            raise ConfigError(f"Servo {config.id}: {model.name} has no operating mode {config.operating_mode}.")
        if baud not in reg.BAUDS:
            raise ConfigError(f"No DYNAMIXEL talks at {baud} bit/s.")
        self._motor = MOTORS[config.model]
        self.table = ControlTable(model)
        self._encoder = Encoder(config, self.table)
        self.faults = UnitFaults()
        self.fights = False
        self._hand = Hand()
        self._volts, self._celsius = self._motor.volts, 32.0
        self._watchdog, self._protection = Watchdog(self.table), Protection(self.table)
        self._trajectory = Trajectory()
        self._limits = (math.inf, math.inf)
        self._time = 0.0
        self._registered: tuple[int, bytes, bool] | None = None
        self._backup: Store = {}
        self._measured = measured
        for cell, value in (
            (reg.ID, config.id),
            (reg.BAUD, reg.BAUDS.index(baud)),
            (reg.RETURN_DELAY, 0),
            (reg.OPERATING_MODE, config.operating_mode),
            (reg.DRIVE_MODE, reg.DRIVE_REVERSED if config.reversed else 0),
            (reg.SECONDARY_ID, leader),
            (reg.HOMING_OFFSET, config.homing_offset or 0),
        ):
            self.table.put(cell, value)
        self.power_up()

    @property
    def id(self) -> int:
        """The id it answers to."""
        return self.table.get(reg.ID)

    @property
    def secondary(self) -> int:
        """The id that it does the same for as for its own, in silence; 253 and more for none."""
        return self.table.get(reg.SECONDARY_ID)

    @property
    def baud(self) -> int:
        """Speed of the line it understands [bit/s]."""
        return reg.BAUDS[self.table.get(reg.BAUD)]

    @property
    def step(self) -> float:
        """How far the joint moves here while the shaft turns by one step [rad], or [m]."""
        return abs(self._encoder.gearing.travel(self._measured.position))

    @property
    def alert(self) -> int:
        """What is added to the error byte of its answers."""
        return reg.ALERT if self.table.get(reg.HARDWARE_ERROR) else 0

    @property
    def heeded(self) -> frozenset[str]:
        """Every fault there is."""
        return HEEDED_BY_SERVOS

    @property
    def status_bits(self) -> Mapping[str, int]:
        """The bits of the hardware error status by name, in lower case."""
        return {fault.name.lower(): int(bit) for bit, fault in HARDWARE_FAULTS.items() if fault.name}

    def power_up(self) -> None:
        """Start as after the supply came on: RAM at its defaults, position within one turn, goal where it is."""
        self._registered = None
        self.table.lose_power()
        self.table.put(reg.BACKUP_READY, bool(self._backup))
        self._protection.restart()
        self._time = 0.0
        if self.table.get(reg.STARTUP) & _STARTUP_RAM:
            self.table.restore(self._backup, Area.RAM)
        self._fold()
        if self.table.get(reg.STARTUP) & _STARTUP_TORQUE:
            self.table.put(reg.TORQUE_ENABLE, 1)

    def set_supply(self, volts: float) -> None:
        """Change the supply voltage [V]."""
        self._volts = volts

    def set_temperature(self, celsius: float) -> None:
        """Change the temperature inside [°C]."""
        self._celsius = celsius

    def push(self, angle: float) -> None:
        """Turn the joint by ``angle`` [rad], or [m], by hand, against the motor, and let go."""
        self._hand.push(self._measured.position, angle)

    def by_hand(self, dt: float) -> Drive | None:
        """Return what a hand does to the joint for ``dt`` [s] in place of the motor; None for nothing."""
        return self._hand.drive(self._measured.position, dt, holds=self.faults.blocked)

    def describe(self) -> str:
        """Return how it is now, in a few words."""
        get = self.table.get
        return (
            f"{self.table.model.name}, step {get(reg.POSITION)}, torque {'on' if get(reg.TORQUE_ENABLE) else 'off'}, "
            f"load {self._load() * 100:.0f} %, {self._volts:.1f} V, {self._celsius:.0f} °C, "
            f"hardware error {get(reg.HARDWARE_ERROR):#04x}"
        )

    def hear(self) -> None:
        """Take note of an instruction on the bus, for whomever."""
        self._watchdog.hear()

    def write(self, address: int, data: bytes, *, ram_only: bool = False) -> Problem:
        """Take a write and do what writing those registers sets off; ``ram_only`` by the secondary id."""
        torque, mode = self.table.get(reg.TORQUE_ENABLE), self.table.get(reg.OPERATING_MODE)
        problem, written = self.table.write(address, data, ram_only=ram_only)
        names = {cell.name for cell in written}
        if reg.OPERATING_MODE.name in names and self.table.get(reg.OPERATING_MODE) != mode:
            self.table.reset_goals()
            self._changed_mode()
        elif names & _MOVING_THE_ORIGIN:
            self._fold()
        if reg.TORQUE_ENABLE.name in names and self.table.get(reg.TORQUE_ENABLE) and not torque:
            self._switch_on()
        if reg.GOAL_POSITION.name in names:
            self._new_goal()
        return problem

    def register(self, address: int, data: bytes, *, ram_only: bool = False) -> Problem:
        """Keep a write for `act`."""
        problem = self.table.try_write(address, data, ram_only=ram_only)
        if not problem:
            self._registered = (address, data, ram_only)
            self.table.put(reg.REGISTERED, 1)
        return problem

    def act(self) -> Problem:
        """Do what `register` kept."""
        if self._registered is None:
            return Problem.INSTRUCTION
        address, data, ram_only = self._registered
        self._registered = None
        self.table.put(reg.REGISTERED, 0)
        return self.write(address, data, ram_only=ram_only)

    def clear_turns(self) -> Problem:
        """Bring the position within one turn."""
        if self.table.get(reg.MOVING):
            return Problem.RESULT
        self._fold()
        return Problem.NONE

    def factory_reset(self, *keep: Register) -> None:
        """Bring the EEPROM to what the factory wrote, but for ``keep``, and start anew."""
        self.table.factory_reset(keep)
        self.power_up()

    def store(self) -> Problem:
        """Make a backup."""
        if self.table.get(reg.TORQUE_ENABLE):
            return Problem.RESULT
        self._backup = self.table.backup()
        self.table.put(reg.BACKUP_READY, 1)
        return Problem.NONE

    def restore(self) -> Problem:
        """Bring the EEPROM back from the backup and start anew."""
        if self.table.get(reg.TORQUE_ENABLE) or not self._backup:
            return Problem.RESULT
        self.table.restore(self._backup, Area.EEPROM)
        self.power_up()
        return Problem.NONE

    def drive(self, dt: float) -> Drive:
        """Move the trajectory on by ``dt`` [s] and return what the motor is told."""
        if self._watchdog.count(dt):
            self._stop()
        here = self._measured.position
        top, share = self._motor.speed * self._volts / self._motor.volts, largest_share(self.table, self._motor)
        if not self.table.get(reg.TORQUE_ENABLE):
            self._trajectory.rest(self._reading())
            return Drive(here, top * self.step, False, share)
        mode = self.table.get(reg.OPERATING_MODE)
        if mode in _POSITION_MODES:
            self._trajectory.advance(self.table.get(reg.GOAL_POSITION), *self._limits, dt)
        elif mode == Mode.VELOCITY:
            self._turn(dt)
        else:
            # Nothing but force: as fast as the motor can, where it is not held.
            push = self.table.get(reg.GOAL_PWM if mode == Mode.PWM else reg.GOAL_CURRENT)
            top *= share if mode == Mode.PWM else 1.0
            self._trajectory.rest(self._reading() + math.copysign(1.5 * top * dt, push) * bool(push))
        ahead = (self._trajectory.position - self._reading()) * (-1 if self.faults.reversed else 1)
        return Drive(self._encoder.ahead(here, ahead), top * self.step, share > 0, share)

    def measure(self, measured: Measured, dt: float = 0.0) -> None:
        """Write what the motor does into the registers; ``dt`` [s] since the last time counts for protection."""
        self._measured = measured
        self._time += dt
        load = self._load()
        self._protection.judge(self._volts, self._celsius, load, self.faults.status, dt)
        self.table.put(reg.TICK, int(self._time * 1000) % _TICKS)
        if not self.faults.frozen:
            self._tell(load)

    def _tell(self, load: float) -> None:
        table, way = self.table, self._trajectory
        steps = self._measured.velocity * self._encoder.per_joint(self._measured.position)
        speed, reading = round(steps / VELOCITY_UNIT), round(self._reading())
        if table.model.current_unit is not None:
            table.put(reg.CURRENT, round(load * self._motor.stall_current / table.model.current_unit))
        for cell, value in (
            (reg.MOVING, int(way.running or abs(speed) > table.get(reg.MOVING_THRESHOLD))),
            (reg.MOVING_STATUS, self._moving_status(reading)),
            (reg.PWM, round(load / PWM_UNIT)),
            (reg.VELOCITY, speed),
            (reg.POSITION, reading),
            (reg.VELOCITY_TRAJECTORY, round(way.velocity / VELOCITY_UNIT)),
            (reg.POSITION_TRAJECTORY, round(way.position)),
            (reg.VOLTAGE, round(self._volts * 10)),
            (reg.TEMPERATURE, round(self._celsius)),
        ):
            table.put(cell, value)
        if table.has(reg.LOAD):
            table.put(reg.LOAD, round(load * 1000))

    def _moving_status(self, reading: int) -> int:
        table, way = self.table, self._trajectory
        if table.get(reg.OPERATING_MODE) not in _POSITION_MODES or not table.get(reg.TORQUE_ENABLE):
            return 0
        status = way.shape | (reg.MOVING_PROFILE if way.running else 0)
        if abs(table.get(reg.GOAL_POSITION) - reading) <= _IN_POSITION:
            status |= reg.MOVING_IN_POSITION
        return status | (reg.MOVING_FOLLOWING_ERROR if abs(way.position - reading) > _FOLLOWING_ERROR else 0)

    def _reading(self) -> float:
        self._encoder.slip = self.faults.slip
        return self._encoder.reading(self._measured.position)

    def _fold(self) -> None:
        """Bring the position within one turn, and the goal to where it is."""
        self._encoder.fold(self._measured.position)
        self._stop()
        self.measure(self._measured)

    def _stop(self) -> None:
        """Stand here."""
        self._trajectory.rest(self._reading())
        self.table.put(reg.GOAL_POSITION, round(self._reading()))
        self.table.put(reg.GOAL_VELOCITY, 0)

    def _changed_mode(self) -> None:
        if self.table.get(reg.OPERATING_MODE) == Mode.POSITION:
            self._fold()
        self._stop()

    def _switch_on(self) -> None:
        if self._protection.shut_down:
            # Nothing tells that it did not come on but the register itself, and the alert.
            self.table.put(reg.TORQUE_ENABLE, 0)
        elif self.table.get(reg.OPERATING_MODE) == Mode.POSITION:
            self._fold()
        else:
            self._stop()

    def _new_goal(self) -> None:
        wakes = self.table.get(reg.DRIVE_MODE) & reg.DRIVE_GOAL_TORQUE
        if wakes and not self.table.get(reg.TORQUE_ENABLE) and not self._protection.shut_down:
            self._trajectory.rest(self._reading())
            self.table.put(reg.TORQUE_ENABLE, 1)
        goal = self.table.get(reg.GOAL_POSITION)
        self._limits = profile_limits(self.table, goal - self._trajectory.position)
        self._trajectory.start(goal, *self._limits)

    def _turn(self, dt: float) -> None:
        """Go on in velocity mode; the trajectory does not run away from a shaft that is held."""
        rate = self.table.get(reg.PROFILE_ACCELERATION) * ACCELERATION_UNIT or math.inf
        self._trajectory.ramp(self.table.get(reg.GOAL_VELOCITY) * VELOCITY_UNIT, rate, dt)
        ahead, reading = lead(self.table), self._reading()
        self._trajectory.position = min(max(self._trajectory.position, reading - ahead), reading + ahead)

    def _load(self) -> float:
        """Return the share of the stall torque it uses, -1 to 1, in the direction it counts."""
        if not self.table.get(reg.TORQUE_ENABLE):
            return 0.0
        limit = largest_share(self.table, self._motor)
        if self.faults.blocked or self._hand.turns or self.fights:
            load = (self._trajectory.position - self._reading()) / lead(self.table)
        else:
            load = self._measured.effort * math.copysign(1.0, self._encoder.per_joint(self._measured.position))
        return min(max(load, -limit), limit)


_MOVING_THE_ORIGIN: Final = frozenset({reg.HOMING_OFFSET.name, reg.DRIVE_MODE.name})
