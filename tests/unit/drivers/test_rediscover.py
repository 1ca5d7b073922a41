import pytest

from armctl.errors import PortError
from drivers import transport
from drivers.rediscover import port_of
from drivers.transport import PortInfo


@pytest.fixture
def plugged(monkeypatch):
    """Path to serial number of the adapters there are."""
    ports = {}
    listed = lambda: tuple(PortInfo(path, "adapter", number, True) for path, number in ports.items())  # noqa: E731
    monkeypatch.setattr(transport, "list_ports", listed)
    return ports


def test_without_a_serial_number_the_name_is_all_there_is(plugged):
    plugged["/dev/ttyACM7"] = "A"
    assert port_of("/dev/ttyACM0", "") == "/dev/ttyACM0"


def test_an_adapter_that_kept_its_name_is_used_under_it(plugged):
    plugged.update({"/dev/ttyACM0": "A", "/dev/ttyACM1": "B"})
    assert port_of("/dev/ttyACM0", "A") == "/dev/ttyACM0"


def test_a_link_to_the_adapter_stays_in_use(plugged, tmp_path):
    (tmp_path / "ttyACM3").touch()
    link = tmp_path / "arm"
    link.symlink_to(tmp_path / "ttyACM3")
    plugged[str(tmp_path / "ttyACM3")] = "A"
    assert port_of(str(link), "A") == str(link)


def test_an_adapter_under_another_name_is_found_by_its_number(plugged):
    plugged.update({"/dev/ttyACM0": "B", "/dev/ttyACM1": "A"})
    assert port_of("/dev/ttyACM0", "A") == "/dev/ttyACM1"


def test_another_adapter_that_took_the_name_is_not_used(plugged, tmp_path):
    taken = tmp_path / "ttyACM0"
    taken.touch()
    plugged[str(taken)] = "B"
    with pytest.raises(PortError, match=r"is another adapter now; the arm's \(serial number A\) is not plugged in"):
        port_of(str(taken), "A")


def test_an_adapter_that_is_gone_is_missed_by_its_number(plugged):
    with pytest.raises(PortError, match=r"The arm's adapter \(serial number A\) is not plugged in") as error:
        port_of("/dev/ttyACM-gone", "A")
    assert "Plug it in again" in error.value.remedy


def test_two_adapters_of_one_number_are_not_guessed_between(plugged):
    plugged.update({"/dev/ttyACM1": "A", "/dev/ttyACM2": "A"})
    with pytest.raises(PortError, match=r"2 adapters have the serial number A: /dev/ttyACM1, /dev/ttyACM2"):
        port_of("/dev/ttyACM-gone", "A")
