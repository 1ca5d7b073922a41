"""The wire fails: unplugged, cut, garbled, echoing, noisy, late, mute, blocked."""

from __future__ import annotations

import pytest

from tests.safety.catalogue.conftest import Reaction
from tests.safety.catalogue.rig import Rig


@pytest.mark.catalogue(1)
def test_an_unplugged_cable_in_motion_is_a_latched_stop(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = rig.inject("unplug")
    told = rig.fault(at)
    assert told.fault
    assert told.fault.code == "link_lost"
    reaction(rig.stopped(at) - at, told.fault.code, began=at)


@pytest.mark.catalogue(10)
def test_a_mute_servo_is_named_and_a_latched_stop(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = rig.inject("line", "muted", {3})
    told = rig.fault(at)
    assert told.fault
    assert told.fault.code == "joint_mute"
    assert "elbow flex" in told.fault.message
    unanswered = next(item.stamp for item in rig.tap(at).asked if 3 in item.servos)
    reaction(rig.stopped(at) - unanswered, told.fault.code, began=unanswered)
