"""What a head mouse, a gaze and fingers mean in the whole pipeline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import Action, HoldEnd, HoldStart, Lit, ScanItem, Select, StopMotion
from armctl.access.events import POINTER, TOUCH, AxesEvent, PointerEvent, PointerLeft, SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig

TILES = (
    ScanItem("drink", "Drink", rect=(0, 0, 100, 100)),
    ScanItem("home", "Home", rect=(100, 0, 100, 100)),
    ScanItem("up", "Up", holds=True, rect=(200, 0, 100, 100)),
)
PLACES = {"drink": (50.0, 50.0), "home": (150.0, 50.0), "up": (250.0, 50.0), "nowhere": (50.0, 400.0)}


class Pointing:
    """A pointer before a pipeline; the frames are 10 ms."""

    def __init__(self, **dwell: object) -> None:
        settings = {"lock_on": 0.25, "time": 1.0, "grace": 0.5, **dwell}
        self.pipeline = AccessPipeline(
            UserConfig.model_validate({"name": "test", "dwell": settings, "scan": {"method": "direct"}})
        )
        self.pipeline.set_items(TILES, "start", 0.0)
        self.pipeline.set_window(400.0, 500.0)
        self.now, self.moving = 0.0, False

    def wait(self, seconds: float) -> list[Action]:
        new: list[Action] = []
        for _ in range(round(seconds * 100)):
            self.now = round(self.now + 0.01, 6)
            new += self.pipeline.tick(self.now, self.moving)
        return new

    def point(self, place: str, dx: float = 0.0) -> list[Action]:
        x, y = PLACES[place]
        return self.pipeline.feed(PointerEvent(self.now, x + dx, y), self.moving)

    def stay(self, place: str, seconds: float) -> list[Action]:
        """Look at ``place`` with a gaze, which reports 50 times a second."""
        new: list[Action] = []
        for k in range(round(seconds * 50)):
            new += self.point(place, 2.0 * (-1) ** k)
            new += self.wait(0.02)
        return new

    def key(self, pressed: bool = True) -> list[Action]:
        return self.pipeline.feed(SwitchEvent(self.now, "keyboard", "select", pressed), self.moving) + self.wait(0.05)

    def touch(self, pressed: bool, device: str = POINTER) -> list[Action]:
        control = "select" if device == POINTER else "stop"
        return self.pipeline.feed(SwitchEvent(self.now, device, control, pressed, contact="left"), self.moving)

    def tap(self, place: str, seconds: float = 0.1) -> list[Action]:
        new = self.point(place) + self.touch(True) + self.wait(seconds) + self.touch(False)
        return new + self.wait(0.05)


def kinds(actions: list[Action]) -> list[str]:
    return [type(action).__name__ for action in actions if not isinstance(action, Lit)]


def test_a_gaze_that_is_lost_stops_what_it_moves_though_it_never_left_the_tile() -> None:
    person = Pointing(gaze=True)
    assert any(isinstance(action, HoldStart) for action in person.stay("up", 1.5))
    person.moving = True
    assert kinds(person.wait(0.13)) == []
    assert kinds(person.wait(0.06)) == ["HoldEnd"]


def test_a_mouse_that_lies_still_goes_on() -> None:
    person = Pointing()
    person.point("up")
    assert kinds(person.wait(1.4)) == ["HoldStart"]
    person.moving = True
    assert kinds(person.wait(2.0)) == []


@given(st.floats(0.0, 3.0), st.floats(-400.0, 400.0), st.booleans(), st.floats(0.0, 60.0))
def test_leaving_the_tile_that_moves_the_arm_always_stops_at_once(
    after: float, dx: float, gaze: bool, magnet: float
) -> None:
    person = Pointing(gaze=gaze, magnet=magnet, radius=60.0)
    person.stay("up", 1.5)
    assert person.pipeline.held == "up"
    person.moving = True
    person.stay("up", after)
    actions = person.point("up", dx)
    inside = -50.0 <= dx < 50.0 or (50.0 <= dx <= 50.0 + magnet and magnet > 0.0)
    assert kinds(actions) == ([] if inside else ["HoldEnd"])
    assert (person.pipeline.held == "up") == inside


def test_losing_the_pointer_at_the_window_s_edge_stops_at_once() -> None:
    person = Pointing()
    person.point("up")
    person.wait(1.4)
    person.moving = True
    assert person.pipeline.feed(PointerLeft(person.now), True) == [HoldEnd("up", person.now)]


def test_a_tile_is_told_after_hovering_and_nothing_is_chosen() -> None:
    person = Pointing(enabled=False, hover=0.6)
    person.point("home")
    assert [action for action in person.wait(3.0) if isinstance(action, Lit)] == [Lit("home")]


def test_in_the_rest_area_neither_resting_nor_clicking_chooses() -> None:
    person = Pointing(rest={"left": 0.0, "top": 0.0, "width": 0.25, "height": 1.0})
    assert kinds(person.tap("drink") + person.wait(5.0)) == []
    assert kinds(person.tap("home")) == ["Select"]


def test_a_touch_chooses_where_it_is_lifted() -> None:
    person = Pointing(enabled=False, take_off=True)
    person.point("drink")
    assert kinds(person.touch(True) + person.wait(0.3) + person.point("home") + person.wait(0.3)) == []
    assert person.touch(False) == [Select("home", person.now, POINTER)]


def test_a_touch_that_slides_off_chooses_nothing() -> None:
    person = Pointing(enabled=False, take_off=True)
    person.point("drink")
    person.touch(True)
    person.wait(0.3)
    person.point("nowhere")
    assert kinds(person.touch(False) + person.wait(2.0)) == []


def test_a_touch_that_moves_the_arm_begins_where_it_lands_and_ends_when_it_is_lifted() -> None:
    person = Pointing(enabled=False, take_off=True)
    person.point("up")
    assert kinds(person.touch(True) + person.wait(0.1)) == ["HoldStart"]
    person.moving = True
    assert kinds(person.touch(False)) == ["HoldEnd"]


def test_a_brush_shorter_than_bounce_and_the_second_of_a_double_tap_choose_nothing() -> None:
    person = Pointing(enabled=False, take_off=True)
    assert kinds(person.tap("drink", 0.02)) == []
    person.wait(1.0)
    assert kinds(person.tap("drink", 0.25)) == ["Select"]
    assert kinds(person.tap("drink", 0.1)) == []
    person.wait(1.0)
    assert kinds(person.tap("drink", 0.1)) == ["Select"]


def test_a_touch_that_stopped_the_arm_chooses_nothing_when_it_is_lifted() -> None:
    person = Pointing(enabled=False, take_off=True)
    person.moving = True
    person.point("drink")
    assert "StopMotion" in kinds(person.touch(True))
    person.moving = False
    person.wait(0.2)
    assert kinds(person.touch(False) + person.wait(2.0)) == []


@pytest.mark.parametrize("take_off", [True, False])
def test_a_second_finger_is_nothing_at_rest_and_stops_while_something_moves(take_off: bool) -> None:
    person = Pointing(enabled=False, take_off=take_off)
    person.point("drink")
    landed = person.touch(True)
    assert kinds(person.touch(True, TOUCH) + person.touch(False, TOUCH)) == []
    assert kinds(landed + person.wait(0.1) + person.touch(False)) == ["Select"]
    person.moving = True
    stops = person.touch(True, TOUCH)
    assert [action for action in stops if isinstance(action, StopMotion)] != []


def test_a_switch_that_is_pressed_chooses_what_is_pointed_at() -> None:
    someone = Pointing(enabled=False)
    someone.point("drink")
    someone.point("home")
    assert someone.pipeline.lit == "home"
    someone.wait(1.0)
    assert someone.key()[0] == Select("home", pytest.approx(1.0))
    someone.wait(1.0)
    assert someone.pipeline.lit == "home", "who points at it may want it again"
    someone.key(False)
    someone.point("up")
    held = someone.key()
    assert isinstance(held[0], HoldStart)
    assert held[0].item == "up"
    someone.key(False)
    someone.wait(0.1)
    assert someone.pipeline.lit == "up", "and hold it again"


def test_a_stick_that_is_used_after_the_pointer_leads_the_highlight_until_the_pointer_is_moved() -> None:
    someone = Pointing()
    someone.pipeline.set_items(TILES, "start", someone.now, steers=False)
    someone.point("nowhere")
    someone.point("home")
    for right in (0.0, 0.9, 0.0):
        someone.pipeline.feed(AxesEvent(someone.now, "stick", (right, 0.0)), False)
        someone.wait(0.2)
    assert someone.pipeline.lit == "up"
    someone.stay("home", 0.5)
    assert someone.pipeline.lit == "up", "it trembles where it lies"
    someone.point("drink")
    assert someone.pipeline.lit == "drink"


def test_with_rows_the_tile_that_is_pointed_at_is_lit_and_not_its_row() -> None:
    tiles = tuple(
        ScanItem(name, name, rect=(100.0 * (n % 2), 100.0 * (n // 2), 90.0, 90.0)) for n, name in enumerate("abcd")
    )
    pipeline = AccessPipeline(
        UserConfig.model_validate({"name": "x", "scan": {"method": "direct", "pattern": "row_column"}})
    )
    pipeline.set_items(tiles, "start", 0.0)
    pipeline.feed(PointerEvent(0.1, 300.0, 300.0), False)
    pipeline.feed(PointerEvent(0.2, 145.0, 145.0), False)
    assert (pipeline.lit, pipeline.lit_group) == ("d", ())


def test_after_a_stop_a_tile_that_the_pointer_came_to_is_chosen_by_resting_and_one_it_lay_on_is_not() -> None:
    """Whoever goes to the tile within the second after a stop rested there for ever before."""
    for came in (True, False):
        person = Pointing()
        person.stay("nowhere" if came else "drink", 0.3)
        person.moving = True
        person.touch(True, "keyboard")
        person.wait(0.1)
        person.touch(False, "keyboard")
        person.moving = False
        person.wait(0.2)
        chosen = [action for action in person.stay("drink", 3.5) if isinstance(action, Select)]
        assert len(chosen) == came


def test_a_gaze_that_passes_over_tiles_lights_none_of_them_before_it_rests() -> None:
    someone = Pointing(gaze=True)
    someone.stay("nowhere", 0.1)
    someone.stay("drink", 0.4)
    assert someone.pipeline.lit == "drink"
    for place in ("home", "up", "home"):
        someone.stay(place, 0.1)
        assert someone.pipeline.lit == "drink"
    someone.stay("up", 0.4)
    assert someone.pipeline.lit == "up"
