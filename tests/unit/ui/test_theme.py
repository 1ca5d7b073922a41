"""Every pair of words and ground is readable, and type grows with the screen."""

import itertools

import pytest

from tests.support.colour_vision import MACHADO, difference
from ui.theme import LEAST_CONTRAST, THEMES, Metrics, blend, contrast, disc_colour, luminance

SIZES = [(800, 480), (1024, 600), (1280, 800), (1920, 1200)]


def test_contrast_is_that_of_wcag():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert luminance((255, 0, 0)) == pytest.approx(0.2126)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_pair_of_words_and_ground_reaches_level_aaa(theme):
    for words, ground in theme.pairs:
        assert contrast(words, ground) >= LEAST_CONTRAST, (words, ground, contrast(words, ground))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_highlight_stands_out_from_every_tile_as_graphics_must(theme):
    for ground in (theme.ground, theme.tile, theme.tile_lit):
        assert contrast(theme.mark, ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_icons_stand_out_from_their_discs_and_discs_are_seen(theme):
    """WCAG 2.2, 1.4.11, asks 3:1 of graphics; the discs only bind an icon's place together."""
    for drawing, ground in theme.discs:
        disc = disc_colour(ground, drawing)
        assert contrast(drawing, disc) >= 4.5, (drawing, ground)
        assert contrast(disc, ground) >= 1.15, (drawing, ground)


def test_blend_goes_from_one_colour_to_the_other():
    assert blend((0, 0, 0), (100, 200, 50), 0.0) == (0, 0, 0)
    assert blend((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
    assert blend((0, 0, 0), (100, 200, 50), 1.0) == (100, 200, 50)


@pytest.mark.parametrize("size", SIZES)
def test_type_is_large_enough_for_a_wheelchair_at_seventy_centimetres(size):
    metrics = Metrics.of(size)
    assert metrics.small >= 22
    assert metrics.least < metrics.small < metrics.body < metrics.label < metrics.title < metrics.huge


def test_type_grows_with_the_screen():
    sizes = [Metrics.of(size).label for size in SIZES]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 1.4 * sizes[1]


MEANINGS = ("tile", "go", "stop", "warn")
NOTICED = 15.0
"""About six times a just noticeable difference (2.3)."""


@pytest.mark.parametrize("vision", ["usual", *MACHADO])
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_what_grounds_mean_is_told_apart_by_colour_blind_people_too(theme, vision):
    """Words and signs differ as well: nothing hangs on colour alone."""
    for one, other in itertools.combinations(MEANINGS, 2):
        assert difference(vision, getattr(theme, one), getattr(theme, other)) >= NOTICED, (one, other)
    assert difference(vision, theme.mark, theme.edge) >= NOTICED


def test_the_colour_vision_model_makes_red_and_green_alike():
    red, green = (200, 60, 60), (60, 140, 60)
    assert difference("deutan", red, green) < 0.6 * difference("usual", red, green)
    for vision in MACHADO:
        assert difference(vision, (128, 128, 128), (128, 128, 128)) == 0.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_lit_frame_is_seen_beside_frames_at_rest(theme):
    """WCAG 2.2, 2.4.13: a changed state of focus has a contrast of 3:1 with the one before; it is thicker, too."""
    assert contrast(theme.mark, theme.edge) >= 3.0
    assert Metrics.of((800, 480)).border >= 2 * 2


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [1.0, 1.3, 1.6])
def test_the_scale_makes_type_larger_and_leaves_room_between_the_strips(size, scale):
    usual, scaled = Metrics.of(size), Metrics.of(size, scale)
    assert scaled.label == pytest.approx(scale * usual.label, abs=1)
    assert scaled.least == usual.least
    assert scaled.height - scaled.top - scaled.bottom > 0.65 * scaled.height
