"""What the stick does, and what is proposed for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.actions import Select
from armctl.config.pointing import JoystickConfig
from armctl.config.user import UserConfig
from armctl.hal.scene import SceneState
from ui.motions import stick_modes
from ui.sticks import HandMode

ADVISED = UserConfig(name="guest", joystick=JoystickConfig(advice=True), stop_test="press")


def over_the_cup(person, user=ADVISED, height=0.15):
    someone = person(user=user)
    someone.session.change(
        scene=SceneState(0.0, {"cup": (0.3, 0.0, 0.05, 0, 0, 0, 1)}, "", ()), tool=(0.3, 0, height, 0, 0, 0, 1)
    )
    someone.session.change(opening=0.9)
    someone.stick(0.0, 0.0)
    desk = someone.app._desk
    desk.go_to("move")
    desk.uses_stick = True
    someone.frames(2)
    return someone, desk


def test_the_next_mode_is_proposed_on_one_tile_and_taken_with_one_press(person):
    someone, desk = over_the_cup(person)
    tile = someone.app._show.page.tiles[-1]
    assert (tile.id, tile.label, desk.stick) == ("stick:advice", "Next: Up, down?", "move")
    someone.app._controls._act([Select("stick:advice", someone.clock.now())])
    assert (desk.stick, desk.page) == ("height", "translate")
    assert desk.hand.advisor.tally.accepted == 1


def test_it_is_off_unless_the_profile_says_so(person):
    someone, desk = over_the_cup(person, UserConfig(name="guest"))
    assert desk.advice is None
    assert someone.app._show.page.tiles[-1].id == "leave"


def test_it_never_switches_by_itself(person):
    someone, desk = over_the_cup(person)
    someone.wait(20.0)
    assert desk.stick == "move"
    assert desk.hand.advisor.tally.switches == 0


def test_a_press_of_the_button_that_came_too_soon_to_be_meant_goes_on_as_always(person):
    _someone, desk = over_the_cup(person, height=0.06)
    assert desk.advice == "grip"
    assert desk.next_stick_mode() == "height"


def test_a_wrong_proposal_costs_one_press(person):
    someone, desk = over_the_cup(person, height=0.06)
    someone.wait(0.6)
    assert desk.next_stick_mode() == "grip"
    desk.session.change(opening=0.0)
    assert desk.next_stick_mode() == "height"
    assert desk.next_stick_mode() == "rotate"


@pytest.mark.parametrize("axes", [1, 2, 3, 6])
@pytest.mark.parametrize("can_turn", [True, False])
def test_the_button_goes_through_all_modes_and_comes_back(axes, can_turn):
    hand = HandMode(axes, can_turn)
    seen = [hand.next(seen=True).mode for _ in hand.modes]
    assert sorted(seen) == sorted(stick_modes(axes, can_turn))
    assert seen[-1] == hand.modes[0]


@pytest.mark.parametrize("axes", [1, 2, 3, 6])
@given(path=st.lists(st.sampled_from(["next", "translate", "rotate", "grip"]), max_size=20))
def test_whatever_is_chosen_the_stick_does_something_it_can_do(axes, path):
    hand = HandMode(axes, can_turn=True)
    for step in path:
        mode = (hand.next(seen=False) if step == "next" else hand.turn_to(step)).mode
        assert mode in hand.modes
        assert hand.mode == mode


def test_for_who_changes_modes_on_the_screen_there_is_a_tile_and_the_button_selects(person):
    user = UserConfig(name="guest", joystick=JoystickConfig(modes_by="tile"))
    someone, desk = over_the_cup(person, user)
    assert someone.app._show.page.tiles[-1].id == "stick:next"
    someone.app._controls._act([Select("stick:next", someone.clock.now())])
    assert desk.stick == "height"
    someone.stick(0.0, 1.0)
    someone.stick(0.0, 0.0)
    someone.wait(1.5)
    someone.button()
    assert desk.stick == "height"


def test_any_switch_changes_the_mode_for_who_wants_that_until_the_stick_is_gone(person):
    import pygame

    someone, desk = over_the_cup(person, UserConfig(name="guest", joystick=JoystickConfig(modes_by="switch")))
    someone.stick(0.0, 1.0)
    someone.stick(0.0, 0.0)
    someone.wait(1.5)
    someone.press()
    assert desk.stick == "height"
    pygame.event.post(pygame.event.Event(pygame.JOYDEVICEREMOVED, instance_id=7))
    someone.wait(1.5)
    assert not desk.uses_stick
    someone.press()
    assert desk.stick == "height", "the switch chooses tiles again"


def test_changes_of_the_mode_are_in_the_records(person):
    _someone, desk = over_the_cup(person)
    noted = []
    desk.session.chronicle.note = lambda kind, **data: noted.append((kind, data))
    desk.take_advice()
    desk.turn_to("grip")
    assert noted == [
        ("stick_mode", {"before": "move", "after": "height", "advised": True}),
        ("stick_mode", {"before": "height", "after": "grip", "advised": False}),
    ]


def test_leaving_the_screen_is_no_switch(person):
    _someone, desk = over_the_cup(person)
    desk.next_stick_mode()
    desk.go_to("home")
    assert desk.stick == "move"
    assert desk.hand.advisor.tally.switches == 1


def test_a_stick_with_other_axes_goes_through_other_modes_and_keeps_its_habits():
    hand = HandMode(2, can_turn=False)
    hand.next(seen=False)
    habits = hand.advisor.habits
    hand.wire(1)
    assert hand.modes == stick_modes(1, can_turn=False)
    assert (hand.mode, hand.used) == (hand.modes[0], False)
    assert hand.advisor.habits == habits
