"""Laws of scanning that hold for any method, pattern, settings and timing, with devices that come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from armctl.access.actions import Action, Axes, Cancelled, HoldStart, Preview, ScanItem, Select, StopMotion
from armctl.access.contacts import LONG_PRESS
from armctl.access.events import Control, DeviceCame, DeviceGone, FocusLost, Stirred, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import PreviewConfig, UserConfig
from tests.support.switch_person import tiles

SCREENS = {
    "home": (*tiles(5, moves=True), ScanItem("quiet", "Quiet", rect=(200, 100, 90, 90))),
    "settings": tiles(4, across=2),
}
CONTACTS: tuple[tuple[str, Control], ...] = (
    ("left", "next"),
    ("right", "select"),
    ("box", "group"),
    ("box", "pause"),
    ("box", "select"),
)
STOP = ("box", "stop")
REACTION = PreviewConfig().reaction
METHODS = ("auto", "step", "inverse", "direct")
PATTERNS = ("linear", "row_column", "group", "binary")


class ScanningUser(RuleBasedStateMachine):
    """Presses of any length, with any settings; the machine keeps its own account of what was lit and pressed."""

    @initialize(
        method=st.sampled_from(METHODS),
        pattern=st.sampled_from(PATTERNS),
        acceptance=st.sampled_from([0.0, 0.2]),
        post=st.sampled_from([0.0, 0.3]),
        release=st.sampled_from([0.0, 0.2]),
        long=st.booleans(),
        window=st.sampled_from([None, 0.6]),
        longest=st.sampled_from([2.0, 15.0]),
    )
    def begin(self, window: float | None, long: bool, method: str, pattern: str, **switch: float) -> None:
        self.long, self.longest = long, switch["longest"]
        held = {"holds": [{"at": 0.5, "does": "select"}], "maximum_hold": self.longest} if long else {}
        given: dict[str, Any] = {
            "name": "any",
            "switch": {
                "acceptance": switch["acceptance"],
                "post_acceptance": switch["post"],
                "release": switch["release"],
                "maximum_hold": self.longest,
            },
            "scan": {"method": method, "pattern": pattern, "interval": 0.5, "rounds": 2, "hide_after": 3.0},
            "motion": {"jog": "step"},
            "preview": {"enabled": window is not None, "time": window},
            "devices": [{"kind": "joystick", "name": name, "matches": name} for name in ("left", "right", "box")],
            "contacts": [{"device": "left", "contact": "0", "does": "next", "switch": held or None}],
        }
        self.user = UserConfig.model_validate(given)
        self.pipeline = AccessPipeline(self.user)
        self.now, self.moving, self.screen = 10.0, False, "home"
        self.down: dict[tuple[str, Control], float] = {}
        self.lit_at: dict[float, str | None] = {}
        self.counted: set[float] = set()
        self.void: set[float] = set()
        self.pressed_by: dict[float, Control] = {}
        self.window: Preview | None = None
        self.window_began = self.window_ends = 0.0
        self.show()

    def show(self) -> None:
        self.pipeline.set_items(SCREENS[self.screen], self.screen, self.now)

    def take(self, actions: list[Action]) -> list[Action]:
        for action in actions:
            if isinstance(action, Preview):
                self.chosen(action.item, action.pressed_at)
                self.window, self.window_ends = action, self.now + action.seconds
                self.window_began = self.now
            elif isinstance(action, Cancelled):
                assert self.window is not None, "only what was chosen is taken back"
                self.window = None
            elif isinstance(action, Select) and self.window is not None:
                assert action.item == self.window.item, "nothing else is chosen while one choice waits"
                assert self.now >= self.window_ends - 0.06, "the window is as long as it was said to be"
                assert not self.moving
                self.window = None
            elif isinstance(action, Select):
                self.chosen(action.item, action.pressed_at)
                assert not (action.item != "quiet" and self.screen == "home" and self.user.preview.enabled)
            assert not isinstance(action, HoldStart | Axes), "nothing here is held"
        return actions

    def chosen(self, item: str, pressed_at: float) -> None:
        assert not self.moving, "nothing is chosen while the arm moves"
        assert not self.pipeline.paused, "a paused scan never selects"
        assert pressed_at in self.lit_at, "nothing is chosen without a press"
        assert pressed_at not in self.counted, "one press chooses once"
        assert pressed_at not in self.void, "what stuck, was lost or was let go by the system chooses nothing"
        self.counted.add(pressed_at)
        if self.user.scan.method != "inverse" or self.pressed_by[pressed_at] == "next":
            assert self.lit_at[pressed_at] == item, "the tile lit at press time counts"
        else:
            assert item == self.lit_at_release, "the tile lit on letting go counts"

    lit_at_release: str | None = None

    @rule(wait=st.sampled_from([0.003, 0.05, 0.2, 0.5, 1.2]))
    def time_goes_on(self, wait: float) -> None:
        for _ in range(max(1, round(wait / 0.05))):
            self.now += min(wait, 0.05)
            self.take(self.pipeline.tick(self.now, self.moving))

    @rule(moving=st.sampled_from([True, False, False]))
    def arm_starts_or_stops(self, moving: bool) -> None:
        self.moving = moving
        self.take(self.pipeline.tick(self.now, self.moving))
        assert not (moving and self.window), "what waits does not count while something moves"

    @rule(contact=st.sampled_from(CONTACTS), wait=st.sampled_from([0.04, 0.3]))
    def press(self, contact: tuple[str, Control], wait: float) -> None:
        if contact in self.down:
            return
        self.now += wait
        self.take(self.pipeline.tick(self.now, self.moving))
        waited, resting = self.window, self.pipeline.resting
        calm = self.pipeline.lit is None and not self.pipeline.lit_group
        self.lit_at[self.now] = None if self.pipeline.paused else self.pipeline.lit
        self.down[contact], self.pressed_by[self.now] = self.now, contact[1]
        event = SwitchEvent(
            self.now, *contact, True, contact=str(CONTACTS.index(contact)) if contact[0] == "box" else "0"
        )
        actions = self.take(self.pipeline.feed(event, self.moving))
        if self.moving:
            assert any(isinstance(a, StopMotion) for a in actions), "any press while moving stops, at once"
        else:
            assert not any(isinstance(a, StopMotion) for a in actions)
        if waited is not None and self.now >= self.window_began + REACTION:
            assert self.window is None, "any press takes back what waits"
        assert not (calm and not resting and any(isinstance(a, Select | Preview) for a in actions))

    @rule(contact=st.sampled_from(CONTACTS), wait=st.sampled_from([0.04, 0.3, 0.9]))
    def release(self, contact: tuple[str, Control], wait: float) -> None:
        if contact not in self.down:
            return
        self.now += wait
        self.take(self.pipeline.tick(self.now, self.moving))
        since = self.down.pop(contact)
        if self.now - since > self.longest:
            self.void.add(since)
        self.lit_at_release = None if self.pipeline.paused else self.pipeline.lit
        event = SwitchEvent(
            self.now, *contact, False, contact=str(CONTACTS.index(contact)) if contact[0] == "box" else "0"
        )
        actions = self.take(self.pipeline.feed(event, self.moving))
        assert not any(isinstance(a, StopMotion) for a in actions), "letting go stops nothing here"
        # Whether it was a flutter shows a moment later; nothing else happens in it.
        for _ in range(5):
            self.now += 0.05
            self.take(self.pipeline.tick(self.now, self.moving))

    @rule(
        contact=st.sampled_from(CONTACTS[:2]),
        hold=st.sampled_from([0.1, 0.4, 0.6, 1.2]),
        rest=st.sampled_from([0.0, 0.5, 1.2]),
    )
    def press_and_let_go(self, contact: tuple[str, Control], hold: float, rest: float) -> None:
        self.press(contact, 0.04)
        self.time_goes_on(hold)
        self.release(contact, 0.04)
        self.time_goes_on(rest)

    @precondition(lambda self: self.user.preview.enabled and not self.moving)
    @rule(what=st.sampled_from(["screen", "stop", "breath", "device", "window", "motion", "press"]))
    def something_happens_to_a_choice_that_waits(self, what: str) -> None:
        if self.screen != "home":
            self.screen_changes("home")
        self.press(CONTACTS[1], 0.3)
        self.time_goes_on(0.2)
        if self.window is None:
            return
        happens: dict[str, Callable[[], None]] = {
            "screen": lambda: self.screen_changes("settings"),
            "stop": self.stop_switch,
            "breath": self.somebody_breathes,
            "device": lambda: self.device_gone("left", False),
            "window": self.another_window_comes_to_the_front,
            "motion": lambda: self.arm_starts_or_stops(True),
            "press": lambda: self.press(CONTACTS[0], 0.04),
        }
        happens[what]()
        assert self.window is None or (what == "press" and CONTACTS[0] in self.down)
        self.arm_starts_or_stops(False)

    @rule(contact=st.sampled_from(CONTACTS[:2]))
    def flutter(self, contact: tuple[str, Control]) -> None:
        """The contact opens for 15 ms in the middle of a press: no new press, so nothing is chosen for it."""
        if contact not in self.down or self.moving or self.window:
            return
        self.now += 0.05
        self.take(self.pipeline.tick(self.now, False))
        self.lit_at_release = None if self.pipeline.paused else self.pipeline.lit
        for pressed in (False, True):
            self.now += 0.015
            self.take(self.pipeline.feed(SwitchEvent(self.now, *contact, pressed, contact="0"), False))
        self.now += 0.02
        self.take(self.pipeline.tick(self.now, False))

    @rule(contact=st.sampled_from(CONTACTS))
    def somebody_presses_while_the_arm_moves(self, contact: tuple[str, Control]) -> None:
        self.arm_starts_or_stops(True)
        self.time_goes_on(0.2)
        self.press(contact, 0.04)
        self.time_goes_on(0.2)
        self.arm_starts_or_stops(False)

    @rule()
    def a_switch_sticks(self) -> None:
        if self.down and not self.moving:
            for _ in range(3):
                self.time_goes_on(1.2)

    @rule()
    def another_window_comes_to_the_front(self) -> None:
        """The system lets go of every key first."""
        for contact in list(self.down):
            number = str(CONTACTS.index(contact)) if contact[0] == "box" else "0"
            self.void.add(self.down.pop(contact))
            self.take(self.pipeline.feed(SwitchEvent(self.now, *contact, False, contact=number), self.moving))
        actions = self.take(self.pipeline.feed(FocusLost(self.now), self.moving))
        assert any(isinstance(a, StopMotion) for a in actions) == self.moving
        assert self.window is None

    @rule()
    def stop_switch(self) -> None:
        self.now += 0.1
        self.take(self.pipeline.tick(self.now, self.moving))
        actions = self.take(self.pipeline.feed(SwitchEvent(self.now, *STOP, True, contact="9"), self.moving))
        assert any(isinstance(a, StopMotion) for a in actions), "stop always stops"
        assert self.window is None
        self.now += 0.1
        self.take(self.pipeline.feed(SwitchEvent(self.now, *STOP, False, contact="9"), self.moving))

    @rule()
    def somebody_breathes(self) -> None:
        actions = self.take(self.pipeline.feed(Stirred(self.now, "puff"), self.moving))
        assert self.window is None
        assert any(isinstance(a, StopMotion) for a in actions) == self.moving

    @rule(device=st.sampled_from(["left", "right", "box"]), back=st.booleans())
    def device_gone(self, device: str, back: bool) -> None:
        actions = self.take(self.pipeline.feed(DeviceGone(self.now, device), self.moving))
        assert any(isinstance(a, StopMotion) for a in actions) == self.moving, "a lost device stops what moves"
        assert self.window is None, "and takes back what waits"
        self.forget(device)
        if back:
            self.now += 0.2
            self.take(self.pipeline.feed(DeviceCame(self.now, device), self.moving))

    def forget(self, device: str) -> None:
        self.void |= {since for contact, since in self.down.items() if contact[0] == device}
        self.down = {contact: since for contact, since in self.down.items() if contact[0] != device}

    @rule(device=st.sampled_from(["left", "right", "box"]))
    def device_comes_anew(self, device: str) -> None:
        """Its going was not noticed."""
        self.take(self.pipeline.feed(DeviceCame(self.now, device), self.moving))
        self.forget(device)

    @rule(screen=st.sampled_from(sorted(SCREENS)))
    def screen_changes(self, screen: str) -> None:
        changed, self.screen = screen != self.screen, screen
        self.show()
        self.take(self.pipeline.tick(self.now, self.moving))
        assert not (changed and self.window), "a choice belongs to its screen"

    @precondition(lambda self: hasattr(self, "pipeline") and not self.down and not self.moving)
    @rule(device=st.sampled_from(["left", "right", "box"]))
    def everything_can_be_chosen_with_what_is_left(self, device: str) -> None:
        """Whatever was lost before: with one switch that selects or moves on, some tile can be chosen in the end."""
        control: Control = "next" if device == "left" else "select"
        if control == "next" and not (self.long or self.only_the_left_one_is_left()):
            return
        for _ in range(12):
            before = len(self.counted)
            self._press_for(device, control, LONG_PRESS + 0.3)
            if len(self.counted) > before:
                return
        raise AssertionError("twelve presses chose nothing")

    def only_the_left_one_is_left(self) -> bool:
        """Press each of the three once, and lose all but the one that moves the highlight."""
        for device, does in (("left", "next"), ("right", "select"), ("box", "select")):
            self._press_for(device, does, 0.3)  # type: ignore[arg-type]
        for device in ("right", "box"):
            self.take(self.pipeline.feed(DeviceGone(self.now, device), False))
        self.time_goes_on(1.2)
        return True

    def _press_for(self, device: str, control: Control, hold: float) -> None:
        contact = "0" if device != "box" else "4"
        for pressed, seconds in ((True, hold), (False, 1.3)):
            if pressed:
                self.pressed_by[self.now] = control
                self.lit_at[self.now] = None if self.pipeline.paused else self.pipeline.lit
            else:
                self.lit_at_release = None if self.pipeline.paused else self.pipeline.lit
            self.take(self.pipeline.feed(SwitchEvent(self.now, device, control, pressed, contact=contact), False))
            for _ in range(round(seconds / 0.05)):
                self.now += 0.05
                self.take(self.pipeline.tick(self.now, False))

    @invariant()
    def what_waits_is_what_is_shown(self) -> None:
        if hasattr(self, "pipeline"):
            shown = self.pipeline.preview
            assert (shown and shown[0]) == (self.window and self.window.item)

    @invariant()
    def who_presses_and_holds_on_takes_back_what_waits_however_soon(self) -> None:
        if hasattr(self, "pipeline") and self.window:
            late = [since for since in self.down.values() if since > self.window_began]
            assert all(self.now - since < REACTION + 0.06 for since in late)

    @invariant()
    def nothing_is_lit_while_moving_or_waiting(self) -> None:
        if hasattr(self, "pipeline") and (self.moving or self.window):
            assert self.pipeline.lit is None
            assert self.pipeline.lit_group == ()


TestScanningUser = ScanningUser.TestCase
TestScanningUser.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
