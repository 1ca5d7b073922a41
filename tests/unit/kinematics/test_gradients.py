"""gradients.py: beside differences of the distances themselves, on arms that turn, slide and follow."""

from __future__ import annotations

import numpy as np
import pytest

from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.gradients import Gradients
from armctl.kinematics.rotation import pose_matrix
from tests.unit.kinematics.arms import so101
from tests.unit.kinematics.whole_arms import GRIPPERS, anywhere, whole

BALL = WorldShape("sphere", (0.05,), pose_matrix((0.2, 0.2, 0.3)))


@pytest.mark.parametrize("name", GRIPPERS)
def test_a_gradient_is_how_a_distance_grows_also_with_sliding_and_following_fingers(name: str) -> None:
    robot, rng = whole(name), np.random.default_rng(6)
    model = CollisionModel(robot, {"ball": BALL})
    for _ in range(10):
        q, change = anywhere(robot, rng), rng.normal(0.0, 1e-7, len(robot.config.joints))
        apart = np.flatnonzero(model.distances(q) > 1e-3)
        slopes = 0.5 * (model.distances(q + change) - model.distances(q - change))[apart] / 1e-7
        off = np.abs(slopes - model.gradients(q, apart) @ change / 1e-7)
        # Where two edges, or two parallel sides, are equally near, there is a kink and no gradient.
        assert np.mean(off > 1e-3) < 0.02


def test_where_cores_cross_there_is_no_direction_and_no_gradient() -> None:
    shapes = [so101().shapes[-1], BALL]
    found = Gradients(so101(), shapes, np.array([[0, 1]]))
    links = so101().link_array(np.zeros(6))
    same = np.full((2, 1, 3), 0.1)
    np.testing.assert_array_equal(found.at(links, np.array([0]), same), np.zeros((1, 6)))


def test_no_pairs_have_no_gradients() -> None:
    model = CollisionModel(so101(), {"ball": BALL})
    assert model.gradients(np.zeros(6), np.zeros(0, dtype=np.intp)).shape == (0, 6)
