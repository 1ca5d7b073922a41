"""`Phrases`: finished English sentences, with figures and names in them, said in another language.

Control, safety, motion, tasks and drivers know no language: what they tell arrives as an English sentence with its
figures filled in ("The elbow joint is at 71 °C; the limit is 70 °C."). A catalogue holds the sentence's template as it
stands in the program (``The {joint} joint is at {value:.0f} °C; …``). Here the sentence is held against the templates,
its figures and names are read back, said in the language themselves, and put into the translated template. Of several
ways to read a sentence, the one that leaves the fewest letters untranslated wins.

In a translated template ``{cup|acc}`` asks for another form of a name. The name's own entry lists them, after the form
that stands alone: ``puodelis|acc=puodelį|gen=puodelio``. Where a form is missing, the first one is used, after the
form's name where that is a preposition (``{cup|de}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import Final, NamedTuple

CASES: Final = frozenset({"gen", "dat", "acc", "ins", "loc"})
"""Forms that are cases; any other one is a preposition that is written before the name."""
FIGURE: Final = r"[-+−]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?"
_FIGURE_WITH_UNIT: Final = re.compile(rf"({FIGURE})(\s*(?:°/s²|°/s|mm/s|mm|cm|m|ms|s|kg|N|V|°C|°|%)?)")
_NUMERIC: Final = frozenset("fgdeExX%")
_SENTENCE_END: Final = re.compile(r"(?<=[.?!])\s+")
_LIST: Final = re.compile(r", | and ")
LONGEST: Final = 700
"""Longer texts are not taken apart [letters]: nobody could read them on the screen either."""
DEEPEST: Final = 5
"""A sentence in a sentence in a sentence: no message has more layers."""
TELLING: Final = 6
"""A template that begins with a place and has less of its own than this [letters in its longest piece] fits by chance,
unless what fills its places is known."""
KEPT: Final = 1024


class Said(NamedTuple):
    """Words, and how many letters of them are still English."""

    words: str
    foreign: float


@dataclass(frozen=True, slots=True)
class Template:
    """A message with places to fill in.

    Attributes:
        pattern: Matches the finished sentence; group n is the n-th place.
        needed: Longest piece between the places; a sentence without it cannot match.
        names: What each place is called.
        numeric: Whether each place takes a figure.
        words: The translation, with its places.
    """

    pattern: re.Pattern[str]
    needed: str
    names: tuple[str, ...]
    numeric: tuple[bool, ...]
    words: str


def template(english: str, words: str) -> Template | None:
    """Return what matches ``english`` filled in; None when it has no places, or nothing but places."""
    parts = list(Formatter().parse(english))
    if not any(name is not None for _, name, _, _ in parts) or not any(map(str.isalnum, "".join(p[0] for p in parts))):
        return None
    names, numeric, pattern = [], [], ""
    for literal, name, spec, _conversion in parts:
        pattern += re.escape(literal)
        if name is not None:
            names.append(name)
            numeric.append((spec or " ")[-1] in _NUMERIC)
            pattern += f"({FIGURE}%?)" if numeric[-1] else "(.*?)"
    needed = max((part[0] for part in parts), key=len)
    return Template(re.compile(pattern, re.DOTALL), needed, tuple(names), tuple(numeric), words)


class Phrases:
    """One language.

    Args:
        words: English, as in the program, to the translation.
        point: What stands before decimals.
    """

    def __init__(self, words: Mapping[str, str], point: str = ",") -> None:
        self._point = point
        self._exact = {english: said.strip() for english, said in words.items() if said}
        found = (template(english, said) for english, said in self._exact.items())
        self._templates = tuple(one for one in found if one is not None)
        self.say = lru_cache(KEPT)(self._say)
        """Return a text in the language, and what is left as it was; kept."""

    def __call__(self, text: str) -> str:
        """Return ``text`` in the language; as it is where nothing is known about it."""
        exact = self._exact.get(text)
        return self.say(text).words if exact is None else _form(exact, "")

    def number(self, text: str) -> str:
        """Return the figure ``text`` with the language's decimal sign."""
        return text.replace(".", self._point)

    def _say(self, text: str) -> Said:
        return self._best(text.strip(), "", 0) if len(text) <= LONGEST else Said(text, len(text))

    def _best(self, text: str, form: str, depth: int) -> Said:
        """Return the reading of ``text`` that leaves least untranslated, a name in ``form``."""
        known = self._known(text, form)
        if known is not None:
            return known
        left = Said(text if form in CASES or not form else f"{form} {text}", sum(map(str.isalpha, text)))
        if depth >= DEEPEST:
            return left
        return min([left, *self._filled(text, depth), *self._apart(text, form, depth)], key=lambda said: said.foreign)

    def _known(self, text: str, form: str) -> Said | None:
        if not text:
            return Said("", 0.0)
        for name in (text, text.replace("_", " ")):
            if name in self._exact:
                return Said(_form(self._exact[name], form), 0.0)
            lower = name[0].lower() + name[1:]
            if lower in self._exact:
                return Said(_upper_first(_form(self._exact[lower], form)), 0.0)
        figure = _FIGURE_WITH_UNIT.fullmatch(text)
        return Said(self.number(figure[1]) + figure[2], 0.0) if figure else None

    def _filled(self, text: str, depth: int) -> Iterable[Said]:
        """Yield what each template makes of ``text``; every place costs a little, so that fewer are better.

        The blank after ``text`` is for templates that end with a place that stayed empty.
        """
        for one in self._templates:
            if one.needed not in f"{text} ":
                continue
            found = one.pattern.fullmatch(text) or one.pattern.fullmatch(f"{text} ")
            if found is None:
                continue
            values = dict(zip(one.names, zip(found.groups(), one.numeric, strict=True), strict=True))
            words, foreign = self._fill(one.words, values, depth + 1)
            if foreign >= 1.0 and one.pattern.pattern.startswith("(") and len(one.needed.strip()) < TELLING:
                continue  # "{} and {}" fits many a sentence that nobody knows
            yield Said(_upper_first(words) if text[0].isupper() else words, foreign + 0.01 * len(values))

    def _fill(self, words: str, values: Mapping[str, tuple[str, bool]], depth: int) -> Said:
        whole, foreign = "", 0.0
        for literal, place, _spec, _conversion in Formatter().parse(words):
            whole += literal
            if place is None:
                continue
            name, _, form = place.partition("|")
            value, numeric = values[name]
            said = Said(self.number(value), 0.0) if numeric else self._best(value.strip(), form, depth)
            whole, foreign = whole + said.words, foreign + said.foreign
        return Said(whole.strip(), foreign)

    def _apart(self, text: str, form: str, depth: int) -> Iterable[Said]:
        """Yield ``text`` cut in two sentences, at each place where one ends, and as a list of names."""
        for cut in _SENTENCE_END.finditer(text):
            first, rest = (self._best(part, "", depth + 1) for part in (text[: cut.start()], text[cut.end() :]))
            yield Said(f"{first.words} {rest.words}", first.foreign + rest.foreign + 0.02)
        names = _LIST.split(text)
        if len(names) > 1 and not text.endswith("."):
            said = [self._best(name, form, depth + 1) for name in names]
            joined = said[0].words
            for sign, one in zip(_LIST.findall(text), said[1:], strict=True):
                joined += (sign if sign == ", " else f" {self._exact.get('and', 'and')} ") + one.words
            foreign = sum(one.foreign for one in said) + 0.05
            if foreign < 0.5 * sum(map(str.isalpha, text)):  # else it is no list, but a sentence that nobody knows
                yield Said(joined, foreign)


def _form(words: str, form: str) -> str:
    """Return the ``form`` of a name's entry; the one that stands alone where it has no such form."""
    alone, *others = words.split("|")
    if not form:
        return alone
    forms = dict(other.split("=", 1) for other in others if "=" in other)
    return forms.get(form, alone if form in CASES else f"{form} {alone}")


def _upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]
