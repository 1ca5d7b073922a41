"""All that an object remembers, in a form that can be compared: to see that something changed nothing."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np


def frozen(thing: Any, seen: frozenset[int] = frozenset()) -> Any:
    """Return a copy of ``thing`` and all that hangs on it, made of tuples, numbers and bytes only.

    Functions and modules count as constants.
    """
    if thing is None or isinstance(thing, bool | int | float | complex | str | bytes):
        return repr(thing)
    if isinstance(thing, np.ndarray | np.generic):
        return (str(thing.dtype), thing.shape, thing.tobytes())
    if id(thing) in seen:
        return "again"
    seen = seen | {id(thing)}
    if isinstance(thing, Mapping):
        return tuple(sorted((repr(key), frozen(value, seen)) for key, value in thing.items()))
    if isinstance(thing, AbstractSet):
        return tuple(sorted(repr(item) for item in thing))
    if isinstance(thing, list | tuple):
        return tuple(frozen(item, seen) for item in thing)
    fields = dict(getattr(thing, "__dict__", {}))
    for kind in type(thing).__mro__:
        fields |= {name: getattr(thing, name) for name in getattr(kind, "__slots__", ()) if hasattr(thing, name)}
    if callable(thing) and not fields:
        return getattr(thing, "__qualname__", type(thing).__qualname__)
    return (type(thing).__qualname__, frozen(fields, seen))
