from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.hal.state import JointFault
from armctl.safety import health
from armctl.safety.faults import Finding
from tests.unit.safety.bench import DT, NAMES, N, limits, reading, vector


def complaining(joint: int, fault: JointFault) -> tuple[JointFault, ...]:
    return tuple(fault if index == joint else JointFault.NONE for index in range(N))


@pytest.mark.parametrize("joint", range(N))
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (JointFault.RESTARTED, "servo_restarted"),
        (JointFault.ENCODER, "encoder_fault"),
        (JointFault.OVERHEAT, "over_temperature"),
        (JointFault.OVERCURRENT, "overcurrent"),
        (JointFault.OVERLOAD, "overload"),
        (JointFault.VOLTAGE, "voltage"),
    ],
)
def test_each_complaint_of_each_servo_has_its_fault(joint: int, fault: JointFault, code: str) -> None:
    finding = health.servo_complaint(reading(faults=complaining(joint, fault)), limits())
    assert finding is not None
    assert (finding.code, finding.joint) == (code, NAMES[joint])


def test_every_bit_is_known() -> None:
    assert {bit for bit, _ in health.SERVO_FAULTS} == set(JointFault)


def test_a_complaint_that_nobody_knows_is_one_all_the_same() -> None:
    finding = health.servo_complaint(reading(faults=complaining(3, JointFault(64))), limits())
    assert finding is not None
    assert finding.fault().message == "The wrist flex joint reports fault 64, which armctl does not know."


def test_the_gravest_complaint_comes_first() -> None:
    both = complaining(1, JointFault.OVERLOAD | JointFault.VOLTAGE | JointFault.RESTARTED)
    finding = health.servo_complaint(reading(faults=both), limits())
    assert finding is not None
    assert finding.code == "servo_restarted"


def test_contented_servos_find_nothing() -> None:
    assert health.servo_complaint(reading(), limits()) is None


def test_an_overheated_servo_tells_its_temperature() -> None:
    state = reading(faults=complaining(2, JointFault.OVERHEAT), temperatures=np.full(N, 71.0))
    finding = health.servo_complaint(state, limits())
    assert finding is not None
    assert "elbow flex joint is at 71 °C; the limit is 65 °C" in finding.fault().message


@pytest.mark.parametrize(("volts", "limit"), [(18.0, 13.0), (3.0, 4.5), (12.0, 13.0), (5.0, 4.5)])
def test_a_servo_that_complains_of_its_supply_tells_the_limit_that_is_nearest(volts: float, limit: float) -> None:
    state = reading(faults=complaining(2, JointFault.VOLTAGE), voltages=np.full(N, volts))
    finding = health.servo_complaint(state, limits())
    assert finding is not None
    assert (finding.value, finding.limit) == (volts, limit)


@pytest.mark.parametrize(
    "fault", [JointFault.RESTARTED, JointFault.ENCODER, JointFault.OVERCURRENT, JointFault.OVERLOAD]
)
def test_other_complaints_have_no_figures(fault: JointFault) -> None:
    finding = health.servo_complaint(reading(faults=complaining(0, fault)), limits())
    assert finding is not None
    assert (finding.value, finding.limit) == (Finding(finding.code).value, Finding(finding.code).limit)


@pytest.mark.parametrize("joint", range(N))
@pytest.mark.parametrize(("value", "hot"), [(64.999999, False), (65.0, True), (90.0, True), (math.nan, False)])
def test_hot(joint: int, value: float, hot: bool) -> None:
    temperatures = np.full(N, 30.0)
    temperatures[joint] = value
    expected = np.zeros(N, dtype=bool)
    expected[joint] = hot
    np.testing.assert_array_equal(health.too_hot(reading(temperatures=temperatures), limits()), expected)


@pytest.mark.parametrize(("value", "is_warm"), [(54.999999, False), (55.0, True), (70.0, True), (math.nan, False)])
def test_warm(value: float, is_warm: bool) -> None:
    temperatures = np.full(N, math.nan)
    temperatures[3] = value
    finding = health.warm(reading(temperatures=temperatures), limits())
    assert (finding is not None) == is_warm
    assert not is_warm or (finding is not None and (finding.joint, finding.value) == (NAMES[3], value))


def test_the_hottest_joint_is_named() -> None:
    finding = health.warm(reading(temperatures=np.array([math.nan, 56.0, 62.0, 20.0, 58.0, 30.0])), limits())
    assert finding is not None
    assert finding.joint == "elbow_flex"


@pytest.mark.parametrize(
    ("value", "wrong"),
    [(4.5 - 1e-9, True), (4.5, False), (13.0, False), (13.0 + 1e-9, True), (0.0, True), (math.nan, False)],
)
@pytest.mark.parametrize("joint", range(N))
def test_voltage(joint: int, value: float, wrong: bool) -> None:
    voltages = np.full(N, 7.4)
    voltages[joint] = value
    found = health.wrong_voltage(reading(voltages=voltages), limits())
    assert found[joint] == wrong
    assert found.sum() == wrong


@pytest.mark.parametrize(("value", "limit"), [(4.0, 4.5), (14.0, 13.0)])
def test_a_wrong_voltage_is_told_with_the_limit_it_passed(value: float, limit: float) -> None:
    finding = health.voltage_finding(1, reading(voltages=np.full(N, value)), limits())
    assert (finding.value, finding.limit, finding.joint) == (value, limit, "shoulder_lift")


def test_the_allowance_for_a_jump_grows_with_the_time_between_readings() -> None:
    allowed = health.jump_allowance(vector(1, 0.1), limits(), 0.05)
    np.testing.assert_allclose(allowed, 2 * 0.5 * np.maximum(vector(1, 0.1), DT) + 0.05)
