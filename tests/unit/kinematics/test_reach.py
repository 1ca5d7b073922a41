"""Reach maps: what they call free was reached and keeps its distance, what they call out of reach is."""

import numpy as np
import pytest

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.errors import KinematicsError, UnreachableError
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.reach import CLEARANCE, Reach, grid, reach_at, reach_map
from armctl.kinematics.robot import RobotModel

ROBOT = RobotModel(load(builtin("arms", "so101"), ArmConfig))
UP = (np.array(ROBOT.config.tool.up_axis), np.array([0.0, 0.0, 1.0]))


def wall(x, size=(0.02, 0.6, 0.6)):
    pose = np.eye(4)
    pose[0, 3] = x
    return WorldShape("box", size, pose)


def test_the_place_of_a_level_hand_is_free_and_far_places_are_out_of_reach():
    home = ROBOT.tool_pose(np.array([*ROBOT.config.poses["home"], 0.0]))[:3, 3]
    found = reach_at(CollisionModel(ROBOT), np.array([home, [1.0, 0.0, 0.2], [0.0, 0.0, -2.0]]))
    assert found.tolist() == [Reach.LEVEL, Reach.OUT, Reach.OUT]


def test_each_place_is_called_what_a_single_search_says_of_it():
    model = CollisionModel(ROBOT)
    places = np.random.default_rng(5).uniform([-0.3, -0.4, -0.1], [0.5, 0.4, 0.5], (40, 3))
    for place, reach in zip(places, reach_at(model, places), strict=True):
        if reach == Reach.LEVEL:
            q = solve(ROBOT.chain, Goal(place, axis=UP), rng=np.random.default_rng(1))
            assert np.linalg.norm(ROBOT.chain.poses(q[None])[0, :3, 3] - place) < 1e-4
        elif reach == Reach.OUT:
            with pytest.raises(UnreachableError):
                solve(ROBOT.chain, Goal(place))


def test_behind_a_wall_nothing_is_free_and_before_it_all_is_as_it_was():
    places = np.array([[0.42, 0.0, 0.1], [0.42, 0.1, 0.15], [0.30, 0.0, 0.2]])
    assert reach_at(CollisionModel(ROBOT), places).tolist() == [Reach.LEVEL] * 3
    walled = reach_at(CollisionModel(ROBOT, {"wall": wall(0.37)}), places)
    assert walled.tolist() == [Reach.BLOCKED, Reach.BLOCKED, Reach.LEVEL]


def test_a_map_holds_every_place_once_and_tells_how_far_it_is():
    told = []
    lines = grid((0.0, -0.4, 0.0), (0.4, 0.4, 0.4), 0.1)
    found = reach_map(CollisionModel(ROBOT), lines, lambda done, total: told.append((done, total)))
    assert found.reach.shape == (5, 9, 5)
    assert told[-1] == (225, 225)
    rows = list(found.rows())
    assert len(rows) == 225
    x, y, z, name = rows[117]
    index = [int(np.argmin(abs(line - value))) for line, value in zip(lines, (x, y, z), strict=True)]
    assert Reach(int(found.reach[tuple(index)])).name.lower() == name
    assert found.volume == pytest.approx(1e-3 * sum(row[3] == "level" for row in rows))


@pytest.mark.parametrize(("spacing", "told"), [(0.0, "no grid"), (-1.0, "no grid"), (0.001, "places"), (9.0, "places")])
def test_a_spacing_that_makes_no_map_is_refused_with_the_figure(spacing, told):
    with pytest.raises(KinematicsError, match=told):
        grid((0.0, 0.0, 0.0), (0.4, 0.4, 0.4), spacing)


def test_what_is_free_keeps_the_clearance():
    model = CollisionModel(ROBOT, {"wall": wall(0.30)})
    places = np.array([[0.24, y, z] for y in np.linspace(-0.2, 0.2, 5) for z in (0.15, 0.2, 0.25)])
    found = reach_at(model, places)
    # The hand itself stays on this side; a tool point nearer to the wall than the clearance is never free.
    touching = np.array([[0.30 - 0.01 - CLEARANCE / 2, 0.0, 0.2]])
    assert reach_at(model, touching)[0] == Reach.BLOCKED
    assert (found >= Reach.TILTED).any()
