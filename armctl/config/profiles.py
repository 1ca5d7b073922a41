"""One person's profile: which file it is, which variant of it, older formats, and changes that keep the comments.

A person's own file in their data folder (``users/NAME.toml``) goes before the one of the same name that came with
armctl. Variants stand in the same file, as tables ``[variants.NAME]`` that say only what differs: the ceilings cannot
be forgotten in a second file, and what is changed for all holds in all. ``anna:tired`` means the variant ``tired`` of
``anna``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Item, Table

from armctl.config.ceilings import STAFF_ONLY
from armctl.config.folders import data_folder
from armctl.config.load import (
    BOM,
    Mistake,
    builtin_names,
    complaint,
    find,
    line_of,
    line_under,
    table_of,
    text_of,
    validated,
)
from armctl.config.save import make_folder, save
from armctl.config.user import UserConfig
from armctl.errors import ConfigError

CURRENT: Final = 2
"""Version of the format."""
FIRST: Final = 1
"""Files that say no version."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as it was read.

    Attributes:
        user: The settings that hold, the variant's included.
        variant: Name of the variant; empty for the profile itself.
        source: File it was read from.
        own: File the person's changes go to.
        text: What was in ``source``.
    """

    user: UserConfig
    variant: str
    source: Path | Traversable
    own: Path
    text: str

    @property
    def variants(self) -> tuple[str, ...]:
        """Names to choose from: empty for the profile itself, then its variants."""
        return ("", *self.user.variants)


def own_file(name: str) -> Path:
    """Return the person's own file of the profile ``name``, whether it is there or not."""
    return data_folder() / "users" / f"{name}.toml"


def fits_file(name: str) -> Path:
    """Return the file with the measurements of ``name``, one line each."""
    return data_folder() / "users" / f"{name}.fits.jsonl"


def choices_file(name: str) -> Path:
    """Return the file that counts the choices of ``name`` since they were last measured."""
    return data_folder() / "users" / f"{name}.choices.json"


def profile_names() -> tuple[str, ...]:
    """Return the names of all profiles on this computer, sorted."""
    own = {path.stem for path in (data_folder() / "users").glob("*.toml")}
    return tuple(sorted(own | set(builtin_names("users"))))


def load_profile(name: str) -> Profile:
    """Return the profile ``name``: a name or a .toml file, with ``:variant`` for one of its variants.

    Raises:
        ConfigError: There is none, or something in it is not allowed; with file and line.
    """
    base, _, variant = name.partition(":")
    own = Path(base) if base.endswith(".toml") else own_file(base)
    known = re.fullmatch(r"[A-Za-z0-9_\-]+", base) is not None
    if not base.endswith(".toml") and base not in profile_names():
        raise ConfigError(f"There is no user called {base!r}.", remedy=f"Known: {', '.join(profile_names())}.")
    source = own if base.endswith(".toml") or (known and own.is_file()) else find("users", base)
    profile = read_profile(source, own, variant)
    if known and profile.user.name != base:
        said = f"name: {profile.user.name!r} is not what the file is called; measurements would go to somebody else's."
        line = line_of(profile.text, ("name",))
        raise ConfigError(said, path=str(source), line=line, remedy=f'Write name = "{base}".')
    return profile


def read_profile(source: Path | Traversable, own: Path, variant: str = "") -> Profile:
    """Return the profile in ``source``; changes will go to ``own``. Every variant is checked, not only this one.

    Raises:
        ConfigError: It is missing, malformed, of a newer version, or has no such variant.
    """
    label = str(source)
    return profile_of(text_of(source), label, source, own, variant)


def profile_of(text: str, label: str, source: Path | Traversable, own: Path, variant: str = "") -> Profile:
    """Return the profile that ``text`` describes; see `read_profile`."""
    document, _ = migrated(table_of(text, label), label, line_of(text, ("version",)))
    users, mistakes = _users(document, text)
    if mistakes:
        raise complaint(mistakes, label)
    if variant not in users:
        known = ", ".join(name for name in users if name) or "none"
        raise ConfigError(f"There is no variant {variant!r}.", path=label, remedy=f"Known: {known}.")
    return Profile(users[variant], variant, source, own, text)


def _users(document: Mapping[str, Any], text: str) -> tuple[dict[str, UserConfig], list[Mistake]]:
    """Return the profile and its variants by name, and every mistake in any of them."""
    users: dict[str, UserConfig] = {}
    mistakes: list[Mistake] = []
    variants = document.get("variants")
    tables = variants if isinstance(variants, Mapping) else {}
    for name, table in {"": {}, **tables}.items():
        if not isinstance(table, Mapping):
            continue  # told with the profile itself
        under = ("variants", name) if name else ()
        refused = sorted(STAFF_ONLY & table.keys())
        for key in refused:
            said = f"variants.{name}.{key}: this is the same in all variants"
            mistakes.append(Mistake(line_of(text, (*under, key)), said))
        given = {key: value for key, value in table.items() if key not in refused}
        found = validated(merged(document, given), text, UserConfig, under)
        if isinstance(found, UserConfig):
            users[name] = found
        else:
            mistakes += found
    return users, mistakes


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the values of ``over``, table by table."""
    data = dict(base)
    for key, value in over.items():
        before = data.get(key)
        both = isinstance(value, Mapping) and isinstance(before, Mapping)
        data[key] = merged(before, value) if both and isinstance(before, Mapping) else value
    return data


def tasks_of(profile: Profile) -> tuple[str, ...]:
    """Return the names of all tasks of ``profile``, those of its variants included, each once.

    Raises:
        ConfigError: There is no such task; with file and line.
    """
    document, _ = migrated(table_of(profile.text, str(profile.source)), str(profile.source))
    users, _ = _users(document, profile.text)
    known = builtin_names("tasks")
    listed = {("tasks",): users[""].tasks, ("ceilings", "tasks"): users[""].ceilings.tasks or ()}
    listed |= {("variants", name, "tasks"): user.tasks for name, user in users.items() if name}
    unknown = [
        Mistake(line_under(profile.text, loc[-1:], loc[:-1]), f"{'.'.join(loc)}: there is no task called {task!r}")
        for loc, tasks in listed.items()
        for task in tasks
        if task not in known
    ]
    if unknown:
        error = complaint(unknown, str(profile.source))
        raise ConfigError(error.message, path=error.path, line=error.line, remedy=f"Known: {', '.join(known)}.")
    return tuple(dict.fromkeys(task for user in users.values() for task in user.tasks))


NEW: Final = """# {title}: nobody has measured them yet; armctl fit does, and writes what fits them here.
name = "{name}"
title = "{title}"
version = {version}
keep_changes = true
stop_test = "motion"

[scan]
# Mean press time / 0.65 fits a person; 1.5 s leaves room until it is measured.
interval = 1.5
first_extra = 0.8

[preview]
# What will move the arm is shown and said first; any press takes it back.
enabled = true

# What staff allow at most; nothing the person changes, and nothing a measurement proposes, goes beyond:
# [ceilings]
# speed = 0.6
# tasks = ["drink", "hand_over", "go_home"]
"""
"""A profile to begin with."""


def begin(name: str) -> Profile:
    """Make the profile ``name`` in the person's data folder, and return it.

    Raises:
        ConfigError: There is one of this name, or the name is none.
        SetupError: It cannot be written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise ConfigError(f"{name!r} is no name.", remedy="Lower-case letters, digits and underscores, 40 at most.")
    if name in profile_names():
        raise ConfigError(f"There is a profile {name!r} already.", remedy="Leave out --new, or take another name.")
    own = own_file(name)
    make_folder(own.parent)
    save(own, NEW.format(name=name, title=name.replace("_", " ").capitalize(), version=CURRENT))
    return load_profile(name)


# Older formats


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Until version 1 what a person changed was forgotten at the end; it stays so until staff decide otherwise."""
    return {"keep_changes": False, **document}


MIGRATIONS: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _from_1}
"""Version to what makes the next one of it."""


def migrated(data: Mapping[str, Any], label: str, line: int | None = None) -> tuple[dict[str, Any], int]:
    """Return ``data`` in the present format, and the version it had; ``line`` is where it says so.

    Raises:
        ConfigError: It is newer than this program, or its version is no number.
    """
    had = data.get("version", FIRST)
    if isinstance(had, bool) or not isinstance(had, int) or not FIRST <= had <= CURRENT:
        raise ConfigError(
            f"version {had!r} of a profile is not known; this program knows {FIRST} to {CURRENT}.",
            path=label,
            line=line,
            remedy="Use the program it was made with, or a newer one.",
        )
    document = dict(data)
    for version in range(had, CURRENT):
        document = MIGRATIONS[version](document)
    return document | {"version": CURRENT}, had


# Changes


def keep(profile: Profile, changes: Mapping[str, Any], reason: str = "") -> Profile:
    """Write ``changes`` (dotted settings to values) to the person's own file, and return the profile as it is then.

    Comments stay, and so does every byte where nothing changed. A file of an older format is kept beside the new one,
    as ``NAME.toml.v1``.

    Raises:
        ConfigError: A change goes beyond the ceilings or is not allowed; nothing is written.
        SetupError: It cannot be written; the old file is as it was.
    """
    text = changed_text(profile.text, changes, profile.variant, reason)
    after = profile_of(text, str(profile.own), profile.own, profile.own, profile.variant)
    _, had = migrated(table_of(profile.text, str(profile.source)), str(profile.source))
    make_folder(profile.own.parent)
    backup = profile.own.with_name(f"{profile.own.name}.v{had}")
    if had < CURRENT and profile.own.is_file() and not backup.exists():
        save(backup, profile.text)
    save(profile.own, text)
    return after


def changed_text(text: str, changes: Mapping[str, Any], variant: str = "", reason: str = "") -> str:
    """Return the profile ``text`` with ``changes``, in the present format, its comments kept.

    Args:
        text: A profile.
        changes: Dotted settings to values.
        variant: Where they go; empty for the profile itself.
        reason: Comment on each changed line; empty for none.

    Raises:
        ConfigError: A change is none of the person's, or the text is not TOML.
    """
    staff = sorted(name for name in changes if name.split(".")[0] in STAFF_ONLY)
    if staff:
        raise ConfigError(f"{staff[0]} is set by staff, in the file.")
    try:
        document = tomlkit.parse(text.removeprefix(BOM))
    except TOMLKitError as error:
        raise ConfigError(f"This is not valid TOML: {error}.") from None
    plain = document.unwrap()
    now, _ = migrated(plain, "")
    for name in reversed([name for name in now if name not in plain or now[name] != plain[name]]):
        _put(document, [name], now[name], "")
    for name, value in changes.items():
        path = name.split(".")
        # Contacts that a variant does not have of its own are those of the profile.
        own = path[0] != "contacts" or "contacts" in plain.get("variants", {}).get(variant, {})
        _put(document, ["variants", variant, *path] if variant and own else path, value, reason)
    changed = tomlkit.dumps(document)
    if 0 < text.count("\n") == text.count("\r\n"):  # written on Windows: so are the new lines
        changed = re.sub(r"(?<!\r)\n", "\r\n", changed)
    return f"{BOM}{changed}" if text.startswith(BOM) else changed


def _put(document: TOMLDocument, path: list[str], value: Any, reason: str) -> None:
    *tables, key = path
    place: Any = document
    in_line = False
    for depth, name in enumerate(tables):
        if name.isdigit():  # one table of an array: it is there
            place = place[int(name)]
            in_line = in_line or not isinstance(place, Table)
            continue
        if name not in place:
            place[name] = tomlkit.table(is_super_table=depth < len(tables) - 1 and tables[0] == "variants")
        inner = place[name]
        if not in_line and not isinstance(inner, Table | AoT | Array):  # an inline table, {a = 1}: written out
            table = tomlkit.table()
            table.update(inner)
            if isinstance(inner, Item) and inner.trivia.comment:
                table.comment(inner.trivia.comment.lstrip("# "))
            place[name] = inner = table
        place = inner
    item = tomlkit.item(list(value) if isinstance(value, tuple) else value)
    before = place.get(key)
    said = reason or (before.trivia.comment.lstrip("# ") if isinstance(before, Item) else "")
    if said and not in_line:  # what stands within a line has no room for a comment
        item.comment(said)
    place[key] = item
