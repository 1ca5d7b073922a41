"""A pipeline and the hands on it: time goes on in frames, everything that came of it is remembered."""

from __future__ import annotations

from collections.abc import Sequence

from armctl.access.actions import Action, Lit, ScanItem
from armctl.access.events import Control, InputEvent, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig

FRAME = 0.01


def tiles(count: int, across: int = 3, **fields: object) -> tuple[ScanItem, ...]:
    """Return tiles a, b, c … on a grid, ``across`` in a row."""
    names = "abcdefghijklmnopqrstuvwxyz"[:count]
    return tuple(
        ScanItem(name, name.upper(), rect=(100 * (n % across), 100 * (n // across), 90, 90), **fields)  # type: ignore[arg-type]
        for n, name in enumerate(names)
    )


class Person:
    """Somebody with switches before one screen."""

    def __init__(self, items: Sequence[ScanItem] = tiles(3), **settings: object) -> None:
        scan = {"interval": 1.0, "first_extra": 0.0, "inner_extra": 0.0, **dict(settings.pop("scan", {}))}  # type: ignore[call-overload]
        given = {"name": "test", "motion": {"jog": "step"}, **settings, "scan": scan}
        self.user = UserConfig.model_validate(given)
        self.pipeline = AccessPipeline(self.user)
        self.now, self.moving = 0.0, False
        self.heard: list[Action] = []
        self.show(items)
        self.wait(FRAME)

    def show(self, items: Sequence[ScanItem], screen: str = "here") -> None:
        self.pipeline.set_items(items, screen, self.now)

    def wait(self, seconds: float) -> list[Action]:
        end, before = self.now + seconds, len(self.heard)
        while self.now < end - 1e-9:
            self.now = round(min(end, self.now + FRAME), 6)
            self.heard += self.pipeline.tick(self.now, self.moving)
        return self.heard[before:]

    def feed(self, event: InputEvent) -> list[Action]:
        new = self.pipeline.feed(event, self.moving)
        self.heard += new
        return new

    def change(
        self, pressed: bool, control: Control = "select", device: str = "keyboard", contact: str = ""
    ) -> list[Action]:
        return self.feed(SwitchEvent(self.now, device, control, pressed, contact=contact))

    def press(self, control: Control = "select", hold: float = 0.1, device: str = "keyboard") -> list[Action]:
        """Press, hold and let go; return what came of it until then, highlights left out."""
        before = len(self.heard)
        self.change(True, control, device)
        self.wait(hold)
        self.change(False, control, device)
        self.wait(FRAME)
        return [action for action in self.heard[before:] if not isinstance(action, Lit)]

    def until_lit(self, *wanted: str, most: float = 60.0) -> None:
        end = self.now + most
        while self.now < end:
            if self.lit == wanted:
                return
            self.wait(FRAME)
        raise AssertionError(f"{wanted} was never lit; {self.lit} is")

    @property
    def lit(self) -> tuple[str, ...]:
        one = self.pipeline.lit
        return self.pipeline.lit_group if one is None else (one,)

    def of(self, *kinds: type) -> list[Action]:
        return [action for action in self.heard if isinstance(action, kinds)]
