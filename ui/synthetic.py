"""Put real SDL events into the queue, as if a key or the pointer had been used: for simulated people and tests."""

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


def post_pointer(x: int, y: int) -> None:
    """Post a pointer motion to ``x``, ``y`` [px]."""
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(x, y), rel=(0, 0), buttons=(0, 0, 0), touch=False))
