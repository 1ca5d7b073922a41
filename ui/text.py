"""Every word a person sees or hears passes through `_`, so that a language is a catalogue and nothing else.

A new message: write it in English, mark it with `_` (or `marked` in a table), run ``make words``, and write its
translations into ``ui/locale``. Messages of the core need no mark; `ui.phrases` recognises them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Final

from ui import po
from ui.phrases import Phrases

LANGUAGES: Final = {
    "en": "English",
    "lt": "Lietuvių",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
}
"""Code, as in a person's profile, to the language's own name, in the order in which the settings go through them."""
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "yi"})
"""Languages written from right to left: the whole screen is mirrored for them."""

Translate = Callable[[str], str]


def _as_it_is(message: str) -> str:
    return message


class _Language:
    """Holds the language in use; one for the whole program, as the screen speaks one language at a time."""

    def __init__(self) -> None:
        self.translate: Translate = _as_it_is
        self.code = "en"
        self.mirrored = False


_LANGUAGE = _Language()


def _(message: str) -> str:
    """Return ``message`` in the person's language."""
    return _LANGUAGE.translate(message)


def marked(message: str) -> str:
    """Return ``message`` unchanged: marks a word in a table for translation later, by `_`."""
    return message


def language() -> str:
    """Return the two-letter code of the language in use."""
    return _LANGUAGE.code


def mirrored() -> bool:
    """Return True when the language in use is written from right to left."""
    return _LANGUAGE.mirrored


def use_language(code: str) -> None:
    """Speak the language ``code`` ("en", "lt", …) from here on; English where there is no catalogue.

    Raises:
        ConfigError: The catalogue cannot be read.
    """
    _LANGUAGE.translate = phrases(code) or _as_it_is
    _LANGUAGE.code = code
    _LANGUAGE.mirrored = code in RIGHT_TO_LEFT


def use_translation(translate: Translate, right_to_left: bool = False) -> None:
    """Speak through ``translate`` from here on; for tests with longer words and other directions."""
    _LANGUAGE.translate, _LANGUAGE.code, _LANGUAGE.mirrored = translate, "en", right_to_left


@lru_cache(maxsize=8)
def phrases(code: str) -> Phrases | None:
    """Return the catalogue of the language ``code``; None for English and where there is none.

    Raises:
        ConfigError: It cannot be read.
    """
    path = files("ui").joinpath("locale", f"{code}.po")
    if not path.is_file():
        return None
    entries = po.read(path.read_text(encoding="utf-8"), f"ui/locale/{code}.po")
    return Phrases({entry.english: entry.words for entry in entries if not entry.fuzzy})


def number(value: float, digits: int = 0) -> str:
    """Return ``value`` with ``digits`` decimals and the decimal sign of the language."""
    text, catalogue = f"{value:.{digits}f}", phrases(_LANGUAGE.code)
    return catalogue.number(text) if catalogue is not None else text


def percent(share: float) -> str:
    """Return ``share`` (0 to 1) as whole per cent, with a space that does not break."""
    return f"{round(share * 100)}\u00a0%"


def seconds(value: float) -> str:
    """Return ``value`` [s] with at most one digit after the point."""
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1) + "\u00a0s"
