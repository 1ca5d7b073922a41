"""LeRobot's DYNAMIXEL bus, as its users run it, finds nothing odd about the emulated servos."""

import pytest

from armctl.clock import SystemClock
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from sim.emulators.pty import on_pty
from tests.support.lerobot import connect, motors_of, patient, quick_switching
from tests.support.plants import ExactPlant
from tests.unit.sim.emulators.dynamixel.bench import arm

CLOCK = SystemClock()
CONFIG = arm("koch_v11")
JOINTS = CONFIG.joint_names
POSE = [*CONFIG.poses["home"], 0.5]
MODELS = {1060: "xl430-w250", 1200: "xl330-m288"}
RETRY = 30
"""The maker's package waits 34 ms for an answer; a busy computer takes longer at times."""


class Bench:
    def __init__(self):
        self.plant = ExactPlant(POSE)
        self.emulator = DynamixelEmulator(self.plant, CONFIG, CLOCK)

    def bus(self, path):
        motors, dynamixel = motors_of("dynamixel")
        mode = motors.MotorNormMode.RANGE_M100_100
        wired = {joint.name: motors.Motor(joint.servo.id, MODELS[joint.servo.model], mode) for joint in CONFIG.joints}
        return dynamixel.DynamixelMotorsBus(path, wired)


@pytest.fixture(autouse=True)
def quick():
    with quick_switching():
        yield


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def bus(bench):
    with on_pty(bench.emulator, CLOCK) as served:
        it = bench.bus(served.path)
        connect(it)
        yield it
        it.port_handler.closePort()


def positions(bus):
    return bus.sync_read("Present_Position", normalize=False, num_retry=RETRY)


def test_its_handshake_finds_every_motor_and_a_call_to_everybody_their_models(bus):
    assert bus.is_connected
    found = patient(lambda: bus.broadcast_ping(raise_on_error=True))
    assert found == {joint.servo.id: joint.servo.model for joint in CONFIG.joints}


def test_its_handshake_names_the_motor_that_is_missing(bench):
    with on_pty(bench.emulator, CLOCK) as served:
        bench.emulator.faults.muted = {3}
        bus = bench.bus(served.path)
        with pytest.raises(RuntimeError, match="- 3 .expected model"):
            bus.connect()
        bus.port_handler.closePort()


def test_sync_write_moves_the_arm_to_where_sync_read_then_sees_it(bus):
    patient(lambda: bus.enable_torque(num_retry=RETRY))
    wanted = {name: step + 40 for name, step in positions(bus).items()}
    patient(lambda: bus.sync_write("Goal_Position", wanted, normalize=False, num_retry=RETRY))
    deadline = CLOCK.now() + 20.0
    while (now := positions(bus)) != pytest.approx(wanted, abs=2):
        assert CLOCK.now() < deadline, now


def test_configuring_and_operating_modes_reach_the_servos(bench, bus):
    patient(lambda: bus.disable_torque(num_retry=RETRY))
    patient(bus.configure_motors)
    bus.write("Operating_Mode", "gripper", 5, num_retry=RETRY)
    assert bus.read("Operating_Mode", "gripper", normalize=False, num_retry=RETRY) == 5
    delays = bus.sync_read("Return_Delay_Time", normalize=False, num_retry=RETRY)
    assert delays == dict.fromkeys(JOINTS, 0)


def test_a_calibration_it_writes_is_the_one_it_reads(bus):
    motors, _ = motors_of("dynamixel")
    patient(lambda: bus.disable_torque(num_retry=RETRY))
    before = patient(bus.read_calibration)
    written = {
        name: motors.MotorCalibration(known.id, known.drive_mode, -321, 700, 3400) for name, known in before.items()
    }
    patient(lambda: bus.write_calibration(written))
    assert patient(bus.read_calibration) == written
    assert patient(lambda: bus.is_calibrated)


def test_its_half_turn_homing_makes_here_the_middle(bus):
    patient(lambda: bus.disable_torque(num_retry=RETRY))
    patient(bus.reset_calibration)
    patient(bus.set_half_turn_homings)
    assert positions(bus) == pytest.approx(dict.fromkeys(JOINTS, 2047), abs=1)


def test_a_write_that_the_servo_refuses_is_an_error(bus):
    patient(lambda: bus.enable_torque("gripper", num_retry=RETRY))
    with pytest.raises(RuntimeError, match="access|range|write"):
        patient(lambda: bus.write("Homing_Offset", "gripper", 5, num_retry=RETRY))
