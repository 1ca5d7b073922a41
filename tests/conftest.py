"""One set-up for all tests: the same examples at every run, so that none passes or fails by luck.

Tests that time processes are marked ``alone``: beside others they would measure those. ``make test`` runs all others on
every core first.

``HYPOTHESIS_PROFILE=explore`` draws new examples at each run, many of them: for looking for what nobody thought of.
"""

import os
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
    "integration/test_bad_input.py",
    "integration/test_calibrate.py",
    "integration/test_flight.py",
    "integration/test_processes.py",
    "integration/test_processes_emulated.py",
    "integration/test_screen.py",
    "integration/test_screen_window.py",
    "safety/catalogue",
    "safety/test_time_budget.py",
    "soak",
    "unit/control/test_child.py",
    "unit/control/test_guard.py",
    "unit/control/test_process.py",
)
"""Files and folders whose tests time processes."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: times processes, so nothing may run beside it")
    config.addinivalue_line("markers", "catalogue(row): tests a row of the fault catalogue, tests/safety/catalogue")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(HERE)
        if any(path.is_relative_to(part) for part in ALONE):
            item.add_marker("alone")


@pytest.fixture(scope="session", autouse=True)
def _data_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes into the data of whoever runs it."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))
