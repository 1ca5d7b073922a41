from itertools import pairwise

import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.motion.requests import GripRequest, JogRequest, JointRequest, RetraceRequest, ToolRequest
from armctl.motion.retrace import DEPTH, MOST_IN_ALL, MOST_POINTS, Track, Tracks, without_corners
from tests.unit.motion.rig import HOME, Rig, assert_within_limits


def farthest_from(way: FloatArray, points: FloatArray) -> float:
    """Largest distance of ``points`` from the line through ``way``, in the joint that is farthest."""
    starts, steps = way[:-1], np.diff(way, axis=0)
    lengths = np.maximum((steps**2).sum(axis=1), 1e-18)
    worst = 0.0
    for point in points:
        shares = np.clip(((point - starts) * steps).sum(axis=1) / lengths, 0.0, 1.0)
        worst = max(worst, float(np.abs(starts + shares[:, None] * steps - point).max(axis=1).min()))
    return worst


def test_a_motion_is_undone_along_its_own_way() -> None:
    rig = Rig()
    rig.do(ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0))
    there = np.array(rig.points)
    rig.do(RetraceRequest(1.0))
    back = np.array(rig.points[len(there) :])
    assert rig.now == pytest.approx(HOME, abs=1e-6)
    assert farthest_from(there, back[::4]) < 2e-3
    assert_within_limits(rig)


def test_a_jog_with_turns_and_rests_on_the_way_is_undone_along_its_own_way() -> None:
    rig = Rig()
    for direction in ((0, 1, 0), (0, 0, 1), (0, -1, 0)):
        rig.hold(JogRequest(direction, speed=1.0), 60)
    rig.release()
    there = np.array(rig.points)
    assert rig.generator.undo_depth == 1
    rig.do(RetraceRequest())
    assert rig.now == pytest.approx(HOME, abs=1e-6)
    assert farthest_from(there, np.array(rig.points[len(there) :])[::4]) < 5e-3
    assert_within_limits(rig)


def test_several_motions_are_undone_one_after_the_other_newest_first() -> None:
    rig = Rig()
    stations = [rig.now]
    for request in (
        JointRequest((0.3, -0.9, 1.1, -0.2, -1.522)),
        GripRequest(0.9),
        ToolRequest((0.3, 0.0, 0.15)),
    ):
        rig.do(request)
        stations.append(rig.now)
    for depth, station in zip((2, 1, 0), reversed(stations[:-1]), strict=True):
        rig.do(RetraceRequest(1.0))
        assert rig.now == pytest.approx(station, abs=1e-6)
        assert rig.generator.undo_depth == depth
    with pytest.raises(UnreachableError, match="no motion left to undo"):
        rig.generator.begin(RetraceRequest())
    assert_within_limits(rig)


def test_an_undo_that_is_stopped_can_be_gone_on_with() -> None:
    rig = Rig()
    rig.do(JointRequest((0.8, -0.5, 0.8, -0.2, -1.2), speed=1.0))
    rig.generator.begin(RetraceRequest(1.0))
    rig.step(times=100)
    rig.release()
    assert np.abs(rig.now - HOME).max() > 0.1
    assert rig.generator.undo_depth == 1
    rig.do(RetraceRequest(1.0))
    assert rig.now == pytest.approx(HOME, abs=1e-6)
    assert rig.generator.undo_depth == 0
    assert_within_limits(rig)


def test_an_undo_that_a_jog_breaks_off_can_be_gone_on_with_after_the_jog_is_undone() -> None:
    rig = Rig()
    rig.do(JointRequest((0.8, -0.5, 0.8, -0.2, -1.2), speed=1.0))
    rig.generator.begin(RetraceRequest(1.0))
    rig.step(times=100)
    rig.hold(JogRequest((0, 0, 1), speed=1.0), 40)
    rig.release()
    assert rig.generator.undo_depth == 2
    rig.do(RetraceRequest(1.0))
    rig.do(RetraceRequest(1.0))
    assert rig.now == pytest.approx(HOME, abs=1e-6)
    assert rig.generator.undo_depth == 0
    assert_within_limits(rig)


def test_undo_is_refused_while_the_arm_moves() -> None:
    rig = Rig()
    rig.hold(JogRequest((0, 1, 0)), 30)
    with pytest.raises(UnreachableError, match="still moves"):
        rig.generator.begin(RetraceRequest())


def test_an_undone_arm_motion_leaves_the_gripper_as_it_is() -> None:
    rig = Rig()
    rig.do(JointRequest((0.3, -0.9, 1.1, -0.2, -1.522)))
    angle = rig.now[-1]
    rig.do(RetraceRequest())
    assert rig.now[-1] == angle


def test_after_a_reset_where_it_stands_everything_can_still_be_undone() -> None:
    rig = Rig()
    rig.do(JointRequest((0.3, -0.9, 1.1, -0.2, -1.522)))
    sagged = rig.now + 0.03
    rig.generator.reset(sagged)
    assert rig.generator.undo_depth == 1
    rig.points = [sagged] * 3
    rig.do(RetraceRequest())
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)


def test_memory_is_bounded_in_motions_and_in_points() -> None:
    tracks = Tracks()
    for number in range(DEPTH + 5):
        tracks.begin(np.zeros(2))
        tracks.add(np.array([0.1, number]))
        tracks.end(np.array([0.2, number]))
    assert len(tracks) == DEPTH
    track = Track([np.zeros(2)])
    for index in range(40 * MOST_POINTS):
        track.add(np.array([np.sin(0.05 * index), np.cos(0.05 * index)]))
    assert len(track.points) <= MOST_POINTS


def test_a_track_keeps_corners_and_thins_straight_ways() -> None:
    track = Track([np.zeros(2)])
    there = [np.array([x, 0.0]) for x in np.arange(0.002, 0.2, 0.002)]
    up = [np.array([0.198, y]) for y in np.arange(0.002, 0.2, 0.002)]
    for point in (*there, *up):
        track.add(point)
    track.end(up[-1])
    points = np.array(track.points)
    assert len(points) < 40
    assert np.abs(points - np.array([0.198, 0.0])).max(axis=1).min() < 0.003
    assert points[-1] == pytest.approx(up[-1])


def test_a_way_is_cut_at_its_corners_only() -> None:
    way = np.array([[0, 0], [1, 0], [2, 0.1], [2, 1], [2, 2], [2, 1]], dtype=float)
    pieces = without_corners(way)
    assert [len(piece) for piece in pieces] == [3, 3, 2]
    for before, after in pairwise(pieces):
        assert (before[-1] == after[0]).all()


def test_a_long_way_is_cut_at_every_corner_and_where_it_turns_after_standing_it_is_not() -> None:
    rng = np.random.default_rng(3)
    way = np.cumsum(rng.normal(size=(MOST_IN_ALL, 5)), axis=0)
    way[100] = way[99]
    steps = np.diff(way, axis=0)
    sizes = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in pairwise(steps)]
    turns = [bool(size) and float(a @ b) < 0.8 * size for (a, b), size in zip(pairwise(steps), sizes, strict=True)]
    pieces = without_corners(way)
    assert [len(piece) - 1 for piece in pieces] == np.diff([0, *(np.flatnonzero(turns) + 1), len(steps)]).tolist()
    assert sum(len(piece) - 1 for piece in pieces) == len(steps)


def test_a_way_of_one_point_is_one_piece() -> None:
    assert [len(piece) for piece in without_corners(np.zeros((1, 5)))] == [1]


def test_what_hardly_moved_is_not_worth_undoing() -> None:
    tracks = Tracks()
    tracks.begin(np.zeros(2))
    tracks.end(np.array([1e-4, 0.0]))
    assert len(tracks) == 0
