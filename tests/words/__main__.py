"""Bring the catalogues of ``ui/locale`` up to date: ``python -m tests.words`` (``make words``).

New messages are added without words, messages that are gone are dropped, and what is still to be written is listed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.words.collect import ROOT, all_messages
from ui import po
from ui.text import LANGUAGES

LOCALE = ROOT / "ui" / "locale"


def updated(language: str, messages: dict[str, list[str]], folder: Path = LOCALE) -> tuple[po.Entry, ...]:
    """Return the entries of ``language`` for exactly these ``messages``; words that are there stay."""
    path = folder / f"{language}.po"
    there = po.read(path.read_text(encoding="utf-8"), path.name) if path.is_file() else ()
    known = {entry.english: entry for entry in there}
    entries = []
    for english, places in messages.items():
        old = known.get(english, po.Entry())
        kept = [note for note in old.notes if not note.startswith("#:")]
        entries.append(po.Entry(english, old.words, [*kept, *(f"#: {place}" for place in places[:3])]))
    return tuple(entries)


def main() -> int:
    """Write the catalogues; return 1 while words are missing."""
    messages, missing = all_messages(), 0
    for language in LANGUAGES:
        if language == "en":
            continue
        entries = updated(language, messages)
        (LOCALE / f"{language}.po").write_text(po.write(entries, language), encoding="utf-8")
        blank = [entry.english for entry in entries if not entry.words]
        missing += len(blank)
        for english in blank:
            sys.stdout.write(f"ui/locale/{language}.po has no words for {english!r}\n")
    sys.stdout.write(f"{len(messages)} messages, {missing} translations to write.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
