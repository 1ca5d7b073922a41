"""What the safety tests share: a real arm model, a small scene, and readings of the arm made by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.config.scene import FurnitureConfig, PersonConfig, SceneConfig, ShapeConfig
from armctl.hal.command import ApprovedCommand
from armctl.hal.state import FloatArray, JointFault, JointState
from armctl.kinematics.robot import RobotModel
from armctl.safety.limits import Limits
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Refusal, Supervisor

DT = 0.01
N = 6
NAMES = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
START = 1000.0


@cache
def robot() -> RobotModel:
    return RobotModel(load(find("arms", "so101"), ArmConfig))


def person(**changes: Any) -> PersonConfig:
    """A person at the arm's left; the mouth looks at the arm, and goes where the head goes."""
    values: dict[str, Any] = {
        "head_xyz": (0.28, 0.42, 0.30),
        "head_radius": 0.1,
        "mouth_direction": (0.0, -1.0, 0.0),
        "torso": ShapeConfig(kind="capsule", size=(0.15, 0.3), xyz=(0.28, 0.60, -0.1)),
    }
    values |= changes
    x, y, z = values["head_xyz"]
    return PersonConfig(**{"mouth_xyz": (x - 0.02, y - values["head_radius"], z), **values})


def table(**changes: Any) -> FurnitureConfig:
    """A table whose top is 0.13 m below the arm's foot."""
    shape = ShapeConfig(kind="box", size=(0.8, 0.9, 0.03), xyz=(0.2, 0.0, -0.145))
    return FurnitureConfig(**{"title": "Table", "shape": shape, **changes})


def scene(furniture: dict[str, FurnitureConfig] | None = None, who: PersonConfig | None = None) -> SceneConfig:
    things = {"table": table()} if furniture is None else furniture
    return SceneConfig(name="test", title="Test", arm="so101", furniture=things, objects={}, places={}, person=who)


def limits(**changes: Any) -> Limits:
    """Round figures, so that boundaries are easy to see."""
    made = Limits(
        names=NAMES,
        lower=np.full(N, -2.0),
        upper=np.full(N, 2.0),
        speed=np.full(N, 0.5),
        acceleration=np.full(N, 2.0),
        following=np.full(N, 0.12),
        lead=np.full(N, 0.2),
        jerk=np.full(N, 20.0),
        tool_speed=0.15,
        tool_turn=1.05,
        jog_turn=0.5,
        contact_force=0.0,
        tool_braking=0.3,
        slow_down_time=0.4,
        stop_time=0.8,
        closing=-1.0,
        warm=55.0,
        hot=65.0,
        min_voltage=4.5,
        max_voltage=13.0,
        dt=DT,
    )
    return replace(made, **changes)


def home(gripper: float = 0.3) -> FloatArray:
    return np.array([*robot().config.poses["home"], gripper])


def vector(index: int = 0, value: float = 0.0) -> FloatArray:
    """Zeros, but ``value`` at ``index``."""
    made = np.zeros(N)
    made[index] = value
    return made


def reading(now: float = START, positions: FloatArray | None = None, **changes: Any) -> JointState:
    """A healthy reading at ``now``; keyword arguments replace fields."""
    made = JointState(
        stamp=now,
        positions=np.zeros(N) if positions is None else positions.copy(),
        velocities=np.zeros(N),
        efforts=np.zeros(N),
        temperatures=np.full(N, 30.0),
        voltages=np.full(N, 7.4),
        stamps=np.full(N, now),
        fresh=np.ones(N, dtype=np.bool_),
        faults=(JointFault.NONE,) * N,
        torque_on=True,
    )
    return replace(made, **changes)


def silent(joint: int, now: float = START, positions: FloatArray | None = None) -> JointState:
    """A reading in which one joint did not answer."""
    made = reading(now, positions)
    made.fresh[joint] = False
    made.stamps[joint] = now - DT
    return made


def overloaded() -> tuple[JointFault, ...]:
    return (JointFault.NONE, JointFault.OVERLOAD, *(JointFault.NONE,) * 4)


class Bench:
    """A supervisor with an arm that is where it is told to be, a tick later."""

    def __init__(self, where: SceneConfig | None = None) -> None:
        self.supervisor = Supervisor(robot(), where or scene(), DT)
        self.now = START
        self.q = home()
        self.command = self.q.copy()
        self.velocity = np.zeros(N)

    def connect(self) -> Bench:
        self.supervisor.event(Event.CONNECTED, self.now)
        self.look()
        return self

    def look(self, **changes: Any) -> JointState:
        """Let one tick pass and show the arm's reading to the supervisor."""
        self.now += DT
        state = reading(self.now, self.q, **changes)
        self.supervisor.observe(state, self.now)
        return state

    def ready(self) -> Bench:
        self.connect()
        assert self.supervisor.begin_stop_test(self.now) == ""
        self.look()
        assert self.supervisor.stop_pressed(self.now - 0.005, self.now) == ""
        assert self.supervisor.mode is Mode.READY
        return self

    def moving(self) -> Bench:
        self.ready()
        self.supervisor.event(Event.MOTION_BEGUN, self.now)
        assert self.supervisor.mode is Mode.MOVING
        return self

    def ask(
        self, positions: FloatArray | None = None, velocities: FloatArray | None = None
    ) -> ApprovedCommand | Refusal:
        """Ask for a set-point with the arm as it is; nothing moves."""
        wanted = self.command if positions is None else positions
        speeds = np.zeros(N) if velocities is None else velocities
        return self.supervisor.approve(wanted, speeds, reading(self.now, self.q), self.now)

    def tick(self, acceleration: FloatArray) -> ApprovedCommand | Refusal:
        """One whole tick: look, ask for a set-point with this acceleration, and follow it when it is approved."""
        self.look(velocities=self.velocity.copy())
        velocity = self.velocity + acceleration * DT
        wanted = self.command + velocity * DT
        answer = self.ask(wanted, velocity)
        if isinstance(answer, ApprovedCommand):
            self.velocity = velocity
            self.q = self.command.copy()
            self.command = wanted
        return answer

    def run_up(self, joint: int = 0, acceleration: float = 1.5, ticks: int = 20) -> Bench:
        """Bring a joint to speed with approved set-points."""
        for _ in range(ticks):
            answer = self.tick(vector(joint, acceleration))
            assert isinstance(answer, ApprovedCommand), answer
        return self


def fault_code(bench: Bench) -> str:
    """What is latched; nothing when nothing is."""
    fault = bench.supervisor.fault
    return "" if fault is None else fault.code
