"""A soak of a few seconds with the real processes."""

from __future__ import annotations

from pathlib import Path

from tests.soak.processes import share

SEED = 4


def test_the_real_processes_do_nothing_unsafe(tmp_path: Path) -> None:
    report = share(SEED, 5.0, tmp_path)
    assert report.found == [], report.found
    assert report.counts["commands"] > 0
    assert report.counts["writes"] > 200
    assert report.growth["guard"].rows
