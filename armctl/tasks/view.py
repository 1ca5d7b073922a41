"""What a task sees (`TaskView`) and what it shows (`TaskStatus`): the engine touches nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from armctl.hal.scene import Pose7

Phase: TypeAlias = Literal["running", "waiting", "paused", "done", "cancelled", "failed"]
"""running: at work. waiting: asks something and waits for a select. paused: stopped on the way; resume or cancel.
failed: something went wrong; resume tries it again, cancel ends. done, cancelled: over."""

MotionPhase: TypeAlias = Literal["idle", "running", "paused", "done", "stopped", "refused"]


@dataclass(frozen=True, slots=True)
class TaskView:
    """The arm and its surroundings, as the newest snapshot tells.

    Attributes:
        now: Time [s, monotonic].
        ready: True when the arm takes motions or carries one out (supervisor mode ready or moving).
        fault: Title of the latched fault; empty when there is none.
        motion_sequence: Sequence number of the newest motion.
        motion_phase: Where that motion is in its life.
        motion_reason: Why it was stopped or refused, in plain words.
        tool: Measured pose of the tool point in the base frame [m, quaternion].
        opening: Gripper opening, 0 to 1.
        holding: True when the gripper seems to hold something.
        objects: Poses of the objects [m, quaternion] where a simulator or camera tells them; empty otherwise.
        held: Name of the object in the gripper where known; empty otherwise.
        seeking: True while a clear way for the newest motion is being looked for: the arm was not asked yet.
    """

    now: float
    ready: bool
    fault: str
    motion_sequence: int
    motion_phase: MotionPhase
    motion_reason: str
    tool: Pose7
    opening: float
    holding: bool
    objects: Mapping[str, Pose7] = field(default_factory=dict)
    held: str = ""
    seeking: bool = False


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """How a task fares, in words for the screen.

    Attributes:
        name: Name of the task.
        title: Title of the task.
        icon: Name of its picture.
        phase: Where it is in its life.
        step: Number of the present step, from 1.
        steps: Number of steps.
        doing: What it does now: "Bringing the cup to your mouth".
        next: What comes then: "Then: waits for you". Empty at the end.
        question: What the person is asked; empty when nothing.
        reason: Why it is paused, failed or cancelled; empty otherwise.
        choices: Labels of the answers to ``question``; `TaskEngine.select` takes the index, 0 when left out.
        goes_back: It is about to go back over its last motion.
        at_face: The hand, or what one drinks from it, is within the slow radius of the mouth.
    """

    name: str
    title: str
    icon: str
    phase: Phase
    step: int
    steps: int
    doing: str
    next: str = ""
    question: str = ""
    reason: str = ""
    choices: tuple[str, ...] = ()
    goes_back: bool = False
    at_face: bool = False

    @property
    def over(self) -> bool:
        """True when the task has ended, one way or another."""
        return self.phase in ("done", "cancelled")
