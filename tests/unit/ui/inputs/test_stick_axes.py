"""Sticks of one, two, three and six axes as SDL reports them, each axis to the way the arm goes."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest

from armctl.access.actions import Axes
from armctl.access.events import AxesEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from tests.support.sdl_stick import SdlStick
from ui.inputs.joysticks import Joysticks
from ui.motions import Motion, stick_modes, stick_motion

WIRINGS = {1: (-2,), 2: (1, -2), 3: (1, -2, -3), 6: (1, -2, -3, 4, 5, 6)}
"""Which raw axes are right, ahead, up, roll, tilt, turn, by how many there are."""


class Hand:
    """One person, one SDL stick, one pipeline."""

    def __init__(self, axes: int) -> None:
        self.user = UserConfig.model_validate({"name": "x", "joystick": {"wiring": WIRINGS[axes], "tremor": False}})
        self.stick = SdlStick(axes=max(2, axes))
        self.joysticks = Joysticks(self.user)
        self.pipeline = AccessPipeline(self.user)
        self.pipeline.set_items((), "move", 0.0)
        self.now = 0.0

    def look(self) -> list[Axes]:
        """Return what the stick amounts to after a moment."""
        self.now += 0.2
        pygame.event.pump()
        events = [e for event in pygame.event.get() for e in self.joysticks.translate(event, self.now, self.now)]
        actions = [a for event in events for a in self.pipeline.feed(event, self.pipeline._sticks.holder is not None)]
        self.axes = [event.axes for event in events if isinstance(event, AxesEvent)]
        return [action for action in actions if isinstance(action, Axes)]


@pytest.fixture
def hand():
    pygame.display.init()
    hands = []

    def make(axes):
        hands.append(Hand(axes))
        return hands[-1]

    yield make
    for one in hands:
        one.stick.pull_out()
    pygame.event.clear()


@pytest.mark.parametrize("axes", [1, 2, 3, 6])
def test_each_axis_of_a_real_stick_steers_its_own_way_and_letting_go_stops_at_once(hand, axes):
    someone = hand(axes)
    someone.look()
    assert someone.axes[-1] == (0.0,) * axes
    for place, wired in enumerate(WIRINGS[axes]):
        someone.stick.turn(abs(wired) - 1, 1.0)
        told = someone.look()[-1]
        wanted = [0.0] * axes
        wanted[place] = 1.0 if wired > 0 else -1.0
        assert told.axes == pytest.approx(wanted)
        assert not stick_motion(stick_modes(axes, can_turn=True)[0], told.axes, can_turn=True).still
        someone.stick.turn(abs(wired) - 1, 0.0)
        assert someone.look()[-1].axes == (0.0,) * axes


def test_six_axes_at_once_need_no_modes(hand):
    someone = hand(6)
    someone.look()
    for axis, value in enumerate((0.5, -1.0, -0.6, 0.0, 0.0, 0.9)):
        someone.stick.turn(axis, value)
    axes = someone.look()[-1].axes
    motion = stick_motion("all", axes, can_turn=True)
    assert motion == Motion(linear=(axes[1], -axes[0], axes[2]), angular=(0.0, 0.0, axes[5]))
    assert all(value > 0.1 for value in (axes[0], axes[1], axes[2], axes[5]))
