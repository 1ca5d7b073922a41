"""Rows 42 to 51, 58 and 22: what fails between the person's hand and the screen, and a screen that hangs.

SDL's own devices and events, the real screen in real time, the real control process: from the event to the set-point.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import HoldStart, ScanItem, Select
from armctl.access.events import SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import JoystickConfig, UserConfig
from armctl.control.heartbeat import INTERVAL
from tests.safety.catalogue.conftest import Reaction
from tests.support.live_app import MOVES_ON, LiveApp, first_in_line, hold_key, let_key_go
from tests.support.live_control import ControlProcess
from tests.support.sdl_stick import SdlStick

STICK_USER = {"scan": {"method": "direct"}}
"""Somebody with a stick: nothing is lit by itself."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveApp]:
    control = ControlProcess(tmp_path_factory.mktemp("inputs"))
    yield LiveApp(control)
    control.close()


@pytest.fixture
def live(shared: LiveApp) -> Iterator[LiveApp]:
    with first_in_line():
        yield shared


@pytest.fixture
def plug_in() -> Iterator[Callable[..., SdlStick]]:
    """Plug in a stick; it is pulled out at the end."""
    sticks: list[SdlStick] = []

    def make(*given: float) -> SdlStick:
        sticks.append(SdlStick(*given))
        return sticks[-1]

    yield make
    for stick in sticks:
        stick.pull_out()
    pygame.event.clear()


def steer(live: LiveApp, plug_in: Callable[..., SdlStick], **settings: object) -> SdlStick:
    """Let a stick drive the arm to the right, away from the person."""
    live.sit_down(**{**STICK_USER, **settings})
    stick = plug_in()
    live.drive_by_hand()
    stick.move(0.9)
    live.until(live.mode("moving"))
    live.wait(MOVES_ON)
    return stick


# -- sticks ------------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(42)
def test_a_stick_pulled_out_while_deflected_stops_the_arm(
    live: LiveApp, plug_in: Callable[..., SdlStick], reaction: Reaction
) -> None:
    stick = steer(live, plug_in)
    at = live.at(0.03, stick.pull_out)
    reaction(live.stopped_after(at) - at[0], "The joystick is gone. Check its plug or its battery.", began=at[0])
    live.rests()
    assert any("is gone" in text for text in live.told)


@pytest.mark.catalogue(43)
def test_a_stick_found_deflected_moves_nothing_until_it_was_let_go(
    live: LiveApp, plug_in: Callable[..., SdlStick], reaction: Reaction
) -> None:
    live.sit_down(**STICK_USER)
    live.drive_by_hand()
    stick = plug_in(0.8)
    live.wait(0.3)
    assert live.mode("ready")()
    assert any("is not in its middle. Let it go" in text for text in live.told)
    stick.move(0.6)
    live.wait(0.2)
    assert live.mode("ready")()
    stick.move(0.0)
    live.wait(0.2)
    stick.move(0.8)
    live.until(live.mode("moving"))
    reaction(None, "The joystick is not in its middle. Let it go, then it can be used.")
    stick.move(0.0)
    live.rests()


@pytest.mark.catalogue(44)
def test_a_drifting_stick_moves_nothing_and_beyond_the_dead_zone_nothing_is_armed(
    live: LiveApp, plug_in: Callable[..., SdlStick], reaction: Reaction
) -> None:
    drift = 0.08
    live.sit_down(**STICK_USER)
    stick = plug_in()
    live.drive_by_hand()
    stick.move(drift)
    live.wait(0.3)
    assert live.mode("ready")(), "a drift within the dead zone moved the arm"
    live.disarm()
    live.sit_down(scan={"method": "step"}, joystick={"dead_zone": 0.05})
    stick.move(0.0)
    live.wait(0.05)
    stick.move(drift)
    live.wait(0.2)
    for name in ("first", "second"):
        hold_key("space")
        live.wait(0.1)
        let_key_go("space")
        live.wait(0.5)
        assert live.mode("disarmed")(), f"the {name} press armed the arm"
    told = next(text for text in live.told if "then switch on" in text)
    reaction(None, told.replace(stick.name, "joystick"))
    stick.move(0.0)
    live.wait(0.2)
    hold_key("space")
    live.wait(0.1)
    let_key_go("space")
    live.until(live.mode("stop_test"))


@pytest.mark.catalogue(45)
@pytest.mark.parametrize("held", ["switch", "stick", "arrow key"])
def test_what_is_never_released_holds_the_arm_at_the_longest_hold(
    live: LiveApp, plug_in: Callable[..., SdlStick], held: str, reaction: Reaction
) -> None:
    longest = 1.0
    live.sit_down(scan={"method": "step"}, switch={"maximum_hold": longest})
    stick = plug_in() if held == "stick" else None
    live.drive_by_hand()
    began = time.monotonic()
    if stick is not None:
        stick.move(0.9)
    else:
        if held == "switch":
            assert live.app
            live.until(lambda: live.app is not None and live.app.view.lit is not None)
        began = time.monotonic()
        hold_key("space" if held == "switch" else "right")
    live.until(live.mode("moving"))
    due = began + longest
    reaction(max(0.0, live.stopped_after([due - 0.05]) - due), "It may be stuck; let it go.", began=due)
    live.rests()
    live.wait(0.3)
    assert live.mode("ready")(), "what is stuck moved the arm again"
    assert any("may be stuck; let it go" in text for text in live.told)
    let_key_go("space" if held == "switch" else "right")
    live.wait(0.05)


@pytest.mark.catalogue(47)
def test_tremor_is_filtered_and_letting_go_is_never_delayed(
    live: LiveApp, plug_in: Callable[..., SdlStick], reaction: Reaction
) -> None:
    """A hand that trembles with 4 to 12 Hz, half of the travel up and down, and lets go."""
    # The filter finds the frequency and takes it out; a release is outside of it.
    assert max(swing_after_filter(hertz) for hertz in (4.0, 8.0, 12.0)) < 0.15
    stick = steer(live, plug_in)
    took: list[tuple[float, float]] = []
    for _ in range(3):  # the middle one counts: a picture that is being drawn may be in the way of one
        begin = time.monotonic()
        while time.monotonic() - begin < 0.5:
            stick.move(0.6 + 0.3 * math.sin(math.tau * 8.0 * (time.monotonic() - begin)))
            live.frame()
        live.until(live.mode("moving"))
        at = live.at(0.031, lambda: stick.move(0.0))
        took.append((live.stopped_after(at) - at[0], at[0]))
        live.rests()
        live.wait(0.3)
    seconds, began = sorted(took)[1]
    reaction(seconds, "letting go is hold", began=began)


def swing_after_filter(hertz: float) -> float:
    """Return by how much the wish swings, as a share of what the hand does."""
    config = JoystickConfig(dead_zone=0.02, outer=1.0, exponent=1.0)
    user = UserConfig(name="x", joystick=config)
    pipeline = AccessPipeline(user)
    pipeline.set_items((), "move", 0.0)
    wishes: list[float] = []
    pipeline.feed(axes(0.0, 0.0), False)
    for k in range(20, 400):
        now = k / 100
        hand = 0.5 + 0.3 * math.sin(math.tau * hertz * now)
        (told,) = [a.axes[0] for a in pipeline.feed(axes(now, hand), False) if hasattr(a, "axes")][-1:]
        wishes.append(told)
    return (max(wishes[100:]) - min(wishes[100:])) / 0.6


def axes(now: float, right: float):  # type: ignore[no-untyped-def]
    from armctl.access.events import AxesEvent

    return AxesEvent(now, "stick", (right, 0.0))


@pytest.mark.catalogue(51)
def test_a_stick_thrown_from_one_end_to_the_other_stops_and_latches(
    live: LiveApp, plug_in: Callable[..., SdlStick], reaction: Reaction
) -> None:
    stick = steer(live, plug_in)
    stick.move(1.0)
    live.wait(0.1)
    at = live.at(0.03, lambda: stick.move(-1.0))
    stopped = live.stopped_after(at)
    live.until(live.mode("fault"))
    assert live.now
    assert live.now.fault
    reaction(stopped - at[0], live.now.fault.code, began=at[0])
    assert live.now.fault.code == "input_spasm"
    stick.move(1.0)
    live.wait(0.2)
    assert live.mode("fault")()
    live.rests()


# -- switches ----------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(46)
def test_a_bouncing_switch_is_one_press(live: LiveApp, reaction: Reaction) -> None:
    """Real key events, the contact opening and closing for 1 to 30 ms when it is pressed and when it is let go."""
    go_to_settings(live)
    random.seed(46)
    assert live.app
    live.until(lambda: live.app is not None and live.app.view.lit is not None)
    before = len(live.chosen())
    bounce(live, closing=True)
    live.wait(0.15)
    bounce(live, closing=False)
    live.wait(0.2)
    assert len(live.chosen()) - before == 1, (live.chosen(), live.told)
    reaction(None, "one selection")


def go_to_settings(live: LiveApp, scan: dict[str, object] | None = None) -> None:
    """Show tiles that move nothing, the first of them lit."""
    live.sit_down(scan=scan or {"method": "step"})
    live.arm()
    assert live.app
    live.app._desk.go_to("settings")
    live.wait(0.2)


def bounce(live: LiveApp, *, closing: bool) -> None:
    """Post a burst of at most 30 ms that ends closed, or open."""
    pauses = [random.uniform(0.001, 0.006) for _ in range(2 * random.randint(1, 3))]
    for change, pause in enumerate(pauses):
        (hold_key if (change % 2 == 0) == closing else let_key_go)("space")
        live.app._controls.tick() if live.app else None
        time.sleep(pause)
    (hold_key if closing else let_key_go)("space")
    live.frame()


@pytest.mark.catalogue(46)
def test_no_burst_whatever_is_more_than_one_press(reaction: Reaction) -> None:
    """Any bursts of closing and opening within 30 ms, at the beginning and at the end of a press."""

    @given(bursts, bursts)
    def check(first: list[float], last: list[float]) -> None:
        assert presses(first, last) == 1

    check()
    reaction(None, "one selection")


bursts = st.lists(st.floats(0.0005, 0.0074), min_size=0, max_size=2).map(
    lambda pauses: [p for q in pauses for p in (q, q)]
)
"""Pauses between changes of a contact [s], an even number of them, 30 ms at most in all."""


def presses(first: list[float], last: list[float]) -> int:
    pipeline = AccessPipeline(UserConfig.model_validate({"name": "x", "scan": {"method": "step"}}))
    pipeline.set_items((ScanItem("a", "A"), ScanItem("b", "B")), "home", 0.0)
    now, chosen = 10.0, 0

    def change(pressed: bool) -> None:
        nonlocal chosen
        actions = pipeline.feed(SwitchEvent(now, "keyboard", "select", pressed), False)
        chosen += sum(isinstance(a, Select | HoldStart) for a in actions)

    for pressed, burst in ((True, first), (False, last)):
        change(pressed)
        state = pressed
        for pause in burst:
            now += pause
            state = not state
            change(state)
        for _ in range(30):
            now += 0.01
            chosen += sum(isinstance(a, Select | HoldStart) for a in pipeline.tick(now, False))
    return chosen


@pytest.mark.catalogue(48)
def test_the_second_press_of_a_double_press_is_ignored(live: LiveApp, reaction: Reaction) -> None:
    go_to_settings(live)
    live.until(lambda: live.app is not None and live.app.view.lit is not None)
    for _ in range(5):
        before, begin = len(live.chosen()), time.monotonic()
        hold_key("space")
        live.wait(0.045)
        let_key_go("space")
        live.wait(0.035)
        hold_key("space")
        apart = time.monotonic() - begin
        live.wait(0.045)
        let_key_go("space")
        live.wait(0.4)
        if apart < 0.2:  # else this computer was too busy for a double press
            break
    assert len(live.chosen()) - before == 1, (live.chosen(), live.told)
    reaction(None, "one selection")


@pytest.mark.catalogue(49)
def test_a_press_while_the_screen_hangs_means_what_it_showed(live: LiveApp, reaction: Reaction) -> None:
    """The highlight should move on while the screen stands still: whoever presses then means what they see."""
    go_to_settings(live, {"method": "auto", "interval": 0.3, "first_extra": 0.0, "rounds": 20})
    assert live.app
    for phase in (0.05, 0.19):
        lit = live.app.view.lit
        live.until(lambda lit=lit: live.app is not None and live.app.view.lit not in (None, lit))  # type: ignore[misc]
        live.wait(phase)
        shown, before = live.app.view.lit, len(live.chosen())
        pressed = live.at(0.02, lambda: hold_key("space"))
        time.sleep(0.32)  # this frame takes long; the next item's turn begins meanwhile
        assert pressed
        live.wait(0.1)
        let_key_go("space")
        assert live.chosen()[before:] == [shown]
        live.app._desk.go_to("settings")
        live.wait(0.4)
    reaction(None, "the tile that was shown")


# -- the stop circuit --------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(58)
@pytest.mark.parametrize("opens", ["key", "button", "plug"])
def test_an_open_stop_circuit_stops_and_latches_and_forbids_arming(
    live: LiveApp, plug_in: Callable[..., SdlStick], opens: str, reaction: Reaction
) -> None:
    line = {"key": "f12"} if opens == "key" else {"joystick_button": 5}
    live.sit_down(scan={"method": "step"}, stop_line=line)
    box = plug_in()
    live.wait(0.1)
    hold_key("f12") if opens == "key" else box.press(5, True)
    stick = plug_in()
    live.drive_by_hand()
    stick.move(0.9)
    live.until(live.mode("moving"))
    live.wait(MOVES_ON)
    open_it = {"key": lambda: let_key_go("f12"), "button": lambda: box.press(5, False), "plug": box.pull_out}[opens]
    at = live.at(0.031, open_it)
    stopped = live.stopped_after(at)
    live.until(live.mode("fault"))
    assert live.now
    assert live.now.fault
    reaction(stopped - at[0], live.now.fault.code, began=at[0])
    assert live.now.fault.code == "stop_line_open"
    live.rests()
    if opens != "key":
        return
    live.session.clear_fault()
    live.until(live.mode("disarmed"))
    live.wait(1.1)
    hold_key("space")
    live.wait(0.1)
    let_key_go("space")
    live.wait(0.3)
    assert live.mode("disarmed")(), "armed with an open stop circuit"
    assert any("stop button is pressed, or not connected" in text for text in live.told)


# -- a screen that hangs -----------------------------------------------------------------------------------------------


@pytest.mark.catalogue(22)
def test_a_screen_of_five_frames_a_second_does_not_drive_the_arm(
    live: LiveApp, plug_in: Callable[..., SdlStick], reaction: Reaction
) -> None:
    """The fault can be seen when the sign of life after the last one is due."""
    stick = steer(live, plug_in)
    live.control.fault("tell_stop")
    live.control.happened()
    live.frame()
    last = time.monotonic()
    for _ in range(6):
        time.sleep(0.2)
        live.frame()
    due = last + INTERVAL
    reaction(max(0.0, live.control.happened() - due), "ui_lost", began=due)
    live.wait(0.3)
    assert live.mode("ready")(), "a stick held on through it moved the arm again"
    stick.move(0.0)
    live.rests()
