"""Games played on the real screen, with real events, by people with one switch, two, a stick and a pointer."""

import pygame
import pytest

from armctl.access.practice.games import GAMES
from armctl.access.practice.moment import Ball, Wave
from armctl.access.practice.pick import Pick
from armctl.access.practice.round import TRIALS
from armctl.access.practice.steer import Steer
from armctl.config.user import UserConfig
from armctl.control.chronicle import Chronicle
from sim.users.one_switch import OneSwitchUser, Persona, Seen
from tests.support.ui_person import FRAME
from ui.practice_desk import MENU, PLAY
from ui.screens import SCREENS

STEADY = Persona(mean=0.30, spread=0.03, tail=0.02, lapse=0.0)
SLOW = ("cause", "axis", "modes", "grip", "drink")
"""Games with long trials: two of them are enough."""
NAMES = [each.name for each in GAMES]


def user(**settings):
    return UserConfig(name="guest", voice={"enabled": False}, **settings)


@pytest.fixture
def seated(person):
    """Somebody before the first page of a game: ``seated("timed", mode="disarmed")``."""

    def sit(name, **settings):
        someone = person(**({"mode": "disarmed", "user": user()} | settings))
        someone.notes = []
        someone.session.chronicle = Chronicle(lambda kind, **data: None)
        desk = someone.app._desk
        desk.practice._note = lambda kind, **data: someone.notes.append((kind, data))
        desk.go_to(MENU)
        someone.frames(2)
        desk.practise(name)
        desk.chosen = PLAY
        someone.frames(2)
        return someone, desk.practice

    return sit


def wished(practice, view):
    """What somebody who knows the game would press now: a tile, "*" for any press, None to wait."""
    played = practice.round
    if played is None or played.stage in ("told", "over"):
        return None
    if played.stage == "offer":
        return "go_on"
    trial = played.trial
    if isinstance(trial, Wave):
        return None if trial.waving else "*"
    if isinstance(trial, Ball):
        return None
    return trial.wanted if isinstance(trial, Pick) else None


def play(someone, practice, most=125.0):
    """Let the simulated person of one switch play until the round is over."""
    persona = OneSwitchUser(lambda seen: wished(practice, seen), STEADY, seed=4)
    for _ in range(round(most / FRAME)):
        if practice.round.stage == "over":
            return
        view, trial = someone.view, practice.round.trial
        if isinstance(trial, Ball) and practice.round.stage == "play":
            # Sees the ball coming: presses so that the press falls into the cup.
            lead = trial.place(someone.clock.now()) + 0.10 / trial.level.crossing
            if lead >= trial.cup and trial.outcome is None:
                someone.press(0.1)
        elif isinstance(trial, Steer) and practice.round.stage == "play":
            steer_one_switch(someone, practice, trial)
        else:
            seen = Seen(view.screen, view.lit, [item.id for item in view.items], view.moving)
            closed = persona.look(seen, someone.clock.now())
            if closed is not None:
                someone.key(closed)
        someone.frames(1)
    raise AssertionError(f"the round is not over: {practice.round.report()}")


TILES = {
    "side": ("right", "left"), "height": ("down", "up"), "ahead": ("back", "ahead"),
    "tilt": ("tilt_up", "tilt_down"), "grip": ("close", "open"),
}  # fmt: skip


def steer_one_switch(someone, practice, trial):
    """Hold the tile that leads to the mark when it is lit; let go on the mark; change the way when one is done."""
    ids = [item.id for item in someone.view.items]
    for name, axis in trial.axes.items():
        off = axis.target - axis.value
        if abs(off) <= 0.6 * axis.tolerance:
            continue
        tile = TILES[name][off > 0]
        wanted = tile if tile in ids else "change"
        if someone.view.lit != wanted or trial.stops:
            return
        someone.wait(0.25)
        someone.key(True)
        if wanted == "change":
            someone.wait(0.1)
        for _ in range(600):
            left = (axis.target - axis.value) * (1 if off > 0 else -1)
            if wanted == "change" or left <= axis.velocity**2 / (2 * axis.speed / 0.15) or trial.outcome is not None:
                break
            someone.frames(1)
        someone.key(False)
        return


@pytest.mark.parametrize("name", NAMES)
def test_a_simulated_person_with_one_switch_plays_each_game_and_it_is_written_down(name, seated, monkeypatch):
    if name in SLOW:
        monkeypatch.setattr("armctl.access.practice.round.TRIALS", 2)
    someone, practice = seated(name)
    play(someone, practice)
    ((kind, data),) = someone.notes
    assert kind == "training"
    assert (data["game"], data["level"], data["left"]) == (name, 1, False)
    assert data["hits"] == 2 if name in SLOW else data["hits"] >= 4
    assert data["hits"] + sum(data["misses"].values()) == len(data["times"]) <= TRIALS
    assert data["seconds"] <= 120
    # The real arm was asked for nothing at all.
    assert {call[0] for call in someone.session.calls} <= {"selected"}
    assert {"again", "other", "leave"} == set(someone.ids)


@pytest.mark.parametrize("name", NAMES)
def test_with_one_switch_one_press_on_stop_practising_leaves_every_game(name, seated):
    someone, practice = seated(name)
    someone.until(lambda: "leave" in someone.ids, most=60.0)
    someone.choose("leave")
    assert practice.round.stage == "over"
    assert someone.view.screen == "arming"


@pytest.mark.parametrize("name", [each.name for each in GAMES if each.axes])
@pytest.mark.parametrize("jog", ["hold", "click", "step"])
def test_any_press_while_the_hand_of_a_game_moves_stops_it_and_chooses_nothing(name, jog, seated):
    someone, practice = seated(name, user=user(motion={"jog": jog}))
    first = someone.ids[0]
    someone.until(lambda: someone.view.lit == first)
    someone.key(True)
    someone.until(lambda: practice.stops, most=1.0)
    if jog == "hold":
        someone.frames(10)
        someone.key(False)
    else:
        someone.key(False)
        assert practice.stops
        someone.press(0.05, code=pygame.K_TAB)
    someone.wait(0.2)
    assert not practice.stops
    assert practice.round.stage == "play"
    assert someone.session.said("stop") == []


def test_the_stop_sign_stands_only_where_a_press_stops_something(seated):
    someone, practice = seated("cause")
    screen, desk = SCREENS[PLAY], someone.app._desk
    assert screen.page(desk).banner_icon == "press"
    someone.press()
    assert practice.round.trial.waving
    assert screen.page(desk).banner_icon == "stop"


def test_a_press_in_a_game_stops_the_arm_too_where_that_moves(seated):
    someone, practice = seated("timed", mode="ready")
    someone.session.change(mode="moving")
    someone.session._until = someone.clock.now() + 5.0
    someone.press()
    assert someone.session.said("stop")
    assert practice.round.outcomes


def test_the_stop_key_always_stops_the_arm_when_nothing_moves_in_the_game(seated):
    someone, _ = seated("choose", mode="ready")
    someone.press(code=pygame.K_ESCAPE)
    assert someone.session.said("stop")


def test_two_switches_play_and_leave(seated):
    someone, practice = seated("choose", user=user(scan={"method": "step"}))
    wanted = practice.round.trial.wanted
    while someone.view.lit != wanted:
        someone.press(0.1, code=pygame.K_TAB)
        someone.wait(0.5)
    someone.press()
    assert practice.round.hits == 1
    someone.until(lambda: practice.round.stage == "play")
    while someone.view.lit != "leave":
        someone.press(0.1, code=pygame.K_TAB)
        someone.wait(0.5)
    someone.press()
    assert not practice.playing
    assert someone.notes[0][1]["left"]


def test_a_stick_moves_the_hand_of_the_game_and_its_button_leads_to_the_tiles(seated):
    someone, practice = seated("axis", user=user(scan={"method": "direct"}))
    someone.stick(0.0, 0.0)
    axis = practice.round.trial.axes["side"]
    way = 1.0 if axis.target < axis.value else -1.0
    before = axis.value
    for _ in range(600):
        if (axis.target - axis.value) * -way <= 0.01:
            break
        someone.stick(way, 0.0)
    someone.stick(0.0, 0.0)
    assert axis.value != before
    someone.until(lambda: practice.round.stage == "told", most=3.0)
    assert practice.round.hits == 1
    someone.until(lambda: practice.round.stage == "play")
    someone.button()
    assert someone.app._desk.stick == "choose"
    while someone.view.lit != "leave":
        someone.stick(1.0, 0.0)
        someone.stick(0.0, 0.0)
        someone.wait(1.0)
    someone.button()
    assert not practice.playing
    assert {call[0] for call in someone.session.calls} <= {"selected"}


ALONG = {
    "side": ("sideways", -1),
    "height": ("upward", 1),
    "ahead": ("away", 1),
    "tilt": ("tilt", -1),
    "grip": ("grip", 1),
}
"""Way of a game to what a stick with a single axis does for it, and which way that leads when it is pushed."""


def steer_one_axis(someone, trial):
    """Push the only axis until the hand is on the mark, one way after the other; the button changes the way."""
    for name, axis in trial.axes.items():
        off = axis.target - axis.value
        if abs(off) <= 0.6 * axis.tolerance:
            continue
        mode, sign = ALONG[name]
        for _ in range(4):
            if someone.app._desk.stick == mode:
                break
            someone.button()
        assert someone.app._desk.stick == mode
        way = sign if off > 0 else -sign
        for _ in range(600):
            left = (axis.target - axis.value) * (1 if off > 0 else -1)
            if left <= axis.velocity**2 / (2 * axis.speed / 0.15) or trial.outcome is not None:
                break
            someone.stick(way, 0.0)
        someone.stick(0.0, 0.0)
        return


@pytest.mark.parametrize("name", [each.name for each in GAMES if each.axes])
def test_a_stick_with_a_single_axis_plays_every_game_that_moves_a_hand(name, seated, monkeypatch):
    monkeypatch.setattr("armctl.access.practice.round.TRIALS", 1)
    someone, practice = seated(name, user=user(scan={"method": "direct"}, joystick={"wiring": [1]}))
    someone.stick(0.0, 0.0)
    end = someone.clock.now() + 60.0
    while practice.round.stage == "play" and someone.clock.now() < end:
        steer_one_axis(someone, practice.round.trial)
        someone.frames(1)
    assert practice.round.hits == 1
    # Letting go stopped the hand each time; the real arm was asked for nothing.
    assert {call[0] for call in someone.session.calls} <= {"selected"}
    someone.until(lambda: practice.round.stage == "over", most=5.0)
    assert someone.notes[0][1]["hits"] == 1


def test_letting_a_single_axis_go_stops_the_hand_of_the_game(seated):
    someone, practice = seated("axis", user=user(scan={"method": "direct"}, joystick={"wiring": [1]}))
    someone.stick(0.0, 0.0)
    axis = practice.round.trial.axes["side"]
    for _ in range(20):
        someone.stick(-1.0 if axis.value < 0 else 1.0, 0.0)
    assert practice.stops
    someone.stick(0.0, 0.0)
    someone.wait(0.3)
    assert not practice.stops
    assert axis.velocity == 0.0


def test_a_pointer_rests_on_tiles_and_enters_the_red_field(seated):
    someone, practice = seated("choose", user=user(scan={"method": "direct"}))
    someone.point(practice.round.trial.wanted)
    someone.until(lambda: practice.round.hits == 1, most=4.0)
    someone, practice = seated("cause", user=user(scan={"method": "direct"}))
    field = someone.app._show.stop_field
    someone.point((2, 2))
    someone.frames(3)
    someone.point(field.centre)
    assert practice.round.trial.waving


def test_a_fault_ends_the_game_and_its_press_is_not_the_games(seated):
    someone, practice = seated("timed", mode="ready")
    someone.session.fault()
    someone.frames(3)
    assert someone.view.screen == "alert"
    assert not practice.playing
    assert not someone.view.moving


def test_levels_known_from_earlier_are_where_it_goes_on(person):
    someone = person(mode="disarmed", user=user())
    desk = someone.app._desk
    desk.practice.__init__(someone.clock, lambda kind, **data: None, {"timed": 4, "scan": 99})
    assert [desk.practice.level(name) for name in ("timed", "scan", "drink")] == [4, 5, 1]
    desk.practise("timed")
    assert desk.practice.round.ladder.level == 4


@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_a_game_says_that_the_real_arm_does_not_move(name, seated):
    someone, _ = seated(name)
    assert "The real arm does not move" in someone.view.text


def test_the_menu_shows_the_levels_and_leads_to_the_game(person):
    someone = person(mode="disarmed", user=user())
    someone.choose("practice")
    assert someone.view.screen == "practice"
    assert someone.view.text.count("Level 1 of 5") == 4
    assert [item for item in someone.ids if item.startswith("game:")] == [f"game:{name}" for name in NAMES[:4]]
    SCREENS["practice"].select(someone.app._desk, "more")
    someone.frames(2)
    assert [item for item in someone.ids if item.startswith("game:")] == [f"game:{name}" for name in NAMES[4:]]
    someone.choose("game:grip")
    assert someone.view.screen == PLAY
