"""The driver under the whole of control, at the rate it is configured for, on a line as slow as the real one."""

import numpy as np
import pytest

from armctl.config.scene import SceneConfig
from armctl.control import messages as say
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from tests.unit.drivers.mycobot.rig import PERIOD, Rig

EMPTY = SceneConfig(name="empty", title="Nothing", arm="mycobot280", furniture={}, objects={}, places={})


class Session:
    def __init__(self):
        self.rig = Rig(paced=True)
        robot = RobotModel(self.rig.config)
        self.robot = robot
        self.ui, side = local_pair()
        supervisor, generator = Supervisor(robot, EMPTY, PERIOD), MotionGenerator(robot, PERIOD)
        self.control = Controller(self.rig.arm, robot, supervisor, generator, self.rig.clock, side)
        self.control.start()
        self.seen = None
        self.sequence = 100
        self.took = []

    def envelope(self):
        self.sequence += 1
        epoch = self.seen.epoch if self.seen else 0
        return {"sequence": self.sequence, "epoch": epoch, "deadline": self.rig.clock.now() + 0.3}

    def ask(self, kind, **fields):
        self.ui.send(kind(**self.envelope(), **fields))

    def tick(self, count=1):
        for _ in range(count):
            self.ask(say.Heartbeat)
            started = self.rig.clock.now()
            self.seen = self.control.tick()
            self.took.append(self.rig.clock.now() - started)
            self.rig.clock.sleep_until(started + PERIOD)
            self.rig.device.advance()
        return self.seen.mode

    def armed(self):
        self.tick(2)
        self.ask(say.Enable)
        self.tick(3)
        self.ask(say.StopTest, pressed_at=self.rig.clock.now())
        assert self.tick(2) == "ready", self.seen
        return self

    def lead(self, direction, ticks=30):
        for _ in range(ticks):
            self.ask(say.Jog, linear=direction, speed=1.0)
            self.tick()

    @property
    def tool(self):
        return self.robot.tool_pose(self.rig.plant.positions())[:3, 3]


@pytest.fixture
def session():
    return Session().armed()


@pytest.mark.parametrize("direction", [(0, 1, 0), (0, 0, 1), (-1, 0, 0)])
def test_it_goes_where_it_is_led_and_stops_without_a_fault(session, direction):
    start = session.tool
    session.took.clear()
    session.lead(direction)
    assert session.seen.mode == "moving"
    assert max(session.took) < PERIOD
    led = session.tool
    assert (led - start) @ np.array(direction) > 0.05
    session.ask(say.Stop, reason="test")
    assert session.tick(20) == "ready"
    assert np.linalg.norm(session.tool - led) < 0.03
    assert session.seen.fault is None


def test_a_lost_answer_now_and_then_does_not_stop_it(session):
    for _ in range(8):
        session.lead((0, 1, 0), ticks=4)
        session.rig.faults.drop_next(0)
    assert session.seen.mode == "moving"
    assert session.seen.fault is None


def test_a_blocked_joint_stops_it_named(session):
    session.lead((0, 1, 0), ticks=10)
    session.rig.device.joint(1).faults.blocked = True
    session.lead((0, 1, 0), ticks=20)
    assert session.seen.mode == "fault"
    assert "joint1" in session.seen.fault.message


def test_silence_stops_it(session):
    session.lead((0, 1, 0), ticks=10)
    session.rig.faults.muted.add(0)
    session.lead((0, 1, 0), ticks=6)
    assert session.seen.mode == "fault"
    session.rig.clock.advance(0.3)
    session.rig.device.advance()
    stood = session.rig.plant.positions()
    session.tick(6)
    assert session.rig.plant.positions() == pytest.approx(stood, abs=1e-3)
