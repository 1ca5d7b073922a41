"""What ``--arm`` and ``--port`` mean, and what is said when they mean nothing."""

import pytest

from armctl.cli import choice
from armctl.cli.choice import STANDINS, choose_arm, parts_of
from armctl.clock import SystemClock
from armctl.config.load import builtin_names
from armctl.errors import ConfigError, SetupError
from drivers.discover import find_port
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import on_pty
from tests.support.arms import HOME, so101
from tests.support.computers import FakeComputer
from tests.support.plants import ExactPlant


@pytest.mark.parametrize(
    ("name", "port", "backend", "driver"),
    [
        ("so101", "/dev/ttyACM0", "real", "feetech"),
        ("so101-ideal", "", "ideal", "ideal"),
        ("so101-emulated", "", "emulated", "feetech"),
    ],
)
def test_a_suffix_chooses_what_stands_behind_the_same_configuration(name, port, backend, driver):
    chosen = choose_arm(name, port)
    assert (chosen.backend, chosen.driver, chosen.config.name) == (backend, driver, "so101")


def test_physics_is_used_where_it_is_installed(monkeypatch):
    monkeypatch.setattr(choice, "has_physics", lambda: True)
    assert choose_arm("so101-sim").driver == "bullet"


def test_without_physics_the_ideal_arm_runs_and_it_is_told(monkeypatch):
    monkeypatch.setattr(choice, "has_physics", lambda: False)
    chosen = choose_arm("so101-sim")
    assert chosen.driver == "ideal"
    assert "PyBullet" in chosen.told


def test_without_physics_the_emulated_servos_move_exactly_and_it_is_told(monkeypatch):
    monkeypatch.setattr(choice, "has_physics", lambda: False)
    chosen = choose_arm("so101-emulated")
    assert (chosen.backend, chosen.driver) == ("emulated", "feetech")
    assert "PyBullet" in chosen.told


@pytest.fixture
def computer(tmp_path):
    return FakeComputer(tmp_path)


def searching(computer):
    """The search of the command line, on a computer made of files."""
    return lambda config: find_port(config, SystemClock(), computer.here)


def test_a_real_arm_that_is_plugged_in_is_found_without_a_port_and_it_is_told(computer):
    with on_pty(FeetechEmulator(ExactPlant(HOME), so101(), SystemClock()), SystemClock()) as served:
        path = computer.plug("ttyACM0", serial="5AB", leads_to=served.path)
        chosen = choose_arm("so101", search=searching(computer))
    assert (chosen.backend, chosen.driver, chosen.port) == ("real", "feetech", path)
    assert f"SO-101 found on {path}" in chosen.told


def test_a_real_arm_that_is_not_plugged_in_is_refused_with_the_remedy(computer):
    with pytest.raises(SetupError, match="SO-101 was not found") as error:
        choose_arm("so101", search=searching(computer))
    assert "--port" in error.value.remedy
    assert "so101-sim" in error.value.remedy


def test_a_port_that_was_named_is_not_looked_for(computer):
    def never(config):
        raise AssertionError(config)

    assert choose_arm("so101", "/dev/ttyACM0", never).port == "/dev/ttyACM0"
    assert choose_arm("so101-ideal", search=never).port == ""


def test_a_simulated_arm_with_a_port_is_refused():
    with pytest.raises(SetupError, match="takes no --port"):
        choose_arm("so101-ideal", "/dev/ttyACM0")


@pytest.mark.parametrize("name", ["so999", "so999-sim", "-sim", "", "../so101"])
def test_an_unknown_arm_lists_the_known_ones(name):
    with pytest.raises(ConfigError, match="so101, .* Each also with -sim, -ideal, -emulated"):
        choose_arm(name, "/dev/null")


def test_a_configuration_file_of_ones_own_may_take_a_suffix_free_name(tmp_path):
    text = choice.find("arms", "so101").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert choose_arm(str(path), "/dev/ttyACM0").config.name == "so101"


@pytest.mark.parametrize("name", builtin_names("arms"))
def test_every_arm_that_comes_with_armctl_can_be_chosen_and_so_can_its_stand_ins(name):
    assert choose_arm(name, "/dev/ttyACM0").config.name == name
    assert [choose_arm(f"{name}-{standin}").config_name for standin in STANDINS] == [name] * len(STANDINS)


@pytest.mark.parametrize(
    ("name", "config", "backend"),
    [
        ("so101", "so101", "real"),
        ("so101-sim", "so101", "sim"),
        ("./mine.toml", "./mine.toml", "real"),
        ("./my-arm.toml-ideal", "./my-arm.toml", "ideal"),
        ("-sim", "-sim", "real"),
    ],
)
def test_what_stands_behind_a_name_is_known_without_looking_for_anything(name, config, backend):
    assert parts_of(name) == (config, backend)


def test_of_several_scenes_for_an_arm_none_is_guessed(monkeypatch):
    monkeypatch.setattr(choice, "scenes_for", lambda arm: ("anna_bed", "kitchen_table"))
    with pytest.raises(ConfigError, match="2 scenes .* none is guessed.*anna_bed, kitchen_table"):
        choice.scene_for(so101())
    assert choice.scene_for(so101(), "kitchen_table") == "kitchen_table"
