import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.kinematics.forward import forward
from armctl.kinematics.rotation import rotation_vector
from armctl.motion.prepare import finished
from armctl.motion.rates import NO_TURN
from armctl.motion.requests import StepRequest, Vector
from armctl.motion.step_move import step_points
from tests.unit.motion.rig import HOME, Rig, assert_within_limits, robot

STEPS: list[Vector] = [(0.05, 0, 0), (-0.03, 0, 0), (0, 0.05, 0), (0, 0, 0.05), (0.02, -0.02, 0.02)]


@pytest.mark.parametrize("translation", STEPS)
def test_a_step_moves_the_tool_by_what_was_asked_and_keeps_its_tilt(translation: Vector) -> None:
    rig = Rig()
    rig.do(StepRequest(translation))
    assert rig.tool()[-1] - rig.tool()[0] == pytest.approx(translation, abs=3e-4)
    assert rig.tilts().max() < 0.3
    assert_within_limits(rig)


def test_a_step_in_the_tool_frame_goes_along_the_hand() -> None:
    pose = forward(robot().chain, HOME[:5])
    points = finished(step_points(robot(), HOME[:5], StepRequest((0, 0, 0.04), frame="tool")))
    moved = forward(robot().chain, points[-1])[:3, 3] - pose[:3, 3]
    assert moved == pytest.approx(0.04 * pose[:3, 2], abs=3e-4)


@pytest.mark.parametrize("rotation", [(0.4, 0, 0), (-0.4, 0, 0), (0, 0, 0.5), (0, 0, -0.5)])
def test_a_turn_turns_the_tool_by_what_was_asked_on_the_spot(rotation: Vector) -> None:
    rig = Rig()
    before = rig.robot.tool_pose(HOME)
    rig.do(StepRequest(rotation=rotation, frame="tool"))
    after = rig.robot.tool_pose(rig.now)
    assert rotation_vector(before[:3, :3].T @ after[:3, :3]) == pytest.approx(rotation, abs=0.03)
    assert np.linalg.norm(rig.tool() - rig.tool()[0], axis=1).max() < 0.0015
    assert_within_limits(rig)


def test_a_shift_with_a_turn_does_both() -> None:
    before = forward(robot().chain, HOME[:5])
    points = finished(step_points(robot(), HOME[:5], StepRequest((0, 0.03, 0), (0.3, 0, 0), frame="tool")))
    after = forward(robot().chain, points[-1])
    assert after[:3, 3] - before[:3, 3] == pytest.approx(before[:3, :3] @ np.array([0, 0.03, 0]), abs=1e-3)
    assert rotation_vector(before[:3, :3].T @ after[:3, :3])[0] == pytest.approx(0.3, abs=0.05)


def test_a_turn_that_this_arm_cannot_make_is_refused_in_plain_words() -> None:
    with pytest.raises(UnreachableError, match=NO_TURN):
        finished(step_points(robot(), HOME[:5], StepRequest(rotation=(0, 0, 0.3))))


def test_a_turn_beyond_a_joint_limit_names_the_joint() -> None:
    near = HOME[:5].copy()
    near[4] = robot().config.joints[4].upper - 0.1
    refused = 0
    for rotation in ((0, 0, 0.4), (0, 0, -0.4)):
        try:
            finished(step_points(robot(), near, StepRequest(rotation=rotation, frame="tool")))
        except UnreachableError as error:
            assert error.message == "The turn of the wrist is at its limit."
            refused += 1
    assert refused == 1


def test_a_step_out_of_reach_is_refused() -> None:
    rig = Rig()
    for _ in range(8):
        try:
            rig.do(StepRequest((0.05, 0, 0), speed=1.0))
        except UnreachableError as error:
            assert "out of reach" in error.message
            return
    raise AssertionError("eight steps of 50 mm from 0.29 m cannot all be in reach")
