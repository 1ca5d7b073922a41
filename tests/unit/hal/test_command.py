"""Only the supervisor's seal makes a command."""

import numpy as np
import pytest

from armctl.errors import SafetyError
from armctl.hal.command import ApprovedCommand, Seal, supervisor_seal


def build(seal):
    return ApprovedCommand(seal, np.zeros(6), np.ones(6), stamp=1.0, deadline=1.1, sequence=1, epoch=1)


def test_a_command_with_the_supervisors_seal_is_made():
    assert build(supervisor_seal()).sequence == 1


@pytest.mark.parametrize("seal", [None, object(), Seal()])
def test_a_command_with_any_other_seal_is_refused(seal):
    with pytest.raises(SafetyError, match="without the supervisor"):
        build(seal)
