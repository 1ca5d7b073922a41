"""`Live`: hears what the person chooses day by day: how many choices were taken back, and how long presses took."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Final

from armctl.access.actions import Action, Cancelled, Lit, Select
from armctl.access.fit import adapt
from armctl.config.user import UserConfig

TAKES_BACK: Final = frozenset({"undo", "leave", "back", "cancel", "refuse"})
"""Tiles that take back what was chosen before them."""
AT_ONCE: Final = 6.0
"""A choice that is taken back within this time was probably not meant [s]. Who scans cannot be so quick: for them it is
at once when the highlight came by for the first time since."""

READY: Final = 0.05
"""After `SwitchConfig.post_acceptance` a tile is lit for at least this long [s]."""


@dataclass(slots=True)
class Choices:
    """Choices since the person was last measured, over all sessions since then.

    Attributes:
        right: Choices that stood.
        wrong: Choices that were taken back at once.
    """

    right: int = 0
    wrong: int = 0

    def again(self) -> None:
        """Begin to count anew: the person was measured."""
        self.right = self.wrong = 0


def choices_of(text: str) -> Choices:
    """Return the choices that ``text`` counts; none where it is damaged: they are counted anew then."""
    try:
        data = json.loads(text)
        right, wrong = data["right"], data["wrong"]
    except (ValueError, KeyError, TypeError):
        return Choices()
    good = isinstance(right, int) and isinstance(wrong, int) and min(right, wrong) >= 0
    return Choices(right, wrong) if good else Choices()


def text_of(choices: Choices) -> str:
    """Return ``choices`` as JSON."""
    return json.dumps(asdict(choices)) + "\n"


class Live:
    """Counts choices, and lets the time on each tile follow the person where their profile says so.

    Args:
        choices: Where they are counted.
    """

    def __init__(self, choices: Choices | None = None) -> None:
        self.choices = choices if choices is not None else Choices()
        self._lit_at: dict[str, float] = {}
        self._passes: Counter[str] = Counter()
        self._chosen_at = float("-inf")
        self._state: adapt.Adaptation | None = None

    def follow(self, action: Action, now: float, user: UserConfig) -> UserConfig | None:
        """Take one ``action`` at ``now`` [s]; return the settings to go on with when the interval changed."""
        if isinstance(action, Lit):
            self._lit_at[action.item] = now
            self._passes[action.item] += 1
        elif isinstance(action, Cancelled):
            self.choices.wrong += 1  # in its preview: it was never counted as a choice that stood
            return self._judge(None, user)
        elif isinstance(action, Select):
            back = action.item in TAKES_BACK and self._at_once(action.item, now)
            lit_at = self._lit_at.get(action.item, action.pressed_at)
            self._chosen_at = float("-inf") if back else now
            self._passes.clear()
            if back:
                self._take_back()
            else:
                self.choices.right += 1
            return self._judge(None if back else action.pressed_at - lit_at, user)
        return None

    def _at_once(self, item: str, now: float) -> bool:
        first_pass = self._passes[item] == 1 and self._chosen_at > float("-inf")
        return first_pass or now - self._chosen_at <= AT_ONCE

    def _take_back(self) -> None:
        """What was chosen before was wrong, and its press time is that of another tile."""
        self.choices.right, self.choices.wrong = max(0, self.choices.right - 1), self.choices.wrong + 1
        if self._state is not None:
            self._state = replace(self._state, recent=self._state.recent[:-1])

    def _judge(self, press_time: float | None, user: UserConfig) -> UserConfig | None:
        if not user.adapt or user.press_time is None or user.scan.method != "auto":
            return None
        if press_time is not None and press_time <= 0.0:
            return None  # a pointer: it needs no highlight
        return self._adapted(press_time, user)

    def _adapted(self, press_time: float | None, user: UserConfig) -> UserConfig | None:
        state = self._state
        if state is None or abs(state.interval - user.scan.interval) > 1e-9:
            state = adapt.begin(user.scan.interval, user.press_time or 1.0)  # the first time, or changed by hand
        state = adapt.after(state, press_time)
        # No shorter than staff allow, and the switch must be ready again before the next tile.
        ready = min(state.fitted, user.switch.post_acceptance + READY)
        interval = max(state.interval, user.ceilings.interval, ready)
        self._state = adapt.Adaptation(state.fitted, state.usual, interval, state.recent)
        if interval == user.scan.interval:
            return None
        return user.model_copy(update={"scan": user.scan.model_copy(update={"interval": interval})})
