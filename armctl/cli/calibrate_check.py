"""Does each joint turn the way the model thinks? A small motion of each, through the supervisor like any other motion.

The servos still hold their old offsets, so the arm is driven with a configuration in their old count, whose limits are
a few degrees around where the person put it. Control, supervisor, generator and driver are those of every session: the
stop test comes first, and any key stops.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from armctl.clock import Clock
from armctl.config.arm import ArmConfig, JointConfig
from armctl.config.scene import SceneConfig
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.control.loop import Loop
from armctl.control.messages import Snapshot
from armctl.errors import HardwareError
from armctl.hal.arm import Arm
from armctl.hal.registry import ArmContext
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.motion.practice import practise
from armctl.safety.supervisor import Supervisor
from armctl.session import Session
from armctl.units import DEG, MM
from drivers.bench import Rules

SWING: Final = 8.0 * DEG
"""How far each joint is moved [rad]: plain to see (30 mm at the hand), far from anything."""
TWIST: Final = 16.0 * DEG
"""The same for a joint that only turns the hand: less would hardly be seen [rad]."""
ROOM: Final = 20.0 * DEG
"""How far it could be moved [rad]: the limits during the check."""
EDGE: Final = 2.0 * DEG
"""Room that is left at a limit [rad]: the arm settles a little under its weight."""
SPEED: Final = 0.4
"""Share of the arm's allowed speed."""
PATIENCE: Final = 12.0
"""A motion of this size takes 2 s; after this long it has failed [s]."""
_TURNS_ONLY: Final = 8 * MM
"""Below this way of the hand [m] it is its turning that shows."""

Key = Callable[[], str]
"""Returns a key that was pressed, or ""; must not wait."""


@dataclass(frozen=True, slots=True)
class Swing:
    """One small motion, and how it looks if all is right.

    Attributes:
        joint: Its joint.
        index: Number of the joint.
        angle: How far it goes, with its direction [rad].
        direction: Where the hand goes for somebody who looks at the arm from its right side, as the pictures do: right
            (away from the base), left, up, down, towards you, away from you; or how it turns, seen from behind it.
    """

    joint: str
    index: int
    angle: float
    direction: str

    @property
    def words(self) -> str:
        """What a person sees."""
        if self.direction in ("clockwise", "anticlockwise"):
            return f"the hand turns {self.direction}, seen from behind the hand"
        return f"the hand goes {self.direction}"


def swing_of(robot: RobotModel, positions: FloatArray, index: int, room: tuple[float, float]) -> Swing:
    """Return the motion of joint ``index`` from ``positions`` (n,) [rad] within ``room``, its lowest and highest.

    Raises:
        HardwareError: It has no room to move.
    """
    for angle in (SWING, -SWING):
        turned = _direction(robot, positions, _turned(positions, index, angle)) in ("clockwise", "anticlockwise")
        whole = math.copysign(TWIST, angle) if turned else angle
        if room[0] + EDGE <= float(positions[index]) + whole <= room[1] - EDGE:
            goal = _turned(positions, index, whole)
            return Swing(robot.config.joints[index].name, index, whole, _direction(robot, positions, goal))
    raise HardwareError(
        f"{robot.config.joints[index].name} has no room to move by {SWING / DEG:.0f}° here.",
        "Turn it a little by hand, then try again.",
    )


def _turned(positions: FloatArray, index: int, angle: float) -> FloatArray:
    goal = positions.copy()
    goal[index] += angle
    return goal


def _direction(robot: RobotModel, start: FloatArray, goal: FloatArray) -> str:
    before, after = robot.tool_pose(start), robot.tool_pose(goal)
    way = after[:3, 3] - before[:3, 3]
    if float(np.linalg.norm(way)) < _TURNS_ONLY:
        turn = after[:3, :3] @ before[:3, :3].T
        axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
        out = before[:3, :3] @ np.array(robot.config.tool.approach_axis)
        return "clockwise" if float(axis @ out) > 0.0 else "anticlockwise"
    names = (("left", "right"), ("towards you", "away from you"), ("down", "up"))
    widest = int(np.abs(way).argmax())
    return names[widest][int(way[widest] > 0.0)]


def positions_of(config: ArmConfig, rules: Rules, readings: Mapping[int, int], old: Mapping[int, int]) -> FloatArray:
    """Return the joint angles (n,) [rad] of the calibrated ``config`` behind ``readings`` made with ``old`` offsets.

    Args:
        config: The arm, calibrated.
        rules: How its servos count.
        readings: What each servo reads, by id [step].
        old: The offset each holds, by id [step].
    """
    return np.array([_angle(joint, rules, readings, old) for joint in config.joints])


def _angle(joint: JointConfig, rules: Rules, readings: Mapping[int, int], old: Mapping[int, int]) -> float:
    servo = joint.servo
    if servo is None or servo.homing_offset is None:
        raise HardwareError(f"{joint.name} is not calibrated.", "Calibrate the arm.")
    unit = servo.sign * math.tau / rules.steps_per_turn
    step = rules.reading(rules.actual(readings[servo.id], old[servo.id]), servo.homing_offset)
    middle = servo.zero_step + (joint.lower + joint.upper) / 2 / unit
    return (middle + math.remainder(step - middle, rules.steps_per_turn) - servo.zero_step) * unit


def provisional(
    config: ArmConfig, rules: Rules, readings: Mapping[int, int], old: Mapping[int, int]
) -> tuple[ArmConfig, FloatArray]:
    """Return the arm in its old count, free to move a little around where it is, and where that is (n,) [rad].

    Args:
        config: The arm, calibrated.
        rules: How its servos count.
        readings: What each servo reads now, by id [step].
        old: The offset each holds now, by id [step].

    Raises:
        ConfigError: It stands where it cannot be driven.
    """
    positions = positions_of(config, rules, readings, old)
    joints = []
    for joint, angle in zip(config.joints, positions.tolist(), strict=True):
        servo = joint.servo
        if servo is None:
            continue
        unit = servo.sign * math.tau / rules.steps_per_turn
        zero = round(readings[servo.id] - angle / unit)
        turn = readings[servo.id] // rules.steps_per_turn * rules.steps_per_turn
        ends = sorted((turn + step - zero) * unit for step in (1, rules.steps_per_turn - 2))
        lower, upper = max(angle - ROOM, joint.lower, ends[0]), min(angle + ROOM, joint.upper, ends[1])
        told = {"zero_step": zero, "homing_offset": old[servo.id]}
        limits = {"lower": min(lower, angle), "upper": max(upper, angle)}
        joints.append(joint.model_copy(update={**limits, "servo": servo.model_copy(update=told)}))
    data: dict[str, Any] = config.model_dump()
    data["joints"] = [joint.model_dump() for joint in joints]
    data["gripper"] |= _jaws(config, joints[-1])
    here = tuple(positions[:-1].tolist())
    data["poses"] = {"home": here, "rest": here}
    return ArmConfig.model_validate(data), positions


def _jaws(config: ArmConfig, joint: JointConfig) -> dict[str, float]:
    """Return ends of the gripper within the little room it has."""
    ends = (joint.lower, joint.upper) if config.gripper.closed < config.gripper.open else (joint.upper, joint.lower)
    return dict(zip(("closed", "open"), ends, strict=True))


class Supervised:
    """An arm under supervision in this process: it ticks while somebody waits, and stops at any key.

    Args:
        config: The arm as it is to be driven.
        arm: Its driver, not connected.
        clock: Time.
    """

    def __init__(self, config: ArmConfig, arm: Arm, clock: Clock) -> None:
        self.robot = RobotModel(config)
        dt = 1.0 / config.rate_hz
        scene = bare_scene(config)
        screen, control = local_pair()
        self._clock = clock
        self._session = Session(screen, clock, _unrecorded, scene=scene, arm=config, speed=SPEED)
        supervisor, generator = Supervisor(self.robot, scene, dt), MotionGenerator(self.robot, dt)
        self._controller = Controller(arm, self.robot, supervisor, generator, clock, control)
        self._loop = Loop(clock, config.rate_hz, self._controller.tick)
        practise(self.robot, dt)

    def start(self) -> None:
        """Connect; nothing the arm does is changed.

        Raises:
            HardwareError: The arm cannot be used; the message says why.
        """
        self._controller.start()
        self._loop.restart()
        self.tick()

    def tick(self) -> None:
        """Wait for the next tick and do it.

        Raises:
            HardwareError: A fault was latched; the arm holds.
        """
        self._loop.turn()
        self._session.update()
        fault = self.snapshot.fault if self._session.snapshot is not None else None
        if fault is not None:
            raise HardwareError(fault.message, fault.remedy)

    @property
    def snapshot(self) -> Snapshot:
        """What control knows."""
        if self._session.snapshot is None:
            raise HardwareError("Control did not say anything yet.", "Try again.")
        return self._session.snapshot

    def rested(self) -> None:
        """Go on after a pause in which nothing ticked: what was missed does not count as late."""
        self._loop.restart()

    def begin_stop_test(self) -> None:
        """Switch torque on where the arm is; the next key is to be `press_stop`.

        Raises:
            HardwareError: The arm stays off; the message says why.
        """
        self._session.enable()
        self._until(lambda: self.snapshot.mode == "stop_test", "The arm did not come on")

    def press_stop(self) -> bool:
        """A key was pressed for the stop test: return True when it arrived in time."""
        self._session.stop_test(self._clock.now())
        for _ in range(5):
            self.tick()
        return self.snapshot.mode == "ready"

    def move(self, goal: FloatArray, key: Key) -> str:
        """Go to ``goal`` (n,) [rad], the gripper left where it is, and return "" when it got there, else why not.

        Any key stops.

        Raises:
            HardwareError: A fault was latched, or it takes too long.
        """
        number = self._session.move_joints(tuple(goal[:-1].tolist()), SPEED)
        stopped = ""
        for _ in self._ticking("The arm did not arrive"):
            if not stopped and key():
                self._session.stop(self._clock.now(), "input", "keyboard")
                stopped = "You stopped it."
            refused, motion = self.snapshot.refused, self.snapshot.motion
            if refused.sequence == number:
                return refused.reason
            over = motion.sequence == number and motion.phase in ("done", "stopped", "refused", "paused")
            if over and self.snapshot.mode == "ready":
                return "" if motion.phase == "done" else stopped or motion.reason or "It stopped."
        return stopped

    def close(self) -> None:
        """Hold, and give the arm up with its torque kept."""
        self._controller.shutdown()

    def _until(self, done: Callable[[], bool], problem: str) -> None:
        for _ in self._ticking(problem):
            if done():
                return

    def _ticking(self, problem: str) -> Iterator[None]:
        """Tick, and hand over after each, until `PATIENCE` is over."""
        until = self._clock.now() + PATIENCE
        while self._clock.now() < until:
            self.tick()
            yield
        self._session.stop(0.0, "closing")
        self.tick()
        said = self._session.snapshot.refused.reason if self._session.snapshot is not None else ""
        raise HardwareError(f"{problem} within {PATIENCE:.0f} s. {said}".strip(), "Look what is in its way.")


ArmMaker = Callable[[ArmContext], Arm]


@contextmanager
def supervised(config: ArmConfig, make_arm: ArmMaker, port: str, clock: Clock) -> Iterator[Supervised]:
    """Drive the arm at ``port`` while the block runs; it keeps its torque afterwards.

    Raises:
        HardwareError: The arm cannot be used; the message says why.
    """
    arm = make_arm(ArmContext(config, clock, bare_scene(config), port))
    check = Supervised(config, arm, clock)
    try:
        check.start()
        yield check
    finally:
        check.close()


def bare_scene(config: ArmConfig) -> SceneConfig:
    """Return surroundings without anything: who calibrates keeps the place clear."""
    return SceneConfig(name="bare", title="Nothing", arm=config.name, furniture={}, objects={}, places={})


def _unrecorded(kind: str, **details: object) -> None:
    """Calibrating is no session of anybody: nothing of it is recorded."""


def off_the_middle(config: ArmConfig, positions: FloatArray, middle: Sequence[float], limit: float) -> str:
    """Return which joint is more than ``limit`` [rad] off the ``middle`` pose (n,) [rad], for people; "" when none."""
    off = positions - np.asarray(middle)
    worst = int(np.abs(off[:-1]).argmax())
    if abs(off[worst]) <= limit:
        return ""
    return (
        f"{config.joints[worst].name} is {abs(off[worst]) / DEG:.0f}° off the pose in the picture "
        f"(at most {limit / DEG:.0f}° count as there)."
    )
