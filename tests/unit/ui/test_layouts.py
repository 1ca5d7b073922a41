"""Every screen in every state, in every language, theme and size: nothing cut or covered, all of it readable.

Drawn for real. Not every combination is drawn: every language meets the smallest screen and one other size, every theme
every size, every scale every theme; each of them with all screens.
"""

import itertools

import pytest

from armctl.config.user import ScanConfig, UserConfig
from tests.support.layout_rig import LONGER, Bench, blank_pictures, longer
from ui.layout import Box
from ui.screens.help import CHOOSING, MOVING
from ui.screens.look import SCALE_RANGE, THEME_NAMES
from ui.text import LANGUAGES
from ui.theme import LEAST_CONTRAST, THEMES

SMALLEST = (800, 480)
OTHERS = ((1024, 600), (1280, 800), (1920, 1080))
SIZES = (SMALLEST, *OTHERS)
TONGUES = (*LANGUAGES, "long", "mirrored")
SCALES = (1.0, 1.3, 1.6)
LOOKS = tuple(itertools.product(THEMES, SCALES))
CASES = [
    *((SMALLEST, tongue, *LOOKS[(2 * i) % len(LOOKS)]) for i, tongue in enumerate(TONGUES)),
    *((OTHERS[i % 3], tongue, *LOOKS[(2 * i + 1) % len(LOOKS)]) for i, tongue in enumerate(TONGUES)),
    *((size, "long", theme, 1.0) for size, theme in (((1024, 600), "yellow"), ((1920, 1080), "calm"))),
]


@pytest.fixture(autouse=True)
def blank(monkeypatch):
    blank_pictures(monkeypatch)


def test_the_cases_meet_every_value_of_each_dimension():
    assert {case[0] for case in CASES} == set(SIZES)
    assert {case[1] for case in CASES} == set(TONGUES)
    assert {case[2] for case in CASES} == set(THEMES)
    assert {case[3] for case in CASES} == set(SCALES)
    assert {case[1] for case in CASES if case[0] == SMALLEST} == set(TONGUES)


@pytest.mark.parametrize(("size", "tongue", "theme", "scale"), CASES)
def test_no_words_are_cut_none_lie_over_others_and_no_tile_is_small(size, tongue, theme, scale):
    bench = Bench(size, tongue, theme, scale)
    wrong = {state: found for state in bench.states() if (found := bench.problems())}
    assert wrong == {}


@pytest.mark.parametrize(
    ("size", "tongue", "tile"), [(SMALLEST, "de", 160), ((1024, 600), "lt", 200), ((1280, 800), "long", 320)]
)
def test_large_tiles_cut_no_words_either(size, tongue, tile):
    bench = Bench(size, tongue, tile=tile)
    wrong = {state: found for state in bench.states() if (found := bench.problems())}
    assert wrong == {}


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_alert_fits_the_smallest_screen(tongue):
    bench = Bench(SMALLEST, tongue)
    wrong = {code: found for code in bench.alerts() if (found := bench.problems())}
    assert wrong == {}


@pytest.mark.parametrize(("theme", "tongue"), list(zip(THEMES, TONGUES, strict=False)))
def test_words_stand_out_from_what_is_behind_them_pixel_by_pixel(theme, tongue):
    bench = Bench((1024, 600), tongue, theme)
    poor = {state: found for state in bench.states() if (found := bench.least_contrast())[0] < LEAST_CONTRAST}
    assert poor == {}


def test_the_pixel_check_finds_poor_contrast():
    bench = Bench(SMALLEST)
    bench.bring_to("home")
    bench.canvas.fill(Box(0, 200, 400, 60), (0, 0, 0))
    bench.canvas.text(Box(10, 210, 300, 40), "Faint", (70, 70, 80), 30)
    assert bench.least_contrast()[0] < LEAST_CONTRAST


def test_the_checks_find_words_that_are_cut_or_lie_over_others():
    bench = Bench(SMALLEST)
    bench.bring_to("home")
    assert bench.problems() == []
    bench.canvas.text(Box(100, 5, 40, 20), "Unbreakable", (255, 255, 255), 30)
    assert any(found.startswith("cut") for found in bench.problems())
    bench.canvas.text(Box(20, 5, 300, 40), "Above the title", (255, 255, 255), 30)
    assert any(found.startswith("over") for found in bench.problems())


def test_longer_words_are_longer_and_keep_their_places():
    assert longer("Press = {what}") == "Pressne = {what}"
    text = "The arm goes back over its last motion"
    assert len(longer(text)) >= (1 + 0.75 * LONGER) * len(text)


class TestMirrored:
    """A language that is written from right to left."""

    @pytest.fixture
    def pair(self):
        plain = Bench((1024, 600), "en")
        plain.bring_to("home")
        words = plain.canvas.written
        tiles = [item.rect for item in plain.show.items]
        mirrored = Bench((1024, 600), "mirrored")
        mirrored.bring_to("home")
        return words, tiles, mirrored

    def test_the_whole_screen_is_mirrored_by_one_flag(self, pair):
        words, tiles, mirrored = pair
        turned = [Box(1024 - box.right, *box[1:]) for box in tiles]
        assert [item.rect for item in mirrored.show.items] == turned
        rooms = [Box(1024 - word.room.right, *word.room[1:]) for word in words]
        assert [word.room for word in mirrored.canvas.written] == rooms

    def test_what_is_drawn_is_where_a_pointer_finds_it(self, pair):
        _, _, mirrored = pair
        lit = mirrored.show.items[0].rect
        edge = mirrored.canvas.theme.mark
        assert mirrored.show.surface.get_at((lit.x + lit.w // 2, lit.y + 2))[:3] == edge

    def test_left_stays_left_of_right(self):
        bench = Bench((1024, 600), "mirrored")
        for state in ("move", "turn"):
            bench.bring_to(state)
            at = {item.id: item.rect for item in bench.show.items}
            pair = ("left", "right") if state == "move" else ("roll_left", "roll_right")
            if at[pair[0]].y == at[pair[1]].y:
                assert at[pair[0]].x < at[pair[1]].x

    def test_the_red_field_is_where_it_is_drawn(self):
        bench = Bench((1024, 600), "mirrored")
        bench.bring_to("running")
        field = bench.show.stop_field
        assert bench.show.surface.get_at((field.x + field.w // 2, field.y + 10))[:3] == bench.canvas.theme.stop


def test_every_way_of_choosing_and_of_moving_is_explained():
    assert set(ScanConfig.model_fields["method"].annotation.__args__) <= set(CHOOSING)
    assert set(UserConfig.model_fields["motion"].annotation.model_fields["jog"].annotation.__args__) == set(MOVING)


def test_the_settings_offer_what_the_profile_allows():
    assert set(THEME_NAMES) == set(THEMES) == set(UserConfig.model_fields["theme"].annotation.__args__)
    bounds = UserConfig.model_fields["look"].annotation.model_fields["scale"].metadata
    assert (bounds[0].ge, bounds[1].le) == SCALE_RANGE


def test_larger_type_is_larger_where_there_is_room():
    sizes = []
    for scale in SCALES:
        bench = Bench((1280, 800), scale=scale)
        bench.bring_to("look")
        sizes.append(next(word.fitted.size for word in bench.canvas.written if word.text == "Colours"))
    assert sizes == sorted(sizes)
    assert sizes[-1] > 1.2 * sizes[0]
