"""Catalogues as they are written: the text files of GNU gettext (``.po``), read at start.

Nothing is compiled, so nothing can go stale; five hundred entries take a few milliseconds. Plural forms are not read:
figures stand beside their unit here, never before a noun that they would bend.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from armctl.errors import ConfigError


@dataclass(slots=True)
class Entry:
    """One message.

    Attributes:
        english: As it stands in the program.
        words: In the language of the catalogue; empty while nobody has written it.
        notes: Lines of comment before it, as written, without the line end.
        line: Where it begins in its file, counted from one.
    """

    english: str = ""
    words: str = ""
    notes: list[str] = field(default_factory=list)
    line: int = 0

    @property
    def fuzzy(self) -> bool:
        """True when it is marked as a guess that nobody has looked at."""
        return any(note.startswith("#,") and "fuzzy" in note for note in self.notes)


def read(text: str, label: str) -> tuple[Entry, ...]:
    """Return the entries of a catalogue, without its header (the entry of the empty string).

    Args:
        text: The file's content.
        label: What to call it in complaints.

    Raises:
        ConfigError: It is not written as such files are.
    """
    entries: list[Entry] = []
    current, into = Entry(), ""
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        key, _, rest = line.strip().partition(" ")
        if key == "msgid" or (not line.strip() and into) or (key.startswith("#") and into == "msgstr"):
            if into == "msgstr":
                entries.append(current)
                current = Entry()
            into = ""
        if key.startswith("#"):
            current.notes.append(line.rstrip())
            continue
        if not line.strip():
            continue
        if key in ("msgid", "msgstr"):
            into, current.line = key, current.line or number
        elif not line.strip().startswith('"') or not into:
            raise ConfigError(f"{key!r} is not known here.", path=label, line=number)
        _add(current, into, rest if key == into else line, label, number)
    return tuple(entry for entry in entries if entry.english)


def _add(entry: Entry, into: str, quoted: str, label: str, line: int) -> None:
    try:
        part = ast.literal_eval(quoted.strip())
    except (SyntaxError, ValueError):
        part = None
    if not isinstance(part, str):
        raise ConfigError("Words must stand between quotation marks.", path=label, line=line)
    if into == "msgid":
        entry.english += part
    else:
        entry.words += part


def write(entries: Iterable[Entry], language: str) -> str:
    """Return the catalogue file of ``language`` (two-letter code) with ``entries``."""
    head = ('msgid ""', 'msgstr ""', f'"Language: {language}\\n"', '"Content-Type: text/plain; charset=UTF-8\\n"')
    return "\n".join([*head, *(line for entry in entries for line in _lines(entry))]) + "\n"


def _lines(entry: Entry) -> Iterator[str]:
    yield ""
    yield from entry.notes
    yield f"msgid {_quoted(entry.english)}"
    yield f"msgstr {_quoted(entry.words)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + "".join(letter if letter.isprintable() else _code(letter) for letter in escaped) + '"'


def _code(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"
