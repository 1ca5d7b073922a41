"""Which parts of an arm can come to touch each other, found once for each arm.

Left out are: parts of one link, or of links that a joint connects; the hand among itself, whose fingers are made to
close; what overlaps in every posture or in a named one, because the fitted shapes are rounder than the arm; what one or
two joints part, when the overlap never is more than the shapes are off (their makers let these joints turn freely); and
what never comes near in thousands of postures spread over all joint limits, the same at every start.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.levers import pair_levers
from armctl.kinematics.pairs import IndexArray, PairDistances
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.shapes import LinkShape
from armctl.kinematics.urdf import Tree

POSTURES: Final = 4096
"""Postures that are tried; with 8 times as many no further pair is found on the SO-101."""
NEVER_NEAR: Final = 0.02
"""Pairs that stay farther apart than this in all postures are left out [m]."""
FIT: Final = 0.008
"""The simple shapes are off the real links by up to this [m]."""
FREE_JOINTS: Final = 2
"""With so many joints between two parts the postures lie close enough to know their least distance."""
SAME: Final = 1e-9
"""Poses whose figures differ by less are the same."""

KEPT: Final = 8
"""Arms whose answers are kept: a program has one, a test run a few."""
_found: dict[str, IndexArray] = {}


@lru_cache(maxsize=KEPT)
def own_pairs(robot: RobotModel) -> IndexArray:
    """Return the pairs of the arm's own shapes that can touch, shape (p, 2): indices into ``robot.shapes``."""
    key = robot.config.model_dump_json()
    if key not in _found:
        _found[key] = _search(robot)
    return _found[key]


@lru_cache(maxsize=KEPT)
def hand_links(robot: RobotModel) -> frozenset[str]:
    """Return the links that turn with the tool or that the gripper moves."""
    middle = np.array([0.5 * (joint.lower + joint.upper) for joint in robot.config.joints])
    bent, gripped = middle + 0.1, middle.copy()
    bent[-1] = middle[-1]
    gripped[-1] += 0.1
    before, after, closed = robot.link_array(middle), robot.link_array(bent), robot.link_array(gripped)
    tip = robot.links.index(robot.config.tool.tip_link)
    with_tool = same_poses(np.linalg.inv(before[tip]) @ before, np.linalg.inv(after[tip]) @ after)
    by_gripper = ~same_poses(before, closed)
    return frozenset(link for i, link in enumerate(robot.links) if with_tool[i] or by_gripper[i])


def same_poses(poses: FloatArray, others: FloatArray) -> BoolArray:
    """Return which of two arrays of poses, shape (k, 4, 4), are the same, shape (k,)."""
    same: BoolArray = np.max(np.abs(poses - others), axis=(1, 2)) < SAME
    return same


def spread(robot: RobotModel, count: int) -> FloatArray:
    """Return ``count`` postures over all joint limits, shape (count, n), the named ones first; always the same."""
    joints = robot.config.joints
    named = [[*angles, robot.config.gripper.open] for angles in robot.config.poses.values()]
    rest = np.random.default_rng(1).uniform(
        [joint.lower for joint in joints], [joint.upper for joint in joints], (count - len(named), len(joints))
    )
    return np.concatenate((np.array(named), rest))


def _search(robot: RobotModel) -> IndexArray:
    frames = [robot.links.index(shape.link) for shape in robot.shapes]
    pairs = np.array(_candidates(robot), dtype=np.intp).reshape(-1, 2)
    engine = PairDistances(robot.shapes, frames, pairs)
    pairs = engine.pairs
    bounds = engine.bounds(robot.link_arrays(spread(robot, POSTURES)))
    apart = engine.measure(bounds, bounds.least < NEVER_NEAR)
    named = len(robot.config.poses)
    between = np.count_nonzero(pair_levers(robot, robot.shapes, pairs), axis=1)
    near = apart.min(axis=0) < np.where(between <= FREE_JOINTS, -FIT, NEVER_NEAR)
    kept: IndexArray = pairs[near & (apart.max(axis=0) > 0.0) & (apart[:named] > 0.0).all(axis=0)]
    return kept


def _candidates(robot: RobotModel) -> list[tuple[int, int]]:
    hand, joined = hand_links(robot), _joined(robot.tree, robot.shapes)
    return [
        (a, b)
        for (a, one), (b, other) in combinations(enumerate(robot.shapes), 2)
        if frozenset((one.link, other.link)) not in joined and not {one.link, other.link} <= hand
    ]


def _joined(tree: Tree, shapes: tuple[LinkShape, ...]) -> set[frozenset[str]]:
    """Return the pairs of links that are one body, or that one joint connects; links without shapes do not part."""
    body = {tree.root: tree.root}
    carrier: dict[str, str] = {}
    shaped: set[str] = {tree.root}
    links_with_shapes = {shape.link for shape in shapes}
    for joint in tree.joints:
        fixed = joint.kind == "fixed"
        body[joint.child] = body[joint.parent] if fixed else joint.child
        if not fixed:
            carrier[joint.child] = body[joint.parent]
    shaped |= {body[link] for link in links_with_shapes}
    joined: set[frozenset[str]] = set()
    for one, other in combinations(sorted(links_with_shapes), 2):
        first, second = body[one], body[other]
        if first == second or _above(first, carrier, shaped) == second or _above(second, carrier, shaped) == first:
            joined.add(frozenset((one, other)))
    return joined | {frozenset((link,)) for link in links_with_shapes}


def _above(body: str, carrier: dict[str, str], shaped: set[str]) -> str | None:
    """Return the next body towards the base that has a shape."""
    above = carrier.get(body)
    while above is not None and above not in shaped:
        above = carrier.get(above)
    return above
