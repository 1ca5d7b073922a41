"""The gate beside zones: nothing into them, in time to stop before them, and slowly out of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from armctl.config.scene import FurnitureConfig, ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.collision import Held
from armctl.kinematics.shapes import LinkShape
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.gate import Gate, Passed
from armctl.safety.states import Mode
from armctl.safety.zones import STANDING, Zones
from tests.unit.safety.bench import DT, START, N, home, limits, person, reading, robot, scene, vector
from tests.unit.safety.gate_rig import WIDE, asked, code, gate_of, judge

FAR = ShapeConfig(kind="sphere", size=(0.1,), xyz=(0.0, 2.0, 0.0))
QUICK = replace(WIDE, jerk=np.full(N, 2e4))
"""Those for an arm that also stops within a tick or two."""


def test_a_set_point_into_a_zone_is_refused_and_out_of_it_passes() -> None:
    tool = robot().tool_pose(home())[:3, 3]
    who = Zones(robot(), scene({}, person(head_xyz=(tool[0], tool[1] + 0.12, tool[2]))))
    gate = gate_of(WIDE, who)
    # The pan joint's positive way is to the arm's right, away from a head at its left.
    away, into = (judge(gate, asked(home() + vector(0, sign * 0.1 * DT))) for sign in (1.0, -1.0))
    assert code(away) == ""
    assert code(into) == "head_zone"


class TestStopsInTime:
    """A set-point from which the arm could not stop in time is refused, before anything is too close."""

    def beside(self, gap: float) -> Gate:
        """A gate with a head beside the hand, its zone ``gap`` [m] away; a turn of the base leads straight there."""
        x, y, z = robot().tool_pose(home())[:3, 3].tolist()
        low, high = y, y + 0.4
        for _ in range(30):
            middle = 0.5 * (low + high)
            where = Zones(robot(), scene({}, person(head_xyz=(x, middle, z), torso=FAR)))
            low, high = (middle, high) if where.reach(home()).margins.min() < gap else (low, middle)
        return gate_of(WIDE, where)

    def towards(self, speed: float, gap: float, mode: Mode = Mode.MOVING, way: float = -1.0) -> str:
        """Turn the base at ``speed`` [rad/s] towards, or away from, a head whose zone is ``gap`` [m] away."""
        gate = self.beside(gap)
        before = replace(gate.start(reading(START, home())), velocities=vector(0, way * speed))
        return code(judge(gate, asked(home() + vector(0, way * speed * DT), vector(0, way * speed), mode=mode), before))

    def test_far_away_it_passes_and_close_it_is_refused_though_nothing_is_too_close_yet(self) -> None:
        assert [self.towards(0.3, gap) for gap in (0.04, 0.02, 0.005)] == ["", "", "head_zone"]

    def test_slowly_it_may_come_closer(self) -> None:
        assert self.towards(0.03, 0.005) == ""

    def test_away_it_may_go_at_any_speed(self) -> None:
        assert self.towards(0.45, 0.001, way=1.0) == ""

    def test_a_stop_is_not_refused_for_its_own_way(self) -> None:
        assert self.towards(0.3, 0.005, Mode.STOPPING) == ""

    def test_an_arm_about_to_speed_up_must_stop_earlier(self) -> None:
        gate = self.beside(0.006)
        point = asked(home() + vector(0, -0.2 * DT), vector(0, -0.2))
        steady = replace(gate.start(reading(START, home())), velocities=vector(0, -0.2))
        rising = replace(steady, velocities=vector(0, -0.18))  # 2 rad/s² on the way to more
        assert [code(judge(gate, point, before)) for before in (steady, rising)] == ["", "head_zone"]


def test_how_it_goes_there_is_noted_with_what_it_brings_closer() -> None:
    gate = gate_of(QUICK)
    verdict = judge(gate, asked(home() + vector(2, 0.3 * DT), vector(2, 0.3)))
    assert isinstance(verdict, Passed)
    going = verdict.reference.going
    reach = verdict.reference.reach
    assert going.closing.max() > 0.005
    assert going.slowing == pytest.approx(0.3 / (0.5 * 200.0))
    moved = np.linalg.norm(reach.tool - robot().tool_pose(home())[:3, 3]) / DT
    assert going.tool_speed == pytest.approx(max(moved, 0.3 * 9.0 / 0.5), rel=1e-3)


class TestRenewed:
    """What is held and where the head is may change between two set-points."""

    def test_nothing_new_leaves_the_reference_as_it_is(self) -> None:
        gate = gate_of()
        before = gate.start(reading(START, home()))
        assert gate.renewed(before) is before

    def test_a_moved_head_is_measured_anew_and_the_motion_stays(self) -> None:
        where = Zones(robot(), scene({}, person()))
        gate = gate_of(QUICK, where)
        verdict = judge(gate, asked(home() + vector(2, 0.3 * DT), vector(2, 0.3)))
        assert isinstance(verdict, Passed)
        where.see_head(np.array([0.28, 0.30, 0.30]))
        renewed = gate.renewed(verdict.reference)
        assert renewed.reach.version == where.version
        assert renewed.reach.head < verdict.reference.reach.head
        assert renewed.going is verdict.reference.going

    def test_with_something_new_in_the_hand_nothing_is_known_to_come_closer(self) -> None:
        where = Zones(robot(), scene({}, person()))
        gate = gate_of(QUICK, where)
        verdict = judge(gate, asked(home() + vector(2, 0.3 * DT), vector(2, 0.3)))
        assert isinstance(verdict, Passed)
        where.hold(Held("cup", (LinkShape("tool", "sphere", (0.03,), np.eye(4)),)))
        renewed = gate.renewed(verdict.reference)
        assert renewed.going is STANDING
        np.testing.assert_array_equal(renewed.velocities, verdict.reference.velocities)


class TestCreeping:
    """Set-points a hair beyond where the arm is: each alone is as good as hold, all together not."""

    def beside_a_box(self) -> Zones:
        """A box to the left of the hand, a centimetre beyond what the arm must keep from it."""
        x, y, z = (float(value) for value in robot().tool_pose(home())[:3, 3])
        box = ShapeConfig(kind="box", size=(0.3, 0.2, 0.1), xyz=(x, y + 0.155, z))
        made = Zones(robot(), scene({"box": FurnitureConfig(title="Box", shape=box)}))
        assert 0.0 < made.reach(home()).margins.min() < 0.02
        return made

    def crept(self, gate: Gate, start: FloatArray, step: FloatArray, **changes: object) -> FloatArray:
        """Where the arm comes in a minute with an arm that follows at once."""
        place, last = start, gate.at_rest(start)
        for _ in range(600):
            verdict = judge(gate, asked(place + step, state=reading(START, place), **changes), last)
            if isinstance(verdict, Finding):
                break
            place, last = place + step, verdict.reference
        return place

    def test_nothing_creeps_into_anything(self) -> None:
        where, start = self.beside_a_box(), home()
        for step in (vector(0, 9e-5), vector(0, -9e-5)):
            assert where.reach(self.crept(gate_of(WIDE, where), start, step)).margins.min() > -0.001

    def test_nothing_creeps_beyond_the_end_of_a_joint(self) -> None:
        start = home()
        start[4] = 1.999
        made = limits(upper=np.full(N, 2.0), tool_turn=99.0)
        assert self.crept(gate_of(made), start, vector(4, 9e-5))[4] < 2.0 + 2e-4

    def test_nothing_creeps_towards_a_head_that_is_not_seen(self) -> None:
        where = Zones(robot(), scene({}, person()))
        where.see_head(np.array([0.28, 0.42, 0.30]))
        start, unseen = home(), Finding(Code.HEAD_STALE, value=900.0, limit=200.0)
        for step in (vector(0, 9e-5), vector(0, -9e-5)):
            end = self.crept(gate_of(WIDE, where), start, step, unseen=unseen)
            assert where.reach(end).head > where.reach(start).head - 0.0012

    def test_to_an_arm_that_was_pushed_into_something_the_command_comes(self) -> None:
        where = self.beside_a_box()
        gate, there = gate_of(WIDE, where), home()
        nearer = min((vector(0, 0.15), vector(0, -0.15)), key=lambda way: where.reach(there + way).margins.min())
        pushed = there + nearer
        assert where.reach(pushed).margins.min() < 0.0
        point = asked(there + 0.999 * nearer, state=reading(START, pushed))
        assert code(judge(gate, point, gate.at_rest(there))) == ""
