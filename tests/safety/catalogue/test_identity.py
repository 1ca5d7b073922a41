"""Is it the same arm, is it ours alone, is the command new, and is the simulated arm like the real one?"""

from __future__ import annotations

import time
from functools import cache

import msgspec
import pytest

from armctl.control import messages as say
from drivers.feetech import messages as reg
from tests.safety.catalogue.conftest import Reaction
from tests.safety.catalogue.rig import Rig, StartUp
from tests.safety.catalogue.twins import Script, Seen, differences

BASE = 0
STS3250 = 2825


@pytest.mark.catalogue(52)
def test_a_second_program_on_the_port_is_refused_and_the_first_one_goes_on(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE, speed=0.5)
    began = time.monotonic()
    said = rig.start()
    assert f"{rig.port} is in use by" in said
    assert f"(process {rig.control.pid})" in said
    assert "Only one program can drive an arm" in said
    assert rig.undisturbed(), rig.now
    assert rig.told_true(began) > 20
    reaction(None, "The port is in use by another process, named. Only one program can drive an arm.")


@pytest.mark.catalogue(53)
def test_an_adapter_that_comes_back_under_another_name_is_found_and_the_arm_stays_off(
    rig: Rig, reaction: Reaction
) -> None:
    rig.move(BASE)
    rig.fault(rig.inject("unplug"), "link_lost")
    last = {goal for goal, _ in rig.goals(0.0)[-1].goals.values()}
    plugged = rig.inject("plug", elsewhere=True)
    assert not rig.port.exists()
    back = rig.until(lambda one: not one.stale, plugged)
    assert back.mode == "fault"
    rig.ask(say.ClearFault)
    rig.until(lambda one: one.mode == "disarmed")
    refused = rig.ask(say.MoveJoints, positions=rig.far(BASE))
    told = rig.until(lambda one: one.refused.sequence == refused.sequence)
    assert "not switched on" in told.refused.reason
    time.sleep(0.2)
    tapped = rig.tap(plugged)
    # To hold is to be told the goals it has.
    assert {goals.goals[servo][0] for goals in tapped.goals for servo in goals.goals} <= last
    assert not [one for one in tapped.written if one.address == reg.TORQUE_ENABLE.address]
    reaction(None, "link_lost")


@pytest.mark.catalogue(53)
def test_another_adapter_is_not_taken_for_the_one_that_went(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE)
    rig.fault(rig.inject("unplug"), "link_lost")
    plugged = rig.inject("plug", number="ARM-2")
    told = rig.until(lambda one: "(serial number ARM-1) is not plugged in" in one.notice, plugged)
    assert told.stale == told.joints
    assert not rig.tap(plugged).asked
    reaction(None, "The arm's adapter is not plugged in; another one is.")


@pytest.mark.catalogue(54)
def test_another_model_on_the_port_is_refused_at_start(start_up: StartUp, reaction: Reaction) -> None:
    for joint in range(6):
        start_up.order("memory", joint, "model", STS3250)
    try:
        said = start_up.start()
    finally:
        for joint in range(6):
            start_up.order("memory", joint, "model", reg.STS3215)
    assert "is a STS3250 (model 2825); the configuration says a STS3215" in said
    assert "Another arm may be on this port" in said
    assert len(said.strip().splitlines()) == 1
    assert not start_up.tap(0.0).goals
    reaction(None, "shoulder_pan is a STS3250; the configuration says a STS3215.")


@pytest.mark.catalogue(54)
def test_another_arm_of_the_same_model_in_the_place_of_ours_is_refused(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE)
    rig.fault(rig.inject("unplug"), "link_lost")
    before = rig.order("memory", 1, "max_position", 4000)
    try:
        plugged = rig.inject("plug")
        told = rig.until(
            lambda one: "another calibration than the arm that was connected before" in one.notice, plugged
        )
    finally:
        rig.order("memory", 1, "max_position", before)
    assert told.mode == "fault"
    assert not rig.tap(plugged).goals
    reaction(None, "shoulder_lift has another calibration than the arm that was connected before.")


@pytest.mark.catalogue(55)
def test_commands_from_before_a_lost_connection_are_refused_after_it(rig: Rig, reaction: Reaction) -> None:
    rig.move(BASE)
    old = next(intent for intent in reversed(rig.sent) if isinstance(intent, say.MoveJoints))
    rig.fault(rig.inject("unplug"), "link_lost")
    rig.ready()
    assert rig.now.epoch > old.epoch
    later = time.monotonic() + 0.15
    for stale, words in (
        (old, "had already been taken"),
        (msgspec.structs.replace(old, sequence=10_000, deadline=later), "meant for arming"),
        (msgspec.structs.replace(old, sequence=10_001, epoch=rig.now.epoch), "after its deadline"),
    ):
        sent = time.monotonic()
        rig.send(stale)
        told = rig.until(lambda one, stale=stale: one.refused.sequence == stale.sequence, sent)  # type: ignore[misc]
        assert words in told.refused.reason
        # The tick that took it began with the reading after it was sent.
        began = next(item.stamp for item in rig.tap(sent).asked)
        reaction(told.stamp - began, "intent_replayed", began=began)
    time.sleep(0.1)
    assert rig.now.mode == "ready"
    assert len({goals.goals[1][0] for goals in rig.goals(sent)}) <= 1, "an old command moved the arm"


@pytest.mark.catalogue(56)
def test_the_same_script_moves_the_simulated_arm_and_the_one_on_a_wire_alike(reaction: Reaction) -> None:
    simulated, wired = played(), Script.wired().run()
    assert len(simulated) == len(wired) > 250
    assert differences(simulated, wired) == []
    reaction(None, "no difference in modes, set-points and positions")


@pytest.mark.parametrize(
    "planted",
    [{"zero_step": 2048 + 24}, {"sign": -1}, {"steps_per_turn": 3600}],
    ids=lambda planted: next(iter(planted)),
)
@pytest.mark.catalogue(56)
def test_an_arm_that_differs_from_its_simulation_fails_the_comparison(
    planted: dict[str, int], reaction: Reaction
) -> None:
    wired = Script.wired(built=planted).run(parts=1)
    found = differences(played()[: len(wired)], wired)
    assert any("real positions" in line for line in found), found
    reaction(None, "the comparison fails")


@cache
def played() -> list[Seen]:
    """Return what the simulated arm made of the script."""
    return Script.simulated().run()
