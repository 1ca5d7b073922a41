"""The live picture shows the arm where it is, in time."""

import time

import numpy as np
import pygame
import pytest

from armctl.config.scene import SceneConfig
from armctl.hal.scene import SceneState
from tests.support.ui_person import arm_config, kitchen, robot
from ui.arm_view import ArmView
from ui.theme import DARK

HOME = [*arm_config().poses["home"], 1.0]


@pytest.fixture(scope="module")
def view():
    return ArmView(robot(), kitchen(), DARK, (500, 500))


def pixels(view, positions=None, state=None, ghost=None, led_to=None):
    return pygame.surfarray.array3d(view.update(positions or HOME, state, ghost, led_to)).astype(int)


def turned(angle):
    return [angle, *HOME[1:]]


def test_the_same_pose_gives_the_same_picture_whatever_came_between(view):
    first = pixels(view)
    for angle in (-1.2, 0.9, 0.4):
        pixels(view, turned(angle))
    assert (pixels(view) == first).all()


def test_a_moved_arm_is_seen(view):
    assert (np.abs(pixels(view, turned(0.5)) - pixels(view)).sum(axis=2) > 60).sum() > 3000


def test_a_lifted_cup_is_seen_in_its_colour(view):
    low = SceneState(0.0, {"cup": (0.32, -0.2, 0.0, 0, 0, 0, 1.0)})
    high = SceneState(0.0, {"cup": (0.32, -0.2, 0.25, 0, 0, 0, 1.0)})

    def blue(state):
        picture = pixels(view, None, state)
        found = np.argwhere((picture[:, :, 2] > 150) & (picture[:, :, 0] < 90))
        return found[:, 1].mean()

    assert blue(high) < blue(low) - 40


def test_the_ghost_of_where_it_goes_is_seen(view):
    difference = np.abs(pixels(view, None, None, turned(0.6)) - pixels(view)).sum(axis=2)
    assert (difference > 60).sum() > 300


def test_an_arrow_at_the_hand_shows_where_it_is_led(view):
    def middle(led_to):
        changed = np.argwhere(np.abs(pixels(view, led_to=led_to) - pixels(view)).sum(axis=2) > 60)
        assert 100 < len(changed) < 5000
        return changed.mean(axis=0)

    ends = turned(-0.2), turned(0.2)
    shown = middle(ends[1]) - middle(ends[0])
    flat, _ = view._camera.project(np.array([robot().tool_pose(end)[:3, 3] for end in ends]))
    meant = flat[1] - flat[0]
    assert shown @ meant > 0.95 * np.linalg.norm(shown) * np.linalg.norm(meant)


def test_a_hand_that_hardly_moves_has_no_arrow(view):
    assert (pixels(view, led_to=turned(0.005)) == pixels(view)).all()


def test_an_arm_behind_the_person_is_hidden_by_them():
    scene = kitchen()
    view = ArmView(robot(), scene, DARK, (300, 300))
    hidden = pixels(view, turned(1.9))
    out = pixels(view, turned(-1.0))
    white = [(picture.min(axis=2) > 200).sum() for picture in (hidden, out)]
    assert white[0] < white[1]


def test_a_scene_without_a_person_or_a_table_is_drawn():
    empty = SceneConfig(name="empty", title="Empty", arm="so101", furniture={}, objects={}, places={})
    assert len(np.unique(pixels(ArmView(robot(), empty, DARK, (200, 160))))) > 20


def test_a_picture_takes_a_few_milliseconds(view):
    durations = []
    for step in range(60):
        begun = time.thread_time()
        view.update(turned(0.5 * np.sin(step / 10)), None)
        durations.append(time.thread_time() - begun)
    # Processor time, so that a busy computer does not count: 3 ms, and a slip by a factor of four is caught.
    assert sorted(durations)[30] < 0.012
