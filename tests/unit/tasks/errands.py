"""Two tasks on the little world, and how far somebody lets them go."""

from __future__ import annotations

import math

from armctl.config.load import parse
from armctl.tasks.model import TaskConfig
from tests.unit.tasks.fake_arm import SCENE, FakeArm

DRINK = parse(
    """
name = "drink"
title = "Drink"
icon = "cup"
spoken = "I will bring you a drink."
[[steps]]
do = "move_to"
pose = "home"
[[steps]]
do = "approach"
object = "cup"
[[steps]]
do = "grip"
jaws = "close"
[[steps]]
do = "lift"
[[steps]]
do = "repeat"
times = 3
ask = "Another sip?"
seconds = 20.0
[[steps.steps]]
do = "offer"
[[steps.steps]]
do = "wait"
question = "Press when you have drunk"
[[steps.steps]]
do = "retreat"
distance = 0.1
[[steps]]
do = "put_down"
[[steps]]
do = "move_to"
pose = "home"
[[steps]]
do = "say"
text = "The cup is back."
""",
    TaskConfig,
    "drink.toml",
)
MOTIONS = 15
"""Motions of DRINK with one sip."""


HAND_OVER = parse(
    """
name = "hand_over"
title = "Hand over"
[[steps]]
do = "approach"
object = "cup"
[[steps]]
do = "grip"
jaws = "close"
[[steps]]
do = "lift"
[[steps]]
do = "move_to"
place = "stand"
above = 0.1
[[steps]]
do = "wait"
question = "Press when you hold the cup"
[[steps]]
do = "grip"
jaws = "open"
hand_over = true
[[steps]]
do = "retreat"
""",
    TaskConfig,
    "hand_over.toml",
)


def at_mouth(arm: FakeArm) -> FakeArm:
    arm.run("waiting")
    assert arm.engine.status.question == "Press when you have drunk"
    return arm


def mouth_distance(arm: FakeArm) -> float:
    assert SCENE.person is not None
    return math.dist(arm.drink_tip(), SCENE.person.mouth_xyz)


def motion_count(arm: FakeArm, turns: int = 50) -> int:
    before = len(arm.asked)
    for _ in range(turns):
        arm.turn()
    return len(arm.asked) - before


def until_asked(arm: FakeArm, count: int) -> FakeArm:
    """Run until ``count`` motions were asked for, answering questions with no."""
    for _ in range(2000):
        if len(arm.asked) >= count or arm.engine.status.over:
            break
        if arm.engine.status.phase == "waiting":
            arm.engine.select(len(arm.engine.status.choices) - 1)
        arm.turn()
    return arm
