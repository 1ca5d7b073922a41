"""The way out: back along the whole way the arm came, from wherever it stands near it, as often as it takes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.motion.requests import (
    GripRequest,
    JogRequest,
    JointRequest,
    RetraceRequest,
    StepRequest,
    ToolRequest,
    WayOutRequest,
)
from tests.unit.motion.rig import HOME, Rig, assert_within_limits

OUT = WayOutRequest(1.0)


def somewhere(rig: Rig) -> None:
    rig.do(JointRequest((0.4, -0.8, 1.0, -0.2, -1.522), speed=1.0))
    rig.hold(JogRequest((0.0, -0.7, 0.7), speed=1.0), 120)
    rig.release()
    rig.do(GripRequest(1.0))
    rig.do(StepRequest((0.0, 0.0, 0.04), speed=1.0))


def farthest_from_way(way: FloatArray, points: FloatArray) -> float:
    """Largest distance of ``points`` from ``way``, the farthest joint of the arm [rad]."""
    return max(float(np.abs(way[:, :-1] - point[:-1]).max(axis=1).min()) for point in points)


def test_it_leads_back_to_the_beginning_along_the_way_and_leaves_the_gripper() -> None:
    rig = Rig()
    somewhere(rig)
    way, opened = np.array(rig.points), rig.now[-1]
    since = len(rig.points)
    rig.do(OUT)
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)
    assert rig.now[-1] == opened
    assert farthest_from_way(way, np.array(rig.points[since:])) < 6e-3
    assert rig.generator.undo_depth == 0
    assert_within_limits(rig)


@given(st.lists(st.integers(5, 250), min_size=1, max_size=5), st.booleans())
@settings(max_examples=5)
def test_however_often_it_is_stopped_it_can_be_gone_on_with(stops: list[int], reset: bool) -> None:
    rig = Rig()
    somewhere(rig)
    way = np.array(rig.points)
    since = len(rig.points)
    for ticks in stops:
        if rig.generator.undo_depth == 0:
            break
        rig.generator.begin(OUT)
        rig.step(times=ticks)
        rig.release()
        if reset:
            rig.generator.reset(rig.now)
    if rig.generator.undo_depth:
        rig.do(OUT)
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)
    assert farthest_from_way(way, np.array(rig.points[since:])) < 0.02
    assert_within_limits(rig)


def test_between_two_stops_of_it_the_last_motion_can_still_be_undone_alone() -> None:
    rig = Rig()
    stations = [rig.now]
    for pan in (0.3, 0.6, 0.9):
        rig.do(JointRequest((pan, -0.9, 1.1, -0.2, -1.522), speed=1.0))
        stations.append(rig.now)
    rig.generator.begin(OUT)
    while rig.now[0] > 0.45:
        rig.step()
    rig.release()
    assert rig.generator.undo_depth == 2
    rig.do(RetraceRequest(1.0))
    assert rig.now == pytest.approx(stations[1], abs=1e-6)
    assert rig.generator.undo_depth == 1


def test_a_stop_while_it_is_still_worked_out_loses_nothing() -> None:
    rig = Rig()
    somewhere(rig)
    depth = rig.generator.undo_depth
    rig.generator.begin(OUT)
    rig.step()
    rig.release()
    assert rig.generator.undo_depth == depth
    rig.do(OUT)
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)


@pytest.mark.parametrize("sag", [0.0, 0.04, -0.07])
def test_after_a_reset_where_it_sags_or_is_held_back_the_way_is_known(sag: float) -> None:
    rig = Rig()
    somewhere(rig)
    measured = rig.now + np.array([0, sag, sag, 0, 0, 0])
    rig.generator.reset(measured)
    assert rig.generator.lost == ""
    rig.points = [measured] * 3
    rig.do(OUT)
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)
    assert_within_limits(rig)


def test_moved_a_little_beside_its_way_it_joins_the_nearest_place_of_it() -> None:
    rig = Rig()
    rig.do(JointRequest((1.2, -0.9, 1.1, -0.2, -1.522), speed=1.0))
    beside = rig.now.copy()
    beside[0], beside[1] = 0.7, -0.7
    rig.generator.reset(beside)
    assert rig.generator.undo_depth == 1
    rig.points = [beside] * 3
    rig.do(OUT)
    pans = np.array(rig.points)[:, 0]
    assert pans.max() < 0.8, "the part beyond is not gone again"
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)


def test_moved_far_away_it_says_so_with_figures_and_finds_the_way_again_when_put_back() -> None:
    rig = Rig()
    somewhere(rig)
    there = rig.now
    rig.generator.reset(there + np.array([0, 0, 0, -0.9, 0, 0]))
    assert rig.generator.undo_depth == 0
    for request in (OUT, RetraceRequest()):
        with pytest.raises(UnreachableError, match=r"moved since.*\d+° away \(at most 20°\)"):
            rig.generator.begin(request)
    rig.generator.reset(there)
    assert rig.generator.undo_depth == 4


def test_a_new_motion_from_elsewhere_begins_a_new_way() -> None:
    rig = Rig()
    somewhere(rig)
    away = rig.now + np.array([0, 0, 0, -0.9, 0, 0])
    rig.generator.reset(away)
    rig.points = [away] * 3
    rig.do(StepRequest((0, 0.03, 0), speed=1.0))
    assert rig.generator.undo_depth == 1
    rig.do(OUT)
    assert rig.now[:-1] == pytest.approx(away[:-1], abs=1e-6)


def test_where_nothing_has_moved_there_is_no_way_back() -> None:
    with pytest.raises(UnreachableError, match="no way back"):
        Rig().generator.begin(OUT)


def test_a_way_that_crosses_itself_is_not_cut_short_by_a_reset() -> None:
    rig = Rig()
    rig.do(JointRequest((0.5, -0.9, 1.1, -0.2, -1.522), speed=1.0))
    rig.do(JointRequest((0.5, -0.5, 1.1, -0.2, -1.522), speed=1.0))
    rig.do(JointRequest((0.5, -0.9, 1.1, -0.2, -1.522), speed=1.0))
    rig.generator.reset(rig.now)
    assert rig.generator.undo_depth == 3


moves = st.one_of(
    st.builds(StepRequest, translation=st.tuples(*[st.floats(-0.02, 0.02)] * 3), speed=st.just(1.0)),
    st.builds(
        lambda pan, lift: JointRequest((pan, lift, 1.1, -0.2, -1.522), 1.0), st.floats(-1, 1), st.floats(-1.2, -0.5)
    ),
    st.builds(
        lambda a, h: ToolRequest((0.3 * float(np.cos(a)), 0.3 * float(np.sin(a)), h), path="arc", speed=1.0),
        st.floats(-0.8, 0.8),
        st.floats(0.12, 0.25),
    ),
    st.builds(JogRequest, linear=st.tuples(*[st.floats(-0.7, 0.7)] * 3), speed=st.just(1.0)),
    st.builds(GripRequest, st.floats(0, 1)),
)


@given(st.lists(st.tuples(moves, st.integers(5, 200)), min_size=1, max_size=4))
@settings(max_examples=8)
def test_undo_leads_back_within_a_millimetre_also_after_motions_that_were_stopped(
    motions: list[tuple[JogRequest | StepRequest, int]],
) -> None:
    rig = Rig()
    rig.step()
    for request, ticks in motions:
        try:
            rig.generator.begin(request)
        except UnreachableError:
            continue
        rig.step(times=ticks)
        rig.release()
    while rig.generator.undo_depth:
        rig.do(RetraceRequest(1.0))
    tool = rig.tool()
    # Motions of less than 2 mrad are not worth undoing, so each of them may leave half a millimetre.
    assert np.linalg.norm(tool[-1] - tool[0]) < 1e-3
    assert_within_limits(rig)


def test_going_back_without_the_hand_never_opens_the_jaws_whatever_motion_was_the_last() -> None:
    rig = Rig()
    rig.do(JointRequest((0.4, -0.8, 1.0, -0.2, -1.522), speed=1.0))
    rig.do(GripRequest(0.1))
    here = rig.now
    rig.do(RetraceRequest(1.0, hand=False))
    assert rig.now == pytest.approx(here)
    rig.do(RetraceRequest(1.0, hand=False))
    assert rig.now[:-1] == pytest.approx(HOME[:-1], abs=1e-6)
    assert rig.now[-1] == here[-1]
