"""The gate at its edges, against surroundings whose distances are exact: a wall across the way of the first joint."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from armctl.hal.state import FloatArray
from armctl.safety import braking
from armctl.safety.checks import SAME
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.gate import UNSEEN_DIP, Gate, Passed, Reference, SetPoint
from armctl.safety.limits import Limits
from armctl.safety.states import Mode
from armctl.safety.zones import Reach, Zones
from tests.unit.safety.bench import START, N, limits, person, reading, robot, scene, vector
from tests.unit.safety.gate_rig import code

DT = 2.0**-7
"""A tick of which multiples and shares are exact."""
FREE = limits(dt=DT, acceleration=np.full(N, 400.0), tool_speed=9.0, tool_turn=99.0, slow_down_time=0.5)


class Wall(Zones):
    """The tool is as far along x as the first joint is turned, 1 m a radian. The wall is at ``edge`` [m], and the arm's
    parts come closer to it by 0.1 m a radian: no more than the real ones would.
    """

    def __init__(self, edge: float = 9.0) -> None:
        super().__init__(robot(), scene({}, person()))
        self.edge = edge

    def reach(self, positions: FloatArray) -> Reach:
        real = super().reach(positions)
        margins = self.margins_many(positions[None])[0]
        return replace(
            real,
            tool=np.array([positions[0], 0.0, 0.0]),
            turn=np.eye(3),
            margins=margins,
        )

    def margins_many(self, positions: FloatArray) -> FloatArray:
        return np.repeat(self.edge - 0.1 * positions[:, :1], len(self.limits), axis=1)


def asked(positions: FloatArray, velocities: FloatArray, mode: Mode = Mode.MOVING, **changes: object) -> SetPoint:
    made = SetPoint(positions, velocities, reading(START, np.zeros(N)), START, mode, allowed=9.0)
    return replace(made, **changes)


def gate_of(edge: float = 9.0, made: Limits = FREE) -> Gate:
    return Gate(made, Wall(edge))


def going(gate: Gate, velocity: FloatArray, **changes: object) -> Reference:
    """The reference of an arm that is at zero and goes at ``velocity``."""
    return replace(gate.start(reading(START, np.zeros(N))), velocities=velocity, **changes)


# -- faster than advised ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speed", "allowed", "fast"),
    [
        (0.005, 0.0, False),
        (math.nextafter(0.005, 1.0), 0.0, True),
        (0.1149, 0.1, False),
        (0.1151, 0.1, True),
        (0.2249, 0.2, False),
        (0.2251, 0.2, True),
    ],
)
def test_a_tenth_and_5_mm_a_second_above_the_advice_is_not_fast(speed: float, allowed: float, fast: bool) -> None:
    gate = gate_of()
    verdict = gate.judge(asked(vector(0, speed * DT), vector(0, speed), allowed=allowed), going(gate, vector(0, speed)))
    assert isinstance(verdict, Passed)
    assert verdict.reference.fast_since == (START if fast else math.inf)


def test_too_fast_for_too_long_is_told_in_mm_a_second() -> None:
    gate = gate_of()
    before = going(gate, vector(0, 0.25), fast_since=START - 1.0)
    verdict = gate.judge(asked(vector(0, 0.25 * DT), vector(0, 0.25), allowed=0.05), before)
    assert isinstance(verdict, Finding)
    assert verdict.fault().message == "The hand would move 250 mm/s; here the limit is 50 mm/s."


# -- zones -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "depth", "wanted"),
    [
        (Mode.STOPPING, 0.00099, ""),
        (Mode.STOPPING, 0.00101, "self_zone"),
        (Mode.MOVING, 0.00001, "self_zone"),
    ],
)
def test_only_a_stop_may_dip_into_a_zone_and_by_a_millimetre_only(mode: Mode, depth: float, wanted: str) -> None:
    speed = 0.1
    gate = gate_of(0.1 * speed * DT - depth)
    # A little faster than before: slowing down would pass anyway.
    before = going(gate, vector(0, 0.99 * speed), slowest=0.1)
    verdict = gate.judge(asked(vector(0, speed * DT), vector(0, speed), mode), before)
    assert code(verdict) == wanted, "all pairs are as close as the wall; the arm itself comes first"


@pytest.mark.parametrize(("room", "passes"), [(1e-6, True), (-1e-6, False)])
def test_a_motion_must_be_able_to_stop_within_two_ticks_and_its_braking_way(room: float, passes: bool) -> None:
    speed = 0.4
    way = 2.0 * DT * speed + braking.stop_way(vector(0, speed), np.zeros(N), FREE)[0]
    gate = gate_of(0.1 * (speed * DT + way) + room)
    verdict = gate.judge(asked(vector(0, speed * DT), vector(0, speed)), going(gate, vector(0, speed)))
    assert (code(verdict) == "") == passes


# -- stopping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [-1.0, 1.0])
@pytest.mark.parametrize(("speed", "wanted"), [(0.225, ""), (math.nextafter(0.225, 1.0), "not_begun")])
def test_a_stopping_arm_may_rise_by_a_quarter_of_its_speed_exactly(way: float, speed: float, wanted: str) -> None:
    gate = gate_of()
    before = going(gate, vector(1, way * 0.1), slowest=0.2)
    verdict = gate.judge(asked(vector(1, way * speed * DT), vector(1, way * speed), Mode.STOPPING), before)
    assert code(verdict) == wanted


def test_the_joint_that_rises_is_told() -> None:
    gate = gate_of()
    verdict = gate.judge(
        asked(vector(3, -0.4 * DT), vector(3, -0.4), Mode.STOPPING), going(gate, vector(3, -0.1), slowest=0.2)
    )
    assert isinstance(verdict, Finding)
    told = "The wrist flex joint may not move now: the arm is in the state stopping."
    assert verdict.fault().message == told


def test_a_set_point_of_a_moving_arm_leaves_a_stop_free_to_begin() -> None:
    gate = gate_of()
    verdict = gate.judge(asked(vector(0, 0.1 * DT), vector(0, 0.1)), going(gate, vector(0, 0.1)))
    assert isinstance(verdict, Passed)
    assert verdict.reference.slowest == math.inf


# -- coming to the arm -----------------------------------------------------------------------------------------------


def test_what_comes_to_the_arm_may_not_claim_to_be_fast() -> None:
    gate = gate_of()
    before = replace(gate.start(reading(START, np.zeros(N))), positions=vector(1, 0.1))
    for velocity, wanted in ((0.5, ""), (0.6, "speed_limit")):
        point = asked(vector(1, 0.05), vector(1, velocity))
        assert code(gate.judge(point, before)) == wanted


def test_what_comes_to_the_arm_goes_at_a_quarter_of_the_speed() -> None:
    gate = gate_of()
    before = replace(gate.start(reading(START, np.zeros(N))), positions=vector(1, 0.1))
    verdict = gate.judge(asked(vector(1, 0.09), np.zeros(N)), before)
    assert isinstance(verdict, Passed)
    assert verdict.anew
    assert verdict.speeds[1] == 0.25 * 0.5


def test_settling_does_not_leave_the_limits_of_a_joint_that_touches_nothing() -> None:
    edge = vector(4, 1.99)
    point = asked(edge + vector(4, 0.03), np.zeros(N), Mode.READY, state=reading(START, edge))
    assert code(gate_of().judge(point, None)) == "position_limit"


@pytest.mark.parametrize("lag", [-0.02, 0.02])
def test_servos_make_up_for_their_lag_in_either_direction(lag: float) -> None:
    gate = gate_of()
    here = vector(1, 0.5)
    point = asked(here, np.zeros(N), state=reading(START, here - vector(1, lag)))
    verdict = gate.judge(point, going(gate, np.zeros(N), positions=here))
    assert isinstance(verdict, Passed)
    assert verdict.speeds[1] == pytest.approx(1.1 * 0.2 + 0.02)


def test_the_reference_of_a_standing_arm_is_nobody_elses() -> None:
    state = reading(START, np.zeros(N))
    reference = gate_of().start(state)
    state.positions[0] = 1.0
    assert reference.positions[0] == 0.0


# -- a head that is not seen -----------------------------------------------------------------------------------------

UNSEEN = Finding(Code.HEAD_STALE, value=900.0, limit=200.0)


class Valley(Zones):
    """The tool is as far along x as the first joint is turned, 1 m a radian, and a table of x tells all else [m]."""

    def __init__(self, head: dict[float, float], margin: dict[float, float] | None = None) -> None:
        super().__init__(robot(), scene({}, person()))
        self.head = head
        self.margin = margin or {}

    def reach(self, positions: FloatArray) -> Reach:
        x = float(positions[0])
        margins = np.full(len(self.limits), self.margin.get(x, 1.0))
        tool = np.array([x, 0.0, 0.0])
        return Reach(tool, np.eye(3), margins, self.head.get(x, 1.0), self.version)

    def margins_many(self, positions: FloatArray) -> FloatArray:
        return np.ones((len(positions), len(self.limits)))


STEP = 2.0**-10


def test_where_the_head_is_seen_how_far_it_was_does_not_count_later() -> None:
    gate = Gate(FREE, Valley({0.0: 0.9, STEP: 0.5, 2.0 * STEP: 0.5}))
    start = gate.start(reading(START, np.zeros(N)))
    assert start.away == -math.inf
    seen = gate.judge(asked(vector(0, STEP), vector()), start)
    assert isinstance(seen, Passed)
    assert seen.reference.away == -math.inf
    lost = gate.judge(asked(vector(0, 2.0 * STEP), vector(), unseen=UNSEEN), seen.reference)
    assert isinstance(lost, Passed)
    assert lost.reference.away == 0.5


def test_a_head_not_seen_from_the_first_set_point_on_may_stay_as_far() -> None:
    verdict = Gate(FREE, Valley({})).judge(asked(vector(), vector(), unseen=UNSEEN), None)
    assert isinstance(verdict, Passed)


@pytest.mark.parametrize(("nearer", "wanted"), [(0.0, ""), (1e-12, "head_stale")])
def test_to_a_head_that_is_not_seen_the_arm_dips_a_millimetre_exactly(nearer: float, wanted: str) -> None:
    gate = Gate(FREE, Valley({0.0: 0.5, STEP: 0.5 - UNSEEN_DIP - nearer}))
    assert code(gate.judge(asked(vector(0, STEP), vector(), unseen=UNSEEN), going(gate, vector()))) == wanted


def pulled_back(head: tuple[float, float, float], margin: tuple[float, float, float], unseen: Finding | None) -> str:
    """What is found where the last set-point, the new one, and the arm are in turn ``head`` and ``margin`` [m] away."""
    last, new, arm = 0.0, 0.5, 1.0
    gate = Gate(
        FREE, Valley(dict(zip((last, new, arm), head, strict=True)), dict(zip((last, new, arm), margin, strict=True)))
    )
    before = gate.start(reading(START, np.zeros(N)))
    point = asked(vector(0, new), vector(), state=reading(START, vector(0, arm)), unseen=unseen)
    return code(gate.judge(point, before))


@pytest.mark.parametrize(("margin", "back"), [((-0.01, -0.02, -0.03), True), ((-0.01, -0.03, -0.02), False)])
def test_who_pulls_back_to_the_arm_may_not_go_deeper_than_the_arm_is(
    margin: tuple[float, float, float], back: bool
) -> None:
    assert (pulled_back((0.5, 0.5, 0.5), margin, None) == "") == back


def test_where_the_head_is_seen_pulling_back_to_an_arm_deep_in_something_may_come_nearer_to_it() -> None:
    assert pulled_back((0.5, 0.3, 0.4), (-0.01, -0.02, -0.03), None) == ""


@pytest.mark.parametrize(
    ("head", "back"),
    [
        ((0.5, 0.4, 0.3), True),
        ((0.5, 0.4, 0.4), True),
        ((0.5, 0.4 - SAME, 0.4), True),
        ((0.5, 0.4 - 2.0 * SAME, 0.4), False),
    ],
)
def test_not_seeing_the_head_pulling_back_to_the_arm_comes_no_nearer_than_the_arm_is(
    head: tuple[float, float, float], back: bool
) -> None:
    assert (pulled_back(head, (1.0, 1.0, 1.0), UNSEEN) == "") == back


# -- what else each check is for -------------------------------------------------------------------------------------

ASIDE = vector(1, 5e-4)
"""Beside the way back to the arm, so that it is no pulling back, and within what a reading may be wrong."""


@pytest.mark.parametrize(("arm", "wanted"), [(2.04, ""), (1.99, "speed_limit")])
def test_settling_leads_no_farther_out_than_the_arm_is_though_the_last_set_point_was(arm: float, wanted: str) -> None:
    gate = gate_of()
    before = replace(gate.start(reading(START, np.zeros(N))), positions=vector(4, 2.06))
    point = asked(vector(4, 2.03) + ASIDE, np.zeros(N), state=reading(START, vector(4, arm)))
    assert code(gate.judge(point, before)) == wanted


@pytest.mark.parametrize(("arm", "wanted"), [(-0.02, ""), (-0.01, "speed_limit")])
def test_settling_leads_no_deeper_than_the_arm_is_though_the_last_set_point_was(arm: float, wanted: str) -> None:
    gate = Gate(FREE, Valley({}, {0.0: -0.03, 0.02: -0.02, 0.04: arm}))
    before = gate.start(reading(START, np.zeros(N)))
    point = asked(vector(0, 0.02) + ASIDE, np.zeros(N), state=reading(START, vector(0, 0.04)))
    assert code(gate.judge(point, before)) == wanted


@pytest.mark.parametrize(("margin", "passes"), [(-0.01, True), (-0.01 - 2.0 * SAME, False)])
def test_where_a_motion_leads_counts_itself_and_not_only_its_way_to_rest(margin: float, passes: bool) -> None:
    gate = Gate(FREE, Valley({}, {0.0: -0.01, STEP: margin}))
    verdict = gate.judge(asked(vector(0, STEP), vector()), gate.start(reading(START, np.zeros(N))))
    assert isinstance(verdict, Passed) is passes
