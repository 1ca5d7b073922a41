"""The gate judges one set-point: what passes in which mode, how fast, and what the next one is compared with."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from armctl.config.arm import CAP_JOINT_SPEED
from armctl.hal.state import FloatArray, JointState
from armctl.safety import gate as gate_module
from armctl.safety.gate import Gate, Passed, Reference
from armctl.safety.limits import CATCH_UP
from armctl.safety.states import Mode
from armctl.safety.zones import Zones
from tests.unit.safety.bench import DT, START, N, home, limits, person, reading, robot, scene, vector
from tests.unit.safety.gate_rig import WIDE, asked, code, gate_of, judge


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


def test_a_tool_that_turns_too_fast_is_refused() -> None:
    gate = gate_of(limits(acceleration=np.full(N, 200.0), tool_speed=9.0, tool_turn=0.3))
    for speed, expected in [(0.29, ""), (0.35, "turn_speed")]:
        assert code(judge(gate, asked(home() + vector(4, speed * DT), vector(4, speed)))) == expected
