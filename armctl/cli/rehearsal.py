"""One rehearsal: a simulated person does a task at the real screen, with a profile's settings, and all is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from armctl.cli.world import World
from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from sim.users.casting import hand_for
from sim.users.errand import Errand
from sim.users.presser import Habit
from sim.users.sight import ANYTHING, Sight
from ui.page import ScreenView
from ui.text import _

SIZE: Final = (1280, 800)
PATIENCE: Final = 420.0
"""Drinking takes somebody who is quick about 90 s."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one rehearsal.

    Attributes:
        ended: "done", or after how long it was not.
        seconds: From switching on to the end [s].
        presses: Presses that were meant, or ways of a pointer.
        right: Choices of what was wanted.
        wrong: Other choices.
        stops: Stops that nobody meant.
        last: Screen at the end.
    """

    ended: str
    seconds: float
    presses: int
    right: int
    wrong: int
    stops: int
    last: str

    @property
    def done(self) -> bool:
        """True when the task was done."""
        return self.ended == "done"


class Rehearsal:
    """One person at one screen.

    Args:
        config: The arm.
        place: What stands around it.
        user: The profile that is tried.
        task: Name of the task.
        habit: How the person presses.
        spread: How much their pointer or stick trembles [px].
        seed: Of everything that is drawn.
        patience: A task that is not done after so long has failed [s].
    """

    def __init__(
        self,
        config: ArmConfig,
        place: SceneConfig,
        user: UserConfig,
        task: str,
        habit: Habit,
        spread: float,
        seed: int,
        patience: float = PATIENCE,
    ) -> None:
        self._patience = patience
        self._clock = SteppedClock()
        self._hand = hand_for(user, habit, spread, seed)
        self._world = World(config, "ideal", place, user, SIZE, self._clock, self._note)
        self._errand = Errand(task, _("Press now"))
        self._wanted: str | None = None
        self._meant: str | None = None
        self._right = self._wrong = self._stops = 0

    def play(self) -> Outcome:
        """Return what came of it."""
        begun = self._clock.now()
        try:
            while self._world.frame() and not self._errand.done and self._clock.now() - begun < self._patience:
                self._act()
            return self._outcome(self._clock.now() - begun)
        finally:
            self._world.close()

    def _act(self) -> None:
        seen = self._sight(self._world.app.view)
        self._wanted = self._errand.wish(seen)
        if self._wanted in seen.tiles:
            self._meant = self._wanted
        for event in self._hand.act(self._wanted, seen, self._clock.now()):
            self._world.app.hear(event)

    def _sight(self, view: ScreenView) -> Sight:
        task = self._world.session.task
        return Sight(
            screen=view.screen,
            lit=view.lit_group if view.lit is None else (view.lit,),
            tiles={item.id: item.rect for item in view.items},
            moving=view.moving,
            text=view.text,
            stop_field=view.stop_field,
            size=SIZE,
            preview=view.preview,
            resting=view.resting,
            task="" if task is None or task.over else task.name,
            ended=task.phase if task is not None and task.over else "",
        )

    def _note(self, kind: str, **data: Any) -> None:
        if kind == "selection":
            if data["item"] == self._meant:
                self._right += 1
            else:
                self._wrong += 1
        elif kind == "request" and data["what"] == "Stop" and data["after_press"] is not None:
            self._stops += self._wanted != ANYTHING

    def _outcome(self, seconds: float) -> Outcome:
        view = self._world.app.view
        ended = "done" if self._errand.done else f"not within {self._patience:.0f} s"
        return Outcome(ended, seconds, self._hand.presses, self._right, self._wrong, self._stops, view.screen)
