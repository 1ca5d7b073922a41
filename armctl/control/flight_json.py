"""Ticks as JSON that people and viewers can read, and back without losing a bit.

Arrays become lists of numbers, which JSON writes with all their digits; NaN, which JSON does not know, is null in an
array, and every other number that is not finite is ``{"$float": "inf"}``.
"""

from __future__ import annotations

import math
from functools import cache
from types import UnionType
from typing import Any, Final, TypeAlias, get_args, get_type_hints

import msgspec
import numpy as np

from armctl.control.flight_records import CALLS, Call, Reading, Tick, decode, encode_any

Json: TypeAlias = Any
_NAMES: Final = {kind.__struct_config__.tag: kind for kind in CALLS}
_PACKED: Final = "packed"
_READING: Final = "reading"
_TREE: Final = "tree"
_OTHER: Final = ""


def to_json(tick: Tick) -> dict[str, Json]:
    """Return ``tick`` as a tree that JSON can say."""
    return _fields(tick)


def from_json(data: Json) -> Tick:
    """Return the tick of `to_json`.

    Raises:
        ValueError: The data are not a tick.
    """
    try:
        calls = [_call(call) for call in data["calls"]]
        values = [calls if name == "calls" else _exact(data[name]) for name in Tick.__struct_encode_fields__]
        # Through the bytes of the ring, where each field's type is checked.
        return decode(encode_any(values))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"not a tick ({type(error).__name__}: {error})") from error


def tree_to_json(tree: Json) -> Json:
    """Return a checkpoint's ``tree`` for JSON: its bytes become base64."""
    return msgspec.to_builtins(tree)


def tree_from_json(data: Json) -> Json:
    """Return the checkpoint's tree of `tree_to_json`.

    Raises:
        ValueError: The data are no such tree.
    """
    if isinstance(data, list):
        return [tree_from_json(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "$array" not in data:
        return {key: tree_from_json(item) for key, item in data.items()}
    try:
        dtype, shape, text = data["$array"]
        return {"$array": [dtype, shape, msgspec.convert(text, bytes)]}
    except (TypeError, ValueError) as error:
        raise ValueError(f"not an array ({error})") from error


def _readable(value: Any) -> Json:
    told: Json = value
    match value:
        case bytes():
            told = [_number(number, None) for number in np.frombuffer(value).tolist()]
        case Call():
            told = {"call": type(value).__struct_config__.tag, **_fields(value)}
        case Tick() | Reading():
            told = _fields(value)
        case msgspec.Struct():
            told = _readable(msgspec.to_builtins(value))
        case float():
            told = _number(value, {"$float": "nan"})
        case list() | tuple():
            told = [_readable(item) for item in value]
        case dict():
            told = {key: _readable(item) for key, item in value.items()}
    return told


def _fields(record: msgspec.Struct) -> dict[str, Json]:
    kinds = _kinds(type(record))
    values = ((name, getattr(record, name)) for name in record.__struct_fields__)
    return {name: tree_to_json(value) if kinds[name] == _TREE else _readable(value) for name, value in values}


def _number(value: float, nan: Json) -> Json:
    if math.isfinite(value):
        return value
    return nan if math.isnan(value) else {"$float": repr(value)}


def _call(data: Json) -> list[Any]:
    kind = _NAMES[data["call"]]
    fields = _kinds(kind)
    return [data["call"], *(_field(fields[name], data[name]) for name in kind.__struct_encode_fields__)]


def _field(kind: str, data: Json) -> Any:
    if kind == _PACKED:
        return _packed(data)
    if kind == _READING:
        return None if data is None else _reading(data)
    if kind == _TREE:
        return tree_from_json(data)
    return _exact(data)


def _reading(data: Json) -> list[Any]:
    fields = _kinds(Reading)
    return [_field(fields[name], data[name]) for name in Reading.__struct_encode_fields__]


def _packed(data: Json) -> bytes:
    return np.array([math.nan if item is None else _exact(item) for item in data], dtype=np.float64).tobytes()


def _exact(data: Json) -> Any:
    if isinstance(data, dict):
        if data.keys() == {"$float"}:
            return float(data["$float"])
        return {key: _exact(item) for key, item in data.items()}
    if isinstance(data, list):
        return [_exact(item) for item in data]
    return data


@cache
def _kinds(record: type[msgspec.Struct]) -> dict[str, str]:
    """Return of each field of ``record`` whether it is an array, a reading, a tree of state, or neither."""
    return {name: _kind(hint) for name, hint in get_type_hints(record).items()}


def _kind(hint: Any) -> str:
    choices = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if Any in choices:
        return _TREE
    if bytes in choices:
        return _PACKED
    return _READING if Reading in choices else _OTHER
