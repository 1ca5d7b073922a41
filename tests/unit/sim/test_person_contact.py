"""The arm inside the person counts as touching, and never unnoticed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.scene import ShapeConfig
from armctl.kinematics.distance import arm_placer, distances, world_bodies, world_shape
from armctl.kinematics.rotation import pose_matrix
from sim.person_contact import FIRST_TOUCH, STIFFNESS, PersonContact
from tests.unit.sim.job import ARM, ROBOT, SCENE

assert SCENE.person is not None
PERSON = SCENE.person
REST = np.array([*ARM.poses["rest"], ARM.gripper.closed])


def deepest(q: np.ndarray) -> float:
    head = ShapeConfig(kind="sphere", size=(PERSON.head_radius,), xyz=PERSON.head_xyz)
    parts = world_bodies([world_shape(head), world_shape(PERSON.torso)])
    return float(distances(arm_placer(ROBOT.shapes, ROBOT.links).place(ROBOT.link_array(q)), parts).min())


def test_nothing_touches_at_rest():
    contact = PersonContact(ROBOT, PERSON, SCENE.objects)
    assert contact.update(REST) == ()
    assert contact.touched == {"head": 0.0, "torso": 0.0}


def test_a_stretched_arm_that_points_at_the_face_touches_it_by_its_depth():
    contact = PersonContact(ROBOT, PERSON, SCENE.objects)
    q = np.array([-1.0123, 0.55, -1.05, 0.3, -1.522, 0.0])
    found = contact.update(q)
    assert {item.second for item in found} == {"head"}
    worst = max(item.force for item in found)
    assert worst == pytest.approx(FIRST_TOUCH - STIFFNESS * deepest(q))
    assert contact.touched["head"] == worst
    contact.update(REST)
    assert contact.touched["head"] == worst, "the largest so far stays"


def test_what_is_carried_into_the_face_counts_too():
    contact = PersonContact(ROBOT, PERSON, SCENE.objects)
    before = np.array(PERSON.mouth_xyz) + 0.05 * np.array(PERSON.mouth_direction) - (0.0, 0.0, 0.17)
    assert contact.update(REST, "cup", pose_matrix(before)) == ()
    into = np.array(PERSON.mouth_xyz) - 0.02 * np.array(PERSON.mouth_direction) - (0.0, 0.0, 0.15)
    (found,) = contact.update(REST, "cup", pose_matrix(into))
    assert (found.first, found.second) == ("cup", "head")
    assert contact.touched["head"] == found.force > FIRST_TOUCH


joints = [st.floats(joint.lower, joint.upper) for joint in ARM.joints]


@settings(max_examples=60)
@given(st.tuples(*joints), st.tuples(*joints), st.integers(2, 12))
def test_no_contact_on_any_way_is_missed(start, end, steps):
    contact = PersonContact(ROBOT, PERSON, SCENE.objects)
    for share in np.linspace(0.0, 1.0, steps):
        q = np.array(start) + share * (np.array(end) - np.array(start))
        assert bool(contact.update(q)) == (deepest(q) < 0.0)
