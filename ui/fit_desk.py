"""`Fitting`: a measurement on the screen, from the first prompt to settings that are taken or given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from armctl.access.actions import ScanItem
from armctl.access.events import InputEvent
from armctl.access.fit.course import Course
from armctl.access.fit.history import Entry, Reason, retest
from armctl.access.fit.presses import ENOUGH
from armctl.access.fit.proposal import Proposal, applied, propose, value_of
from armctl.clock import Clock
from armctl.config.user import UserConfig
from ui.fit_live import Live
from ui.keeper import Keeper
from ui.text import marked

FIT: Final = "fit"
RESULT: Final = "fit_result"
TRY: Final = "fit_try"
NEWS: Final = marked("More choices went wrong lately. Settings, then About me, measures your presses again.")
"""Told on the home screen, once in a session."""
SHOWN: Final = 2
"""Changes on one page of the result."""
TRIES: Final = ("star", "cup", "hand", "home")
"""What is to be chosen when trying, as icons; each once, in an order that is not that of the tiles."""
ORDER: Final = (2, 0, 3, 1)


@dataclass(slots=True)
class Trying:
    """The small exercise: how many of `ORDER` were asked for, and how many chosen rightly."""

    asked: int = 0
    right: int = 0

    @property
    def wanted(self) -> str:
        """Id of the tile that is asked for; empty after the last."""
        return f"try:{ORDER[self.asked]}" if self.asked < len(ORDER) else ""

    def choose(self, item: str) -> None:
        """A tile was chosen."""
        self.right += item == self.wanted
        self.asked += 1


class Fitting:
    """The measurement of one person. Nothing here can move the arm: it knows no session.

    Args:
        clock: Time.
        keeper: Keeps what is accepted, and the records.
        wall: Date and time, for the records.

    Attributes:
        course: The measurement that is going on, or the last one; None before the first.
        proposal: What it suggests; None while it is going on.
        trying: The small exercise; None before it was tried.
        first: Number of the first change the result shows.
        live: Hears what is chosen; counted since the last measurement.
    """

    def __init__(
        self, clock: Clock, keeper: Keeper, wall: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone()
    ) -> None:
        self._clock = clock
        self._keeper = keeper
        self._wall = wall
        self._before: UserConfig | None = None
        self.course: Course | None = None
        self.proposal: Proposal | None = None
        self.trying: Trying | None = None
        self.first = 0
        self.live = Live(keeper.choices)
        self._told = False

    def begin(self, again: bool = False) -> None:
        """Begin a measurement; ``again``: only the presses."""
        self.course = Course(int(self._clock.now() * 1000), again)
        self.proposal, self.trying, self.first = None, None, 0

    def hear(self, event: InputEvent) -> None:
        """Take one event while a measurement is shown."""
        if self.course is not None and self.proposal is None:
            self.course.feed(event)

    def follow(self, items: Sequence[ScanItem], user: UserConfig) -> UserConfig | None:
        """Let time pass; return the settings to try when the measurement has just ended, else None."""
        if self.course is None or self.proposal is not None:
            return None
        self.course.tick(self._clock.now(), items)
        if not self.course.over:
            return None
        self._before = user
        self.proposal = propose(self.course.measured, user)
        return applied(user, self.proposal.settings)

    def accept(self, user: UserConfig) -> None:
        """The person takes the settings of ``user``: they are kept, with the date."""
        proposal, course = self.proposal, self.course
        if proposal is None or course is None:
            return
        settings: dict[str, object] = {name: value_of(user, name) for name in proposal.settings}
        presses = course.measured.presses
        if presses is not None and len(presses.times) >= ENOUGH:
            settings["press_time"] = round(sorted(presses.times)[len(presses.times) // 2], 3)
        self._keeper.keep(settings, f"measured {self._wall():%Y-%m-%d}")
        self._note(True)

    def refuse(self, user: UserConfig) -> UserConfig:
        """The person goes back to the settings from before; return them. The measurement is still kept."""
        self._note(False)
        return self._before or user

    def _note(self, accepted: bool) -> None:
        proposal, course = self.proposal, self.course
        if proposal is None or course is None:
            return
        outlook = proposal.after if accepted else proposal.before
        wrong = None if outlook is None else round(outlook.wrong, 4)
        pairs = {change.setting: (change.old, change.new) for change in proposal.changes}
        measured, self.course, self.proposal = course.measured, None, None
        if not measured.anything:
            return  # nobody took part: what was known before still holds
        between = None if outlook is None else (round(outlook.between[0], 4), round(outlook.between[1], 4))
        figures = measured.numbers()
        self._keeper.add(Entry(self._wall(), self._keeper.variant, figures, pairs, accepted, wrong, between))
        self._keeper.choices.again()
        self.live, self._told = Live(self._keeper.choices), False

    def offer(self) -> Reason:
        """Return why measuring again should be offered, empty when it should not."""
        choices, variant = self._keeper.choices, self._keeper.variant
        own = [entry for entry in self._keeper.history if entry.variant == variant]
        count = choices.right + choices.wrong
        return retest(own or self._keeper.history, choices.wrong, count, self._wall())

    def news(self) -> bool:
        """Return True, once in a session, when so many choices go wrong that the person should hear of it."""
        if self._told or self.offer() != "errors":
            return False
        self._told = True
        return True
