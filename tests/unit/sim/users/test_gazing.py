"""Simulated gazes, through the whole pipeline."""

from __future__ import annotations

import pytest

from armctl.access.actions import HoldEnd, HoldStart, ScanItem, Select
from armctl.access.events import PointerEvent, PointerLeft
from armctl.access.pipeline import AccessPipeline
from armctl.config.pointing import DwellConfig
from armctl.config.user import ScanConfig, UserConfig
from sim.users.gazing import DEGREE, GAZES, Gaze, looked

TILES = tuple(ScanItem(name, name, name == "hold", (k * 220.0, 0.0, 200.0, 200.0)) for k, name in enumerate("abcd"))
TILES = (*TILES[:3], ScanItem("hold", "hold", True, (660.0, 0.0, 200.0, 200.0)))
PLACES = {item.id: (item.rect[0] + 100.0, 100.0) for item in TILES} | {"rest": (430.0, 600.0)}
USER = UserConfig(
    name="test",
    scan=ScanConfig(method="direct"),
    dwell=DwellConfig(gaze=True, time=1.0, radius=60.0, magnet=15.0),
)


def meant(targets, gaze, seed):
    """Return what looking at ``targets`` (how long, where) amounts to."""
    pipeline = AccessPipeline(USER)
    pipeline.set_items(TILES, "start", 0.0)
    actions, moving = [], False
    for event in looked([(seconds, PLACES[name]) for seconds, name in targets], gaze, seed):
        new = pipeline.feed(event, moving)
        for action in new:
            moving = isinstance(action, HoldStart) or (moving and not isinstance(action, HoldEnd))
        actions += new
    return actions


def chosen(actions):
    return [action.item for action in actions if isinstance(action, Select)]


def test_a_gaze_is_as_biased_noisy_and_blinking_as_told():
    log = looked([(60.0, (0.0, 0.0))], Gaze(bias=(1.0, 0.0), spread=0.0, drift=0.0, blinks=15.0), 1)
    assert {event.x for event in log if isinstance(event, PointerEvent)} == {DEGREE}
    assert 7 <= sum(isinstance(event, PointerLeft) for event in log) <= 25
    assert not any(isinstance(event, PointerLeft) for event in looked([(60.0, (0.0, 0.0))], GAZES["silent"], 1))


@pytest.mark.parametrize("name", ["good", "typical", "silent"])
@pytest.mark.parametrize("seed", range(5))
def test_who_looks_at_tiles_one_after_the_other_chooses_these_and_no_others(name, seed):
    actions = meant(
        [(0.5, "rest"), (4.0, "b"), (0.8, "rest"), (4.0, "a"), (1.0, "rest"), (4.0, "b")], GAZES[name], seed
    )
    assert chosen(actions) == ["b", "a", "b"]


@pytest.mark.parametrize("seed", range(5))
def test_who_looks_about_for_a_minute_chooses_nothing(seed):
    assert chosen(meant([(0.6, name) for name in ("a", "rest", "b", "c", "rest") * 20], GAZES["typical"], seed)) == []


@pytest.mark.parametrize("name", GAZES)
@pytest.mark.parametrize("seed", range(3))
def test_who_looks_away_or_blinks_while_the_arm_moves_stops_it(name, seed):
    gaze = GAZES[name]
    actions = meant([(0.5, "rest"), (6.0, "hold"), (3.0, "rest")], gaze, seed)
    begun = [action for action in actions if isinstance(action, HoldStart)]
    ended = [action for action in actions if isinstance(action, HoldEnd)]
    assert len(begun) == len(ended)
    assert all(end.stamp <= 6.5 + 2.0 / gaze.rate for end in ended)
