"""Ways for tasks: a clear one is taken as it is, a blocked one is led around, and without one the reason is told."""

from itertools import pairwise

import numpy as np
import pytest

from armctl.config.load import builtin, load
from armctl.config.scene import FurnitureConfig, SceneConfig, ShapeConfig
from armctl.control.wayfinder import SPARE, THIN, Question, Wayfinder, thinned
from armctl.kinematics.robot import RobotModel
from armctl.motion.requests import MOST_WAY_POINTS, JointRequest, ToolRequest
from armctl.safety.zones import Zones
from tests.support.arms import so101
from tests.support.lamp import beside, kitchen_with_lamp

ROBOT = RobotModel(so101())
UP = np.array(so101().tool.up_axis)


def with_gripper(points):
    return np.column_stack((points, np.full(len(points), so101().gripper.open)))


@pytest.fixture(scope="module")
def finder():
    return Wayfinder(so101(), kitchen_with_lamp())


def test_a_way_past_nothing_is_taken_as_it_is(finder):
    answer = finder.answer(Question(7, beside(0.6), JointRequest(beside(0.2)[:5])))
    assert (answer.number, answer.points, answer.refused, answer.around) == (7, (), "", "")


@pytest.mark.parametrize("held", ["", "cup"])
def test_a_way_through_the_lamp_is_led_around_it_and_clear_all_along(finder, held):
    start, goal = beside(0.5), beside(-0.5)
    answer = finder.answer(Question(1, start, JointRequest(goal[:5]), held))
    assert not answer.refused
    assert answer.around == "the lamp"
    way = np.array(answer.points)
    assert np.allclose(way[0], start[:5], atol=1e-3)
    assert np.allclose(way[-1], goal[:5], atol=1e-3)
    assert len(way) <= MOST_WAY_POINTS
    zones = Zones(ROBOT, kitchen_with_lamp())
    lamp = [index for index, pair in enumerate(zones.model.pairs) if pair.b == "furniture.lamp"]
    between = np.concatenate([np.linspace(a, b, 8) for a, b in pairwise(way)])
    room = zones.model.distances_many(with_gripper(between)) - zones.limits
    assert room[:, lamp].min() > SPARE / 2
    assert room.min() > 0.0


def test_what_is_held_stays_upright_on_the_way_around(finder):
    answer = finder.answer(Question(1, beside(0.5), JointRequest(beside(-0.5)[:5]), "cup"))
    ups = [float((ROBOT.tool_pose(q)[:3, :3] @ UP)[2]) for q in with_gripper(np.array(answer.points))]
    assert np.degrees(np.arccos(min(1.0, *ups))) < 15.0


def test_a_straight_line_that_is_blocked_ends_at_the_same_place(finder):
    place = ROBOT.tool_pose(np.array(beside(-0.5)))[:3, 3]
    answer = finder.answer(Question(1, beside(0.5), ToolRequest(tuple(place.tolist()), path="arc")))
    assert answer.around == "the lamp"
    end = ROBOT.tool_pose(with_gripper(np.array(answer.points[-1:]))[0])
    assert np.linalg.norm(end[:3, 3] - place) < 1e-3
    assert (end[:3, :3] @ UP)[2] > 0.999


@pytest.mark.parametrize("path", ["line", "arc"])
def test_from_its_post_where_a_level_hand_has_no_room_the_arm_finds_out(path):
    scene = load(builtin("scenes", "kitchen_table"), SceneConfig)
    rest = (*so101().poses["rest"], so101().gripper.open)
    answer = Wayfinder(so101(), scene).answer(Question(1, rest, ToolRequest((0.3, -0.2, 0.12), path=path)))
    assert answer.refused == ""
    assert answer.around == "the rest post"
    end = ROBOT.tool_pose(with_gripper(np.array(answer.points[-1:]))[0])
    assert end[:3, 3] == pytest.approx((0.3, -0.2, 0.12), abs=1e-3)


def test_a_goal_out_of_reach_says_by_how_much(finder):
    answer = finder.answer(Question(1, beside(0.5), ToolRequest((0.9, 0.0, 0.2))))
    assert answer.points == ()
    assert "too far" in answer.refused


def test_where_nothing_leads_around_it_says_so_within_the_time():
    wall = FurnitureConfig(title="Wall", shape=ShapeConfig(kind="box", size=(0.6, 0.03, 0.8), xyz=(0.4, 0.0, 0.0)))
    scene = kitchen_with_lamp().model_copy(update={"furniture": {**kitchen_with_lamp().furniture, "lamp": wall}})
    blocked = Wayfinder(so101(), scene, limit=0.4)
    answer = blocked.answer(Question(1, beside(0.9), JointRequest(beside(-0.4)[:5]), "cup"))
    assert answer.points == ()
    assert "No way around was found within 0.4 s" in answer.refused


def test_a_thinned_way_keeps_its_ends_and_its_corners():
    way = np.concatenate([np.linspace([0, 0], [1, 0], 101), np.linspace([1, 0], [1, 1], 101)[1:]])
    thin = thinned(way)
    assert thin[0].tolist() == [0, 0]
    assert thin[-1].tolist() == [1, 1]
    assert float(np.abs(np.diff(thin, axis=0)).max()) <= 2 * THIN
    assert min(float(np.abs(point - [1, 0]).max()) for point in thin) < 0.011
    assert len(thin) < 45
