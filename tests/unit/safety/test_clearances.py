from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.kinematics.collision import Held
from armctl.kinematics.shapes import LinkShape
from armctl.kinematics.surroundings import model_of
from armctl.safety.clearances import WORDS, Clearance, clearances
from armctl.safety.codes import Code
from armctl.safety.limits import ARM_CLEARANCE, HAND_CLEARANCE, HELD_SINK, SELF_CLEARANCE
from tests.unit.safety.bench import person, robot, scene

SCENE = scene(None, person(head_keep_out=0.03))
CUP = Held("the cup", (LinkShape("tool", "sphere", (0.03,), np.eye(4)),))
MODEL = model_of(robot(), SCENE).holding(CUP)
FOUND = dict(zip(MODEL.pairs, clearances(MODEL, SCENE), strict=True))


def of(a: str, b: str) -> Clearance:
    return next(found for pair, found in FOUND.items() if (pair.a, pair.b) == (a, b))


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("gripper_link", "head", Clearance(0.03, Code.HEAD_ZONE, "hand", "head")),
        ("lower_arm_link", "head", Clearance(0.03, Code.HEAD_ZONE, "forearm", "head")),
        ("wrist_link", "body", Clearance(0.03, Code.TORSO_ZONE, "wrist", "body")),
        ("jaw_link", "furniture.table", Clearance(HAND_CLEARANCE, Code.FURNITURE_ZONE, "hand", "table")),
        ("upper_arm_link", "furniture.table", Clearance(ARM_CLEARANCE, Code.FURNITURE_ZONE, "upper arm", "table")),
        ("shoulder_link", "lower_arm_link", Clearance(SELF_CLEARANCE, Code.SELF_ZONE, "forearm", "shoulder")),
        ("base_link", "jaw_link", Clearance(SELF_CLEARANCE, Code.SELF_ZONE, "hand", "base")),
        ("upper_arm_link", "the cup", Clearance(SELF_CLEARANCE, Code.SELF_ZONE, "cup", "upper arm")),
        ("the cup", "furniture.table", Clearance(-HELD_SINK, Code.FURNITURE_ZONE, "cup", "table")),
        ("the cup", "body", Clearance(0.0, Code.TORSO_ZONE, "cup", "body")),
    ],
)
def test_each_kind_of_pair_keeps_its_distance_and_has_its_words(a: str, b: str, wanted: Clearance) -> None:
    assert of(a, b) == wanted


def test_what_is_held_may_come_to_the_mouth() -> None:
    assert of("the cup", "head").limit == -math.inf


def test_what_is_held_is_not_kept_from_the_hand_that_holds_it() -> None:
    hand = {"gripper_link", "jaw_link", "tool"}
    assert not any("the cup" in (pair.a, pair.b) and hand & {pair.a, pair.b} for pair in FOUND)


def test_a_link_for_the_tool_alone_is_the_hand_too() -> None:
    assert WORDS["tool"] == WORDS["gripper"] == WORDS["jaw"] == "hand"
