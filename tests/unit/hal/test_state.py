"""A reading says which joints it lacks."""

import numpy as np

from armctl.hal.state import JointFault, JointState


def reading(fresh):
    n = len(fresh)
    zeros = np.zeros(n)
    return JointState(1.0, zeros, zeros, zeros, zeros, zeros, zeros, np.array(fresh), (JointFault.NONE,) * n, True)


def test_a_reading_is_complete_only_when_every_joint_answered():
    assert reading([True, True]).complete
    assert not reading([True, False]).complete


def test_the_joints_that_did_not_answer_are_named():
    assert reading([True, False, False]).missing(("pan", "lift", "elbow")) == ("lift", "elbow")
