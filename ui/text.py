"""Every word a person sees or hears passes through `_`, so that a language is a catalogue and nothing else."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from typing import Final

DOMAIN: Final = "armctl"

Translate = Callable[[str], str]


class _Language:
    """Holds the translation in use; one for the whole program, as the screen speaks one language at a time."""

    def __init__(self) -> None:
        self.translate: Translate = gettext.NullTranslations().gettext


_LANGUAGE = _Language()


def _(message: str) -> str:
    """Return ``message`` in the person's language."""
    return _LANGUAGE.translate(message)


def marked(message: str) -> str:
    """Return ``message`` unchanged: marks a word in a table for translation later, by `_`."""
    return message


def use_language(code: str, folder: str | None = None) -> None:
    """Speak the language ``code`` ("en", "lt", …) from here on; English where there is no catalogue."""
    _LANGUAGE.translate = gettext.translation(DOMAIN, folder, [code], fallback=True).gettext


def use_translation(translate: Translate) -> None:
    """Speak through ``translate`` from here on; for tests with longer words."""
    _LANGUAGE.translate = translate


def percent(share: float) -> str:
    """Return ``share`` (0 to 1) as whole per cent, with a space that does not break."""
    return f"{round(share * 100)}\u00a0%"


def seconds(value: float) -> str:
    """Return ``value`` [s] with at most one digit after the point."""
    return f"{value:.1f}".rstrip("0").rstrip(".") + "\u00a0s"
