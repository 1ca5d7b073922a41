"""A pipeline and the hands on it."""

from __future__ import annotations

from armctl.access.actions import Action, Lit, ScanItem
from armctl.access.events import AxesEvent, Control, InputEvent, PointerEvent, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig

TILES = (
    ScanItem("drink", "Drink", rect=(0, 0, 100, 100)),
    ScanItem("home", "Home", rect=(100, 0, 100, 100)),
    ScanItem("up", "Up", holds=True, rect=(200, 0, 100, 100)),
)


class Person:
    """A pipeline and the hands on it; time goes on with every frame of 10 ms."""

    def __init__(self, steers: bool = True, **settings: object) -> None:
        given = {
            "name": "test",
            "scan": {"interval": 1.0, "first_extra": 0.0, "rounds": 2},
            "dwell": {"lock_on": 0.25, "time": 1.0, "grace": 0.5},
            **settings,
        }
        self.pipeline = AccessPipeline(UserConfig.model_validate(given))
        self.now, self.moving = 0.0, False
        self.heard: list[Action] = []
        self.pipeline.set_items(TILES, "start", 0.0, steers=steers)

    def wait(self, seconds: float) -> list[Action]:
        end = self.now + seconds
        new: list[Action] = []
        while self.now < end - 1e-9:
            self.now = round(min(end, self.now + 0.01), 6)
            new += self.pipeline.tick(self.now, self.moving)
        self.heard += new
        return new

    def feed(self, event: InputEvent) -> list[Action]:
        new = self.pipeline.feed(event, self.moving)
        self.heard += new
        return new

    def press(self, control: Control = "select", device: str = "keyboard") -> list[Action]:
        return self.feed(SwitchEvent(self.now, device, control, True))

    def let_go(self, control: Control = "select", device: str = "keyboard") -> list[Action]:
        return self.feed(SwitchEvent(self.now, device, control, False))

    def push(self, x: float, y: float, device: str = "stick") -> list[Action]:
        return self.feed(AxesEvent(self.now, device, (x, y)))

    def point(self, x: float, y: float) -> list[Action]:
        return self.feed(PointerEvent(self.now, x, y))


def without_lit(actions: list[Action]) -> list[Action]:
    return [action for action in actions if not isinstance(action, Lit)]


def scan_to_up(person: Person) -> None:
    """Wait until the tile that holds is lit."""
    person.wait(2.5)
    assert person.pipeline.lit == "up"
