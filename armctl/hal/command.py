"""`ApprovedCommand`: the only thing an arm's ``send`` takes, and only the safety supervisor makes one.

Python cannot forbid a constructor, so three things hold the rule: the constructor asks for the supervisor's seal, the
seal is handed out under a name that an architecture test looks for in every file, and import contracts keep
drivers and screens away from ``armctl.safety``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.errors import SafetyError
from armctl.hal.state import FloatArray


class Seal:
    """Proof that a command went through the supervisor."""


_SEAL: Final = Seal()


def supervisor_seal() -> Seal:
    """Return the seal. To be called in ``armctl/safety/supervisor.py`` (and in tests of arms) only."""
    return _SEAL


@dataclass(frozen=True, slots=True)
class ApprovedCommand:
    """A set-point that passed every check of the supervisor.

    Attributes:
        seal: The supervisor's seal.
        positions: Shape (n,), where the joints are to be next, gripper last [rad].
        speeds: Shape (n,), the largest speed each joint may use on the way [rad/s], positive.
        stamp: When it was approved [s, monotonic].
        deadline: After this it is refused [s, monotonic].
        sequence: Grows by one with each approved command.
        epoch: Grows with each arming; commands of an older epoch are refused.

    Raises:
        SafetyError: When the seal is not the supervisor's.
    """

    seal: Seal
    positions: FloatArray
    speeds: FloatArray
    stamp: float
    deadline: float
    sequence: int
    epoch: int

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise SafetyError("A command without the supervisor's approval was refused.")
