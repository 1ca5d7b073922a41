"""From events to requests: devices, access pipeline, and what each of its actions means on this screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pygame

from armctl.access.actions import (
    Action,
    Axes,
    Cancelled,
    HoldEnd,
    HoldStart,
    Lit,
    Preview,
    Select,
    StopMotion,
    Warn,
)
from armctl.access.events import POINTER, AxesEvent, DeviceGone, FocusLost, InputEvent, PointerEvent, SwitchEvent
from armctl.config.user import UserConfig
from ui.announcer import Announcer
from ui.desk import Desk
from ui.devices import Devices
from ui.flow import MEASURES, press_stops
from ui.hints import press_hint
from ui.kept import Kept
from ui.motions import stick_motion
from ui.notices import Notices
from ui.practice_desk import PLAY
from ui.screens import SCREENS
from ui.sheets import NEXT
from ui.show import Show, Status
from ui.stop_zone import StopZone
from ui.text import _

FLASH_TIME: Final = 0.2
"""How long a chosen tile shows that it was chosen [s]: two frames would do, but nobody would see them."""
HEARD: Final = 3.0
"""Who chooses the same again this long after a warning [s] has heard it, and means it."""
STICK_USED: Final = 0.5
"""Deflection from which a device counts as a stick, whose button then changes what it does."""
MODE_PAUSE: Final = 0.3
"""No second change of the stick's mode within this time [s]."""


ARMED: Final = ("stop_test", "ready", "moving", "stopping")
"""Modes in which an input that fails for good is a fault; while the arm is off, arming is refused instead."""


@dataclass(slots=True)
class _Told:
    """Something to show until a certain time [s]."""

    what: str = ""
    until: float = 0.0

    def at(self, now: float) -> str:
        return self.what if now < self.until else ""


class Controls:
    """All input of one person.

    Args:
        desk: What the screens may do.
        show: What is on the screen.
        kept: What of the inputs outlives the session; None: nothing.
    """

    def __init__(self, desk: Desk, show: Show, kept: Kept | None = None) -> None:
        self._desk = desk
        self._show = show
        self._clock = desk.clock
        self._devices = Devices(desk.user, desk.clock)
        self._announcer = Announcer(desk.voice, desk.clock)
        self._kept = kept or Kept(desk.user)
        self._pipeline = self._kept.pipeline()
        desk.hand.advisor.recall(self._kept.habits)
        self._user: UserConfig = desk.user
        self._zone = StopZone()
        self._sticks: set[str] = set()
        self._swallowed: set[str] = set()
        self._mode_changed_at = float("-inf")
        self._refused = 0
        self._notices = Notices()
        self._flash = _Told()
        self._unready = _Told()
        self._clicked_at: float | None = None
        self._steers = False

    def close(self) -> None:
        """Give the input devices up and write what is kept; may be called any number of times."""
        self._devices.close()
        self._kept.learned(self._desk.hand.advisor.habits)
        self._kept.close()

    def take(self, event: pygame.event.Event) -> None:
        """Take one event of the windowing library."""
        for access in self._devices.translate(event):
            self.hear(access)

    def tick(self) -> None:
        """Let time pass: dwell, scanning, held motions."""
        for access in self._devices.poll():
            self.hear(access)
        if not self.stops:
            self._zone.reset()
        self._act(self._pipeline.tick(self._clock.now(), self.stops))
        self._desk.keep_going()
        self._end_long_click()
        self._follow_settings()
        self._tell_refusal()
        self._set_items()
        self._announcer.update(self._show.screen, self._show.page, self._moving)
        if not self._desk.voice.private:
            self._pipeline.listen(self._announcer.until)

    def status(self) -> Status:
        """Return what the screen must show of the input."""
        now = self._clock.now()
        pipeline = self._pipeline
        snapshot = self._desk.snapshot
        return Status(
            lit=pipeline.lit,
            lit_group=pipeline.lit_group,
            held=pipeline.held,
            time_left=pipeline.time_left if pipeline.moves_by_itself else 0.0,
            dwell=pipeline.dwell,
            resting=pipeline.resting,
            stops=self.stops,
            testing=snapshot is not None and snapshot.mode == "stop_test",
            flash=self._flash.at(now),
            warning=self._notices.at(now),
            preview=pipeline.preview,
            press=press_hint(pipeline, self._user, self._show.page, self.stops, self._click_ends_in(now)),
        )

    def lets_go(self, event: pygame.event.Event) -> bool:
        """Return whether ``event`` may end what moves the arm: such a one does not wait for the next frame."""
        stick = event.type == pygame.JOYAXISMOTION and abs(event.value) <= self._user.joystick.dead_zone
        return stick and self._desk.going

    @property
    def stops(self) -> bool:
        """True while a press means stop: the arm moves, or may begin to at any moment."""
        desk = self._desk
        game = desk.going or desk.practice.stops
        return press_stops(desk.snapshot, desk.session.task) or game or desk.session.asking

    @property
    def _waits(self) -> bool:
        task = self._desk.session.task
        return task is not None and task.phase == "waiting"

    def _set_items(self) -> None:
        """Give the pipeline the tiles of the screen that is shown; cheap when nothing changed."""
        show, desk = self._show, self._desk
        name = f"{show.screen} {desk.page} {desk.stick}" if show.screen == "move" else show.screen
        if show.screen == PLAY:
            name = f"{PLAY} {desk.practice.stage} {desk.stick}"
        self._pipeline.set_window(*show.surface.get_size())
        self._pipeline.set_items(show.items, name, self._clock.now(), steers=self._stick_moves)

    @property
    def _stick_moves(self) -> bool:
        """True where a stick moves the arm, or the hand of a game; else it moves the highlight."""
        if self._show.screen == PLAY:
            return self._desk.practice.steers(self._desk.stick)
        return self._show.screen == "move" and self._desk.stick != "choose"

    def _follow_settings(self) -> None:
        if self._desk.user is self._user:
            return
        self._user = self._desk.user
        self._pipeline.configure(self._user)
        others = self._devices.configure(self._user)
        if others is not None:
            self._begin_anew(others)

    def _begin_anew(self, there: list[InputEvent]) -> None:
        """Other contacts or devices count from now on: none of them was seen to stop the arm yet."""
        self._sticks.clear()
        self._swallowed.clear()
        self._desk.hand.wire(len(self._user.joystick.wiring) or 2)
        self._desk.stop_tests.forget()
        for event in there:
            self.hear(event)

    def _click_ends_in(self, now: float) -> float | None:
        """Return how long a motion that one press started still goes on by itself [s]; None when there is none."""
        if self._clicked_at is None:
            return None
        return max(0.0, self._clicked_at + self._user.motion.click_limit - now)

    def _end_long_click(self) -> None:
        """A motion that nobody holds ends in time by itself: the switch that should stop it may have failed."""
        now = self._clock.now()
        if not self._desk.going or self._user.motion.jog != "click" or self._pipeline.held is not None or self._steers:
            self._clicked_at = None
        elif self._clicked_at is None:
            self._clicked_at = now
        elif now - self._clicked_at >= self._user.motion.click_limit:
            self._desk.halt(now, "release")
            self.warn(f"It moved for {self._user.motion.click_limit:g} s and stopped by itself. Choose again to go on.")

    def _tell_refusal(self) -> None:
        """Say why the arm would not do what was asked, once; a task tells its own."""
        snapshot = self._desk.snapshot
        if snapshot is None or snapshot.refused.sequence == self._refused:
            return
        self._refused = snapshot.refused.sequence
        if snapshot.refused.reason and self._show.screen != "running":
            self.warn(snapshot.refused.reason)

    # Events

    def hear(self, event: InputEvent) -> None:
        """Take what a device says, before anything of it is filtered."""
        if isinstance(event, AxesEvent) and max(map(abs, event.axes), default=0.0) >= STICK_USED:
            self._sticks.add(event.device)
            self._desk.uses_stick = True
        if isinstance(event, DeviceGone):
            self._sticks.discard(event.device)
            self._desk.uses_stick = bool(self._sticks)
        if isinstance(event, SwitchEvent) and self._changes_mode(event):
            return
        if self._show.screen == MEASURES[0] and not self.stops:
            self._desk.fitting.hear(event)
            if isinstance(event, AxesEvent):
                return  # pushed because it was asked for: no reason to warn
        self._act(self._pipeline.feed(event, self.stops))
        if isinstance(event, PointerEvent):
            self._watch_pointer(event)
        if isinstance(event, FocusLost) and self._waits:
            self._desk.halt(event.stamp, "input")  # its time may run out, and then nobody could stop it

    def _changes_mode(self, event: SwitchEvent) -> bool:
        """Let the button of a stick change what the stick does; True when that was what ``event`` meant."""
        if not event.pressed and event.device in self._swallowed:
            self._swallowed.discard(event.device)
            return True
        by = self._user.joystick.modes_by
        its = by == "button" and event.device in self._sticks
        mine = event.pressed and event.control == "select" and (its or (by == "switch" and self._desk.uses_stick))
        if not mine or not self._stick_moves or self.stops:
            return False
        return self._next_mode(event)

    def _next_mode(self, event: SwitchEvent) -> bool:
        self._swallowed.add(event.device)
        if event.stamp - self._mode_changed_at >= MODE_PAUSE:
            self._mode_changed_at = event.stamp
            self._desk.next_stick_mode()
        return True

    def _watch_pointer(self, event: PointerEvent) -> None:
        field = self._show.stop_field
        if field is None or not self.stops or not self._user.dwell.enabled:
            self._zone.passes(event.x, event.y)
            return
        if self._zone.enters(event.x, event.y, field):
            for pressed in (True, False):
                self._act(self._pipeline.feed(SwitchEvent(event.stamp, POINTER, "stop", pressed), self.stops))

    # Actions

    def _act(self, actions: list[Action]) -> None:
        for action in actions:
            self._desk.watch(action, self._show.screen)
            if isinstance(action, StopMotion):
                self._stop(action)
            elif isinstance(action, Select):
                self._chosen(action.item, action.pressed_at)
                if not self._must_test(action.device):
                    self._select(action.item)
            elif isinstance(action, HoldStart):
                self._chosen(action.item, action.pressed_at)
                if not self._must_test(action.device):
                    self._hold(action.item)
            elif isinstance(action, HoldEnd):
                self._desk.halt(action.stamp, "release")
            elif isinstance(action, Axes):
                self._steer(action)
            elif isinstance(action, Lit):
                self._lit(action)
            elif isinstance(action, Preview | Cancelled):
                self._tell_choice(action)
            elif isinstance(action, Warn):
                self.warn(action.text)

    def _stop(self, action: StopMotion) -> None:
        """A press while the arm moves: in the stop test it is the answer, else it stops arm and task."""
        desk = self._desk
        mode = desk.snapshot.mode if desk.snapshot is not None else "disconnected"
        if action.trouble and mode in ARMED:
            desk.halt(action.pressed_at, action.trouble, action.source)
            return
        if mode == "stop_test":
            if action.pressed:  # a switch that sticks, or is gone, must not arm anything
                desk.session.stop_test(action.pressed_at, action.source)
                desk.test_stop_next()
            return
        desk.halt(action.pressed_at, "input", action.source)

    @property
    def _moving(self) -> bool:
        snapshot = self._desk.snapshot
        game = self._desk.practice.stops and not self._show.page.press
        works = press_stops(snapshot, self._desk.session.task) and (snapshot is None or snapshot.mode != "stop_test")
        return game or works

    def _chosen(self, item: str, pressed_at: float) -> None:
        self._announcer.chosen()
        self._desk.session.selected(self._show.screen, item, pressed_at)

    def _tell_choice(self, action: Preview | Cancelled) -> None:
        """Say what will be done unless a press takes it back, or that it was taken back; both are short."""
        label = next((tile.label for tile in self._show.page.tiles if tile.id == action.item), "")
        words = _("{what}?") if isinstance(action, Preview) else _("Not: {what}.")
        self._announcer.say(words.format(what=label))

    def _select(self, item: str) -> None:
        self._kept.chosen(item)
        self._flash = _Told(item, self._clock.now() + FLASH_TIME)
        if item == NEXT:
            self._show.turn_sheet()
            return
        if self._show.screen == "arming" and item == "enable" and not self._may_switch_on():
            return
        SCREENS[self._show.screen].select(self._desk, item)

    def _must_test(self, device: str) -> bool:
        """Tell whether ``device`` has to be seen to stop the arm first; only where it could move it."""
        return self._show.screen in ("home", "move") and self._desk.must_test_stop(device)

    def _may_switch_on(self) -> bool:
        """Tell whether the inputs are ready; a stick that rests off its middle keeps nobody out for ever."""
        why, told, now = self._pipeline.unready, self._unready, self._clock.now()
        heard = why == told.what and now - told.until >= 0.0
        if why and not (heard and self._pipeline.may_go_without):
            if why != told.what:
                self._unready = _Told(why, now + HEARD)
            self.warn(why, answers=True)
            return False
        self._unready = _Told()
        return True

    def _hold(self, item: str) -> None:
        tile = next((tile for tile in self._show.page.tiles if tile.id == item), None)
        if tile is not None and tile.motion is not None:
            self._desk.go(tile.motion)

    def _steer(self, action: Axes) -> None:
        """A stick moved: the arm follows; in its middle the arm stops."""
        self._steers = any(action.axes)
        motion = stick_motion(self._desk.stick, action.axes, self._desk.can_turn)
        if not motion.still:
            if not self._must_test(action.device):
                self._desk.go(motion)
        elif self._desk.going:
            self._desk.halt(action.stamp, "release")

    def _lit(self, action: Lit) -> None:
        tiles = [tile for tile in self._show.page.tiles if tile.id in (action.item, *action.also)]
        if tiles:
            self._announcer.lit(*tiles, private=action.cue > 0.0)

    def warn(self, text: str, answers: bool = False) -> None:
        """Show and say ``text``, about an input device; what answers a choice does not wait for other notices."""
        at_once = self._notices.add(_(text), self._clock.now(), answers=answers)
        self._announcer.say(_(text), interrupt=at_once)
