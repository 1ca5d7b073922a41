from __future__ import annotations

import numpy as np

from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.kinematics.surroundings import BODY, HEAD, model_of, title_of, world_of
from tests.unit.kinematics.arms import so101

KITCHEN = load(find("scenes", "kitchen_table"), SceneConfig)


def test_person_and_furniture_are_around_the_arm_but_not_what_it_may_touch() -> None:
    names = list(world_of(KITCHEN))
    assert names == [HEAD, BODY] + [f"furniture.{name}" for name in KITCHEN.furniture if name != "riser"]


def test_without_a_person_there_is_only_furniture() -> None:
    empty = KITCHEN.model_copy(update={"person": None, "furniture": {}})
    assert not world_of(empty)


def test_furniture_has_the_title_of_the_scene_and_the_person_its_parts() -> None:
    assert title_of(KITCHEN, "furniture.hand_shelf") == "stand at your hand"
    assert title_of(KITCHEN, HEAD) == "head"


def test_the_head_stands_where_the_scene_says_and_may_come_to_be_elsewhere() -> None:
    model = model_of(so101(), KITCHEN)
    assert KITCHEN.person is not None
    np.testing.assert_allclose(model.world[HEAD].pose[:3, 3], KITCHEN.person.head_xyz)
    moved = model.moved(HEAD, np.eye(4))
    assert moved.pairs == model.pairs
