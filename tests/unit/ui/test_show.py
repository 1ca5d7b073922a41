"""What is shown is what can be chosen, and tiles look as the input says."""

import pytest

from armctl.config.user import ScanConfig, UserConfig
from ui.page import Tile
from ui.show import PICTURE_TIME, Status, tile_state
from ui.widgets import RING_STEPS, TileState

CUP = Tile("cup", "Drink", "cup")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status(), TileState()),
        (Status(lit="home"), TileState()),
        (Status(lit="cup", time_left=0.5), TileState(lit=True, ring=RING_STEPS // 2)),
        (Status(lit="cup", held="cup", time_left=1.0), TileState(lit=True, pressed=True, ring=RING_STEPS)),
        (Status(flash="cup"), TileState(pressed=True)),
        (Status(dwell=("cup", 0.25)), TileState(lit=True, ring=RING_STEPS // 4)),
        (Status(lit="home", dwell=("home", 0.25)), TileState()),
    ],
)
def test_how_a_tile_looks(status, expected):
    assert tile_state(CUP, status) == expected


def test_view_and_pipeline_see_the_same_choices(person):
    someone = person()
    items = someone.app._show.items
    assert [item.id for item in items] == someone.ids
    assert [item.rect for item in items] == [item.rect for item in someone.view.items]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_whole_new_screen_is_drawn_in_pieces_with_a_look_at_the_inputs_between(person, theme):
    someone = person()
    desk, show = someone.app._desk, someone.app._show
    desk.change(theme=theme)
    desk.go_to("settings")
    looks = []
    show.between = lambda: looks.append(len(show._painter.canvas.changed))
    someone.frames(1)
    drawn = len(show._painter.canvas.changed)
    assert drawn > 5
    assert set(range(drawn)) <= set(looks), "two parts were drawn without a look between"


def test_the_picture_is_drawn_every_second_frame_while_the_arm_moves(person):
    someone = person()
    someone.session.change(mode="moving")
    someone.session._until = 1e9
    someone.frames(2)
    canvas = someone.app._show._painter.canvas
    picture = someone.app._show._placed.frame.picture
    drawn = 0
    for _ in range(30):
        someone.frames(1)
        drawn += picture in canvas.changed
    assert drawn == pytest.approx(15, abs=2)
    assert PICTURE_TIME < 2 / 60


def test_a_still_screen_draws_only_the_lit_tile(person):
    someone = person()
    someone.wait(1.0)
    canvas, placed = someone.app._show._painter.canvas, someone.app._show._placed
    someone.frames(1)
    assert set(canvas.changed) <= set(placed.tiles) | {placed.frame.bottom}


@pytest.mark.parametrize("pattern", ["linear", "row_column"])
def test_no_frame_of_a_new_screen_says_what_a_press_did_on_the_one_before(pattern, person):
    someone = person(user=UserConfig(name="guest", scan=ScanConfig(pattern=pattern)))
    for screen in ("settings", "home", "move"):
        someone.app._desk.go_to(screen)
        for _ in range(3):
            someone.frames(1)
            lines = someone.view.text.split("\n")
            said = [line.partition(" = ")[2].split(", ") for line in lines if " = " in line]
            assert "Point at a tile" not in lines
            assert set().union(*said) <= {item.label for item in someone.view.items}
        assert said


def test_another_theme_repaints_everything(person):
    someone = person()
    before = someone.app._show.surface.get_at((2, 2))
    someone.app._desk.change(theme="light")
    someone.frames(1)
    assert someone.app._show.surface.get_at((2, 2)) != before
    assert len(someone.app._show._painter.canvas.written) >= 5
