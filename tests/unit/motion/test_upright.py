"""What is held stays upright where the joints allow it; where they do not, the person is told."""

import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.motion.prepare import finished
from armctl.motion.requests import JointRequest, Request, ToolRequest
from armctl.motion.tool_move import CANNOT_STAY_LEVEL
from armctl.motion.upright import CARRIED_TILT, check_carried, is_level, joint_way, tilt, upright_in_tool
from tests.unit.motion.rig import HOME, Rig, assert_within_limits, robot

LEVEL = np.array([0.0, -0.35, 0.75, -0.4, -1.522, 0.5])
OTHER = np.array([0.7, -0.6, 1.25, -0.65, -1.522, 0.5])
ROLLED = JointRequest((0.5, -0.9, 1.1, -0.2, -0.6), speed=1.0)
# The hand cannot be level there: so low and so near that the wrist is at its limit.
NOT_LEVEL = (0.16, 0.0, 0.02)


def carry(rig: Rig, request: Request) -> None:
    rig.generator.begin(request, holding=True)
    rig.until("done")


def start_level() -> Rig:
    rig = Rig(LEVEL)
    assert rig.tilts()[-1] < 3.0
    return rig


def test_tilts_are_angles_between_up_and_the_tool() -> None:
    ups = upright_in_tool(robot(), np.array([LEVEL[:5], LEVEL[:5] + np.array([0, 0, 0, 0, 0.5])]))
    assert np.linalg.norm(ups, axis=1) == pytest.approx(1.0)
    assert tilt(ups, ups[0]) == pytest.approx([0.0, 0.5], abs=1e-6)
    assert is_level(robot(), LEVEL[:5])
    assert not is_level(robot(), LEVEL[:5] + np.array([0, 0, 0, 0, 0.5]))


def test_with_something_in_the_hand_a_joint_motion_between_level_poses_stays_level() -> None:
    goal = JointRequest((0.9, -1.2, 1.6, -0.4, -1.522), speed=1.0)
    free, held = start_level(), start_level()
    free.do(goal)
    carry(held, goal)
    assert held.now[:5] == pytest.approx(goal.positions, abs=1e-6)
    assert held.tilts().max() < np.degrees(CARRIED_TILT)
    assert_within_limits(held)


def test_a_way_that_would_tilt_what_is_held_is_refused_with_figures_and_goes_with_an_empty_hand() -> None:
    rig = start_level()
    with pytest.raises(
        UnreachableError, match=r"holds something and would tilt it by \d\d° on this way \(at most 15°\)"
    ):
        carry(rig, ROLLED)
    assert rig.now == pytest.approx(LEVEL)
    rig.generator.stop()
    rig.do(ROLLED)
    assert rig.tilts()[-1] > 40.0


def test_what_was_gripped_askew_may_be_carried_as_it_is_and_brought_upright() -> None:
    askew = LEVEL[:5] + np.array([0, 0, 0, 0, 0.8])
    aside = askew + np.array([0.5, 0, 0, 0, 0])
    check_carried(robot(), np.linspace(askew, aside, 5))
    with pytest.raises(UnreachableError):
        check_carried(robot(), np.linspace(askew, askew + np.array([0, 0, 0, 0, 0.5]), 5))


def test_a_bent_joint_way_ends_at_its_goal_and_stays_level() -> None:
    start = finished(joint_way(robot(), LEVEL[:5], LEVEL[:5] + np.array([0.2, 0, 0, 0, 0]), level=True))
    assert len(start) >= 2
    up = np.array(robot().config.tool.up_axis)
    assert tilt(upright_in_tool(robot(), start), up).max() < np.radians(3.0)


def test_where_level_is_impossible_an_empty_hand_may_tilt_and_says_so() -> None:
    strict, loose = Rig(), Rig()
    with pytest.raises(UnreachableError):
        strict.do(ToolRequest(NOT_LEVEL))
    loose.do(ToolRequest(NOT_LEVEL, may_tilt=True))
    assert loose.tool()[-1] == pytest.approx(NOT_LEVEL, abs=5e-4)
    assert CANNOT_STAY_LEVEL in loose.notices
    assert_within_limits(loose)


def test_where_level_is_impossible_a_full_hand_does_not_go() -> None:
    rig = Rig()
    with pytest.raises(UnreachableError, match="would tilt it"):
        carry(rig, ToolRequest(NOT_LEVEL, may_tilt=True))
    assert rig.now == pytest.approx(HOME, abs=1e-9)
