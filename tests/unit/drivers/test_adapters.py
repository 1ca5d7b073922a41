"""Ports and adapters are read from the kernel's own files; nothing is opened."""

import os

import pytest

from armctl.hal.registry import ARMS
from drivers.adapters import KINDS, Adapter, adapter_at, adapters, users_of
from drivers.discover import PROBES
from drivers.holders import Holder
from tests.support.computers import FakeComputer


@pytest.fixture
def computer(tmp_path):
    return FakeComputer(tmp_path)


def test_an_adapter_is_told_with_everything_the_kernel_knows(computer):
    path = computer.plug("ttyUSB0", "0403:6014", serial="FT1", title="U2D2", latency=16)
    (found,) = adapters(computer.here)
    assert found == Adapter(path, 0x0403, 0x6014, "U2D2", "FT1", 16, True)
    assert found.kind.chip == "FT232H"
    assert found.told == "FT232H, 0403:6014, serial number FT1"


def test_an_adapter_without_timer_and_number_has_none(computer):
    computer.plug("ttyACM0")
    (found,) = adapters(computer.here)
    assert (found.latency, found.serial_number, found.usb) == (None, "", "1a86:55d3")


def test_an_unknown_adapter_is_told_by_its_own_name_without_tricks(computer):
    computer.plug("ttyACM0", "dead:beef", title="Nice\x1b[31m")
    (found,) = adapters(computer.here)
    assert found.kind is None
    assert found.told == "Nice?[31m, dead:beef"


def test_ports_are_sorted_and_those_without_device_file_left_out(computer):
    computer.plug("ttyUSB1")
    computer.plug("ttyACM0")
    os.unlink(computer.plug("ttyACM1"))
    assert [found.path.rpartition("/")[2] for found in adapters(computer.here)] == ["ttyACM0", "ttyUSB1"]


def test_pins_of_a_board_count_only_with_hardware_behind_them(computer):
    computer.board_port("ttyS0", 0)
    path = computer.board_port("ttyAMA0", 32)
    computer.board_port("tty1", 4)
    (found,) = adapters(computer.here)
    assert found == Adapter(path)
    assert (found.kind, found.usb, found.told) == (None, "", "no USB")


def test_rights_are_told(computer):
    computer.forbid(computer.plug("ttyACM0"))
    assert not adapters(computer.here)[0].permitted


def test_a_link_to_a_port_is_that_port(computer, tmp_path):
    path = computer.plug("ttyACM0", serial="X")
    link = tmp_path / "arm"
    link.symlink_to(path)
    assert adapter_at(str(link), computer.here).serial_number == "X"


def test_a_place_the_kernel_does_not_know_is_a_bare_port(computer, tmp_path):
    assert adapter_at(str(tmp_path / "pts"), computer.here) == Adapter(str(tmp_path / "pts"))


def test_a_computer_without_the_folder_has_no_ports(tmp_path):
    computer = FakeComputer(tmp_path)
    (tmp_path / "sys/class/tty").rmdir()
    assert adapters(computer.here) == ()


def test_strange_numbers_are_no_numbers(computer):
    computer.plug("ttyUSB0", "what:ever", latency=16)
    port = next(computer.folder.glob("sys/devices/usb1/*/*/ttyUSB0/latency_timer"))
    port.write_text("soon", encoding="utf-8")
    (found,) = adapters(computer.here)
    assert (found.vendor, found.product, found.latency, found.usb) == (None, None, None, "")


def test_who_has_a_port_open_uses_it(computer):
    path = computer.plug("ttyACM0")
    computer.process(41, "lerobot", opens=path)
    assert users_of(path, computer.here) == (Holder(41, "lerobot"),)


def test_behind_a_terminal_only_a_lock_counts(computer):
    master, slave = os.openpty()
    try:
        path = computer.plug("ttyACM0", leads_to=os.ttyname(slave))
        computer.process(41, "emulator", opens=path)
        assert users_of(path, computer.here) == ()
        computer.process(42, "lerobot", locks=path)
        assert users_of(path, computer.here) == (Holder(42, "lerobot"),)
    finally:
        os.close(master)
        os.close(slave)


def test_every_kind_names_drivers_that_can_be_asked_for_and_every_real_driver_has_a_kind():
    named = {driver for kind in KINDS.values() for driver in kind.drivers}
    assert named == set(PROBES)
    assert set(ARMS) - {"ideal", "bullet"} <= named


def test_only_chips_that_gather_answers_are_said_to_delay():
    assert {usb[0] for usb, kind in KINDS.items() if kind.delays} == {0x0403}
