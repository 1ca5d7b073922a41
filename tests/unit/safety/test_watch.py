from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.hal.state import JointFault, JointState
from armctl.safety.faults import Finding
from armctl.safety.limits import SILENT_READS
from armctl.safety.watch import Watch
from tests.unit.safety.bench import DT, NAMES, N, limits, reading, silent, vector


def conditions(states: list[JointState]) -> list[str]:
    watch = Watch(limits())
    return ["" if finding is None else str(finding.code) for finding in map(watch.condition, states)]


def hot(value: float = 70.0) -> JointState:
    return reading(temperatures=np.full(N, 30.0) + vector(1, value - 30.0))


def low(value: float = 3.0) -> JointState:
    return reading(voltages=np.full(N, 7.4) + vector(4, value - 7.4))


def mute() -> JointState:
    return reading(fresh=np.zeros(N, dtype=np.bool_))


@pytest.mark.parametrize("joint", range(N))
def test_the_third_silence_of_a_joint_in_a_row_is_a_fault_that_names_it(joint: int) -> None:
    watch = Watch(limits())
    findings = [watch.condition(silent(joint)) for _ in range(SILENT_READS)]
    assert findings[:-1] == [None, None]
    assert findings[-1] == Finding(findings[-1].code, NAMES[joint], 3.0, 3.0) if findings[-1] else False
    assert findings[-1] is not None
    assert findings[-1].code == "joint_mute"


def test_an_answer_in_between_starts_the_count_anew() -> None:
    assert conditions([silent(0), silent(0), reading(), silent(0), silent(0)]) == [""] * 5


def test_different_joints_count_for_themselves() -> None:
    assert conditions([silent(0), silent(1), silent(2), silent(0)]) == [""] * 4


def test_an_arm_that_is_silent_altogether_is_told_as_such() -> None:
    assert conditions([mute(), mute(), mute()]) == ["", "", "bad_cycles"]


def test_one_joint_silent_for_longer_than_the_others_is_still_the_whole_arm_in_the_end() -> None:
    assert conditions([silent(2), silent(2), mute(), mute(), mute()]) == [
        "",
        "",
        "joint_mute",
        "joint_mute",
        "bad_cycles",
    ]


@pytest.mark.parametrize(("make", "code"), [(hot, "over_temperature"), (low, "voltage")])
def test_bad_values_count_when_they_last(make: type, code: str) -> None:
    assert conditions([make(), make(), make()]) == ["", "", code]
    assert conditions([make(), make(), reading(), make(), make()]) == [""] * 5


def test_reads_without_an_answer_neither_count_nor_clear() -> None:
    stale = silent(1)
    stale.temperatures[1] = 70.0
    assert conditions([hot(), hot(), stale, hot()]) == ["", "", "", "over_temperature"]


def test_values_that_are_not_measured_are_fine() -> None:
    blind = reading(temperatures=np.full(N, math.nan), voltages=np.full(N, math.nan))
    assert conditions([blind] * 5) == [""] * 5


def test_the_figures_of_a_lasting_bad_value_are_told() -> None:
    watch = Watch(limits())
    findings = [watch.condition(low(14.0)) for _ in range(3)]
    assert findings[-1] is not None
    assert findings[-1].fault().message == "The wrist roll joint has 14.0 V; the limit is 13.0 V."
    watch = Watch(limits())
    findings = [watch.condition(hot()) for _ in range(3)]
    assert findings[-1] is not None
    assert findings[-1].fault().message == "The shoulder lift joint is at 70 °C; the limit is 65 °C."


def test_a_complaint_of_a_servo_counts_at_once() -> None:
    faults = (JointFault.NONE,) * 5 + (JointFault.OVERLOAD,)
    assert conditions([reading(faults=faults)]) == ["overload"]


def test_lost_torque_counts_when_it_lasts() -> None:
    watch = Watch(limits())
    limp = reading(torque_on=False)
    codes = [watch.armed(state, None, 0.0) for state in (limp, limp, reading(), limp, limp, limp)]
    assert [finding is not None for finding in codes] == [False] * 5 + [True]
    assert codes[-1] is not None
    assert codes[-1].code == "torque_lost"


def test_starting_anew_forgets_lost_torque() -> None:
    watch = Watch(limits())
    limp = reading(torque_on=False)
    watch.armed(limp, None, 0.0)
    watch.armed(limp, None, 0.0)
    watch.restart()
    findings = [watch.armed(limp, None, 0.0) for _ in range(SILENT_READS)]
    assert [finding is not None for finding in findings] == [False, False, True]


def test_starting_anew_forgets_what_the_joints_were_told() -> None:
    watch = Watch(limits())
    for tick in range(20):
        assert watch.armed(reading(tick * DT), np.zeros(N), tick * DT) is None
    watch.restart()
    # Without that it would have stood for long while told to go 3° further.
    assert watch.armed(reading(20 * DT), vector(0, 0.05), 20 * DT) is None


def test_what_the_joints_are_told_is_followed() -> None:
    watch = Watch(limits())
    findings = [watch.armed(reading(tick * DT), vector(0, 0.5 * tick * DT), tick * DT) for tick in range(15)]
    codes = [finding.code for finding in findings if finding is not None]
    assert codes
    assert codes[0] == "frozen_position"
