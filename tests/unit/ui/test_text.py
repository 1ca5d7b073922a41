"""Every word goes through one function."""

import ast
import re
from pathlib import Path

import pytest

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


WORDS = {"Line": slice(0, 1), "Page": slice(0, 1), "Tile": slice(1, 2)}
"""Which arguments of a screen's parts are words; these of their keywords are too."""
KEYWORDS = {"title", "banner", "text", "label", "value"}


def unmarked(node):
    """Return the literal words in an expression that do not go through a function."""
    if isinstance(node, ast.Constant):
        return [node.value] if re.search(r"[A-Za-z]{2}", str(node.value)) else []
    if isinstance(node, ast.JoinedStr | ast.IfExp | ast.BinOp | ast.BoolOp):
        children = [child for child in ast.iter_child_nodes(node) if child is not getattr(node, "test", None)]
        return [text for child in children for text in unmarked(child)]
    return []


def raw_words(source):
    found = []
    for call in ast.walk(ast.parse(source)):
        words = WORDS.get(getattr(call.func, "id", "")) if isinstance(call, ast.Call) else None
        if words is not None:
            shown = [*call.args[words], *(each.value for each in call.keywords if each.arg in KEYWORDS)]
            found += [text for part in shown for text in unmarked(part)]
    return found


def test_no_screen_shows_a_word_that_did_not_go_through_the_function():
    assert {path.name: raw for path in SCREENS if (raw := raw_words(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "shown",
    ['Line("Go on")', 'Page(_("A"), banner="Go on")', 'Tile("x", "Go on" if y else _("B"))', 'Line(f"Go on {what}")'],
)
def test_a_word_that_did_not_go_through_it_is_found(shown):
    assert [text.strip() for text in raw_words(shown)] == ["Go on"]
    assert raw_words(shown.replace('"Go on"', '_("Go on")').replace('f"Go on {what}"', '_("Go on {what}")')) == []
