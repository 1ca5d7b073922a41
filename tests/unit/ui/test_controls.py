"""What the person meets on the screen with each way of choosing: real events, the real screen, a small session."""

from __future__ import annotations

import json
from itertools import pairwise

import pygame
import pytest

from armctl.access.eventlog import replay
from armctl.config.load import builtin, load
from armctl.config.profiles import load_profile, own_file
from armctl.config.user import MotionConfig, PreviewConfig, ScanConfig, SwitchConfig, UserConfig
from ui.keeper import Keeper
from ui.kept import Kept
from ui.widgets import RING_STEPS

STEP = ScanConfig(method="step")


def user(**settings):
    return UserConfig.model_validate({"name": "guest", "dwell": {"enabled": False}, **settings})


def profile(name):
    given = load(builtin("users", name), UserConfig)
    return given.model_copy(update={"stop_test": "press"})


def shown(someone):
    return someone.view.text


def lit_tiles(someone):
    show = someone.app._show
    return [tile.id for tile in show.page.tiles if tile.id in show._status.lit_group or tile.id == show._status.lit]


def test_a_task_that_was_chosen_waits_for_its_window_and_then_starts(person):
    someone = person(user=user(scan=STEP, preview=PreviewConfig(enabled=True, time=1.5)))
    task = someone.ids[0]
    someone.press()
    assert "Press = cancel: " in shown(someone)
    state = someone.app._show._status.preview
    assert state[0] == task
    someone.wait(1.0)
    assert someone.session.task is None
    assert someone.app._show._status.preview[1] < 0.6
    someone.wait(1.0)
    assert someone.session.task is not None


def test_any_key_in_the_window_takes_the_choice_back_and_it_is_said(person):
    someone = person(user=user(scan=STEP, preview=PreviewConfig(enabled=True, time=1.5)))
    someone.press()
    someone.wait(0.5)
    someone.press(code=pygame.K_x)
    someone.wait(3.0)
    assert someone.session.task is None
    assert any(said.startswith("Not: ") for said in someone.voice.said)
    assert "Press = cancel" not in shown(someone)


def test_the_tile_that_waits_shows_the_time_that_is_left(person):
    from ui.show import Status, tile_state

    someone = person()
    tile = someone.app._show.page.tiles[0]
    assert tile_state(tile, Status(preview=(tile.id, 0.5))).ring == RING_STEPS // 2
    assert tile_state(tile, Status(preview=(tile.id, 0.5))).pressed
    assert tile_state(tile, Status(lit_group=("other", tile.id))).lit


def test_every_tile_that_moves_the_arm_waits_and_no_other_does(person):
    someone = person(user=user(scan=STEP, motion=MotionConfig(jog="step")))
    moves = {item.id for item in someone.app._show.items if item.moves}
    assert moves == {item for item in someone.ids if item.startswith("task:")}
    someone.app._desk.go_to("move")
    someone.frames(2)
    moves = {item.id for item in someone.app._show.items if item.moves}
    assert moves == {"left", "right", "up", "down", "ahead", "back"}


def test_directions_that_are_held_need_no_window(person):
    someone = person(user=user(scan=STEP, preview=PreviewConfig(enabled=True)))
    someone.app._desk.go_to("move")
    someone.frames(2)
    assert not any(item.moves for item in someone.app._show.items if item.holds)
    someone.key(True)
    someone.wait(0.2)
    assert someone.app._desk.going
    someone.key(False)
    assert not someone.app._desk.going


def test_a_row_is_lit_as_one_said_as_one_and_then_its_tiles(person):
    scan = ScanConfig(pattern="row_column", interval=2.0, first_extra=0.0)
    someone = person(user=user(scan=scan))
    row = lit_tiles(someone)
    assert len(row) >= 2
    labels = [tile.label for tile in someone.app._show.page.tiles if tile.id in row]
    someone.wait(1.2)  # the name of the screen comes first
    assert ", ".join(labels) in someone.voice.said
    assert f"Press = {', '.join(labels)}" in shown(someone)
    someone.press()
    someone.wait(0.1)
    assert lit_tiles(someone) == row[:1]


def test_with_one_switch_step_by_step_the_screen_says_what_holding_does(person):
    someone = person(user=profile("one_switch_step"))
    first = lit_tiles(someone)
    assert "Hold = " in shown(someone)
    someone.press(0.15)
    someone.wait(0.4)
    assert lit_tiles(someone) != first
    someone.press(0.9)
    someone.wait(2.5)
    assert someone.session.task is not None


def test_with_inverse_scanning_the_screen_says_hold_and_let_go(person):
    someone = person(user=profile("inverse"))
    assert "Hold = move the frame" in shown(someone)
    someone.key(True)
    someone.wait(0.5)
    assert "Let go = " in shown(someone)
    someone.key(False)


def test_a_paused_scan_says_so(person):
    contacts = [{"device": "keyboard", "contact": "p", "does": "pause"}]
    someone = person(user=user(scan=ScanConfig(interval=1.0), contacts=contacts))
    someone.press(code=pygame.K_p)
    someone.wait(0.2)
    assert "Paused. Press = go on" in shown(someone)
    before = lit_tiles(someone)
    someone.wait(5.0)
    assert lit_tiles(someone) == before


def test_a_motion_started_with_one_press_says_when_it_ends_and_ends_then(person):
    motion = MotionConfig(jog="click", click_limit=2.0)
    someone = person(user=user(scan=STEP, motion=motion))
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.press()
    someone.wait(0.3)
    assert someone.app._desk.going
    assert "Press = STOP (ends in " in shown(someone)
    someone.wait(2.0)
    assert not someone.app._desk.going
    assert "stopped by itself" in shown(someone)


def test_a_stick_that_is_held_is_not_ended_like_a_click(person):
    someone = person(user=user(scan=ScanConfig(method="direct"), motion=MotionConfig(jog="click", click_limit=1.0)))
    someone.app._desk.go_to("move")
    someone.frames(2)
    someone.stick(0.0, 0.0)
    someone.stick(0.9, 0.0)
    someone.wait(2.0)
    assert someone.app._desk.going


@pytest.mark.parametrize("name", ["one_switch_auto", "row_column", "five_switches", "sip_and_puff"])
def test_a_screen_of_every_example_profile_lights_something(person, name):
    someone = person(user=profile(name))
    someone.wait(0.3)
    assert lit_tiles(someone)


def test_how_somebody_changes_modes_is_known_in_the_next_session(person, tmp_path):
    from ui.controls import Controls

    given = user(joystick={"advice": True})
    proposed = []
    for _ in range(2):
        someone = person(user=given)
        desk = someone.app._desk
        controls = Controls(desk, someone.app._show, Kept(given, tmp_path))
        proposed.append(desk.hand.advisor.look("move", desk.hand.modes, ()))
        for mode, after in (("move", "height"), ("height", "grip"), ("grip", "move")) * 3:
            desk.hand.advisor.switched(mode, after)
        controls.close()
    assert (proposed[0], proposed[1].mode) == (None, "height")


def test_what_was_chosen_is_counted_for_the_next_session_and_events_are_kept_on_request(person, tmp_path):
    from tests.support.ui_person import Person

    given = user(scan=STEP, switch=SwitchConfig(post_acceptance=0.0))
    someone: Person = person(user=given)
    kept = Kept(given, tmp_path, record=True)
    someone.app._controls._kept, someone.app._controls._pipeline = kept, kept.pipeline()
    someone.frames(2)
    someone.press(code=pygame.K_TAB)
    someone.wait(0.3)
    someone.press()
    someone.wait(0.3)
    someone.app._controls.close()
    someone.app._controls.close()
    assert list(json.loads((tmp_path / "use" / "guest.json").read_text()).values()) == [1]
    (recorded,) = (tmp_path / "input").glob("guest-*.jsonl")
    again = replay(recorded)
    assert again.difference is None
    assert any(action.startswith("Select(") for action in again.actions)


def test_who_goes_over_to_other_switches_chooses_with_them_at_once(person, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = own_file("anna")
    path.parent.mkdir(parents=True)
    bed = 'keys_select = ["a"]\nkeys_next = ["b"]\nscan.method = "step"\njoystick.wiring = [1]\n'
    path.write_text(f'name = "anna"\nversion = 2\n[scan]\nmethod = "step"\n[variants.in_bed]\n{bed}')
    keeper = Keeper(load_profile("anna"))
    someone = person(user=load_profile("anna").user)
    desk = someone.app._desk
    someone.app.keep_with(keeper)
    desk.stop_tests._passed.add("keyboard")
    desk.go_to("me")
    someone.wait(0.5)
    while someone.view.lit != "variant":
        someone.press(code=pygame.K_TAB)
        someone.wait(0.5)
    someone.press()
    someone.wait(0.8)
    keeper.close()
    first = someone.view.lit
    someone.press(code=pygame.K_TAB)
    someone.wait(0.8)
    assert someone.view.lit == first, "the old switch moves nothing any more"
    while someone.view.lit != "leave":
        someone.press(code=pygame.K_b)
        someone.wait(0.8)
    someone.press(code=pygame.K_a)
    someone.wait(0.5)
    assert someone.view.screen == "home"
    assert "sideways" in desk.hand.modes
    assert not desk.stop_tests.passed("keyboard"), "the other switch has to be seen to stop the arm"


def test_who_chooses_by_pointer_reads_what_staying_chooses_and_elsewhere_that_they_have_to_point(person):
    pointing = UserConfig(name="guest", scan=ScanConfig(method="direct"), stop_test="press")
    someone = person(user=pointing)
    someone.wait(0.1)
    assert lit_tiles(someone) == []
    assert "Point at a tile" in shown(someone)
    someone.point((5, 5))
    someone.point("settings")
    assert lit_tiles(someone) == ["settings"]
    assert "Stay = Settings" in shown(someone)
    someone.press()
    someone.wait(0.5)
    assert someone.view.screen == "settings"


def test_with_nothing_but_a_switch_the_frame_moves_by_itself_and_shows_its_time(person):
    someone = person(user=user(scan=ScanConfig(method="direct", interval=1.0)))
    someone.wait(0.1)
    assert "Press = start again" in shown(someone)
    someone.press()
    someone.wait(0.5)
    assert someone.session.task is None, "the first press only brings the frame"
    assert 0.0 < someone.app._show._status.time_left < 1.0
    someone.choose("settings")
    someone.wait(0.5)
    assert someone.view.screen == "settings"


@pytest.mark.parametrize("auditory", [True, False])
def test_no_tile_passes_unheard_while_something_else_is_said_to_who_scans_by_ear(person, auditory):
    scan = ScanConfig(interval=1.0, first_extra=0.0, auditory=auditory)
    someone = person(user=user(scan=scan))
    someone.wait(1.5)
    someone.voice.said.clear()
    someone.app._controls.warn("The box is gone. " * 6)
    lit = someone.view.lit
    someone.wait(4.0)
    assert (someone.view.lit == lit) == auditory
    someone.wait(8.0)
    names = [item.label for item in someone.view.items]
    heard = [names.index(said) for said in someone.voice.said if said in names]
    assert all((b - a) % len(names) == 1 for a, b in pairwise(heard))
    assert len(heard) >= 3
