"""Every arm has a scene of its own, and everything in it is where that arm can be."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from armctl.cli.choice import choose_scene, scene_for, scenes_for, surroundings
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.config.scene import SceneConfig
from armctl.errors import ConfigError
from armctl.kinematics.reach import Reach, reach_at
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.surroundings import model_of
from armctl.safety.zones import Zones
from armctl.tasks.hand import LevelHand
from armctl.tasks.model import check_task, load_task
from armctl.tasks.requests import Point
from drivers.gcode.axes import Axes

ARMS, SCENES = builtin_names("arms"), builtin_names("scenes")
SHORT, OVER, RUN_IN, DISTANCE = 0.07, 0.05, 0.10, 0.025
"""Of the drink task [m]: where the way in begins, how far it lifts, its part before the mouth, and where it ends."""


def config_of(name: str) -> ArmConfig:
    return load(builtin("arms", name), ArmConfig)


@cache
def scene_of(arm: str) -> SceneConfig:
    return choose_scene(scene_for(config_of(arm)))


def spots(config: ArmConfig, scene: SceneConfig) -> dict[str, Point]:
    """Where the tasks take the tool point."""
    hand, cup = LevelHand.of(config), scene.objects["cup"]
    forward, side, up = (share * cup.grasp_width for share in hand.in_hand(config.gripper.pinch_offset))
    grip = (forward - config.gripper.grasp_depth, side, up)
    found: dict[str, Point] = {}
    for name, place in scene.places.items():
        x, y, z = place.xyz
        at = hand.place((x, y, z + cup.grasp_height), grip)
        over = (at[0], at[1], at[2] + OVER)
        found |= {name: at, f"over {name}": over, f"before {name}": hand.back(at, SHORT)}
    person = scene.person
    assert person is not None
    tip_x, tip_y, tip_z = cup.drink_point or (0.0, 0.0, 0.0)
    ahead = math.hypot(tip_x, tip_y)  # the cup is turned as the hand came for it
    tip = (grip[0] + ahead, grip[1], grip[2] + tip_z - cup.grasp_height)
    for name, away in (("mouth", DISTANCE), ("before the mouth", DISTANCE + RUN_IN)):
        x, y, z = (m + away * d for m, d in zip(person.mouth_xyz, person.mouth_direction, strict=True))
        found[name] = hand.place((x, y, z), tip)
    return found


@pytest.mark.parametrize("arm", ARMS)
def test_the_scene_of_an_arm_is_its_own_and_its_tasks_can_be_done_there(arm):
    scene = scene_of(arm)
    assert scene.arm == arm
    for task in builtin_names("tasks"):
        check_task(load_task(task), scene, config_of(arm))


@pytest.mark.parametrize("arm", ARMS)
def test_a_level_hand_is_free_wherever_the_tasks_take_it(arm):
    config, scene = config_of(arm), scene_of(arm)
    wanted = spots(config, scene)
    # Some starts of the search may end where something is in the way; a place counts when any is free.
    found = reach_at(model_of(RobotModel(config), scene), np.array(list(wanted.values())))
    hindered = {name: Reach(int(reach)).name for name, reach in zip(wanted, found, strict=True) if reach < Reach.LEVEL}
    assert not hindered


@pytest.mark.parametrize("arm", ARMS)
def test_home_and_rest_are_clear_of_everything_with_the_hand_open_and_closed(arm):
    config, scene = config_of(arm), scene_of(arm)
    zones = Zones(RobotModel(config), scene)
    for pose, angles in config.poses.items():
        for finger in (config.gripper.closed, config.gripper.open):
            margins = zones.reach(np.array([*angles, finger])).margins
            worst = int(np.argmin(margins))
            assert margins[worst] > 0.0, (pose, zones.clearances[worst])


@pytest.mark.parametrize("arm", [arm for arm in ARMS if (it := config_of(arm).gcode) and it.dialect == "grbl"])
def test_where_homing_ends_an_arm_is_inside_its_limits_and_clear_of_everything(arm):
    config = config_of(arm)
    settings = config.gcode.settings
    homed = np.array([
        settings["27"] - axis.travel if int(settings["23"]) >> number & 1 else -settings["27"]
        for number, axis in enumerate(config.gcode.axes)
    ])  # fmt: skip
    angles = Axes(config, config.gcode).joints(homed)
    for joint, angle in zip(config.joints, angles, strict=False):
        assert joint.lower < angle < joint.upper, joint.name
    assert Zones(RobotModel(config), scene_of(arm)).reach(np.array([*angles, 0.0])).margins.min() > 0.0


@pytest.mark.parametrize("name", SCENES)
def test_a_cup_stands_on_what_is_under_its_place_and_the_mouth_is_that_of_a_seated_person(name):
    scene = choose_scene(name)
    table = scene.furniture["table"].shape
    table_top = table.xyz[2] + table.size[2] / 2
    for place, shelf in (("home_shelf", "home_shelf"), ("hand_over", "hand_shelf")):
        shape = scene.furniture[shelf].shape
        assert shape.xyz[2] + shape.size[2] / 2 == pytest.approx(scene.places[place].xyz[2], abs=1e-3)
        assert shape.xyz[2] - shape.size[2] / 2 == pytest.approx(table_top, abs=2e-3)
    assert scene.person is not None
    assert 0.30 <= scene.person.mouth_xyz[2] - table_top <= 0.55


def test_a_scene_of_another_arm_is_refused_and_those_of_this_one_are_told():
    with pytest.raises(ConfigError, match="measured for 'so101', not for 'koch_v11'") as error:
        scene_for(config_of("koch_v11"), "kitchen_table")
    assert "kitchen_table_koch_v11" in error.value.remedy


def test_an_arm_without_a_scene_is_told_how_to_come_by_one_and_can_be_looked_at_without():
    nobody = config_of("so101").model_copy(update={"name": "brand_new"})
    assert scenes_for("brand_new") == ()
    with pytest.raises(ConfigError, match="made for 'brand_new'") as error:
        scene_for(nobody)
    assert 'arm = "brand_new"' in error.value.remedy
    assert surroundings(nobody).furniture == {}
    assert surroundings(config_of("so101")).name == "kitchen_table"
    with pytest.raises(ConfigError, match="measured for"):
        surroundings(nobody, "kitchen_table")
