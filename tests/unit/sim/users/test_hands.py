"""Simulated hands choose what they want at the real access pipeline, as each shipped profile says its person does."""

import pytest

from armctl.access.actions import ScanItem, Select
from armctl.access.pipeline import AccessPipeline
from armctl.config.load import builtin, builtin_names, load
from armctl.config.user import UserConfig
from sim.users.casting import hand_for
from sim.users.presser import Habit
from sim.users.sight import Sight

SIZE = (1280, 800)
FRAME = 0.02
TILES = tuple(
    ScanItem(f"tile{n}", f"Tile {n}", rect=(100.0 + 350.0 * (n % 3), 150.0 + 300.0 * (n // 3), 300.0, 250.0))
    for n in range(6)
)
QUICK = Habit(0.3, 0.03, 0.03)


class Desk:
    """A person before six tiles, who wants one after the other."""

    def __init__(self, user, habit=QUICK, spread=4.0):
        self.pipeline = AccessPipeline(user)
        self.pipeline.set_window(*SIZE)
        self.hand = hand_for(user, habit, spread, seed=3)
        self.now, self.chosen = 0.0, []
        self.show("first")

    def show(self, screen):
        self.pipeline.set_items(TILES, screen, self.now, steers=False)

    def want(self, tile, seconds=60.0):
        """Let them go on until something was chosen; return it."""
        before, end = len(self.chosen), self.now + seconds
        while len(self.chosen) == before and self.now < end:
            self.frame(tile)
        return self.chosen[-1] if len(self.chosen) > before else None

    def frame(self, tile):
        self.now = round(self.now + FRAME, 6)
        events = self.hand.act(tile, self.seen(), self.now)
        actions = [action for event in events for action in self.pipeline.feed(event, False)]
        for action in (*actions, *self.pipeline.tick(self.now, False)):
            if isinstance(action, Select):
                self.chosen.append(action.item)

    def seen(self):
        line = self.pipeline
        lit = line.lit_group if line.lit is None else (line.lit,)
        tiles = {tile.id: tile.rect for tile in TILES}
        return Sight("screen", lit, tiles, moving=False, size=SIZE, resting=line.resting)


def profile(name, **changes):
    return UserConfig.model_validate({**load(builtin("users", name), UserConfig).model_dump(), **changes})


@pytest.mark.parametrize("name", builtin_names("users"))
def test_with_every_shipped_profile_a_quick_person_gets_what_they_want(name):
    desk = Desk(profile(name))
    wanted = ["tile4", "tile0", "tile2", "tile5"]
    got = []
    for number, tile in enumerate(wanted):
        got.append(desk.want(tile))
        for _ in range(100):
            desk.frame(None)
        desk.show(f"screen {number}")
    assert got == wanted
    assert desk.hand.presses >= len(wanted)


def test_who_wants_nothing_chooses_nothing():
    desk = Desk(profile("one_switch_auto"))
    assert desk.want(None, 30.0) is None
    assert desk.hand.presses == 0


def test_somebody_who_is_late_gets_the_next_tile_where_the_highlight_is_too_fast_and_theirs_where_it_is_not():
    late = Habit(0.9, 0.02, 0.02)
    scan = {"method": "auto", "rounds": 9, "first_extra": 0.0}
    fast = Desk(profile("one_switch_auto", scan={**scan, "interval": 0.5}), late)
    slow = Desk(profile("one_switch_auto", scan={**scan, "interval": 2.0}), late)
    assert fast.want("tile2") in ("tile3", "tile4")
    assert slow.want("tile2") == "tile2"


def test_a_person_who_lapses_presses_less_often_than_there_are_chances():
    always, seldom = (Desk(profile("one_switch_auto"), Habit(0.3, 0.02, 0.02, lapse=share)) for share in (0.0, 0.95))
    always.want("tile1", 10.0)
    seldom.want("tile1", 10.0)
    assert seldom.hand.presses < always.hand.presses


def test_brushing_the_switch_chooses_what_nobody_wanted():
    restless = Habit(0.3, 0.02, 0.02, mistakes=60.0)
    desk = Desk(profile("one_switch_auto", switch={"acceptance": 0.0, "post_acceptance": 0.0}), restless)
    assert desk.want(None, 60.0) is not None
