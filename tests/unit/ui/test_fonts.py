"""The bundled font has the letters of the languages, and measures what it draws."""

from pathlib import Path

import pytest

import ui
from ui import po
from ui.fonts import _font_for, fitted, font, measure, words

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


def test_longer_words_get_smaller_type():
    assert fitted("Move", (200, 60), 40, 12).size > fitted("Bewegungseinstellungen", (200, 60), 40, 12).size


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_font_has_every_letter_of_the_catalogue(path):
    letters = {letter for entry in po.read(path.read_text(encoding="utf-8"), path.name) for letter in entry.words}
    missing = font(40).render("\uffff", True, (0, 0, 0)).get_buffer().raw
    for letter in letters - {" ", "\u00a0"}:
        assert font(40).render(letter, True, (0, 0, 0)).get_buffer().raw != missing, letter


def test_letters_of_another_direction_are_laid_from_right_to_left():
    assert _font_for("ready", 20) is font(20, False)
    assert _font_for("\u05e9\u05dc\u05d5\u05dd", 20) is font(20, True)
    # The same letters, so the same width; laid the other way round they look otherwise.
    plain, turned = (font(40, way).render("AV", True, (0, 0, 0)) for way in (False, True))
    assert plain.get_buffer().raw != turned.get_buffer().raw
