"""Where the flange is, in tenths of a millimetre and hundredths of a degree."""

import numpy as np
import pytest

from sim.emulators.mycobot.coordinates import Coordinates
from tests.unit.sim.emulators.mycobot.rig import mycobot280


@pytest.fixture(scope="module")
def coordinates():
    return Coordinates(mycobot280())


def test_the_upright_arm_is_where_its_lengths_say(coordinates):
    # By hand: 131.56 + 110.4 + 96 + 73.18 up; 45.6 ahead; 64.62 to the right.
    assert coordinates.of([0.0] * 6) == [456, -646, 4111, -9000, 0, -9000]


def test_turning_the_base_turns_the_pose(coordinates):
    assert coordinates.of([np.pi / 2, 0, 0, 0, 0, 0]) == [646, 456, 4111, -9000, 0, 0]


def test_angles_for_a_pose_lead_back_to_it(coordinates):
    rng = np.random.default_rng(7)
    for _ in range(20):
        q = rng.uniform(-1.2, 1.2, 6)
        pose = coordinates.of(q)
        found = coordinates.angles(pose, q, attempts=1)
        assert coordinates.of(found) == pytest.approx(pose, abs=2)
        assert found == pytest.approx(list(q), abs=0.05)


def test_a_pose_with_the_pitch_at_a_right_angle_has_a_way_back(coordinates):
    for pitch in (9000, -9000):
        pose = [1500, -600, 2500, 3000, pitch, 0]
        found = coordinates.angles(pose, [0.1] * 6)
        assert coordinates.of(found)[4] == pytest.approx(pitch, abs=10)


def test_what_is_out_of_reach_has_no_angles(coordinates):
    assert coordinates.angles([9000, 0, 2000, 0, 0, 0], [0.0] * 6, attempts=3) is None


def test_a_line_is_straight(coordinates):
    q = [0.0, 0.0, -1.5, 1.5, 0.0, 0.0]
    start = coordinates.of(q)
    end = [start[0] - 200, start[1] + 300, *start[2:]]
    points = [coordinates.of(angles) for angles in coordinates.line(start, end, q)]
    assert points[-1] == pytest.approx(end, abs=2)
    for point in points:
        share = (start[0] - point[0]) / 200
        assert point[1] == pytest.approx(start[1] + 300 * share, abs=5)
        assert point[2] == pytest.approx(start[2], abs=3)


def test_a_line_out_of_reach_is_none(coordinates):
    q = [0.0, 0.0, -1.5, 1.5, 0.0, 0.0]
    start = coordinates.of(q)
    assert coordinates.line(start, [start[0] + 4000, *start[1:]], q) is None
