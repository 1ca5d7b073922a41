"""What a screen is: it makes a page out of what the desk knows, and acts on what is chosen."""

from __future__ import annotations

from typing import Protocol

from ui.desk import Desk
from ui.page import Page


class Screen(Protocol):
    """One screen. It keeps nothing: everything it shows comes from the desk."""

    def page(self, desk: Desk) -> Page:
        """Return what to show now."""
        ...

    def select(self, desk: Desk, item: str) -> None:
        """Do what the tile with the id ``item`` stands for."""
        ...
