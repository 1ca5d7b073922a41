"""The printed rule is applied, by a small reading of udev's language, to devices like the kernel's."""

import re

import pytest

from armctl.cli import udev
from armctl.cli.udev import FILE, rules_for_adapters, rules_for_arm
from armctl.errors import SetupError
from drivers.adapters import KINDS, Adapter, adapters
from tests.support.arms import so101
from tests.support.computers import FakeComputer

PART = re.compile(r'([A-Z_]+)(?:\{([^}]+)\})?(==|!=|\+=|=)"([^"]*)"')


class Device:
    """A device with its parents: each a dictionary of attributes, the device's own first."""

    def __init__(self, subsystem, *levels, driver="", env=()):
        self.subsystem = subsystem
        self.levels = levels
        self.driver = driver
        self.env = dict(env)
        self.said = {}

    def value(self, key, name):
        return {
            "ACTION": "add",
            "SUBSYSTEM": self.subsystem,
            "DRIVER": self.driver,
            "ENV": self.env.get(name, ""),
            "ATTR": self.levels[0].get(name) if self.levels else None,
        }[key]


def fits(value, pattern):
    return value is not None and (re.fullmatch(pattern.replace("?*", ".+"), value) is not None)


def apply(text, device):
    """What udev would do to ``device``: assignments as ``KEY`` or ``KEY{name}`` to value."""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = PART.findall(line)
        assert ", ".join(f'{k}{{{n}}}{o}"{v}"' if n else f'{k}{o}"{v}"' for k, n, o, v in parts) == line
        tests = [part for part in parts if part[2] in {"==", "!="}]
        on_parents = [part for part in tests if part[0] == "ATTRS"]
        own = all(fits(device.value(key, name), value) for key, name, _, value in tests if key != "ATTRS")
        # All ATTRS of a line must be those of one and the same parent.
        parent = next(
            (level for level in device.levels if all(fits(level.get(n), v) for _, n, _, v in on_parents)), None
        )
        if own and (parent is not None or not on_parents):
            for key, name, operator, value in parts:
                if operator in {"=", "+="} and key not in {"GOTO", "LABEL"}:
                    filled = value.replace("$attr{serial}", (parent or {}).get("serial", ""))
                    device.said.setdefault(f"{key}{{{name}}}" if name else key, []).append(filled)
    return device.said


def usb(vendor="1a86", product="55d3", **more):
    return {"idVendor": vendor, "idProduct": product, **more}


def tty(device):
    return Device("tty", {}, {"bInterfaceNumber": "00"}, device, {"idVendor": "1d6b", "idProduct": "0002"})


def stick(device):
    return Device("usb", device, env={"DEVTYPE": "usb_device"})


def timer(device):
    return Device("usb-serial", {"port_number": "0"}, {"bInterfaceNumber": "00"}, device, driver="ftdi_sio")


@pytest.fixture
def computer(tmp_path):
    return FakeComputer(tmp_path)


def printed(computer):
    return rules_for_adapters(adapters(computer.here))


def test_the_plugged_in_arm_gets_rights_peace_and_a_name(computer):
    computer.plug("ttyACM0", serial="5AB0123")
    text = printed(computer)
    said = apply(text, tty(usb(serial="5AB0123")))
    assert said["MODE"] == ["0660"]
    assert said["GROUP"] == ["dialout"]
    assert said["TAG"] == ["uaccess"]
    assert said["ENV{ID_MM_DEVICE_IGNORE}"] == ["1"]
    assert said["SYMLINK"] == ["armctl-5AB0123"]
    assert apply(text, stick(usb(serial="5AB0123")))["ENV{ID_MM_DEVICE_IGNORE}"] == ["1"]


def test_another_device_with_the_same_chip_is_left_as_it_was(computer):
    computer.plug("ttyACM0", serial="5AB0123")
    assert apply(printed(computer), tty(usb(serial="OTHER"))) == {}
    assert apply(printed(computer), stick(usb(serial="OTHER"))) == {}
    assert apply(printed(computer), tty(usb("dead", "beef", serial="5AB0123"))) == {}


def test_the_timer_of_an_ftdi_adapter_becomes_one_millisecond(computer):
    computer.plug("ttyUSB0", "0403:6014", serial="FT1", latency=16)
    text = printed(computer)
    assert apply(text, timer(usb("0403", "6014", serial="FT1"))) == {"ATTR{latency_timer}": ["1"]}
    assert "latency_timer" not in "".join(apply(text, tty(usb("0403", "6014", serial="FT1"))))


def test_an_adapter_without_timer_gets_no_line_for_one(computer):
    computer.plug("ttyACM0", serial="X1")
    assert "latency_timer" not in printed(computer)


def test_an_adapter_without_a_serial_number_is_known_by_its_kind_and_gets_no_name(computer):
    computer.plug("ttyUSB0", "1a86:7523")
    text = printed(computer)
    assert apply(text, tty(usb("1a86", "7523")))["MODE"] == ["0660"]
    assert "SYMLINK" not in text
    assert "by-path" in text


@pytest.mark.parametrize("serial", ['X", RUN+="/bin/sh', "a b", "../../sda", "$(id)", "%k", "{}", "x" * 65])
def test_a_serial_number_that_is_more_than_a_number_never_gets_into_the_rule(computer, serial):
    computer.plug("ttyACM0", serial=serial)
    text = printed(computer)
    assert serial not in text
    assert "RUN" not in text
    assert apply(text, tty(usb(serial=serial)))["MODE"] == ["0660"]


def test_a_stranger_is_left_out_and_said(computer):
    computer.plug("ttyACM0", serial="X1")
    computer.plug("ttyACM1", "dead:beef", serial="Y2", title='Evil"\nRUN+="x"')
    text = printed(computer)
    assert "# Left out, no known adapter of arms: dead:beef\n" in text
    assert "Evil" not in text
    assert apply(text, tty(usb("dead", "beef", serial="Y2"))) == {}


def test_every_adapter_that_is_plugged_in_has_its_own_lines(computer):
    computer.plug("ttyACM0", serial="A1")
    computer.plug("ttyACM1", serial="B2")
    text = printed(computer)
    assert apply(text, tty(usb(serial="A1")))["SYMLINK"] == ["armctl-A1"]
    assert apply(text, tty(usb(serial="B2")))["SYMLINK"] == ["armctl-B2"]


def test_nothing_plugged_in_says_how_to_name_an_arm(computer):
    with pytest.raises(SetupError, match="--udev so101"):
        printed(computer)


def test_for_an_arm_without_one_plugged_in_every_usual_adapter_is_there(computer):
    text = rules_for_arm(so101(), "so101")
    for (vendor, product), kind in KINDS.items():
        numbers = usb(f"{vendor:04x}", f"{product:04x}", serial="S1")
        said = apply(text, tty(numbers))
        assert bool(said) == ("feetech" in kind.drivers)
        if said:
            assert said["SYMLINK"] == ["armctl-S1"]
            assert bool(apply(text, timer(numbers))) == kind.delays


def test_an_adapter_without_number_gets_no_empty_name(computer):
    assert "SYMLINK" not in apply(rules_for_arm(so101(), "so101"), tty(usb()))


def test_the_adapter_an_arm_was_calibrated_with_is_the_only_one_named(computer):
    wire = so101().wire.model_copy(update={"adapter": "MINE"})
    text = rules_for_arm(so101().model_copy(update={"wire": wire}), "so101")
    assert apply(text, tty(usb(serial="MINE")))["SYMLINK"] == ["armctl-MINE"]
    assert "SYMLINK" not in apply(text, tty(usb(serial="OTHER")))


def test_an_arm_whose_adapters_nobody_knows_is_refused_with_the_remedy():
    with pytest.raises(SetupError, match="Plug it in"):
        rules_for_arm(so101().model_copy(update={"driver": "other"}), "mine")


def test_the_two_commands_that_install_it_are_at_the_top_and_a_way_back(computer):
    head = rules_for_arm(so101(), "my arm.toml").partition("ACTION")[0]
    assert f"armctl doctor --udev 'my arm.toml' | sudo tee {FILE}" in head
    assert "udevadm control --reload && sudo udevadm trigger" in head
    assert f"sudo rm {FILE}" in head


def test_a_device_that_goes_is_left_alone():
    text = rules_for_arm(so101(), "so101")
    assert text.index('ACTION=="remove", GOTO="armctl_end"') < text.index("SUBSYSTEM")
    assert text.endswith('LABEL="armctl_end"\n')


def test_a_port_that_went_away_meanwhile_has_the_usual_group():
    text = rules_for_adapters([Adapter("/dev/nowhere", 0x1A86, 0x55D3, serial_number="X1")])
    assert apply(text, tty(usb(serial="X1")))["GROUP"] == ["dialout"]


def test_the_group_of_serial_ports_on_this_computer_is_kept(computer, monkeypatch):
    class Group:
        gr_name = "uucp"

    monkeypatch.setattr(udev.grp, "getgrgid", lambda number: Group)
    computer.plug("ttyACM0", serial="X1")
    assert apply(printed(computer), tty(usb(serial="X1")))["GROUP"] == ["uucp"]
