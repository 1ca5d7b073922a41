"""The `Arm` protocol: the one door between armctl and anything that moves.

The ideal arm, the physics arm, every driver on its emulated device and a real arm pass the same contract suite
(``tests/contract``). ``hold`` and ``release`` never need approval; ``send`` always does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from armctl.hal.command import ApprovedCommand
from armctl.hal.state import JointState


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an arm can do beyond moving to positions.

    Attributes:
        measures_effort: Efforts are measured (otherwise NaN).
        measures_temperature: Temperatures are measured (otherwise NaN).
        measures_voltage: Voltages are measured (otherwise NaN).
        stops_by_itself: The arm's own electronics stop it when the host falls silent. Where False, armctl keeps every
            set-point so close that the arm comes to rest within one.
        real: True for an arm that can hurt somebody.
    """

    measures_effort: bool = False
    measures_temperature: bool = False
    measures_voltage: bool = False
    stops_by_itself: bool = False
    real: bool = True


@dataclass(frozen=True, slots=True)
class ArmInfo:
    """Who an arm is.

    Attributes:
        name: Name of the arm's configuration, for example ``so101``.
        joints: Names of the n joints in the order of every array, the gripper last.
        identity: What tells this very arm from others (serial number, or empty).
        capabilities: What it can do.
    """

    name: str
    joints: tuple[str, ...]
    identity: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)


class Arm(Protocol):
    """A robot arm with position-controlled joints.

    Every call ends within 100 ms whatever happens on the wire, ``connect`` within 5 s. Any but ``connect`` and
    ``close`` raises `LinkLostError` when the connection is gone and `CommandRefusedError` when there is none yet.

    An arm that also knows the things around it, as simulators do, has a ``scene()``, which returns a
    `armctl.hal.scene.SceneState`.
    """

    @property
    def info(self) -> ArmInfo:
        """Who this arm is; known before connecting."""
        ...

    def connect(self) -> None:
        """Open the arm for this program alone, and check that it is the configured one.

        Changes nothing the arm does: torque and goals stay as they were found.

        Raises:
            PortError: The port is missing, not permitted, or another program has it.
            IdentityError: Something else, too few servos, or a calibration that does not fit answers there.
        """
        ...

    def read(self) -> JointState:
        """Return one reading of all joints; joints that did not answer are marked, not made up."""
        ...

    def enable(self) -> None:
        """Switch torque on without a jump: the goal becomes the present position first."""
        ...

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal. Refused when past its deadline, out of sequence or of the wrong size.

        Raises:
            CommandRefusedError: The command was not taken; nothing changed.
        """
        ...

    def hold(self) -> None:
        """Stay where it is now, torque kept. Never needs approval."""
        ...

    def release(self) -> None:
        """Switch torque off, on purpose: the arm sinks. Tried on every joint even when one fails."""
        ...

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the arm up; may be called any number of times. Torque stays on unless told otherwise."""
        ...
