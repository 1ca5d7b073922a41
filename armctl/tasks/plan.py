"""What the steps of a task come down to: motions, questions and waiting, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from armctl.tasks.requests import MotionRequest, Point

Effect: TypeAlias = Literal["", "near", "grips", "lets_go"]
"""What must be true after a motion. near: the open jaws are around the object. grips: it is held, which is checked.
lets_go: the gripper is empty."""


@dataclass(frozen=True, slots=True)
class Move:
    """One motion.

    Attributes:
        request: What is asked of the arm.
        effect: What it brings about.
        about: Object that it brings near.
        exact: Where the arm really came to is checked, and put right when it is off.
        held: Point of the held object (its own frame) that is to come to ``target``: how the object lies in the jaws is
            looked at again when the motion is asked for. None where the tool itself is meant.
        target: Where that point is to come to [m].
    """

    request: MotionRequest
    effect: Effect = ""
    about: str = ""
    exact: bool = False
    held: Point | None = None
    target: Point | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person.

    Attributes:
        question: What is asked.
        choices: Labels of the answers; the last one is taken when ``seconds`` pass.
        seconds: How long the question stands [s]; None until it is answered.
    """

    question: str
    choices: tuple[str, ...]
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing, for ``seconds`` [s]."""

    seconds: float


Part: TypeAlias = Move | Ask | Rest
