"""The gate judges one set-point: what passes in which mode, and what the next one is compared with."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from armctl.config.arm import CAP_JOINT_SPEED
from armctl.config.scene import FurnitureConfig, ShapeConfig
from armctl.hal.state import FloatArray, JointState
from armctl.kinematics.collision import Held
from armctl.kinematics.shapes import LinkShape
from armctl.safety import gate as gate_module
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.gate import Gate, Passed, Reference, SetPoint
from armctl.safety.limits import CATCH_UP, Limits
from armctl.safety.states import Mode
from armctl.safety.zones import STANDING, Zones
from tests.unit.safety.bench import DT, START, N, home, limits, person, reading, robot, scene, vector

FAR = ShapeConfig(kind="sphere", size=(0.1,), xyz=(0.0, 2.0, 0.0))
WIDE = limits(acceleration=np.full(N, 200.0), tool_speed=9.0, tool_turn=99.0)
"""Limits that leave only the one under test."""
QUICK = replace(WIDE, jerk=np.full(N, 2e4))
"""The same for an arm that also stops within a tick or two."""


def gate_of(made: Limits = WIDE, where: Zones | None = None) -> Gate:
    return Gate(made, where or Zones(robot(), scene({})))


def asked(positions: FloatArray, velocities: FloatArray | None = None, **changes: object) -> SetPoint:
    made = SetPoint(
        positions=positions,
        velocities=np.zeros(N) if velocities is None else velocities,
        state=reading(START, home()),
        now=START,
        mode=Mode.MOVING,
        allowed=9.0,
    )
    return replace(made, **changes)


def judge(gate: Gate, point: SetPoint, before: Reference | None = None) -> Passed | Finding:
    return gate.judge(point, before)


def code(verdict: Passed | Finding) -> str:
    return "" if isinstance(verdict, Passed) else str(verdict.code)


def test_the_first_reference_is_the_arm_at_rest() -> None:
    reference = gate_of().start(reading(START, home()))
    np.testing.assert_array_equal(reference.positions, home())
    np.testing.assert_array_equal(reference.velocities, np.zeros(N))
    assert math.isinf(reference.fast_since)
    assert math.isinf(reference.slowest)


def test_form_finds_what_cannot_be_judged() -> None:
    gate = gate_of()
    assert gate.form(asked(home())) is None
    cases = {
        "set_point_size": asked(np.zeros(N - 1)),
        "not_finite": asked(vector(2, math.nan)),
        "state_stale": asked(home(), now=START + 1.0),
    }
    for expected, point in cases.items():
        finding = gate.form(point)
        assert finding is not None
        assert finding.code == expected


def test_a_reading_that_is_no_number_cannot_be_judged() -> None:
    finding = gate_of().form(asked(home(), state=reading(START, vector(1, math.nan))))
    assert finding is not None
    assert finding.code == "not_finite"


def test_a_step_within_all_limits_passes_and_is_the_next_reference() -> None:
    step = vector(0, 0.3 * DT)
    verdict = judge(gate_of(), asked(home() + step, vector(0, 0.3)))
    assert isinstance(verdict, Passed)
    np.testing.assert_array_equal(verdict.reference.positions, home() + step)
    np.testing.assert_allclose(verdict.reference.velocities, vector(0, 0.3))
    assert not verdict.anew


def test_the_next_reference_is_a_copy_that_nobody_else_can_change() -> None:
    wanted = home()
    verdict = judge(gate_of(), asked(wanted))
    assert isinstance(verdict, Passed)
    wanted += 1.0
    np.testing.assert_array_equal(verdict.reference.positions, home())


@pytest.mark.parametrize("joint", range(N))
def test_each_limit_refuses_by_its_name(joint: int) -> None:
    gate = gate_of()
    fast = home() + vector(joint, 0.52 * DT)
    assert code(judge(gate, asked(fast, vector(joint, 0.5)))) == "speed_limit"
    assert code(judge(gate, asked(home() + vector(joint, 0.3 * DT), vector(joint, 0.52)))) == "speed_limit"
    sudden = gate_of(limits(tool_speed=9.0))
    assert code(judge(sudden, asked(home() + vector(joint, 0.4 * DT), vector(joint, 0.4)))) == "acceleration_limit"
    far = Reference(home() + vector(joint, 0.3), vector(joint, 0.1), gate.start(reading(START, home())).reach)
    assert code(judge(gate, asked(home() + vector(joint, 0.3 + 0.1 * DT)), far)) == "too_far_ahead"
    edge = home()
    edge[joint] = 2.0
    beyond = asked(edge + vector(joint, 0.1 * DT), vector(joint, 0.1), state=reading(START, edge))
    assert code(judge(gate, beyond)) == "position_limit"


def test_the_tool_has_a_limit_of_its_own() -> None:
    gate = gate_of(limits(acceleration=np.full(N, 200.0), tool_speed=0.05))
    for speed, expected in [(0.4, "tool_speed"), (0.04, "")]:
        assert code(judge(gate, asked(home() + vector(0, speed * DT), vector(0, speed)))) == expected


def test_ready_means_standing() -> None:
    gate = gate_of()
    assert code(judge(gate, asked(home() + vector(1, 0.019 * DT), mode=Mode.READY))) == ""
    moved = Reference(home(), vector(1, 0.3), gate.start(reading(START, home())).reach)
    point = asked(home() + vector(1, 0.3 * DT), vector(1, 0.3), mode=Mode.READY)
    assert code(judge(gate, point, moved)) == "not_begun"


class TestAllowedSpeed:
    """The advised speed is a promise: above it there is only as much time as slowing down takes."""

    step = vector(0, 0.3 * DT)

    def run(self, ticks: int, allowed: float) -> list[str]:
        gate = gate_of()
        before, codes = gate.start(reading(START, home())), []
        for tick in range(1, ticks + 1):
            positions = before.positions + self.step
            point = asked(
                positions, vector(0, 0.3), state=reading(START + tick * DT, before.positions), now=START + tick * DT,
                allowed=allowed,
            )  # fmt: skip
            verdict = gate.judge(point, before)
            codes.append(code(verdict))
            if isinstance(verdict, Passed):
                before = verdict.reference
        return codes

    def test_below_it_there_is_no_end(self) -> None:
        assert set(self.run(80, allowed=0.2)) == {""}

    def test_above_it_the_time_runs_out(self) -> None:
        codes = self.run(80, allowed=0.03)
        assert codes[:40] == [""] * 40
        assert codes[-1] == "zone_speed"
        assert codes.index("zone_speed") * DT == pytest.approx(WIDE.slow_down_time, abs=2 * DT)

    @pytest.mark.parametrize(("since", "expected"), [(0.5, ""), (0.5 + 1e-9, "zone_speed")])
    def test_the_time_is_that_of_the_limits(self, since: float, expected: str) -> None:
        gate = gate_of(replace(WIDE, slow_down_time=0.5))
        reach = gate.start(reading(START, home())).reach
        before = Reference(home(), vector(0, 0.3), reach, fast_since=START - since)
        assert code(judge(gate, asked(home() + self.step, vector(0, 0.3), allowed=0.03), before)) == expected

    def test_once_slow_again_the_time_starts_anew(self) -> None:
        gate = gate_of()
        reach = gate.start(reading(START, home())).reach
        before = Reference(home(), vector(0, 0.3), reach, fast_since=START - 0.3)
        verdict = judge(gate, asked(home() + vector(0, 0.01 * DT), allowed=0.03), before)
        assert isinstance(verdict, Passed)
        assert math.isinf(verdict.reference.fast_since)


class TestStopping:
    """A stop is never refused; what is not a stop is."""

    def test_slowing_down_passes_even_beyond_every_limit(self) -> None:
        who = Zones(robot(), scene({}, person(head_xyz=tuple(robot().tool_pose(home())[:3, 3]))))
        gate = gate_of(limits(tool_speed=0.01), who)
        start = gate.start(reading(START, home()))
        before = Reference(home(), np.full(N, 0.9), replace(start.reach, margins=start.reach.margins + 1.0))
        point = asked(home() + 0.6 * DT, np.full(N, 0.6), mode=Mode.STOPPING)
        assert code(judge(gate, replace(point, mode=Mode.MOVING), before)) == "speed_limit"
        assert code(judge(gate, point, before)) == ""

    def test_a_dead_stop_passes(self) -> None:
        before = Reference(home(), np.full(N, 0.9), gate_of().start(reading(START, home())).reach)
        assert code(judge(gate_of(limits()), asked(home(), mode=Mode.STOPPING), before)) == ""

    def test_rising_a_little_passes_and_rising_more_does_not(self) -> None:
        gate = gate_of()
        before = Reference(home(), vector(0, 0.1), gate.start(reading(START, home())).reach)
        before = replace(before, slowest=0.2)
        for speed, expected in [(0.1 + 0.5 * 0.24, ""), (0.1 + 0.5 * 0.26, "not_begun")]:
            point = asked(home() + vector(0, speed * DT), vector(0, speed), mode=Mode.STOPPING)
            assert code(judge(gate, point, before)) == expected

    def test_what_was_slow_once_does_not_get_fast_again(self) -> None:
        gate = gate_of()
        before = Reference(home(), vector(0, 0.3), gate.start(reading(START, home())).reach, slowest=0.1)
        point = asked(home() + vector(0, 0.31 * DT), vector(0, 0.31), mode=Mode.STOPPING)
        assert code(judge(gate, point, before)) == "not_begun"

    def test_the_slowest_so_far_is_kept_only_while_stopping(self) -> None:
        gate = gate_of()
        before = Reference(home(), vector(0, 0.3), gate.start(reading(START, home())).reach)
        slower = home() + vector(0, 0.1 * DT)
        stopping = judge(gate, asked(slower, mode=Mode.STOPPING), before)
        moving = judge(gate, asked(slower), before)
        assert isinstance(stopping, Passed)
        assert isinstance(moving, Passed)
        assert stopping.reference.slowest == pytest.approx(0.2)
        assert math.isinf(moving.reference.slowest)

    def test_the_first_set_point_of_a_stop_may_be_two_ticks_ahead_and_only_the_first(self) -> None:
        """The one before was refused, which is why the arm stops."""
        gate = gate_of(limits())
        before = Reference(home(), vector(0, 0.3), gate.start(reading(START, home())).reach)
        point = asked(home() + vector(0, 2 * 0.29 * DT), vector(0, 0.29), mode=Mode.STOPPING)
        verdict = judge(gate, point, before)
        assert isinstance(verdict, Passed)
        np.testing.assert_allclose(verdict.reference.velocities, vector(0, 0.29))
        assert code(judge(gate, replace(point, mode=Mode.MOVING), before)) == "speed_limit"
        assert code(judge(gate, point, replace(before, slowest=0.6))) == "speed_limit"

    @pytest.mark.parametrize(("more", "expected"), [(0.0299, ""), (0.0301, "speed_limit")])
    def test_the_first_set_point_of_a_stop_may_carry_the_acceleration_of_the_motion(
        self, more: float, expected: str
    ) -> None:
        gate = gate_of(limits())
        before = Reference(home(), vector(0, 0.3), gate.start(reading(START, home())).reach)
        point = asked(home() + vector(0, 2 * (0.3 + more) * DT), vector(0, 0.3 + more), mode=Mode.STOPPING)
        assert code(judge(gate, point, before)) == expected

    @pytest.mark.parametrize(("lasted", "expected"), [(0.8, ""), (0.8 + 1e-9, "stop_overrun")])
    def test_a_stop_that_lasts_too_long_is_none(self, lasted: float, expected: str) -> None:
        gate = gate_of()
        before = Reference(home(), vector(0, 0.3), gate.start(reading(START, home())).reach)
        point = asked(home() + vector(0, 0.2 * DT), mode=Mode.STOPPING, stopping_for=lasted)
        assert code(judge(gate, point, before)) == expected

    def test_standing_passes_however_long_the_stop_lasts(self) -> None:
        assert code(judge(gate_of(), asked(home(), mode=Mode.STOPPING, stopping_for=9.0))) == ""


class TestComingToTheArm:
    """After hold, the command begins anew where the arm is."""

    ahead = vector(1, 0.08)

    def state(self, speed: float = 0.0) -> JointState:
        return reading(START, home(), velocities=vector(1, speed))

    def before(self, gate: Gate) -> Reference:
        return Reference(home() + self.ahead, vector(1, 0.3), gate.start(self.state()).reach)

    @pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
    @pytest.mark.parametrize("mode", [Mode.READY, Mode.MOVING, Mode.STOPPING])
    def test_a_set_point_on_the_way_back_to_a_moving_arm_passes(self, share: float, mode: Mode) -> None:
        gate = gate_of()
        point = asked(home() + share * self.ahead, state=self.state(0.3), mode=mode)
        verdict = judge(gate, point, self.before(gate))
        assert isinstance(verdict, Passed)

    def test_it_starts_from_rest_and_slowly(self) -> None:
        gate = gate_of()
        verdict = judge(gate, asked(home(), state=self.state(0.3)), self.before(gate))
        assert isinstance(verdict, Passed)
        assert verdict.anew
        np.testing.assert_array_equal(verdict.reference.velocities, np.zeros(N))
        assert (verdict.speeds <= gate_module.SETTLING_SHARE * 0.5 + 1e-12).all()

    @pytest.mark.parametrize(("off", "speed", "expected"), [(0.04, 0.0, ""), (0.06, 0.0, "speed_limit"),
                                                            (0.04, 0.1, "speed_limit")])  # fmt: skip
    def test_a_standing_arm_may_sag(self, off: float, speed: float, expected: str) -> None:
        gate = gate_of()
        point = asked(home() + vector(2, off), state=self.state(speed), mode=Mode.READY)
        assert code(judge(gate, point)) == expected

    def test_settling_does_not_leave_the_joint_limits(self) -> None:
        edge = home()
        edge[2] = 1.99
        point = asked(edge + vector(2, 0.03), state=reading(START, edge), mode=Mode.READY)
        assert code(judge(gate_of(), point)) == "position_limit"

    def test_settling_does_not_go_deeper_into_a_zone(self) -> None:
        tool = robot().tool_pose(home())[:3, 3]
        who = Zones(robot(), scene({}, person(head_xyz=(tool[0], tool[1] + 0.12, tool[2]))))
        gate = gate_of(WIDE, who)
        verdicts = {
            sign: code(judge(gate, asked(home() + vector(0, sign * 0.04), mode=Mode.READY))) for sign in (-1.0, 1.0)
        }
        assert sorted(verdicts.values()) == ["", "speed_limit"]


class TestSpeeds:
    """What the servos are allowed on the way."""

    def speeds(self, step: float = 0.0, velocity: float = 0.0, lag: float = 0.0) -> FloatArray:
        gate = gate_of()
        where = home() + vector(0, step * DT)
        point = asked(where, vector(0, velocity), state=reading(START, where - vector(0, lag)))
        before = Reference(home(), vector(0, step), gate.start(point.state).reach)
        verdict = judge(gate, point, before)
        assert isinstance(verdict, Passed)
        return verdict.speeds

    @pytest.mark.parametrize("sign", [-1.0, 1.0])
    def test_they_are_positive_and_a_little_above_the_motion(self, sign: float) -> None:
        assert (self.speeds() > 0.0).all()
        assert self.speeds(step=sign * 0.3)[0] == pytest.approx(CATCH_UP * 0.3 + 0.02)
        assert self.speeds(velocity=sign * 0.4)[0] == pytest.approx(CATCH_UP * 0.4 + 0.02)

    def test_they_let_a_servo_make_up_for_its_lag(self) -> None:
        assert self.speeds(lag=0.03)[0] == pytest.approx(CATCH_UP * 0.3 + 0.02)

    def test_they_end_at_the_largest_speed(self) -> None:
        assert self.speeds(step=0.5, lag=0.15)[0] == pytest.approx(CATCH_UP * 0.5)

    def test_the_built_in_cap_is_the_last_word(self) -> None:
        gate = gate_of(replace(WIDE, speed=np.full(N, 99.0)))
        point = asked(home(), state=reading(START, home() - vector(0, 0.19)))
        before = Reference(home(), np.zeros(N), gate.start(point.state).reach)
        verdict = judge(gate, point, before)
        assert isinstance(verdict, Passed)
        assert verdict.speeds[0] == CAP_JOINT_SPEED


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


def test_a_tool_that_turns_too_fast_is_refused() -> None:
    gate = gate_of(limits(acceleration=np.full(N, 200.0), tool_speed=9.0, tool_turn=0.3))
    for speed, expected in [(0.29, ""), (0.35, "turn_speed")]:
        assert code(judge(gate, asked(home() + vector(4, speed * DT), vector(4, speed)))) == expected


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
