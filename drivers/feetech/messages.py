"""What a Feetech STS servo says and understands: instruction codes, registers, status bits.

Figures: STS3215 memory table (Feetech, English transcription), firmware 3.10. Addresses are decimal, two-byte values
little-endian, signed values sign-magnitude. Shared by the driver and by the emulated servo.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag, StrEnum
from typing import Final

from armctl.hal.state import JointFault

BROADCAST: Final = 0xFE
LARGEST_ID: Final = 0xFD
LARGEST_FRAME: Final = 250
"""Bytes; the maker's own software refuses longer frames."""
STEPS_PER_TURN: Final = 4096


class Instruction(IntEnum):
    """The fifth byte of a frame to a servo."""

    PING = 0x01
    READ = 0x02
    WRITE = 0x03
    REG_WRITE = 0x04
    ACTION = 0x05
    RECOVERY = 0x06
    """Factory values. Never sent by the driver."""
    REBOOT = 0x08
    """Starts the servo anew. Never sent by the driver: torque goes off."""
    BACKUP = 0x09
    """Makes the present EEPROM what `RECOVERY` brings back. Never sent by the driver."""
    RESET = 0x0A
    """Clears run state such as the turn counter. Never sent by the driver."""
    CALIBRATE = 0x0B
    """Makes the present position 2048, or the value given."""
    SYNC_READ = 0x82
    SYNC_WRITE = 0x83


class Area(StrEnum):
    """Where a register lives, and so what becomes of it."""

    FIXED = "fixed"
    EEPROM = "eeprom"
    """Kept without power; written only while the lock is open."""
    RAM = "ram"
    """Back to its default at power-up."""
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Register:
    """One cell of the servo's memory.

    Attributes:
        address: Address of its low byte.
        size: Bytes, 1 or 2.
        name: Short name.
        area: Where it lives.
        default: Value from the factory or at power-up.
        lowest: Smallest value it takes; for signed cells the magnitude counts.
        highest: Largest value it takes.
        sign_bit: Bit that means "negative"; None for unsigned cells.
        unit: Unit of one step of the value.
    """

    address: int
    size: int
    name: str
    area: Area
    default: int = 0
    lowest: int = 0
    highest: int = 255
    sign_bit: int | None = None
    unit: str = ""

    @property
    def writable(self) -> bool:
        """True where the host may write."""
        return self.area in {Area.EEPROM, Area.RAM}

    @property
    def end(self) -> int:
        """Address after its last byte."""
        return self.address + self.size


FIRMWARE_MAJOR: Final = Register(0, 1, "firmware_major", Area.FIXED, 3)
FIRMWARE_MINOR: Final = Register(1, 1, "firmware_minor", Area.FIXED, 10)
ENDIANNESS: Final = Register(2, 1, "endianness", Area.FIXED, 0)
MODEL: Final = Register(3, 2, "model", Area.FIXED, 777)
ID: Final = Register(5, 1, "id", Area.EEPROM, 1, 0, LARGEST_ID)
BAUD: Final = Register(6, 1, "baud", Area.EEPROM, 0, 0, 7)
RETURN_DELAY: Final = Register(7, 1, "return_delay", Area.EEPROM, 250, 0, 254, unit="2 µs")
RESPONSE_LEVEL: Final = Register(8, 1, "response_level", Area.EEPROM, 1, 0, 1)
MIN_POSITION: Final = Register(9, 2, "min_position", Area.EEPROM, 0, 0, 4094, unit="step")
MAX_POSITION: Final = Register(11, 2, "max_position", Area.EEPROM, 4095, 0, 4095, unit="step")
MAX_TEMPERATURE: Final = Register(13, 1, "max_temperature", Area.EEPROM, 70, 0, 100, unit="°C")
MAX_VOLTAGE: Final = Register(14, 1, "max_voltage", Area.EEPROM, 140, 0, 254, unit="0.1 V")
MIN_VOLTAGE: Final = Register(15, 1, "min_voltage", Area.EEPROM, 40, 0, 254, unit="0.1 V")
MAX_TORQUE: Final = Register(16, 2, "max_torque", Area.EEPROM, 1000, 0, 1000, unit="0.1 %")
PHASE: Final = Register(18, 1, "phase", Area.EEPROM, 12)
UNLOADING: Final = Register(19, 1, "unloading", Area.EEPROM, 44)
ALARM: Final = Register(20, 1, "alarm", Area.EEPROM, 47)
GAIN_P: Final = Register(21, 1, "gain_p", Area.EEPROM, 32, 0, 254)
GAIN_D: Final = Register(22, 1, "gain_d", Area.EEPROM, 32, 0, 254)
GAIN_I: Final = Register(23, 1, "gain_i", Area.EEPROM, 0, 0, 254)
START_FORCE: Final = Register(24, 1, "start_force", Area.EEPROM, 16, 0, 254, unit="0.1 %")
INTEGRAL_LIMIT: Final = Register(25, 1, "integral_limit", Area.EEPROM, 0, 0, 254)
DEAD_ZONE_CW: Final = Register(26, 1, "dead_zone_cw", Area.EEPROM, 1, 0, 16, unit="step")
DEAD_ZONE_CCW: Final = Register(27, 1, "dead_zone_ccw", Area.EEPROM, 1, 0, 16, unit="step")
PROTECTION_CURRENT: Final = Register(28, 2, "protection_current", Area.EEPROM, 500, 0, 2047, unit="6.5 mA")
ANGULAR_RESOLUTION: Final = Register(30, 1, "angular_resolution", Area.EEPROM, 1, 1, 128)
HOMING_OFFSET: Final = Register(31, 2, "homing_offset", Area.EEPROM, 0, 0, 2047, 11, "step")
OPERATING_MODE: Final = Register(33, 1, "operating_mode", Area.EEPROM, 0, 0, 3)
PROTECTIVE_TORQUE: Final = Register(34, 1, "protective_torque", Area.EEPROM, 20, 0, 254, unit="%")
PROTECTION_TIME: Final = Register(35, 1, "protection_time", Area.EEPROM, 200, 0, 254, unit="10 ms")
OVERLOAD_TORQUE: Final = Register(36, 1, "overload_torque", Area.EEPROM, 80, 0, 254, unit="%")
SPEED_P: Final = Register(37, 1, "speed_p", Area.EEPROM, 10, 0, 254)
OVERCURRENT_TIME: Final = Register(38, 1, "overcurrent_time", Area.EEPROM, 200, 0, 254, unit="10 ms")
SPEED_I: Final = Register(39, 1, "speed_i", Area.EEPROM, 10, 0, 254)
TORQUE_ENABLE: Final = Register(40, 1, "torque_enable", Area.RAM, 0, 0, 128)
ACCELERATION: Final = Register(41, 1, "acceleration", Area.RAM, 0, 0, 254, unit="100 steps/s²")
GOAL_POSITION: Final = Register(42, 2, "goal_position", Area.RAM, 0, 0, 32767, 15, "step")
GOAL_TIME: Final = Register(44, 2, "goal_time", Area.RAM, 0, 0, 1000, 10, "ms or 0.1 %")
GOAL_SPEED: Final = Register(46, 2, "goal_speed", Area.RAM, 0, 0, 32767, 15, "step/s")
TORQUE_LIMIT: Final = Register(48, 2, "torque_limit", Area.RAM, 1000, 0, 1000, unit="0.1 %")
LOCK: Final = Register(55, 1, "lock", Area.RAM, 1, 0, 1)
POSITION: Final = Register(56, 2, "position", Area.FEEDBACK, 0, 0, 32767, 15, "step")
SPEED: Final = Register(58, 2, "speed", Area.FEEDBACK, 0, 0, 32767, 15, "step/s")
LOAD: Final = Register(60, 2, "load", Area.FEEDBACK, 0, 0, 1000, 10, "0.1 %")
VOLTAGE: Final = Register(62, 1, "voltage", Area.FEEDBACK, 120, unit="0.1 V")
TEMPERATURE: Final = Register(63, 1, "temperature", Area.FEEDBACK, 30, unit="°C")
REGISTERED: Final = Register(64, 1, "registered", Area.FEEDBACK)
STATUS: Final = Register(65, 1, "status", Area.FEEDBACK)
MOVING: Final = Register(66, 1, "moving", Area.FEEDBACK)
GOAL_IN_FORCE: Final = Register(67, 2, "goal_in_force", Area.FEEDBACK, 0, 0, 32767, 15, "step")
CURRENT: Final = Register(69, 2, "current", Area.FEEDBACK, 0, 0, 32767, 15, "6.5 mA")
MOVING_THRESHOLD: Final = Register(80, 1, "moving_threshold", Area.FIXED, 1, unit="step/s")
MAX_SPEED: Final = Register(84, 1, "max_speed", Area.FIXED, 68, unit="50 step/s")
MAX_ACCELERATION: Final = Register(85, 1, "max_acceleration", Area.EEPROM, 254, 0, 254, unit="100 steps/s²")
ZERO_ACCELERATION: Final = Register(86, 1, "zero_acceleration", Area.FIXED, 1)

REGISTERS: Final[tuple[Register, ...]] = tuple(cell for cell in list(globals().values()) if isinstance(cell, Register))
"""Every register, by address."""

MEMORY_SIZE: Final = 87
EEPROM_SIZE: Final = TORQUE_ENABLE.address
"""Bytes from address 0 that one identity read brings: fixed cells and EEPROM."""
FEEDBACK_END: Final = CURRENT.end
"""Address after the feedback block; every cyclic read ends here, wherever it starts."""

FACTORY_ID: Final = 1
"""The id every servo has until it is given another."""
STS3215: Final = 777
FIRMWARE_FAMILY: Final = 3
"""Major firmware number that this register table belongs to."""

MODELS: Final[dict[int, str]] = {777: "STS3215", 2825: "STS3250", 11272: "SM8512BL", 1284: "SCS0009"}
"""Model numbers as found in the field, to name what answers instead."""

TORQUE_DAMPED: Final = 2
"""Value of the torque register: limp but braked (newer firmware)."""


class Mode(IntEnum):
    """Values of the operating mode register."""

    POSITION = 0
    SPEED = 1
    """Turns without end at the goal speed, whose sign is its direction."""
    PWM = 2
    """Turns without end at a share of the supply, in the goal time register."""
    STEP = 3
    """Goals are relative to the last one."""


class Phase(IntFlag):
    """Bits of the phase register. A servo leaves the factory with the two of speed set."""

    DRIVE_REVERSED = 0x01
    MOTOR_TYPE = 0x02
    FINE_SPEED = 0x04
    """Speeds are in 1 step/s; otherwise in 50 step/s."""
    ZERO_IS_FASTEST = 0x08
    """Goal speed 0 means as fast as it can; otherwise it means stop."""
    MULTI_TURN = 0x10
    """Readings leave 0 to 4095, and may be negative. To be cleared on arms."""
    VOLTAGE_SAMPLING = 0x20
    PWM_FREQUENCY = 0x40
    FEEDBACK_REVERSED = 0x80


PHASE_MULTI_TURN: Final = Phase.MULTI_TURN

STATUS_FAULTS: Final[dict[int, JointFault]] = {
    0x01: JointFault.VOLTAGE,
    0x02: JointFault.ENCODER,
    0x04: JointFault.OVERHEAT,
    0x08: JointFault.OVERCURRENT,
    0x20: JointFault.OVERLOAD,
}
"""Status bit to fault. Bit 4 is "torque is on" to one source and reserved to another, so it means nothing here."""

FAULTS_BY_STATUS: Final[tuple[JointFault, ...]] = tuple(
    JointFault(sum(fault for bit, fault in STATUS_FAULTS.items() if status & bit)) for status in range(256)
)
"""The faults of each possible status byte, worked out once."""
