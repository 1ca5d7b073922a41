"""The arm goes where it is told, no faster than told, and nowhere on a command that is not right."""

import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import Instruction
from tests.support.dynamixel import ALL, STEP, WIDOW, at, enabled, parts_of, turned
from tests.support.servo_rig import PERIOD


@pytest.mark.parametrize(("name", "joint"), [("koch_v11", 0), ("openmanipulator_x", 1), ("wx250s", 1), ("wx250s", 4)])
def test_a_stream_of_commands_is_followed_closely(name, joint):
    rig = enabled(name)
    target = np.array(rig.home)
    for _ in range(60):
        target[joint] += 0.4 * PERIOD
        rig.arm.send(rig.command(target.copy(), speed=0.5))
        state = rig.arm.read()
        rig.wait(PERIOD)
    assert state.positions[joint] == pytest.approx(target[joint], abs=0.03)
    rig.read_for(0.2)
    assert at(rig, joint) == pytest.approx(target[joint], abs=2 * STEP)


@pytest.mark.parametrize(("name", "joint", "way"), [("openmanipulator_x", 4, 0.01), ("wx250s", 6, 0.008)])
def test_a_finger_slides_where_it_is_told_no_faster_than_told(name, joint, way):
    rig = enabled(name)
    began = at(rig, joint)
    rig.run(turned(rig, joint, way), 0.2, speed=0.01)
    assert 0.0005 < at(rig, joint) - began < 0.003
    rig.run(turned(rig, joint, way), 1.5, speed=0.01)
    assert at(rig, joint) == pytest.approx(began + way, abs=1e-4)


def test_shadows_are_told_nothing_and_go_along():
    rig = enabled("wx250s")
    rig.wire.sent.clear()
    rig.run(turned(rig, 1, 0.2), 0.8)
    (data,) = {frame.data for frame in rig.sent if frame.instruction == Instruction.SYNC_WRITE}
    assert list(data[4::13]) == [1, 2, 4, 6, 7, 8, 9]
    leader, shadow = (rig.servo(number).table.get(reg.GOAL_POSITION) for number in (2, 3))
    assert leader == shadow == parts_of(WIDOW)[2].joint.step(rig.home[1] + 0.2)
    assert at(rig, 1) == pytest.approx(rig.home[1] + 0.2, abs=0.01)


def test_the_servo_itself_is_bounded_by_the_commands_speed():
    rig = enabled()
    rig.arm.send(rig.command(turned(rig, 0, 0.5), speed=0.1))
    began = rig.clock.now()
    rig.read_for(0.5)
    # Rounded up to a whole unit of 0.229 rpm.
    assert at(rig, 0) - rig.home[0] == pytest.approx(5 * 0.02398 * (rig.clock.now() - began), rel=0.03)


def test_no_command_makes_a_joint_faster_than_configured():
    rig = enabled()
    rig.arm.send(rig.command(turned(rig, 0, 0.5), speed=5.0))
    assert rig.servo(1).table.get(reg.PROFILE_VELOCITY) == math.ceil(0.52 / (0.229 * math.tau / 60))
    assert 0 not in rig.cells(reg.PROFILE_ACCELERATION)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deadline": 0.0}, "too late"),
        ({"sequence": 1}, "already carried out"),
        ({"positions": np.zeros(5)}, "for 5 joints"),
        ({"speeds": np.zeros(6)}, "without speed"),
        ({"positions": np.array([3.2, 1.5, 1.5, 0, 0, 0])}, "shoulder_pan cannot go to 3.200: step 4134"),
    ],
)
def test_a_command_that_is_not_right_is_refused_and_changes_nothing(changes, words):
    rig = enabled()
    rig.run(np.array(rig.home), 0.02)
    goals, sent = rig.cells(reg.GOAL_POSITION), len(rig.wire.sent)
    with pytest.raises(CommandRefusedError, match=words):
        rig.arm.send(rig.command(**({"positions": np.array(rig.home) + 0.1} | changes)))
    assert rig.cells(reg.GOAL_POSITION) == goals
    assert len(rig.wire.sent) == sent
    rig.arm.send(rig.command(np.array(rig.home)))


@pytest.mark.parametrize(("name", "silent", "joint"), [("koch_v11", 2, 1), ("wx250s", 3, 1)])
def test_a_silent_joint_gets_no_goal_and_the_others_do(name, silent, joint):
    rig = enabled(name)
    rig.emulator.faults.muted = {silent}
    rig.arm.read()
    rig.wire.sent.clear()
    rig.arm.send(rig.command(np.array(rig.home)))
    (frame,) = rig.sent
    told = list(frame.data[4::13])
    assert parts_of(rig.config)[silent].leader not in told
    assert len(told) == len(rig.home) - 1


def test_an_arm_of_which_nobody_answers_is_told_nothing():
    rig = enabled()
    rig.emulator.faults.muted = set(ALL)
    rig.arm.read()
    sent = len(rig.wire.sent)
    rig.arm.send(rig.command(np.array(rig.home)))
    assert len(rig.wire.sent) == sent
