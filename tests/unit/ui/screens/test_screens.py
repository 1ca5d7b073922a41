"""Every screen makes a page for every state it may be shown in, and does what its tiles say."""

import dataclasses
from typing import get_args

import pytest

from armctl.control.messages import MotionReport, PeerGone
from ui.icons import ICONS
from ui.motions import StickMode
from ui.screens import SCREENS
from ui.screens.alert import WHO
from ui.screens.move import STICK_WORDS, rows

KNOWN = {
    "home": {"move", "settings", "task:drink", "task:hand_over", "task:go_home", "practice", "help"},
    "settings": {"slower", "faster", "scan_slower", "scan_faster", "sound", "look", "me", "frame", "leave"},
    "sound": {"voice", "sounds", "quieter", "louder", "back", "leave"},
    "look": {"theme", "language", "smaller", "larger", "back", "leave"},
}


@pytest.mark.parametrize("name", SCREENS)
def test_every_tile_has_words_an_icon_and_a_name_of_its_own(name, person):
    someone = person()
    desk = someone.app._desk
    someone.session.notices.append(PeerGone("control", "It ended."))
    someone.session.fault()
    page = SCREENS[name].page(desk)
    assert page.title
    assert len({tile.id for tile in page.tiles}) == len(page.tiles)
    for tile in page.tiles:
        assert tile.label
        assert tile.icon in ICONS


@pytest.mark.parametrize("name", KNOWN)
def test_tiles_keep_their_names(name, person):
    assert {tile.id for tile in SCREENS[name].page(person().app._desk).tiles} == KNOWN[name]


@pytest.mark.parametrize("page", ["translate", "rotate", "grip"])
def test_each_direction_has_its_opposite(page, person):
    desk = person().app._desk
    desk.turn_to(page)
    motions = [row[3] for row in rows(desk)]
    for motion in motions:
        opposite = tuple(-value for value in (*motion.linear, *motion.angular, motion.grip))
        assert opposite in [(*other.linear, *other.angular, other.grip) for other in motions]


def test_an_arm_of_six_joints_can_turn_its_hand_too(person, monkeypatch):
    desk = person().app._desk
    desk.turn_to("rotate")
    assert "turn_left" not in [row[0] for row in rows(desk)]
    monkeypatch.setattr(type(desk), "can_turn", property(lambda _: True))
    assert "turn_left" in [row[0] for row in rows(desk)]


@pytest.mark.parametrize(("jog", "holds"), [("hold", True), ("step", False), ("click", False)])
def test_direction_tiles_are_held_only_where_the_person_holds(jog, holds, person):
    someone = person()
    someone.app._desk.change_motion(jog=jog)
    page = SCREENS["move"].page(someone.app._desk)
    assert {tile.holds for tile in page.tiles if tile.motion is not None} == {holds}
    assert not any(tile.holds for tile in page.tiles if tile.motion is None)


def test_undo_is_offered_only_when_something_can_be_undone(person):
    someone = person()
    desk = someone.app._desk
    assert "undo" not in [tile.id for tile in SCREENS["move"].page(desk).tiles]
    someone.session.change(undo=1)
    assert "undo" in [tile.id for tile in SCREENS["move"].page(desk).tiles]
    SCREENS["move"].select(desk, "undo")
    assert someone.session.said("undo")


def test_the_move_screen_leads_to_its_pages_and_home(person):
    desk = person().app._desk
    desk.go_to("move")
    for item, page in (("to:rotate", "rotate"), ("to:grip", "grip"), ("to:translate", "translate")):
        SCREENS["move"].select(desk, item)
        assert (desk.page, desk.chosen) == (page, "move")
    SCREENS["move"].select(desk, "leave")
    assert desk.chosen == "home"


def test_choosing_with_a_stick_there_is_a_way_back_to_moving_on_every_page(person):
    desk = person().app._desk
    for page in ("translate", "rotate", "grip"):
        desk.turn_to(page)
        desk.stick = "choose"
        assert f"to:{page}" in [tile.id for tile in SCREENS["move"].page(desk).tiles]
    assert set(STICK_WORDS) == set(get_args(StickMode))


@pytest.mark.parametrize("who", WHO)
def test_an_alert_says_who_can_help(who, person):
    someone = person()
    someone.session.fault(who=who)
    page = SCREENS["alert"].page(someone.app._desk)
    assert page.lines[-1].text == WHO[who]
    assert page.alert


def test_a_question_offers_its_answers_first_and_a_way_out_last(person):
    someone = person()
    desk = someone.app._desk
    someone.choose("task:drink")
    someone.until(lambda: someone.session.task.phase == "waiting")
    page = SCREENS["running"].page(desk)
    assert [(tile.id, tile.label) for tile in page.tiles] == [
        ("answer:0", "Yes"),
        ("answer:1", "Put it back"),
        ("cancel", "End the task"),
    ]


def test_progress_never_runs_backwards_within_a_step_nor_beyond_the_end(person):
    someone = person()
    someone.choose("task:drink")
    page = SCREENS["running"].page(someone.app._desk)
    assert 0.0 <= page.progress <= 1.0
    assert page.remaining > 0


def test_each_setting_has_an_end(person):
    someone = person()
    desk = someone.app._desk
    for _ in range(80):
        SCREENS["settings"].select(desk, "scan_slower")
        SCREENS["settings"].select(desk, "slower")
    assert (desk.user.scan.interval, desk.user.motion.speed) == (5.0, 0.1)
    ends = {tile.id for tile in SCREENS["settings"].page(desk).tiles if not tile.enabled}
    assert ends == {"scan_slower", "slower"}


def test_without_an_arm_there_is_nothing_to_choose(person):
    someone = person()
    assert SCREENS["disconnected"].page(someone.app._desk).tiles == ()
    SCREENS["disconnected"].select(someone.app._desk, "anything")
    assert someone.session.calls == []


def test_an_arm_that_lost_its_place_is_not_looked_for_at_the_cable(person):
    someone = person()

    def words():
        return [line.text for line in SCREENS["disconnected"].page(someone.app._desk).lines]

    someone.session.change(mode="disconnected")
    assert any("cable" in line for line in words())
    told = "Nobody knows where the arm is until it was homed. Make room around the arm; then home it: armctl home."
    someone.session.change(notice=told)
    assert told in words()
    assert not any("cable" in line for line in words())


def test_backing_out_is_offered_wherever_one_is_stuck_and_nowhere_else(person):
    someone = person()
    desk = someone.app._desk
    for name in ("home", "move"):
        assert "way_out" not in [tile.id for tile in SCREENS[name].page(desk).tiles]
    someone.session.change(stuck=True, undo=2)
    for name in ("home", "move"):
        tiles = [tile.id for tile in SCREENS[name].page(desk).tiles]
        assert "way_out" in tiles
        assert "undo" not in tiles
        SCREENS[name].select(desk, "way_out")
        someone.frames(90)
        someone.session.change(stuck=True)
    assert len(someone.session.said("way_out")) == 2
    someone.session.change(undo=0)
    assert "way_out" not in [tile.id for tile in SCREENS["home"].page(desk).tiles]


def test_a_stopped_task_offers_backing_out_when_the_arm_is_stuck(person):
    someone = person()
    someone.choose("task:drink")
    someone.session.stop()
    someone.frames(30)
    someone.session.change(stuck=True, undo=1)
    page = SCREENS["running"].page(someone.app._desk)
    assert [tile.id for tile in page.tiles] == ["way_out", "resume", "cancel"]
    SCREENS["running"].select(someone.app._desk, "way_out")
    assert someone.session.said("way_out")


@pytest.mark.parametrize(("at_face", "first"), [(True, "undo"), (False, "resume")])
def test_who_stopped_the_arm_at_their_face_is_offered_the_way_away_from_it_first(person, at_face, first):
    someone = person()
    someone.choose("task:drink")
    someone.session.stop()
    someone.frames(30)
    someone.session.change(undo=1)
    someone.session.task = dataclasses.replace(someone.session.task, at_face=at_face)
    tiles = SCREENS["running"].page(someone.app._desk).tiles
    assert (tiles[0].id, tiles[0].look) == (first, "go")
    assert sorted(tile.id for tile in tiles) == ["cancel", "resume", "undo"]


def test_an_arm_that_comes_to_rest_after_a_press_does_not_say_that_it_goes_back(person):
    someone = person()
    someone.choose("task:drink")
    someone.session.stop()
    said = {line.text for line in SCREENS["running"].page(someone.app._desk).lines}
    assert "Stopping" in said
    assert "Going back" not in said


def test_an_alert_says_that_there_is_a_way_back_only_when_there_is_one(person):
    someone = person()
    someone.session.fault()
    before = len(SCREENS["alert"].page(someone.app._desk).lines)
    someone.session.change(stuck=True, undo=1)
    lines = SCREENS["alert"].page(someone.app._desk).lines
    assert len(lines) == before + 1
    assert "go back the way it came" in lines[-1].text


@pytest.mark.parametrize("kind", ["wayout", "undo"])
def test_while_it_goes_back_the_screen_says_so_and_how_long(kind, person):
    someone = person()
    motion = MotionReport(5, kind, "running", progress=0.3, remaining=4.0)
    someone.session.change(mode="moving", motion=motion, undo=1, stuck=True)
    for name in ("home", "move"):
        page = SCREENS[name].page(someone.app._desk)
        assert page.title == "Going back"
        assert (page.progress, page.remaining, page.tiles) == (0.3, 4.0, ())
        assert "STOP" in page.banner


def test_the_frame_of_directions_goes_round(person):
    desk = person().app._desk
    seen = []
    for _ in range(4):
        seen.append(desk.user.motion.frame)
        SCREENS["settings"].select(desk, "frame")
    assert seen == ["user", "base", "tool", "user"]
