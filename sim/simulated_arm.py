"""`SimulatedArm`: the one `Arm` over any `Plant`, ideal or physical.

The world moves when somebody looks: every call first moves the plant on to the clock's time. What an arm on a wire
refuses (late, replayed, older arming, wrong size) is refused here by the same rules.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from typing import Final

import numpy as np

from armctl.errors import CommandRefusedError, LinkLostError, PortError
from armctl.hal.arm import ArmInfo, Capabilities
from armctl.hal.command import ApprovedCommand
from armctl.hal.registry import ArmContext
from armctl.hal.scene import SceneState
from armctl.hal.state import BoolArray, FloatArray, JointFault, JointState
from sim.motors import motors_of
from sim.plant import Plant
from sim.world_lock import WorldLock

LONGEST_CATCH_UP: Final = 0.25
"""The world stands still for whatever is longer between two calls [s], as after a suspended computer."""
LONGEST_STEP: Final = 0.01
"""Largest step asked of a plant [s]."""
SHORTEST_STEP: Final = 0.0005
"""Two calls closer than this see the same world [s]."""
TEMPERATURE: Final = 32.0
"""What every servo tells [°C]; warm to the hand, as in light work."""
VOLTAGE: Final = 12.0
"""What every servo tells [V]."""


class SimulatedArm:
    """A simulated arm, which also knows the things around it.

    Args:
        context: Configuration, clock, scene; ``port`` is empty or a name to hold on the whole computer.
        make_plant: Builds what moves; called once, at the first ``connect``.
        capabilities: What to tell about the arm; never ``real``.
    """

    def __init__(
        self, context: ArmContext, make_plant: Callable[[], Plant], capabilities: Capabilities | None = None
    ) -> None:
        config = context.config
        told = capabilities or Capabilities(
            measures_effort=True, measures_temperature=True, measures_voltage=True, real=False
        )
        self._info = ArmInfo(config.name, config.joint_names, f"simulated {config.name}", told)
        self._clock = context.clock
        self._make_plant = make_plant
        self._lock = WorldLock(config.name, context.clock, context.port)
        self._deflection = motors_of(config).deflection
        self._plant: Plant | None = None
        self._connected = False
        self._plugged = True
        self._time = 0.0
        n = len(config.joints)
        self._goals: FloatArray = np.zeros(n)
        self._speeds: FloatArray = np.array([joint.max_speed for joint in config.joints])
        self._torque: BoolArray = np.zeros(n, dtype=bool)
        self._efforts: FloatArray = np.ones(n)
        self._efforts[-1] = config.gripper.effort
        self._all_fresh: BoolArray = np.ones(n, dtype=bool)
        self._no_faults = (JointFault.NONE,) * n
        self._epoch = -1
        self._sequence = -1

    @property
    def info(self) -> ArmInfo:
        """Who this arm is."""
        return self._info

    def connect(self) -> None:
        """Take the arm for this program alone; torque and goals stay as they were found.

        Raises:
            PortError: Unplugged, or somebody else has it.
        """
        if not self._plugged:
            raise PortError(f"The simulated arm {self._info.name!r} is unplugged.", "Plug it in again.")
        self._lock.take()
        if self._plant is None:
            self._plant = self._make_plant()
            weakref.finalize(self, self._plant.close)
            self._goals = self._plant.positions()
            self._time = self._clock.now()
        self._connected = True

    def read(self) -> JointState:
        """Return one reading of all joints, always complete.

        Raises:
            LinkLostError: Unplugged.
            CommandRefusedError: Not connected.
        """
        plant = self._advance()
        n = len(self._goals)
        now = self._clock.now()
        return JointState(
            stamp=now,
            positions=plant.positions(),
            velocities=plant.velocities(),
            efforts=plant.efforts(),
            temperatures=np.full(n, TEMPERATURE),
            voltages=np.full(n, VOLTAGE),
            stamps=np.full(n, now),
            fresh=self._all_fresh.copy(),
            faults=self._no_faults,
            torque_on=bool(self._torque.all()),
        )

    def enable(self) -> None:
        """Switch torque on; the goal becomes the present position first, unless torque is on already.

        Raises:
            LinkLostError: Unplugged.
            CommandRefusedError: Not connected.
        """
        plant = self._advance()
        limp = ~self._torque
        self._goals = np.where(limp, plant.positions(), self._goals)
        self._torque[:] = True

    def send(self, command: ApprovedCommand) -> None:
        """Make ``command`` the goal.

        Raises:
            LinkLostError: Unplugged.
            CommandRefusedError: Not connected, late, out of sequence, of an older arming, or of the wrong size.
        """
        self._advance()
        self._check(command)
        self._epoch, self._sequence = command.epoch, command.sequence
        self._goals = np.array(command.positions, dtype=np.float64)
        self._speeds = np.array(command.speeds, dtype=np.float64)

    def hold(self) -> None:
        """Stay here: each goal becomes the present position plus the lag with which the servo carries its load now.

        A plain "goal = present position" would sink a little with every call and let go of what the gripper holds.

        Raises:
            LinkLostError: Unplugged.
            CommandRefusedError: Not connected.
        """
        plant = self._advance()
        present = plant.positions()
        carrying = np.abs(plant.efforts()) * self._deflection
        self._goals = present + np.clip(self._goals - present, -carrying, carrying)

    def release(self) -> None:
        """Switch torque off, on purpose: the arm sinks.

        Raises:
            LinkLostError: Unplugged.
            CommandRefusedError: Not connected.
        """
        self._advance()
        self._torque[:] = False

    def close(self, *, keep_torque: bool = True) -> None:
        """Give the arm up; its world stays as it is for whoever connects next."""
        if self._connected and self._plugged and not keep_torque:
            self.release()
        self._connected = False
        self._lock.free()

    def scene(self) -> SceneState:
        """Return where the objects are and what touches what.

        Raises:
            LinkLostError: Unplugged.
            CommandRefusedError: Not connected.
        """
        return self._advance().scene(self._clock.now())

    def unplug(self) -> None:
        """Pull the plug: every call but ``close`` fails until `plug_in`; the arm keeps its torque and goal."""
        self._plugged = False

    def plug_in(self) -> None:
        """Put the plug back; the arm must be connected again."""
        self._plugged = True
        self._connected = False

    def _advance(self) -> Plant:
        """Move the world on to now and return it."""
        if not self._plugged:
            raise LinkLostError(f"The connection to {self._info.name!r} was lost.", "Check the cable, then reconnect.")
        if not self._connected or self._plant is None:
            raise CommandRefusedError(f"The arm {self._info.name!r} is not connected.", "Connect first.")
        now = self._clock.now()
        missing = min(now - self._time, LONGEST_CATCH_UP)
        if missing < SHORTEST_STEP:
            return self._plant
        self._time = now
        steps = math.ceil(missing / LONGEST_STEP - 1e-6)
        for _ in range(steps):
            self._plant.step(missing / steps, self._goals, self._speeds, self._torque, self._efforts)
        return self._plant

    def _check(self, command: ApprovedCommand) -> None:
        """Raise CommandRefusedError unless ``command`` may become the goal now."""
        n = len(self._goals)
        if command.positions.shape != (n,) or command.speeds.shape != (n,):
            raise CommandRefusedError(
                f"A command for {command.positions.shape} joints with {command.speeds.shape} speeds was refused; "
                f"the arm has {n}."
            )
        if not (np.isfinite(command.positions).all() and np.isfinite(command.speeds).all()):
            raise CommandRefusedError("A command that is not a number was refused.")
        if not (command.speeds > 0.0).all():
            raise CommandRefusedError(
                f"A command with speed {command.speeds.min():.3f} was refused; it must be above 0."
            )
        late = self._clock.now() - command.deadline
        if late > 0.0:
            raise CommandRefusedError(f"A command was refused: it came {late * 1e3:.0f} ms after its deadline.")
        if command.epoch < self._epoch:
            raise CommandRefusedError(f"A command of arming {command.epoch} was refused; {self._epoch} is in force.")
        if command.epoch == self._epoch and command.sequence <= self._sequence:
            raise CommandRefusedError(
                f"Command {command.sequence} was refused; {self._sequence} was taken before it.",
            )
