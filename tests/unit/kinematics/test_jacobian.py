"""jacobian.py is the derivative of forward.py."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from armctl.kinematics.chain import load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.jacobian import jacobian
from armctl.kinematics.rotation import rotation_vector
from tests.unit.kinematics.arms import chain, names, random_angles, seeds
from tests.unit.kinematics.sketches import joint, robot

STEP = 1e-5


@settings(deadline=None, max_examples=200)
@given(names, seeds)
def test_each_column_is_the_motion_of_the_tip_per_motion_of_the_joint(name: str, seed: int) -> None:
    loaded = chain(name)
    q = random_angles(loaded, np.random.default_rng(seed))
    found = jacobian(loaded, q)
    for i in range(loaded.dof):
        there, back = q.copy(), q.copy()
        there[i] += STEP
        back[i] -= STEP
        after, before = forward(loaded, there), forward(loaded, back)
        np.testing.assert_allclose(found[:3, i], (after[:3, 3] - before[:3, 3]) / (2 * STEP), atol=1e-6)
        turn = rotation_vector(after[:3, :3] @ before[:3, :3].T)
        np.testing.assert_allclose(found[3:, i], turn / (2 * STEP), atol=1e-6)


def test_a_sliding_joint_moves_the_tip_along_its_axis_without_turning_it() -> None:
    inside = '<origin rpy="0 1.5707963267948966 0"/><axis xyz="0 0 1"/><limit lower="0" upper="1"/>'
    slide = load_chain(robot(joint("j", "a", "b", inside, "prismatic"), links="ab"), "a", "b")
    np.testing.assert_allclose(jacobian(slide, [0.3]), [[1], [0], [0], [0], [0], [0]], atol=1e-12)
    np.testing.assert_allclose(forward(slide, [0.3])[:3, 3], [0.3, 0, 0], atol=1e-12)
