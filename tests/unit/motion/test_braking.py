import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.motion.braking import stop_range
from armctl.motion.jerk import MotionState, SpeedControl

LIMIT, JERK = 2.0, 20.0


@given(st.floats(-3, 3), st.floats(-0.8, 0.8), st.floats(-LIMIT, LIMIT))
@settings(max_examples=300, deadline=None)
def test_the_range_is_that_of_the_fastest_stop(position: float, speed: float, acceleration: float) -> None:
    low, high = stop_range(position, speed, acceleration, LIMIT, JERK)
    state = MotionState(np.array([position]), np.array([speed]), np.array([acceleration]))
    stop = SpeedControl(1, 0.01, together=False).stop(state, np.array([LIMIT]), np.array([JERK]))
    way = [float(stop.at(time).positions[0]) for time in np.linspace(0.0, stop.duration, 400)]
    # Between 400 samples of a stop of at most 0.6 s the extreme is missed by a·dt²/8 < 1e-6.
    assert low <= min(way) + 1e-9
    assert high >= max(way) - 1e-9
    assert low >= min(way) - 1e-6
    assert high <= max(way) + 1e-6


def test_at_rest_there_is_no_way_left() -> None:
    assert stop_range(0.3, 0.0, 0.0, LIMIT, JERK) == (0.3, 0.3)
