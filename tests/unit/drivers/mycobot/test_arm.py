"""The driver on its emulated device: connecting, what it tells, and every call on whatever line."""

import logging

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, HardwareError, LinkLostError
from armctl.hal.state import JointFault
from drivers.mycobot.messages import Command
from tests.unit.drivers.mycobot.rig import NOTHING, Rig, far, reads
from tests.unit.sim.emulators.mycobot.rig import HOME, mycobot280

# -- connecting ----------------------------------------------------------------------------------------------------


def test_connecting_orders_nothing(rig):
    rig.connected()
    questions = {
        Command.VERSION,
        Command.IS_CONNECTED,
        Command.IS_POWER_ON,
        Command.JOINT_MIN,
        Command.JOINT_MAX,
        Command.IS_SERVO_ENABLED,
        Command.GET_ANGLES,
        Command.GET_ANGLES_COORDS,
        Command.GET_GRIPPER,
        Command.GET_FRESH_MODE,
        Command.GET_ERROR,
    }
    assert set(rig.commands_sent()) <= questions


def test_connecting_takes_less_than_5_s_even_if_nothing_answers(rig):
    rig.faults.muted.add(0)
    with pytest.raises(HardwareError):
        rig.timed(rig.arm.connect)
    assert rig.took < 5.0
    assert rig.wire.closed


def test_connecting_takes_less_than_5_s_on_a_line_that_loses_every_other_answer(rig):
    rig.faults.loss = 0.5
    try:
        rig.timed(rig.arm.connect)
    except HardwareError as error:
        assert error.remedy
    assert rig.took < 5.0


def test_who_it_is_does_not_depend_on_firmware_that_knows_one_question_less(rig):
    rig.device._commands.pop(Command.GET_ANGLES_COORDS)
    rig.device._parser._sizes.pop(Command.GET_ANGLES_COORDS)
    state = rig.connected().arm.read()
    assert state.complete
    rig.faults.drop_next(0)
    assert [state.complete for state in reads(rig, 3)] == [False, True, True]


# -- reading -------------------------------------------------------------------------------------------------------


def test_a_reading_says_where_the_arm_is(rig):
    state = rig.connected().arm.read()
    assert state.positions == pytest.approx(NOTHING, abs=1.2e-4)
    assert state.complete
    assert not state.torque_on
    assert np.isnan(state.efforts).all()
    assert np.isnan(state.temperatures).all()
    assert np.isnan(state.voltages).all()


def test_a_reading_takes_no_longer_than_a_control_period_on_a_real_line():
    rig = Rig(paced=True).enabled()
    for number in range(30):
        rig.send(NOTHING + 0.001 * number)
        rig.timed(rig.arm.read)
        assert rig.took < 0.045


def test_a_moving_joint_has_its_velocity(rig):
    rig.enabled()
    rig.send(far(rig), speed=0.3)
    state = rig.wait(0.8)
    assert state.velocities[0] == pytest.approx(0.28, abs=0.03)
    assert np.abs(state.velocities[1:]).max() < 0.01


def test_one_lost_answer_costs_one_reading(rig):
    rig.enabled()
    rig.faults.drop_next(0)
    first, second, third = reads(rig, 3)
    assert not first.fresh[:6].any()
    assert first.fresh[6]
    assert second.complete
    assert third.complete


def test_the_reading_behind_a_lost_answer_asks_in_other_words(rig):
    rig.connected()
    rig.faults.drop_next(0)
    rig.arm.read()
    rig.commands_sent()
    rig.arm.read()
    assert rig.commands_sent()[0] == Command.GET_ANGLES_COORDS
    rig.arm.read()
    assert rig.commands_sent()[0] == Command.GET_ANGLES


def test_a_silence_of_several_readings_does_not_end_the_asking(rig):
    rig.connected()
    rig.faults.drop_next(0, 5)
    states = reads(rig, 8)
    assert not any(state.fresh[:6].all() for state in states[:2])
    assert all(state.fresh[:6].all() for state in states[-4:])


@pytest.mark.parametrize("late", [0.02, 0.045, 0.06, 0.1, 0.2, 0.45])
def test_a_late_answer_never_becomes_a_value(rig, late):
    rig.enabled()
    rig.send(far(rig, way=2.0), speed=0.5)
    rig.wait(0.3)
    for number in range(40):
        if number % 7 == 0:
            rig.faults.delay_next(0, late)
        started, was = rig.clock.now(), rig.plant.positions()[0]
        state = rig.arm.read()
        if state.fresh[0]:
            # Between where it was when the reading began and where it is now.
            assert was - 0.002 <= state.positions[0] <= rig.plant.positions()[0] + 0.002
            assert state.stamps[0] >= started
        rig.clock.advance(0.01)


def test_answers_that_are_all_late_are_never_values_and_end_in_silence(rig):
    rig.enabled()
    rig.faults.delay = 0.06
    states = reads(rig, 12)
    assert not any(state.fresh[:6].any() for state in states)
    assert len({tuple(state.positions) for state in states}) == 1


def test_a_wrong_bit_in_an_angle_does_not_move_the_joint(rig):
    rig.enabled()
    before = rig.arm.read()
    rig.faults.corrupt_next(0, bit=8 * 4 + 5)
    broken, after = reads(rig, 2)
    assert broken.positions == pytest.approx(before.positions, abs=1e-6)
    assert broken.fresh.tolist() == [False, *[True] * 6]
    assert after.complete


def test_a_joint_that_was_really_turned_is_told_with_the_next_reading(rig):
    rig.connected()
    rig.plant.push(2, -0.5)
    rig.clock.advance(0.01)
    rig.device.advance()
    first, second = reads(rig, 2)
    assert not first.fresh[2]
    assert second.complete
    assert second.positions[2] == pytest.approx(-0.5, abs=1e-3)


def test_a_gripper_that_says_more_than_all_says_nothing(rig):
    rig.enabled()
    rig.faults.corrupt_next(0, bit=8 * 2)
    rig.faults.corrupt_next(0, bit=8 * 4 + 7)
    state = rig.arm.read()
    assert not state.fresh[6]
    assert state.positions[6] == pytest.approx(HOME[6], abs=2e-4)


@pytest.mark.parametrize("fault", ["noise", "corruption", "loss"])
def test_on_a_bad_line_every_reading_ends_in_time_and_no_value_is_wrong(rig, fault):
    rig.enabled()
    setattr(rig.faults, fault, 0.15 if fault == "corruption" else 0.3)
    taken = 0
    for _ in range(60):
        rig.timed(lambda: setattr(rig, "state", rig.arm.read()))
        assert rig.took < 0.06
        state = rig.state
        taken += state.fresh[:6].all()
        # A wrong bit that means less than the joint can move in this time cannot be told from motion.
        limit = 0.31 if fault == "corruption" else 1e-3
        assert np.abs(state.positions - NOTHING)[:6].max() < limit
        rig.clock.advance(0.01)
    assert taken > 15


def test_an_adapter_that_echoes_changes_nothing(rig):
    rig.faults.echo = True
    rig.enabled()
    rig.send(far(rig, way=0.3), speed=0.4)
    state = rig.wait(1.5)
    assert state.complete
    assert state.positions[0] == pytest.approx(0.3, abs=0.002)
    rig.arm.hold()
    rig.arm.release()
    assert not rig.arm.read().torque_on


def test_dropped_pieces_are_counted_and_told(rig, caplog):
    rig.connected()
    rig.faults.noise = 1.0
    with caplog.at_level(logging.WARNING):
        reads(rig, 3)
    assert "were dropped" in caplog.text


@pytest.mark.parametrize("joint", range(6))
def test_a_joint_that_loses_its_torque_is_named_and_gets_no_goal(rig, joint):
    rig.enabled()
    rig.device.joint(joint + 1).release()
    state = rig.wait(1.2)
    assert state.faults[joint] == JointFault.RESTARTED
    assert [fault for number, fault in enumerate(state.faults) if number != joint] == [JointFault.NONE] * 6
    assert not state.torque_on
    with pytest.raises(CommandRefusedError, match="torque"):
        rig.send(NOTHING)
    rig.arm.enable()
    assert not any(rig.wait(1.2).faults)


def test_a_controller_that_restarted_is_noticed_before_its_moves_pile_up(rig):
    rig.enabled()
    rig.device.power_cycle(1, boot_time=0.0)
    state = rig.wait(0.3)
    assert all(fault == JointFault.RESTARTED for fault in state.faults[:6])
    with pytest.raises(CommandRefusedError):
        rig.send(NOTHING)
    rig.arm.enable()
    assert rig.controller.fresh_mode
    assert not any(rig.wait(1.2).faults)


def test_a_controller_that_no_longer_takes_the_newest_goal_gets_none(rig):
    rig.enabled()
    rig.controller.fresh_mode = False
    state = rig.wait(0.4)
    assert state.faults[:6] == (JointFault.RESTARTED,) * 6
    with pytest.raises(CommandRefusedError, match="torque"):
        rig.send(NOTHING)
    assert not rig.controller._queue


def test_motors_without_power_are_silent_told_and_get_power_on_request(rig, caplog):
    rig.enabled()
    rig.controller.set_power(False)
    with caplog.at_level(logging.WARNING):
        state = rig.wait(0.5)
    assert not state.fresh.any()
    assert not state.torque_on
    assert caplog.text.count("The motors were switched off") == 1
    rig.wait(0.6)
    with pytest.raises(HardwareError, match="switched off. They get power now"):
        rig.arm.enable()
    rig.wait(0.6)
    rig.arm.enable()
    assert rig.wait(0.3).torque_on


@pytest.mark.parametrize(("error", "words"), [(3, "joint 3 would leave its limits"), (32, "cannot reach")])
def test_an_error_of_the_controller_is_told_and_refuses_goals_until_the_arm_held(rig, caplog, error, words):
    rig.enabled()
    rig.controller.error = error
    with caplog.at_level(logging.WARNING):
        state = rig.wait(0.6)
    assert caplog.text.count(words) == 1
    assert not any(state.faults)
    with pytest.raises(CommandRefusedError, match=words):
        rig.send(NOTHING)
    rig.arm.hold()
    rig.send(NOTHING)
    assert rig.controller.error == 0


@pytest.mark.parametrize("turn", range(3))
def test_a_wrong_bit_in_a_look_is_no_news(rig, turn, caplog):
    rig.enabled()
    for _ in range(turn):
        rig.arm.read()
    for bit in (8 * 5, 8 * 4, 8 * 4):
        rig.faults.corrupt_next(0, bit=bit)
    with caplog.at_level(logging.WARNING):
        state = rig.arm.read()
        for later in (state, rig.wait(1.3)):
            assert not any(later.faults)
            assert later.torque_on
        rig.send(NOTHING)
    assert "The controller says" not in caplog.text


def test_one_wrong_answer_about_the_power_is_no_news(rig, caplog):
    rig.enabled()
    for bit in (8 * 2 + 7, 8 * 2 + 7, 8 * 4):
        rig.faults.corrupt_next(0, bit=bit)
    with caplog.at_level(logging.WARNING):
        assert rig.arm.read().torque_on
        assert rig.wait(1.0).torque_on
    assert "switched off" not in caplog.text


def test_a_collision_is_an_overload_of_every_joint(rig):
    rig.enabled()
    rig.device.units[-1].faults.status = 16
    state = rig.wait(0.3)
    assert [bool(fault & JointFault.OVERLOAD) for fault in state.faults] == [True] * 6 + [False]
    with pytest.raises(CommandRefusedError, match="ran into something"):
        rig.send(NOTHING)


# -- goals ---------------------------------------------------------------------------------------------------------


def test_before_connecting_every_call_is_refused(rig):
    for call in CALLS.values():
        with pytest.raises(CommandRefusedError, match="not connected"):
            call(rig)
    rig.arm.close()


# -- every call ----------------------------------------------------------------------------------------------------


CALLS = {
    "read": lambda rig: rig.arm.read(),
    "enable": lambda rig: rig.arm.enable(),
    "send": lambda rig: rig.send(NOTHING),
    "hold": lambda rig: rig.arm.hold(),
    "release": lambda rig: rig.arm.release(),
}
LINES = {
    "silent": {"muted": {0}},
    "lossy": {"loss": 0.5},
    "noisy": {"noise": 1.0},
    "broken": {"corruption": 1.0},
    "late": {"delay": 0.03},
    "echoing": {"echo": True},
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_ends_within_100_ms_on_every_line(rig, call, line):
    rig.enabled()
    rig.send(far(rig), speed=0.4)
    for name, value in line.items():
        setattr(rig.faults, name, value)
    for _ in range(8):
        try:
            rig.timed(lambda: call(rig))
        except HardwareError as error:
            assert not isinstance(error, LinkLostError)
        assert rig.took < 0.1
        rig.clock.advance(0.013)


def test_the_arm_is_configured_for_what_the_driver_can_do():
    config = mycobot280()
    assert 1.0 / config.rate_hz >= 0.05
    assert config.wire.baud == 115200
