"""The planner's laws: speeds, braking, corners, hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.emulators.gcode.planner import SIZE, Planner

RATES, ACCELERATIONS = np.array([40.0, 60.0]), np.array([400.0, 200.0])
DT = 0.004


@pytest.fixture
def planner():
    return Planner(np.zeros(2), RATES, ACCELERATIONS)


def run(planner, seconds=10.0):
    """Return the places passed."""
    places = [planner.place.copy()]
    for _ in range(round(seconds / DT)):
        planner.step(DT)
        places.append(planner.place.copy())
        if planner.idle:
            break
    return np.array(places)


places = st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None)
@given(places, st.floats(1, 100))
def test_no_axis_exceeds_its_speed_and_all_moves_end_where_told(goals, speed):
    planner = Planner(np.zeros(2), RATES, ACCELERATIONS)
    for goal in goals:
        planner.add(np.array(goal), speed)
    passed = run(planner, 200.0)
    assert planner.idle
    assert planner.place == pytest.approx(np.array(goals[-1]), abs=1e-5)
    speeds = np.abs(np.diff(passed, axis=0)) / DT
    assert (speeds <= np.minimum(RATES, speed) * 1.02 + 0.5).all()


def test_it_speeds_up_and_slows_down_with_the_acceleration(planner):
    planner.add(np.array([20.0, 0.0]), 40.0)
    passed = run(planner)[:, 0]
    speeds = np.diff(passed) / DT
    assert np.abs(np.diff(speeds)).max() <= 400.0 * DT * 1.6
    assert speeds.max() == pytest.approx(40.0, abs=0.5)
    # 40/400 s up, the same down, 16 at full speed.
    assert len(speeds) * DT == pytest.approx(0.6, abs=0.03)


def test_moves_in_one_direction_are_passed_without_a_stop_and_a_corner_slowly(planner):
    for k in range(1, 9):
        planner.add(np.array([k * 2.0, 0.0]), 40.0)
    speeds = np.diff(run(planner)[:, 0]) / DT
    assert (speeds[30:60] > 39.0).all()
    planner.add(np.array([16.0, 5.0]), 40.0)
    planner.add(np.array([10.0, 5.0]), 40.0)
    slowest = []
    while not planner.idle:
        planner.step(DT)
        slowest.append(planner.speed)
    assert min(slowest[5:-20]) < 5.0


def test_hold_brings_it_to_rest_with_the_acceleration_and_it_goes_on(planner):
    planner.add(np.array([30.0, 0.0]), 40.0)
    for _ in range(50):
        planner.step(DT)
    at, planner.holding = planner.place[0], True
    for _ in range(60):
        planner.step(DT)
    assert planner.speed == 0.0
    assert planner.place[0] - at == pytest.approx(40.0**2 / 800.0, abs=0.3)
    stood = planner.place[0]
    planner.step(DT)
    assert planner.place[0] == stood
    planner.holding = False
    run(planner)
    assert planner.place[0] == pytest.approx(30.0)


def test_flushing_forgets_the_queue_and_counting_anew_moves_nothing(planner):
    planner.add(np.array([30.0, 0.0]), 40.0)
    planner.step(0.1)
    planner.flush()
    assert planner.idle
    assert planner.end == pytest.approx(planner.place)
    planner.set_place(np.array([5.0, 6.0]))
    planner.step(DT)
    assert planner.place == pytest.approx([5.0, 6.0])


def test_it_has_room_for_fifteen_and_a_move_to_where_it_is_takes_none(planner):
    planner.add(np.zeros(2), 10.0)
    assert planner.free == SIZE
    for k in range(SIZE):
        planner.add(np.array([k + 1.0, 0.0]), 10.0)
    assert planner.free == 0
