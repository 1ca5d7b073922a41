"""The rim is where the hand comes at most; the zones are drawn around the person."""

import numpy as np
import pygame
import pytest

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.kinematics.robot import RobotModel
from tests.support.ui_person import kitchen, robot
from ui.arm_view import ArmView
from ui.bounds import LOW, rim
from ui.theme import LIGHT, THEMES

HOME = [*robot().config.poses["home"], 1.0]


@pytest.mark.parametrize("arm", ["so101", "uarm_swift_pro", "wx250s"])
def test_the_hand_comes_to_the_rim_but_not_beyond(arm):
    model = RobotModel(load(builtin("arms", arm), ArmConfig))
    places = rim(model, 0.0)
    far = np.hypot(places[:, 0], places[:, 1])
    lower = [joint.lower for joint in model.config.joints]
    upper = [joint.upper for joint in model.config.joints]
    postures = np.random.default_rng(7).uniform(lower, upper, (2000, len(lower)))
    tools = model.link_arrays(postures)[:, model.links.index(model.config.tool.tip_link), :3, 3]
    low = tools[(tools[:, 2] > 0.0) & (tools[:, 2] < LOW)]
    reached = np.hypot(low[:, 0], low[:, 1]).max()
    assert 0.9 * far.max() < reached < far.max() + 0.01
    assert (places[:, 2] == 0.0).all()


def test_an_arm_that_reaches_no_table_has_no_rim():
    assert rim(robot(), -5.0).shape == (0, 3)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_where_the_arm_never_comes_and_where_it_is_slow_is_seen(theme):
    view = ArmView(robot(), kitchen(), theme, (400, 400))
    picture = view.update(HOME, None)
    head, radius = kitchen().person.head_xyz, kitchen().person.head_radius
    flat, far = view._camera.project(np.array([head]))
    middle, pixel = flat[0] / 2, view._camera.focal / far[0] / 2

    def at(metres):
        return np.array(picture.get_at((round(middle[0] - metres * pixel), round(middle[1]))))[:3].astype(int)

    ring = kitchen().person.slow_radius + radius
    rim_of_head = radius + kitchen().person.head_keep_out / 2
    sky = at(ring + 0.03)
    assert np.abs(at(rim_of_head) - at(ring - 0.05)).sum() > 40
    assert max(np.abs(at(ring + shift) - sky).sum() for shift in (-0.004, -0.002, 0.0)) > 25


def test_the_rim_is_drawn_on_the_table(monkeypatch):
    with_rim = pygame.surfarray.array3d(ArmView(robot(), kitchen(), LIGHT, (400, 400)).update(HOME, None)).astype(int)
    monkeypatch.setattr("ui.bounds.draw_rim", lambda *_: None)
    without = pygame.surfarray.array3d(ArmView(robot(), kitchen(), LIGHT, (400, 400)).update(HOME, None)).astype(int)
    assert (np.abs(with_rim - without).sum(axis=2) > 60).sum() > 150
