"""Put real SDL events into the queue, as if a key had been used: for simulated people and tests."""

from __future__ import annotations

import pygame


def post_key(name: str, pressed: bool) -> None:
    """Post a key event.

    Args:
        name: pygame's name of the key, for example ``space``.
        pressed: Down or up.
    """
    code = pygame.key.key_code(name)
    kind = pygame.KEYDOWN if pressed else pygame.KEYUP
    pygame.event.post(pygame.event.Event(kind, key=code, mod=0, unicode="", scancode=0))
