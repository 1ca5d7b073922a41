"""Directions as the person sees them are the arm's own, turned; and each has its own share of the speed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.load import builtin, load
from armctl.config.scene import PersonConfig, SceneConfig
from armctl.config.user import DirectionsConfig
from armctl.motion.by_hand import gaze_yaw, in_base, resolved, share_of, weighted

part = st.floats(-1.0, 1.0)
vectors = st.tuples(part, part, part)
yaws = st.floats(-math.pi, math.pi)


def seated() -> PersonConfig:
    person = load(builtin("scenes", "kitchen_table"), SceneConfig).person
    assert person is not None
    return person


KITCHEN = seated()


@given(vectors, vectors, yaws)
def test_the_frame_of_the_person_is_a_rotation_about_the_upright(one: tuple, other: tuple, yaw: float) -> None:  # type: ignore[type-arg]  # drawn by hypothesis
    a, b = np.array(in_base(one, yaw)), np.array(in_base(other, yaw))
    # Lengths, angles and handedness stay, and so does up.
    assert a @ b == pytest.approx(np.dot(one, other), abs=1e-12)
    assert np.cross(a, b) == pytest.approx(np.array(in_base(tuple(np.cross(one, other)), yaw)), abs=1e-12)
    assert a[2] == one[2]


@given(vectors, yaws)
def test_turning_there_and_back_changes_nothing(vector: tuple, yaw: float) -> None:  # type: ignore[type-arg]  # drawn by hypothesis
    assert in_base(in_base(vector, yaw), -yaw) == pytest.approx(vector, abs=1e-12)


def test_away_from_the_person_is_where_their_face_points_and_left_is_their_left() -> None:
    yaw = gaze_yaw(KITCHEN)
    face = np.array(KITCHEN.mouth_direction)
    assert in_base((1.0, 0.0, 0.0), yaw) == pytest.approx(tuple(face), abs=1e-6)
    # Their left hand: up x gaze.
    assert in_base((0.0, 1.0, 0.0), yaw) == pytest.approx(tuple(np.cross((0, 0, 1), face)), abs=1e-6)


def test_closer_brings_the_hand_nearer_to_the_face_of_the_kitchen() -> None:
    hand = np.array([0.25, -0.05, 0.15])
    closer = hand + 0.05 * np.array(in_base((-1.0, 0.0, 0.0), gaze_yaw(KITCHEN)))
    mouth = np.array(KITCHEN.mouth_xyz)
    assert np.linalg.norm(closer - mouth) < np.linalg.norm(hand - mouth) - 0.03


def test_what_the_profile_says_about_the_gaze_counts_first() -> None:
    assert gaze_yaw(KITCHEN, 0.3) == 0.3
    assert gaze_yaw(None) == 0.0
    lying = KITCHEN.model_copy(update={"mouth_direction": (0.0, 0.0, 1.0)})
    assert gaze_yaw(lying) == 0.0


def test_only_the_frame_of_the_person_is_turned() -> None:
    linear, angular = (1.0, 0.0, 0.5), (0.0, 0.0, 1.0)
    for frame in ("base", "tool"):
        assert resolved(linear, angular, frame, 1.0) == (linear, angular, frame)
    turned, turn, frame = resolved(linear, angular, "user", math.pi / 2)
    assert turned == pytest.approx((0.0, 1.0, 0.5))
    assert turn == pytest.approx(angular)
    assert frame == "base"


@given(vectors, vectors, part)
def test_no_direction_gets_faster_or_turns_round(linear: tuple, angular: tuple, grip: float) -> None:  # type: ignore[type-arg]  # drawn by hypothesis
    slow = DirectionsConfig(left=0.3, up=0.5, closer=0.2, tilt_up=0.4, roll_left=0.1, turn_right=0.6, close=0.7)
    some, others, last = weighted(linear, angular, grip, slow)
    for wished, given_ in zip((*linear, *angular, grip), (*some, *others, last), strict=True):
        assert abs(given_) <= abs(wished)
        assert wished * given_ >= 0.0
    assert 0.1 <= share_of(linear, angular, slow) <= 1.0


def test_each_direction_has_a_share_of_its_own() -> None:
    names = ["away", "left", "up", "roll_right", "tilt_down", "turn_left"]
    opposite = ["closer", "right", "down", "roll_left", "tilt_up", "turn_right"]
    for sign, row in ((1.0, names), (-1.0, opposite)):
        for index, name in enumerate(row):
            only = DirectionsConfig(**{name: 0.5})
            wish = [0.0] * 6
            wish[index] = sign
            linear, angular, _ = weighted(tuple(wish[:3]), tuple(wish[3:]), 0.0, only)  # type: ignore[arg-type]  # three each
            assert (*linear, *angular)[index] == 0.5 * sign
            wish[index] = -sign
            assert share_of(tuple(wish[:3]), tuple(wish[3:]), only) == 1.0  # type: ignore[arg-type]  # three each


def test_a_step_goes_at_the_share_of_its_slowest_part() -> None:
    slow = DirectionsConfig(up=0.5, left=0.8)
    assert share_of((0.0, 1.0, 1.0), (0.0, 0.0, 0.0), slow) == 0.5
    assert share_of((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), slow) == 1.0
