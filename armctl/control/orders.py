"""From an intent to what the motion generator is asked for; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from armctl.control.messages import (
    AnyIntent,
    Grip,
    Jog,
    MoveBy,
    MoveJoints,
    MoveTool,
    MoveWay,
    Resume,
    Stop,
    Undo,
    WayOut,
)
from armctl.motion.requests import (
    FollowRequest,
    GripRequest,
    JogRequest,
    JointRequest,
    Request,
    RetraceRequest,
    StepRequest,
    ToolRequest,
    WayOutRequest,
)
from armctl.safety.codes import Code
from armctl.safety.input_faults import LATCHING_STOPS

MotionRequest: TypeAlias = Request

SETS_MOVING: Final = (Jog, MoveBy, MoveJoints, MoveTool, MoveWay, Grip, Undo, WayOut, Resume)
"""Intents after which the arm moves."""


def request_of(intent: AnyIntent) -> MotionRequest | None:
    """Return what the motion generator is to begin, or None when ``intent`` asks for no new motion."""
    request: MotionRequest | None = None
    match intent:
        case Jog():
            request = JogRequest(intent.linear, intent.angular, intent.grip, intent.frame, intent.speed)
        case MoveBy():
            request = StepRequest(intent.translation, intent.rotation, intent.frame, intent.speed)
        case MoveJoints():
            request = JointRequest(intent.positions, intent.speed)
        case MoveTool():
            request = ToolRequest(
                intent.position,
                intent.level,
                intent.path,
                intent.speed,
                intent.quaternion,
                intent.via,
                intent.may_tilt,
            )
        case MoveWay():
            request = FollowRequest(intent.points, intent.speed)
        case Grip():
            request = GripRequest(intent.opening)
        case Undo():
            request = RetraceRequest(intent.speed, intent.hand)
        case WayOut():
            request = WayOutRequest(intent.speed)
        case _:
            pass
    return request


def split_at_stop(intents: Sequence[AnyIntent]) -> tuple[Stop | None, list[AnyIntent], list[AnyIntent]]:
    """Return the newest stop, the intents before it that would have moved the arm, and all that still count.

    A stop overtakes everything and voids what was asked for before it: nothing begins in the same tick in which the
    person said stop after having asked for it.
    """
    stops = [index for index, intent in enumerate(intents) if isinstance(intent, Stop)]
    place = stops[-1] if stops else 0
    void: list[AnyIntent] = [intent for intent in intents[:place] if isinstance(intent, SETS_MOVING)]
    valid = [intent for intent in intents if not isinstance(intent, Stop) and intent not in void]
    stop = intents[place] if stops else None
    return stop if isinstance(stop, Stop) else None, void, newest_jog_only(valid)


def latching_stops(intents: Sequence[AnyIntent]) -> list[Code]:
    """Return the faults that stops among ``intents`` latch: what failed is an input, which says nothing more."""
    reasons = [intent.reason for intent in intents if isinstance(intent, Stop)]
    return [LATCHING_STOPS[reason] for reason in reasons if reason in LATCHING_STOPS]


def newest_jog_only(intents: Sequence[AnyIntent]) -> list[AnyIntent]:
    """Return ``intents`` without jogs that another jog follows at once: only where the stick is now counts."""
    following = [*intents[1:], None][: len(intents)]
    return [
        intent
        for intent, after in zip(intents, following, strict=True)
        if not (isinstance(intent, Jog) and isinstance(after, Jog))
    ]
