"""Every tile that sets the arm in motion can be taken back; none that does not has to wait."""

import pytest

from armctl.access.plan import ids_of, plan
from armctl.config.user import MotionConfig, ScanConfig, UserConfig
from ui.layout import Box
from ui.motions import Motion
from ui.moving import GROUPS, MOVING, scan_item
from ui.page import Tile
from ui.screens import SCREENS

BOX = Box(1, 2, 3, 4)


@pytest.mark.parametrize(
    ("screen", "tile", "moves"),
    [
        ("home", Tile("task:drink", "Drink", "cup"), True),
        ("home", Tile("settings", "Settings", "gear"), False),
        ("move", Tile("up", "Up", "up", Motion(linear=(0, 0, 1))), True),
        ("move", Tile("up", "Up", "up", Motion(linear=(0, 0, 1)), holds=True), False),
        ("move", Tile("undo", "Undo", "undo"), True),
        ("running", Tile("answer:0", "Yes", "check"), True),
        ("running", Tile("cancel", "End the task", "home"), False),
        ("stop_test", Tile("try", "Start slowly", "move"), True),
        ("unheard of", Tile("task:drink", "Drink", "cup"), False),
    ],
)
def test_what_moves_the_arm(screen, tile, moves):
    item = scan_item(tile, BOX, screen)
    assert (item.moves, item.id, item.holds, item.rect) == (moves, tile.id, tile.holds, BOX)


def test_directions_belong_together_and_so_do_the_others():
    assert scan_item(Tile("up", "", "", Motion(linear=(0, 0, 1))), BOX, "move").group == "directions"
    assert scan_item(Tile("leave", "", ""), BOX, "move").group == "places"


@pytest.mark.parametrize("screen", ["home", "settings", "sound", "look", "practice"])
def test_by_groups_no_screen_is_one_long_row_and_every_tile_is_reached(person, screen):
    someone = person(user=UserConfig(name="x", scan=ScanConfig(pattern="group")), size=(1280, 800))
    someone.app._desk.go_to(screen)
    someone.frames(2)
    items = someone.app._show.items
    groups = plan("group", items)
    assert 2 <= len(groups) < len(items)
    assert [name for node in groups for name in ids_of(node)] == [item.id for item in items]


def test_only_screens_there_are_are_named():
    assert {*MOVING, *GROUPS} <= set(SCREENS)


@pytest.mark.parametrize("screen", ["home", "move"])
def test_no_tile_outside_of_the_table_asks_the_session_for_motion(person, screen):
    """Each tile of the screen is chosen for itself: what then moves the arm must be one that can be taken back."""
    asks = ("start_task", "move_by", "move_joints", "undo", "way_out", "grip", "jog", "resume_task")
    given = UserConfig(name="x", scan=ScanConfig(method="step"), motion=MotionConfig(jog="step"))
    someone = person(user=given)
    someone.app._desk.go_to(screen)
    someone.frames(2)
    for item in [item for item in someone.app._show.items if not item.moves]:
        someone.session.calls.clear()
        SCREENS[screen].select(someone.app._desk, item.id)
        assert not [call for call in someone.session.calls if call[0] in asks], item.id
        someone.app._desk.go_to(screen)
        someone.frames(1)
