"""From input events to meaning: the one place where presses, pointer and stick come together.

Pure: a function of events and time. Three rules stand above every setting. While the arm moves, any input but the one
that holds the motion is `StopMotion`, on the raw event. Letting go of what holds the motion is `HoldEnd`, on the raw
event. And a press that stopped something selects nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from armctl.access.actions import Action, Axes, HoldEnd, HoldStart, Lit, ScanItem, Select, StopMotion, Trouble, Warn
from armctl.access.dwell import Dwell
from armctl.access.events import (
    POINTER,
    AxesEvent,
    Control,
    DeviceCame,
    DeviceGone,
    FocusLost,
    InputEvent,
    PointerEvent,
    PointerLeft,
    StopLine,
    SwitchEvent,
)
from armctl.access.scanning import Scan
from armctl.access.sticks import Sticks
from armctl.access.switches import Switch
from armctl.config.user import UserConfig

Key: TypeAlias = tuple[str, Control]
"""A contact: device and what it means."""

DWELL: Key = (POINTER, "select")

CALM: Final = 1.0
"""After a stop nothing can be chosen until no press came for this long [s]: whoever presses again and again means
stop each time, and the first tile offered is often the one that goes on."""


LONGEST_FRAME: Final = 0.1
"""A hold that may last no longer ends with the last frame before its limit, however slow the screen is, up to this
long before it [s]."""


class AccessPipeline:
    """One person's inputs.

    Call `set_items` when the screen changes, `feed` for each event and `tick` once a frame; act on what they return,
    in order. ``moving`` is true while the arm moves or a task may move it; the stop test counts as moving, too.
    """

    def __init__(self, user: UserConfig) -> None:
        self._user = user
        self._scan = Scan(user.scan)
        self._dwell = Dwell(user.dwell)
        self._sticks = Sticks(user.joystick, user.scan.interval)
        self._switches: dict[Key, Switch] = {}
        self._targets: dict[Key, str | None] = {}
        self._items: dict[str, ScanItem] = {}
        self._screen: str | None = None
        self._steers = True
        self._held: str | None = None
        self._holder: Key | None = None
        self._dwelt = False
        self._dwelt_at = 0.0
        self._moving = False
        self._was_mute = False
        self._stopped = False
        self._calm_at = float("-inf")
        self._now = 0.0
        self._frame = 0.0
        self._line_closed = user.stop_line is None
        self._waiting: list[Action] = []

    def configure(self, user: UserConfig) -> None:
        """Go on with other settings of the same person; what is held, spent or refused stays so."""
        self._user = user
        self._scan.configure(user.scan)
        self._dwell.configure(user.dwell)
        self._sticks.configure(user.joystick, user.scan.interval)
        for switch in self._switches.values():
            switch.configure(user.switch)

    @property
    def lit(self) -> str | None:
        """Id of the lit tile, or of the held one; None while nothing is lit."""
        return self._held or self._scan.lit

    @property
    def resting(self) -> bool:
        """True when scanning has paused after its rounds: the next press starts it again."""
        return self._scan.resting

    @property
    def time_left(self) -> float:
        """Share of the lit tile's time that is left, 1 to 0."""
        return 1.0 if self._held else self._scan.time_left(self._now)

    @property
    def dwell(self) -> tuple[str, float] | None:
        """Tile the pointer rests on, and how far its dwell is, 0 to 1."""
        return None if self._mute else self._dwell.progress(self._now)

    @property
    def held(self) -> str | None:
        """Id of the tile that is being held, None when there is none."""
        return self._held

    @property
    def unready(self) -> str:
        """Why the arm must not be switched on with these inputs, in plain words; empty when all is well."""
        if not self._line_closed:
            return "The stop button is pressed, or not connected. Release it and check its plug, then switch on."
        if self._sticks.deflected:
            return (
                f"The {self._sticks.deflected} is not in its middle. Let it go, then switch on. "
                "Or choose again to go on without it."
            )
        return ""

    @property
    def may_go_without(self) -> bool:
        """True when what keeps inputs from being ready is a stick: it moves nothing before it was in its middle."""
        return self._line_closed

    def set_items(self, items: Sequence[ScanItem], screen: str, now: float, *, steers: bool = True) -> None:
        """Show ``items`` on ``screen``; cheap when nothing changed.

        On another screen nothing that was begun before counts: pending presses, dwells and deflected sticks are void.

        Args:
            items: Tiles in the order of the highlight.
            screen: Name of the screen.
            now: Time [s].
            steers: True when a stick moves the arm (`Axes`), False when it moves the highlight.
        """
        before, self._items = tuple(self._items), {item.id: item for item in items}
        if steers != self._steers:
            self._steers = steers
            self._sticks.distrust()
        if self._held is not None and self._held not in self._items:
            self._waiting += self._end_hold(now)
        if screen != self._screen:
            self._screen = screen
            self._void(now)
            self._scan.forget()
            self._waiting = [action for action in self._waiting if not isinstance(action, Lit)]
        elif before == tuple(self._items):
            return
        lit = self._scan.replace(tuple(self._items), now)
        if self._mute:
            self._scan.freeze(now)
        elif lit is not None:
            self._waiting.append(Lit(lit))

    def feed(self, event: InputEvent, moving: bool) -> list[Action]:
        """Return what ``event`` means, and what time brought about until then."""
        actions = self.tick(event.stamp, moving)
        if isinstance(event, SwitchEvent):
            actions += self._on_switch(event)
        elif isinstance(event, PointerEvent | PointerLeft):
            actions += self._on_pointer(event)
        elif isinstance(event, AxesEvent):
            actions += self._on_axes(event)
        elif isinstance(event, FocusLost):
            actions += self._on_focus_lost(event)
        elif isinstance(event, StopLine):
            actions += self._on_stop_line(event)
        else:
            actions += self._on_device(event)
        return actions + self._settle()

    def tick(self, now: float, moving: bool) -> list[Action]:
        """Return what the passing of time until ``now`` [s] brings about."""
        self._frame = min(LONGEST_FRAME, max(now - self._now, 0.97 * self._frame))
        self._now = max(self._now, now)
        self._moving = moving
        actions, self._waiting = self._waiting, []
        actions += self._void_when_motion_began()
        actions += self._settle()
        for key, switch in sorted(self._switches.items(), key=lambda pair: pair[1].due):
            actions += self._advance_switch(key, switch)
        actions += self._advance_dwell()
        actions += self._settle()
        actions += [Lit(item) for item in self._scan.advance(self._now)]
        return actions + self._advance_sticks()

    # What time brings about

    @property
    def _busy(self) -> bool:
        """True while a press means stop: something moves, or is about to because a tile is held."""
        return self._moving or self._held is not None or self._sticks.holder is not None

    @property
    def _next_frame(self) -> float:
        """When time will have been looked at again [s], were the next frame half as long again as the last ones."""
        return self._now + 1.5 * self._frame

    @property
    def _mute(self) -> bool:
        """True while nothing can be chosen: a press means stop, or did a moment ago."""
        return self._busy or self._now < self._calm_at

    def _void_when_motion_began(self) -> list[Action]:
        """A press that had not counted when the motion began was meant for what is over: it stops."""
        if not self._busy:
            return []
        pending = [(key, switch) for key, switch in self._switches.items() if switch.pending]
        return [action for key, switch in pending for action in self._stop(key[0], switch.pressed_at)]

    def _settle(self) -> list[Action]:
        """Let the highlight follow: out while nothing can be chosen, at the first item afterwards."""
        if self._busy and self._stopped:
            self._calm_at = self._now + CALM
        self._stopped = self._busy and self._stopped
        if self._mute == self._was_mute:
            return []
        self._was_mute = self._mute
        if self._was_mute:
            self._scan.freeze(self._now)
            return []
        self._dwell.reset()
        return self._lit(self._scan.restart(self._now))

    def _advance_switch(self, key: Key, switch: Switch) -> list[Action]:
        actions: list[Action] = []
        due = switch.due
        if switch.counts(self._now):
            late = self._busy  # another press, counted a moment ago, already started something
            actions += self._stop(key[0], self._now) if late else self._on_counted(key, switch.pressed_at, due)
        if switch.outlasts_bounce(self._now) and (self._busy or key[1] == "stop"):
            actions += self._stop(key[0], switch.pressed_at)
        if switch.is_stuck(self._next_frame):
            if self._busy:
                actions += self._stop(key[0], self._now, pressed=False)
            text = f"The {key[1]} switch ({key[0]}) has been held for {self._user.switch.maximum_hold:g} s."
            actions.append(Warn(f"{text} It may be stuck; let it go."))
        return actions

    def _on_counted(self, key: Key, pressed_at: float, now: float) -> list[Action]:
        target = self._targets.pop(key, None)
        if key[1] in ("next", "back"):
            return self._lit(self._scan.move(1 if key[1] == "next" else -1, now))
        if target is not None and target in self._items:
            return self._choose(target, pressed_at, key, now)
        return self._lit(self._scan.restart(now)) if self._scan.resting else []

    def _choose(self, target: str, pressed_at: float, key: Key, now: float) -> list[Action]:
        if self._items[target].holds:
            self._held, self._holder = target, key
            return [HoldStart(target, pressed_at, key[0])]
        self._waiting += self._lit(self._scan.restart(now))  # told later: the choice may lead to another screen
        return [Select(target, pressed_at, key[0])]

    def _advance_dwell(self) -> list[Action]:
        longest = self._user.switch.maximum_hold
        if self._dwelt and self._held is not None and self._next_frame - self._dwelt_at > longest:
            # A gaze that is lost mostly leaves the pointer where it was.
            return [
                *self._stop(POINTER, self._now, pressed=False),
                Warn("The pointer has not moved on, so it stopped."),
            ]
        done = None if self._mute else self._dwell.advance(self._now)
        if done is None or done[0] not in self._items:
            return []
        self._dwelt, self._dwelt_at = self._items[done[0]].holds, self._now
        return self._choose(done[0], done[1], DWELL, done[1])

    def _advance_sticks(self) -> list[Action]:
        if self._sticks.holder is not None:
            return self._advance_holder(self._sticks.holder)
        if self._steers or self._busy:
            return []
        return [lit for step in self._sticks.steps(self._now) for lit in self._lit(self._scan.move(step, self._now))]

    def _advance_holder(self, device: str) -> list[Action]:
        longest = self._user.switch.maximum_hold
        if self._sticks.held_for(self._next_frame) <= longest:
            return [Axes(self._now, self._sticks.value(self._now), self._sticks.holder or "")]
        stop = self._stop(device, self._now, pressed=False)
        text = f"The {device} has been held for {longest:g} s. It may be stuck; let it go."
        return [*stop, Warn(text)]

    # What events bring about

    def _on_switch(self, event: SwitchEvent) -> list[Action]:
        key: Key = (event.device, event.control)
        switch = self._switches.setdefault(key, Switch(self._user.switch))
        if not event.pressed:
            ended = switch.open(event.stamp)
            return self._end_hold(event.stamp) if ended and key == self._holder and not self._dwelt else []
        closure = switch.close(event.stamp)
        if closure == "bounce" or (closure == "repeat" and key == self._holder):
            return []
        if event.control == "stop" or self._busy:
            return self._stop(event.device, event.stamp, since=event.earliest)
        if self._mute:
            self._calm_at = event.stamp + CALM
            switch.spend(event.stamp)
            return []
        if closure == "press":
            pointed = event.device == POINTER
            self._targets[key] = self._dwell.item_below(self._list()) if pointed else self._scan.lit_at(event.earliest)
        return self._advance_switch(key, switch)

    def _on_pointer(self, event: PointerEvent | PointerLeft) -> list[Action]:
        if isinstance(event, PointerEvent):
            self._dwell.point(event.x, event.y, self._list(), self._now)
        else:
            self._dwell.gone(self._now)
        if self._dwelt and self._held is not None and self._dwell.item_below(self._list()) != self._held:
            return self._end_hold(event.stamp)
        return []

    def _on_axes(self, event: AxesEvent) -> list[Action]:
        heard = self._sticks.feed(event, steers=self._steers, busy=self._busy)
        actions: list[Action] = []
        if heard.stops:
            actions += self._stop(event.device, event.stamp, trouble="spasm" if heard.spasm else "")
        elif heard.let_go:
            actions.append(Axes(event.stamp, tuple(0.0 for _ in event.axes)))
        elif self._sticks.holder == event.device:
            actions.append(Axes(event.stamp, self._sticks.value(event.stamp), event.device))
        return [*actions, Warn(heard.warning)] if heard.warning else actions

    def _on_device(self, event: DeviceGone | DeviceCame) -> list[Action]:
        """A device came or went; without it the person may have no way to stop, so going means stop."""
        gone = isinstance(event, DeviceGone) and self._busy
        actions = self._stop(event.device, event.stamp, pressed=False) if gone else []
        self._switches = {key: switch for key, switch in self._switches.items() if key[0] != event.device}
        self._targets = {key: target for key, target in self._targets.items() if key[0] != event.device}
        self._sticks.remove(event.device)
        if isinstance(event, DeviceCame):
            return actions
        if event.device == POINTER:
            self._dwell.gone(event.stamp)
        return [*actions, Warn(f"The {event.device} is gone. Check its plug or its battery.")]

    def _on_focus_lost(self, event: FocusLost) -> list[Action]:
        """No press arrives any more, so what moves must stop: the person could not stop it."""
        if not self._busy:
            return []
        stop = self._stop("window", event.stamp, pressed=False)
        return [*stop, Warn("Another window came to the front, so the arm stopped.")]

    def _on_stop_line(self, event: StopLine) -> list[Action]:
        """The stop circuit opened or closed: open means stop, moving or not, until somebody clears it."""
        opened, self._line_closed = self._line_closed and not event.closed, event.closed
        if not opened:
            return []
        return self._stop("stop line", event.stamp, pressed=False, trouble="stop_line")

    # Small parts

    def _list(self) -> Sequence[ScanItem]:
        return tuple(self._items.values())

    def _lit(self, item: str | None) -> list[Action]:
        return [] if item is None else [Lit(item)]

    def _stop(
        self, device: str, stamp: float, *, pressed: bool = True, trouble: Trouble = "", since: float | None = None
    ) -> list[Action]:
        """Stop at ``stamp``: whatever is held ends, and no input that is down now does anything more."""
        stop: list[Action] = [StopMotion(stamp if since is None else since, device, pressed, trouble)]
        if self._mute:
            self._stopped, self._calm_at = True, max(self._calm_at, stamp + CALM)
        axes = self._sticks.holder is not None
        size = self._sticks.size
        stop += self._end_hold(stamp)
        self._void(stamp)
        return [*stop, Axes(stamp, (0.0,) * size)] if axes else stop

    def _end_hold(self, stamp: float) -> list[Action]:
        if self._held is None:
            return []
        ended, self._held, self._holder = self._held, None, None
        if self._dwelt:
            self._dwelt = False
            self._dwell.reset()
        return [HoldEnd(ended, stamp)]

    def _void(self, now: float) -> None:
        for switch in self._switches.values():
            if switch.closed:
                switch.spend(now)
        self._targets.clear()
        self._sticks.distrust()
        self._dwell.reset()
