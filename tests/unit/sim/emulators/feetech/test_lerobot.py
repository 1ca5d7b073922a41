"""LeRobot's Feetech bus, as its users run it, finds nothing odd about the emulated servos."""

import pytest

from armctl.clock import SystemClock
from drivers.feetech import messages as reg
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.feetech.servo import Servo
from sim.emulators.pty import on_pty
from tests.support.arms import HOME, so101
from tests.support.lerobot import connect, motors_of, patient, quick_switching
from tests.support.plants import ExactPlant

CLOCK = SystemClock()
JOINTS = so101().joint_names
RETRY = 20
"""LeRobot waits a second for an answer; a busy computer can be later still."""


class Bench:
    def __init__(self, joints=JOINTS):
        self.plant = ExactPlant(HOME)
        self.emulator = FeetechEmulator(self.plant, so101(), CLOCK)
        self.joints = joints

    def bus(self, path, calibration=None):
        motors, feetech = motors_of("feetech")
        mode = motors.MotorNormMode.RANGE_M100_100
        wired = {name: motors.Motor(JOINTS.index(name) + 1, "sts3215", mode) for name in self.joints}
        return feetech.FeetechMotorsBus(path, wired, calibration)

    def get(self, joint, cell):
        return self.emulator.servos[JOINTS.index(joint)].memory.get(cell)


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


def calibration(**changes):
    motors, _ = motors_of("feetech")
    return {
        name: motors.MotorCalibration(
            **{"id": number, "drive_mode": 0, "homing_offset": 0, "range_min": 700, "range_max": 3400, **changes}
        )
        for number, name in enumerate(JOINTS, 1)
    }


def steps():
    return {name: round(2048 + angle * 4096 / 6.283185307) for name, angle in zip(JOINTS, HOME, strict=True)}


def test_its_handshake_finds_every_motor_with_one_firmware(bus):
    assert bus.is_connected
    assert bus._read_firmware_version(list(range(1, 7))) == dict.fromkeys(range(1, 7), "3.10")


def test_its_handshake_names_the_motor_that_is_missing(bench):
    bench.emulator.servos[2].memory.put(reg.ID, 33)
    with on_pty(bench.emulator, CLOCK) as served:
        bus = bench.bus(served.path)
        with pytest.raises(RuntimeError, match="- 3 .expected model"):
            bus.connect()
        bus.port_handler.closePort()


def test_a_call_to_everybody_brings_ids_and_models(bus):
    assert bus.broadcast_ping(num_retry=RETRY) == dict.fromkeys(range(1, 7), 777)


def test_sync_read_brings_the_positions(bus):
    assert bus.sync_read("Present_Position", normalize=False, num_retry=RETRY) == pytest.approx(steps(), abs=1)


def test_sync_write_moves_the_arm(bench, bus):
    wanted = {name: step + 40 for name, step in steps().items()}
    bus.sync_write("Goal_Position", wanted, normalize=False, num_retry=RETRY)
    deadline = CLOCK.now() + 20.0
    while (now := bus.sync_read("Present_Position", normalize=False, num_retry=RETRY)) != wanted:
        assert CLOCK.now() < deadline, now
    assert bus.sync_read("Torque_Enable", num_retry=RETRY) == dict.fromkeys(JOINTS, 1)


def test_configuring_writes_delay_and_accelerations(bench, bus):
    bus.disable_torque(num_retry=RETRY)
    for servo in bench.emulator.servos:
        servo.memory.put(reg.RETURN_DELAY, 250)
        servo.memory.put(reg.MAX_ACCELERATION, 100)
    patient(bus.configure_motors)
    for joint in JOINTS:
        assert bench.get(joint, reg.RETURN_DELAY) == 0
        assert bench.get(joint, reg.MAX_ACCELERATION) == 254
        assert bench.get(joint, reg.ACCELERATION) == 254
        assert (bench.get(joint, reg.TORQUE_ENABLE), bench.get(joint, reg.LOCK)) == (0, 0)
    bus.enable_torque(num_retry=RETRY)
    assert {(bench.get(joint, reg.TORQUE_ENABLE), bench.get(joint, reg.LOCK)) for joint in JOINTS} == {(1, 1)}


def test_a_calibration_it_writes_is_the_one_it_reads(bench, bus):
    bus.disable_torque(num_retry=RETRY)
    written = calibration(homing_offset=-321)
    patient(lambda: bus.write_calibration(written))
    assert patient(bus.read_calibration) == written
    assert patient(lambda: bus.is_calibrated)
    assert bench.get("elbow_flex", reg.HOMING_OFFSET) == -321
    assert bench.get("elbow_flex", reg.MAX_POSITION) == 3400


def test_its_half_turn_homing_makes_here_the_middle(bench, bus):
    bus.disable_torque(num_retry=RETRY)
    patient(bus.reset_calibration)
    offsets = patient(bus.set_half_turn_homings)
    assert set(offsets) == set(JOINTS)
    here = bus.sync_read("Present_Position", normalize=False, num_retry=RETRY)
    assert here == pytest.approx(dict.fromkeys(JOINTS, 2047), abs=1)


def test_it_finds_a_single_motor_by_asking_at_each_speed_and_gives_it_its_id(bench):
    bench.emulator.servos = (Servo(so101().joints[0].servo, bench.emulator._motors.measured()[0]),)
    bench.emulator.servos[0].memory.put(reg.ID, 9)
    bench.emulator.advance = lambda: None
    bench.joints = ("gripper",)
    with on_pty(bench.emulator, CLOCK) as served:
        bus = bench.bus(served.path)
        bus._connect(handshake=False)
        assert patient(lambda: bus._find_single_motor("gripper")) == (1_000_000, 9)
        patient(lambda: bus.setup_motor("gripper", initial_baudrate=1_000_000, initial_id=9))
        assert bus.ping("gripper", num_retry=RETRY) == 777
        bus.port_handler.closePort()
    assert bench.emulator.servos[0].id == 6


def test_a_lost_answer_is_an_error_and_a_retry_heals_it(bench, bus):
    bench.emulator.faults.drop_next(3)
    with pytest.raises(ConnectionError):
        bus.sync_read("Present_Position", normalize=False)
    bench.emulator.faults.drop_next(3)
    assert bus.sync_read("Present_Position", normalize=False, num_retry=RETRY) == pytest.approx(steps(), abs=1)
