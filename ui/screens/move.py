"""Moving the arm by hand: directions, turning the hand, the gripper. A stick works in the same three ways."""

from __future__ import annotations

from typing import Final

from ui.backing import WAY_OUT, going_back, way_out_tiles
from ui.desk import Desk
from ui.motions import Motion, StickMode
from ui.page import WIDE_PICTURE, Line, Page, Tile
from ui.text import _, marked

Row = tuple[str, str, str, Motion]
ADVICE: Final = "stick:advice"
NEXT_MODE: Final = "stick:next"
"""Ids of the tiles that change what the stick does."""

TRANSLATE: Final[tuple[Row, ...]] = (
    ("left", marked("Left"), "left", Motion(linear=(0, 1, 0))),
    ("right", marked("Right"), "right", Motion(linear=(0, -1, 0))),
    ("up", marked("Up"), "up", Motion(linear=(0, 0, 1))),
    ("down", marked("Down"), "down", Motion(linear=(0, 0, -1))),
    ("ahead", marked("Away"), "forward", Motion(linear=(1, 0, 0))),
    ("back", marked("Closer"), "back", Motion(linear=(-1, 0, 0))),
)
ROTATE: Final[tuple[Row, ...]] = (
    ("tilt_up", marked("Tilt up"), "tilt_up", Motion(angular=(0, -1, 0))),
    ("tilt_down", marked("Tilt down"), "tilt_down", Motion(angular=(0, 1, 0))),
    ("roll_left", marked("Roll left"), "turn_left", Motion(angular=(-1, 0, 0))),
    ("roll_right", marked("Roll right"), "turn_right", Motion(angular=(1, 0, 0))),
)
TURN: Final[tuple[Row, ...]] = (
    ("turn_left", marked("Turn left"), "left", Motion(angular=(0, 0, 1))),
    ("turn_right", marked("Turn right"), "right", Motion(angular=(0, 0, -1))),
)
GRIP: Final[tuple[Row, ...]] = (
    ("open", marked("Open"), "grip_open", Motion(grip=1)),
    ("close", marked("Close"), "grip_close", Motion(grip=-1)),
)

_TITLES: Final = {
    "translate": marked("Move the arm"),
    "rotate": marked("Turn the hand"),
    "grip": marked("Open and close"),
}
_PAGES: Final = {
    "translate": Tile("to:translate", marked("Move"), "move"),
    "rotate": Tile("to:rotate", marked("Turn"), "turn_right"),
    "grip": Tile("to:grip", marked("Grip"), "grip_open"),
}
STICK_WORDS: Final[dict[StickMode, str]] = {
    "move": marked("Stick: left, right, away, closer"),
    "height": marked("Stick: up, down"),
    "rotate": marked("Stick: tilt and roll"),
    "grip": marked("Stick: open and close"),
    "choose": marked("Stick: choose a tile"),
    "all": marked("Stick: move and turn"),
    "away": marked("Stick: away, closer"),
    "sideways": marked("Stick: left, right"),
    "upward": marked("Stick: up, down"),
    "tilt": marked("Stick: tilt"),
    "roll": marked("Stick: roll"),
    "turn": marked("Stick: turn"),
}
"""What the stick does in each mode."""
STICK_NAMES: Final[dict[StickMode, tuple[str, str]]] = {
    "all": (marked("Move"), "move"),
    "move": (marked("Move"), "move"),
    "height": (marked("Up, down"), "up"),
    "rotate": (marked("Turn"), "turn_right"),
    "away": (marked("Away, closer"), "forward"),
    "sideways": (marked("Left, right"), "left"),
    "upward": (marked("Up, down"), "up"),
    "tilt": (marked("Tilt"), "tilt_up"),
    "roll": (marked("Roll"), "turn_right"),
    "turn": (marked("Turn"), "left"),
    "grip": (marked("Grip"), "grip_open"),
    "choose": (marked("Choose"), "move"),
}
"""Each mode in a word, and its icon."""


def rows(desk: Desk) -> tuple[Row, ...]:
    """Return the directions of the desk's page."""
    if desk.page == "translate":
        return TRANSLATE
    if desk.page == "grip":
        return GRIP
    return (*ROTATE, *TURN) if desk.can_turn else ROTATE


class MoveScreen:
    """Direction tiles that move the arm while held (or a step, or on until a press, by profile)."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles of the desk's page."""
        back = going_back(desk)
        if back is not None:
            return back
        holds = desk.user.motion.jog == "hold"
        tiles = [Tile(name, _(label), icon, motion, holds=holds) for name, label, icon, motion in rows(desk)]
        tiles += [self._other(tile) for page, tile in _PAGES.items() if page != desk.page or desk.stick == "choose"]
        undo = desk.snapshot.undo if desk.snapshot is not None else 0
        # One place for both, so that the others keep theirs: backing out begins with what undo would do.
        tiles += way_out_tiles(desk) or ([Tile("undo", _("Undo"), "undo")] if undo else [])
        tiles.append(Tile("leave", _("Home"), "home"))
        tiles += self._stick_tiles(desk)  # last, so that the others keep their places
        lines = (Line(_(STICK_WORDS[desk.stick]), "soft"),) if desk.uses_stick else ()
        return Page(
            _(_TITLES[desk.page]),
            tuple(tiles),
            lines,
            picture=WIDE_PICTURE,
            columns=2,  # left beside right, up beside down
            moves=True,
        )

    @staticmethod
    def _other(tile: Tile) -> Tile:
        return Tile(tile.id, _(tile.label), tile.icon)

    @staticmethod
    def _stick_tiles(desk: Desk) -> list[Tile]:
        """Return the tile that changes what the stick does: what is proposed, or the next for those who choose it."""
        advice = desk.advice
        if advice is not None:
            name, icon = STICK_NAMES[advice]
            return [Tile(ADVICE, _("Next: {mode}?").format(mode=_(name)), icon, look="go")]
        if desk.uses_stick and desk.user.joystick.modes_by == "tile":
            return [Tile(NEXT_MODE, _("Next for the stick"), "move")]
        return []

    def select(self, desk: Desk, item: str) -> None:
        """Move, turn to another page, undo, or leave."""
        motion = next((row[3] for row in rows(desk) if row[0] == item), None)
        if motion is not None and desk.user.motion.jog == "step":
            desk.step(motion)
        elif motion is not None:
            desk.go(motion)
        elif item == "to:translate":
            desk.turn_to("translate")
        elif item == "to:rotate":
            desk.turn_to("rotate")
        elif item == "to:grip":
            desk.turn_to("grip")
        elif item == "undo":
            desk.session.undo()
        elif item == WAY_OUT:
            desk.session.way_out()
        elif item == ADVICE:
            desk.take_advice()
        elif item == NEXT_MODE:
            desk.next_stick_mode()
        else:
            desk.go_to("home")
