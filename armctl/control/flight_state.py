"""What the supervisor remembers, as a tree of plain values, and back: where a recording begins, a re-run begins too.

The tree holds numbers, words, arrays and, by name, the small objects of ``armctl.safety`` and ``armctl.hal``. What is
made of the configuration and never changes (limits, geometry) is left out: the re-run makes its own. Of the zones only
what changes is kept: what is held, where the head is, and how often they changed. Nothing but such objects comes into
being when a tree is read, whoever wrote it.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
import numpy as np

from armctl.errors import SafetyError
from armctl.kinematics.collision import Held
from armctl.kinematics.shapes import LinkShape
from armctl.safety.gate import Gate
from armctl.safety.limits import Limits
from armctl.safety.sensed import Sensed
from armctl.safety.supervisor import Supervisor
from armctl.safety.zones import Zones

Tree: TypeAlias = Any
"""Nested dicts and lists of None, bool, int, float, str and bytes; keys that begin with ``$`` name what is meant."""

PartT = TypeVar("PartT")

KEPT: Final = {"$kept": True}
"""Stands for what is made of the configuration."""
CONSTANT: Final[tuple[type, ...]] = (Limits, Zones, Gate)
"""Classes of ``armctl.safety`` that never change once they are made."""
CARRIED: Final[tuple[type, ...]] = (Held, LinkShape)
"""Classes of other packages that a tree may name."""
SURROUNDINGS: Final = "surroundings"
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
    tree = {name: tree for name, tree in _fields(supervisor).items() if tree is not KEPT}
    zones = _part(supervisor, Zones)
    changing = {"held": zones.model.held, "version": zones.version}
    return {**tree, SURROUNDINGS: {name: _frozen(value) for name, value in changing.items()}}


def freeze_value(value: Any) -> Tree:
    """Return one value of the kinds that a tree may hold."""
    return _frozen(value)


def thaw_value(tree: Tree) -> Any:
    """Return the value of `freeze_value`.

    Raises:
        SafetyError: It holds something else.
    """
    with _told():
        return _thawed(tree, None, {})


def thaw(tree: Tree, supervisor: Supervisor) -> None:
    """Let ``supervisor``, newly made of the same configuration, remember what ``tree`` says.

    Raises:
        SafetyError: The tree does not fit this version of the supervisor.
    """
    with _told():
        constants = {type(part): part for part in vars(supervisor).values()}
        _restore(supervisor, {name: part for name, part in tree.items() if name != SURROUNDINGS}, constants)
        _restore_zones(supervisor, tree[SURROUNDINGS])


@contextmanager
def _told() -> Iterator[None]:
    """Tell in one way whatever a tree that does not fit leads to."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, ImportError) as error:
        raise SafetyError(
            f"The recorded state of the supervisor cannot be taken up ({type(error).__name__}: {error}).",
            "The file was made by another version of armctl, or is damaged.",
        ) from error


def _part(supervisor: Supervisor, kind: type[PartT]) -> PartT:
    return next(part for part in vars(supervisor).values() if isinstance(part, kind))


def _restore_zones(supervisor: Supervisor, tree: Mapping[str, Tree]) -> None:
    zones = _part(supervisor, Zones)
    held, head = _thawed(tree["held"], None, {}), vars(_part(supervisor, Sensed))["_at"]
    if held is not None:
        zones.hold(held)
    if head is not None:  # a tracked one; else it is where the scene says
        zones.see_head(head)
    zones.version = tree["version"]


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
        pairs = [[_frozen(key), _frozen(item)] for key, item in value.items()]
        return KEPT if any(item is KEPT for _, item in pairs) else {"$dict": pairs}
    items = [_frozen(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    # Things made of the configuration, all of them.
    return KEPT if any(item is KEPT for item in items) else {f"${type(value).__name__}": items}


def _frozen_object(value: Any, kind: type) -> Tree:
    if kind in CONSTANT or not (kind in CARRIED or kind.__module__.startswith(HOMES)):
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
    fields: tuple[str, ...] = getattr(kind, "__struct_fields__", ())
    if fields:
        return fields
    bases = kind.__mro__ if isinstance(kind, type) else ()
    return tuple(name for base in bases for name in getattr(base, "__slots__", ()) if name != "__dict__")


@cache
def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> type:
    carried = next((kind for kind in CARRIED if _name(kind) == name), None)
    if carried is not None:
        return carried
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
    if issubclass(kind, msgspec.Struct):
        return kind(**{name: _thawed(tree, None, constants) for name, tree in fields.items()})
    # What the present object made of the configuration stays; one of another class, or none, is made anew.
    target = present if type(present) is kind else object.__new__(kind)
    _restore(target, fields, constants)
    return target


_VALUES: Final[dict[str, Callable[[Tree], Any]]] = {"$float": float, "$array": _array, "$enum": _enum}
