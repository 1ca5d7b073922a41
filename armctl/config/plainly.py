"""What is wrong with a configuration, in words for whoever wrote it: pydantic speaks to programmers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

NAME_PATTERN: Final = r"^[a-z][a-z0-9_]*$"
"""What a short name looks like."""


def plainly(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Return what ``detail`` says is wrong with a ``model``, without a full stop."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"there is no such setting{_meant(detail['loc'], model)}"
    if kind in _WORDS:
        return _WORDS[kind].format_map(_Missing(context))
    if kind == "string_pattern_mismatch" and context.get("pattern") == NAME_PATTERN:
        return "a name has lower-case letters, digits and underscores, and begins with a letter"
    return detail["msg"].removeprefix("Value error, ").replace("Input should", "this should", 1) + _unit(detail)


SECONDS: Final = frozenset(
    {"acceptance", "at", "click_limit", "cue_time", "debounce", "first_extra", "frozen", "grace", "hide_after", "hover"}
    | {"inner_extra", "interval", "lock_on", "maximum_hold", "post_acceptance", "press_time", "reaction", "release"}
    | {"repeat_delay", "repeat_interval", "stale", "time", "window"}
)
METRES: Final = frozenset({"step_length", "head_keep_out", "slow_radius"})
RADIANS: Final = frozenset({"angle", "gaze"})
"""Settings of a person by their unit: what is too large there is mostly milliseconds, millimetres or degrees."""


def _unit(detail: ErrorDetails) -> str:
    """Return what a number that is too large is in the unit of its setting, if it was probably given in another."""
    given, most, name = (
        detail["input"],
        detail.get("ctx", {}).get("le"),
        str(detail["loc"][-1] if detail["loc"] else ""),
    )
    if isinstance(given, bool) or not isinstance(given, int | float) or most is None or given <= most:
        return ""
    for names, unit, others, factor in (
        (SECONDS, "seconds", "ms", 1e-3),
        (METRES, "metres", "mm", 1e-3),
        (RADIANS, "radians", "degrees", math.pi / 180.0),
    ):
        if name in names:
            likely = most / 100.0 <= given * factor <= most
            return f"; it is in {unit}, {given:g} {others} are {given * factor:.4g}" if likely else ""
    return (
        f"; it is a share, {given:g} of 100 are {given / 100.0:.4g}" if most == 1.0 and 10.0 <= given <= 100.0 else ""
    )


_WORDS: Final[Mapping[str, str]] = {
    "missing": "this must have a value",
    "model_type": "this should be a table",
    "model_attributes_type": "this should be a table",
    "dict_type": "this should be a table",
    "tuple_type": "this should be an array, in [ ]",
    "too_short": "this should have at least {min_length}",
    "too_long": "this should have {max_length} at most",
    "string_type": 'this should be words, in " "',
    "bool_type": "this should be true or false",
    "int_type": "this should be a whole number",
    "union_tag_not_found": "this should say its {discriminator}",
    "union_tag_invalid": "{tag} is not known; {discriminator} is one of {expected_tags}",
}
"""Kinds of mistakes that pydantic tells in a programmer's words."""


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"another {key}"


def _meant(loc: Sequence[int | str], model: type[BaseModel]) -> str:
    """Return "; did you mean …?" where a setting of this or nearly this name belongs, at ``loc`` or elsewhere."""
    table = model
    for part in loc[:-1]:
        field = table.model_fields.get(str(part))
        if field is not None:
            table = next(_models(field.annotation), table)
    name = str(loc[-1] if loc else "")
    close = get_close_matches(name, table.model_fields, n=1)
    elsewhere = [path for path in _paths(model) if path.rpartition(".")[2] == name]
    meant = close[0] if close else " or ".join(elsewhere[:3])
    return f"; did you mean {meant}?" if meant else ""


def _paths(model: type[BaseModel]) -> Iterator[str]:
    """Yield the dotted name of every setting in the tables of ``model``."""
    for name, field in model.model_fields.items():
        yield name
        for inner in _models(field.annotation):
            if inner is field.annotation:  # one table, neither a list of them nor one of several kinds
                yield from (f"{name}.{path}" for path in _paths(inner))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in ``annotation``, those inside of unions, lists and tables included."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
