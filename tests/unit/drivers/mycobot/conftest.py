"""The arm, its device and time; nothing connected yet."""

import pytest

from tests.unit.drivers.mycobot.rig import Rig


@pytest.fixture
def rig():
    return Rig()
