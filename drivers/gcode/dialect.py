"""What `GcodeArm` asks of a controller, whatever its firmware."""

from __future__ import annotations

from typing import Final, Protocol

from armctl.hal.state import FloatArray

CALL_TIME: Final = 0.085
"""What a call that asks several things allows itself [s]; `Arm` promises 100 ms."""


class Dialect(Protocol):
    """One controller, once its port is open. Places are those of its axes, shape (n,) [deg or mm].

    All that wait end by their deadline; all raise `LinkLostError` when the port is gone.
    """

    @property
    def powered(self) -> bool:
        """True when the motors hold the arm, as far as the controller said."""
        ...

    @property
    def restarted(self) -> bool:
        """True when it lost its power or was reset since the motors were switched on."""
        ...

    @property
    def gripping(self) -> bool:
        """True when the gripper is told to be closed."""
        ...

    @property
    def ready(self) -> bool:
        """True when it takes another move now."""
        ...

    def identify(self, deadline: float) -> str:
        """Check everything that can be known without moving; return what tells this controller from others.

        Args:
            deadline: Until when [s].

        Raises:
            IdentityError: Not the configured arm.
            HardwareError: It does not answer.
        """
        ...

    def look(self, deadline: float) -> FloatArray | None:
        """Return where the axes are now (n,) [deg or mm]; None when no trustworthy answer came by ``deadline`` [s]."""
        ...

    def complaint(self) -> str:
        """Return in plain words why it did not do as told since the last call, or ""."""
        ...

    def move(self, places: FloatArray, seconds: float) -> None:
        """Add a straight move to ``places`` (n,) [deg or mm] that takes ``seconds`` [s]; call only when `ready`."""
        ...

    def grip(self, closed: bool) -> None:
        """Close or open the gripper as soon as it can."""
        ...

    def stop(self) -> None:
        """Let no more motion happen than cannot be helped."""
        ...

    def settled(self) -> bool:
        """True when what was told before `stop` is over, and moves may begin from where the arm is."""
        ...

    def power(self, on: bool, deadline: float) -> None:
        """Switch the motors on where the arm stands, or off, until ``deadline`` [s].

        Raises:
            HardwareError: It did not confirm.
        """
        ...
