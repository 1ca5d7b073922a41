"""Input devices that need a description: switch boxes and breath sensors on serial ports, joysticks with a name."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from armctl.config.load import Model, Name

Pressure = Annotated[float, Field(gt=0.0, le=150.0)]
"""[hPa]; switches for breath work between 2 and 150."""


class BreathConfig(Model):
    """From pressure to sips and puffs: on the peak of the first moments, as a hard puff passes through the soft band.

    Bands: a soft breath is 2 to 10 hPa, a hard one 15 hPa and more; between them nothing is understood, so that nobody
    does one for the other.
    """

    dead_band: Pressure = 2.0
    """Below this nobody breathes into it [hPa]."""
    soft_most: Pressure = 10.0
    """Strongest soft breath [hPa]."""
    hard_least: Pressure = 15.0
    """Weakest hard breath [hPa]."""
    full_scale: Pressure = 60.0
    """At this the sensor is at its end [hPa]; with an axis, what full deflection stands for."""
    window: Annotated[float, Field(ge=0.15, le=1.5)] = 0.2
    """The peak within this time tells soft from hard [s]. Rise times are 0.15 to 0.3 s, longer where breath is short;
    what was lit when the breath began counts, however long this is."""
    frozen: Annotated[float, Field(ge=0.1, le=5.0)] = 0.2
    """The very same figure for this long is no breath but a sensor that hangs [s]."""
    noisy: bool = False
    """At rest, too, no figure comes twice for long (24-bit sensors): then a sensor that hangs is noticed at rest."""

    @model_validator(mode="after")
    def _bands_follow_each_other(self) -> BreathConfig:
        if not self.dead_band < self.soft_most < self.hard_least < self.full_scale:
            raise ValueError(
                f"dead_band ({self.dead_band:g}), soft_most ({self.soft_most:g}), hard_least ({self.hard_least:g}) and "
                f"full_scale ({self.full_scale:g}) must rise in this order"
            )
        return self


class JoystickDevice(Model):
    """A joystick, gamepad or switch interface that the operating system knows as one."""

    kind: Literal["joystick"]
    name: Name
    matches: Annotated[str, Field(min_length=1, max_length=100)]
    """Part of what the device calls itself, in any case."""


class BreathAxisDevice(Model):
    """A sip-and-puff interface that shows its pressure as an axis of a joystick: puff positive."""

    kind: Literal["breath_axis"]
    name: Name
    matches: Annotated[str, Field(min_length=1, max_length=100)]
    axis: Annotated[int, Field(ge=0, le=15)] = 0
    inverted: bool = False
    breath: BreathConfig = BreathConfig()


class OnSerialPort(Model):
    """Where a serial device is."""

    name: Name
    port: Annotated[str, Field(max_length=200)] = ""
    """Path of the port; empty: the adapter with ``serial_number``."""
    serial_number: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def _can_be_found(self) -> OnSerialPort:
        if bool(self.port) == bool(self.serial_number):
            raise ValueError("either port or serial_number says where it is")
        return self


class SpeaksSerial(OnSerialPort):
    """What sends lines of text over a serial port."""

    baud: Annotated[int, Field(ge=1200, le=1_000_000)] = 115_200


class SwitchBoxDevice(SpeaksSerial):
    """A box of switches on a serial port; what it sends is described in docs/input-devices.md."""

    kind: Literal["switch_box"]


class SwitchLinesDevice(OnSerialPort):
    """Switches on the handshake lines of an RS-232 port, one on each: 0 CTS, 1 DSR, 2 DCD, 3 RI. Nothing is sent."""

    kind: Literal["switch_lines"]


class BreathSensorDevice(SpeaksSerial):
    """A pressure sensor on a serial port; what it sends is described in docs/input-devices.md."""

    kind: Literal["breath_sensor"]
    breath: BreathConfig = BreathConfig()


InputDevice: TypeAlias = Annotated[
    JoystickDevice | BreathAxisDevice | SwitchBoxDevice | SwitchLinesDevice | BreathSensorDevice,
    Field(discriminator="kind"),
]
"""Any of them; a new kind is one model here, one file in ``ui/inputs`` and one row in its table."""
