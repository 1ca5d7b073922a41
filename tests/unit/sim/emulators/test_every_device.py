"""Every emulated device takes every command of the prompt, in the name of every arm that comes with armctl."""

import pytest

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.kinematics.robot import RobotModel
from sim.emulators.prompt import Prompt
from sim.emulators.registry import EMULATORS, emulator_of
from sim.emulators.unit import HEEDED_BY_SERVOS
from sim.kinematic_plant import KinematicPlant
from tests.support.ui_person import kitchen
from tests.unit.sim.emulators.bench import Plug

CONFIGS = {name: load(builtin("arms", name), ArmConfig) for name in builtin_names("arms")}
ARMS = sorted(name for name, config in CONFIGS.items() if config.driver in EMULATORS)


class Bench:
    def __init__(self, name):
        self.clock = SteppedClock()
        config = CONFIGS[name]
        plant = KinematicPlant(RobotModel(config), kitchen())
        self.device = emulator_of(config.driver)(plant, config, self.clock)
        self.prompt = Prompt(self.device, Plug())
        self.ids = [unit.id for unit in self.device.units]

    def wait(self, seconds):
        for _ in range(round(seconds / 0.01)):
            self.clock.advance(0.01)
            self.device.advance()


def test_every_protocol_with_a_device_has_an_arm():
    assert {CONFIGS[name].driver for name in ARMS} == set(EMULATORS)


@pytest.mark.parametrize("name", ARMS)
def test_its_units_have_names_of_their_own_and_describe_themselves(name):
    bench = Bench(name)
    assert len(set(bench.ids)) == len(bench.ids) > 0
    for unit in bench.device.units:
        assert unit.heeded <= HEEDED_BY_SERVOS
        assert unit.describe()
    lines = bench.prompt.answer("list").splitlines()
    assert [line.split(":")[0] for line in lines] == [*map(str, bench.ids), "line"]


@pytest.mark.parametrize("name", ARMS)
def test_every_command_is_done_or_refused_in_words_and_the_device_lives_on(name):
    bench = Bench(name)
    first = bench.ids[0]
    status = next(iter(bench.device.units[0].status_bits), "none")
    for line in (
        f"drop {first}", "drop 1%", f"corrupt {first}", f"chop {first} 2", "noise 1%", "delay 1", "echo on",
        f"mute {first}", f"duplicate {first}", f"status {first} {status}", f"volts {first} 9", f"celsius {first} 40",
        f"block {first}", f"freeze {first}", f"reverse {first}", f"slip {first} 3", f"push {first} 2", f"power {first}",
        "mend", f"duplicate {first} off", "volts all 12", "celsius all 30", "power all",
    ):  # fmt: skip
        answer = bench.prompt.answer(line)
        assert answer, line
        assert "Type:" not in answer, f"{line}: {answer}"
        bench.wait(0.05)
    bench.wait(1.0)
    assert "nothing wrong" in bench.prompt.answer("list").splitlines()[-1]


@pytest.mark.parametrize("name", ARMS)
def test_a_unit_that_is_not_there_is_refused(name):
    bench = Bench(name)
    assert "is no ID" in bench.prompt.answer("power 250")
