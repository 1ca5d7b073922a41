import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.motion.plan import plan, plan_back
from armctl.motion.requests import JointRequest, StepRequest, ToolRequest
from armctl.motion.retrace import Track
from tests.unit.motion.rig import DT, HOME, robot

START = HOME[:5]


@pytest.mark.parametrize(
    "request_",
    [JointRequest((0.2, -0.9, 1.1, -0.2, -1.522)), ToolRequest((0.3, 0.05, 0.2)), StepRequest((0, 0.02, 0))],
)
def test_each_request_becomes_a_travel_of_the_arm(request_: JointRequest | ToolRequest | StepRequest) -> None:
    travel = plan(robot(), START, request_, DT)
    assert travel is not None
    assert travel.columns == 5
    assert len(travel.ahead) >= 2


def test_nothing_to_do_is_no_travel() -> None:
    assert plan(robot(), START, JointRequest(tuple(START.tolist())), DT) is None
    assert plan(robot(), START, StepRequest(), DT) is None


def test_what_cannot_be_done_raises() -> None:
    with pytest.raises(UnreachableError):
        plan(robot(), START, JointRequest((9.0, 0.0, 0.0, 0.0, 0.0)), DT)


@pytest.mark.parametrize(("hand", "columns"), [(False, 5), (True, 6)])
def test_the_way_back_moves_the_gripper_only_if_the_motion_was_meant_to(hand: bool, columns: int) -> None:
    track = Track([HOME + share * np.array([0.3, 0, 0, 0, 0, 0.2]) for share in (0.0, 0.5, 1.0)], hand)
    travel = plan_back(robot(), track.points[-1], track, 1.0, DT)
    assert travel is not None
    assert travel.columns == columns
    assert travel.ahead[-1] == pytest.approx(HOME[:columns])
