import math

import pytest

from sim.emulators.prompt import Prompt
from sim.emulators.unit_commands import UnitCommands
from tests.unit.sim.emulators.bench import BareUnit, Device, Plug


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def say(device):
    return Prompt(device, Plug()).answer


@pytest.mark.parametrize(
    ("word", "undo", "attribute"),
    [("block", "unblock 2", "blocked"), ("freeze", "unfreeze 2", "frozen"), ("reverse", "reverse 2 off", "reversed")],
)
def test_a_joint_gets_a_fault_and_loses_it(device, say, word, undo, attribute):
    say(f"{word} 2")
    assert [getattr(unit.faults, attribute) for unit in device.units] == [False, True, False]
    say(undo)
    assert not getattr(device.unit(2).faults, attribute)


def test_status_bits_are_set_and_cleared_by_name(device, say):
    assert say("status 2 overload") == "2 tells overload."
    assert say("status 2 VOLTAGE") == "2 tells voltage and overload."
    assert device.unit(2).faults.status == 33
    assert say("status 2 overload off") == "2 tells voltage."
    assert say("status 2 none") == "2 tells only what it finds itself."
    assert device.unit(2).faults.status == 0


@pytest.mark.parametrize("line", ["status 2", "status 2 fire"])
def test_the_names_of_the_status_bits_are_told_to_who_does_not_know_them(say, line):
    assert say(line) == "NAME is one of: voltage, overload. Type: status ID NAME|none [off]"


def test_supply_and_temperature_are_set_for_one_or_for_all(device, say):
    say("volts 1 7.4")
    say("celsius 2 71")
    assert [unit.volts for unit in device.units] == [7.4, 12.0, 12.0]
    assert [unit.celsius for unit in device.units] == [30.0, 71.0, 30.0]
    assert say("volts all 5V") == "The supply of all is 5 V."
    assert [unit.volts for unit in device.units] == [5.0] * 3
    say("celsius ALL 20")
    assert [unit.celsius for unit in device.units] == [20.0] * 3


def test_a_push_is_in_degrees(device, say):
    assert say("push 3 -90") == "A hand turns 3 by -90° and lets go."
    assert device.unit(3).pushed == pytest.approx(-math.pi / 2)


def test_a_slip_is_in_counts(device, say):
    assert say("slip 3 -40") == "The sensor of 3 reads -40 counts too much."
    assert device.unit(3).faults.slip == -40


@pytest.mark.parametrize(
    ("line", "cycled"),
    [("power 2", [2]), ("power cycle 2", [2]), ("power all", [1, 2, 3]), ("power cycle all", [1, 2, 3])],
)
def test_power_goes_and_comes_back(device, say, line, cycled):
    say(line)
    assert device.cycled == cycled


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("volts 1", "Something is missing."),
        ("volts 1 61", "61 is outside 0 to 60 V."),
        ("volts some 5", "'some' is no ID; there are: 1, 2, 3."),
        ("celsius 1 -41", "-41 is outside -40 to 150 °C."),
        ("push all 5", "'all' is no ID; there are: 1, 2, 3."),
        ("push 1 181", "181 is outside -180 to 180 °."),
        ("slip 1 2.5", "2.5 is not a whole number."),
        ("power", "Something is missing."),
        ("power cycle", "Something is missing."),
        ("block", "Which one?"),
        ("block 1 2", "'2' is neither on nor off."),
    ],
)
def test_what_is_not_understood_changes_nothing(device, say, line, says):
    before = [(vars(unit).copy(), vars(unit.faults).copy()) for unit in device.units]
    assert say(line).startswith(f"{says} Type: {line.split()[0]} ")
    assert [(vars(unit), vars(unit.faults)) for unit in device.units] == before
    assert device.cycled == []


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ("volts 1 5", "supply that it measures"),
        ("celsius 1 5", "thermometer"),
        ("push 1 5", "joint that a hand can turn"),
        ("status 1 overload", "status bits"),
        ("freeze 1", "joint that can be frozen"),
        ("reverse 1", "joint that can be reversed"),
        ("slip 1 5", "position sensor that can slip"),
    ],
)
def test_what_a_device_has_not_is_said_plainly(line, lacks):
    assert Prompt(Device(BareUnit), Plug()).answer(line) == f"This device has no {lacks}. Type help for what there is."


def test_the_condition_of_each_unit_is_a_line_with_what_is_wrong(device, say):
    say("block 2")
    say("slip 2 7")
    assert UnitCommands(device).conditions() == ["1: 12 V", "2: 12 V, blocked, slipped by 7 counts", "3: 12 V"]


def test_mending_ends_every_fault_of_every_unit(device, say):
    for line in ("block 1", "freeze 2", "reverse 3", "slip 1 4", "status 2 overload"):
        say(line)
    UnitCommands(device).mend()
    assert not any(value for unit in device.units for value in vars(unit.faults).values())
