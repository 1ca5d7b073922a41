"""The time of every probe."""

import pytest

from armctl.clock import SteppedClock


@pytest.fixture
def clock():
    return SteppedClock()
