"""What stops a falling thing."""

from __future__ import annotations

import pytest

from armctl.config.scene import ShapeConfig
from sim.support import FLOOR, STEP_UP, support_below, top_at

TABLE = ShapeConfig(kind="box", size=(1.0, 1.0, 0.1), xyz=(0.0, 0.0, -0.05))
SHELF = ShapeConfig(kind="box", size=(0.4, 0.1, 0.2), xyz=(0.3, 0.0, 0.1), rpy=(0.0, 0.0, 1.5708))
STOOL = ShapeConfig(kind="cylinder", size=(0.1, 0.4), xyz=(0.0, 0.8, -0.2))


def test_the_highest_furniture_beneath_carries():
    assert support_below([TABLE, SHELF], 0.3, 0.15, 0.5) == pytest.approx(0.2)
    assert support_below([TABLE, SHELF], -0.3, 0.0, 0.5) == pytest.approx(0.0)
    assert support_below([TABLE, SHELF], 5.0, 0.0, 0.5) == FLOOR


def test_turned_boxes_and_round_stools_have_their_own_outline():
    assert top_at(SHELF, 0.3, 0.15) == pytest.approx(0.2)
    assert top_at(SHELF, 0.45, 0.0) is None
    assert top_at(STOOL, 0.07, 0.8) == pytest.approx(0.0)
    assert top_at(STOOL, 0.08, 0.88) is None


def test_what_is_above_the_foot_does_not_carry_unless_the_foot_is_barely_inside():
    assert support_below([TABLE, SHELF], 0.3, 0.0, 0.2 - STEP_UP + 0.001) == pytest.approx(0.2)
    assert support_below([TABLE, SHELF], 0.3, 0.0, 0.2 - STEP_UP - 0.001) == pytest.approx(0.0)


def test_tilted_and_rounded_things_do_not_carry():
    tilted = TABLE.model_copy(update={"rpy": (0.2, 0.0, 0.0)})
    ball = ShapeConfig(kind="sphere", size=(0.3,))
    assert support_below([tilted, ball], 0.0, 0.0, 1.0) == FLOOR
