"""Arm, control and session in one process on one stepped clock: everything real but the processes."""

from __future__ import annotations

from armctl.clock import SteppedClock
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from armctl.session import Session
from tests.support.ui_person import FRAME, Person, arm_config, kitchen, robot


class LivePerson(Person):
    """A person whose screen moves the ideal arm through the real session, controller and supervisor.

    ``rate`` of control [Hz], else the arm's own: less takes less of the computer's time.
    """

    def __init__(self, user, rate=None, **settings) -> None:
        self.clock = SteppedClock()
        config, scene = arm_config(), kitchen()
        model = robot()
        if rate is not None:
            config = config.model_copy(update={"rate_hz": rate})
            model = RobotModel(config)
        ui_side, control_side = local_pair()
        period = 1.0 / config.rate_hz
        arm = create_arm("ideal", ArmContext(config, self.clock, scene))
        supervisor = Supervisor(model, scene, period)
        generator = MotionGenerator(model, period)
        self.controller = Controller(arm, model, supervisor, generator, self.clock, control_side)
        self.controller.start()
        self.notes: list[tuple] = []
        self.period = period
        self._next_tick = self.clock.now()
        session = Session(
            ui_side, self.clock, lambda kind, **data: self.notes.append((kind, data)), scene=scene, arm=config
        )
        super().__init__(user, session=session, clock=self.clock, **settings)

    def frames(self, count: int) -> bool:
        going_on = True
        for _ in range(count):
            ends = self.clock.now() + FRAME
            going_on = self.app.frame()
            while self._next_tick <= ends:
                self.clock.sleep_until(self._next_tick)
                self.controller.tick()
                self._next_tick += self.period
            self.clock.sleep_until(ends)
        return going_on

    @property
    def snapshot(self):
        return self.session.snapshot
