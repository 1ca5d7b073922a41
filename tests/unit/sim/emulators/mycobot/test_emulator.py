"""The emulated arm at its port: frames, time, power, faults of the line."""

import pytest

from armctl.errors import ConfigError, SetupError
from sim.emulators.mycobot.emulator import MycobotEmulator
from tests.support.arms import so101
from tests.support.plants import ExactPlant
from tests.unit.sim.emulators.mycobot.rig import HOME, Device

ANGLES = "FE FE 02 20 FA"
AT_HOME = "FE FE 0E 20 00 00 00 00 D7 B7 28 49 00 00 00 00 FA"


@pytest.fixture
def device():
    return Device()


def test_it_answers_a_question(device):
    assert device.say(ANGLES) == AT_HOME


def test_a_question_in_pieces_is_understood(device):
    for byte in ANGLES.split()[:-1]:
        assert device.say(byte, wait=0.002) == ""
    assert device.say("FA") == AT_HOME


def test_half_a_question_is_forgotten_after_a_while(device):
    device.say("FE FE 02", wait=0.2)
    assert device.say(ANGLES) == AT_HOME


def test_garbage_is_passed_over(device):
    assert device.say("00 FE 13 FA FE FE FE 99 " + ANGLES + "FE") == AT_HOME


def test_an_unknown_command_is_not_answered(device):
    assert device.say("FE FE 02 99 FA") == ""
    assert device.say("FE FE 03 20 00 FA") == ""


def test_the_angles_take_their_time_and_what_the_controller_knows_by_itself_hardly_any(device):
    assert device.say(ANGLES, wait=0.017) == ""
    assert device.pass_time(0.002) == AT_HOME
    assert device.say("FE FE 02 12 FA", wait=0.0015) == "FE FE 03 12 01 FA"


def test_questions_are_answered_one_after_the_other(device):
    assert device.say("FE FE 02 12 FA" + ANGLES + "FE FE 02 07 FA", wait=0.018) == "FE FE 03 12 01 FA"
    assert device.pass_time(0.005) == f"{AT_HOME} FE FE 03 07 00 FA"


def test_more_than_it_can_keep_is_lost(device):
    answers = device.say("FE FE 02 12 FA" * 40, wait=0.1)
    assert answers.count("FE FE 03 12") == 16


def test_paced_bytes_take_their_time_too():
    device = Device(paced=True)
    # 22 bytes at 115200 bit/s take 1.9 ms.
    assert device.say(ANGLES, wait=0.019) == ""
    assert device.pass_time(0.002) == AT_HOME


def test_it_says_when_something_is_due(device):
    assert device.emulator.due() is None
    device.emulator.receive(bytes.fromhex(ANGLES))
    assert device.emulator.due() == pytest.approx(device.clock.now() + 0.018)


def test_an_echo_comes_at_once(device):
    device.emulator.faults.echo = True
    device.emulator.receive(bytes.fromhex(ANGLES))
    assert device.emulator.due() == device.clock.now()
    assert device.emulator.take() == bytes.fromhex(ANGLES)
    assert device.pass_time(0.03) == AT_HOME


def test_faults_of_the_line_are_those_of_unit_0(device):
    device.emulator.faults.drop_next(0)
    assert device.say(ANGLES) == ""
    device.emulator.faults.delay_next(0, 0.05)
    assert device.say(ANGLES, wait=0.06) == ""
    assert device.pass_time(0.01) == AT_HOME


def test_a_power_cycle_leaves_it_limp_without_orders_and_silent_for_a_while(device):
    device.order("FE FE 03 16 01 FA")
    device.order("FE FE 03 57 00 FA")
    device.emulator.power_cycle(3)
    assert device.say(ANGLES, wait=0.45) == ""
    device.pass_time(0.06)
    assert device.say("FE FE 02 17 FA") == "FE FE 03 17 00 FA"
    assert device.say("FE FE 02 51 FA") == "FE FE 03 51 00 FA"
    with pytest.raises(KeyError):
        device.emulator.power_cycle(9)


def test_without_power_servos_are_silent_and_the_controller_is_not(device):
    device.order("FE FE 02 11 FA")
    for text in (ANGLES, "FE FE 02 51 FA", "FE FE 02 65 FA", "FE FE 02 E3 FA"):
        assert device.say(text) == ""
    assert device.say("FE FE 02 12 FA") == "FE FE 03 12 00 FA"
    device.order("FE FE 02 10 FA")
    assert device.say(ANGLES) == AT_HOME


def test_units_are_the_joints_the_gripper_and_the_controller(device):
    assert [unit.id for unit in device.emulator.units] == [1, 2, 3, 4, 5, 6, 7, 0]
    assert all(unit.describe() for unit in device.emulator.units)
    assert device.emulator.joint(3) is device.emulator.units[2]


def test_the_controller_can_be_made_to_report_a_collision(device):
    unit = device.emulator.units[-1]
    unit.faults.status = unit.status_bits["collision"]
    device.pass_time(0.02)
    assert device.say("FE FE 02 07 FA") == "FE FE 03 07 10 FA"
    device.order("FE FE 02 08 FA")
    assert device.say("FE FE 02 07 FA") == "FE FE 03 07 10 FA"
    unit.faults.status = 0
    device.pass_time(0.02)
    device.order("FE FE 02 08 FA")
    assert device.say("FE FE 02 07 FA") == "FE FE 03 07 00 FA"
    assert unit.heeded == {"status"}


def test_what_it_has_not_it_refuses_in_words(device):
    unit = device.emulator.units[-1]
    for refused in (
        lambda: unit.set_supply(12.0),
        lambda: unit.set_temperature(30.0),
        lambda: unit.push(0.1),
        lambda: device.emulator.duplicate(1, on=True),
        lambda: device.emulator.joint(7).push(0.1),
    ):
        with pytest.raises(SetupError, match="no "):
            refused()


def test_the_scene_is_the_plants(device):
    assert device.emulator.scene().objects == {}


def test_another_number_of_joints_is_refused():
    with pytest.raises(ConfigError, match="so101 has 5 joints and a gripper"):
        MycobotEmulator(ExactPlant(HOME), so101(), Device().clock)
