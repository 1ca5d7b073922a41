"""Every figure of the supervisor, written down a second time: whoever changes one changes it here too, on purpose.

The tests of the checks take the figures by name, so they hold for any; this one holds them to what they are.
"""

from __future__ import annotations

import math
from types import ModuleType

import pytest

from armctl.safety import checks, gate, limits, sensed, supervisor, tracking, zones

DEG = math.pi / 180.0
FIGURES: dict[ModuleType, dict[str, float]] = {
    limits: {
        "STOP_TEST_WINDOW": 30.0,  # s
        "STOP_TEST_LATENCY": 0.2,  # s
        "DEADLINE_HORIZON": 1.0,  # s
        "SILENT_READS": 3,
        "FROZEN_MOVE": 2.0 * DEG,
        "FROZEN_TIME": 0.08,  # s
        "FOLLOWING_TIME": 0.08,  # s
        "WRONG_WAY": 1.3 * DEG,
        "ENCODER_JUMP": 3.0 * DEG,
        "START_UP_TIME": 3.0,  # s
        "START_UP_SHARE": 0.5,
        "WARM_SHARE": 0.5,
        "ESCAPE_SPEED": 0.02,  # m/s
        "SPEED_SLACK": 1.02,
        "ACCELERATION_SLACK": 1.5,
        "POSITION_SLACK": 1e-6,  # rad
        "CATCH_UP": 1.1,
        "REST_SPEED": 0.02,  # rad/s
        "REST_MEASURED": 0.05,  # rad/s
        "REST_TIME": 0.1,  # s
        "SLEEP_GAP": 1.0,  # s
        "LATE_TICKS": 3,
        "HAND_CLEARANCE": 0.0,  # m
        "ARM_CLEARANCE": 0.005,  # m
        "SELF_CLEARANCE": 0.005,  # m
        "HELD_SINK": 0.01,  # m
        "BRAKING_DELAY": 0.002,  # m
        "BRAKING_SHARE": 0.5,
        "HEAD_FRESH": 0.06,  # s
        "HEAD_STALE": 0.2,  # s
    },
    checks: {
        "SAME": 1e-9,
        "PULL_BACK_SLACK": 1e-4,  # rad
        "START_LEAD": 0.05,  # rad
        "READING_NOISE": 0.0035,  # rad
        "GRIPPER_SETTLING": 0.2,  # rad/s
    },
    gate: {
        "ZONE_SLACK": 1.1,
        "ZONE_ROUNDING": 0.005,  # m/s
        "STOPPING_SLACK": 0.25,
        "CATCH_UP_TIME": 0.1,  # s
        "STOP_TICKS": 2.0,
        "STOP_DIP": 0.001,  # m
        "UNSEEN_DIP": 0.001,  # m
        "SETTLING_SHARE": 0.25,
    },
    zones: {"LOOK_ON": 0.01, "WAY_STEP": 0.01, "WAY_LOOKS": 64, "CLOSING": 1e-3},  # m, m, 1, m/s
    sensed: {"HEAD_PLACE": 1.0, "PLACES": 10.0, "TURN_SLACK": 0.125, "NEWS": 0.002},  # m
    tracking: {"NO_WAY": 0.5 * DEG},
    supervisor: {"COMMAND_LIFE": 0.05},  # s
}


@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_figures_are_these(module: ModuleType) -> None:
    for name, value in FIGURES[module].items():
        assert getattr(module, name) == pytest.approx(value, rel=1e-12), name


@pytest.mark.parametrize("module", FIGURES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_figure_is_left_out(module: ModuleType) -> None:
    annotated = module.__annotations__
    own = {name for name in annotated if isinstance(getattr(module, name, None), int | float)}
    assert own == set(FIGURES[module])
