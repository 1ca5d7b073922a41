"""Read a TOML file into a checked model; every complaint names file, line and limit.

Configuration is read once, bounded where it is read, strict about unknown keys, then forgotten: the models are frozen.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from armctl.config.plainly import NAME_PATTERN, plainly
from armctl.errors import ConfigError

LARGEST_FILE: Final = 1_000_000
"""Characters; a longer configuration file is a mistake, not a configuration."""
TOLD: Final = 10
"""So many mistakes of a file are told at once."""
BOM: Final = "\ufeff"
"""The mark that Windows' editor puts in front of a text."""


class Model(BaseModel):
    """Base of every configuration model: frozen, no unknown keys, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


ModelT = TypeVar("ModelT", bound=Model)

Place = Annotated[float, Field(ge=-10, le=10)]
Vector3 = tuple[Place, Place, Place]
"""x, y, z [m], or roll, pitch, yaw [rad] (fixed axes, R = Rz·Ry·Rx, as in URDF)."""

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=40)]
"""A short name: lower-case letters, digits and underscores."""


def builtin(kind: str, name: str, suffix: str = ".toml") -> Traversable:
    """Return the file ``name`` among the configurations that come with armctl.

    Args:
        kind: ``arms``, ``users``, ``tasks`` or ``scenes``.
        name: Name without suffix.
        suffix: File name suffix.

    Raises:
        ConfigError: No such file; the message lists those there are.
    """
    folder = files("configs").joinpath(kind)
    found = folder.joinpath(name + suffix)
    if not re.fullmatch(r"[A-Za-z0-9_\-]+", name) or not found.is_file():
        known = ", ".join(builtin_names(kind, suffix))
        raise ConfigError(f"There is no {kind.removesuffix('s')} called {name!r}.", remedy=f"Known: {known}.")
    return found


def builtin_names(kind: str, suffix: str = ".toml") -> tuple[str, ...]:
    """Return the names of the configurations of one ``kind`` that come with armctl, sorted."""
    folder = files("configs").joinpath(kind)
    return tuple(sorted(f.name.removesuffix(suffix) for f in folder.iterdir() if f.name.endswith(suffix)))


def find(kind: str, name: str) -> Path | Traversable:
    """Return the file meant by ``name``: a path when it ends in ``.toml``, else a built-in configuration."""
    return Path(name) if name.endswith(".toml") else builtin(kind, name)


def load(path: Path | Traversable, model: type[ModelT]) -> ModelT:
    """Return the ``model`` that the TOML file ``path`` describes.

    Raises:
        ConfigError: The file is missing, not TOML, or says something the model does not allow.
    """
    return parse(text_of(path), model, str(path))


def text_of(path: Path | Traversable) -> str:
    """Return the text of ``path`` as it is, with the line ends and the mark in front that Windows' editor writes.

    Raises:
        ConfigError: It is missing, or cannot be read as text.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise ConfigError("This file does not exist.", path=str(path), remedy="Check the name.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(str(path), error) from error


def unreadable(label: str, error: OSError | UnicodeDecodeError) -> ConfigError:
    """Return what to raise for the file ``label`` that ``error`` kept from being read as text."""
    if isinstance(error, UnicodeDecodeError):
        return ConfigError("This file cannot be read: it is no text (UTF-8).", path=label, remedy="Check the name.")
    return ConfigError(f"This file cannot be read ({error.strerror or error}).", path=label, remedy="Check the name.")


def parse(text: str, model: type[ModelT], label: str) -> ModelT:
    """Return the ``model`` that the TOML ``text`` describes; ``label`` names it in complaints.

    Raises:
        ConfigError: The text is not TOML, or says something the model does not allow.
    """
    found = validated(table_of(text, label), text, model)
    if isinstance(found, list):
        raise complaint(found, label)
    return found


class Mistake(NamedTuple):
    """Something in a file that is not allowed: its 1-based ``line``, None where there is none, and what is ``said``."""

    line: int | None
    said: str


def validated(
    data: Mapping[str, Any], text: str, model: type[ModelT], under: Sequence[str] = ()
) -> ModelT | list[Mistake]:
    """Return the ``model`` that ``data`` describes, or else what is wrong with it.

    Args:
        data: As read, or put together from parts of it.
        text: TOML in which the lines of mistakes are looked up.
        model: What it has to be.
        under: Table whose values went before those of the same name elsewhere.
    """
    try:
        # As JSON, where pydantic can be strict: neither ``true`` nor ``"1.0"`` passes for a number.
        return model.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        return _mistakes(error, text, model, under)


def table_of(text: str, label: str) -> dict[str, Any]:
    """Return what the TOML ``text`` says, unchecked; ``label`` names it in complaints.

    Raises:
        ConfigError: The text is not TOML, or too long.
    """
    if len(text) > LARGEST_FILE:
        raise ConfigError(f"This file has {len(text)} characters; at most {LARGEST_FILE} are read.", path=label)
    text = text.removeprefix(BOM)
    if not text.strip():
        remedy = "Begin with a copy of one that comes with armctl."
        raise ConfigError("This file is empty.", path=label, line=1, remedy=remedy)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        comma = re.search(r"=\s*-?\d+,\d", [*text.split("\n"), ""][line - 1])
        remedy = "Numbers have a point: 1.5." if comma else ""
        raise ConfigError(f"This is not valid TOML: {error}.", path=label, line=line, remedy=remedy) from None
    except (RecursionError, ValueError):
        raise ConfigError("This has thousands of nested brackets, or of digits in a number.", path=label) from None


def _causes(error: ValidationError) -> list[ErrorDetails]:
    """Return what is wrong; a list that is too short only because what is in it is not valid is not told besides."""
    details = error.errors(include_url=False)
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(detail["loc"] == other["loc"][: len(detail["loc"])] for other in details if other is not detail)
    ]


def _mistakes(error: ValidationError, text: str, model: type[Model], under: Sequence[str]) -> list[Mistake]:
    found = []
    for detail in _causes(error):
        loc = (*detail["loc"], *detail.get("ctx", {}).get("where", ()))  # a check of several values names the one
        loc = tuple(part for part in loc if part != "[key]")  # a name that is none
        missing = detail["type"] == "missing"
        line = line_under(text, loc, under) or (1 if missing else None)
        reason = plainly(detail, model)
        told = isinstance(detail["input"], dict | list) or reason.endswith("?")
        given = "" if told else f" (given: {detail['input']!r})"
        key = ".".join(str(part) for part in loc)
        found.append((missing, Mistake(line, f"{key}: {reason}{given}" if key else reason)))
    # What is there and wrong comes before what is missing: that may be what was meant.
    return [mistake for _, mistake in sorted(found, key=lambda each: (each[0], each[1].line or 0))]


def complaint(mistakes: Iterable[Mistake], label: str) -> ConfigError:
    """Return what to raise for one or more ``mistakes`` in the file ``label``: each once, the first ten in full."""
    first, *others = dict.fromkeys(mistakes)
    said = "".join(f"\n  line {line}: {what}" if line else f"\n  {what}" for line, what in others[: TOLD - 1])
    said += f"\n  and {len(others) + 1 - TOLD} more" if len(others) >= TOLD else ""
    stop = "" if first.said.endswith("?") else "."
    return ConfigError(first.said + stop + said, path=label, line=first.line)


def line_under(text: str, loc: Sequence[Any], under: Sequence[str]) -> int | None:
    """Return the line of ``loc`` in the table ``under`` where it stands there, else elsewhere."""
    table = line_of(text, under) if under else None
    found = line_of(text, (*under, *loc)) if under else None
    return found if found is not None and found != table else line_of(text, loc) or table


def line_of(text: str, loc: Sequence[Any]) -> int | None:
    """Return the 1-based line where the value at ``loc`` (keys and list indices) stands, or of its nearest parent.

    The TOML reader keeps no positions, so headers ``[a.b]``, ``[[a]]`` and keys ``name =`` are followed by hand; keys
    in the middle of an inline table give the line of the table.
    """
    wanted = [part for part in loc if not (isinstance(part, str) and part.startswith("function-"))]
    best: tuple[int, int] | None = None
    table: list[Any] = []
    counts: dict[tuple[Any, ...], int] = {}
    for number, raw in enumerate(text.removeprefix(BOM).split("\n"), start=1):  # as TOML counts lines
        line = raw.strip()
        if header := re.match(r"^(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$", line):
            table = _table_path(header.group(2), header.group(1) == "[[", counts)
            here = table
        elif key := re.match(r'^([A-Za-z0-9_\-."]+)\s*=', line):
            here = table + [part.strip('"') for part in key.group(1).split(".")]
        else:
            continue
        depth = _common_depth(here, wanted)
        # A header may name more than the key that is wrong: [wrong.part].
        if 0 < depth == min(len(here), len(wanted)) and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def _table_path(name: str, is_array: bool, counts: dict[tuple[Any, ...], int]) -> list[Any]:
    path: list[Any] = []
    parts = [part.strip().strip('"') for part in name.split(".")]
    for position, part in enumerate(parts):
        path.append(part)
        key = tuple(path)
        last = position == len(parts) - 1
        if last and is_array:
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            path.append(counts[key])
    return path


def _common_depth(here: Sequence[Any], wanted: Sequence[Any]) -> int:
    """Return how many leading parts of ``here`` stand in this order in ``wanted`` (union tags are skipped)."""
    depth = 0
    for part in wanted:
        if depth < len(here) and here[depth] == part:
            depth += 1
    return depth
