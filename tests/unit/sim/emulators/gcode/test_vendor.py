"""grbl_streamer, a sender that people use with Grbl, against the emulated controller: what it understands is Grbl."""

import threading
import time

import numpy as np
import pytest
from grbl_streamer import GrblStreamer

from armctl.clock import SystemClock
from sim.emulators.pty import on_pty
from tests.support.gcode import grbl_device


class Sender:
    """The sender, and what it said happened."""

    def __init__(self, path):
        self.heard = []
        self._news = threading.Condition()
        self.grbl = GrblStreamer(self._hear)
        self.grbl.poll_interval = 0.05
        self.grbl.cnect(path, 115200)

    def _hear(self, what, *told):
        with self._news:
            self.heard.append((what, told))
            self._news.notify_all()

    def wait(self, what, told=lambda *_: True, seconds=5.0):
        with self._news:
            found = self._news.wait_for(
                lambda: next(((t,) for w, t in self.heard if w == what and told(*t)), None), seconds
            )
        assert found, (what, self.heard[-20:])
        return found[0]

    def state(self, wanted, seconds=5.0):
        until = time.monotonic() + seconds
        while self.grbl.cmode != wanted and time.monotonic() < until:
            time.sleep(0.01)
        assert self.grbl.cmode == wanted

    def forget(self):
        with self._news:
            self.heard.clear()


@pytest.fixture
def rig():
    clock = SystemClock()
    device = grbl_device(clock)
    with on_pty(device, clock) as served:
        sender = Sender(served.path)
        yield sender, device, served
        sender.grbl.disconnect()


def test_it_boots_and_is_asked_for_its_state(rig):
    sender, _, _ = rig
    sender.grbl.softreset()
    sender.wait("on_boot")
    sender.grbl.poll_start()
    sender.state("Alarm")
    sender.wait("on_hash_stateupdate")
    assert sender.grbl.settings_hash["G54"] == (0.0,) * 5
    sender.grbl.killalarm()
    sender.state("Idle")


def test_it_streams_a_job_by_counting_characters_and_the_arm_gets_there(rig):
    sender, device, _ = rig
    sender.grbl.softreset()
    sender.wait("on_boot")
    sender.grbl.poll_start()
    sender.state("Alarm")
    sender.grbl.killalarm()
    sender.state("Idle")
    start = device.planner.place.copy()
    sender.grbl.job_new()
    sender.grbl.write([f"G1 X{start[0] - 0.5 * k:.3f} F2400" for k in range(1, 25)])
    sender.forget()
    sender.grbl.job_run()
    sender.wait("on_job_completed", seconds=10.0)
    sender.wait("on_stateupdate", lambda mode, place, _: mode == "Idle" and place[0] < start[0] - 11.9)
    assert device.planner.place[0] == pytest.approx(start[0] - 12.0, abs=0.01)
    assert np.allclose(device.planner.place[1:], start[1:])
    assert sender.grbl.cmpos[0] == pytest.approx(start[0] - 12.0, abs=0.01)


def test_hold_and_resume_and_a_line_it_does_not_know(rig):
    sender, device, _ = rig
    sender.grbl.softreset()
    sender.wait("on_boot")
    sender.grbl.poll_start()
    sender.state("Alarm")
    sender.grbl.killalarm()
    sender.state("Idle")
    x = device.planner.place[0]
    sender.grbl.send_immediately(f"G1 X{x - 40:.3f} F2000")
    sender.state("Run")
    sender.grbl.hold()
    sender.wait("on_stateupdate", lambda mode, *_: mode.startswith("Hold"))
    sender.grbl.resume()
    sender.state("Run")
    sender.state("Idle")
    assert device.planner.place[0] == pytest.approx(x - 40.0, abs=0.01)
    sender.grbl.send_immediately("$nonsense=1")
    line, _, _ = sender.wait("on_error")
    assert line == "error:3"


def test_homing_and_an_alarm(rig):
    sender, device, served = rig
    served.do(lambda: device.settings.update({25: 20000.0, 24: 20000.0}))
    served.do(lambda: setattr(device.planner, "rates", device.planner.rates * 10))
    sender.grbl.softreset()
    sender.wait("on_boot")
    sender.grbl.homing()
    sender.grbl.poll_start()
    sender.state("Idle", 10.0)
    assert device.planner.place == pytest.approx([-239.0, -179.0, -1.0, -199.0, -319.0])
    served.do(device.hit_limit)
    assert sender.wait("on_alarm") == ("ALARM:1",)
