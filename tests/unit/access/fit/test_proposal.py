"""What is proposed, and that nothing is where too little is known."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.access.fit.measured import Measured
from armctl.access.fit.pointer import PointerFigures
from armctl.access.fit.presses import HoldFigures, PressFigures, RestFigures
from armctl.access.fit.proposal import applied, propose, value_of
from armctl.access.fit.propose_pointer import beside
from armctl.access.fit.propose_stick import moves_at_rest
from armctl.access.fit.propose_switch import habits_with
from armctl.access.fit.stick import ASKED, Push, StickFigures, Tremor
from armctl.config.pointing import JoystickConfig
from armctl.config.user import ScanConfig, SwitchConfig, UserConfig

GUEST = UserConfig(name="guest", scan=ScanConfig(interval=3.0))


def presses(mean=0.9, cv=0.2, count=22, **changes):
    draw = random.Random(4)
    times = [draw.gauss(0, 1) for _ in range(count)]
    middle = sum(times) / count
    sd = (sum((t - middle) ** 2 for t in times) / (count - 1)) ** 0.5
    given = {"count": 24, "holds": (0.3,) * count, "waits": (1.6,) * 24} | changes
    return PressFigures(times=tuple(mean + cv * mean * (t - middle) / sd for t in times), **given)


def fit(user=GUEST, **parts):
    return propose(Measured(**{"rest": RestFigures(30.0)} | parts), user)


def test_the_interval_is_proposed_with_its_reason():
    found = fit(presses=presses())
    assert found.settings == {"scan.interval": 1.4}
    assert found.changes[0].why.startswith(
        "Your presses take 0.9 s on average; 1.40 s on each tile gives you time on 9"
    )
    assert found.after.late > found.before.late
    assert found.after.right_a_minute > found.before.right_a_minute


def test_uneven_presses_are_told_and_get_more_time():
    found = fit(presses=presses(mean=1.3, cv=0.46))
    assert found.settings["scan.interval"] > 2.0
    assert "vary much" in found.changes[0].why


def test_too_few_presses_propose_nothing_and_say_so():
    found = fit(presses=presses(count=9), rest=RestFigures(12.0, 5, (0.1,) * 5))
    assert found.changes == ()
    assert found.after is None
    assert found.notes == ("Only 9 presses were measured; 10 are needed to say something about your switch.",)


def test_nothing_measured_proposes_nothing_and_says_so():
    for found in (fit(rest=None), fit(rest=RestFigures(30.0, 2, (0.1, 0.1)))):
        assert found.changes == ()
        assert found.notes == ("Nothing was measured: no press, no stick and no pointer came.",)


def test_short_mistakes_are_told_apart_from_meant_presses():
    found = fit(presses=presses(), rest=RestFigures(30.0, 3, (0.05, 0.08, 0.1)))
    assert 0.1 <= found.settings["switch.acceptance"] <= 0.8 * 0.3
    why = next(change.why for change in found.changes if change.setting == "switch.acceptance")
    assert "of 100 presses by mistake are shorter than" in why
    assert found.after.wrong < found.before.wrong


def test_mistakes_nearly_as_long_as_meant_presses_are_still_filtered_as_far_as_it_helps():
    """All or nothing would leave ten wrong presses a minute to whoever could be rid of most of them."""
    meant = tuple(0.2 * math.exp(0.25 * z) for z in (-1.5, -1.2, -1, -0.7, -0.4, -0.2, 0, 0.2, 0.4, 0.7, 1, 1.3, 1.5))
    brushes = (0.06, 0.07, 0.09, 0.12, 0.13)
    found = fit(presses=presses(holds=meant), rest=RestFigures(30.0, 5, brushes))
    assert 0.06 < found.settings["switch.acceptance"] < min(meant)
    assert (
        found.after.wrong < 0.8 * fit(presses=presses(holds=meant), rest=RestFigures(30.0, 5, (0.4,) * 5)).after.wrong
    )


def test_short_presses_before_the_star_go_wrong_no_more_once_a_press_has_to_last():
    """Whether haste or a brush: what the acceptance time filters chooses nothing."""
    bare, waits = SwitchConfig(), SwitchConfig(acceptance=0.15)
    brushed, meant = (presses(early=0.25, early_holds=(each,) * 6) for each in (0.07, 0.3))
    for figures, falls in ((brushed, True), (meant, False)):
        shares = [habits_with(figures, RestFigures(30.0), switch).early for switch in (bare, waits)]
        assert (shares[1] < 0.2 * shares[0]) is falls


def test_who_presses_all_the_time_gets_no_time_on_tiles_from_it_and_is_told():
    for figures in (
        {"presses": presses(), "rest": RestFigures(30.0, 15, (0.4,) * 15)},
        {"presses": presses(count=12, early=0.7)},
    ):
        found = fit(**figures)
        assert "scan.interval" not in found.settings
        assert any("all the time" in note for note in found.notes)


def test_the_longest_of_second_presses_are_mistakes_where_so_many_come():
    """Ten a minute that nobody means bring four within 1.3 s of 22 answers; a wait for them would block the next."""
    gaps = (0.2, 0.22, 0.25, 0.3, 0.8, 0.9, 1.1, 1.2)
    rest = RestFigures(30.0, 5, (0.4,) * 5)
    some = fit(presses=presses(doubles=0.3, gaps=gaps, mean=1.2, early=0.25), rest=rest)
    assert some.settings["switch.post_acceptance"] < 0.5
    alone = fit(presses=presses(doubles=0.3, gaps=gaps, mean=1.2))
    assert alone.settings["switch.post_acceptance"] > 1.2


def test_mistakes_as_long_as_meant_presses_propose_no_waiting():
    found = fit(presses=presses(), rest=RestFigures(30.0, 3, (0.5, 0.6, 0.7)))
    assert "switch.acceptance" not in found.settings
    assert "Presses by mistake last as long as yours, so no waiting time can tell them apart." in found.notes


def test_an_acceptance_time_that_loses_presses_is_shortened():
    user = UserConfig(name="guest", switch=SwitchConfig(acceptance=0.5))
    found = fit(user, presses=presses())
    assert 0.15 <= found.settings["switch.acceptance"] < 0.3


def test_double_presses_are_waited_for():
    found = fit(presses=presses(doubles=0.2, gaps=(0.5, 0.6)))
    assert found.settings["switch.post_acceptance"] == pytest.approx(0.75)


def test_of_double_presses_and_mistakes_only_what_the_settings_let_through_is_expected():
    """Of the second presses one comes after 0.45 s and is no mistake."""
    figures = presses(doubles=0.2, gaps=(0.3, 0.6, 0.7), holds=(0.02, 0.3))
    switch = SwitchConfig(acceptance=0.05, post_acceptance=0.4, debounce=0.0)
    habits = habits_with(figures, RestFigures(30.0, 3, (0.01, 0.03, 0.2)), switch)
    assert habits.doubled == pytest.approx(1 / 22)
    assert 0.5 < habits.spurious < 6.0
    longer = switch.model_copy(update={"acceptance": 0.1, "post_acceptance": 0.6})
    less = habits_with(figures, RestFigures(30.0, 3, (0.01, 0.03, 0.2)), longer)
    assert less.spurious < habits.spurious
    assert less.lost > habits.lost
    assert less.doubled == 0.0
    assert habits_with(presses(), RestFigures(), SwitchConfig(acceptance=0.0, debounce=0.0)).lost == 0.0


def test_a_wait_longer_than_the_interval_is_refused():
    found = fit(presses=presses(mean=0.4, doubles=0.2, gaps=(0.7,)))
    assert found.settings["scan.interval"] < 0.7
    assert "switch.post_acceptance" not in found.settings
    assert any("would block your next press" in note for note in found.notes)


def test_openings_in_a_hold_and_bounce_are_covered():
    found = fit(presses=presses(bounces=(0.04,)), holds=HoldFigures((3.4,), (0.4,), (0.2,)))
    assert found.settings["switch.release"] == pytest.approx(0.3)
    assert found.settings["switch.debounce"] == pytest.approx(0.06)


def stick(rest=0.1, travel=0.6, off=0.0, tremor=None):
    return StickFigures(
        rest, tremor or Tremor(), tuple(Push(asked, travel, angle + off) for asked, angle in ASKED.items())
    )


def test_a_weak_turned_hand_gets_full_speed_where_it_gets_to():
    found = fit(stick=stick(off=0.3))
    user = applied(GUEST, found.settings)
    assert user.joystick.outer * user.joystick.reach.left == pytest.approx(0.9 * 0.6, abs=0.01)
    assert user.joystick.angle == pytest.approx(0.3)
    assert user.joystick.dead_zone == pytest.approx(0.13)


def test_a_direction_out_of_reach_is_told_and_not_fitted():
    weak = StickFigures(0.02, Tremor(), tuple(Push(a, 0.1 if a == "back" else 0.8, w) for a, w in ASKED.items()))
    found = fit(stick=weak)
    assert "joystick.reach.back" not in found.settings
    assert any("towards you" in note for note in found.notes)


def test_a_tremor_switches_its_filter_on():
    user = UserConfig(name="guest", joystick=JoystickConfig(tremor=False))
    assert fit(user, stick=stick(tremor=Tremor(5.0, 0.1))).settings["joystick.tremor"] is True


def test_a_stick_hardly_measured_proposes_nothing():
    assert fit(stick=StickFigures(0.1)).changes == ()


def test_dwelling_follows_the_rests_and_the_spread_of_the_pointer():
    rests = (0.9, 1.0, 0.8, 1.1, 0.1, 0.9)
    found = fit(pointer=PointerFigures(6, 6, 1.0, (40.0, 10.0), 12.0, 29.4, 1.0, max(rests), 0.0, rests))
    assert 1.0 < found.settings["dwell.time"] + GUEST.dwell.lock_on < 2.0
    assert found.settings["dwell.radius"] == 29.0
    assert found.settings["dwell.magnet"] == pytest.approx((2 * (40 + 24) - 96) / 2)


def test_who_rests_longer_on_the_way_gets_a_longer_dwell_and_nobody_one_without_end():
    times = []
    for rest in (0.0, 0.4, 0.8, 1.2, 3.0):
        figures = PointerFigures(6, 6, 1.0, (4.0, 1.0), 12.0, 29.4, 1.0, rest, 0.0, (rest,) * 6)
        times.append(fit(pointer=figures).settings["dwell.time"])
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0.6, 2.0)


def test_who_arrives_elsewhere_each_time_gets_larger_tiles():
    steady, wild = (PointerFigures(6, 6, 1.0, (10.0, 5.0), 12.0, 29.4, 1.0, 0.2, astray) for astray in (0.0, 25.0))
    assert fit(pointer=wild).settings["look.tile_min"] > steady.tile + 30.0
    assert beside(wild, 120.0) > 4.0 * beside(steady, 120.0)
    assert beside(wild, 400.0) < 0.01


def test_the_share_of_rest_in_which_a_stick_moves_falls_with_its_dead_zone():
    shares = [moves_at_rest(stick(rest=0.1), zone) for zone in (0.05, 0.1, 0.13, 0.3)]
    assert shares == sorted(shares, reverse=True)
    assert shares[1] == pytest.approx(0.01)
    assert shares[2] < 0.001


def test_tiles_become_as_large_as_this_person_hits_and_no_larger_than_a_screen_has_room_for():
    found = fit(pointer=PointerFigures(6, 6, 1.0, (41.0, 10.0), 12.0, 29.4, 1.0, 1.0))
    assert found.settings["look.tile_min"] == 132  # 2 (41 + 24) = 130, in steps of four
    assert applied(GUEST, found.settings).look.tile_min == 132
    wild = fit(pointer=PointerFigures(6, 6, 1.0, (300.0, 10.0), 90.0, 220.0, 1.0, 1.0))
    assert applied(GUEST, wild.settings).look.tile_min == 320
    steady = fit(pointer=PointerFigures(6, 6, 1.0, (3.0, 1.0), 4.0, 9.8, 1.0, 1.0))
    assert "look.tile_min" not in steady.settings
    large = UserConfig(name="guest", look={"tile_min": 200})
    again = fit(large, pointer=PointerFigures(6, 6, 1.0, (3.0, 1.0), 4.0, 9.8, 1.0, 1.0))
    assert again.settings["look.tile_min"] == 96  # it follows progress, too


def test_three_targets_propose_nothing():
    found = fit(pointer=PointerFigures(3, 6))
    assert found.changes == ()
    assert "Only 3 targets were reached" in found.notes[0]


shares = st.floats(0.0, 1.0)


@settings(max_examples=60)
@given(
    st.floats(0.2, 4.0), st.floats(0.01, 1.2), shares, st.lists(st.floats(0.06, 2.0), max_size=4),
    st.lists(st.floats(0.01, 3.0), min_size=1, max_size=24), st.lists(st.floats(0.01, 2.0), max_size=5),
    st.floats(0.0, 0.6), st.tuples(shares, shares, shares, shares), st.floats(-3.1, 3.1),
)  # fmt: skip
def test_whatever_is_measured_the_proposal_is_a_valid_profile(mean, cv, early, gaps, holds, mistakes, rest, reach, off):
    pushes = tuple(Push(a, t, w + off) for (a, w), t in zip(ASKED.items(), reach, strict=True))
    found = fit(
        presses=presses(mean, cv, early=early, gaps=tuple(gaps), doubles=0.1, holds=tuple(holds)),
        rest=RestFigures(12.0, len(mistakes), tuple(mistakes)),
        stick=StickFigures(rest, Tremor(), pushes),
    )
    user = applied(GUEST, found.settings)
    for change in found.changes:
        assert value_of(user, change.setting) == change.new != change.old
        assert value_of(GUEST, change.setting) == change.old
    assert user.switch.post_acceptance < max(user.scan.interval, 0.31)


OWN = UserConfig.model_validate(
    {
        "name": "guest",
        "keys_select": ["f1"],
        "keys_next": [],
        "contacts": [
            {"device": "keyboard", "contact": "tab", "does": "back"},
            {
                "device": "keyboard",
                "contact": "space",
                "does": "next",
                "switch": {"acceptance": 0.9, "holds": [{"at": 1.2, "does": "select"}]},
            },
        ],
        "scan": {"method": "step"},
        "motion": {"jog": "step"},
    }
)


def test_a_switch_with_a_cleaning_of_its_own_gets_its_proposals_there_and_they_hold_for_its_presses():
    found = fit(OWN, presses=presses())
    (name,) = [setting for setting in found.settings if "acceptance" in setting]
    assert name == "contacts.1.switch.acceptance"
    after = applied(OWN, found.settings)
    assert after.switch_for("keyboard", "space").acceptance == found.settings[name] < 0.9
    assert after.switch == OWN.switch
    assert value_of(after, name) == found.settings[name]
    assert found.after.right_a_minute > found.before.right_a_minute
