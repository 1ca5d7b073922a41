"""From input events to meaning: the one place where presses, breaths, pointer and stick come together.

Pure: a function of events and time. Three rules stand above every setting. While the arm moves, any input but the one
that holds the motion is `StopMotion`, on the raw event. Letting go of what holds the motion is `HoldEnd`, on the raw
event. And a press that stopped something, or took a choice back, selects nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from armctl.access.actions import Action, Axes, Lit, ScanItem, Warn
from armctl.access.choosing import DWELL, Chooser
from armctl.access.contacts import Contact, contact_of
from armctl.access.events import (
    POINTER,
    TOUCH,
    AxesEvent,
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
from armctl.access.order import by_use
from armctl.access.switches import Switch
from armctl.access.words import ONLY_MOVES, ONLY_STEPS, lost, stuck
from armctl.config.user import UserConfig

LONGEST_FRAME: Final = 0.1
"""A hold that may last no longer ends with the last frame before its limit, however slow the screen is, up to this
long before it [s]."""


class AccessPipeline(Chooser):
    """One person's inputs.

    Call `set_items` when the screen changes, `feed` for each event and `tick` once a frame; act on what they return,
    in order. ``moving`` is true while the arm moves or a task may move it; the stop test counts as moving, too.

    Args:
        user: The person's settings.
        used: How often each tile was chosen in earlier sessions, for those who want what they use most to come first.
    """

    def __init__(self, user: UserConfig, used: Mapping[str, int] | None = None) -> None:
        super().__init__(user)
        self._used = dict(used or {})
        self._frame = 0.0
        self._line_closed = user.stop_line is None

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
            items: Tiles in the order of the screen.
            screen: Name of the screen.
            now: Time [s].
            steers: True when a stick moves the arm (`Axes`), False when it moves the highlight.
        """
        linear = self._user.scan.order == "use" and self._user.scan.pattern == "linear"
        self._show(by_use(items, self._used) if linear else items, screen, now, steers)

    def set_window(self, width: float, height: float) -> None:
        """Say how large the window is in which the pointer moves [pixels]; the rest area is a part of it."""
        self._dwell.window = (width, height)

    def listen(self, until: float) -> None:
        """Let the highlight wait where it is until ``until`` [s]: what is being said covers the names of the tiles.

        For those alone who scan by ear, without a channel of their own.
        """
        if self._user.scan.auditory:
            self._scan.wait(until)

    def feed(self, event: InputEvent, moving: bool) -> list[Action]:
        """Return what ``event`` means, and what time brought about until then.

        A choice that can still be taken back does not count here but in `tick`: whatever comes in together with the
        end of its time takes it back.
        """
        actions = self._pass_time(event.stamp, moving)
        if self._left.hear(event):
            self._follow_what_is_left()
        if isinstance(event, SwitchEvent):
            # The first finger is the one that counts; the others can only stop.
            counts = event.device != TOUCH or self._busy or self._window is not None
            actions += self._on_switch(event) if counts else []
        elif isinstance(event, PointerEvent | PointerLeft):
            actions += self._on_pointer(event)
        elif isinstance(event, AxesEvent):
            actions += self._on_axes(event)
        elif isinstance(event, Stirred):
            actions += self._on_stirred(event)
        elif isinstance(event, FocusLost):
            actions += self._on_focus_lost(event)
        elif isinstance(event, StopLine):
            actions += self._on_stop_line(event)
        else:
            actions += self._on_device(event)
        return actions + self._settle()

    def tick(self, now: float, moving: bool) -> list[Action]:
        """Return what the passing of time until ``now`` [s] brings about."""
        return self._pass_time(now, moving) + self._end_of_window()

    # What time brings about

    def _pass_time(self, now: float, moving: bool) -> list[Action]:
        self._frame = min(LONGEST_FRAME, max(now - self._now, 0.97 * self._frame))
        self._now = max(self._now, now)
        self._moving = moving
        actions, self._waiting = self._waiting, []
        actions += self._void_when_motion_began()
        actions += self._settle()
        for contact, switch in self._contacts.by_time():
            actions += self._advance_switch(contact, switch)
        actions += self._advance_dwell()
        actions += [*self._settle(), *self._follow_who_points()]
        actions += [self._told(node) for node in self._scan.advance(self._now)]
        return actions + self._advance_sticks()

    @property
    def _next_frame(self) -> float:
        """When time will have been looked at again [s], were the next frame half as long again as the last ones."""
        return self._now + 1.5 * self._frame

    def _void_when_motion_began(self) -> list[Action]:
        """A press that had not counted when the motion began was meant for what is over: it stops."""
        if not self._busy:
            return []
        actions = self._cancel(self._now)  # something else set the arm in motion
        pending = self._contacts.pending()
        return actions + [
            action for contact, switch in pending for action in self._stop(contact.device, switch.pressed_at)
        ]

    def _advance_switch(self, contact: Contact, switch: Switch) -> list[Action]:
        actions = self._advance_press(contact, switch)
        if self._window is not None and switch.closed and self._window.answered(switch.pressed_at, self._now):
            actions += self._cancel(self._now)
        if switch.outlasts_bounce(self._now) and (self._busy or contact.control == "stop"):
            actions += self._stop(contact.device, switch.pressed_at)
        return actions + self._on_stuck(contact) if switch.is_stuck(self._next_frame) else actions

    def _on_stuck(self, contact: Contact) -> list[Action]:
        """A switch that nobody would hold for so long stops what moves, and means nothing until it was let go."""
        actions = self._stop(contact.device, self._now, pressed=False) if self._busy else self._cancel(self._now)
        self._spend(contact)
        longest = self._user.switch_for(contact.device, contact.name).maximum_hold
        return [*actions, Warn(stuck(contact.control, contact.device, longest))]

    def _advance_press(self, contact: Contact, switch: Switch) -> list[Action]:
        """Return what a press does by now, if it does something; while something moves it can only stop that."""
        due = switch.due
        if switch.counts(self._now):
            if self._busy:  # another press, counted a moment ago, already started something
                return self._stop(contact.device, self._now)
            actions = self._begin_to_wait(contact, due) if switch.waits else self._do(contact, switch.pressed_at, due)
            return actions + self._advance_press(contact, switch)
        return self._advance_length(contact, switch)

    def _advance_length(self, contact: Contact, switch: Switch) -> list[Action]:
        """Return what the length of a press does, and what its end does."""
        does = switch.reached(self._now)
        if does is not None:
            if self._busy:
                return self._stop(contact.device, self._now)
            return self._do(contact, switch.pressed_at, self._now, does)
        ended = switch.ended(self._now)
        if ended is not None and not self._mute:
            does = switch.meaning(ended.lasted, contact.control)
            if self._contacts.waits(contact) and does == "select":
                return self._end_of_run(contact, ended.opened_at)
            return self._do(contact, switch.pressed_at, self._now, does)
        again = [] if self._mute or contact.control not in ("next", "back") else switch.repeats(self._now)
        return [action for at in again for action in self._do(contact, switch.pressed_at, at)]

    def _advance_dwell(self) -> list[Action]:
        longest = self._user.switch.maximum_hold
        if self._dwell.lost(self._now) and self._dwelt and self._held is not None:
            return self._end_hold(self._now)
        if self._dwelt and self._held is not None and self._next_frame - self._dwelt_at > longest:
            # A gaze that is lost mostly leaves the pointer where it was.
            return [
                *self._stop(POINTER, self._now, pressed=False),
                Warn("The pointer has not moved on, so it stopped."),
            ]
        if self._window is not None:
            resting = self._dwell.progress(self._now)
            away = resting is not None and resting[0] != self._window.choice.item
            return self._cancel(self._now) if away else []
        told = None if self._mute else self._dwell.hovered(self._now)
        done = None if self._mute else self._dwell.advance(self._now)
        if done is None or done[0] not in self._items:
            return [Lit(told)] if told in self._items and told is not None else []
        self._dwelt, self._dwelt_at = self._items[done[0]].holds, self._now
        return self._choose(done[0], done[1], DWELL, done[1])

    def _advance_sticks(self) -> list[Action]:
        if self._sticks.holder is not None:
            return self._advance_holder(self._sticks.holder)
        if self._steers or self._busy:
            return []
        steps = self._sticks.steps(self._now)
        if steps:
            self._park_pointer()
        if steps and self._scan.paused:
            return self._lit(self._scan.resume(self._now))
        return [lit for step in steps for lit in self._step(*step)]

    def _advance_holder(self, device: str) -> list[Action]:
        longest = self._user.switch.maximum_hold
        if self._sticks.held_for(self._next_frame) <= longest:
            return [Axes(self._now, self._sticks.value(self._now), self._sticks.holder or "")]
        stop = self._stop(device, self._now, pressed=False)
        return [*stop, Warn(stuck("", device, longest))]

    # What events bring about

    def _on_switch(self, event: SwitchEvent) -> list[Action]:
        contact = contact_of(event)
        switch = self._contacts.get(contact)
        if not event.pressed:
            return self._on_opened(contact, switch, event.stamp)
        closure = switch.close(event.stamp)
        if event.found:
            switch.spend(event.stamp)
            return self._stop(event.device, event.stamp, pressed=False) if self._busy else []
        if closure == "bounce" or (closure in ("repeat", "rejoin") and contact == self._holder):
            return []
        if event.control == "stop" or self._busy:
            return self._stop(event.device, event.stamp, since=event.earliest)
        if self._mute:
            return self._on_mute(switch, event.stamp)
        if closure == "press":
            self._aim(contact, event.earliest)
            if self._waits_for_lift(contact, switch):
                self._landed = event.stamp
                switch.spend(event.stamp)
        return self._advance_switch(contact, switch)

    def _waits_for_lift(self, contact: Contact, switch: Switch) -> bool:
        """Tell whether this touch chooses where it is lifted; what moves the arm while held begins where it lands."""
        below = self._dwell.item_below(self._list())
        holds = below in self._items and self._items[below].holds
        touch = contact.device == POINTER and contact.control == "select"
        return self._user.dwell.take_off and touch and switch.pending and not holds

    def _on_lifted(self, contact: Contact, switch: Switch, stamp: float) -> list[Action]:
        """A finger that landed to choose was lifted: what is below it now is chosen."""
        landed, self._landed = self._landed, None
        target = self._dwell.item_below(self._list())
        settings = self._user.switch_for(contact.device, contact.name)
        short = landed is None or stamp - landed < max(settings.acceptance, settings.debounce)
        if short or self._mute or target not in self._items or self._items[target].holds:
            return []
        switch.spend(stamp)
        return self._choose(target, stamp, contact, stamp)

    def _on_mute(self, switch: Switch, stamp: float) -> list[Action]:
        """A press that can choose nothing takes back what was chosen, unless it is the second of a double press."""
        if self._window is not None:
            return self._cancel(stamp) if self._window.answered(switch.pressed_at, stamp) else []
        self._calm_on(stamp)
        switch.spend(stamp)
        return []

    def _on_opened(self, contact: Contact, switch: Switch, stamp: float) -> list[Action]:
        ended = switch.open(stamp)
        if contact.device == POINTER and self._landed is not None:
            return self._on_lifted(contact, switch, stamp)
        if contact == self._holder and not self._dwelt:
            switch.let_go()
            return self._end_hold(stamp) if ended else []
        if contact == self._runner:
            self._scan.halt()
        return self._advance_switch(contact, switch)

    def _on_pointer(self, event: PointerEvent | PointerLeft) -> list[Action]:
        if isinstance(event, PointerEvent):
            self._dwell.point(event.x, event.y, self._list(), self._now, event.stamp)
        else:
            self._dwell.gone(self._now)
        if self._dwelt and self._held is not None and self._dwell.item_below(self._list()) != self._held:
            return self._end_hold(event.stamp)
        self._follow_pointer()
        return []

    def _on_axes(self, event: AxesEvent) -> list[Action]:
        cancels = self._window is not None
        heard = self._sticks.feed(event, steers=self._steers, busy=self._busy or cancels)
        actions: list[Action] = []
        if heard.stops and cancels and not self._busy and not heard.spasm:
            actions += self._cancel(event.stamp)
        elif heard.stops:
            actions += self._stop(event.device, event.stamp, trouble="spasm" if heard.spasm else "")
        elif heard.let_go:
            actions.append(Axes(event.stamp, tuple(0.0 for _ in event.axes)))
        elif self._sticks.holder == event.device:
            actions.append(Axes(event.stamp, self._sticks.value(event.stamp), event.device))
        return [*actions, Warn(heard.warning)] if heard.warning else actions

    def _on_stirred(self, event: Stirred) -> list[Action]:
        return self._stop(event.device, event.stamp) if self._busy else self._cancel(event.stamp)

    def _on_device(self, event: DeviceGone | DeviceCame) -> list[Action]:
        """A device came or went; without it the person may have no way to stop, so going means stop.

        One that comes while it holds a motion had gone unseen: nothing would tell when it is let go.
        """
        actions: list[Action] = []
        if isinstance(event, DeviceGone) or event.device in self._holders:
            busy = self._busy
            actions = self._stop(event.device, event.stamp, pressed=False) if busy else self._cancel(event.stamp)
        self._forget(event.device)
        if isinstance(event, DeviceCame):
            return actions
        if event.device == POINTER:
            self._dwell.gone(event.stamp)
        return [*actions, Warn(lost(event.device, event.loss)), *self._go_on_without(event.device)]

    def _go_on_without(self, device: str) -> list[Action]:
        if not self._left.lose(device):
            return []
        self._follow_what_is_left()
        if self._left.nobody_selects:
            return [Warn(ONLY_STEPS)]
        return [Warn(ONLY_MOVES)] if self._left.nobody_moves and self._user.scan.method != "auto" else []

    def _on_focus_lost(self, event: FocusLost) -> list[Action]:
        """No press arrives any more, so what moves must stop: the person could not stop it."""
        if not self._busy:
            cancelled = self._cancel(event.stamp)
            self._void(event.stamp)  # the system lets go of every key, which is nobody's choice
            return cancelled
        stop = self._stop("window", event.stamp, pressed=False)
        return [*stop, Warn("Another window came to the front, so the arm stopped.")]

    def _on_stop_line(self, event: StopLine) -> list[Action]:
        """The stop circuit opened or closed: open means stop, moving or not, until somebody clears it."""
        opened, self._line_closed = self._line_closed and not event.closed, event.closed
        if not opened:
            return []
        return self._stop("stop line", event.stamp, pressed=False, trouble="stop_line")
