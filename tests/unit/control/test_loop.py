"""The loop: absolute deadlines, skipped ticks are not queued, sleep of the whole computer is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.clock import SteppedClock, SystemClock
from armctl.control.loop import RING, Beat, Lateness, Loop


class Work:
    """Ticks that take a given time each on a stepped clock."""

    def __init__(self, takes: list[float]) -> None:
        self.clock = SteppedClock(0.0)
        self.takes = takes
        self.beats: list[Beat] = []
        self.begun: list[float] = []
        self.slept = 0.0
        self.loop = Loop(self.clock, 100.0, self.tick, lambda: self.slept)

    def tick(self, beat: Beat) -> None:
        self.beats.append(beat)
        self.begun.append(self.clock.now())
        self.clock.advance(self.takes[len(self.beats) - 1])

    def run(self) -> None:
        self.loop.run(lambda: len(self.beats) == len(self.takes))


def test_ticks_come_at_absolute_deadlines_however_long_each_takes() -> None:
    work = Work([0.001, 0.009, 0.004, 0.0])
    work.run()
    assert work.begun == pytest.approx([0.0, 0.01, 0.02, 0.03])
    assert all(beat.missed == 0 for beat in work.beats)


def test_a_missed_tick_is_skipped_and_not_queued() -> None:
    work = Work([0.001, 0.035, 0.001, 0.001])
    work.run()
    # The tick at 0.01 ended at 0.045: 0.02 and 0.03 are lost, 0.04 runs late, then on time again.
    assert work.begun == pytest.approx([0.0, 0.01, 0.045, 0.05])
    assert [beat.missed for beat in work.beats] == [0, 0, 2, 2]
    assert [beat.row for beat in work.beats] == [0, 0, 2, 0]


def test_ticks_missed_one_after_the_other_add_up_until_one_is_on_time() -> None:
    work = Work([0.021, 0.021, 0.021, 0.001, 0.001])
    work.run()
    assert [beat.row for beat in work.beats] == [0, 1, 2, 3, 0]


def test_suspending_the_computer_is_seen_in_the_first_tick_and_only_there() -> None:
    work = Work([0.001] * 4)

    def tick(beat: Beat) -> None:
        Work.tick(work, beat)
        if len(work.beats) == 2:
            work.slept = 3600.0

    loop = Loop(work.clock, 100.0, tick, lambda: work.slept)
    loop.run(lambda: len(work.beats) == 4)
    assert [beat.asleep for beat in work.beats] == [0.0, 0.0, 3600.0, 0.0]


def test_a_process_stopped_for_seconds_wakes_without_a_burst() -> None:
    work = Work([0.001, 2.0, 0.001, 0.001])
    work.run()
    assert work.beats[2].lateness == pytest.approx(1.99)
    assert work.beats[2].row >= 3
    assert work.beats[3] == Beat(lateness=0.0, missed=work.beats[2].missed, row=0)


def test_what_happened_before_the_start_does_not_count_as_late() -> None:
    work = Work([0.001, 0.001])
    work.clock.advance(10.0)
    work.run()
    assert work.beats[0].lateness == 0.0


@given(st.lists(st.floats(0.0, 0.2), min_size=1, max_size=40))
def test_never_two_ticks_in_one_period_and_every_period_is_run_or_counted(takes: list[float]) -> None:
    work = Work(takes)
    work.run()
    periods = [int(begun / 0.01 + 1e-6) for begun in work.begun]
    assert len(set(periods)) == len(periods)
    assert periods[-1] == len(periods) - 1 + work.beats[-1].missed


class Watched(SystemClock):
    """The kernel's clock, which remembers what it said last."""

    said = 0.0

    def now(self) -> float:
        self.said = super().now()
        return self.said


def test_the_real_clock_keeps_the_rate() -> None:
    clock, beats, due = Watched(), list[Beat](), list[float]()

    def tick(beat: Beat) -> None:
        beats.append(beat)
        due.append(clock.said - beat.lateness)

    Loop(clock, 200.0, tick).run(lambda: len(beats) == 40)
    # Every period was either run or counted as missed: the rate is kept on a busy computer too.
    assert (due[-1] - due[0]) / 0.005 == pytest.approx(39 + beats[-2].missed, abs=1e-3)


def test_statistics_look_back_over_a_bounded_time() -> None:
    lateness = Lateness()
    assert lateness.percentile(99) == 0.0
    for _ in range(RING):
        lateness.add(1.0)
    for _ in range(RING):
        lateness.add(0.002)
    assert lateness.percentile(100) == 0.002
