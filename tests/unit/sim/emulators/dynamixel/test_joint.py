import pytest

from armctl.config.arm import ServoConfig
from drivers.dynamixel import messages as reg
from sim.emulators.dynamixel.joint import DrivenJoint
from sim.emulators.dynamixel.servo import Servo
from sim.emulators.motors import Measured
from tests.unit.sim.emulators.dynamixel.bench import DT, MEGABAUD, STEP

STILL = Measured(0.0, 0.0, 0.0)


@pytest.fixture
def pair():
    first = Servo(ServoConfig(id=2, model=1020), STILL, MEGABAUD)
    shadow = Servo(ServoConfig(id=3, model=1020, reversed=True), STILL, MEGABAUD, leader=2)
    return DrivenJoint([first, shadow])


def tell(joint, cell, value, *which):
    for number in which or range(len(joint.servos)):
        assert not joint.servos[number].write(cell.address, cell.packed(value))


def run(joint, seconds, angle=0.0):
    for _ in range(round(seconds / DT)):
        drive = joint.drive(DT)
        reach = drive.speed * DT if drive.torque_on else 0.0
        moved = max(-reach, min(reach, drive.goal - angle))
        angle += moved
        joint.measure(Measured(angle, moved / DT, 0.0), DT)
    return angle


def test_both_servos_read_alike_though_one_is_mounted_the_other_way_round(pair):
    pair.measure(Measured(0.5, 0.0, 0.0), DT)
    readings = [servo.table.get(reg.POSITION) for servo in pair.servos]
    assert readings == [round(2048 + 0.5 / STEP)] * 2


def test_both_together_are_as_strong_as_the_joint_can_be_and_one_alone_half_as_strong(pair):
    tell(pair, reg.TORQUE_ENABLE, 1)
    assert pair.drive(DT).effort == pytest.approx(1.0)
    tell(pair, reg.TORQUE_ENABLE, 0, 1)
    assert pair.drive(DT).effort == pytest.approx(0.5)
    tell(pair, reg.TORQUE_ENABLE, 0, 0)
    assert not pair.drive(DT).torque_on


def test_told_the_same_they_move_the_joint_without_a_fight(pair):
    tell(pair, reg.TORQUE_ENABLE, 1)
    tell(pair, reg.GOAL_POSITION, 2300)
    assert run(pair, 1.0) == pytest.approx(252 * STEP, abs=STEP)
    assert [servo.table.get(reg.HARDWARE_ERROR) for servo in pair.servos] == [0, 0]
    assert not any(servo.fights for servo in pair.servos)


def test_a_shadow_that_counts_the_wrong_way_fights_until_both_shut_down(pair):
    tell(pair, reg.DRIVE_MODE, 0, 1)
    tell(pair, reg.TORQUE_ENABLE, 1)
    tell(pair, reg.GOAL_POSITION, 2900)
    assert abs(run(pair, 1.0)) < 100 * STEP
    assert all(servo.fights for servo in pair.servos)
    run(pair, 2.0)
    assert [servo.table.get(reg.HARDWARE_ERROR) for servo in pair.servos] == [0x20, 0x20]


def test_a_shadow_left_without_goals_holds_back(pair):
    tell(pair, reg.TORQUE_ENABLE, 1)
    tell(pair, reg.GOAL_POSITION, 2300, 0)
    assert run(pair, 0.5) == pytest.approx(126 * STEP, abs=3 * STEP)


def test_a_hand_at_either_servo_moves_the_joint(pair):
    pair.servos[1].push(0.2)
    assert run(pair, 0.4) == pytest.approx(0.2, abs=0.01)
