"""What the supervisor remembers, as a tree of plain values, and back: where a recording begins, a re-run begins too.

The tree holds numbers, words, arrays and, by name, the small objects of ``armctl.safety`` and ``armctl.hal``. What is
made of the configuration and never changes (limits, zones, geometry) is left out: the re-run makes its own. No code is
run while a tree is read, whoever wrote it.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np

from armctl.errors import SafetyError
from armctl.safety.gate import Gate
from armctl.safety.limits import Limits
from armctl.safety.supervisor import Supervisor
from armctl.safety.zones import Zones

Tree: TypeAlias = Any
"""Nested dicts and lists of None, bool, int, float, str and bytes; keys that begin with ``$`` name what is meant."""

KEPT: Final = {"$kept": True}
"""Stands for what is made of the configuration."""
CONSTANT: Final[tuple[type, ...]] = (Limits, Zones, Gate)
"""Classes of ``armctl.safety`` that never change once they are made."""
HOMES: Final = ("armctl.safety.", "armctl.hal.")
"""Packages whose objects a tree may name."""
_PLAIN: Final = (bool, int, str, type(None))
_COLLECTIONS: Final[tuple[type, ...]] = (list, tuple, set, frozenset, dict)
_COLLECTIONS_BY_TAG: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "$list": list,
    "$tuple": tuple,
    "$set": set,
    "$frozenset": frozenset,
}


def freeze(supervisor: Supervisor) -> Tree:
    """Return all that ``supervisor`` remembers."""
    return {name: tree for name, tree in _fields(supervisor).items() if tree is not KEPT}


def thaw(tree: Tree, supervisor: Supervisor) -> None:
    """Let ``supervisor``, newly made of the same configuration, remember what ``tree`` says.

    Raises:
        SafetyError: The tree does not fit this version of the supervisor.
    """
    try:
        _restore(supervisor, tree, {type(part): part for part in vars(supervisor).values()})
    except (KeyError, TypeError, ValueError, AttributeError, ImportError) as error:
        raise SafetyError(
            f"The recorded state of the supervisor cannot be taken up ({type(error).__name__}: {error}).",
            "The file was made by another version of armctl, or is damaged.",
        ) from error


def _frozen(value: Any) -> Tree:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is np.ndarray:
        return {"$array": [value.dtype.str, list(value.shape), value.tobytes()]}
    if kind in _COLLECTIONS:
        return _frozen_collection(value)
    if isinstance(value, np.generic):
        return _frozen(value.item())
    return _frozen_object(value, kind)


def _frozen_collection(value: Any) -> Tree:
    if isinstance(value, dict):
        return {"$dict": [[_frozen(key), _frozen(item)] for key, item in value.items()]}
    items = sorted(value) if isinstance(value, set | frozenset) else value
    return {f"${type(value).__name__}": [_frozen(item) for item in items]}


def _frozen_object(value: Any, kind: type) -> Tree:
    if kind in CONSTANT or not kind.__module__.startswith(HOMES):
        return KEPT
    if isinstance(value, Enum):
        return {"$enum": [_name(kind), value.value]}
    return {"$object": _name(kind), "fields": _fields(value)}


def _fields(value: Any) -> dict[str, Tree]:
    return {name: _frozen(getattr(value, name)) for name in _slots(value) or vars(value)}


def _slots(value: Any) -> tuple[str, ...]:
    """Return the slots of ``value``, none when it has a dictionary."""
    return _slots_of(value.__class__)


@cache
def _slots_of(kind: Hashable) -> tuple[str, ...]:
    bases = kind.__mro__ if isinstance(kind, type) else ()
    return tuple(name for base in bases for name in getattr(base, "__slots__", ()) if name != "__dict__")


@cache
def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> type:
    module, _, attribute = name.partition(":")
    if not module.startswith(HOMES):
        raise ValueError(f"{name!r} is no part of the supervisor")
    found = getattr(importlib.import_module(module), attribute)
    if not isinstance(found, type):
        raise ValueError(f"{name!r} is no class")  # noqa: TRY004  # it is the file that is wrong
    return found


def _restore(target: Any, fields: Mapping[str, Tree], constants: Mapping[type, Any]) -> None:
    """Set the attributes of ``target``, of a frozen one too."""
    for name, tree in fields.items():
        present = getattr(target, name, None)
        if tree != KEPT:
            # The way that reaches a frozen dataclass too.
            object.__setattr__(target, name, _thawed(tree, present, constants))
        elif present is None:
            object.__setattr__(target, name, _constant(target, name, constants))


def _constant(target: Any, name: str, constants: Mapping[type, Any]) -> Any:
    """Return what a new object's attribute ``name``, made of the configuration, must be: by its annotation's class."""
    for kind, part in constants.items():
        if kind.__name__.lower() == name.strip("_").lower():
            return part
    raise ValueError(f"{type(target).__name__}.{name} cannot be made")


def _thawed(tree: Tree, present: Any, constants: Mapping[type, Any]) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((tag, content), *_) = tree.items()
    if tag == "$object":
        return _object(_class(content), tree["fields"], present, constants)
    if tag == "$dict":
        return {_thawed(key, None, constants): _thawed(item, None, constants) for key, item in content}
    maker = _COLLECTIONS_BY_TAG.get(tag)
    if maker is not None:
        return maker([_thawed(item, None, constants) for item in content])
    return _VALUES[tag](content)


def _array(content: Tree) -> Any:
    dtype, shape, data = content
    return np.frombuffer(data, dtype=np.dtype(dtype)).reshape(shape).copy()


def _enum(content: Tree) -> Any:
    name, value = content
    return _class(name)(value)


def _object(kind: type, fields: Mapping[str, Tree], present: Any, constants: Mapping[type, Any]) -> Any:
    # What the present object made of the configuration stays; one of another class, or none, is made anew.
    target = present if type(present) is kind else object.__new__(kind)
    _restore(target, fields, constants)
    return target


_VALUES: Final[dict[str, Callable[[Tree], Any]]] = {"$float": float, "$array": _array, "$enum": _enum}
