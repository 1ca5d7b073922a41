"""The arm of the games keeps its limits, shows where the hand is, and carries the cup where the hand goes."""

from random import Random

import numpy as np
import pytest

from armctl.access.practice.moment import Wave
from armctl.access.practice.steer import ROOM, carry, close, line
from tests.support.ui_person import kitchen, robot
from ui.practice_arm import PracticeArm


@pytest.fixture(scope="module")
def arm():
    return PracticeArm(robot(), kitchen(), gaze=0.0)


def within(positions):
    chain = robot().chain
    assert np.all(np.array(positions[:-1]) >= chain.lower - 1e-9)
    assert np.all(np.array(positions[:-1]) <= chain.upper + 1e-9)


@pytest.mark.parametrize("name", ["side", "height"])
def test_the_hand_goes_as_far_as_the_game_says_to_the_side_it_says(arm, name):
    trial = line((name,), 1, 0.0, 1.0, Random(2))
    places = []
    for value in np.linspace(-ROOM, ROOM, 7):
        trial.axes[name].value = float(value)
        positions = arm.posture(trial, 0.0)
        within(positions)
        places.append(robot().tool_pose(positions)[:3, 3])
    row = {"side": 1, "height": 2}[name]
    gone = np.diff(np.array(places), axis=0)
    assert np.all(gone[:, row] > 0)  # left and up are y and z for who looks along x
    assert np.allclose(gone[:, row], gone[0, row], atol=1e-4)
    assert np.allclose(np.delete(gone, row, axis=1), 0.0, atol=1e-4)
    assert gone[0, row] * 6 >= 0.3 * 2 * ROOM


def test_who_looks_the_other_way_has_left_on_the_other_side():
    trial = line(("side",), 1, 0.0, 1.0, Random(2))
    trial.axes["side"].value = 0.05
    one, other = (
        robot().tool_pose(PracticeArm(robot(), kitchen(), gaze).posture(trial, 0.0))[1, 3] for gaze in (0.0, np.pi)
    )
    assert one > 0.01 > -0.01 > other


def test_the_ghost_stands_where_the_hand_has_to_be(arm):
    trial = line(("side", "height"), 3, 0.0, 1.0, Random(5))
    goal = arm.goal(trial)
    for axis in trial.axes.values():
        axis.value = axis.target
    assert np.allclose(arm.posture(trial, 0.0), goal, atol=1e-3)
    assert arm.goal(close(1, 0.0, 1.0)) is None


def test_the_cup_tilts_with_the_hand_and_stays_in_it(arm):
    trial = carry(1, 0.0, 1.0)
    for tilt in (0.0, 0.3):
        trial.axes["tilt"].value = tilt
        positions = arm.posture(trial, 0.0)
        within(positions)
        (pose,) = arm.around(trial, positions).objects.values()
        x, y, z, w = pose[3:]
        upright = 1.0 - 2.0 * (x * x + y * y)
        assert np.arccos(upright) == pytest.approx(tilt, abs=0.01)
        grasp = kitchen().objects["cup"].grasp_height
        assert np.linalg.norm(np.array(pose[:3]) - robot().tool_pose(positions)[:3, 3]) == pytest.approx(grasp)
        assert abs(x * x + y * y + z * z + w * w - 1.0) < 1e-6


def test_fingers_close_as_the_game_says(arm):
    trial = close(1, 0.0, 1.0)
    openings = []
    for value in (1.0, 0.6, 0.2):
        trial.axes["grip"].value = value
        openings.append(robot().gripper_opening(arm.posture(trial, 0.0)[-1]))
    assert openings == pytest.approx([1.0, 0.6, 0.2])


def test_waving_begins_and_ends_at_home_and_keeps_the_limits(arm):
    wave = Wave(1, 0.0)
    home = np.array(robot().config.poses["home"])
    wave.halt(1.0)
    postures = [arm.posture(wave, 1.0 + 0.05 * step) for step in range(49)]
    for positions in postures:
        within(positions)
    assert np.allclose(postures[0][:-1], home)
    assert np.allclose(postures[-1][:-1], home, atol=1e-6)
    assert max(abs(np.array(positions[:-1]) - home).max() for positions in postures) > 0.3
