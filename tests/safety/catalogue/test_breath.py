"""Row 50: a pressure sensor that hangs or is at its end, while a breath holds the motion.

Real bytes on a pseudo-terminal, the thread that listens, the real screen in real time, the real control process.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from armctl.config.devices import BreathConfig
from drivers.inputs.lines import Pressure, line_for
from tests.safety.catalogue.conftest import Reaction
from tests.support.live_app import MOVES_ON, LiveApp, first_in_line
from tests.support.live_control import ControlProcess

PERIOD = 0.01
"""A hundred samples a second, as such sensors send."""


class Sensor:
    """A pressure sensor on a pseudo-terminal. ``pressure`` [hPa]; ``noise``: a living sensor never says the same."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.pressure, self.noise = 0.0, 0.03
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for share in itertools.cycle((0.0, 1.0, -1.0, 2.0)):
            if self._ended.wait(PERIOD):
                return
            os.write(self._master, line_for(Pressure(self.pressure + share * self.noise)))

    def hang(self) -> None:
        self.noise = 0.0

    def fill(self) -> None:
        self.pressure = BreathConfig().full_scale + 5.0

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        os.close(self._slave)
        os.close(self._master)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveApp]:
    control = ControlProcess(tmp_path_factory.mktemp("breath"))
    yield LiveApp(control)
    control.close()


@pytest.fixture
def live(shared: LiveApp) -> Iterator[LiveApp]:
    with first_in_line():
        yield shared
    if shared.app is not None:
        shared.app._controls.close()


@pytest.fixture
def sensor() -> Iterator[Sensor]:
    made = Sensor()
    yield made
    made.close()


@pytest.mark.catalogue(50)
@pytest.mark.parametrize("fails", ["hangs", "is at its end"])
def test_a_breath_sensor_that_cannot_be_believed_brings_the_arm_to_rest(
    live: LiveApp, sensor: Sensor, fails: str, reaction: Reaction
) -> None:
    live.sit_down(scan={"method": "step"}, devices=[{"kind": "breath_sensor", "name": "puff", "port": sensor.path}])
    live.drive_by_hand()
    assert live.app
    live.until(lambda: live.app is not None and live.app.view.lit is not None)
    sensor.pressure = 5.0
    live.until(live.mode("moving"))
    live.wait(MOVES_ON)
    at = live.at(0.031, sensor.hang if fails == "hangs" else sensor.fill)
    stopped = live.stopped_after(at)
    # A pressure that jumps to its end stirs on the way, and that already stops; a hanging sensor shows only in time.
    words = "tells the same all the time" if fails == "hangs" else "is at its end for too long"
    reaction(stopped - at[0], f"The puff {words}, so it does not count.", began=at[0])
    live.rests()
    live.until(lambda: any(words in text for text in live.told))
    live.wait(0.3)
    assert live.mode("ready")(), "what cannot be believed moved the arm again"
    sensor.noise, sensor.pressure = 0.03, 0.0
    live.wait(1.5)
    sensor.pressure = 5.0
    live.until(live.mode("moving"))
    began = time.monotonic()
    sensor.pressure = 0.0
    assert live.stopped_after([began]) - began < 0.5, "after it lives again, letting go stops as before"
    live.rests()
