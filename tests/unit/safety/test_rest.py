from __future__ import annotations

import numpy as np

from armctl.safety.checks import SAME
from armctl.safety.limits import REST_MEASURED, REST_SPEED, REST_TIME
from armctl.safety.rest import Stopping
from tests.unit.safety.bench import N, limits, reading, vector


def test_an_arm_that_stands_long_enough_is_at_rest() -> None:
    stop = Stopping(limits(), 0.0)
    assert not stop.at_rest(reading(), 0.0)
    assert not stop.at_rest(reading(), REST_TIME - 1e-6)
    assert stop.at_rest(reading(), REST_TIME - SAME), "times that differ by rounding are the same"
    assert stop.at_rest(reading(), REST_TIME)


def test_any_moving_joint_starts_the_time_anew() -> None:
    stop = Stopping(limits(), 0.0)
    stop.at_rest(reading(), 0.0)
    assert not stop.at_rest(reading(velocities=vector(3, -REST_MEASURED - 1e-9)), 0.09)
    assert not stop.at_rest(reading(), 0.11)
    assert stop.at_rest(reading(), 0.22)


def test_noise_counts_as_standing() -> None:
    stop = Stopping(limits(), 0.0)
    for now in (0.0, REST_TIME):
        result = stop.at_rest(reading(velocities=np.full(N, REST_MEASURED)), now)
    assert result


def test_a_stop_that_takes_too_long_is_found() -> None:
    stop = Stopping(limits(stop_time=0.8), 0.0)
    assert stop.overrun(1.0) is None
    finding = stop.overrun(1.0 + 1e-9)
    assert finding is not None
    assert finding.code == "stop_overrun"
    assert stop.lasted(0.3) == 0.3


def test_an_arm_that_is_still_told_to_move_is_not_at_rest() -> None:
    stop = Stopping(limits(), 0.0)
    stop.at_rest(reading(), 0.0)
    stop.lead(vector(2, -REST_SPEED - 1e-9), 0.05)
    stop.lead(vector(2, REST_SPEED), 0.09)
    assert not stop.at_rest(reading(), REST_TIME)
    assert stop.at_rest(reading(), 0.05 + REST_TIME)
