"""Catalogue files are read as gettext's tools write them, and written as they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import ConfigError
from ui import po

TEXT = """# For people
msgid ""
msgstr ""
"Language: lt\\n"

#: ui/strip.py
msgid "Ready"
msgstr "Parengta"

#, fuzzy
msgid "A long "
"one"
msgstr ""
"Il"
"ga"
"""


def test_entries_come_with_their_notes_and_lines_and_without_the_header():
    first, second = po.read(TEXT, "lt.po")
    assert (first.english, first.words, first.notes, first.line) == ("Ready", "Parengta", ["#: ui/strip.py"], 7)
    assert (second.english, second.words, second.fuzzy) == ("A long one", "Ilga", True)
    assert not first.fuzzy


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), unique_by=lambda pair: pair[0]))
def test_what_is_written_is_read_again(pairs):
    entries = [po.Entry(english, words) for english, words in pairs]
    again = po.read(po.write(entries, "lt"), "lt.po")
    assert [(entry.english, entry.words) for entry in again] == pairs


@pytest.mark.parametrize(
    ("text", "line"),
    [('msgid "a"\nmsgstr b\n', 2), ('msgid "a"\nmsgctxt "b"\n', 2), ('"no key"\n', 1), ('msgid "a\n', 1)],
)
def test_what_is_written_wrongly_is_refused_with_its_line(text, line):
    with pytest.raises(ConfigError) as error:
        po.read(text, "lt.po")
    assert (error.value.path, error.value.line) == ("lt.po", line)
