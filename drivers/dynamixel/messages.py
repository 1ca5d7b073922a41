"""What a DYNAMIXEL X servo says and understands: instruction codes, control table, error and fault bits.

Figures: ROBOTIS e-Manual, Protocol 2.0 and the pages of XL330-M288, XL430-W250 and XM430-W350. Addresses are decimal,
values little-endian, signed values two's complement. Shared by the driver and by the emulated servo.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, IntFlag, StrEnum
from typing import Final

from armctl.hal.state import JointFault

BROADCAST: Final = 0xFE
LARGEST_ID: Final = 252
"""253 and 255 are unused, 254 is everybody."""
NO_SECONDARY: Final = 255
"""Secondary ID of a servo that follows no other; 253 and 254 mean the same."""
STEPS_PER_TURN: Final = 4096
VELOCITY_UNIT: Final = 0.229 * 4096 / 60
"""Steps/s of one unit of a velocity: 0.229 rpm."""
ACCELERATION_UNIT: Final = 214.577 * 4096 / 3600
"""Steps/s² of one unit of a profile acceleration: 214.577 rev/min²."""
WATCHDOG_UNIT: Final = 0.02
"""Time of one unit of the bus watchdog [s]."""
RETURN_DELAY_UNIT: Final = 2e-6
"""Time of one unit of the return delay [s]."""
PWM_UNIT: Final = 1 / 885
"""Share of full drive of one unit of PWM (0.113 %)."""
WATCHDOG_TRIPPED: Final = 255
"""What the bus watchdog reads as once it stopped the servo; goals are refused until 0 is written to it."""

BAUDS: Final[tuple[int, ...]] = (9600, 57600, 115200, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 4_500_000)
"""Line speeds [bit/s] by their index in the baud register; the XL330 has no 4.5 Mbit/s."""


class Instruction(IntEnum):
    """The eighth byte of a frame."""

    PING = 0x01
    READ = 0x02
    WRITE = 0x03
    REG_WRITE = 0x04
    ACTION = 0x05
    FACTORY_RESET = 0x06
    """Never sent by the driver."""
    REBOOT = 0x08
    CLEAR = 0x10
    BACKUP = 0x20
    """Control table to or from a store in the servo. Never sent by the driver."""
    STATUS = 0x55
    """What every answer says here."""
    SYNC_READ = 0x82
    SYNC_WRITE = 0x83
    FAST_SYNC_READ = 0x8A
    BULK_READ = 0x92
    BULK_WRITE = 0x93
    FAST_BULK_READ = 0x9A


CLEAR_TURNS: Final = b"\x01\x44\x58\x4c\x22"
"""Parameters of CLEAR: forget the whole turns."""
BACKUP_KEY: Final = b"\x43\x54\x52\x4c"
"""Parameters of BACKUP after 1 (store) or 2 (restore)."""
RESET_ALL, RESET_BUT_ID, RESET_BUT_ID_AND_BAUD = 0xFF, 0x01, 0x02
"""Parameter of FACTORY_RESET."""

ALERT: Final = 0x80
"""Bit of a status's error byte: register 70 says what is wrong. The answer is valid all the same."""


class Problem(IntEnum):
    """Result of an instruction: bits 0 to 6 of a status's error byte."""

    NONE = 0
    RESULT = 1
    """It could not be carried out."""
    INSTRUCTION = 2
    """There is no such instruction, or nothing was registered for an action."""
    CRC = 3
    RANGE = 4
    """Outside of the register's range; also a goal while the bus watchdog has tripped."""
    LENGTH = 5
    """Shorter than the register."""
    LIMIT = 6
    """Beyond a limit register, such as a goal beyond the position limits."""
    ACCESS = 7
    """Read-only, no such register, or EEPROM while torque is on."""


class Hardware(IntFlag):
    """Bits of the hardware error status (70) and of the shutdown register (63)."""

    VOLTAGE = 0x01
    OVERHEAT = 0x04
    ENCODER = 0x08
    """Not on the XL330."""
    SHOCK = 0x10
    """Electrical shock, or too little power to run the motor."""
    OVERLOAD = 0x20


HARDWARE_FAULTS: Final[dict[int, JointFault]] = {
    Hardware.VOLTAGE: JointFault.VOLTAGE,
    Hardware.OVERHEAT: JointFault.OVERHEAT,
    Hardware.ENCODER: JointFault.ENCODER,
    Hardware.SHOCK: JointFault.OVERCURRENT,
    Hardware.OVERLOAD: JointFault.OVERLOAD,
}
"""Hardware error bit to fault."""

FAULTS_BY_HARDWARE: Final[tuple[JointFault, ...]] = tuple(
    JointFault(sum(fault for bit, fault in HARDWARE_FAULTS.items() if status & bit)) for status in range(256)
)
"""The faults of each possible hardware error status, worked out once."""


class Mode(IntEnum):
    """Operating modes (register 11)."""

    CURRENT = 0
    VELOCITY = 1
    POSITION = 3
    """Within one turn, between the position limits."""
    EXTENDED = 4
    """Over several turns; the position limits mean nothing."""
    CURRENT_POSITION = 5
    """As `EXTENDED`, with no more than the goal current."""
    PWM = 16


DRIVE_REVERSED: Final = 0x01
"""Bit of the drive mode: counts the other way round."""
DRIVE_TIMED: Final = 0x04
"""Bit of the drive mode: profiles are given in milliseconds."""
DRIVE_GOAL_TORQUE: Final = 0x08
"""Bit of the drive mode: a goal alone switches torque on."""

MOVING_IN_POSITION, MOVING_PROFILE, MOVING_FOLLOWING_ERROR = 0x01, 0x02, 0x08
"""Bits of the moving status (123)."""


class Area(StrEnum):
    """Where a register lives, and so what becomes of it."""

    FIXED = "fixed"
    EEPROM = "eeprom"
    """Kept without power; written only while torque is off."""
    RAM = "ram"
    """Back to its default at power-up."""
    FEEDBACK = "feedback"
    """Read only."""


@dataclass(frozen=True, slots=True)
class Register:
    """One entry of the control table.

    Attributes:
        address: Address of its low byte.
        size: Bytes: 1, 2 or 4.
        name: Short name.
        area: Where it lives.
        default: Value from the factory or at power-up.
        lowest: Smallest value it takes.
        highest: Largest value it takes.
        unit: Unit of one step of the value.
        signed: It is two's complement.
    """

    address: int
    size: int
    name: str
    area: Area
    default: int = 0
    lowest: int = 0
    highest: int = 255
    unit: str = ""
    signed: bool = False

    @property
    def writable(self) -> bool:
        """True where the host may write."""
        return self.area in {Area.EEPROM, Area.RAM}

    @property
    def end(self) -> int:
        """Address after its last byte."""
        return self.address + self.size

    def value(self, data: bytes | bytearray, start: int = 0) -> int:
        """Return the value in ``data``, which begins at the address ``start``."""
        at = self.address - start
        return int.from_bytes(data[at : at + self.size], "little", signed=self.signed)

    def packed(self, value: int) -> bytes:
        """Return ``value`` as it goes over the wire.

        Raises:
            OverflowError: It does not fit into the register.
        """
        return value.to_bytes(self.size, "little", signed=self.signed)


_RPM: Final = "0.229 rpm"
_PWM: Final = "0.113 %"
_MOST: Final = 1_048_575
"""Largest goal [step]: 256 turns."""

MODEL: Final = Register(0, 2, "model", Area.FIXED, highest=65535)
MODEL_INFORMATION: Final = Register(2, 4, "model_information", Area.FIXED, highest=0xFFFFFFFF)
FIRMWARE: Final = Register(6, 1, "firmware", Area.FIXED, 50)
ID: Final = Register(7, 1, "id", Area.EEPROM, 1, 0, LARGEST_ID)
BAUD: Final = Register(8, 1, "baud", Area.EEPROM, 1, 0, 7)
RETURN_DELAY: Final = Register(9, 1, "return_delay", Area.EEPROM, 250, 0, 254, "2 µs")
DRIVE_MODE: Final = Register(10, 1, "drive_mode", Area.EEPROM, 0, 0, 13)
OPERATING_MODE: Final = Register(11, 1, "operating_mode", Area.EEPROM, 3, 0, 16)
SECONDARY_ID: Final = Register(12, 1, "secondary_id", Area.EEPROM, NO_SECONDARY, 0, 255)
PROTOCOL: Final = Register(13, 1, "protocol", Area.EEPROM, 2, 1, 2)
HOMING_OFFSET: Final = Register(20, 4, "homing_offset", Area.EEPROM, 0, -1_044_479, 1_044_479, "step", signed=True)
MOVING_THRESHOLD: Final = Register(24, 4, "moving_threshold", Area.EEPROM, 10, 0, 1023, _RPM)
TEMPERATURE_LIMIT: Final = Register(31, 1, "temperature_limit", Area.EEPROM, 80, 0, 100, "°C")
MAX_VOLTAGE: Final = Register(32, 2, "max_voltage", Area.EEPROM, 160, 95, 160, "0.1 V")
MIN_VOLTAGE: Final = Register(34, 2, "min_voltage", Area.EEPROM, 95, 95, 160, "0.1 V")
PWM_LIMIT: Final = Register(36, 2, "pwm_limit", Area.EEPROM, 885, 0, 885, _PWM)
CURRENT_LIMIT: Final = Register(38, 2, "current_limit", Area.EEPROM, 1193, 0, 1193, "2.69 mA")
VELOCITY_LIMIT: Final = Register(44, 4, "velocity_limit", Area.EEPROM, 200, 0, 1023, _RPM)
MAX_POSITION: Final = Register(48, 4, "max_position", Area.EEPROM, 4095, 0, 4095, "step")
MIN_POSITION: Final = Register(52, 4, "min_position", Area.EEPROM, 0, 0, 4095, "step")
STARTUP: Final = Register(60, 1, "startup", Area.EEPROM, 0, 0, 3)
PWM_SLOPE: Final = Register(62, 1, "pwm_slope", Area.EEPROM, 140, 1, 255, "1.977 mV/ms")
SHUTDOWN: Final = Register(63, 1, "shutdown", Area.EEPROM, 52, 0, 255)
TORQUE_ENABLE: Final = Register(64, 1, "torque_enable", Area.RAM, 0, 0, 1)
LED: Final = Register(65, 1, "led", Area.RAM, 0, 0, 1)
STATUS_RETURN_LEVEL: Final = Register(68, 1, "status_return_level", Area.RAM, 2, 0, 2)
REGISTERED: Final = Register(69, 1, "registered", Area.FEEDBACK)
HARDWARE_ERROR: Final = Register(70, 1, "hardware_error", Area.FEEDBACK)
VELOCITY_I: Final = Register(76, 2, "velocity_i", Area.RAM, 1920, 0, 16383)
VELOCITY_P: Final = Register(78, 2, "velocity_p", Area.RAM, 100, 0, 16383)
POSITION_D: Final = Register(80, 2, "position_d", Area.RAM, 0, 0, 16383)
POSITION_I: Final = Register(82, 2, "position_i", Area.RAM, 0, 0, 16383)
POSITION_P: Final = Register(84, 2, "position_p", Area.RAM, 800, 0, 16383)
FEEDFORWARD_2: Final = Register(88, 2, "feedforward_2", Area.RAM, 0, 0, 16383)
FEEDFORWARD_1: Final = Register(90, 2, "feedforward_1", Area.RAM, 0, 0, 16383)
WATCHDOG: Final = Register(98, 1, "watchdog", Area.RAM, 0, 0, 127, "20 ms")
GOAL_PWM: Final = Register(100, 2, "goal_pwm", Area.RAM, 885, -885, 885, _PWM, signed=True)
GOAL_CURRENT: Final = Register(102, 2, "goal_current", Area.RAM, 1193, -1193, 1193, "2.69 mA", signed=True)
GOAL_VELOCITY: Final = Register(104, 4, "goal_velocity", Area.RAM, 0, -1023, 1023, _RPM, signed=True)
PROFILE_ACCELERATION: Final = Register(
    108, 4, "profile_acceleration", Area.RAM, 0, 0, 32767, "214.577 rev/min², or ms when timed"
)
PROFILE_VELOCITY: Final = Register(112, 4, "profile_velocity", Area.RAM, 0, 0, 32767, "0.229 rpm, or ms when timed")
GOAL_POSITION: Final = Register(116, 4, "goal_position", Area.RAM, 0, -_MOST, _MOST, "step", signed=True)
TICK: Final = Register(120, 2, "tick", Area.FEEDBACK, 0, 0, 32767, "ms")
MOVING: Final = Register(122, 1, "moving", Area.FEEDBACK, 0, 0, 1)
MOVING_STATUS: Final = Register(123, 1, "moving_status", Area.FEEDBACK)
PWM: Final = Register(124, 2, "pwm", Area.FEEDBACK, 0, -885, 885, _PWM, signed=True)
CURRENT: Final = Register(126, 2, "current", Area.FEEDBACK, 0, -32768, 32767, "2.69 mA", signed=True)
LOAD: Final = Register(126, 2, "load", Area.FEEDBACK, 0, -1000, 1000, "0.1 %", signed=True)
"""In the place of the current on the XL430."""
VELOCITY: Final = Register(128, 4, "velocity", Area.FEEDBACK, 0, -(2**31), 2**31 - 1, _RPM, signed=True)
POSITION: Final = Register(132, 4, "position", Area.FEEDBACK, 0, -(2**31), 2**31 - 1, "step", signed=True)
VELOCITY_TRAJECTORY: Final = Register(
    136, 4, "velocity_trajectory", Area.FEEDBACK, 0, -(2**31), 2**31 - 1, _RPM, signed=True
)
POSITION_TRAJECTORY: Final = Register(
    140, 4, "position_trajectory", Area.FEEDBACK, 0, -(2**31), 2**31 - 1, "step", signed=True
)
VOLTAGE: Final = Register(144, 2, "voltage", Area.FEEDBACK, 120, 0, 65535, "0.1 V")
TEMPERATURE: Final = Register(146, 1, "temperature", Area.FEEDBACK, 30, unit="°C")
BACKUP_READY: Final = Register(147, 1, "backup_ready", Area.FEEDBACK, 0, 0, 1)

EEPROM_END: Final = TORQUE_ENABLE.address
"""Bytes from address 0 that one identity read brings: fixed cells and EEPROM."""


@dataclass(frozen=True, slots=True)
class Indirect:
    """A row of slots: write a register's address into one, and its value stands in the slot's data byte.

    Slot k (from 0) has its address word at ``addresses + 2k`` and its byte at ``data + k``. At power-up each slot
    points at its own byte, which is 0.

    Attributes:
        addresses: Address of the first slot's address word.
        data: Address of the first slot's byte.
        slots: How many slots.
    """

    addresses: int
    data: int
    slots: int


@dataclass(frozen=True, slots=True)
class Model:
    """One model of servo.

    Attributes:
        number: Model number (register 0).
        name: As printed on it.
        registers: Its control table without indirect slots, by address.
        indirect: Its indirect slots, in one or two rows.
        modes: Operating modes it has.
        current_unit: Ampere of one unit of its current registers; None where it measures none.
    """

    number: int
    name: str
    registers: tuple[Register, ...]
    indirect: tuple[Indirect, ...]
    modes: frozenset[int]
    current_unit: float | None

    def cell(self, name: str) -> Register:
        """Return the register called ``name``.

        Raises:
            KeyError: This model has none.
        """
        for register in self.registers:
            if register.name == name:
                return register
        raise KeyError(f"{self.name} has no register {name}")

    def has(self, name: str) -> bool:
        """Return True where there is a register called ``name``."""
        return any(register.name == name for register in self.registers)


_COMMON: Final = tuple(cell for cell in list(globals().values()) if isinstance(cell, Register))
"""Every register of any of the models, by address."""


def _table(number: int, without: tuple[Register, ...], *changed: Register) -> tuple[Register, ...]:
    """Return the common registers but those ``without``, the ``changed`` in the place of those with their names."""
    instead = {cell.name: cell for cell in (replace(MODEL, default=number), *changed)}
    return tuple(instead.get(cell.name, cell) for cell in _COMMON if cell not in without)


_MILLIAMPERE: Final = "mA"
_POSITION_MODES: Final = frozenset({Mode.VELOCITY, Mode.POSITION, Mode.EXTENDED, Mode.PWM})
_CURRENT_MODES: Final = _POSITION_MODES | {Mode.CURRENT, Mode.CURRENT_POSITION}

XL330_M288: Final = Model(
    1200,
    "XL330-M288",
    _table(
        1200,
        (LOAD,),
        replace(BAUD, highest=6),
        replace(TEMPERATURE_LIMIT, default=70),
        replace(MAX_VOLTAGE, default=70, lowest=31, highest=70),
        replace(MIN_VOLTAGE, default=35, lowest=31, highest=70),
        replace(CURRENT_LIMIT, default=1750, highest=1750, unit=_MILLIAMPERE),
        replace(VELOCITY_LIMIT, default=445, highest=2047),
        replace(SHUTDOWN, default=53),
        replace(VELOCITY_I, default=1600),
        replace(VELOCITY_P, default=180),
        replace(POSITION_P, default=400),
        replace(GOAL_CURRENT, default=1750, lowest=-1750, highest=1750, unit=_MILLIAMPERE),
        replace(GOAL_VELOCITY, lowest=-2047, highest=2047),
        replace(CURRENT, unit=_MILLIAMPERE),
        replace(VOLTAGE, default=50),
    ),
    (Indirect(168, 208, 20),),
    _CURRENT_MODES,
    0.001,
)
XL430_W250: Final = Model(
    1060,
    "XL430-W250",
    _table(
        1060,
        (CURRENT_LIMIT, GOAL_CURRENT, CURRENT, PWM_SLOPE),
        replace(TEMPERATURE_LIMIT, default=72),
        replace(MAX_VOLTAGE, default=140, lowest=60, highest=140),
        replace(MIN_VOLTAGE, default=60, lowest=60, highest=140),
        replace(VELOCITY_LIMIT, default=265),
        replace(VELOCITY_I, default=1000),
        replace(POSITION_D, default=4000),
        replace(POSITION_P, default=640),
    ),
    (Indirect(168, 224, 28), Indirect(578, 634, 28)),
    _POSITION_MODES,
    None,
)
XM430_W350: Final = Model(
    1020,
    "XM430-W350",
    _table(1020, (LOAD, PWM_SLOPE)),
    (Indirect(168, 224, 28), Indirect(578, 634, 28)),
    _CURRENT_MODES,
    0.00269,
)

MODELS: Final[dict[int, Model]] = {model.number: model for model in (XL330_M288, XL430_W250, XM430_W350)}
"""The models that can be driven, by model number."""

MODEL_NAMES: Final[dict[int, str]] = {
    **{number: model.name for number, model in MODELS.items()},
    1030: "XM430-W210",
    1080: "XC430-W240",
    1090: "2XL430-W250",
    1120: "XM540-W270",
    1130: "XM540-W150",
    1190: "XL330-M077",
}
"""Model numbers as found in the field, to name what answers instead."""
