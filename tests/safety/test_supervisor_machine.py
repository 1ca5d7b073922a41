"""The supervisor under random events, readings and set-points, watched by rules that know nothing of its inside."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from armctl.hal.command import ApprovedCommand
from armctl.hal.scene import Contact, SceneState
from armctl.hal.state import FloatArray, JointFault, JointState
from armctl.safety.states import APPROVING, Event, Mode
from armctl.safety.supervisor import Refusal, Supervisor
from tests.safety.memory import frozen
from tests.unit.safety.bench import DT, START, N, home, person, reading, robot, scene, vector

PLAIN_EVENTS = sorted(set(Event) - {Event.STOP_TEST_PASSED, Event.STOP_TEST_FAILED, Event.ENABLE, Event.CLEAR})
ILLNESSES = ("silent", "hot", "volts", "overload", "encoder", "limp", "jump", "nan", "far")
JOINTS = st.integers(0, N - 1)
LIMITS = [(joint.lower, joint.upper, joint.max_speed) for joint in robot().config.joints]
SCENE = scene(who=person())


class SupervisorMachine(RuleBasedStateMachine):
    """Plays control, arm and person at once."""

    @initialize()
    def begin(self) -> None:
        self.supervisor = Supervisor(robot(), SCENE, DT)
        self.now = START
        self.q = home()
        self.command = self.q.copy()
        self.velocity = np.zeros(N)
        self.sequence = 0
        self.epoch = 0
        self.latched: object = None
        self.cleared = False

    # -- what may happen -------------------------------------------------------------------------------------------

    @rule(event=st.sampled_from(PLAIN_EVENTS), detail=st.sampled_from(["", "{joint}", "something"]))
    def anything_happens(self, event: Event, detail: str) -> None:
        before = self.supervisor.mode
        self.supervisor.event(event, self.now, detail)
        if self.supervisor.mode is Mode.MOVING and before is not Mode.MOVING:
            assert (before, event) == (Mode.READY, Event.MOTION_BEGUN)
        if event is Event.STOP:
            assert self.supervisor.mode is not Mode.MOVING

    @precondition(lambda self: self.supervisor.mode in {Mode.DISCONNECTED, Mode.DISARMED})
    @rule(latency=st.sampled_from([0.0, 0.05, 0.19]), ticks=st.integers(1, 5))
    def the_person_arms_the_arm(self, latency: float, ticks: int) -> None:
        self.supervisor.event(Event.CONNECTED, self.now)
        self.healthy(ticks)
        if self.supervisor.begin_stop_test(self.now) == "":
            self.press(0.0, latency)

    @precondition(lambda self: self.supervisor.mode is Mode.READY)
    @rule()
    def a_motion_begins(self) -> None:
        self.supervisor.event(Event.MOTION_BEGUN, self.now)
        self.command, self.velocity = self.q.copy(), np.zeros(N)

    @rule(offset=st.sampled_from([-1.0, 0.0, 0.01]), latency=st.sampled_from([-0.5, 0.0, 0.1, 0.21, 40.0, math.nan]))
    def press(self, offset: float, latency: float) -> None:
        before = self.supervisor.mode
        reason = self.supervisor.stop_pressed(self.now + offset, self.now + offset + latency)
        if reason == "":
            assert before is Mode.STOP_TEST
            assert 0.0 <= latency <= 0.2 + 1e-9
            assert offset >= 0.0
            assert self.supervisor.mode is Mode.READY
            self.epoch += 1
            self.command, self.velocity = self.q.copy(), np.zeros(N)

    @rule()
    def clear(self) -> None:
        self.cleared = self.supervisor.mode is Mode.FAULT
        self.supervisor.event(Event.CLEAR, self.now)

    @rule(ticks=st.integers(1, 5))
    def healthy(self, ticks: int) -> None:
        for _ in range(ticks):
            self.now += DT
            self.supervisor.observe(reading(self.now, self.q), self.now)

    @rule(gap=st.sampled_from([-0.2, 0.0, 0.02, 0.06, 0.9, 5.0]))
    def time_passes_strangely(self, gap: float) -> None:
        self.now += gap
        self.supervisor.observe(reading(self.now, self.q), self.now)

    @rule(kind=st.sampled_from(ILLNESSES), joint=JOINTS, ticks=st.integers(1, 4))
    def ill(self, kind: str, joint: int, ticks: int) -> None:
        for _ in range(ticks):
            self.now += DT
            self.supervisor.observe(self.ill_reading(kind, joint), self.now)

    def ill_reading(self, kind: str, joint: int) -> JointState:
        state = reading(self.now, self.q, torque_on=kind != "limp")
        if kind == "silent":
            state.fresh[joint] = False
        elif kind == "hot":
            state.temperatures[joint] = 80.0
        elif kind == "volts":
            state.voltages[joint] = 2.0
        elif kind == "jump":
            state.positions[joint] += 0.5
        elif kind == "nan":
            state.positions[joint] = math.nan
        elif kind == "far":
            state.positions[joint] += 0.05
        faults = {"overload": JointFault.OVERLOAD, "encoder": JointFault.ENCODER}.get(kind, JointFault.NONE)
        return reading(**{**{name: getattr(state, name) for name in NAMES_OF_STATE}, "faults": (faults,) * N})

    @rule(part=st.sampled_from(["head", "torso", "cup"]), force=st.sampled_from([0.0, 2.0]))
    def touch(self, part: str, force: float) -> None:
        contact = Contact("gripper_link", part, force)
        self.supervisor.observe_scene(SceneState(stamp=self.now, objects={}, contacts=(contact,)))

    # -- set-points ------------------------------------------------------------------------------------------------

    @rule(joint=JOINTS, acceleration=st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), ticks=st.integers(1, 8))
    def a_sound_motion(self, joint: int, acceleration: float, ticks: int) -> None:
        for _ in range(ticks):
            self.healthy(1)
            velocity = self.velocity + vector(joint, acceleration * DT)
            if self.ask(self.command + velocity * DT, velocity):
                self.q = self.command.copy()
                self.command, self.velocity = self.command + velocity * DT, velocity

    @rule(joint=JOINTS, by=st.floats(-0.3, 0.3), said=st.floats(-0.6, 0.6))
    def a_lying_generator(self, joint: int, by: float, said: float) -> None:
        if self.ask(self.command + vector(joint, by), vector(joint, said)):
            self.command, self.velocity = self.command + vector(joint, by), np.zeros(N)

    @rule(joint=JOINTS, value=st.sampled_from([math.nan, math.inf, -math.inf, 1e300]))
    def no_number(self, joint: int, value: float) -> None:
        assert not self.ask(self.command + vector(joint, value), np.zeros(N))
        if math.isfinite(value) and self.supervisor.mode is Mode.STOPPING:
            return  # A stop is never refused; what the servos may use is capped all the same.
        assert not self.ask(self.command, vector(joint, value))

    @rule(size=st.integers(0, 12).filter(lambda n: n != N))
    def a_wrong_size(self, size: int) -> None:
        assert not self.ask(np.zeros(size), np.zeros(size))

    @rule(age=st.floats(0.051, 10.0))
    def an_old_reading(self, age: float) -> None:
        answer = self.supervisor.approve(self.command, np.zeros(N), reading(self.now - age, self.q), self.now)
        assert isinstance(answer, Refusal)

    def ask(self, positions: FloatArray, velocities: FloatArray) -> bool:
        before = self.memory()
        answer = self.supervisor.approve(positions, velocities, reading(self.now, self.q), self.now)
        if isinstance(answer, Refusal):
            assert answer.reason.endswith(".")
            assert self.memory() == before, "a refusal must change nothing"
            return False
        self.check(answer, positions)
        return True

    def check(self, command: ApprovedCommand, asked: FloatArray) -> None:
        """What must hold for every approval, whatever came before."""
        assert self.supervisor.mode in APPROVING
        assert self.supervisor.fault is None
        assert self.epoch > 0
        np.testing.assert_array_equal(command.positions, asked)
        self.sequence += 1
        assert (command.sequence, command.epoch) == (self.sequence, self.epoch)
        assert (command.stamp, command.deadline - self.now <= 0.05 + 1e-9) == (self.now, True)
        for joint, (lower, upper, speed) in enumerate(LIMITS):
            position = command.positions[joint]
            assert min(lower, self.q[joint]) - 1e-5 <= position <= max(upper, self.q[joint]) + 1e-5
            assert 0.0 < command.speeds[joint] <= 1.1 * speed + 1e-12
        ahead = np.abs(command.positions - self.q)
        assert (ahead[:-1] <= 0.3).all()
        if self.supervisor.mode is Mode.READY:
            assert (ahead[:-1] <= 0.25).all()

    def memory(self) -> object:
        """All that the supervisor remembers, apart from constants."""
        constants = {"_zones", "_gate", "_sensed", "limits"}
        return frozen({name: value for name, value in vars(self.supervisor).items() if name not in constants})

    # -- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def a_fault_is_there_exactly_in_the_mode_for_it_and_stays_until_cleared(self) -> None:
        if not hasattr(self, "supervisor"):
            return
        fault = self.supervisor.fault
        assert (fault is not None) == (self.supervisor.mode is Mode.FAULT)
        if self.latched is not None and not self.cleared:
            assert fault is self.latched
        if fault is not None:
            assert "{" not in fault.message.replace("{joint}", "")
        self.latched, self.cleared = fault, False

    @invariant()
    def epochs_come_from_passed_stop_tests_only(self) -> None:
        if hasattr(self, "supervisor"):
            assert self.supervisor.epoch == self.epoch

    @invariant()
    def nothing_is_approved_where_nothing_may_move(self) -> None:
        if hasattr(self, "supervisor") and self.supervisor.mode not in APPROVING:
            assert not self.ask(self.command, np.zeros(N))

    @invariant()
    def there_is_always_a_way_out_and_never_more_than_the_largest_speed(self) -> None:
        if hasattr(self, "supervisor"):
            assert 0.02 <= self.supervisor.advise(self.q) <= robot().config.tool.max_speed


NAMES_OF_STATE = ("positions", "velocities", "efforts", "temperatures", "voltages", "stamps", "fresh", "torque_on")

TestSupervisorMachine = SupervisorMachine.TestCase
TestSupervisorMachine.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
