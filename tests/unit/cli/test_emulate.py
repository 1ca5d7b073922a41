"""The emulated arm as a program: what it says, what can be typed, and what a driver sees of it."""

import os
import subprocess
import sys
import time

import pytest

from armctl.clock import SystemClock
from armctl.errors import LinkLostError
from drivers.feetech.arm import create
from tests.support.arms import context, so101

PATIENCE = 30.0


class Emulated:
    def __init__(self, link, *options):
        self.link = link
        self.process = subprocess.Popen(
            [sys.executable, "-m", "armctl", "emulate", "so101", "--ideal", "--link", str(link), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        self.greeting = self.process.stdout.readline()

    def type(self, line):
        self.process.stdin.write(line + "\n")
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


@pytest.fixture
def emulated(tmp_path):
    it = Emulated(tmp_path / "arm")
    yield it
    it.end()


def test_faults_typed_on_a_pipe_reach_the_driver(emulated):
    assert emulated.greeting == f"SO-101 is emulated at {emulated.link}. Ctrl-C ends it.\n"
    arm = create(context(so101(), SystemClock(), str(emulated.link)))
    arm.connect()
    assert emulated.type("mute 3") == "3 never answers."
    assert arm.read().missing(so101().joint_names) == ("elbow_flex",)
    assert emulated.type("unmute 3") == "3 answers again."
    assert "Type: celsius" in emulated.type("celsius 2")
    emulated.type("celsius 2 64")
    # The thermometer is read when the servos move on, some milliseconds later.
    deadline = time.monotonic() + PATIENCE
    while (state := arm.read()).temperatures[1] != 64.0 and time.monotonic() < deadline:
        pass
    assert state.temperatures[1] == 64.0
    assert emulated.type("unplug") == "The port is gone. Type plug to bring it back."
    with pytest.raises(LinkLostError):
        arm.read()
    assert emulated.type("plug") == f"The port is back at {emulated.link}."
    arm.connect()
    arm.close()
    assert emulated.type("quit") == "The device ends."
    assert emulated.process.wait(PATIENCE) == 0
    assert not os.path.lexists(emulated.link)


def test_it_serves_on_when_nobody_types_any_more(emulated):
    emulated.process.stdin.close()
    arm = create(context(so101(), SystemClock(), str(emulated.link)))
    arm.connect()
    deadline = time.monotonic() + PATIENCE
    while not arm.read().complete:  # one late answer costs one reading
        assert time.monotonic() < deadline
    arm.close()
    assert emulated.process.poll() is None
    emulated.process.terminate()
    assert emulated.process.wait(PATIENCE) == 0
    assert emulated.process.stdout.read() == ""
