"""What a servo's hardware error means for its joint."""

from __future__ import annotations

from armctl.config.arm import WireConfig
from armctl.hal.state import JointFault
from drivers.dynamixel.identity import Memory
from drivers.dynamixel.messages import FAULTS_BY_HARDWARE
from drivers.dynamixel.readings import Feedback


def faults_of(said: Feedback, memory: Memory, wire: WireConfig, *, astray: bool) -> JointFault:
    """Return what is wrong with a servo.

    A servo that shut itself down keeps its error until it is restarted, long after the cause is gone, and restarting is
    what switching torque on anew does. So an old voltage error is told as what it was, a loss of power; an old
    over-heating as the overload that led to it: both are over with the next `enable`.

    Args:
        said: What it said.
        memory: Its own limits.
        wire: The arm's limits.
        astray: It no longer does as it was told.
    """
    told = FAULTS_BY_HARDWARE[said.hardware]
    if not said.torque:
        lowest = max(wire.min_voltage, memory["min_voltage"] / 10)
        highest = min(wire.max_voltage, memory["max_voltage"] / 10)
        if told & JointFault.VOLTAGE and lowest <= said.voltage <= highest:
            told = told & ~JointFault.VOLTAGE | JointFault.RESTARTED
        if told & JointFault.OVERHEAT and said.celsius < wire.warn_temperature:
            told = told & ~JointFault.OVERHEAT | JointFault.OVERLOAD
    return told | JointFault.RESTARTED if astray and not said.hardware else told
