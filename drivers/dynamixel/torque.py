"""Switching torque on: everything a servo loses in a restart is written, then read back."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import GripperConfig
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.identity import Memory
from drivers.dynamixel.joints import JointScale, Part
from drivers.dynamixel.messages import Mode
from drivers.dynamixel.readings import Feedback
from drivers.dynamixel.table import read_table

WATCHDOG: Final = 15
"""Bus watchdog [20 ms]: a servo that hears nothing on the bus for 0.3 s stops by itself. Three times what the loop
allows itself to be silent, so that a busy computer does not stop the arm."""
REST_SPEED: Final = 0.1
"""Speed limit of a joint that is to stay where it is, until the next command [rad/s or m/s]: slow, should anything move
it."""
_WINDOW: Final = 0.008
"""How long to wait for the answers to one question [s], so that the whole call keeps its time."""
_GOAL: Final = struct.Struct("<IIi")
_ORDERS: Final = (
    "position_d",
    "position_i",
    "position_p",
    "goal_pwm",
    "goal_current",
    "profile_acceleration",
    "profile_velocity",
    "goal_position",
)


def goal_row(acceleration: int, velocity: int, goal: int) -> bytes:
    """Return the bytes from the profile acceleration register on that send a servo to ``goal``."""
    return _GOAL.pack(acceleration, velocity, goal)


class TorqueSwitch:
    """Switches torque on, without a jump, with everything set that the arm relies on.

    Args:
        bus: The servos.
        clock: Time.
        gripper: How hard it may grip.
        memories: What each servo keeps without power, by id.
    """

    def __init__(self, bus: DynamixelBus, clock: Clock, gripper: GripperConfig, memories: Mapping[int, Memory]) -> None:
        self._bus = bus
        self._clock = clock
        self._gripper = gripper
        self._memories = memories

    def order(self, parts: Sequence[Part], goals: Mapping[int, int], speeds: Mapping[str, int]) -> None:
        """Tell ``parts`` to hold.

        In this order: a tripped watchdog is cleared, since servos refuse goals until then; gains and effort; the goal,
        which is where the servo is; the watchdog; torque. A servo that has torque already keeps it.

        Args:
            parts: Servos.
            goals: Where the first servo of each joint is to stay, by its id [step].
            speeds: Profile velocity of each joint, by name [0.229 rpm].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        write = self._bus.sync_write
        write(reg.WATCHDOG.address, [(part.id, b"\0") for part in parts])
        gains = [(part.id, _gains(part.joint)) for part in parts if part.joint.servo.gains]
        if gains:
            write(reg.POSITION_D.address, gains)
        for cell in (reg.GOAL_PWM, reg.GOAL_CURRENT):
            efforts = [
                (part.id, cell.packed(self._effort(part)[cell.name])) for part in parts if part.model.has(cell.name)
            ]
            if efforts:
                write(cell.address, efforts)
        write(
            reg.PROFILE_ACCELERATION.address,
            [
                (part.id, goal_row(part.joint.acceleration, speeds[part.joint.name], goals[part.leader]))
                for part in parts
            ],
        )
        write(reg.WATCHDOG.address, [(part.id, bytes((WATCHDOG,))) for part in parts])
        write(reg.TORQUE_ENABLE.address, [(part.id, b"\1") for part in parts])

    def obeying(
        self, parts: Sequence[Part], goals: Mapping[int, int], feedback: Mapping[int, Feedback]
    ) -> frozenset[int]:
        """Return the ids of those of ``parts`` that hold as `order` told them.

        Args:
            parts: Servos.
            goals: As told.
            feedback: What each said in a reading after the order, by id.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        holding = [part for part in parts if part.id in feedback and holds(feedback[part.id])]
        models = {part.id: part.model for part in holding}
        told = read_table(self._bus, self._clock, models, _ORDERS, _WINDOW, attempts=1)
        return frozenset(part.id for part in holding if part.id in told and self._kept(part, told[part.id], goals))

    def _kept(self, part: Part, told: Memory, goals: Mapping[int, int]) -> bool:
        gains = tuple(told[name] for name in ("position_p", "position_i", "position_d"))
        return (
            (part.joint.servo.gains or gains) == gains
            and all(told[name] == value for name, value in self._effort(part).items() if name in told)
            and told["profile_acceleration"] == part.joint.acceleration
            # A servo that follows takes its goal from the one it follows.
            and (not part.leads or told["goal_position"] == goals[part.id])
        )

    def _effort(self, part: Part) -> dict[str, int]:
        """Return the largest PWM and current of a servo: of the gripper's only as much as it may grip with."""
        memory, gripper = self._memories[part.id], part.joint.name == self._gripper.joint
        pwm, current = memory["pwm_limit"], memory.get("current_limit", 0)
        if gripper and part.joint.servo.operating_mode == Mode.CURRENT_POSITION.value and part.model.current_unit:
            wanted = self._gripper.current_limit
            asked = self._gripper.effort * current if wanted is None else wanted / part.model.current_unit
            current = max(1, min(current, round(asked)))
        elif gripper:
            pwm = max(1, round(self._gripper.effort * pwm))
        return {"goal_pwm": pwm, "goal_current": current}


def holds(said: Feedback) -> bool:
    """Return True when a servo has torque and would stop by itself if the bus fell silent."""
    return said.torque == 1 and said.watchdog == WATCHDOG


def shut_down(parts: Iterable[Part], feedback: Mapping[int, Feedback]) -> list[Part]:
    """Return those of ``parts`` that took their own torque away because of an error; only a restart ends that."""
    return [part for part in parts if feedback[part.id].hardware and not feedback[part.id].torque]


def _gains(joint: JointScale) -> bytes:
    p, i, d = joint.servo.gains or (0, 0, 0)
    return struct.pack("<HHH", d, i, p)
