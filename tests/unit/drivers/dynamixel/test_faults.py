import pytest

from armctl.config.arm import WireConfig
from armctl.hal.state import JointFault
from drivers.dynamixel.faults import faults_of
from drivers.dynamixel.messages import Hardware
from drivers.dynamixel.readings import Feedback

WIRE = WireConfig(min_voltage=4.0, max_voltage=13.0, warn_temperature=55)
MEMORY = {"min_voltage": 35, "max_voltage": 70}


def told(hardware=0, *, volts=50, celsius=30, torque=0, astray=False):
    said = Feedback(2048, 0, 0, volts, celsius, int(hardware), torque, 0, 15, 2)
    return faults_of(said, MEMORY, WIRE, astray=astray)


@pytest.mark.parametrize("torque", [0, 1])
@pytest.mark.parametrize(
    ("hardware", "fault"),
    [
        (0, JointFault.NONE),
        (Hardware.ENCODER, JointFault.ENCODER),
        (Hardware.SHOCK, JointFault.OVERCURRENT),
        (Hardware.OVERLOAD, JointFault.OVERLOAD),
        (Hardware.OVERLOAD | Hardware.SHOCK, JointFault.OVERLOAD | JointFault.OVERCURRENT),
    ],
)
def test_errors_are_told_as_they_are(hardware, fault, torque):
    assert told(hardware, torque=torque) == fault


@pytest.mark.parametrize(
    ("volts", "fault"),
    [
        (39, JointFault.VOLTAGE),
        (40, JointFault.RESTARTED),
        (70, JointFault.RESTARTED),
        (71, JointFault.VOLTAGE),
    ],
)
def test_a_voltage_error_of_a_limp_servo_is_over_when_the_supply_fits_arm_and_servo(volts, fault):
    assert told(Hardware.VOLTAGE, volts=volts) == fault
    assert told(Hardware.VOLTAGE, volts=volts, torque=1) == JointFault.VOLTAGE


@pytest.mark.parametrize(("celsius", "fault"), [(54, JointFault.OVERLOAD), (55, JointFault.OVERHEAT)])
def test_an_over_heating_of_a_limp_servo_is_over_when_it_is_cool(celsius, fault):
    assert told(Hardware.OVERHEAT, celsius=celsius) == fault
    assert told(Hardware.OVERHEAT, celsius=celsius, torque=1) == JointFault.OVERHEAT


def test_a_servo_that_went_astray_without_an_error_restarted():
    assert told(astray=True) == JointFault.RESTARTED
    assert told(Hardware.OVERLOAD, astray=True) == JointFault.OVERLOAD
