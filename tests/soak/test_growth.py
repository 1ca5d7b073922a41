"""Growth is seen where there is some, and only there."""

from __future__ import annotations

import subprocess

from tests.soak.growth import Growth


def test_a_process_that_stays_as_it_is_does_not_grow() -> None:
    growth = Growth([(60.0 * minute, 100.0 + 0.2 * (minute % 2), 20, 4) for minute in range(20)])
    assert abs(growth.slope) < 0.05
    assert growth.complaints() == []


def test_a_leak_is_seen_after_the_caches_are_full() -> None:
    growth = Growth([(60.0 * minute, 100.0 + 1.0 * minute, 20, 4) for minute in range(20)])
    assert round(growth.slope, 6) == 1.0
    assert growth.complaints() == ["memory grew by 11.0 MB (1.00 MB/minute)"]


def test_filling_caches_at_the_beginning_are_no_leak() -> None:
    growth = Growth([(60.0 * minute, 100.0 + min(minute, 6) * 10.0, 20, 4) for minute in range(20)])
    assert growth.complaints() == []


def test_descriptors_and_threads_that_stay_open_are_seen() -> None:
    growth = Growth([(float(second), 100.0, 20 + second, 4 + second // 2) for second in range(20)])
    assert growth.complaints() == ["9 more descriptors", "4 more threads"]


def test_a_few_samples_say_nothing() -> None:
    assert Growth([(float(second), 100.0 * second, 20, 4) for second in range(11)]).complaints() == []


def test_this_process_and_others_can_be_sampled_and_gone_ones_give_nothing() -> None:
    growth = Growth()
    growth.sample(0.0)
    (row,) = growth.rows
    assert row[1] > 1.0
    assert row[2] >= 3
    assert row[3] >= 1
    child = subprocess.Popen(["true"])
    child.wait()
    growth.sample(1.0, child.pid)
    assert len(growth.rows) == 1
