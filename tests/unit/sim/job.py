"""The main job, as joint set-points at 100 Hz on any plant: fetch the cup, bring it to the mouth, put it back."""

from __future__ import annotations

import math

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.inverse import Goal, track
from armctl.kinematics.robot import RobotModel
from sim.plant import Plant
from sim.witness import Witness

ARM = load(find("arms", "so101"), ArmConfig)
SCENE = load(find("scenes", "kitchen_table"), SceneConfig)
ROBOT = RobotModel(ARM)
TICK = 0.01
PAN_AXIS = np.array([0.038835, 0.0, 0.0])
UP = np.array([0.0, 0.0, 1.0])


def plant_inputs() -> tuple[FloatArray, np.ndarray, FloatArray]:
    """Speeds, torque flags and efforts as a driver of the real arm would set them."""
    efforts = np.ones(len(ARM.joints))
    efforts[-1] = ARM.gripper.effort
    return np.array([joint.max_speed for joint in ARM.joints]), np.ones(len(ARM.joints), dtype=bool), efforts


class Job:
    """Carries one job out on a plant and lets a witness watch."""

    def __init__(self, plant: Plant, item: str = "cup") -> None:
        self.plant = plant
        self.item = SCENE.objects[item]
        self.name = item
        self.witness = Witness(SCENE, item)
        self.q = np.array(ARM.poses["rest"])
        self.jaw = ARM.gripper.closed
        self.time = 0.0
        self.inputs = plant_inputs()
        self.poses: list[FloatArray] = []
        self.worst_lag = 0.0

    def tick(self) -> SceneState:
        speeds, torque_on, efforts = self.inputs
        self.plant.step(TICK, np.array([*self.q, self.jaw]), speeds, torque_on, efforts)
        self.time += TICK
        state = self.plant.scene(self.time)
        self.witness.see(state)
        positions = self.plant.positions()
        self.poses.append(np.array([*positions, *state.objects[self.name]]))
        self.worst_lag = max(self.worst_lag, float(np.abs(positions[:-1] - self.q).max()))
        return state

    def wait(self, seconds: float) -> SceneState:
        for _ in range(round(seconds / TICK) - 1):
            self.tick()
        return self.tick()

    def joints(self, target: tuple[float, ...], speed: float = 0.3) -> None:
        start, way = self.q, np.array(target) - self.q
        for share in shares(float(np.abs(way).max()) / speed):
            self.q = start + share * way
            self.tick()

    def jaws(self, angle: float, speed: float = 0.8) -> None:
        start = self.jaw
        for share in shares(abs(angle - start) / speed):
            self.jaw = start + share * (angle - start)
            self.tick()

    def tool(self, target: FloatArray, speed: float, *, arc: bool = False) -> None:
        """Move the tool point level to ``target``, straight or around the pan axis."""
        start = ROBOT.tool_pose([*self.q, self.jaw])[:3, 3]
        a, b = cylinder(start), cylinder(target)
        length = np.linalg.norm(target - start)
        if arc:
            length = math.hypot(abs(b[0] - a[0]) * max(a[1], b[1]), float(np.linalg.norm(b[1:] - a[1:])))
        for share in shares(float(length) / speed):
            point = cartesian(a + share * (b - a)) if arc else start + share * (target - start)
            self._follow(Goal(point, axis=(np.array(ARM.tool.up_axis), UP)))

    def _follow(self, goal: Goal) -> None:
        """Move the set-point to ``goal`` in as many ticks as the joints' speed limits make it take."""
        for _ in range(50):
            found = track(ROBOT.chain, self.q, goal, self.inputs[0][:-1] * TICK)
            self.q = found.q
            self.tick()
            if found.position_error < 0.001 and found.rotation_error < 0.01:
                return
        raise AssertionError(f"the arm cannot follow to {goal}: {found}")

    def grip_at(self, foot: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tool point and approach direction that put the jaws around the item standing at ``foot``."""
        grip = foot + self.item.grasp_height * UP
        point = grip
        for _ in range(5):
            out = (point - PAN_AXIS) * (1.0, 1.0, 0.0)
            out /= np.linalg.norm(out)
            turn = np.stack([np.cross(UP, out), UP, out], axis=1)
            offset = np.array(ARM.gripper.pinch_offset) * self.item.grasp_width
            offset -= ARM.gripper.grasp_depth * np.array(ARM.tool.approach_axis)
            point = grip - turn @ offset
        return point, out

    def fetch(self) -> tuple[FloatArray, FloatArray]:
        """Approach, grip and lift the item; return the tool point and direction with which it was gripped."""
        grip, out = self.grip_at(np.array(SCENE.places[self.item.place].xyz))
        self.joints(ARM.poses["home"])
        self.jaws(ROBOT.gripper_angle((self.item.grasp_width + 0.02) / ARM.gripper.max_opening))
        self.tool(grip - 0.09 * out, 0.10, arc=True)
        self.tool(grip, 0.05)
        self.jaws(ARM.gripper.closed)
        self.wait(0.3)
        self.tool(grip + 0.05 * UP, 0.06)
        return grip, out

    def drink(self) -> None:
        """Bring the straw before the mouth, wait, and draw back."""
        assert SCENE.person is not None
        assert self.item.drink_point is not None
        tip = np.array(SCENE.person.mouth_xyz) + 0.025 * np.array(SCENE.person.mouth_direction)
        point, out = self.grip_at(tip - np.array(self.item.drink_point))
        self.tool(point - 0.10 * out, 0.10, arc=True)
        self.tool(point, 0.04)
        self.wait(1.0)
        self.tool(point - 0.10 * out, 0.05)

    def put_down(self, place: str) -> None:
        """Carry the item over ``place``, set it down, let go and draw back."""
        grip, out = self.grip_at(np.array(SCENE.places[place].xyz))
        self.tool(grip + 0.05 * UP - 0.05 * out, 0.10, arc=True)
        self.tool(grip + 0.04 * UP, 0.06)
        self.tool(grip, 0.04)
        self.jaws(ROBOT.gripper_angle((self.item.grasp_width + 0.02) / ARM.gripper.max_opening))
        self.wait(0.3)
        self.tool(grip - 0.09 * out, 0.06)

    def run(self) -> None:
        """Do it all."""
        grip, out = self.fetch()
        self.tool(grip + 0.05 * UP - 0.05 * out, 0.08)
        self.drink()
        self.put_down(self.item.place)
        self.joints(ARM.poses["home"])
        self.joints(ARM.poses["rest"])


def shares(seconds: float) -> FloatArray:
    """Return the shares of the way, one a tick, of a smooth motion whose mean speed takes 1.5 times ``seconds``."""
    count = max(1, math.ceil(1.5 * seconds / TICK))
    time = np.arange(1, count + 1) / count
    return time * time * (3.0 - 2.0 * time)


def cylinder(point: FloatArray) -> FloatArray:
    """Return azimuth, radius and height of ``point`` about the pan axis."""
    x, y, z = point - PAN_AXIS
    return np.array([math.atan2(y, x), math.hypot(x, y), z])


def cartesian(cylindrical: FloatArray) -> FloatArray:
    """The inverse of `cylinder`."""
    azimuth, radius, height = cylindrical
    return PAN_AXIS + np.array([radius * math.cos(azimuth), radius * math.sin(azimuth), height])
