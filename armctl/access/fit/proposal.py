"""`propose`: the settings that fit what was measured, each with its reason; nothing where too little is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from armctl.access.fit import propose_pointer, propose_stick, propose_switch, words
from armctl.access.fit.change import Change, Part
from armctl.access.fit.measured import Measured
from armctl.access.fit.propose_switch import ITEMS
from armctl.access.fit.timing import Expected
from armctl.config.user import UserConfig

Tree: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the measurement suggests.

    Attributes:
        changes: Settings that should change.
        notes: Sentences about what cannot be proposed, or needs no change.
        before: What the present settings bring; None without enough presses.
        after: What the proposed ones would bring.
    """

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    before: Expected | None = None
    after: Expected | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Dotted name of each setting to its proposed value."""
        return {change.setting: change.new for change in self.changes}


def propose(measured: Measured, user: UserConfig) -> Proposal:
    """Return the settings that fit ``measured``, as changes of those of ``user``.

    Where the contact that chooses has a way of cleaning of its own, that is what is changed.
    """
    parts: list[Part] = []
    if measured.presses is not None:
        parts.append(_of_its_own(propose_switch.propose(measured, as_pressed(user)), user))
    if measured.stick is not None:
        parts.append(propose_stick.propose(measured.stick, user.joystick))
    if measured.pointer is not None:
        parts.append(propose_pointer.propose(measured.pointer, user))
    changes = tuple(change for part in parts for change in part.changes)
    notes = tuple(note for part in parts for note in part.notes)
    if not measured.anything:
        notes = (*notes, words.nothing())
    after = applied(user, {change.setting: change.new for change in changes})
    allowed = (replace(change, new=value_of(after, change.setting)) for change in changes)
    changes = tuple(change for change in allowed if change.new != change.old)
    if measured.presses is None or not measured.presses.enough:
        return Proposal(changes, notes)
    return Proposal(
        changes,
        notes,
        propose_switch.outlook(measured, as_pressed(user), ITEMS),
        propose_switch.outlook(measured, as_pressed(after), ITEMS),
    )


def as_pressed(user: UserConfig) -> UserConfig:
    """Return ``user`` with ``switch`` as it holds for the contact with which they choose."""
    number = user.own_cleaning
    return user if number is None else user.model_copy(update={"switch": user.contacts[number].switch})


def _of_its_own(part: Part, user: UserConfig) -> Part:
    """Name the settings of the switch where they stand in the profile of ``user``."""
    number = user.own_cleaning
    if number is not None:
        own = (f"contacts.{number}." if change.setting.startswith("switch.") else "" for change in part.changes)
        part.changes = [
            replace(change, setting=f"{before}{change.setting}")
            for before, change in zip(own, part.changes, strict=True)
        ]
    return part


def applied(user: UserConfig, settings: Mapping[str, Any]) -> UserConfig:
    """Return ``user`` with ``settings`` (dotted names to values), as far as the ceilings allow.

    Raises:
        ValueError: A value the profile does not allow.
    """
    tree = user.model_dump()
    for name, value in settings.items():
        _put(tree, name.split("."), value)
    return UserConfig.model_validate(user.ceilings.kept(tree))


def value_of(user: UserConfig, setting: str) -> Any:
    """Return the present value of a dotted ``setting``."""
    found: Any = user
    for part in setting.split("."):
        found = found[int(part)] if part.isdigit() else getattr(found, part)
    return found


def _put(tree: Any, path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        tree = tree[int(part)] if part.isdigit() else tree[part]
    tree[path[-1]] = value
