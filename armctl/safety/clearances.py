"""How far each pair of parts must stay apart, what coming nearer is called, and the words for both."""

from __future__ import annotations

import math
from dataclasses import dataclass

from armctl.config.scene import SceneConfig
from armctl.kinematics.collision import CollisionModel, Pair
from armctl.kinematics.surroundings import BODY, HEAD, PERSON, title_of
from armctl.kinematics.touching import hand_links
from armctl.safety.codes import Code
from armctl.safety.limits import ARM_CLEARANCE, HAND_CLEARANCE, HELD_SINK, SELF_CLEARANCE

WORDS = {"lower_arm": "forearm", "gripper": "hand", "jaw": "hand", "tool": "hand"}
"""What people call links; other links are called by their own names."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one pair must keep.

    Attributes:
        limit: Least distance [m]; minus infinity where none is asked.
        code: What coming nearer is called.
        part: The part that comes too near, in words.
        other: What it comes too near to, in words.
    """

    limit: float
    code: Code
    part: str
    other: str


def clearances(model: CollisionModel, scene: SceneConfig) -> tuple[Clearance, ...]:
    """Return what each pair of the ``model`` must keep, in the order of its pairs."""
    hand = hand_links(model.robot)
    return tuple(_clearance(model, scene, pair, hand) for pair in model.pairs)


def _clearance(model: CollisionModel, scene: SceneConfig, pair: Pair, hand: frozenset[str]) -> Clearance:
    held = model.held is not None and model.held.name in (pair.a, pair.b)
    if pair.kind == "self":
        return Clearance(SELF_CLEARANCE, Code.SELF_ZONE, *_hand_first(_words(pair.a), _words(pair.b)))
    other = title_of(scene, pair.b)
    if pair.b in PERSON and scene.person:
        code = Code.HEAD_ZONE if pair.b == HEAD else Code.TORSO_ZONE
        # What is held may come to the mouth: it is drunk from. At the head it only makes slow.
        kept = scene.person.head_keep_out if not held else 0.0 if pair.b == BODY else -math.inf
        return Clearance(kept, code, _words(pair.a), other)
    limit = -HELD_SINK if held else HAND_CLEARANCE if pair.a in hand else ARM_CLEARANCE
    return Clearance(limit, Code.FURNITURE_ZONE, _words(pair.a), other)


def _words(name: str) -> str:
    plain = name.removesuffix("_link")
    return WORDS.get(plain, plain.replace("_", " ")).removeprefix("the ")


def _hand_first(one: str, other: str) -> tuple[str, str]:
    """Return two parts with the one that moves more first: links are named from the base on."""
    return other, one
