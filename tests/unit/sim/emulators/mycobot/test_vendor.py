"""The maker's own Python package finds nothing odd about the emulated arm."""

import time
import warnings

import pytest

from armctl.clock import SystemClock
from sim.emulators.mycobot.emulator import MycobotEmulator
from sim.emulators.pty import on_pty
from tests.support.plants import ExactPlant
from tests.unit.sim.emulators.mycobot.rig import HOME, mycobot280

with warnings.catch_warnings():
    # It asks for the language in a way that Python is about to give up.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pymycobot import MyCobot280

CLOCK = SystemClock()


class Vendor:
    """The package, its arm, and patience: it gives up after half a second, and takes half an answer for one."""

    def __init__(self, emulator, path):
        self.emulator = emulator
        self.robot = MyCobot280(path)

    def __getattr__(self, name):
        return lambda *given, **named: self.patient(name, *given, **named)

    def patient(self, name, *given, **named):
        for _ in range(20):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                try:
                    told = getattr(self.robot, name)(*given, **named)
                except (TypeError, IndexError, ValueError):  # it also takes apart an answer that did not come
                    continue
            if told not in (-1, None):
                return told
        raise AssertionError(f"no answer to {name}")

    def until(self, wanted, name, *given):
        """Ask until the arm has got there."""
        ends = time.monotonic() + 20
        while (told := self.patient(name, *given)) != wanted:
            assert time.monotonic() < ends, f"{name} told {told}, not {wanted}"
        return told


@pytest.fixture(scope="module")
def served():
    """One arm for all: the package takes 1.5 s to open a port."""
    emulator = MycobotEmulator(ExactPlant(HOME), mycobot280(), CLOCK)
    with on_pty(emulator, CLOCK) as thread:
        it = Vendor(emulator, thread.path)
        yield it, thread
        it.robot.close()


@pytest.fixture
def vendor(served):
    it, thread = served
    thread.do(it.emulator.controller.restart)
    assert it.set_fresh_mode(1) == 1
    return it


def test_it_finds_the_arm_and_its_versions(vendor):
    assert vendor.is_controller_connected() == 1
    assert vendor.get_system_version() == 7.2
    assert vendor.get_basic_version() == 2.3


def test_angles_are_sent_followed_and_read_back(vendor):
    assert vendor.send_angles([5, 10, -90, 80, -20, 3.5], 100) == 1
    vendor.until(1, "is_in_position", [5, 10, -90, 80, -20, 3.5], 0)
    vendor.until(0, "is_moving")
    assert vendor.get_angles() == pytest.approx([5, 10, -90, 80, -20, 3.5], abs=0.02)


def test_one_angle_moves_one_joint(vendor):
    assert vendor.send_angle(1, 0, 100) == 1
    before = vendor.get_angles()
    assert vendor.send_angle(6, 12.34, 100) == 1
    vendor.until(0, "is_moving")
    after = vendor.get_angles()
    assert after[5] == pytest.approx(12.34, abs=0.02)
    assert after[1:5] == pytest.approx(before[1:5], abs=0.02)


def test_coordinates_are_those_of_the_flange_and_may_be_sent(vendor):
    vendor.send_angles([0, 0, -90, 90, 0, 0], 100)
    vendor.until(0, "is_moving")
    # By hand: the flange is 45.6 mm ahead of joint 5, that 73.18 mm above joint 4, which is 96 mm ahead of joint 3.
    here = vendor.get_coords()
    assert here == pytest.approx([96 + 45.6, -64.6, 131.56 + 110.4 + 73.2, -90, 0, -90], abs=0.2)
    there = [here[0] - 10, here[1], here[2] + 5, *here[3:]]
    assert vendor.send_coords(there, 100) == 1
    vendor.until(1, "is_in_position", there, 1)
    vendor.until(0, "is_moving")
    assert vendor.get_coords() == pytest.approx(there, abs=0.3)
    assert vendor.send_coord(3, here[2], 100) == 1
    vendor.until(0, "is_moving")
    assert vendor.get_coords()[2] == pytest.approx(here[2], abs=0.3)


def test_angles_and_coordinates_come_together_too(vendor):
    both = vendor.get_angles_coords()
    assert both[:6] == pytest.approx(vendor.get_angles(), abs=0.02)
    assert both[6:] == pytest.approx(vendor.get_coords(), abs=0.2)


def test_stop_ends_a_move_on_the_way(vendor):
    vendor.send_angle(1, 0, 100)
    vendor.until(0, "is_moving")
    vendor.send_angle(1, 90, 10)
    assert vendor.is_moving() == 1
    assert vendor.stop() == 1
    vendor.until(0, "is_moving")
    assert vendor.get_angles()[0] < 60


def test_pause_waits_on_the_way_and_resume_goes_on(vendor):
    vendor.send_angle(1, 0, 100)
    vendor.until(0, "is_moving")
    vendor.send_angle(1, 40, 40)
    assert vendor.pause() == 1
    assert vendor.is_paused() == 1
    time.sleep(0.2)
    stood = vendor.get_angles()[0]
    assert stood < 35
    assert vendor.resume() == 1
    assert vendor.is_paused() == 0
    vendor.until(0, "is_moving")
    assert vendor.get_angles()[0] == pytest.approx(40, abs=0.05)


def test_jogs_go_until_they_are_stopped(vendor):
    for jog in (("jog_angle", 1, 0, 30), ("jog_coord", 3, 1, 30)):
        assert vendor.patient(*jog) == 1
        assert vendor.is_moving() == 1
        assert vendor.stop() == 1
        vendor.until(0, "is_moving")
    before = vendor.get_angles()[1]
    assert vendor.jog_increment_angle(2, -4.5, 100) == 1
    vendor.until(0, "is_moving")
    assert vendor.get_angles()[1] == pytest.approx(before - 4.5, abs=0.05)


def test_a_goal_over_a_limit_is_an_error_until_it_is_cleared(vendor):
    assert vendor.get_joint_min_angle(5) == -155
    assert vendor.get_joint_max_angle(2) == 140
    assert vendor.get_error_information() == 0
    vendor.set_joint_max(2, 20)
    vendor.send_angle(2, 25, 100)
    assert vendor.get_error_information() == 2
    vendor.set_joint_max(2, 140)
    assert vendor.clear_error_information() == 1
    assert vendor.get_error_information() == 0


def test_torque_is_released_and_switched_on(vendor):
    assert vendor.is_all_servo_enable() == 0
    assert vendor.focus_all_servos() == 1
    assert vendor.is_all_servo_enable() == 1
    assert vendor.release_servo(4) == 1
    assert vendor.is_servo_enable(4) == 0
    assert vendor.is_servo_enable(3) == 1
    assert vendor.focus_servo(4) == 1
    assert vendor.release_all_servos() == 1
    assert [vendor.is_servo_enable(number) for number in range(1, 7)] == [0] * 6


def test_without_power_the_servos_are_silent(vendor):
    assert vendor.power_off() == 1
    assert vendor.is_power_on() == 0
    assert vendor.robot.get_angles() == -1
    assert vendor.power_on() == 1
    assert vendor.is_power_on() == 1
    assert len(vendor.get_angles()) == 6


def test_encoders_count_around_2048(vendor):
    angles = vendor.get_angles()
    encoders = vendor.get_encoders()
    assert encoders == [pytest.approx(2048 + angle * 4096 / 360, abs=1) for angle in angles]
    assert vendor.get_encoder(3) == encoders[2]
    assert vendor.set_encoder(6, 2048 - 100, 100) == 1
    vendor.until(0, "is_moving")
    assert vendor.get_encoder(6) == 1948


def test_the_gripper_opens_and_closes(vendor):
    assert vendor.set_gripper_value(30, 100) == 1
    vendor.until(0, "is_gripper_moving")
    assert vendor.get_gripper_value() == 30
    assert vendor.set_gripper_state(0, 100) == 1
    vendor.until(100, "get_gripper_value")
    assert vendor.set_gripper_state(254, 1) == 1


def test_modes_are_told_as_set(vendor):
    assert vendor.get_fresh_mode() == 1
    assert vendor.set_fresh_mode(0) == 1
    assert vendor.get_fresh_mode() == 0
    assert vendor.set_free_mode(1) == 1
    assert vendor.is_free_mode() == 1
    assert vendor.set_free_mode(0) == 1
    assert vendor.is_free_mode() == 0


def test_what_the_servos_measure_has_six_values(vendor):
    assert vendor.get_servo_voltages() == [12.0] * 6
    assert vendor.get_servo_temps() == [32] * 6
    assert vendor.get_servo_status() == [0] * 6
    assert len(vendor.get_servo_speeds()) == 6
    assert vendor.get_servo_data(2, 63) == 32


def test_the_light_shines(vendor):
    assert vendor.set_color(1, 2, 250) == 1
    assert vendor.emulator.controller.colour == (1, 2, 250)
