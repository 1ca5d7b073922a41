"""Does anything whatever with every input device, for ever: long random sessions that are the same for one seed."""

from __future__ import annotations

import random
from typing import Any

from armctl.access.actions import Action, ScanItem
from armctl.access.events import (
    AxesEvent,
    Control,
    DeviceCame,
    DeviceGone,
    FocusLost,
    InputEvent,
    PointerEvent,
    PointerLeft,
    Stirred,
    StopLine,
    SwitchEvent,
)
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from tests.support.switch_person import tiles

SCREENS = {
    "home": tiles(6, moves=True),
    "move": (*tiles(4, holds=True), ScanItem("z", "Z", rect=(0, 300, 90, 90))),
}
CONTROLS: tuple[Control, ...] = ("select", "next", "back", "group", "pause", "stop")


class Typist:
    """Does anything whatever with every device, as fast as a screen is looked at."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.now = self._dice.uniform(0.0, 1e5)

    def event(self) -> InputEvent:
        dice, now = self._dice, self.now
        device = dice.choice(["keyboard", "box", "pointer", "puff"])
        control = dice.choice(CONTROLS[:2]) if dice.random() < 0.8 else dice.choice(CONTROLS)
        switch = SwitchEvent(
            now, device, control, dice.random() < 0.5, now - dice.uniform(0.0, 0.02), str(dice.randint(0, 2))
        )
        axes = AxesEvent(now, "stick", (dice.uniform(-1, 1) * dice.choice([0.05, 1.0]), dice.uniform(-1, 1) * 0.1))
        others: list[InputEvent] = [
            Stirred(now, "puff"),
            PointerEvent(now, dice.uniform(0, 400), dice.uniform(0, 400)),
            PointerLeft(now),
            DeviceGone(now, device, dice.choice(["unplugged", "frozen"])),  # type: ignore[arg-type]
            DeviceCame(now, device),
            FocusLost(now),
            StopLine(now, dice.random() < 0.5),
        ]
        return dice.choices([switch, axes, dice.choice(others)], [6, 2, 1])[0]

    def settings(self) -> UserConfig:
        dice = self._dice
        given: dict[str, Any] = {
            "name": "typist",
            "scan": {
                "method": dice.choice(["auto", "step", "inverse", "direct"]),
                "pattern": dice.choice(["linear", "row_column", "binary"]),
                "interval": dice.uniform(0.3, 1.0),
                "auditory": dice.random() < 0.3,
                "cue_time": 0.3,
            },
            "motion": {"jog": "step"},
            "preview": {"enabled": dice.random() < 0.5},
            "dwell": {
                "time": 0.4,
                "gaze": dice.random() < 0.3,
                "take_off": dice.random() < 0.3,
                "rest": {"left": 0.0, "top": 0.0, "width": 0.3, "height": 1.0} if dice.random() < 0.5 else None,
            },
            "switch": {"acceptance": dice.choice([0.0, 0.1]), "release": dice.choice([0.0, 0.1])},
        }
        return UserConfig.model_validate(given)

    def session(self, pipeline: AccessPipeline, calls: int) -> list[Action]:
        dice, actions, moving = self._dice, list[Action](), False
        for _ in range(calls):
            self.now += dice.expovariate(60.0)
            moving = moving if dice.random() < 0.98 else not moving
            what = dice.random()
            if what < 0.5:
                actions += pipeline.tick(self.now, moving)
            elif what < 0.97:
                actions += pipeline.feed(self.event(), moving)
            elif what < 0.995:
                screen = dice.choice(sorted(SCREENS))
                pipeline.set_items(SCREENS[screen], screen, self.now, steers=screen == "move")
            elif what < 0.996:
                pipeline.listen(self.now + dice.uniform(0.0, 2.0))
            elif what < 0.997:
                pipeline.set_window(dice.uniform(300, 500), dice.uniform(300, 500))
            else:
                pipeline.configure(self.settings())
        return actions
