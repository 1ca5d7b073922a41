import numpy as np
import pytest

from armctl.motion.envelope import Envelope
from armctl.motion.jerk import MotionState
from armctl.motion.stopping import Stopping
from tests.unit.motion.rig import DT, HOME, robot

ARM = robot().config.joints[:-1]


def moving(velocities: list[float]) -> MotionState:
    return MotionState(HOME[:5], np.array(velocities), np.zeros(5))


def test_a_stop_ends_where_it_said_and_tells_when_it_is_done() -> None:
    state = moving([0.4, -0.2, 0.1, 0.0, 0.5])
    stopping = Stopping(Envelope(ARM, DT), state, DT, "why")
    end = stopping.end
    for _ in range(200):
        stride = stopping.step(state, 0.0)
        assert stride.notice == "why"
        if stride.done:
            break
    assert stride.done
    assert stride.state.still
    assert stride.state.positions == pytest.approx(end)
    assert stride.remaining == 0.0


def test_the_joints_slow_down_in_proportion_so_that_the_tool_keeps_its_direction() -> None:
    state = moving([0.4, -0.2, 0.1, 0.0, 0.3])
    stopping = Stopping(Envelope(ARM, DT), state, DT)
    first = stopping.step(state, 0.15)
    half = int(first.remaining / DT / 2)
    for _ in range(half):
        stride = stopping.step(state, 0.15)
    shares = stride.state.velocities[[0, 1, 2, 4]] / state.velocities[[0, 1, 2, 4]]
    assert np.ptp(shares) < 0.05


def test_a_stop_from_rest_is_done_at_once() -> None:
    rest = MotionState.at_rest(HOME[:5])
    assert Stopping(Envelope(ARM, DT), rest, DT).step(rest, 0.15).done


def test_near_a_limit_each_joint_stops_as_fast_as_it_can() -> None:
    # The turn of the shoulder has 1 % more room than it needs alone; in step with the slower roll it would overrun.
    pan, speed = ARM[0], 0.3
    needs = speed**2 / (2 * pan.max_acceleration) + speed * pan.max_acceleration / (2 * pan.max_jerk)
    positions = HOME[:5].copy()
    positions[0] = pan.upper - 1.01 * needs
    state = MotionState(positions, np.array([speed, 0.0, 0.5, 0.0, 0.0]), np.zeros(5))
    stopping = Stopping(Envelope(ARM, DT), state, DT)
    way = [stopping.step(state, 0.15).state.positions[0] for _ in range(100)]
    assert max(way) <= pan.upper
