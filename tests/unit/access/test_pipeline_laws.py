"""Laws that hold for any person, any settings and any timing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from armctl.access.actions import Action, Axes, HoldEnd, HoldStart, ScanItem, Select, StopMotion
from armctl.access.events import AxesEvent, Control, DeviceGone, PointerEvent, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.pointing import JoystickConfig
from armctl.config.user import UserConfig


def placed(*items: ScanItem) -> tuple[ScanItem, ...]:
    """Return ``items`` two in a row."""
    return tuple(replace(item, rect=(100.0 * (n % 2), 100.0 * (n // 2), 90.0, 90.0)) for n, item in enumerate(items))


SCREENS = {
    "home": placed(ScanItem("drink", "Drink"), ScanItem("home", "Home"), ScanItem("more", "More")),
    "move": placed(
        ScanItem("up", "Up", holds=True, group="ways"),
        ScanItem("down", "Down", holds=True, group="ways"),
        ScanItem("open", "Open", holds=True, group="hand"),
        ScanItem("close", "Close", holds=True, group="hand"),
        ScanItem("back", "Back"),
    ),
}
DEVICES = ("keyboard", "lap switch")
KEYS = [(device, control) for device in DEVICES for control in ("select", "next")]


class SwitchUser(RuleBasedStateMachine):
    """Presses, releases, time, motions, screens and lost devices in any order.

    The machine keeps its own, simpler account of what was lit and pressed, and compares.
    """

    @initialize(
        acceptance=st.sampled_from([0.0, 0.2, 0.7]),
        post=st.sampled_from([0.0, 0.3, 1.0]),
        method=st.sampled_from(["auto", "step", "direct"]),
        pattern=st.sampled_from(["linear", "row_column", "group", "binary"]),
        hold=st.sampled_from([1.0, 15.0]),
    )
    def begin(self, acceptance: float, post: float, method: str, pattern: str, hold: float) -> None:
        switch = {"acceptance": acceptance, "post_acceptance": post, "maximum_hold": hold}
        scan = {"method": method, "pattern": pattern, "interval": 0.5, "first_extra": 0.2, "rounds": 2}
        dwell = {"enabled": False}
        user = UserConfig.model_validate({"name": "any", "switch": switch, "scan": scan, "dwell": dwell})
        self.post = post
        self.pipeline = AccessPipeline(user)
        self.now, self.moving, self.screen = 10.0, False, "home"
        self.down: dict[tuple[str, str], float] = {}
        self.opened: dict[tuple[str, str], float] = {}
        self.lit_at_press: dict[float, str | None] = {}
        self.selected: list[float] = []
        self.held: str | None = None
        self.show()

    def show(self) -> None:
        self.pipeline.set_items(SCREENS[self.screen], self.screen, self.now)

    def take(self, actions: list[Action]) -> list[Action]:
        for action in actions:
            if isinstance(action, Select | HoldStart):
                assert self.held is None, "nothing is chosen while something is held"
                assert self.lit_at_press[action.pressed_at] == action.item, "the tile lit at press time counts"
                assert action.pressed_at not in self.selected, "one press chooses once"
                self.selected.append(action.pressed_at)
            if isinstance(action, Select):
                assert not self.moving, "nothing is selected while moving"
            if isinstance(action, HoldStart):
                self.held = action.item
            if isinstance(action, HoldEnd):
                assert self.held == action.item, "only what is held ends"
                self.held = None
        return actions

    @rule(wait=st.sampled_from([0.003, 0.02, 0.05, 0.2, 0.5, 1.5]))
    def time_goes_on(self, wait: float) -> None:
        self.now += wait
        self.take(self.pipeline.tick(self.now, self.moving))

    @rule(moving=st.booleans())
    def arm_starts_or_stops(self, moving: bool) -> None:
        self.moving = moving
        self.take(self.pipeline.tick(self.now, self.moving))

    @rule(key=st.sampled_from(KEYS), wait=st.sampled_from([0.001, 0.04, 0.3]))
    def press(self, key: tuple[str, Control], wait: float) -> None:
        if key in self.down:
            return
        self.now += wait
        self.take(self.pipeline.tick(self.now, self.moving))
        busy = self.moving or self.held is not None
        lit = None if busy else self.pipeline.lit
        self.lit_at_press[self.now] = lit
        self.down[key] = self.now
        actions = self.take(self.pipeline.feed(SwitchEvent(self.now, *key, True), self.moving))
        bounce = self.now - self.opened.get(key, 0.0) < 0.03
        if busy and not bounce:
            assert any(isinstance(a, StopMotion) for a in actions), "any press while moving stops, at once"
            assert self.held is None, "and ends what is held"

    @rule(key=st.sampled_from(KEYS), wait=st.sampled_from([0.001, 0.04, 0.3]))
    def release(self, key: tuple[str, Control], wait: float) -> None:
        if key not in self.down:
            return
        self.now += wait
        self.take(self.pipeline.tick(self.now, self.moving))
        was_held, pressed = self.held, self.down.pop(key)
        self.opened[key] = self.now
        holder = was_held is not None and self.selected and self.selected[-1] == pressed
        actions = self.take(self.pipeline.feed(SwitchEvent(self.now, *key, False), self.moving))
        if holder:
            assert HoldEnd(was_held or "", self.now) in actions, "letting go is never delayed"
        assert not any(isinstance(a, Select | HoldStart | StopMotion) for a in actions), "letting go does nothing else"

    @rule(x=st.sampled_from([45.0, 145.0]), y=st.sampled_from([45.0, 145.0, 245.0, 345.0]))
    def point(self, x: float, y: float) -> None:
        self.take(self.pipeline.feed(PointerEvent(self.now, x, y), self.moving))

    @rule(device=st.sampled_from(DEVICES))
    def device_gone(self, device: str) -> None:
        holds = [key for key, since in self.down.items() if self.selected and since == self.selected[-1]]
        was_held = self.held
        actions = self.take(self.pipeline.feed(DeviceGone(self.now, device), self.moving))
        if was_held is not None and any(key[0] == device for key in holds):
            assert self.held is None, "what a lost device held is let go"
        if self.moving:
            assert any(isinstance(a, StopMotion) for a in actions), "a lost device while moving stops"
        self.down = {key: since for key, since in self.down.items() if key[0] != device}

    @rule(screen=st.sampled_from(sorted(SCREENS)))
    def screen_changes(self, screen: str) -> None:
        self.screen = screen
        self.show()
        self.take(self.pipeline.tick(self.now, self.moving))

    @invariant()
    def the_pipeline_agrees_on_what_is_held(self) -> None:
        if hasattr(self, "pipeline"):
            assert self.pipeline.held == self.held

    @invariant()
    def nothing_is_held_without_a_closed_switch(self) -> None:
        if hasattr(self, "pipeline") and self.held is not None:
            assert self.selected[-1] in self.down.values()

    @invariant()
    def nothing_but_the_held_tile_is_lit_while_moving(self) -> None:
        if hasattr(self, "pipeline") and self.moving:
            assert self.pipeline.lit == self.held


class StickUser(RuleBasedStateMachine):
    """A stick and a switch in any order: what the arm is told never outlasts the stick or a stop.

    Without the tremor filter, which may bridge the dips of a tremor; its own laws are in test_joystick.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pipeline = AccessPipeline(UserConfig(name="any", joystick=JoystickConfig(tremor=False)))
        self.now, self.moving = 1.0, False
        self.pipeline.set_items(SCREENS["move"], "move", self.now)
        self.last: tuple[float, ...] = (0.0, 0.0)
        self.travel = 0.0
        self.must_return = True

    def take(self, actions: list[Action]) -> list[Action]:
        for action in actions:
            if isinstance(action, Axes):
                self.last = action.axes
        return actions

    @rule(x=st.floats(-1, 1), y=st.floats(-1, 1), wait=st.floats(0.001, 0.5))
    def push(self, x: float, y: float, wait: float) -> None:
        self.now += wait
        before, self.travel = self.travel, (x * x + y * y) ** 0.5
        driving = any(self.last)
        actions = self.take(self.pipeline.feed(AxesEvent(self.now, "stick", (x, y)), self.moving))
        if self.travel <= 0.09:
            self.must_return = False
        if self.moving and not driving and before <= 0.09 < self.travel - 1e-6 and not self.steering:
            assert any(isinstance(a, StopMotion) for a in actions)
        if any(isinstance(a, StopMotion) for a in actions):
            self.must_return = True

    @property
    def steering(self) -> bool:
        return any(self.last)

    @rule(wait=st.floats(0.001, 1.0), moving=st.booleans())
    def time(self, wait: float, moving: bool) -> None:
        self.now += wait
        self.moving = moving
        self.take(self.pipeline.tick(self.now, self.moving))

    @rule()
    def press(self) -> None:
        self.now += 0.5
        self.take(self.pipeline.tick(self.now, self.moving))
        busy = self.moving or any(self.last)
        actions = self.take(self.pipeline.feed(SwitchEvent(self.now, "keyboard", "next", True), self.moving))
        if busy:
            assert any(isinstance(a, StopMotion) for a in actions)
            self.must_return = self.travel > 0.09
        self.now += 0.5
        self.take(self.pipeline.feed(SwitchEvent(self.now, "keyboard", "next", False), self.moving))

    @rule()
    def gone(self) -> None:
        self.take(self.pipeline.feed(DeviceGone(self.now, "stick"), self.moving))
        self.travel, self.must_return = 0.0, True

    @rule(x=st.floats(0, 300), y=st.floats(0, 300))
    def point(self, x: float, y: float) -> None:
        self.take(self.pipeline.feed(PointerEvent(self.now, x, y), self.moving))

    @invariant()
    def what_the_arm_is_told_never_exceeds_the_stick(self) -> None:
        assert sum(value * value for value in self.last) ** 0.5 <= max(0.0, (self.travel - 0.09) / 0.86) + 1e-6

    @invariant()
    def after_a_stop_the_stick_counts_for_nothing_until_it_was_neutral(self) -> None:
        if self.must_return:
            assert not any(self.last)


TestSwitchUser = SwitchUser.TestCase
TestSwitchUser.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestStickUser = StickUser.TestCase
TestStickUser.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
