"""What the servos say about themselves: pure functions of one reading.

Values an arm does not measure are NaN and pass.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray, JointFault, JointState
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import Limits

SERVO_FAULTS: Final = (
    (JointFault.RESTARTED, Code.SERVO_RESTARTED),
    (JointFault.ENCODER, Code.ENCODER_FAULT),
    (JointFault.OVERHEAT, Code.OVER_TEMPERATURE),
    (JointFault.OVERCURRENT, Code.OVERCURRENT),
    (JointFault.OVERLOAD, Code.OVERLOAD),
    (JointFault.VOLTAGE, Code.VOLTAGE),
)
"""What servos complain about, gravest first: the first that is set names the fault."""


def servo_complaint(state: JointState, limits: Limits) -> Finding | None:
    """Return what a servo complains about, or None."""
    if not any(state.faults):
        return None
    for bit, code in SERVO_FAULTS:
        for index, fault in enumerate(state.faults):
            if bit in fault:
                return _complaint(code, index, state, limits)
    # A bit that no row above knows is a complaint all the same.
    index = next(index for index, fault in enumerate(state.faults) if fault)
    return Finding(Code.SERVO_FAULT, limits.names[index], float(state.faults[index]))


def _complaint(code: Code, index: int, state: JointState, limits: Limits) -> Finding:
    name = limits.names[index]
    if code is Code.OVER_TEMPERATURE:
        return Finding(code, name, float(state.temperatures[index]), limits.hot)
    if code is Code.VOLTAGE:
        return voltage_finding(index, state, limits)
    return Finding(code, name)


def too_hot(state: JointState, limits: Limits) -> BoolArray:
    """Return which joints are at their temperature limit or above, shape (n,)."""
    return state.temperatures >= limits.hot


def warm(state: JointState, limits: Limits) -> Finding | None:
    """Return the hottest joint that is at the warning temperature or above, or None."""
    if not (state.temperatures >= limits.warm).any():
        return None
    worst = int(np.nanargmax(state.temperatures))
    return Finding(Code.WARM, limits.names[worst], float(state.temperatures[worst]), limits.hot)


def wrong_voltage(state: JointState, limits: Limits) -> BoolArray:
    """Return which joints have a supply voltage out of range, shape (n,)."""
    return (state.voltages < limits.min_voltage) | (state.voltages > limits.max_voltage)


def voltage_finding(index: int, state: JointState, limits: Limits) -> Finding:
    """Return the finding for joint ``index`` whose voltage is wrong, with the limit that is nearest to it."""
    volts = float(state.voltages[index])
    limit = min(limits.min_voltage, limits.max_voltage, key=lambda bound: abs(bound - volts))
    return Finding(Code.VOLTAGE, limits.names[index], volts, limit)


def jump_allowance(elapsed: FloatArray, limits: Limits, margin: float) -> FloatArray:
    """Return how far each joint may have moved between two readings [rad], shape (n,).

    ``2 · max_speed · elapsed + margin``: twice, since a joint may overshoot its set-points' speed.

    Args:
        elapsed: Time between the two readings of each joint, shape (n,) [s].
        limits: The limits.
        margin: For noise and backlash [rad].
    """
    return 2.0 * limits.speed * np.maximum(elapsed, limits.dt) + margin
