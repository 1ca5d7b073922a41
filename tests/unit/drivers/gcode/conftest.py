"""A rig of the arm that the tests are of."""

import pytest

from tests.support.gcode import GcodeRig


@pytest.fixture
def rig(request):
    """The arm of the test file's ``NAME``, with torque on."""
    return GcodeRig(request.module.NAME).enabled()
