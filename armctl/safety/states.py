"""The supervisor's states: one row for each mode, one column for each event, nothing left to a default.

The table is a pure function. What it promises is proved over all pairs in ``tests/safety/test_states.py``:

* only ``ready`` goes to ``moving``, and only on `Event.MOTION_BEGUN`; nothing restarts into motion;
* a fault latches: only `Event.CLEAR` leaves it, to ``disarmed``, so that arming starts again with the stop test;
* `Event.STOP` leads to ``stopping`` or to a mode at rest in one step from everywhere, never to a mode that allows more.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Mode(StrEnum):
    """What the arm may do now; the values are those of ``Snapshot.mode``."""

    DISCONNECTED = "disconnected"
    """No arm."""
    DISARMED = "disarmed"
    """The arm answers; it is not to move."""
    STOP_TEST = "stop_test"
    """The person is asked to press stop, which proves that stop arrives."""
    READY = "ready"
    """Armed and at rest; a motion may begin."""
    MOVING = "moving"
    STOPPING = "stopping"
    """On the way to rest; nothing may begin."""
    FAULT = "fault"
    """Something went wrong and is latched; the arm holds."""


class Event(StrEnum):
    """What may happen to the supervisor."""

    CONNECTED = "connected"
    CONNECTION_LOST = "connection_lost"
    ENABLE = "enable"
    STOP_TEST_PASSED = "stop_test_passed"
    STOP_TEST_FAILED = "stop_test_failed"
    MOTION_BEGUN = "motion_begun"
    MOTION_ENDED = "motion_ended"
    """The motion came to its own end, at rest."""
    STOP = "stop"
    AT_REST = "at_rest"
    FAULT = "fault"
    CLEAR = "clear"
    PEER_LOST = "peer_lost"
    """The process that speaks for the person is gone or silent."""
    DISABLE = "disable"


APPROVING: Final = frozenset({Mode.READY, Mode.MOVING, Mode.STOPPING})
"""The modes in which set-points are approved."""

FREEDOM: Final[Mapping[Mode, int]] = MappingProxyType(
    {
        Mode.DISCONNECTED: 0,
        Mode.DISARMED: 0,
        Mode.FAULT: 0,
        Mode.STOP_TEST: 0,
        Mode.READY: 1,
        Mode.STOPPING: 2,
        Mode.MOVING: 3,
    }
)
"""How much motion a mode allows: 0 none, 1 standing under torque, 2 slowing down, 3 moving."""

_DISCONNECTED: Final = {
    Event.CONNECTED: Mode.DISARMED,
    Event.CONNECTION_LOST: Mode.DISCONNECTED,
    Event.ENABLE: Mode.DISCONNECTED,
    Event.STOP_TEST_PASSED: Mode.DISCONNECTED,
    Event.STOP_TEST_FAILED: Mode.DISCONNECTED,
    Event.MOTION_BEGUN: Mode.DISCONNECTED,
    Event.MOTION_ENDED: Mode.DISCONNECTED,
    Event.STOP: Mode.DISCONNECTED,
    Event.AT_REST: Mode.DISCONNECTED,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.DISCONNECTED,
    Event.PEER_LOST: Mode.DISCONNECTED,
    Event.DISABLE: Mode.DISCONNECTED,
}

_DISARMED: Final = {
    Event.CONNECTED: Mode.DISARMED,
    Event.CONNECTION_LOST: Mode.DISCONNECTED,
    Event.ENABLE: Mode.STOP_TEST,
    Event.STOP_TEST_PASSED: Mode.DISARMED,
    Event.STOP_TEST_FAILED: Mode.DISARMED,
    Event.MOTION_BEGUN: Mode.DISARMED,
    Event.MOTION_ENDED: Mode.DISARMED,
    Event.STOP: Mode.DISARMED,
    Event.AT_REST: Mode.DISARMED,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.DISARMED,
    Event.PEER_LOST: Mode.DISARMED,
    Event.DISABLE: Mode.DISARMED,
}

_STOP_TEST: Final = {
    # The link was made anew: whatever was about to be armed is not the arm that answers now.
    Event.CONNECTED: Mode.DISARMED,
    Event.CONNECTION_LOST: Mode.FAULT,
    Event.ENABLE: Mode.STOP_TEST,
    Event.STOP_TEST_PASSED: Mode.READY,
    Event.STOP_TEST_FAILED: Mode.DISARMED,
    Event.MOTION_BEGUN: Mode.STOP_TEST,
    Event.MOTION_ENDED: Mode.STOP_TEST,
    # The press that passes the test may also arrive as an ordinary stop: at rest already, so nothing changes.
    Event.STOP: Mode.STOP_TEST,
    Event.AT_REST: Mode.STOP_TEST,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.STOP_TEST,
    Event.PEER_LOST: Mode.DISARMED,
    Event.DISABLE: Mode.DISARMED,
}

_READY: Final = {
    Event.CONNECTED: Mode.DISARMED,
    Event.CONNECTION_LOST: Mode.FAULT,
    Event.ENABLE: Mode.READY,
    Event.STOP_TEST_PASSED: Mode.READY,
    Event.STOP_TEST_FAILED: Mode.READY,
    Event.MOTION_BEGUN: Mode.MOVING,
    Event.MOTION_ENDED: Mode.READY,
    Event.STOP: Mode.READY,
    Event.AT_REST: Mode.READY,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.READY,
    Event.PEER_LOST: Mode.READY,
    Event.DISABLE: Mode.DISARMED,
}

_MOVING: Final = {
    Event.CONNECTED: Mode.DISARMED,
    Event.CONNECTION_LOST: Mode.FAULT,
    Event.ENABLE: Mode.MOVING,
    Event.STOP_TEST_PASSED: Mode.MOVING,
    Event.STOP_TEST_FAILED: Mode.MOVING,
    Event.MOTION_BEGUN: Mode.MOVING,
    Event.MOTION_ENDED: Mode.READY,
    Event.STOP: Mode.STOPPING,
    Event.AT_REST: Mode.READY,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.MOVING,
    Event.PEER_LOST: Mode.STOPPING,
    Event.DISABLE: Mode.DISARMED,
}

_STOPPING: Final = {
    Event.CONNECTED: Mode.DISARMED,
    Event.CONNECTION_LOST: Mode.FAULT,
    Event.ENABLE: Mode.STOPPING,
    Event.STOP_TEST_PASSED: Mode.STOPPING,
    Event.STOP_TEST_FAILED: Mode.STOPPING,
    # A new motion waits until the arm is at rest.
    Event.MOTION_BEGUN: Mode.STOPPING,
    Event.MOTION_ENDED: Mode.READY,
    Event.STOP: Mode.STOPPING,
    Event.AT_REST: Mode.READY,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.STOPPING,
    Event.PEER_LOST: Mode.STOPPING,
    Event.DISABLE: Mode.DISARMED,
}

_FAULT: Final = {
    Event.CONNECTED: Mode.FAULT,
    Event.CONNECTION_LOST: Mode.FAULT,
    Event.ENABLE: Mode.FAULT,
    Event.STOP_TEST_PASSED: Mode.FAULT,
    Event.STOP_TEST_FAILED: Mode.FAULT,
    Event.MOTION_BEGUN: Mode.FAULT,
    Event.MOTION_ENDED: Mode.FAULT,
    Event.STOP: Mode.FAULT,
    Event.AT_REST: Mode.FAULT,
    Event.FAULT: Mode.FAULT,
    Event.CLEAR: Mode.DISARMED,
    Event.PEER_LOST: Mode.FAULT,
    Event.DISABLE: Mode.FAULT,
}

TABLE: Final[Mapping[Mode, Mapping[Event, Mode]]] = MappingProxyType(
    {
        Mode.DISCONNECTED: MappingProxyType(_DISCONNECTED),
        Mode.DISARMED: MappingProxyType(_DISARMED),
        Mode.STOP_TEST: MappingProxyType(_STOP_TEST),
        Mode.READY: MappingProxyType(_READY),
        Mode.MOVING: MappingProxyType(_MOVING),
        Mode.STOPPING: MappingProxyType(_STOPPING),
        Mode.FAULT: MappingProxyType(_FAULT),
    }
)
"""Mode and event to the next mode; total."""


def transition(mode: Mode, event: Event) -> Mode:
    """Return the mode that follows ``mode`` when ``event`` happens; total over all pairs."""
    return TABLE[mode][event]
