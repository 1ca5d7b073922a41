"""Readings and ticks go into bytes and come back with every bit."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from armctl.control.flight_records import Reading, Tick, array, decode, encode
from armctl.control.messages import MotionReport
from armctl.hal.state import FloatArray, JointFault, JointState
from tests.support.flight_records import a_tick

N = 4
NUMBERS = arrays(np.float64, N, elements=st.floats(width=64))


@st.composite
def states(draw: st.DrawFn) -> JointState:
    columns = [draw(NUMBERS) for _ in range(6)]
    fresh = np.array(draw(st.lists(st.booleans(), min_size=N, max_size=N)))
    faults = tuple(JointFault(draw(st.integers(0, 63))) for _ in range(N))
    return JointState(draw(st.floats()), *columns, fresh, faults, draw(st.booleans()))


def bits(values: FloatArray) -> bytes:
    return values.tobytes()


@given(states())
def test_a_state_comes_back_bit_for_bit(state: JointState) -> None:
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(Reading.of(state)), type=Reading).state()
    assert bits(np.array([back.stamp])) == bits(np.array([state.stamp]))
    for name in ("positions", "velocities", "efforts", "temperatures", "voltages", "stamps", "fresh"):
        assert bits(getattr(back, name)) == bits(getattr(state, name))
    assert (back.faults, back.torque_on) == (state.faults, state.torque_on)
    assert all(isinstance(fault, JointFault) for fault in back.faults)


def test_what_is_changed_afterwards_does_not_change_the_record() -> None:
    state = JointState(0.0, *[np.zeros(N) for _ in range(6)], np.ones(N, dtype=np.bool_), (JointFault.NONE,) * N, True)
    reading = Reading.of(state)
    state.positions[0] = 1.0
    assert reading.state().positions[0] == 0.0
    array(reading.positions)[0] = 2.0
    assert reading.state().positions[0] == 0.0


def test_a_tick_comes_back_with_all_kinds_of_calls() -> None:
    tick = a_tick()
    assert encode(decode(encode(tick))) == encode(tick)  # a NaN is not equal to itself, its bytes are
    assert [type(call) for call in decode(encode(tick)).calls] == [type(call) for call in tick.calls]


def test_bytes_that_are_no_tick_are_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(b"\x93\x01\x02\x03")
    with pytest.raises(msgspec.MsgspecError):
        decode(msgspec.msgpack.encode([MotionReport()]))
    assert isinstance(decode(encode(a_tick())), Tick)
