"""The bundled font has the letters of the languages, and measures what it draws."""

import pytest

from ui.fonts import fitted, font, measure, words

LETTERS = "aąčęėįšųūž AĄČĘĖĮŠŲŪŽ äöüßÄÖÜ éèêàçôîïùûœ ñáíóúü¿¡ – · % ° =".replace(" ", "")


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
