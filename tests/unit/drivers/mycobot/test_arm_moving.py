"""The arm goes where it is told, refuses what is not right, and holds where it is."""

import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError
from drivers.mycobot.messages import Command
from tests.unit.drivers.mycobot.rig import NOTHING, far

# -- goals ---------------------------------------------------------------------------------------------------------


def test_a_goal_carries_a_speed_that_no_joint_may_exceed(rig):
    rig.enabled()
    goal = NOTHING + np.array([0.5, -0.3, 0.2, 0.0, 0.0, 0.1, 0.0])
    rig.arm.send(rig.command(goal, speeds=np.array([0.5, 0.4, 0.3, 0.1, 0.1, 0.2, 0.01])))
    fastest = np.zeros(7)
    for _ in range(60):
        rig.wait(0.02)
        fastest = np.maximum(fastest, np.abs(rig.plant.velocities()))
    assert (fastest[:6] <= np.array([0.5, 0.4, 0.3, 0.1, 0.1, 0.2]) * 1.25 + 1e-6).all()
    assert fastest[0] > 0.1


def test_the_newest_goal_replaces_the_one_before(rig):
    rig.enabled()
    rig.send(far(rig), speed=0.5)
    rig.wait(0.3)
    rig.send(NOTHING, speed=0.5)
    state = rig.wait(1.0)
    assert state.positions[0] == pytest.approx(0.0, abs=0.002)
    assert not rig.controller.moving


def test_a_hundred_goals_leave_no_queue_behind(rig):
    rig.enabled()
    for number in range(100):
        rig.send(NOTHING + np.array([0.002 * number, 0, 0, 0, 0, 0, 0]))
        rig.arm.read()
    assert not rig.controller._queue
    assert rig.wait(0.3).positions[0] == pytest.approx(0.198, abs=0.002)


def test_sending_does_not_wait_for_an_acknowledgement(rig):
    rig.enabled()
    rig.faults.muted.add(0)
    assert rig.timed(lambda: rig.send(NOTHING)) < 0.005


def test_a_goal_beyond_the_controllers_limits_is_refused_with_figures(rig):
    rig.enabled()
    goal = NOTHING.copy()
    goal[4] = 2.8
    with pytest.raises(CommandRefusedError, match=r"joint5 cannot go to 160.4°: its limits are -155.0° and 160.0°"):
        rig.send(goal)


def test_the_gripper_is_told_when_its_value_changes_and_until_it_is_acknowledged(rig):
    rig.enabled()
    rig.arm.read()
    rig.commands_sent()
    rig.send(NOTHING)
    assert rig.commands_sent() == [Command.SEND_ANGLES]
    opened = NOTHING.copy()
    opened[6] = 0.018
    rig.faults.muted.add(0)
    rig.send(opened)
    rig.arm.read()
    rig.send(opened)
    assert rig.commands_sent().count(Command.SET_GRIPPER) == 2
    rig.faults.muted.clear()
    rig.wait(1.0)
    rig.send(opened)
    rig.wait(0.5)
    rig.commands_sent()
    rig.send(opened)
    assert rig.commands_sent() == [Command.SEND_ANGLES]
    assert rig.wait(0.3).positions[6] == pytest.approx(0.018, abs=2e-4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"positions": np.zeros(6), "speeds": np.ones(6)}, "for 6 joints was refused: there are 7"),
        ({"speeds": np.ones(6)}, "was refused: there are 7"),
        ({"positions": np.full(7, math.nan)}, "not a number"),
        ({"speeds": np.full(7, math.inf)}, "not a number"),
        ({"speeds": np.zeros(7)}, "without speed"),
        ({"deadline": 0.0}, "ms too late"),
        ({"epoch": 0}, "of epoch 0 was refused: number 1 of epoch 1 was already carried out"),
        ({"sequence": 1}, "Command 1 of epoch 1 was refused"),
    ],
)
def test_a_goal_that_is_not_right_is_refused_and_says_why(rig, changes, words):
    rig.enabled()
    rig.send(NOTHING)
    rig.commands_sent()
    with pytest.raises(CommandRefusedError, match=words):
        rig.arm.send(rig.command(**{"positions": NOTHING} | changes))
    assert rig.commands_sent() == []


def test_a_goal_to_a_limp_arm_is_refused(rig):
    rig.connected()
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.send(NOTHING)


# -- holding -------------------------------------------------------------------------------------------------------


def test_holding_stops_on_the_way_within_a_quarter_of_a_second(rig):
    rig.enabled()
    rig.send(far(rig, way=1.5), speed=0.5)
    rig.wait(0.8)
    at = rig.plant.positions()[0]
    assert rig.timed(rig.arm.hold) < 0.03
    rig.wait(0.25)
    stood = rig.plant.positions()[0]
    assert at < stood < at + 0.08
    rig.wait(0.5)
    assert rig.plant.positions()[0] == stood


def test_holding_again_says_nothing_more(rig):
    rig.enabled()
    rig.send(far(rig), speed=0.4)
    rig.arm.hold()
    rig.commands_sent()
    rig.arm.hold()
    rig.arm.hold()
    assert rig.commands_sent() == []


def test_a_stop_that_was_not_acknowledged_is_followed_by_a_goal_and_said_again(rig):
    rig.enabled()
    rig.send(far(rig, way=1.5), speed=0.4)
    rig.wait(0.5)
    rig.faults.muted.add(0)
    rig.commands_sent()
    assert rig.timed(rig.arm.hold) < 0.1
    assert rig.commands_sent() == [Command.STOP, Command.STOP, Command.SEND_ANGLES]
    rig.arm.hold()
    assert Command.STOP in rig.commands_sent()


def test_a_stop_that_is_lost_on_its_way_stops_the_arm_all_the_same(rig):
    rig.enabled()
    rig.send(far(rig, way=1.5), speed=0.4)
    rig.wait(0.5)
    rig.device._commands[Command.STOP] = rig.device._commands[Command.STOP]._replace(act=lambda data: None)
    rig.arm.hold()
    rig.wait(0.3)
    stood = rig.plant.positions()[0]
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(stood, abs=0.01)
    assert stood < 0.3


def test_a_gripper_that_squeezes_goes_on_and_one_on_its_way_stops(rig):
    rig.enabled()
    closed = NOTHING.copy()
    closed[6] = 0.004
    rig.device.joint(7).faults.blocked = True
    rig.send(closed)
    rig.wait(0.3)
    rig.arm.hold()
    assert rig.controller.gripper.goal == pytest.approx(0.00405, abs=2e-4)
    rig.device.joint(7).faults.blocked = False
    opened = NOTHING.copy()
    opened[6] = 0.0225
    rig.send(opened, speed=0.005)
    rig.wait(0.2)
    rig.arm.hold()
    rig.wait(0.2)
    assert rig.controller.gripper.goal < 0.012


def test_holding_an_arm_found_holding_stops_what_somebody_else_began(rig):
    rig.enabled()
    rig.send(far(rig, way=1.5), speed=0.4)
    rig.arm.close()
    rig.arm.connect()
    rig.wait(0.2)
    rig.arm.hold()
    rig.wait(0.3)
    stood = rig.plant.positions()[0]
    rig.wait(0.4)
    assert rig.plant.positions()[0] == stood


def test_holding_a_limp_arm_says_nothing(rig):
    rig.connected()
    rig.commands_sent()
    rig.arm.hold()
    assert rig.commands_sent() == []
