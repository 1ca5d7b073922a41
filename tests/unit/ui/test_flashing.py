"""Nothing on the screen flashes more than three times a second (WCAG 2.2, 2.3.1, general flash)."""

import numpy as np
import pygame
import pytest

from armctl.config.user import ScanConfig, UserConfig
from tests.support.ui_person import Person
from ui.theme import THEMES

FRAME = 1.0 / 60.0
MOST = 3
"""Flashes in any one second; a flash is a pair of opposing changes."""
CHANGE = 0.10
"""Change of relative luminance that counts, where the darker image is below 0.80."""
CELL = 20
"""Side of the cells that are looked at [px]: an area of 25 % of 10° of sight is 341 by 256 px, 218 of them."""
AREA = 341 * 256 // 4 // CELL**2


def luminances(surface):
    small = pygame.transform.smoothscale(surface, (surface.get_width() // CELL, surface.get_height() // CELL))
    shares = pygame.surfarray.array3d(small).astype(float) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def flashes(frames):
    """Return the largest number of flashes in one second, for each cell (w, h), of ``frames`` [relative luminance]."""
    extreme, direction = frames[0].copy(), np.zeros_like(frames[0])
    turns = np.zeros((len(frames), *frames[0].shape), bool)
    for number, now in enumerate(frames):
        moved = now - extreme
        counts = (np.abs(moved) >= CHANGE) & (np.minimum(now, extreme) < 0.80)
        turned = counts & (np.sign(moved) != direction)
        turns[number] = turned
        direction = np.where(turned, np.sign(moved), direction)
        follows = turned | (np.sign(moved) == direction)
        extreme = np.where(follows, now, extreme)
    second = round(1 / FRAME)
    sums = np.cumsum(turns, axis=0)
    return (sums[second:] - sums[:-second]).max(axis=0) / 2


def watched(someone, seconds):
    frames = []
    for _ in range(round(seconds / FRAME)):
        someone.frames(1)
        frames.append(luminances(someone.app._show.surface))
    return flashes(frames)


def guest(theme, interval):
    return UserConfig(name="guest", theme=theme, scan=ScanConfig(interval=interval, first_extra=0.0, rounds=20))


@pytest.mark.parametrize("theme", THEMES)
def test_the_moving_frame_flashes_nowhere_at_the_fastest_pace_that_settings_offer(theme):
    assert watched(Person(user=guest(theme, 0.4)), 3.0).max() <= MOST


@pytest.mark.parametrize("theme", THEMES)
def test_nor_does_it_between_two_tiles_at_the_fastest_pace_a_profile_allows(theme):
    someone = Person(user=guest(theme, 0.3), mode="disarmed")
    assert watched(someone, 2.5).max() <= MOST


def test_presses_as_fast_as_they_count_make_no_large_part_flash():
    someone = Person(user=guest("dark", 0.4))
    someone.app._desk.go_to("settings")
    someone.frames(3)
    frames = []
    for number in range(120):
        if number % 20 == 0:
            someone.app._controls._select("slower" if number % 40 else "faster")
        someone.frames(1)
        frames.append(luminances(someone.app._show.surface))
    assert (flashes(frames) > MOST).sum() < AREA


def test_the_meter_counts_flashes():
    dark, light = np.zeros((2, 2)), np.full((2, 2), 0.5)
    fast = [light if number // 6 % 2 else dark for number in range(120)]  # 10 changes a second
    slow = [light if number // 15 % 2 else dark for number in range(120)]  # 4 changes a second
    assert flashes(fast).max() == pytest.approx(5, abs=0.5)
    assert flashes(slow).max() == pytest.approx(2, abs=0.5)
    assert flashes([dark + 0.05 * (number % 2) for number in range(120)]).max() == 0
