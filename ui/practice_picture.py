"""The picture beside a game: the arm of the game, the rolling ball, or the levels reached."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

import pygame

from armctl.access.practice.games import GAMES
from armctl.access.practice.moment import Ball, Wave
from armctl.access.practice.round import Round
from armctl.access.practice.steer import Steer
from armctl.access.practice.trial import Trial
from armctl.config.scene import SceneConfig
from armctl.motion.by_hand import gaze_yaw
from ui import practice_gauges as draw
from ui.arm_view import ArmView
from ui.desk import Desk
from ui.layout import Box
from ui.practice_arm import PracticeArm
from ui.practice_desk import PLAY
from ui.practice_words import GAME_WORDS
from ui.theme import Theme

Picture = tuple[Hashable, Callable[[Box], pygame.Surface]]

PICTURE_TIME: Final = 0.030
"""Drawn at most this often [s], as the picture of the arm itself."""
GAUGE: Final = 0.17
"""Height (or width) of a gauge, share of the picture's height."""


class PracticePicture:
    """Draws what a game shows.

    Args:
        desk: The person's session.
        scene: What stands around the arm.
    """

    def __init__(self, desk: Desk, scene: SceneConfig) -> None:
        self._desk = desk
        self._scene = scene
        self._arm: PracticeArm | None = None
        self._key: Hashable = None
        self._drawn_at = float("-inf")

    def picture(self, screen: str, view: Callable[[int], ArmView], theme: Theme) -> Picture:
        """Return a key that changes when anything visible moves, and what draws the picture.

        Args:
            screen: Name of the screen.
            view: Returns the drawing of the arm for a width [px].
            theme: Colours.
        """
        key, draw_it = self._newest(screen, view, theme)
        now = self._desk.clock.now()
        if now - self._drawn_at >= PICTURE_TIME:
            self._key, self._drawn_at = key, now
        return self._key, draw_it

    def _newest(self, screen: str, view: Callable[[int], ArmView], theme: Theme) -> Picture:
        played = self._desk.practice.round
        now = self._desk.clock.now()
        if screen != PLAY or played is None or played.stage in ("offer", "over"):
            reached = tuple((GAME_WORDS[each.name].icon, self._desk.practice.level(each.name)) for each in GAMES)
            return (screen, theme.name, reached), lambda box: self._levels(box, reached, theme)
        trial = played.trial
        if isinstance(trial, Ball):
            key = (theme.name, played.number, round(trial.place(now), 3))
            return key, lambda box: self._ball(box, trial, now, theme)
        return self._moving(played, trial, now, view, theme)

    def _moving(self, played: Round, trial: Trial, now: float, view: Callable[[int], ArmView], theme: Theme) -> Picture:
        arm = self._arm or PracticeArm(
            self._desk.robot, self._scene, gaze_yaw(self._scene.person, self._desk.user.motion.gaze)
        )
        self._arm = arm
        values = [round(axis.value, 3) for axis in trial.axes.values()] if isinstance(trial, Steer) else []
        waved = round(trial.waved(now), 3) if isinstance(trial, Wave) else 0.0
        key = (theme.name, played.number, tuple(values), waved)
        return key, lambda box: self._with_gauges(box, trial, arm, now, view(box.w), theme)

    @staticmethod
    def _levels(box: Box, reached: tuple[tuple[str, int], ...], theme: Theme) -> pygame.Surface:
        surface = pygame.Surface((box.w, box.h))
        draw.levels(surface, reached, theme)
        return surface

    @staticmethod
    def _ball(box: Box, trial: Ball, now: float, theme: Theme) -> pygame.Surface:
        surface = pygame.Surface((box.w, box.h))
        draw.ball(surface, trial, now, theme)
        return surface

    @staticmethod
    def _with_gauges(
        box: Box, trial: Trial, arm: PracticeArm, now: float, view: ArmView, theme: Theme
    ) -> pygame.Surface:
        goal = arm.goal(trial)
        positions = arm.posture(trial, now)
        surface = view.update(positions, arm.around(trial, positions), goal).copy()
        if isinstance(trial, Steer):
            _gauges(surface, Box(0, 0, box.w, box.h), trial, theme)
        return surface


def _gauges(surface: pygame.Surface, box: Box, trial: Steer, theme: Theme) -> None:
    """Draw a gauge for each way of the game along the edges of the picture."""
    thick = max(48, round(GAUGE * box.h))
    room = box.inset(thick // 5)
    foot = Box(room.x, room.bottom - thick, room.w, thick)
    for name, axis in trial.axes.items():
        if name == "height":
            draw.upright(surface, Box(room.x, room.y, thick, room.h - thick - thick // 5), axis, theme)
        elif name == "tilt":
            draw.tilted_cup(surface, Box(room.right - 2 * thick, room.y, 2 * thick, 2 * thick), axis, theme)
        else:
            draw.across(surface, foot, axis, theme, mirrored=name in ("side", "grip"))
