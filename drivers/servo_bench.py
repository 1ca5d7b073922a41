"""What the workbench of any bus of servos does alike: torque, numbers, and the care taken before memory is changed.

See `drivers.bench.ServoBench` for what is promised. A protocol's own bench says how servos are asked and written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar, Final, Generic, TypeVar

from armctl.clock import Clock
from armctl.errors import HardwareError
from drivers.bench import Live
from drivers.servo_bus import ServoBus

WINDOW: Final = 0.05
"""How long to wait for answers [s]; every question is repeated, should a busy computer have been late."""
ATTEMPTS: Final = 4
"""How often who does not answer is asked, and who does not obey is told."""
SETTLE: Final = 0.01
"""An EEPROM write takes some milliseconds [s]; other traffic keeps off meanwhile."""

BusT = TypeVar("BusT", bound=ServoBus)


class BusBench(ABC, Generic[BusT]):
    """The servos behind one port.

    Attributes:
        unpowered: What to do about a servo whose torque did not come on.

    Args:
        bus: The servos.
        clock: Time.
    """

    unpowered: ClassVar[str] = "Check its plug."

    def __init__(self, bus: BusT, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock

    def close(self) -> None:
        """Give the port up."""
        self._bus.close()

    @abstractmethod
    def live(self, servos: Sequence[int]) -> dict[int, Live]:
        """Return what ``servos`` measure; see `drivers.bench.ServoBench`."""

    def torque(self, servos: Sequence[int], *, on: bool) -> None:
        """Let ``servos`` go limp, or hold; see `drivers.bench.ServoBench`."""
        left = list(servos)
        for _ in range(ATTEMPTS):
            self._order_hold(left) if on else self._order_limp(left)
            rows = self.live(left)
            left = [servo for servo in left if servo not in rows or rows[servo].torque is not on]
            if not left:
                return
        raise HardwareError(
            f"Torque did not go {'on' if on else 'off'} at {_names(left)}.",
            self.unpowered if on else "Support the arm and switch its power supply off.",
        )

    def renumber(self, old: int, new: int) -> None:
        """Give the one servo ``old`` the id ``new``; see `drivers.bench.ServoBench`."""
        self._require_one(old)
        if self._count(new):
            raise HardwareError(
                f"The id {new} is taken: a servo answers to it already.",
                "Choose another number, or renumber that one first (armctl servo list shows all).",
            )
        self._require_limp(old)
        self._write_id(old, new)
        if self._count(new) != 1 or self._count(old):
            raise HardwareError(
                f"It is not sure that servo {old} is {new} now.",
                "Look with armctl servo list; then try again with this servo alone on the cable.",
            )

    @abstractmethod
    def _order_limp(self, servos: Sequence[int]) -> None: ...

    @abstractmethod
    def _order_hold(self, servos: Sequence[int]) -> None: ...

    @abstractmethod
    def _write_id(self, old: int, new: int) -> None: ...

    @abstractmethod
    def _count(self, servo: int) -> int:
        """Return how many servos answer to an id; answers that destroy each other are two."""

    def _rest(self) -> None:
        self._clock.sleep_until(self._clock.now() + SETTLE)

    def _require_rate(self, servo: int, rate: int, rates: Collection[int]) -> None:
        """Refuse to change the speed of anything but one limp ``servo`` that knows ``rate``."""
        if rate not in rates:
            raise HardwareError(
                f"Servo {servo} does not know the speed {rate}.",
                f"It knows {', '.join(map(str, rates))} bits a second.",
            )
        self._require_one(servo)
        self._require_limp(servo)

    def _require_limp(self, servo: int) -> None:
        row = self.live([servo]).get(servo)
        if row is None:
            raise silent(servo)
        if row.torque:
            raise HardwareError(
                f"Servo {servo} holds its place: its memory is changed only while it is limp.",
                "Support the arm and let it go first (armctl servo release).",
            )

    def _require_one(self, servo: int) -> None:
        count = self._count(servo)
        if count > 1:
            raise HardwareError(
                f"Several servos answer as {servo}.", "Plug them in one at a time, so that only one is on the cable."
            )
        if not count:
            raise silent(servo)


def require_kept(servo: int, kept: object, wanted: object) -> None:
    """Raise when ``servo`` keeps something else than what was written."""
    if kept != wanted:
        raise HardwareError(
            f"Servo {servo} did not keep what was written into its memory: it has {kept}, it should have {wanted}.",
            "Switch the arm's power off and on, and try again.",
        )


def silent(servo: int) -> HardwareError:
    """Return the complaint that ``servo`` does not answer."""
    return HardwareError(f"Servo {servo} does not answer.", "Check its plug, and its id (armctl servo list).")


def _names(servos: Sequence[int]) -> str:
    return ("servo " if len(servos) == 1 else "servos ") + ", ".join(map(str, servos))
