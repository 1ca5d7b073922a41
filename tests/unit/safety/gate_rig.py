"""A gate, and set-points to ask it for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from armctl.hal.state import FloatArray
from armctl.safety.faults import Finding
from armctl.safety.gate import Gate, Passed, Reference, SetPoint
from armctl.safety.limits import Limits
from armctl.safety.states import Mode
from armctl.safety.zones import Zones
from tests.unit.safety.bench import START, N, home, limits, reading, robot, scene

WIDE = limits(acceleration=np.full(N, 200.0), tool_speed=9.0, tool_turn=99.0)
"""Limits that leave only the one under test."""


def gate_of(made: Limits = WIDE, where: Zones | None = None) -> Gate:
    return Gate(made, where or Zones(robot(), scene({})))


def asked(positions: FloatArray, velocities: FloatArray | None = None, **changes: object) -> SetPoint:
    made = SetPoint(
        positions=positions,
        velocities=np.zeros(N) if velocities is None else velocities,
        state=reading(START, home()),
        now=START,
        mode=Mode.MOVING,
        allowed=9.0,
    )
    return replace(made, **changes)


def judge(gate: Gate, point: SetPoint, before: Reference | None = None) -> Passed | Finding:
    return gate.judge(point, before)


def code(verdict: Passed | Finding) -> str:
    return "" if isinstance(verdict, Passed) else str(verdict.code)
