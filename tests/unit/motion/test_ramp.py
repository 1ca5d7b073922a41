"""Ramps and times from rest to rest, against ruckig's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruckig import InputParameter, Ruckig, Trajectory

from armctl.motion.ramp import Ramp, rest_to_rest

limits = st.tuples(st.floats(0.1, 1.5), st.floats(0.5, 8.0), st.floats(5.0, 60.0))


def by_ruckig(way: float, speed: float, acceleration: float, jerk: float) -> float:
    asked = InputParameter(1)
    asked.target_position = [way]
    asked.max_velocity, asked.max_acceleration, asked.max_jerk = [speed], [acceleration], [jerk]
    trajectory = Trajectory(1)
    Ruckig(1).calculate(asked, trajectory)
    return float(trajectory.duration)


@given(st.floats(1e-3, 5.0), limits)
@settings(max_examples=100)
def test_the_time_from_rest_to_rest_is_ruckig_s(way: float, three: tuple[float, float, float]) -> None:
    assert rest_to_rest(way, *three) == pytest.approx(by_ruckig(way, *three), rel=1e-6)


@given(limits)
def test_a_ramp_ends_at_its_speed_halfway_through_what_that_speed_would_make(three: tuple[float, float, float]) -> None:
    ramp = Ramp.of(*three)
    assert ramp.length == pytest.approx(0.5 * three[0] * ramp.duration, rel=1e-9)
    assert (np.diff(ramp.ways) > 0.0).all()
    last = (ramp.ways[-1] - ramp.ways[-2]) / (ramp.times[-1] - ramp.times[-2])
    assert 0.7 * three[0] <= last <= three[0] * (1.0 + 1e-9)


def test_no_way_takes_no_time_and_a_long_one_the_ramp_s_own() -> None:
    ramp = Ramp.of(0.5, 2.0, 20.0)
    assert ramp.time(0.0) == 0.0
    assert ramp.time(1e3) == ramp.duration
    assert rest_to_rest(0.0, 0.5, 2.0, 20.0) == 0.0
