"""What is wrong with a configuration, in words for whoever wrote it: pydantic speaks to programmers."""

from __future__ import annotations

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
    return detail["msg"].removeprefix("Value error, ").replace("Input should", "this should", 1)


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
    """Return "; did you mean …?" where a setting of nearly this name belongs at ``loc``."""
    table = model
    for part in loc[:-1]:
        field = table.model_fields.get(str(part))
        if field is not None:
            table = next(_models(field.annotation), table)
    close = get_close_matches(str(loc[-1]), table.model_fields, n=1) if loc else []
    return f"; did you mean {close[0]}?" if close else ""


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in ``annotation``, those inside of unions, lists and tables included."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
