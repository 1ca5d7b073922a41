"""shapes.py: cylinders between spheres become capsules, and nothing gets lost."""

from __future__ import annotations

import numpy as np
import pytest

from armctl.errors import KinematicsError
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.shapes import load_shapes
from tests.unit.kinematics.arms import ARMS, urdf

SPHERE = '<sphere radius="0.05"/>'
CYLINDER = '<cylinder radius="0.05" length="0.4"/>'


def link(*shapes: str) -> str:
    return "<robot name='r'><link name='a'>" + "".join(shapes) + "</link></robot>"


def collision(geometry: str, xyz: str = "0 0 0", rpy: str = "0 0 0") -> str:
    return f'<collision><origin xyz="{xyz}" rpy="{rpy}"/><geometry>{geometry}</geometry></collision>'


def test_a_cylinder_between_two_spheres_is_a_capsule() -> None:
    (found,) = load_shapes(
        link(collision(CYLINDER, "1 2 3"), collision(SPHERE, "1 2 2.8"), collision(SPHERE, "1 2 3.2"))
    )
    assert (found.link, found.kind, found.size) == ("a", "capsule", (0.05, 0.4))
    np.testing.assert_allclose(found.pose, pose_matrix((1, 2, 3)))


@pytest.mark.parametrize(
    "spheres",
    [
        [],
        [collision(SPHERE, "0 0 0.2")],
        [collision(SPHERE, "0 0 0.2"), collision(SPHERE, "0 0 -0.19")],
        [collision(SPHERE, "0 0 0.2"), collision('<sphere radius="0.04"/>', "0 0 -0.2")],
    ],
)
def test_otherwise_everything_stays_what_it_is(spheres: list[str]) -> None:
    found = load_shapes(link(collision(CYLINDER), *spheres))
    assert [shape.kind for shape in found] == ["cylinder"] + ["sphere"] * len(spheres)


def test_capsules_may_share_a_joint_sphere() -> None:
    found = load_shapes(
        link(
            collision(CYLINDER),
            collision(CYLINDER, "0 0 0.4"),
            *(collision(SPHERE, f"0 0 {z}") for z in (-0.2, 0.2, 0.6)),
        )
    )
    assert [shape.kind for shape in found] == ["capsule", "capsule"]


@pytest.mark.parametrize("name", ARMS)
def test_every_arm_is_boxes_and_closed_shapes(name: str) -> None:
    """The arms that come with armctl are fitted with capsules and boxes; a loose cylinder would be a typing error."""
    kinds = {shape.kind for shape in load_shapes(urdf(name))}
    assert kinds <= {"box", "capsule", "sphere"}
    assert "capsule" in kinds


@pytest.mark.parametrize(
    ("geometry", "complaint"),
    [
        ('<mesh filename="x.stl"/>', "is a mesh"),
        ("", "is a nothing"),
        ('<box size="1 1"/>', "not 3 finite numbers"),
        ('<box size="1 -1 1"/>', "must be above zero"),
        ('<sphere radius="nan"/>', "not one finite number"),
        ("<cylinder radius='1'/>", "length=''"),
    ],
)
def test_what_cannot_be_kept_clear_of_things_is_refused(geometry: str, complaint: str) -> None:
    with pytest.raises(KinematicsError) as caught:
        load_shapes(link(collision(geometry)))
    assert "'a'" in str(caught.value)
    assert complaint in str(caught.value)
