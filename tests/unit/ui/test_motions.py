"""Directions mean what a person takes them to mean, wherever the hand points."""

import numpy as np
import pytest

from armctl.config.arm import ToolConfig
from armctl.config.user import DirectionsConfig
from tests.support.ui_person import arm_config, robot
from ui.motions import STICK_MODES, Motion, stick_modes, stick_motion

TOOL = arm_config().tool


def test_translations_are_those_of_the_base():
    assert Motion(linear=(1, 0, 0)).resolved("base", TOOL) == ((1, 0, 0), (0, 0, 0), "base")


def test_translations_stay_in_the_frame_of_the_person_and_rolls_are_always_the_hand_s():
    assert Motion(linear=(1, 0, 0)).resolved("user", TOOL) == ((1, 0, 0), (0, 0, 0), "user")
    assert Motion(angular=(1, 0, 0)).resolved("user", TOOL)[2] == "tool"


def test_each_direction_goes_at_its_own_share_of_the_speed():
    slow = DirectionsConfig(closer=0.5, up=0.3, tilt_up=0.2, roll_left=0.4, close=0.6)
    assert Motion(linear=(-1, 1, 0.5)).weighted(slow) == Motion(linear=(-0.5, 1, 0.15))
    assert Motion(linear=(1, 0, -1)).weighted(slow) == Motion(linear=(1, 0, -1))
    assert Motion(angular=(-1, -1, 1)).weighted(slow) == Motion(angular=(-0.4, -0.2, 1))
    assert Motion(grip=-1).weighted(slow) == Motion(grip=-0.6)


def tool_rotation():
    return robot().tool_pose([*arm_config().poses["home"], 0.0])[:3, :3]


@pytest.mark.parametrize(("said", "expected"), [((1, 0, 0), "ahead"), ((0, 1, 0), "left"), ((0, 0, 1), "up")])
def test_in_the_tool_frame_ahead_left_and_up_are_those_of_the_hand(said, expected):
    linear, _, frame = Motion(linear=said).resolved("tool", TOOL)
    way = tool_rotation() @ np.array(linear)
    # At home the hand of this arm points along x, level to a few degrees.
    wanted = {"ahead": (1, 0, 0), "left": (0, 1, 0), "up": (0, 0, 1)}[expected]
    assert frame == "tool"
    assert way @ np.array(wanted) > 0.97


def test_tilt_down_lowers_the_finger_tips_and_roll_turns_about_the_fingers():
    rotation = tool_rotation()
    _, angular, frame = Motion(angular=(0, 1, 0)).resolved("base", TOOL)
    turn = rotation @ np.array(angular)
    tips = rotation @ np.array(TOOL.approach_axis)
    assert frame == "tool"
    assert np.cross(turn, tips)[2] < -0.9
    _, angular, _ = Motion(angular=(1, 0, 0)).resolved("base", TOOL)
    assert np.allclose(angular, TOOL.approach_axis)


def test_a_turn_alone_is_about_the_upright_axis():
    assert Motion(angular=(0, 0, 1)).resolved("base", ToolConfig()) == ((0, 0, 0), (0, 0, 1), "base")


@pytest.mark.parametrize(
    ("mode", "axes", "expected"),
    [
        ("move", (0.5, 0.0), Motion(linear=(0, -0.5, 0))),
        ("move", (0.0, 1.0, 0.3), Motion(linear=(1.0, 0, 0.3))),
        ("height", (0.0, 0.7), Motion(linear=(0, 0, 0.7))),
        ("rotate", (0.2, 0.4), Motion(angular=(0.2, -0.4, 0))),
        ("grip", (0.1, -0.6), Motion(grip=-0.6)),
        ("grip", (0.8, 0.2), Motion(grip=0.8)),
        ("choose", (1.0, 1.0), Motion()),
    ],
)
def test_what_a_stick_does_in_each_mode(mode, axes, expected):
    assert stick_motion(mode, axes, can_turn=False) == expected


def test_a_hand_that_cannot_turn_is_not_asked_to():
    assert stick_motion("height", (1.0, 0.0), can_turn=False).still
    assert stick_motion("height", (1.0, 0.0), can_turn=True) == Motion(angular=(0, 0, -1))


@pytest.mark.parametrize("mode", STICK_MODES)
def test_a_stick_at_rest_asks_for_nothing(mode):
    assert stick_motion(mode, (0.0, 0.0, 0.0), can_turn=True).still


@pytest.mark.parametrize(("axes", "modes"), [(1, 5), (2, 3), (3, 2), (6, 1)])
def test_the_fewer_the_axes_the_more_the_modes_and_always_grip_and_choose(axes, modes):
    all_of_them = stick_modes(axes, can_turn=False)
    assert all_of_them[-2:] == ("grip", "choose")
    assert len(all_of_them) == modes + 2
    assert ("turn" in stick_modes(1, can_turn=True)) != ("turn" in stick_modes(1, can_turn=False))


@pytest.mark.parametrize("axes", [1, 2, 3, 6])
def test_with_any_number_of_axes_every_direction_can_be_reached(axes):
    def ways(mode):
        for i in range(axes):
            for sign in (1.0, -1.0):
                motion = stick_motion(mode, tuple(sign if k == i else 0.0 for k in range(axes)), can_turn=True)
                yield from (*motion.linear, *motion.angular, motion.grip)
                yield None

    reached = set()
    for mode in stick_modes(axes, can_turn=True):
        values = list(ways(mode))
        for start in range(0, len(values), 8):
            reached |= {(k, v > 0) for k, v in enumerate(values[start : start + 7]) if v}
    assert len(reached) == 14


def test_six_axes_move_in_the_person_s_frame_or_turn_the_hand_whichever_is_wanted_more():
    assert stick_motion("all", (0.5, 0.8, 0.2, 0.3, 0.1, 0.4), True) == Motion((0.8, -0.5, 0.2), (0, 0, 0.4))
    assert stick_motion("all", (0.1, 0.1, 0.0, 0.6, 0.0, 0.0), True) == Motion(angular=(0.6, 0, 0))
