"""The recorder in control: a file for each fault with the reaction in it, one on request, and never a word too many."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from armctl.control import flight
from armctl.control import messages as say
from armctl.control.flight import KEPT, Order
from armctl.control.flight_ring import read_ring
from tests.support.control_bench import DT
from tests.support.flights import FAULTS, FlightBench, Spoiled, fly, mend, spoiled_bench


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second after a fault shows as much as five."""
    monkeypatch.setattr(flight, "AFTER", 1.0)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[FlightBench]:
    it = FlightBench(tmp_path)
    yield it
    it.close()


def test_a_fault_gives_one_file_with_the_reaction_in_it(tmp_path: Path) -> None:
    bench, _ = fly(tmp_path, "following_error", after=round(flight.AFTER / DT) + 10)
    (recording,) = bench.writer.recordings
    assert bench.writer.orders == [Order("fault", "A joint is blocked")]
    (fault,) = recording.faults()
    assert fault.fault is not None
    assert fault.fault.code == "following_error"
    assert flight.AFTER <= recording.ticks[-1].stamp - fault.stamp < flight.AFTER + 0.1
    assert recording.ticks[0].number == 1
    bench.close()
    assert len(bench.writer.orders) == 1


def test_each_fault_gives_a_file_of_its_own(tmp_path: Path) -> None:
    bench, arm = fly(tmp_path, "over_temperature", after=round(flight.AFTER / DT) + 5)
    bench.ask(say.ClearFault)
    bench.tick()
    bench.arm_it()
    FAULTS["over_temperature"](arm)
    bench.tick(round(flight.AFTER / DT) + 10)
    assert [order.title for order in bench.writer.orders] == ["A joint is too hot"] * 2
    bench.close()


def test_the_file_of_a_fault_just_before_the_end_is_ordered_at_the_end(tmp_path: Path) -> None:
    bench, _ = fly(tmp_path, "encoder_jump", after=5)
    assert bench.writer.orders == []
    bench.close()
    assert [order.reason for order in bench.writer.orders] == ["fault"]
    assert bench.writer.closed


def test_a_recording_can_be_asked_for_in_any_mode_and_moves_nothing(bench: FlightBench) -> None:
    bench.tick(3)
    bench.ask(say.Record)
    before = bench.tick()
    assert bench.writer.orders == [Order("asked", "The person asked for it.")]
    assert before.refused.phase == "idle"
    assert [type(intent) for intent in bench.writer.recordings[0].ticks[-1].heard] == [say.Record]


def test_asking_does_not_displace_the_file_of_a_fault(tmp_path: Path) -> None:
    bench, _ = fly(tmp_path, "over_temperature", after=5)
    bench.ask(say.Record)
    bench.tick(round(flight.AFTER / DT))
    assert [order.reason for order in bench.writer.orders] == ["fault"]
    bench.close()


def test_each_tick_is_in_it_with_mode_lateness_and_intents(bench: FlightBench) -> None:
    bench.arm_it()
    bench.ask(say.Jog, linear=(0.0, 0.0, 1.0))
    bench.tick()
    ticks = bench.recording().ticks
    assert [tick.number for tick in ticks] == [snapshot.tick for snapshot in bench.snapshots]
    assert [tick.mode for tick in ticks] == [snapshot.mode for snapshot in bench.snapshots]
    assert [tick.before for tick in ticks][1:] == [tick.mode for tick in ticks][:-1]
    (jog,) = ticks[-1].heard
    assert isinstance(jog, say.Jog)
    assert (jog.sequence, jog.linear, jog.epoch) == (bench.sequence, (0.0, 0.0, 1.0), 1)
    assert ticks[-1].beats == 1


def test_two_minutes_are_kept_and_no_more_memory_than_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same ring at a sixtieth of its length: two seconds.
    monkeypatch.setattr(flight, "SEGMENT", flight.SEGMENT / 60)
    monkeypatch.setattr(flight, "KEPT", KEPT / 60)
    bench = FlightBench(tmp_path)
    bench.arm_it()
    for _ in range(4):
        bench.tick(150)
        recording = bench.recording()
    assert recording.ticks[-1].stamp - recording.ticks[0].stamp >= KEPT / 60 - DT
    assert len(recording.ticks) < 300
    numbers = [tick.number for tick in recording.ticks]
    assert numbers == list(range(numbers[0], bench.seen.tick + 1))
    assert bench.flight.lost == 0
    bench.close()


def test_a_moving_arms_ticks_fit_into_the_memory_set_aside(bench: FlightBench) -> None:
    bench.arm_it()
    for _ in range(80):
        bench.ask(say.Jog, linear=(0.0, 0.5, 1.0))
        bench.tick()
    segment = read_ring(bench.ring.fileno)[1][-1]
    largest = max(len(frame) for frame in segment.frames[1:])
    assert largest < flight.TICK_SIZE + flight.JOINT_SIZE * 6


def test_a_writer_that_takes_no_orders_or_fails_is_counted_and_told(
    bench: FlightBench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    bench.writer.order = lambda order: False  # type: ignore[method-assign]
    bench.flight.ask("test")
    bench.tick()
    bench.writer.troubles = ["No space left on device."]
    bench.tick(60)
    assert bench.flight.lost == 2
    assert "takes no orders" in caplog.text
    assert "No space left" in caplog.text


def test_a_tick_too_large_for_a_segment_is_counted_and_the_next_ones_are_kept(
    bench: FlightBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.tick(5)
    bench.ask(say.Stop, reason="x" * 60_000)
    monkeypatch.setattr(type(bench.ring), "add", _refusing(bench.ring.add, 50_000))
    bench.tick()
    bench.tick(5)
    assert bench.flight.lost == 1
    numbers = [tick.number for tick in bench.recording().ticks]
    assert numbers == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]


def _refusing(add: object, limit: int) -> object:
    def refuse(_ring: object, payload: bytes) -> bool:
        return len(payload) < limit and add(payload)  # type: ignore[operator]

    return refuse


def test_control_works_the_same_without_a_recorder(tmp_path: Path) -> None:
    recorded, arm = spoiled_bench(tmp_path)
    mend(arm)
    assert isinstance(arm, Spoiled)
    recorded.arm_it()
    recorded.ask(say.MoveBy, translation=(0.0, 0.0, 0.03), speed=0.6)
    with_recorder = [snapshot.positions for snapshot in [recorded.tick() for _ in range(40)]]
    recorded.close()
    plain = FlightBench(tmp_path)
    plain.controller._flight = None
    plain.arm_it()
    plain.ask(say.MoveBy, translation=(0.0, 0.0, 0.03), speed=0.6)
    assert [snapshot.positions for snapshot in [plain.tick() for _ in range(40)]] == with_recorder
    plain.ask(say.Record)
    assert plain.tick().refused.reason == "Nothing is recorded here."
    plain.close()
