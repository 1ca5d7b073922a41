import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.motion.jerk import MotionState, PositionControl, SpeedControl
from armctl.motion.ramp import rest_to_rest

DT = 0.01
ACCELERATION, JERK = np.array([2.0, 3.0]), np.array([20.0, 30.0])


def state(positions: list[float], velocities: list[float], accelerations: list[float]) -> MotionState:
    return MotionState(np.array(positions), np.array(velocities), np.array(accelerations))


def test_a_state_of_rest_is_still_and_a_moving_one_is_not() -> None:
    assert MotionState.at_rest(np.array([1.0, 2.0])).still
    assert not state([0], [0.1], [0]).still
    assert not state([0], [0], [0.1]).still


def test_parts_joined_again_are_the_whole() -> None:
    whole = state([1, 2, 3], [4, 5, 6], [7, 8, 9])
    again = whole.part(slice(0, 2)).joined(whole.part(slice(2, None)))
    assert (again.positions == whole.positions).all()
    assert (again.velocities == whole.velocities).all()
    assert (again.accelerations == whole.accelerations).all()


@given(
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    st.tuples(st.floats(-2, 2), st.floats(-3, 3)),
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_speed_control_arrives_at_the_wanted_speed_within_its_limits(
    speeds: tuple[float, float], accelerations: tuple[float, float], wanted: tuple[float, float], together: bool
) -> None:
    control = SpeedControl(2, DT, together=together)
    now = state([0, 0], list(speeds), list(accelerations))
    for _ in range(200):
        following = control.step(now, np.array(wanted), ACCELERATION, JERK)
        assert (np.abs(following.accelerations) <= ACCELERATION + 1e-9).all()
        assert (np.abs(following.accelerations - now.accelerations) <= JERK * DT + 1e-9).all()
        now = following
    assert now.velocities == pytest.approx(wanted, abs=1e-6)


def test_joints_that_stop_together_arrive_at_the_same_time() -> None:
    stop = SpeedControl(2, DT, together=True).stop(state([0, 0], [0.5, 0.1], [0, 0]), ACCELERATION, JERK)
    late = stop.at(stop.duration - 0.03).velocities
    assert (np.abs(late) > 1e-6).all()
    alone = SpeedControl(2, DT, together=False).stop(state([0, 0], [0.5, 0.1], [0, 0]), ACCELERATION, JERK)
    assert alone.at(stop.duration - 0.03).velocities[1] == pytest.approx(0.0, abs=1e-9)


def test_a_stop_knows_its_end_and_its_extremes() -> None:
    stop = SpeedControl(1, DT, together=True).stop(state([1.0], [0.4], [0.5]), ACCELERATION[:1], JERK[:1])
    way = np.array([stop.at(time).positions[0] for time in np.arange(0.0, stop.duration + DT, DT)])
    low, high = stop.extremes(DT)
    assert stop.end[0] == pytest.approx(way[-1])
    assert low[0] == pytest.approx(way.min(), abs=1e-9)
    assert high[0] == pytest.approx(way.max(), abs=1e-6)
    assert stop.at(stop.duration + 5.0).still


@given(st.floats(-2, 2), st.lists(st.tuples(st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_position_control_arrives_and_keeps_speed_limits_that_change(
    wanted: float, limits: list[tuple[int, float]]
) -> None:
    control = PositionControl(DT)
    now = MotionState.at_rest(np.zeros(1))
    for ticks, limit in [*limits, (3000, 0.7)]:
        for tick in range(ticks):
            following = control.step(now, wanted, limit, 2.0, 20.0)
            assert abs(following.accelerations[0]) <= 2.0 + 1e-9
            assert abs(following.accelerations[0] - now.accelerations[0]) <= 20.0 * DT + 1e-6
            # From the largest speed, 1/s, the new limit is reached within 1/2 + 2/20 s.
            if tick > 62:
                assert abs(following.velocities[0]) <= limit + 1e-6
            now = following
            if ticks == 3000 and now.still and now.positions[0] == wanted:
                break
    assert now.positions[0] == wanted
    assert now.still


def test_a_falling_limit_is_landed_on_without_going_below_it() -> None:
    control = PositionControl(DT)
    now = MotionState.at_rest(np.zeros(1))
    speeds = []
    for tick in range(200):
        now = control.step(now, 5.0, 1.0 if tick < 100 else 0.3, 2.0, 20.0)
        speeds.append(float(now.velocities[0]))
    assert min(speeds[100:]) >= 0.3 - 1e-6
    assert speeds[-1] == pytest.approx(0.3)


limits_1d = st.tuples(st.floats(0.1, 1.5), st.floats(0.5, 8.0), st.floats(5.0, 60.0))


@given(st.floats(0.01, 1.5), limits_1d)
@settings(max_examples=30, deadline=None)
def test_a_place_is_reached_in_the_shortest_time_but_for_the_ticks(way: float, limits: tuple[float, ...]) -> None:
    control = PositionControl(DT)
    now, ticks = MotionState.at_rest(np.zeros(1)), 0
    while not (now.still and now.positions[0] == way):
        now = control.step(now, way, *limits)
        ticks += 1
        assert ticks < 20_000
    # The last tick at full speed may be one too few, and the plan from there then waits for its end.
    assert ticks * DT <= rest_to_rest(way, *limits) * 1.02 + 4 * DT
