"""Where a pointer chooses nothing is shown, without covering a word."""

import pygame
import pytest

from armctl.config.pointing import RestArea
from armctl.config.user import DwellConfig, UserConfig
from ui.layout import Box
from ui.rest_area import area_of

PLACES = {
    "lower edge": RestArea(top=0.93, width=1.0, height=0.07),
    "right edge": RestArea(left=0.9, top=0.1, width=0.1, height=0.75),
    "over tiles": RestArea(left=0.1, top=0.4, width=0.4, height=0.3),
}


def screens(person, rest, theme="dark"):
    """Return the pixels without and with the rest area shown, its box, and what was written."""
    user = UserConfig(name="guest", theme=theme)
    pictures = []
    for dwell in (DwellConfig(), DwellConfig(rest=rest)):
        someone = person(user=user.model_copy(update={"dwell": dwell}), size=(1024, 600))
        someone.frames(2)
        pictures.append(pygame.surfarray.array3d(someone.app._show.surface).astype(int))
    show = someone.app._show
    return *pictures, area_of(rest, (1024, 600)), [word.drawn for word in show._painter.canvas.written], show


@pytest.mark.parametrize("theme", ["dark", "light", "yellow", "calm"])
@pytest.mark.parametrize("place", PLACES)
def test_the_area_has_an_outline_and_an_eye_and_no_word_is_touched(place, theme, person):
    plain, shown, area, words, show = screens(person, PLACES[place], theme)
    changed = (plain != shown).any(axis=2)
    outside = changed.copy()
    outside[area.x : area.right, area.y : area.bottom] = False
    assert not outside.any()
    assert changed[area.x : area.right, area.y : area.bottom].sum() > 300
    eye = show._rest.eye
    assert eye is not None
    assert area.holds(eye)
    assert changed[eye.x : eye.right, eye.y : eye.bottom].sum() > 60
    for word in words:
        assert not changed[word.x : word.right, word.y : word.bottom].any()


def test_the_outline_is_still_there_when_what_is_below_was_drawn_anew(person):
    rest = PLACES["over tiles"]
    someone = person(user=UserConfig(name="guest", dwell=DwellConfig(rest=rest)), size=(1024, 600))
    someone.frames(2)
    edge = area_of(rest, (1024, 600))
    soft = someone.app._show._painter.canvas.theme.soft

    def dots():
        row = [someone.app._show.surface.get_at((x, edge.y + 1))[:3] for x in range(edge.x, edge.right)]
        return row.count(soft)

    before = dots()
    assert before > 30
    for _ in range(6):
        someone.wait(0.7)  # the lit tile goes on, the ring shrinks
        assert dots() == pytest.approx(before, abs=8)


def test_a_rest_area_that_comes_later_is_shown_and_one_that_goes_is_not(person):
    someone = person(size=(1024, 600))
    someone.frames(1)
    someone.app._desk.use(someone.app._desk.user.model_copy(update={"dwell": DwellConfig(rest=PLACES["lower edge"])}))
    someone.frames(1)
    assert someone.app._show._rest.eye is not None
    someone.app._desk.use(someone.app._desk.user.model_copy(update={"dwell": DwellConfig()}))
    someone.frames(1)
    assert someone.app._show._rest is None


def test_an_area_in_shares_becomes_pixels_that_fill_the_screen_edge():
    assert area_of(PLACES["lower edge"], (1280, 800)) == Box(0, 744, 1280, 56)
