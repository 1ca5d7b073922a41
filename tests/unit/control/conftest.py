"""A bench of control in one process, and one that is armed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.control_bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    it = Bench(tmp_path)
    yield it
    it.close()


@pytest.fixture
def armed(bench: Bench) -> Bench:
    bench.arm_it()
    return bench
