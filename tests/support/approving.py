"""Commands as the supervisor approves them, for tests that have a driver and no supervisor."""

import numpy as np

from armctl.hal.command import ApprovedCommand, supervisor_seal


def approved(positions, speed, now, sequence, /, *, valid=0.1, **changes):
    """A command given at ``now``, ``valid`` for so long [s]; ``speed`` is one for all joints, or one each."""
    positions = np.array(positions, dtype=float)
    values = {
        "positions": positions,
        "speeds": np.full_like(positions, speed),
        "stamp": now,
        "deadline": now + valid,
        "sequence": sequence,
        "epoch": 1,
    }
    return ApprovedCommand(seal=supervisor_seal(), **(values | changes))
