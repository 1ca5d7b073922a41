"""Every word goes through one function."""

import ast
from pathlib import Path

import ui
from ui.text import _, marked, mirrored, number, percent, seconds, use_language, use_translation

SCREENS = sorted((Path(ui.__file__).parent / "screens").glob("*.py"))


def test_each_language_has_its_decimal_sign():
    use_language("lt")
    assert number(0.85, 2) == "0,85"
    assert seconds(1.5) == "1,5\u00a0s"
    use_language("en")
    assert number(0.85, 2) == "0.85"


def test_only_some_languages_are_written_from_right_to_left():
    use_language("he")
    assert mirrored()
    use_language("de")
    assert not mirrored()


def test_english_without_a_catalogue():
    use_language("xx")
    assert _("Home") == "Home"


def test_a_translation_is_used_from_then_on():
    use_translation(str.upper)
    assert _("Home") == "HOME"
    assert marked("Home") == "Home"


def test_figures_keep_their_unit_on_the_same_line():
    assert percent(0.6) == "60\u00a0%"
    assert seconds(1.5) == "1.5\u00a0s"
    assert seconds(2.0) == "2\u00a0s"


def test_no_screen_shows_a_word_that_did_not_go_through_the_function():
    raw = []
    for path in SCREENS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Line", "Page"):
                raw += [ast.unparse(arg) for arg in node.args[:1] if isinstance(arg, ast.Constant)]
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Tile":
                raw += [ast.unparse(arg) for arg in node.args[1:2] if isinstance(arg, ast.Constant)]
    assert [text for text in raw if text != "''"] == []
