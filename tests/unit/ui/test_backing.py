"""Backing out is offered when the arm is stuck and the way is known, and shown while it goes on."""

import pytest

from armctl.control.messages import MotionReport
from ui.backing import GOING_BACK, WAY_OUT, going_back, way_out_tiles


@pytest.mark.parametrize(("stuck", "undo", "offered"), [(True, 1, 1), (True, 0, 0), (False, 3, 0)])
def test_it_takes_being_stuck_and_a_known_way(stuck, undo, offered, person):
    someone = person()
    someone.session.change(stuck=stuck, undo=undo)
    tiles = way_out_tiles(someone.app._desk)
    assert [tile.id for tile in tiles] == [WAY_OUT] * offered


@pytest.mark.parametrize(
    ("kind", "phase", "shown"),
    [("wayout", "running", True), ("undo", "running", True), ("wayout", "done", False), ("jog", "running", False)],
)
def test_only_going_back_is_shown_as_going_back(kind, phase, shown, person):
    someone = person()
    someone.session.change(motion=MotionReport(3, kind, phase, progress=0.5, remaining=2.0))
    page = going_back(someone.app._desk)
    assert (page is not None) == shown
    if page is not None:
        assert page.lines[0].text == GOING_BACK[kind]


def test_before_the_first_snapshot_nothing_is_offered(person):
    someone = person()
    someone.session.snapshot = None
    assert way_out_tiles(someone.app._desk) == ()
    assert going_back(someone.app._desk) is None
