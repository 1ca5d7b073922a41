"""Names of keys: a profile that names one wrongly would leave its person without a switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pygame

from armctl.config.inputs import KEYBOARD
from armctl.config.user import UserConfig
from armctl.errors import ConfigError

REMEDY: Final = "Keys are called for example: space, return, tab, right, f1, a."


def check_keys(user: UserConfig) -> None:
    """Refuse a profile with keys that no keyboard has.

    Raises:
        ConfigError: Naming the first such key.
    """
    for _, key in unknown_keys(user):
        raise ConfigError(f"Profile {user.name!r}: there is no key called {key!r}.", remedy=REMEDY)


def unknown_keys(user: UserConfig) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each key of ``user`` that no keyboard has, after its place in the profile."""
    known = {pygame.key.name(getattr(pygame, name)) for name in dir(pygame) if name.startswith("K_")} - {""}
    named: list[tuple[tuple[str | int, ...], str]] = [(("keys_select",), key) for key in user.keys_select]
    named += [(("keys_next",), key) for key in user.keys_next]
    for number, contact in enumerate(user.contacts):
        if contact.device == KEYBOARD:
            named.append((("contacts", number, "contact"), str(contact.contact)))
    if user.stop_line is not None and user.stop_line.key is not None:
        named.append((("stop_line", "key"), user.stop_line.key))
    yield from (found for found in named if found[1] not in known)
