"""forward.py agrees with PyBullet, which reads the same files with other code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pybullet
import pytest

from armctl.errors import KinematicsError
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.rotation import quaternion_from_matrix
from tests.unit.kinematics.arms import ARMS, chain, random_angles, urdf

POSES = 50


class BulletBody:
    """An arm in a physics world of its own, posed joint by joint without physics."""

    def __init__(self, client: int, path: Path, loaded: Chain) -> None:
        self.client = client
        flags = pybullet.URDF_USE_INERTIA_FROM_FILE
        self.body = pybullet.loadURDF(str(path), useFixedBase=True, flags=flags, physicsClientId=client)
        infos = [pybullet.getJointInfo(self.body, i, client) for i in range(pybullet.getNumJoints(self.body, client))]
        index = {info[1].decode(): info[0] for info in infos}
        self.joints = [index[name] for name in loaded.names]
        self.tip = next(info[0] for info in infos if info[12].decode() == loaded.tip)

    def tool(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position (3,) and quaternion (4,) of the tool frame, not of its centre of mass."""
        for joint, angle in zip(self.joints, q, strict=True):
            pybullet.resetJointState(self.body, joint, angle, physicsClientId=self.client)
        state = pybullet.getLinkState(self.body, self.tip, computeForwardKinematics=True, physicsClientId=self.client)
        return np.array(state[4]), np.array(state[5])


@pytest.fixture
def client() -> Iterator[int]:
    number = pybullet.connect(pybullet.DIRECT)
    yield number
    pybullet.disconnect(number)


@pytest.mark.parametrize("name", ARMS)
def test_the_tool_is_where_pybullet_has_it(name: str, client: int, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.urdf"
    path.write_text(urdf(name), encoding="utf-8")
    body, rng = BulletBody(client, path, chain(name)), np.random.default_rng(11)
    for _ in range(POSES):
        q = random_angles(chain(name), rng)
        pose = forward(chain(name), q)
        position, quaternion = body.tool(q)
        np.testing.assert_allclose(pose[:3, 3], position, atol=1e-6, rtol=0)
        # q and -q are the same rotation; PyBullet's has not quite length one.
        same_sign = np.copysign(1.0, quaternion_from_matrix(pose) @ quaternion)
        found = same_sign * quaternion / np.linalg.norm(quaternion)
        np.testing.assert_allclose(found, quaternion_from_matrix(pose), atol=1e-6, rtol=0)


def test_the_so101_at_zero_reaches_level_ahead() -> None:
    """The published pose at zero: tool at 391.4, 0, 226.5 mm."""
    np.testing.assert_allclose(forward(chain("so101"), [0.0] * 5)[:3, 3], [0.3914, 0.0, 0.2265], atol=1e-4)


def test_poses_are_rotations() -> None:
    rng = np.random.default_rng(0)
    for name in ARMS:
        rotation = forward(chain(name), random_angles(chain(name), rng))[:3, :3]
        np.testing.assert_allclose(rotation.T @ rotation, np.eye(3), atol=1e-8)


def test_too_few_angles_are_refused() -> None:
    with pytest.raises(KinematicsError, match="4 joint angles for a chain of 5"):
        forward(chain("so101"), np.zeros(4))
