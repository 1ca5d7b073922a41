"""Colours, size of type and language, changed by the person alone."""

import pytest

from ui.screens import SCREENS
from ui.screens.look import SCALE_RANGE, THEME_NAMES
from ui.text import LANGUAGES, _, language

LOOK = SCREENS["look"]


@pytest.fixture
def desk(person):
    return person().app._desk


def test_the_colours_go_through_all_four_and_come_back(desk):
    seen = []
    for _step in THEME_NAMES:
        seen.append(desk.user.theme)
        LOOK.select(desk, "theme")
    assert seen == list(THEME_NAMES)
    assert desk.user.theme == seen[0]


def test_the_language_goes_through_all_each_in_its_own_name(desk):
    spoken = []
    desk.voice.set_language = spoken.append
    names = []
    for _step in LANGUAGES:
        names.append(next(tile.value for tile in LOOK.page(desk).tiles if tile.id == "language"))
        LOOK.select(desk, "language")
    assert names == ["English", "Lietuvių", "Deutsch", "Français", "Español"]
    assert spoken == ["lt", "de", "fr", "es", "en"]


def test_another_language_is_spoken_at_once_everywhere(person):
    someone = person()
    LOOK.select(someone.app._desk, "language")
    someone.frames(2)
    assert language() == "lt"
    assert _("Home") == "Pradžia"
    assert "Paruošta" in someone.view.text
    assert "Greitis 60\u00a0%" in someone.view.text


def test_type_grows_and_shrinks_by_steps_and_stops_at_its_ends(desk):
    for _step in range(9):
        LOOK.select(desk, "larger")
    assert desk.user.look.scale == SCALE_RANGE[1]
    assert [tile.id for tile in LOOK.page(desk).tiles if not tile.enabled] == ["larger"]
    for _step in range(9):
        LOOK.select(desk, "smaller")
    assert desk.user.look.scale == SCALE_RANGE[0]


def test_it_leads_back_to_the_settings_and_home(desk):
    LOOK.select(desk, "back")
    assert desk.chosen == "settings"
    SCREENS["settings"].select(desk, "look")
    assert desk.chosen == "look"
    LOOK.select(desk, "leave")
    assert desk.chosen == "home"
