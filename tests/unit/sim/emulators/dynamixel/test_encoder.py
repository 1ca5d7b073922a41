"""What a servo reads: tried on a whole servo, whose modes and torque decide when it folds."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.arm import ServoConfig
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import MODELS as TABLES
from sim.emulators.dynamixel.encoder import Encoder
from sim.emulators.dynamixel.memory import ControlTable
from tests.unit.sim.emulators.dynamixel.bench import DT, MODELS, STEP, Shaft


def test_the_homing_offset_is_added():
    shaft = Shaft(angle=0.1)
    here = shaft.get(reg.POSITION)
    shaft.set(homing_offset=-300)
    assert shaft.run(DT).get(reg.POSITION) == here - 300


def test_in_position_mode_a_large_homing_offset_is_not_heeded():
    shaft = Shaft()
    shaft.set(homing_offset=1025)
    assert shaft.run(DT).get(reg.POSITION) == 2048
    shaft.set(operating_mode=4)
    assert shaft.run(DT).get(reg.POSITION) == 2048 + 1025
    shaft.set(operating_mode=3, homing_offset=1024)
    assert shaft.run(DT).get(reg.POSITION) == 2048 + 1024


def test_reverse_mode_turns_the_count_round_and_leaves_the_sign_of_the_offset():
    shaft = Shaft(angle=0.1)
    shaft.set(drive_mode=1)
    here = shaft.get(reg.POSITION)
    assert here == 4096 - round(2048 + 0.1 / STEP)
    shaft.set(homing_offset=100)
    assert shaft.get(reg.POSITION) == here + 100
    shaft.on(goal_position=here + 200)
    assert shaft.run(0.5).angle == pytest.approx(0.1 - 100 * STEP, abs=STEP)
    assert shaft.get(reg.POSITION) == here + 200


def test_a_servo_built_in_reversed_reads_as_the_configuration_says():
    shaft = Shaft(angle=0.4, reversed=True, zero_step=2100, homing_offset=-300, operating_mode=4)
    assert shaft.get(reg.DRIVE_MODE) == 1
    assert shaft.get(reg.HOMING_OFFSET) == -300
    assert shaft.get(reg.POSITION) == 2100 + round(0.4 / STEP)
    shaft.on(goal_position=2500)
    assert shaft.run(0.5).angle == pytest.approx(400 * STEP)


def test_limp_it_counts_on_over_turns_and_torque_in_position_mode_folds_it_back():
    shaft = Shaft()
    shaft.turn(2 * math.tau + 0.1)
    expected = 2048 + round(0.1 / STEP)
    assert shaft.get(reg.POSITION) == expected + 2 * 4096
    shaft.set(torque_enable=1)
    assert shaft.run(DT).get(reg.POSITION) == expected
    assert shaft.get(reg.GOAL_POSITION) == expected
    assert shaft.angle == pytest.approx(2 * math.tau + 0.1, abs=STEP)


@pytest.mark.parametrize(
    "fold", [lambda s: s.set(operating_mode=3), lambda s: s.servo.power_up(), lambda s: s.servo.clear_turns()]
)
def test_these_fold_the_position_back_into_one_turn(fold):
    shaft = Shaft(operating_mode=4)
    shaft.turn(-math.tau)
    assert shaft.get(reg.POSITION) == 2048 - 4096
    fold(shaft)
    assert shaft.run(DT).get(reg.POSITION) == 2048


def test_over_several_turns_torque_leaves_the_count():
    shaft = Shaft(operating_mode=4)
    shaft.turn(math.tau)
    shaft.on(goal_position=2048 + 4096 + 50)
    shaft.run(0.3)
    assert shaft.get(reg.POSITION) == 2048 + 4096 + 50


@given(st.floats(-30.0, 30.0), st.sampled_from(MODELS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_after_power_up_it_reads_within_one_turn(angle, model, reversed_):
    shaft = Shaft(angle=angle, model=model, reversed=reversed_)
    assert 0 <= shaft.get(reg.POSITION) <= 4096


def test_a_slipped_encoder_reads_too_much():
    shaft = Shaft()
    shaft.servo.faults.slip = 57
    assert shaft.run(DT).get(reg.POSITION) == 2105


@given(st.floats(-3.0, 3.0), st.integers(-500, 500), st.sampled_from([1, -1]), st.booleans(), st.booleans())
def test_to_be_so_many_steps_ahead_is_to_read_so_many_more(joint, steps, sign, built, now):
    encoder = Encoder(ServoConfig(id=1, sign=sign, reversed=built), table := ControlTable(TABLES[1020]))
    table.put(reg.DRIVE_MODE, int(now))
    there = encoder.ahead(joint, steps)
    assert encoder.reading(there) - encoder.reading(joint) == pytest.approx(steps, abs=1e-6)
    assert encoder.per_joint(joint) * (there - joint) == pytest.approx(steps, abs=1e-6)
    assert encoder.direction == (1 if built == now else -1)
