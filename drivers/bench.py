"""The workbench of a servo bus: what is there, how it fares, and the memory that calibration changes.

Driving an arm goes through `armctl.hal.arm.Arm`; this is for the hours before that: numbering servos, calibrating,
looking for the one that does not answer. A bench moves nothing: it can let a servo go limp, and have a limp one hold
the place where it stands, and that is all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import HardwareError, SetupError
from armctl.hal.state import JointFault
from drivers.transport import PortOpener, open_serial


@dataclass(frozen=True, slots=True)
class Rules:
    """How one kind of servo counts.

    Attributes:
        offset_sign: -1 where a reading is the magnet's step less the homing offset (Feetech), 1 where it is added.
        largest_offset: Largest magnitude of a homing offset that the servo keeps [step].
        steps_per_turn: Steps of one turn.
        modes: Operating modes in which it goes to positions; the first is the one a servo is brought to.
        largest_id: Largest id a servo may have; ids start at `smallest_id`.
        smallest_id: Smallest id a servo may have.
        rates: Speeds of the line it knows [bit/s], the usual ones first.
    """

    offset_sign: int
    largest_offset: int
    steps_per_turn: int
    modes: tuple[int, ...]
    largest_id: int
    smallest_id: int
    rates: tuple[int, ...]

    def actual(self, reading: int, offset: int) -> int:
        """Return the magnet's own step, 0 to one turn, behind a ``reading`` made with ``offset``."""
        return (reading - self.offset_sign * offset) % self.steps_per_turn

    def reading(self, actual: int, offset: int) -> int:
        """Return what the servo reads at the magnet's step ``actual`` with ``offset``, within one turn."""
        return (actual + self.offset_sign * offset) % self.steps_per_turn

    def offset_for(self, actual: int, reading: int) -> int:
        """Return the offset with which the magnet's step ``actual`` reads as ``reading``.

        Taken the short way round; where even that is one step too long for the memory (half a turn exactly), the
        nearest that fits is returned, and the reading is one step off.

        Raises:
            HardwareError: It does not fit into the servo's memory.
        """
        wanted = round(math.remainder(self.offset_sign * (reading - actual), self.steps_per_turn))
        kept = min(max(wanted, -self.largest_offset), self.largest_offset)
        if abs(kept - wanted) > 1:
            raise HardwareError(
                f"A homing offset of {wanted} steps does not fit into the servo, which keeps "
                f"-{self.largest_offset} to {self.largest_offset}.",
                "Take the horn off the servo, turn its shaft to the middle, and put the horn back.",
            )
        return kept


class Found(NamedTuple):
    """A servo that answers.

    Attributes:
        id: Its id.
        model: Its model number.
        title: What its maker calls the model.
        firmware: Its firmware, as the maker writes it.
        answers: Answers that came to one question: two when two servos have this id.
        problem: Why it cannot be used as it is; empty when it can.
    """

    id: int
    model: int
    title: str
    firmware: str
    answers: int = 1
    problem: str = ""


class Live(NamedTuple):
    """What a servo measures.

    Attributes:
        position: Its reading [step].
        load: Share of full drive, -1 to 1.
        volts: Supply [V].
        celsius: Temperature [°C].
        torque: It holds its place.
        faults: What it complains about.
    """

    position: int
    load: float
    volts: float
    celsius: float
    torque: bool
    faults: JointFault


class Memory(NamedTuple):
    """All that a calibration changes in a servo, kept without power.

    Attributes:
        offset: Homing offset [step].
        lowest: Lowest reading it goes to by itself [step].
        highest: Highest reading it goes to by itself [step].
        mode: Operating mode.
        several_turns: Its readings may leave one turn.
    """

    offset: int
    lowest: int
    highest: int
    mode: int = 0
    several_turns: bool = False


class ServoBench(Protocol):
    """The servos behind one port, open for this program alone.

    Every call raises `LinkLostError` when the port is gone; every wait ends.
    """

    rules: Rules
    """How these servos count."""

    def scan(self) -> tuple[Found, ...]:
        """Return every servo that answers at the present speed, by id."""
        ...

    def live(self, servos: Sequence[int]) -> dict[int, Live]:
        """Return what ``servos`` measure now, by id; those that did not answer are left out."""
        ...

    def memories(self, servos: Sequence[int]) -> dict[int, Memory]:
        """Return what ``servos`` keep, by id; those that did not answer are left out."""
        ...

    def remember(self, servo: int, memory: Memory) -> None:
        """Have ``servo``, which must be limp, keep ``memory``; writes only what differs, reads it back, locks it.

        Raises:
            HardwareError: It holds its place, does not answer, or did not keep it.
        """
        ...

    def torque(self, servos: Sequence[int], *, on: bool) -> None:
        """Let ``servos`` go limp, or have them hold the place where they stand, without a jump.

        Raises:
            HardwareError: One did not confirm; the message names it. All were told.
        """
        ...

    def renumber(self, old: int, new: int) -> None:
        """Give the one limp servo ``old`` the id ``new``.

        Raises:
            HardwareError: Several servos are ``old``, none is, ``new`` is taken, or it did not take it.
        """
        ...

    def set_rate(self, servo: int, rate: int) -> None:
        """Have one limp ``servo`` speak at ``rate`` [bit/s] from now on; this bench then no longer reaches it.

        Raises:
            HardwareError: The servo does not know this speed, does not answer, or holds its place.
        """
        ...

    def close(self) -> None:
        """Give the port up; may be called any number of times. Torque stays as it is."""
        ...


class BenchFactory(Protocol):
    """Opens a bench."""

    def __call__(self, port: str, rate: int, clock: Clock, open_port: PortOpener = open_serial) -> ServoBench:
        """Return the bench of the servos at ``port`` with speed ``rate`` [bit/s].

        Raises:
            PortError: The port is missing, not permitted or in use.
        """
        ...


BENCHES: Final[dict[str, str]] = {
    "dynamixel": "drivers.dynamixel.bench:open_bench",
    "feetech": "drivers.feetech.bench:open_bench",
}
"""Driver name, as in ``driver = "…"`` of an arm's configuration, to "module:factory"."""

BY_ITSELF: Final[Mapping[str, str]] = {
    "mycobot": "Calibrate it on its own screen: put every joint's marks together and choose Calibrate servos. "
    "Afterwards armctl reads angles that are right already.",
    "gcode": "It finds its zero by itself: a Grbl arm when it is homed (armctl home), an arm with absolute encoders "
    "as it stands. Steps per millimetre and joint maps stand in its configuration.",
}
"""Driver name to how arms are calibrated whose controller does it itself."""


def has_bench(driver: str) -> bool:
    """Return True when arms of ``driver`` are servos on a bus that armctl can number and calibrate."""
    return driver in BENCHES


def is_calibrated_by_hand(config: ArmConfig) -> bool:
    """Return True for an arm whose zero is where somebody puts it.

    Others leave the factory with it: their horns fit in one way only, and what stands in the configuration is right.
    """
    servos = [joint.servo for joint in config.joints]
    plain = all(s and not (s.shadows or s.reversed or s.travel_per_turn or s.crank) for s in servos)
    return has_bench(config.driver) and plain


def bench_of(config: ArmConfig) -> BenchFactory:
    """Return what opens the bench for the arm ``config``.

    Raises:
        SetupError: Its servos are not reachable: they are behind a controller.
    """
    target = BENCHES.get(config.driver)
    if target is None:
        raise SetupError(
            f"{config.title} has no servos that armctl can reach one by one: its own controller stands before them.",
            BY_ITSELF.get(config.driver, "Calibrate it with its maker's program."),
        )
    module, _, name = target.partition(":")
    return cast(BenchFactory, getattr(import_module(module), name))
