"""One set-up for all tests: the same examples at every run, so that none passes or fails by luck.

``HYPOTHESIS_PROFILE=explore`` draws new examples at each run, many of them: for looking for what nobody thought of.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine only.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "catalogue(row): tests a row of the fault catalogue, tests/safety/catalogue")
