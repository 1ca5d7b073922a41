import numpy as np
import pytest

from armctl.errors import KinematicsError
from armctl.motion.path import JointPath, path_through
from armctl.motion.prepare import finished
from tests.unit.motion.rig import HOME, robot

rng = np.random.default_rng(5)
KNOTS = np.cumsum(np.concatenate(([0.0], rng.uniform(0.05, 0.15, 12))))
POINTS = np.column_stack((np.sin(2.0 * KNOTS), np.cos(3.0 * KNOTS)))


def test_a_path_passes_through_its_points() -> None:
    path = JointPath(KNOTS, POINTS)
    for s, point in zip(KNOTS, POINTS, strict=True):
        assert path.at(float(s))[0] == pytest.approx(point, abs=1e-12)


def test_derivatives_are_those_of_the_curve_and_have_no_step() -> None:
    path = JointPath(KNOTS, POINTS)
    for s in np.linspace(0.01, path.length - 0.01, 200):
        (before, slope, curve), (after, _, _) = path.at(s), path.at(s + 1e-6)
        assert (after - before) / 1e-6 == pytest.approx(slope, abs=1e-4)
        assert path.at(s + 1e-9)[2] == pytest.approx(curve, abs=1e-4)


def test_a_smooth_curve_is_met_between_its_points() -> None:
    path = JointPath(KNOTS, POINTS)
    s = np.linspace(KNOTS[1], KNOTS[-2], 300)
    curve = np.array([path.at(value)[0] for value in s])
    assert curve == pytest.approx(np.column_stack((np.sin(2.0 * s), np.cos(3.0 * s))), abs=5e-4)


def test_the_grid_agrees_with_single_places() -> None:
    path = JointPath(KNOTS, POINTS)
    s, first, second, _ = path.derivatives(4)
    for i in range(0, len(s), 5):
        _, slope, curve = path.at(float(s[i]))
        assert first[i] == pytest.approx(slope, abs=1e-9)
        assert second[i] == pytest.approx(curve, abs=1e-7)


def test_points_on_a_straight_line_give_a_straight_line() -> None:
    points = np.linspace(HOME, HOME + 0.5, 7)
    path, _ = finished(path_through(robot(), points)) or pytest.fail("no path")
    assert path is not None
    for s in np.linspace(0, path.length, 50):
        assert np.ptp(path.at(s)[0] - HOME) == pytest.approx(0.0, abs=1e-12)


def test_the_parameter_is_the_time_at_largest_speed() -> None:
    points = np.repeat(HOME[None, :5], 5, axis=0)
    points[:, 4] += np.linspace(0.0, 0.8, 5)
    path, _ = finished(path_through(robot(), points, turn_speed=1e9)) or pytest.fail("no path")
    assert path is not None
    assert path.length == pytest.approx(0.8 / robot().config.joints[4].max_speed, rel=1e-3)


def test_points_that_are_all_the_same_are_no_path() -> None:
    assert finished(path_through(robot(), np.repeat(HOME[None, :5], 4, axis=0))) is None


@pytest.mark.parametrize("knots", [[0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.5]])
def test_knots_that_do_not_rise_are_refused(knots: list[float]) -> None:
    with pytest.raises(KinematicsError):
        JointPath(np.array(knots), np.zeros((len(knots), 2)))
