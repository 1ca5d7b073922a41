"""Ports of a computer made of files: what is said about each, and the remedy."""

import os

import pytest

from armctl.cli import doctor_ports
from armctl.cli.doctor_ports import ports, user_name
from tests.support.computers import FakeComputer


@pytest.fixture
def computer(tmp_path):
    return FakeComputer(tmp_path)


def findings(computer):
    found = list(ports(computer.here))
    assert all(finding.remedy for finding in found if finding.level != "good")
    return found


def about(computer, subject):
    return [finding for finding in findings(computer) if finding.subject == subject]


def test_no_port_at_all_says_plug_it_in(computer):
    (finding,) = findings(computer)
    assert (finding.level, finding.subject) == ("note", "serial ports")
    assert "Plug the arm in" in finding.remedy


def test_a_port_that_can_be_used_is_good_and_says_what_such_an_adapter_usually_is(computer):
    path = computer.plug("ttyACM0", serial="5AB")
    (finding,) = findings(computer)
    assert (finding.level, finding.subject) == ("good", path)
    expected = (
        "CH343, 1a86:55d3, serial number 5AB: usually the servo board of an SO-101, SO-100 or Koch arm; can be used"
    )
    assert finding.text == expected


@pytest.mark.parametrize(
    ("usb", "words"),
    [
        ("0403:6014", "U2D2"),
        ("2f5d:2202", "OpenMANIPULATOR"),
        ("10c4:ea60", "myCobot"),
        ("2341:0042", "uArm"),
        ("1a86:7523", "uArm"),
        ("dead:beef", "no adapter that arms are known to have"),
    ],
)
def test_adapters_are_named_for_what_they_usually_are(computer, usb, words):
    path = computer.plug("ttyUSB0", usb, title="Thing")
    assert words in about(computer, path)[0].text


def test_a_port_of_the_computer_itself_is_called_that(computer):
    path = computer.board_port("ttyAMA0", 32)
    assert about(computer, path)[0].text == "no USB: a port of this computer itself; can be used"


def test_a_port_without_permission_names_the_group_the_command_and_the_rule(computer):
    path = computer.plug("ttyACM0")
    computer.forbid(path)
    (finding,) = about(computer, path)
    assert finding.level == "bad"
    assert f"may not be used by {user_name()}." in finding.text
    assert "usermod -aG" in finding.remedy
    assert "armctl doctor --udev" in finding.remedy


def test_a_user_and_a_group_without_names_are_no_obstacle(computer, monkeypatch):
    def nobody(_number):
        raise KeyError

    monkeypatch.setattr(doctor_ports.pwd, "getpwuid", nobody)
    monkeypatch.setattr(doctor_ports.grp, "getgrgid", nobody)
    path = computer.plug("ttyACM0")
    computer.forbid(path)
    (finding,) = about(computer, path)
    assert f"may not be used by {os.getuid()}." in finding.text
    assert "Ask who looks after this computer" in finding.remedy


def test_who_uses_a_port_is_named(computer):
    path = computer.plug("ttyACM0")
    computer.process(41, "lerobot", opens=path)
    (_, finding) = about(computer, path)
    assert (finding.level, finding.text) == ("note", "is in use by lerobot (process 41).")
    assert "end that one" in finding.remedy


def test_the_timer_of_an_ftdi_adapter_is_told_with_both_remedies(computer):
    path = computer.plug("ttyUSB3", "0403:6014", serial="F", latency=16)
    (_, finding) = about(computer, path)
    assert finding.text == "its adapter waits 16 ms before each answer; 1 ms is right."
    assert "/sys/bus/usb-serial/devices/ttyUSB3/latency_timer" in finding.remedy
    assert "armctl doctor --udev" in finding.remedy


@pytest.mark.parametrize("latency", [None, 1, 0])
def test_a_timer_that_is_right_or_missing_is_not_worth_a_word(computer, latency):
    path = computer.plug("ttyUSB0", "0403:6014", serial="F", latency=latency)
    assert len(about(computer, path)) == 1


def test_a_board_that_restarts_when_opened_is_told_with_what_to_do(computer):
    path = computer.plug("ttyACM0", "2341:0042", serial="U")
    (_, finding) = about(computer, path)
    assert "restarts" in finding.text
    assert "Support the arm" in finding.remedy


def test_adapters_that_cannot_be_told_apart_are_named_by_their_sockets(computer):
    computer.plug("ttyUSB0", "1a86:7523")
    assert about(computer, "serial ports") == []
    computer.plug("ttyUSB1", "1a86:7523")
    (finding,) = about(computer, "serial ports")
    assert "2 adapters 1a86:7523 have no serial number" in finding.text
    assert "/dev/serial/by-path" in finding.remedy


def test_modem_manager_is_told_with_the_ports_it_bothers(computer):
    path = computer.plug("ttyACM0", serial="A")
    assert about(computer, "ModemManager") == []
    computer.process(7, "ModemManager")
    (finding,) = about(computer, "ModemManager")
    assert finding.level == "note"
    assert path in finding.text
    assert "ID_MM_DEVICE_IGNORE" in finding.remedy


def test_modem_manager_that_was_told_to_leave_the_port_alone_is_good(computer):
    path = computer.plug("ttyACM0", serial="A", leads_to="/dev/null")
    computer.process(7, "ModemManager")
    computer.left_alone_by_modem_manager(path)
    (finding,) = about(computer, "ModemManager")
    assert finding.level == "good"


def test_modem_manager_with_nothing_plugged_in_is_worth_a_note(computer):
    computer.process(7, "ModemManager")
    (finding,) = about(computer, "ModemManager")
    assert (finding.level, finding.text[-1]) == ("note", ".")


def test_the_braille_program_that_takes_ports_is_told(computer):
    computer.process(8, "brltty")
    (finding,) = about(computer, "brltty")
    assert "Where nobody uses a Braille display" in finding.remedy


def test_a_computer_that_hides_its_processes_is_no_obstacle(computer):
    computer.plug("ttyACM0")
    (computer.folder / "proc").rmdir()
    assert len(findings(computer)) == 1
