"""Every error armctl raises on purpose, as one tree.

::

    ArmctlError
    ├── ConfigError            a file is malformed or unsafe: names file, line and limit
    ├── HardwareError          something between the port and the servos
    │   ├── PortError          no such port, no permission
    │   │   └── PortBusyError  another program has it
    │   ├── IdentityError      another arm, a missing servo, a calibration that does not fit
    │   ├── LinkLostError      the connection went away while in use
    │   ├── PlaceLostError     the arm is there, but nobody knows where it is until it was homed
    │   └── CommandRefusedError     the arm would not take a command (late, wrong size, not connected)
    ├── KinematicsError        a robot description or a target that cannot be used
    │   └── UnreachableError   a target out of reach: says why
    ├── SafetyError            the supervisor said no
    ├── TaskError              a task that cannot run as written
    └── SetupError             something missing on this computer (display, package, rights)

Each carries ``message`` (what happened, how much, against which limit) and ``remedy`` (what to do next), so that
the command line, the user screen and the log tell the same story.
"""

from __future__ import annotations


class ArmctlError(Exception):
    """Base of every deliberate error.

    Args:
        message: What happened, in one plain sentence, with the figures.
        remedy: What a person can do about it; empty when nothing but reporting it helps.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class ConfigError(ArmctlError):
    """A configuration file is malformed or unsafe.

    Args:
        message: What is wrong and against which limit.
        path: File name as the person knows it.
        line: 1-based line, or None where the whole file is meant.
        remedy: What to write instead.
    """

    def __init__(self, message: str, *, path: str = "", line: int | None = None, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.path = path
        self.line = line

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        return where + super().__str__()


class HardwareError(ArmctlError):
    """Something between the port and the servos went wrong."""


class PortError(HardwareError):
    """The port is missing, not permitted or in use."""


class PortBusyError(PortError):
    """Another program has the port."""


class IdentityError(HardwareError):
    """What answers is not the arm the configuration describes."""


class LinkLostError(HardwareError):
    """The connection went away while it was in use."""


class PlaceLostError(HardwareError):
    """The arm is there, but nobody knows where it is until it was homed."""


class CommandRefusedError(HardwareError):
    """The arm would not take a command: too late, wrong size, or not connected."""


class KinematicsError(ArmctlError):
    """A robot description or a target that cannot be used."""


class UnreachableError(KinematicsError):
    """A target the arm cannot reach; the message says why and by how much."""


class SafetyError(ArmctlError):
    """The supervisor refused."""


class TaskError(ArmctlError):
    """A task that cannot run as it is written."""


class SetupError(ArmctlError):
    """Something is missing on this computer: a display, a package, a permission."""
