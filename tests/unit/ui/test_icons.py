"""Every icon is drawn, stays inside, and looks unlike every other one that means something else."""

import pygame
import pytest

from ui.icons import ICONS, icon

SAME = {"cup": "drink", "drink": "cup", "hand": "hand_over", "hand_over": "hand"}


def ink(name):
    return pygame.surfarray.array_alpha(icon(name, 64, (255, 255, 255)))


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_shows_something_but_not_a_block(name):
    share = (ink(name) > 127).mean()
    assert 0.02 < share < 0.85


def test_no_two_icons_look_the_same():
    drawn = {name: ink(name) for name in ICONS}
    for name, picture in drawn.items():
        twins = [other for other, its in drawn.items() if other != name and (its == picture).all()]
        assert twins == [SAME[name]] if name in SAME else twins == []


def test_an_unknown_name_shows_the_star():
    assert (ink("no such icon") == ink("star")).all()


def test_an_icon_is_drawn_once():
    assert icon("cup", 50, (1, 2, 3)) is icon("cup", 50, (1, 2, 3))
