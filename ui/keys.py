"""Names of keys: a profile that names one wrongly would leave its person without a switch."""

from __future__ import annotations

import pygame

from armctl.config.inputs import KEYBOARD
from armctl.config.user import UserConfig
from armctl.errors import ConfigError


def check_keys(user: UserConfig) -> None:
    """Refuse a profile with keys that no keyboard has.

    Raises:
        ConfigError: Naming the first such key.
    """
    known = {pygame.key.name(getattr(pygame, name)) for name in dir(pygame) if name.startswith("K_")} - {""}
    line = user.stop_line.key if user.stop_line is not None and user.stop_line.key is not None else "space"
    named = [str(contact.contact) for contact in user.contacts if contact.device == KEYBOARD]
    for key in (*user.keys_select, *user.keys_next, *named, line):
        if key not in known:
            raise ConfigError(
                f"Profile {user.name!r}: there is no key called {key!r}.",
                remedy="Keys are called for example: space, return, tab, right, f1, a.",
            )
