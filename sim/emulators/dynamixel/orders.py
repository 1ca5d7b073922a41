"""What the registers of an emulated servo ask of its motor: speed, acceleration and force."""

from __future__ import annotations

import math

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import ACCELERATION_UNIT, PWM_UNIT, VELOCITY_UNIT, Mode
from sim.emulators.dynamixel.memory import ControlTable
from sim.emulators.dynamixel.motor import Motor


def profile_limits(table: ControlTable, distance: float) -> tuple[float, float]:
    """Return top speed [step/s] and acceleration [step/s²] for a way of ``distance`` [step]; inf for no limit.

    Timed, the profile registers are milliseconds: of the whole way, and of the ramp at each end.
    """
    velocity, acceleration = table.get(reg.PROFILE_VELOCITY), table.get(reg.PROFILE_ACCELERATION)
    if not velocity:
        return math.inf, math.inf
    if table.get(reg.DRIVE_MODE) & reg.DRIVE_TIMED:
        whole = velocity / 1000
        ramp = min(acceleration / 1000, whole / 2)
        top = max(abs(distance), 1.0) / (whole - ramp)
        return top, (top / ramp if ramp else math.inf)
    top = min(velocity, table.get(reg.VELOCITY_LIMIT)) * VELOCITY_UNIT
    return max(top, VELOCITY_UNIT), acceleration * ACCELERATION_UNIT or math.inf


def lead(table: ControlTable) -> float:
    """Return how far behind the shaft has to be for full drive [step]: PWM is error · P / 128."""
    return 128 / (max(table.get(reg.POSITION_P), 1) * PWM_UNIT)


def largest_share(table: ControlTable, motor: Motor) -> float:
    """Return the largest share of the stall torque that ``motor`` may use, 0 to 1."""
    get, unit = table.get, table.model.current_unit
    share = min(abs(get(reg.GOAL_PWM)), get(reg.PWM_LIMIT)) * PWM_UNIT
    if unit is not None and get(reg.OPERATING_MODE) in {Mode.CURRENT, Mode.CURRENT_POSITION}:
        current = min(abs(get(reg.GOAL_CURRENT)), get(reg.CURRENT_LIMIT)) * unit
        share = min(share, current / motor.stall_current)
    return min(share, 1.0)
