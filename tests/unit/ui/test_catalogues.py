"""Every message that a person may see or hear has its words in every language."""

import re
from functools import cache
from string import Formatter

import pytest

from armctl.config.user import UserConfig
from tests.words.__main__ import updated
from tests.words.collect import ROOT, all_messages, core_messages, screen_messages, worth
from ui import po
from ui.phrases import CASES
from ui.text import LANGUAGES, phrases

TRANSLATED = [code for code in LANGUAGES if code != "en"]
WHAT_TO_DO = "Run `make words`, then write the missing msgstr in ui/locale/{}.po: {}"


@cache
def on_screen():
    return {found.text for found in screen_messages()}


def entries(language):
    path = ROOT / "ui" / "locale" / f"{language}.po"
    return {entry.english: entry for entry in po.read(path.read_text(encoding="utf-8"), path.name)}


def places(text):
    return [field for _, field, _, _ in Formatter().parse(text) if field is not None]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_words_in_the_catalogue(language):
    there = entries(language)
    missing = [text for text in all_messages() if text not in there or not there[text].words.strip()]
    assert missing == [], WHAT_TO_DO.format(language, missing)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess_that_nobody_looked_at(language):
    assert [entry.english for entry in entries(language).values() if entry.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_message_and_no_other(language):
    wrong = []
    for english, entry in entries(language).items():
        names = {name.partition("|")[0] for name in places(entry.words)}
        strays = {name.partition("|")[2] for name in places(entry.words)} - CASES - {""} if language == "lt" else set()
        if (entry.words and names != set(places(english))) or strays:
            wrong.append((english, entry.words))
        if english in on_screen() and "|" in entry.words:
            wrong.append((english, "words of the screen itself have no forms"))
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_like_its_message(language):
    """A sentence stays a sentence, a tile's label stays without a full stop."""
    wrong = []
    for english, entry in entries(language).items():
        if entry.words and (english[-1:] in ".?") != (entry.words[-1:] in ".?") and not english.endswith("}"):
            wrong.append((english, entry.words))
    assert wrong == []


def test_tiles_that_a_sentence_names_are_there_by_that_name():
    """What is quoted in the words for a person is the label of a tile, spelled as on the tile."""
    quoted = {label for text in all_messages() for label in re.findall("“([A-Z][^”]*)”", text)}
    assert {"I understand", "Switch on", "Undo"} <= quoted <= on_screen()


@pytest.mark.parametrize("language", TRANSLATED)
def test_tiles_that_a_sentence_names_are_called_what_they_are_called_on_the_screen(language):
    there = entries(language)
    wrong = []
    for english, entry in there.items():
        labels = [there[label].words for label in re.findall("“([A-Z][^”]*)”", english)]
        wrong += [(label, entry.words) for label in labels if label not in entry.words]
    assert wrong == []


def test_no_french_line_breaks_before_a_sign():
    assert [entry.words for entry in entries("fr").values() if re.search(r" [:;?!»]|« ", entry.words)] == []


FAMILIAR = {"lt": r"\b(tu|tavo|tau|tave)\b", "de": r"\b(du|dein\w*|dir|dich)\b", "fr": r"\b(tu|ton|ta|tes|toi)\b"}
FAMILIAR["es"] = r"\b(tú|tus|ti|contigo)\b|(?:^|[.!?:] )(Pulsa|Elige|Espera|Mira|Mueve)\b"


@pytest.mark.parametrize("language", TRANSLATED)
def test_people_are_addressed_with_respect(language):
    found = [entry.words for entry in entries(language).values() if re.search(FAMILIAR[language], entry.words)]
    assert found == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_of_the_core_reaches_the_screen_in_english(language):
    """Each of its messages, its places filled with figures and names, is recognised and said whole."""
    say = phrases(language).say
    left = {}
    for found in core_messages():
        filled = "".join(
            literal + ("" if field is None else "12" if spec or field in ("x", "x2", "identity") else "elbow")
            for literal, field, spec, _ in Formatter().parse(found.text)
        )
        if "Putting elbow" not in filled and "puts elbow" not in filled and say(filled).foreign > 0.9:
            left[found.text] = say(filled)
    assert left == {}, WHAT_TO_DO.format(language, list(left))


def test_the_profile_allows_exactly_the_languages_that_there_are():
    allowed = UserConfig.model_fields["language"].annotation.__args__
    assert set(allowed) == set(LANGUAGES)
    assert {path.stem for path in (ROOT / "ui" / "locale").glob("*.po")} == set(TRANSLATED)


def test_the_scan_for_messages_bites(tmp_path):
    (tmp_path / "ui").mkdir()
    (tmp_path / "armctl" / "motion").mkdir(parents=True)
    (tmp_path / "configs").mkdir()
    (tmp_path / "ui" / "new.py").write_text('A = _("Quite new")\nB = {"x": marked("Up")}\n', encoding="utf-8")
    (tmp_path / "armctl" / "motion" / "new.py").write_text(
        '"""Not this."""\n\n\ndef why(off):\n    """Nor this."""\n    LOG.info("Nor this one.")\n'
        "    return f\"It is {off:.1f} mm {'off' if off else 'on'}.\"\n",
        encoding="utf-8",
    )
    found = {one.text for one in [*screen_messages(tmp_path), *core_messages(tmp_path)]}
    assert found == {"Quite new", "Up", "It is {off:.1f} mm off.", "It is {off:.1f} mm on."}


def test_identifiers_are_no_messages():
    assert not worth("shoulder_pan")
    assert not worth("2 + 2")
    assert worth("The arm moves.")


def test_updating_keeps_words_adds_new_messages_and_drops_old_ones(tmp_path):
    old = [po.Entry("Home", "Pradžia", ["# kept", "#: gone.py"]), po.Entry("Gone", "Dingo")]
    (tmp_path / "lt.po").write_text(po.write(old, "lt"), encoding="utf-8")
    home, new = updated("lt", {"Home": ["ui/a.py"], "New": ["ui/b.py"]}, tmp_path)
    assert (home.words, home.notes) == ("Pradžia", ["# kept", "#: ui/a.py"])
    assert (new.english, new.words, new.notes) == ("New", "", ["#: ui/b.py"])


def test_the_catalogues_are_in_the_package():
    for code in TRANSLATED:
        assert phrases(code)("Home") != "Home"
