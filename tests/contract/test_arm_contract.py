"""What every arm promises, simulated or real: see `armctl.hal.arm.Arm`. A new arm is one more entry in `cases`."""

import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, LinkLostError, PortError
from tests.contract.cases import CASES, DRIVERS

CALLS = {
    "read": lambda case: case.arm.read(),
    "enable": lambda case: case.arm.enable(),
    "send": lambda case: case.arm.send(case.command(np.zeros(len(case.config.joints)))),
    "hold": lambda case: case.arm.hold(),
    "release": lambda case: case.arm.release(),
}


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request):
    it = request.param()
    yield it
    it.close()


@pytest.fixture(params=CALLS.values(), ids=CALLS)
def call(request):
    return request.param


def test_who_it_is_is_known_before_connecting(case):
    info = case.arm.info
    assert info.name == case.config.name
    assert info.joints == case.config.joint_names
    assert info.capabilities.real is (case.driver in DRIVERS)


def test_every_call_before_connecting_and_after_closing_is_refused(case):
    every_call_is_refused(case)
    case.enabled()
    case.arm.close()
    every_call_is_refused(case)


def every_call_is_refused(case):
    assert [name for name, call in CALLS.items() if not is_refused(call, case)] == []


def is_refused(call, *given):
    try:
        call(*given)
    except CommandRefusedError:
        return True
    return False


def test_connecting_to_a_limp_arm_leaves_it_limp(case):
    case.arm.connect()
    case.wait(0.2)
    assert not case.fresh().torque_on


def test_connecting_to_an_arm_that_holds_leaves_it_holding(case):
    case.enabled()
    case.wait(0.3)
    before = case.positions()
    case.arm.close(keep_torque=True)
    case.arm.connect()
    case.wait(0.3)
    state = case.fresh()
    assert state.torque_on
    assert state.positions == pytest.approx(before, abs=0.01)


def test_readings_are_complete_and_of_the_right_shape(case):
    case.enabled()
    state = case.fresh()
    n = len(case.arm.info.joints)
    for values in (state.positions, state.velocities, state.efforts, state.temperatures, state.voltages, state.stamps):
        assert values.shape == (n,)
    assert len(state.faults) == n
    assert not any(state.faults)
    assert state.missing(case.arm.info.joints) == ()
    assert np.isfinite(state.positions).all()
    assert np.isfinite(state.velocities).all()


def test_what_is_not_measured_is_not_a_number_and_what_is_measured_is_one(case):
    case.enabled()
    state, can = case.fresh(), case.arm.info.capabilities
    assert np.isfinite(state.efforts).all() == can.measures_effort
    assert np.isfinite(state.temperatures).all() == can.measures_temperature
    assert np.isfinite(state.voltages).all() == can.measures_voltage
    if can.measures_effort:
        assert (np.abs(state.efforts) <= 1.0).all()


def test_stamps_are_of_this_clock_and_never_run_backwards(case):
    case.enabled()
    last = None
    for _ in range(20):
        before = case.clock.now()
        state = case.arm.read()
        assert before <= state.stamp <= case.clock.now()
        assert (state.stamps <= state.stamp).all()
        assert (state.stamps[state.fresh] >= before).all()
        if last is not None:
            assert state.stamp >= last.stamp
            assert (state.stamps >= last.stamps).all()
        last = state
        case.clock.sleep_until(case.clock.now() + 0.005)


def test_enabling_does_not_jump_and_switches_torque_on(case):
    case.arm.connect()
    before = case.positions()
    case.arm.enable()
    assert case.fresh().torque_on
    assert case.positions() == pytest.approx(before, abs=0.01)
    case.wait(0.3)
    assert case.positions() == pytest.approx(before, abs=0.01 + case.sag)


def test_enabling_again_while_it_holds_changes_nothing(case):
    case.enabled()
    case.stream(0, -0.4, 0.3)
    case.wait(0.3)
    before = case.positions()
    for _ in range(10):
        case.arm.enable()
    case.wait(0.3)
    assert case.positions() == pytest.approx(before, abs=0.01)


def test_commands_are_followed(case):
    case.enabled()
    target = case.stream(0, -0.4, 0.6)
    case.wait(0.3)
    assert case.positions()[0] == pytest.approx(target[0], abs=0.02)


def test_only_the_joint_that_was_told_moves(case):
    case.enabled()
    case.wait(0.3)
    before = case.positions()
    case.stream(0, -0.4, 0.4)
    case.wait(0.2)
    after = case.positions()
    assert abs(after[0] - before[0]) > 0.1
    assert after[1:] == pytest.approx(before[1:], abs=0.02)


def test_a_distant_goal_is_approached_no_faster_than_commanded(case):
    case.enabled()
    start = case.positions()
    goal = start.copy()
    goal[0] -= 1.0
    began = case.clock.now()
    case.arm.send(case.command(goal, speed=0.2))
    case.wait(0.8)
    moved = start[0] - case.positions()[0]
    assert 0.1 < moved <= 0.2 * (case.clock.now() - began) + 0.02


REFUSED = {
    "late": lambda n: {"deadline": 0.0},
    "replayed": lambda n: {"sequence": 1},
    "out of sequence": lambda n: {"sequence": 0},
    "of an older arming": lambda n: {"sequence": 999, "epoch": 0},
    "too few joints": lambda n: {"positions": np.zeros(n - 1), "speeds": np.ones(n - 1)},
    "too many joints": lambda n: {"positions": np.zeros(n + 1), "speeds": np.ones(n + 1)},
    "too few speeds": lambda n: {"speeds": np.ones(n - 1)},
    "not a number": lambda n: {"positions": np.full(n, math.nan)},
    "endless": lambda n: {"positions": np.full(n, math.inf)},
    "without speed": lambda n: {"speeds": np.zeros(n)},
}


def test_a_command_that_is_not_right_is_refused_and_changes_nothing(case):
    case.enabled()
    here = case.positions()
    case.arm.send(case.command(here))
    case.arm.send(case.command(here))
    case.wait(0.2)
    before = case.positions()
    number = case.sequence
    wrong = {why: case.command(**{"positions": here - 0.3, **changes(len(here))}) for why, changes in REFUSED.items()}
    assert [why for why, command in wrong.items() if not is_refused(case.arm.send, command)] == []
    # All of them lead the same way: had any been taken, the arm would be on it now.
    case.wait(0.2)
    assert case.positions() == pytest.approx(before, abs=0.005)
    # The refused ones used up no number either: the next good one is taken.
    case.arm.send(case.command(here, sequence=number + 1))


def test_a_command_from_before_a_reconnect_is_refused(case):
    case.enabled()
    old = case.command(case.positions(), deadline=math.inf)
    case.arm.send(old)
    case.arm.close()
    case.arm.connect()
    case.arm.enable()
    with pytest.raises(CommandRefusedError):
        case.arm.send(old)


def test_a_new_arming_starts_a_new_count(case):
    case.enabled()
    here = case.positions()
    case.arm.send(case.command(here, sequence=50))
    case.arm.send(case.command(here, sequence=1, epoch=2))
    with pytest.raises(CommandRefusedError):
        case.arm.send(case.command(here, sequence=51, epoch=1))


def test_holding_in_motion_stops_it_and_keeps_it_there(case):
    case.enabled()
    case.stream(0, -0.4, 0.4)
    at = case.positions()
    case.arm.hold()
    case.wait(0.15)
    settled = case.positions()
    assert settled == pytest.approx(at, abs=0.06)
    until = case.clock.now() + 0.5
    while case.clock.now() < until:
        case.wait(0.05)
        assert case.positions() == pytest.approx(settled, abs=0.02)


def test_holding_on_the_way_to_a_distant_goal_forgets_the_goal(case):
    case.enabled()
    goal = case.positions().copy()
    goal[0] -= 1.0
    case.arm.send(case.command(goal, speed=0.4))
    case.wait(0.4)
    case.arm.hold()
    case.wait(0.15)
    settled = case.positions()
    case.wait(0.5)
    assert case.positions() == pytest.approx(settled, abs=0.02)
    assert settled[0] > goal[0] + 0.5


def test_holding_again_and_again_does_not_sink(case):
    case.enabled()
    case.wait(0.3)
    before = case.positions()
    for _ in range(30):
        case.arm.hold()
        case.wait(0.01)
    assert case.positions() == pytest.approx(before, abs=0.01)


def test_holding_a_limp_arm_switches_nothing_on(case):
    case.arm.connect()
    case.arm.hold()
    case.wait(0.1)
    assert not case.fresh().torque_on


def test_a_command_to_a_limp_arm_switches_nothing_on(case):
    case.arm.connect()
    here = case.positions()
    try:
        case.arm.send(case.command(here))
    except CommandRefusedError as error:
        assert "torque" in error.message
    case.wait(0.1)
    assert not case.fresh().torque_on


def test_releasing_switches_torque_off(case):
    case.enabled()
    case.arm.release()
    case.wait(0.05)
    assert not case.fresh().torque_on


@pytest.mark.parametrize("keep", [True, False])
def test_closing_leaves_torque_as_asked_and_may_be_repeated(case, keep):
    case.enabled()
    case.arm.close(keep_torque=keep)
    case.arm.close(keep_torque=keep)
    case.arm.connect()
    assert case.fresh().torque_on is keep


def test_closing_an_arm_that_was_never_connected_is_fine(case):
    case.arm.close()
    case.arm.close(keep_torque=False)
    case.arm.connect()
    assert case.fresh().complete


def test_a_second_opener_is_refused_and_the_first_is_unaffected(case):
    case.enabled()
    before = case.positions()
    second = case.second()
    with pytest.raises(PortError) as refusal:
        second.connect()
    assert "in use" in refusal.value.message
    assert refusal.value.remedy
    second.close()
    state = case.fresh()
    assert state.torque_on
    assert state.positions == pytest.approx(before, abs=0.01)
    case.arm.send(case.command(before))


def test_an_arm_that_was_closed_can_be_opened_by_another(case):
    case.enabled()
    case.arm.close()
    second = case.second()
    second.connect()
    assert second.info == case.arm.info or second.info.name == case.arm.info.name
    second.close()


def test_unplugging_ends_every_call_within_100_ms_with_link_lost(case, call):
    case.enabled()
    case.unplug()
    for _ in range(2):
        started = case.clock.now()
        with pytest.raises(LinkLostError) as lost:
            call(case)
        assert case.clock.now() - started < 0.1
        assert lost.value.remedy


@pytest.mark.parametrize("keep", [True, False])
def test_an_unplugged_arm_can_be_closed_within_100_ms(case, keep):
    case.enabled()
    case.unplug()
    started = case.clock.now()
    case.arm.close(keep_torque=keep)
    case.arm.close(keep_torque=keep)
    assert case.clock.now() - started < 0.1


def test_connecting_to_an_unplugged_arm_is_refused(case):
    case.unplug()
    with pytest.raises(PortError):
        case.arm.connect()
