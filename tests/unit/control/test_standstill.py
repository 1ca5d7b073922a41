"""From a press of stop to standstill, by what the joints measured."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from armctl.control.standstill import FORGET, WINDOW, Standstill
from tests.support.snapshots import PLAIN

MOVES = replace(PLAIN, mode="moving")


def readings(press, speed, braking, hz=60.0, until=8.0):
    """Snapshots of a joint at ``speed`` that brakes from the press on."""
    time = press
    while time < press + until:
        time += 1.0 / hz
        gone = min(time - press, speed / braking)
        yield replace(MOVES, stamp=time, positions=(speed * gone - braking * gone**2 / 2, 0.0))


@example(0.5, 2.0, 50.0)
@given(st.floats(0.1, 1.5), st.floats(1.0, 8.0), st.floats(30.0, 120.0))
def test_the_time_until_the_arm_stands_is_measured_to_a_few_readings(speed, braking, hz):
    measure = Standstill()
    measure.pressed(10.0, "switch", MOVES)
    found = [stood for reading in readings(10.0, speed, braking, hz) if (stood := measure.look(reading))]
    assert len(found) == 1
    device, seconds = found[0]
    assert device == "switch"
    assert speed / braking - 0.12 <= seconds <= speed / braking + 2.0 / hz


def test_a_press_while_nothing_moves_and_a_stop_nobody_pressed_measure_nothing():
    measure = Standstill()
    measure.pressed(10.0, "switch", PLAIN)
    measure.pressed(0.0, "", MOVES)
    measure.pressed(10.0, "switch", None)
    assert not any(measure.look(reading) for reading in readings(10.0, 0.5, 2.0))


def test_pressing_again_in_alarm_does_not_make_the_stop_shorter():
    measure = Standstill()
    measure.pressed(10.0, "switch", MOVES)
    measure.pressed(10.2, "switch", MOVES)
    found = [stood for reading in readings(10.0, 1.0, 2.0) if (stood := measure.look(reading))]
    assert found[0][1] == pytest.approx(0.5, abs=0.1)


def test_an_arm_that_does_not_come_to_rest_is_given_up():
    measure = Standstill()
    measure.pressed(10.0, "switch", MOVES)
    moving = [replace(MOVES, stamp=10.0 + n * 0.02, positions=(n * 0.01, 0.0)) for n in range(int(FORGET / 0.02) + 5)]
    assert not any(measure.look(reading) for reading in moving)
    later = [replace(PLAIN, stamp=20.0 + n * WINDOW, positions=(1.0, 0.0)) for n in range(5)]
    assert not any(measure.look(reading) for reading in later)
