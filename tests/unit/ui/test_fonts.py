"""The bundled font has the letters of the languages, and measures what it draws."""

from pathlib import Path

import matplotlib
import pygame
import pytest

import ui
from ui import fonts, po
from ui.fonts import _font_for, fitted, font, measure, rise, whole, words

LETTERS = "aąčęėįšųūž AĄČĘĖĮŠŲŪŽ äöüßÄÖÜ éèêëàâçôîïùûüÿœæ ÉÈÊÀÂÇÔÎÏÙŒ ñáíóúü¿¡ÑÁÍÓÚ –·%°=…„“”‚‘’«»²".replace(" ", "")
CATALOGUES = sorted((Path(ui.__file__).parent / "locale").glob("*.po"))


@pytest.mark.parametrize("letter", LETTERS)
def test_the_font_has_this_letter(letter):
    missing = font(40).render("\uffff", True, (0, 0, 0))
    drawn = font(40).render(letter, True, (0, 0, 0))
    assert font(40).metrics(letter)[0] is not None
    assert drawn.get_size() != missing.get_size() or drawn.get_buffer().raw != missing.get_buffer().raw


def test_type_is_as_high_as_asked():
    # Capitals of this font are 0.72 of the type size.
    picture = words("H", 100, (255, 255, 255))
    rows = [y for y in range(picture.get_height()) if any(picture.get_at((x, y)).a > 127 for x in range(0, 60, 4))]
    assert rows[-1] - rows[0] + 1 == pytest.approx(72, abs=3)


def test_words_are_as_wide_as_measured_and_kept():
    picture = words("Bring the cup", 30, (255, 255, 255))
    assert picture.get_width() == measure("Bring the cup", 30)[0]
    assert words("Bring the cup", 30, (255, 255, 255)) is picture


@pytest.mark.parametrize("text", ["Übersicht", "Žemyn", "Élever", "Ñandú"])
@pytest.mark.parametrize("size", [22, 38, 58])
def test_words_with_marks_on_capitals_stand_on_the_line_of_the_others(text, size):
    def foot(word):
        picture = words(word[0], size, (255, 255, 255))
        return picture.get_bounding_rect(min_alpha=128).bottom - rise(word[0], size)

    assert foot(text) == pytest.approx(foot("Home"), abs=1)
    assert rise("Home", size) == 0 < rise(text, size)


@pytest.mark.parametrize("room", [(40, 30), (90, 30), (90, 60), (140, 30), (140, 90), (300, 40)])
@pytest.mark.parametrize("text", ["Up", "Weiter weg", "Einstellungen", "Ladear a la izquierda"])
def test_whether_words_fit_is_told_as_where_they_are_broken(text, room):
    for largest, least in ((28, 28), (28, 16), (16, 16)):
        assert whole(text, room, largest, least) == fitted(text, room, largest, least).whole


def test_longer_words_get_smaller_type():
    assert fitted("Move", (200, 60), 40, 12).size > fitted("Bewegungseinstellungen", (200, 60), 40, 12).size


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_font_has_every_letter_of_the_catalogue(path):
    letters = {letter for entry in po.read(path.read_text(encoding="utf-8"), path.name) for letter in entry.words}
    missing = font(40).render("\uffff", True, (0, 0, 0)).get_buffer().raw
    for letter in letters - {" ", "\u00a0"}:
        assert font(40).render(letter, True, (0, 0, 0)).get_buffer().raw != missing, letter


def test_letters_of_another_direction_are_laid_from_right_to_left(monkeypatch):
    monkeypatch.setattr(fonts, "other_files", tuple)
    forget_letters()
    assert _font_for("ready", 20) is font(20, False, None)
    assert _font_for(HEBREW, 20) is font(20, True, None)
    # The same letters, so the same width; laid the other way round they look otherwise.
    plain, turned = (font(40, way).render("AV", True, (0, 0, 0)) for way in (False, True))
    assert plain.get_buffer().raw != turned.get_buffer().raw
    forget_letters()


def forget_letters():
    for cache in (fonts._file_for, fonts.measure, fonts.words, fonts.fitted):
        cache.cache_clear()


HEBREW = "\u05e2\u05e6\u05d5\u05e8"
ARABIC = "\u0642\u0641\u062f\u0631"


class TestOtherScripts:
    """Letters that the bundled font does not have are looked for in the system's fonts."""

    @pytest.fixture
    def dejavu(self, monkeypatch):
        path = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf")
        monkeypatch.setattr(fonts, "other_files", lambda: (path,))
        forget_letters()
        yield path
        forget_letters()

    def test_they_are_drawn_with_a_font_that_has_them(self, dejavu):
        assert None not in fonts.font(20, path=dejavu).metrics(ARABIC)
        assert fonts.measure(ARABIC, 40)[0] == pytest.approx(fonts.font(80, True, dejavu).size(ARABIC)[0] / 2, abs=1)
        drawn = pygame.surfarray.array_alpha(fonts.words(ARABIC, 40, (255, 255, 255)))
        letters = [pygame.surfarray.array_alpha(fonts.words(one, 40, (255, 255, 255))) for one in ARABIC]
        assert (drawn > 100).sum() > 200
        assert len({letter.tobytes() for letter in letters}) == 4

    def test_what_the_bundled_font_has_stays_in_it(self, dejavu):
        for text in ("Press", "Ąžuolas", "Größe"):
            assert fonts.measure(text, 40)[0] == -(-fonts.font(80).size(text)[0] // 2)

    def test_without_any_font_for_them_something_is_still_drawn(self, monkeypatch):
        monkeypatch.setattr(fonts, "other_files", tuple)
        forget_letters()
        assert fonts.words(ARABIC, 40, (255, 255, 255)).get_width() > 20
        forget_letters()
