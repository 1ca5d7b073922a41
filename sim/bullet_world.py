"""`BulletWorld`: arm, things and person as rigid bodies; a `Plant`. The only file that knows the physics engine.

Nothing is fastened to anything: a cup stays in the gripper by contact and friction alone. The world's frame is the
arm's base frame. Equal inputs give equal outputs on one computer.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig, ShapeConfig
from armctl.errors import SetupError
from armctl.hal.scene import Contact, Pose7, SceneState
from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.chain import load_chain
from armctl.kinematics.urdf import load_tree
from sim.body_files import body_urdf, mass_properties, motor_inertia, prepared_urdf
from sim.motors import motors_of
from sim.quiet import quiet_stderr
from sim.rods import INERTIA, Rod
from sim.servo import ServoBank

with quiet_stderr():
    # It greets with the date on which it was built.
    import pybullet

SUBSTEP: Final = 1 / 480
"""Longest step of the engine [s]; the servos' springs need steps well below 1/240 s."""
LONGEST_STEP: Final = 0.02
"""Longest step anybody asks for [s], as `Plant` says."""
SETTLING: Final = 1.5
"""Time for the limp arm and the objects to come to rest at the beginning [s]."""
GRIP_MEMORY: Final = 0.05
"""A finger that touched an object within this time still counts as touching [s]: contacts of rigid bodies flicker."""
FAINTEST: Final = 0.02
"""Contacts below this force are not told [N]."""
FINGER_FRICTION: Final = 1.2
"""Rubber pads; the engine multiplies the figures of both bodies, so 0.96 on plastic."""
PAD_STIFFNESS: Final = 20_000.0
"""The pads give a little [N/m]: with rigid ones a gripped cup creeps by some 0.4 degrees a second, an artefact of the
solver; with these by 0.01 to 0.02."""
PAD_DAMPING: Final = 200.0
"""[N·s/m]"""
OBJECT_FRICTION: Final = 0.8
FURNITURE_FRICTION: Final = 0.5
SPINNING_FRICTION: Final = 0.002
"""Resistance of a soft pad to twisting on its contact point, as an arm of the normal force [m]."""
SOLVER_PASSES: Final = 100
"""A light cup between heavy jaws converges slowly."""
STALE_CONTACT: Final = 0.001
"""A remembered contact is dropped when its points have come this far apart [m]. With the engine's 20 mm, a contact once
made by the jaw goes stale as the jaw turns, and drags the cup along when the jaws open."""
GEAR_FORCE: Final = 200.0
"""Largest force with which a joint is made to follow another [N·m or N]: more than any motor here has."""
GEAR_ERP: Final = 0.2
"""Share of the error between the two that is put right in a step of the engine."""
PERSON: Final = ("head", "torso")


class BulletWorld:
    """One arm and its scene in a physics world of its own.

    It begins as an arm is found: at rest and limp, lain down on whatever is beneath.

    Args:
        config: The arm.
        scene: What stands around it.

    Raises:
        SetupError: The physics engine could not be started.
    """

    def __init__(self, config: ArmConfig, scene: SceneConfig) -> None:
        self._client = pybullet.connect(pybullet.DIRECT)
        if self._client < 0:
            raise SetupError("The physics engine could not be started.", "Close other simulations.")
        self._step_length = 0.0
        self._time = 0.0
        self._configure()
        self._motors = motors_of(config)
        with tempfile.TemporaryDirectory(prefix="armctl-") as folder:
            self._build(Path(folder), config, scene)
        self._fingers = self._finger_links(config)
        self._set_friction()
        start = np.array([*config.poses["rest"], config.gripper.closed])
        for joint, angle in zip(self._joints, start, strict=True):
            self._call("resetJointState", self._arm, joint, float(angle))
        for leader, (follower, multiplier) in self._followers.items():
            angle = float(start[self._joints.index(leader)])
            self._call("resetJointState", self._arm, follower, multiplier * angle)
        self._servos = ServoBank.at(start, self._motors)
        self._read_joints()
        self._gripped: dict[tuple[str, int], float] = {}
        self._touched: dict[str, float] = {name: 0.0 for name in PERSON if name in self._bodies}
        self._settle(start)

    def _settle(self, start: FloatArray) -> None:
        limp = np.zeros(len(start), dtype=bool)
        for _ in range(round(SETTLING / LONGEST_STEP)):
            self.step(LONGEST_STEP, start, np.ones(len(start)), limp, np.ones(len(start)))

    def step(self, dt: float, goals: FloatArray, speeds: FloatArray, torque_on: BoolArray, efforts: FloatArray) -> None:
        """Move time on by ``dt`` [s]; see `sim.plant.Plant`. The engine takes as many equal steps as it needs."""
        count = max(1, math.ceil(dt / SUBSTEP - 1e-6))
        self._set_step(dt / count)
        for _ in range(count):
            self._servos.advance(dt / count, goals, speeds, self._positions, torque_on)
            torques = self._servos.pull(self._positions, self._velocities, torque_on, efforts)
            self._pull_rods(torques)
            self._drive(self._joints, torques.tolist())
            self._call("stepSimulation")
            self._time += dt / count
            self._read_joints()
            self._feel_person()
        self._feel_grip()

    def _pull_rods(self, torques: FloatArray) -> None:
        """Pull at the joints that hang on rods, and add to ``torques`` (n,) [N·m] what they push back."""
        if not self._rods:
            return
        links = [rod.follower for rod in self._rods]
        pulls = []
        for rod, state in zip(self._rods, self._call("getJointStates", self._arm, links), strict=True):
            pulls.append(rod.pull(self._positions, self._velocities, state[0], state[1]))
            torques[rod.leader] -= rod.multiplier * pulls[-1]
        self._drive(links, pulls)

    def _drive(self, joints: Sequence[int], torques: Sequence[float]) -> None:
        self._call("setJointMotorControlArray", self._arm, joints, pybullet.TORQUE_CONTROL, forces=list(torques))

    def positions(self) -> FloatArray:
        """Return the joint angles, shape (n,) [rad]."""
        return self._positions.copy()

    def velocities(self) -> FloatArray:
        """Return the joint speeds, shape (n,) [rad/s]."""
        return self._velocities.copy()

    def efforts(self) -> FloatArray:
        """Return the share of the stall torque each servo uses, shape (n,), -1 to 1."""
        return self._servos.shares()

    def link_pose(self, link: str) -> Pose7:
        """Return where the frame of a link is in the engine [m, quaternion]; it may differ from where it should be."""
        index = next(number for number, name in self._links.items() if name == link)
        state = self._call("getLinkState", self._arm, index, computeForwardKinematics=1)
        return cast(Pose7, (*state[4], *state[5]))

    def scene(self, stamp: float) -> SceneState:
        """Return where the objects are and what touches what, as of ``stamp`` [s]."""
        objects = {name: self._foot_pose(name) for name in self._objects}
        return SceneState(stamp, objects, self._held(), tuple(self._contacts()), dict(self._touched))

    def close(self) -> None:
        """End this world."""
        if self._client >= 0:
            pybullet.disconnect(self._client)
            self._client = -1

    # -- building --

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(pybullet, name)(*args, physicsClientId=self._client, **kwargs)

    def _configure(self) -> None:
        self._call("setGravity", 0.0, 0.0, -9.81)
        self._call(
            "setPhysicsEngineParameter",
            numSolverIterations=SOLVER_PASSES,
            deterministicOverlappingPairs=1,
            enableConeFriction=1,
            contactBreakingThreshold=STALE_CONTACT,
        )

    def _build(self, folder: Path, config: ArmConfig, scene: SceneConfig) -> None:
        self._bodies: dict[str, int] = {}
        self._build_arm(folder, config)
        for name, item in scene.furniture.items():
            self._bodies[name] = self._static(folder, name, [item.shape])
        self._furniture = tuple(self._bodies)
        if scene.person is not None:
            head = ShapeConfig(kind="sphere", size=(scene.person.head_radius,), xyz=scene.person.head_xyz)
            self._bodies["head"] = self._static(folder, "head", [head])
            self._bodies["torso"] = self._static(folder, "torso", [scene.person.torso])
        self._objects: dict[str, FloatArray] = {}
        for name, thing in scene.objects.items():
            text = body_urdf(name, thing.shapes, thing.mass)
            self._bodies[name] = self._load(folder, name, text, fixed=False, at=scene.places[thing.place].xyz)
            self._objects[name] = mass_properties(thing.shapes, thing.mass)[0]
        self._names = {body: name for name, body in self._bodies.items()}

    def _build_arm(self, folder: Path, config: ArmConfig) -> None:
        text = config.urdf_text()
        self._arm = self._load(
            folder, "arm", prepared_urdf(text, config), fixed=True, flags=pybullet.URDF_USE_INERTIA_FROM_FILE
        )
        infos = [self._call("getJointInfo", self._arm, index) for index in range(self._call("getNumJoints", self._arm))]
        self._links = {-1: config.base_link} | {info[0]: info[12].decode() for info in infos}
        indices = {info[1].decode(): info[0] for info in infos}
        self._joints = [indices[name] for name in config.joint_names]
        chain = load_chain(text, config.base_link, config.tool.tip_link)
        followers = [joint.name for joint in load_tree(text).joints if joint.mimic is not None]
        armatures = dict(zip(config.joint_names, self._motors.armature.tolist(), strict=True))
        # An explicit step of dt shakes what damping c slows down when c·dt is more than twice its inertia.
        least = dict(zip(config.joint_names, (self._motors.damping * SUBSTEP / 2.0).tolist(), strict=True))
        armatures |= dict.fromkeys(followers, INERTIA)
        least |= dict.fromkeys(followers, INERTIA)
        extra = motor_inertia(text, chain, config.gripper.joint, armatures, least)
        for index, link in self._links.items():
            self._call("changeDynamics", self._arm, index, linearDamping=0.0, angularDamping=0.0, jointDamping=0.0)
            if link in extra:
                own = np.array(self._call("getDynamicsInfo", self._arm, index)[2])
                self._call("changeDynamics", self._arm, index, localInertiaDiagonal=(own + extra[link]).tolist())
        self._couple(text, indices)

    def _couple(self, text: str, indices: dict[str, int]) -> None:
        """Let joints that mimic another follow it, as rods or a finger's gear make them; the engine overlooks mimic."""
        self._followers: dict[int, tuple[int, float]] = {}
        rods: list[Rod] = []
        for joint in load_tree(text).joints:
            if joint.mimic is None:
                continue
            leader, follower = indices[joint.mimic.joint], indices[joint.name]
            self._followers[leader] = follower, joint.mimic.multiplier
            self._call(
                "setJointMotorControl2", self._arm, follower, pybullet.VELOCITY_CONTROL, targetVelocity=0.0, force=0.0
            )
            if joint.kind == "prismatic":
                self._gear(leader, follower, joint.mimic.multiplier)
            else:
                rods.append(Rod(self._joints.index(leader), follower, joint.mimic.multiplier))
        self._rods = tuple(rods)

    def _gear(self, leader: int, follower: int, multiplier: float) -> None:
        """Let one finger move ``multiplier`` times as far as the other: the engine's gear, for joints side by side."""
        at_zero = {"parentFramePosition": [0, 0, 0], "childFramePosition": [0, 0, 0], "jointAxis": [1, 0, 0]}
        gear = self._call(
            "createConstraint", self._arm, leader, self._arm, follower, jointType=pybullet.JOINT_GEAR, **at_zero
        )
        self._call("changeConstraint", gear, gearRatio=-multiplier, maxForce=GEAR_FORCE, erp=GEAR_ERP)

    def _static(self, folder: Path, name: str, shapes: Sequence[ShapeConfig]) -> int:
        return self._load(folder, name, body_urdf(name, shapes, 0.0), fixed=True)

    def _load(
        self,
        folder: Path,
        name: str,
        text: str,
        *,
        fixed: bool,
        flags: int = 0,
        at: Iterable[float] = (0.0, 0.0, 0.0),
    ) -> int:
        path = folder / f"{name}.urdf"
        path.write_text(text, encoding="utf-8")
        flags |= pybullet.URDF_USE_IMPLICIT_CYLINDER
        body = self._call("loadURDF", str(path), basePosition=list(at), useFixedBase=fixed, flags=flags)
        return cast(int, body)

    def _finger_links(self, config: ArmConfig) -> tuple[int, int]:
        """Return the two links that grip: the gripper joint's child, and its mirror or its parent."""
        jaw = self._joints[config.joint_names.index(config.gripper.joint)]
        if jaw in self._followers:
            return self._followers[jaw][0], jaw
        return cast(int, self._call("getJointInfo", self._arm, jaw)[16]), jaw

    def _set_friction(self) -> None:
        for finger in self._fingers:
            self._call(
                "changeDynamics",
                self._arm,
                finger,
                lateralFriction=FINGER_FRICTION,
                contactStiffness=PAD_STIFFNESS,
                contactDamping=PAD_DAMPING,
            )
        for name, body in self._bodies.items():
            if name in self._objects:
                self._call(
                    "changeDynamics",
                    body,
                    -1,
                    lateralFriction=OBJECT_FRICTION,
                    spinningFriction=SPINNING_FRICTION,
                    linearDamping=0.0,
                    angularDamping=0.0,
                )
            else:
                self._call("changeDynamics", body, -1, lateralFriction=FURNITURE_FRICTION)

    # -- running --

    def _set_step(self, length: float) -> None:
        if abs(length - self._step_length) > 1e-9:
            self._call("setTimeStep", length)
            self._step_length = length
            self._set_dry_friction()

    def _set_dry_friction(self) -> None:
        """Give each joint a motor that wants standstill and may use very little torque: dry friction.

        The engine turns the torque into an impulse at once, with the step of the moment, so each new step needs it.
        """
        self._call(
            "setJointMotorControlArray",
            self._arm,
            self._joints,
            pybullet.VELOCITY_CONTROL,
            targetVelocities=[0.0] * len(self._joints),
            forces=self._motors.friction.tolist(),
        )

    def _read_joints(self) -> None:
        states = self._call("getJointStates", self._arm, self._joints)
        self._positions: FloatArray = np.array([state[0] for state in states])
        self._velocities: FloatArray = np.array([state[1] for state in states])

    def _feel_person(self) -> None:
        for name in self._touched:
            points = self._call("getContactPoints", self._bodies[name])
            if points:
                force = sum(point[9] for point in points)
                self._touched[name] = max(self._touched[name], float(force))

    def _feel_grip(self) -> None:
        """Note which finger touches which object, and when."""
        for finger in self._fingers:
            for name in self._objects:
                points = self._call("getContactPoints", self._arm, self._bodies[name], finger, -1)
                if sum(point[9] for point in points) > FAINTEST:
                    self._gripped[name, finger] = self._time

    def _held(self) -> str:
        """Return the name of the object that both fingers touch, or empty."""
        newest = self._time - GRIP_MEMORY
        for name in self._objects:
            if all(self._gripped.get((name, finger), -math.inf) >= newest for finger in self._fingers):
                return name
        return ""

    def _foot_pose(self, name: str) -> Pose7:
        """Return the pose of an object's foot; the engine tells that of its centre of mass."""
        centre, turn = self._call("getBasePositionAndOrientation", self._bodies[name])
        foot, _ = pybullet.multiplyTransforms(centre, turn, (-self._objects[name]).tolist(), [0.0, 0.0, 0.0, 1.0])
        return cast(Pose7, (*foot, *turn))

    def _contacts(self) -> list[Contact]:
        """Return the pairs that touch with noticeable force, but for objects standing on furniture."""
        forces: dict[tuple[str, str], float] = {}
        for point in self._call("getContactPoints"):
            first, second = self._name_of(point[1], point[3]), self._name_of(point[2], point[4])
            if not (self._stands(first, second) or self._stands(second, first)):
                forces[first, second] = forces.get((first, second), 0.0) + float(point[9])
        return [Contact(*pair, force) for pair, force in sorted(forces.items()) if force > FAINTEST]

    def _stands(self, thing: str, below: str) -> bool:
        return thing in self._objects and below in self._furniture

    def _name_of(self, body: int, link: int) -> str:
        return self._links[link] if body == self._arm else self._names[body]
