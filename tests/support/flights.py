"""Flights for tests: the real controller over the ideal arm on a stepped clock, recorded, faults and all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

from armctl.control.controller import Controller
from armctl.control.flight import FlightRecorder, Order, ring_for
from armctl.control.flight_mcap import write_mcap
from armctl.control.flight_recording import Recording, facts_of, from_ring
from armctl.control.flight_ring import Ring, read_ring
from armctl.control.flight_supervisor import RecordedSupervisor
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import DT, Bench, arm_config, robot_model, scene_config

WALL = 1_790_000_000.0


class Orders:
    """Stands for the process that writes files: keeps what was ordered, and what the ring held at that moment."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.orders: list[Order] = []
        self.recordings: list[Recording] = []
        self.troubles: list[str] = []
        self.closed = False

    def order(self, order: Order) -> bool:
        self.orders.append(order)
        self.recordings.append(from_ring(*read_ring(self._ring.fileno), order.reason, order.title))
        return True

    def news(self) -> Iterable[str]:
        told, self.troubles = self.troubles, []
        return told

    def close(self) -> None:
        self.closed = True


class FlightBench(Bench):
    """A `Bench` whose controller is recorded: takes the place of the one without."""

    def __init__(
        self,
        folder: Path,
        wrap: Callable[[SimulatedArm], object] | None = None,
        ring: Ring | None = None,
    ) -> None:
        super().__init__(folder)
        self.arm.close()
        self.facts = facts_of(arm_config(), scene_config(), None, DT)
        self.ring = ring or ring_for(self.facts)
        self.writer = Orders(self.ring)
        self.supervisor = RecordedSupervisor(robot_model(), scene_config(), DT)
        self.flight = FlightRecorder(self.supervisor, self.ring, self.writer, DT)
        self.controller = Controller(
            wrap(self.arm) if wrap else self.arm,  # type: ignore[arg-type]  # a wrapped arm is still an arm
            robot_model(),
            self.supervisor,
            self.generator,
            self.clock,
            self.control_side,
            guard=self.controller._peers._guard,
            trace=self.trace,
            flight=self.flight,
        )
        self.controller.start()

    def recording(self, reason: str = "asked", title: str = "test") -> Recording:
        """Return what the ring holds now."""
        return from_ring(*read_ring(self.ring.fileno), reason, title)

    def close(self) -> None:
        super().close()
        self.flight.close()


def as_file(recording: Recording, path: Path) -> Path:
    """Write ``recording`` to ``path`` and return it."""
    stream = io.BytesIO()
    write_mcap(stream, recording, WALL)
    path.write_bytes(stream.getvalue())
    return path
