import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.feetech import messages as reg
from drivers.feetech.codec import encode_signed, word
from drivers.feetech.readings import (
    GENERATIONS,
    Feedback,
    Orders,
    feedback,
    goal_row,
    is_long,
    is_on,
    obeys,
    orders,
    span,
)
from sim.emulators.feetech.memory import ServoMemory


def test_every_request_has_a_length_of_its_own():
    spans = [span(number, long=long) for long in (False, True) for number in range(GENERATIONS)]
    assert len({item.length for item in spans}) == 2 * GENERATIONS


@pytest.mark.parametrize("long", [False, True])
@given(number=st.integers(0, 1000))
def test_every_request_brings_the_whole_feedback_and_stays_within_the_memory(long, number):
    start, length = span(number, long=long)
    assert start + length == reg.FEEDBACK_END
    assert 0 < start <= (reg.TORQUE_ENABLE if long else reg.POSITION).address


def test_the_usual_request_is_the_documented_block():
    assert span(0, long=False) == (56, 15)
    assert span(0, long=True) == (40, 31)


def memory(**values):
    it = ServoMemory()
    for name, value in values.items():
        it.put(next(cell for cell in reg.REGISTERS if cell.name == name), value)
    return it


@pytest.mark.parametrize("long", [False, True])
@given(
    number=st.integers(0, GENERATIONS - 1),
    position=st.integers(-32767, 32767),
    speed=st.integers(-3400, 3400),
    load=st.integers(-1000, 1000),
    volts=st.integers(0, 255),
    celsius=st.integers(0, 255),
    current=st.integers(-2047, 2047),
)
def test_feedback_is_what_the_registers_hold_wherever_the_request_starts(
    long, number, position, speed, load, volts, celsius, current
):
    servo = memory(
        position=position, speed=speed, load=load, voltage=volts, temperature=celsius, status=0x04, current=current
    )
    data = servo.read(*span(number, long=long))
    assert feedback(0x20, data) == Feedback(position, speed, load / 1000, volts / 10, celsius, 0x24, current * 0.0065)
    assert is_long(data) is long


@given(
    number=st.integers(0, GENERATIONS - 1),
    torque=st.integers(0, 1),
    acceleration=st.integers(0, 254),
    goal=st.integers(-32767, 32767),
    speed=st.integers(0, 3400),
    limit=st.integers(0, 1000),
    lock=st.integers(0, 1),
)
def test_orders_are_what_the_registers_hold(number, torque, acceleration, goal, speed, limit, lock):
    servo = memory(
        torque_enable=torque,
        acceleration=acceleration,
        goal_position=goal,
        goal_speed=speed,
        torque_limit=limit,
        lock=lock,
    )
    data = servo.read(*span(number, long=True))
    assert orders(data) == Orders(torque, acceleration, goal, speed, bool(lock))
    assert is_on(data) is (torque == 1)
    switched = bytes((torque, acceleration))
    assert obeys(data, switched, word(limit))
    assert not obeys(data, bytes((torque ^ 1, acceleration)), word(limit))
    assert not obeys(data, bytes((torque, acceleration ^ 1)), word(limit))
    assert not obeys(data, switched, word(limit ^ 1))


def test_a_goal_row_fills_acceleration_goal_time_and_speed():
    servo = memory()
    servo.write(reg.ACCELERATION.address, goal_row(50, 2100, 340))
    assert servo.get(reg.ACCELERATION) == 50
    assert servo.get(reg.GOAL_POSITION) == 2100
    assert servo.get(reg.GOAL_TIME) == 0
    assert servo.get(reg.GOAL_SPEED) == 340


def test_negative_load_has_its_sign_in_bit_ten():
    assert encode_signed(-250, 10) == 0x400 | 250
    assert feedback(0, memory(load=-250).read(56, 15)).effort == -0.25
