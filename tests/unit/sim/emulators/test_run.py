import threading

import pytest

from armctl.clock import SystemClock
from armctl.errors import SetupError
from drivers.feetech.arm import create
from sim.emulators.run import run_emulator
from tests.support.arms import HOME, context, so101
from tests.support.plants import ExactPlant

CLOCK = SystemClock()


def test_the_emulated_arm_is_served_in_real_time_reports_its_scene_and_ends_when_told(tmp_path):
    plant, stop, ready, reports = ExactPlant(HOME), threading.Event(), threading.Event(), []
    link = tmp_path / "arm"
    arguments = (so101(), plant, link, CLOCK, reports.append, stop.is_set, lambda path: ready.set())
    thread = threading.Thread(target=run_emulator, args=arguments)
    thread.start()
    assert ready.wait(5)
    arm = create(context(so101(), CLOCK, str(link)))
    arm.connect()
    assert arm.read().positions == pytest.approx(HOME, abs=0.002)
    started = CLOCK.now()
    CLOCK.sleep_until(started + 0.5)
    counted = len(reports)
    arm.close()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert 5 <= counted <= 40
    assert plant.closed
    assert not link.is_symlink()


def test_a_link_that_cannot_be_made_ends_it_and_frees_the_plant(tmp_path):
    plant = ExactPlant(HOME)
    (tmp_path / "arm").touch()
    with pytest.raises(SetupError):
        run_emulator(so101(), plant, tmp_path / "arm", CLOCK, lambda scene: None, lambda: True)
    assert plant.closed
