import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.motion.jerk import MotionState
from armctl.motion.path import path_through
from armctl.motion.plan import plan, plan_back
from armctl.motion.prepare import finished
from armctl.motion.requests import FollowRequest, JointRequest, StepRequest, ToolRequest
from tests.unit.motion.rig import DT, HOME, Rig, robot

START = HOME[:5]


@pytest.mark.parametrize(
    "request_",
    [JointRequest((0.2, -0.9, 1.1, -0.2, -1.522)), ToolRequest((0.3, 0.05, 0.2)), StepRequest((0, 0.02, 0))],
)
def test_each_request_becomes_a_travel_of_the_arm(request_: JointRequest | ToolRequest | StepRequest) -> None:
    travel = finished(plan(robot(), START, request_, DT))
    assert travel is not None
    assert travel.columns == 5
    assert len(travel.ahead) >= 2


def test_nothing_to_do_is_no_travel() -> None:
    assert finished(plan(robot(), START, JointRequest(tuple(START.tolist())), DT)) is None
    assert finished(plan(robot(), START, StepRequest(), DT)) is None


def test_what_cannot_be_done_raises() -> None:
    with pytest.raises(UnreachableError):
        finished(plan(robot(), START, JointRequest((9.0, 0.0, 0.0, 0.0, 0.0)), DT))


def bent_way(step: float = 0.1) -> np.ndarray:
    """Up, then to the side: a way with a corner."""
    up = [START + n * step * np.array([0, 0.5, 0, 0, 0]) for n in range(5)]
    return np.array([*up, *[up[-1] + n * step * np.array([1.0, 0, 0, 0, 0]) for n in range(1, 5)]])


def test_a_way_worked_out_before_is_followed_through_its_points_with_a_rest_at_its_corner() -> None:
    way = bent_way()
    travel = finished(plan(robot(), START, FollowRequest(tuple(map(tuple, way))), DT))
    assert travel is not None
    passed, speeds = [], []
    state = MotionState.at_rest(START)
    for _ in range(2000):
        stride = travel.step(state, 0.15)
        state = stride.state
        passed.append(state.positions)
        speeds.append(float(np.abs(state.velocities).max()))
        if stride.done:
            break
    assert stride.done
    assert np.allclose(passed[-1], way[-1], atol=1e-6)
    for point in way:
        assert min(float(np.abs(at - point).max()) for at in passed) < 0.02
    corner = int(np.argmin([float(np.abs(at - way[4]).max()) for at in passed]))
    assert min(speeds[corner - 2 : corner + 3]) < 1e-3


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ((START + 0.3,), "begins 17° from where the arm is"),
        ((START, START + np.array([9.0, 0, 0, 0, 0])), "cannot go to"),
        ((START[:4],), "4 joint angles were given"),
    ],
)
def test_a_way_for_another_place_or_another_arm_is_refused(points: tuple[np.ndarray, ...], says: str) -> None:
    with pytest.raises(UnreachableError, match=says):
        finished(plan(robot(), START, FollowRequest(tuple(map(tuple, points))), DT))


def test_a_way_that_would_tilt_what_is_held_is_refused() -> None:
    way = tuple(tuple(START + n * np.array([0, 0, 0, 0.1, 0])) for n in range(8))
    assert finished(plan(robot(), START, FollowRequest(way), DT)) is not None
    with pytest.raises(UnreachableError, match="tilt"):
        finished(plan(robot(), START, FollowRequest(way), DT, holding=True))


@pytest.mark.parametrize(("hand", "columns"), [(False, 5), (True, 6)])
def test_the_way_back_moves_the_gripper_only_if_the_motion_was_meant_to(hand: bool, columns: int) -> None:
    way = np.array([HOME + share * np.array([0.3, 0, 0, 0, 0, 0.2]) for share in (0.0, 0.5, 1.0)])
    travel = finished(plan_back(robot(), way[-1], way, 1.0, DT, hand=hand))
    assert travel is not None
    assert travel.columns == columns
    assert travel.ahead[-1] == pytest.approx(HOME[:columns])


def test_a_way_that_slides_along_a_limit_stays_inside_it_between_its_points() -> None:
    lift = robot().config.joints[1]
    towards = [lift.lower + 0.3 - 0.06 * index for index in range(6)]
    points = np.repeat(START[None, :], 12, axis=0)
    points[:, 1] = [*towards, *[lift.lower] * 6]
    points[:, 0] = np.linspace(0.0, 0.4, 12)
    assert (finished(path_through(robot(), points)) or pytest.fail("no path"))[0].sampled(8)[
        :, 1
    ].min() < lift.lower - 1e-3
    rig = Rig(np.append(points[0], 0.5))
    way = np.column_stack((points[::-1], np.full(12, 0.5)))
    travel = finished(plan_back(robot(), rig.now, way, 1.0, DT, hand=False))
    assert travel is not None
    state = MotionState.at_rest(points[0])
    for _ in range(1000):
        stride = travel.step(state, 0.15)
        state = stride.state
        assert state.positions[1] >= lift.lower - 1e-9
        if stride.done:
            break
    assert stride.done
