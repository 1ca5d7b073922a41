"""One set-up for all tests: the same examples at every run, so that none passes or fails by luck.

Tests that time processes are marked ``alone``: beside others they would measure those. ``make test`` runs all others on
every core first.

``HYPOTHESIS_PROFILE=explore`` draws new examples at each run, many of them: for looking for what nobody thought of.
"""

import os
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine only.
settings.register_profile(
    "same", max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

HERE = Path(__file__).parent
ALONE = (
    "integration/test_calibrate.py",
    "integration/test_commands.py",
    "integration/test_demo_live.py",
    "integration/test_flight.py",
    "integration/test_processes.py",
    "integration/test_processes_emulated.py",
    "integration/test_screen_window.py",
    "safety/catalogue",
    "safety/test_time_budget.py",
    "soak/test_processes.py",
    "unit/control/test_guard.py",
)
"""Files and folders whose tests time processes."""

# A process begins as quickly as it does for people: without this, each of some hundred would compile the program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@cache
def alone(path: Path) -> bool:
    """True when the tests of this file run with nothing beside them."""
    return any(path.is_relative_to(HERE / part) for part in ALONE)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: times processes, so nothing may run beside it")
    config.addinivalue_line("markers", "catalogue(row): tests a row of the fault catalogue, tests/safety/catalogue")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Each half of ``make test`` reads its own files only."""
    if collection_path.is_dir():
        return None
    half = config.getoption("markexpr")
    return True if half == ("not alone" if alone(collection_path) else "alone") else None


def pytest_itemcollected(item: pytest.Item) -> None:
    if alone(item.path):
        item.add_marker("alone")


@pytest.fixture(scope="session", autouse=True)
def _data_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes into the data of whoever runs it."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))
