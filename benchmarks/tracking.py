"""One tick of tracking beside roboticstoolbox's ``ik_LM`` (C++), and what random excursions beyond reach come to.

Both follow the same smooth path, 1 mm a tick, each from its own last answer, in turn, in blocks. ik_LM as it comes
stops at 1.4 mm; a second figure is for ik_LM told to be as exact as we are, 2.5 µm. Its chain is built from the URDF's
joints with the fixed ones drawn together, which makes it quicker. Others share the machine, so each tick's time is the
least of five rounds, for both; the figure is the median of all ticks. An excursion's slowest tick is in time of the
processor, the least of five times the same, with the garbage collector told to leave alone what was there before, as
the control process does.

An excursion begins in a random posture away from limits and singular poses, the elbow bent by 18° at least. The goal
goes outward in a random direction to 0.6 to 1.2 arm lengths farther, and back, in 2,200 ticks, and rests 200.

    python -m benchmarks.tracking --arms ur5 panda --excursions 20
"""

from __future__ import annotations

import argparse
import gc
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import roboticstoolbox as rtb

from armctl.config.load import builtin
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, chain_of
from armctl.kinematics.forward import forward
from armctl.kinematics.goal import Goal
from armctl.kinematics.rotation import matrix_from_rotation_vector
from armctl.kinematics.tracking import Memory, Tracked, prepare, track
from armctl.kinematics.urdf import load_tree
from armctl.kinematics.walk import segments
from benchmarks.row import Row

READY: Final = {
    "so101": [0.0, -0.9, 1.1, -0.2, -1.522],
    "koch_v11": [0.0, 1.0, 1.6, 0.3, 0.0],
    "wx250s": [0.0, -0.3, 0.3, 0.2, 0.4, 0.1],
    "mycobot280": [0.2, -0.6, -1.2, 0.4, 0.3, 0.2],
    "kinova_j2n6s300": [1.5, 2.9, 1.3, 4.2, 1.4, 0.0],
    "ur5": [0.0, -1.2, 1.5, -0.3, 1.2, 0.0],
    "panda": [0.0, -0.3, 0.0, -2.0, 0.0, 1.8, 0.7],
}
"""A usual pose of each arm, where the smooth path begins."""
MASKS: Final = {"position": [1, 1, 1, 0, 0, 0], "level": [1, 1, 1, 1, 1, 0], "pose": [1] * 6}
ELBOW: Final = {"panda": (1, 3, 5)}
"""Joints at shoulder, elbow and wrist where they are not the second, third and fourth."""
UP: Final = np.array([0.0, 0.0, 1.0])
STEP: Final = 0.03
TICKS: Final = 800
BLOCK: Final = 40
ROUNDS: Final = 5
EXACT: Final = 0.5 * 2.5e-6**2
"""ik_LM's tolerance is on ½·|e|²."""


def load_chain(name: str) -> Chain:
    """Return the chain of a built-in arm, ready to track."""
    tree = load_tree(builtin("arms", name, ".urdf").read_text(encoding="utf-8"))
    chain = chain_of(tree, tree.root, "tool")
    prepare(chain)
    return chain


def kinds_of(chain: Chain) -> list[str]:
    """Return the kinds of goal that an arm has joints for."""
    return [kind for kind in MASKS if kind != "pose" or chain.dof >= 6]


def goal_of(kind: str, pose: FloatArray, position: FloatArray) -> Goal:
    """Return the goal at ``position`` that keeps of the orientation of ``pose`` what its kind says."""
    if kind == "pose":
        return Goal(position, pose[:3, :3])
    return Goal(position, axis=(pose[2, :3], UP)) if kind == "level" else Goal(position)


def their_chain(chain: Chain) -> Any:
    """Return the chain for roboticstoolbox: a constant before every joint, and one to the tip."""
    parts, to_tip = segments(chain.joints)
    sequence: list[Any] = []
    for index, part in enumerate(parts):
        sequence.append(rtb.ET.SE3(part.before))
        sequence.append(rtb.ET.tz(jindex=index) if part.kind == "prismatic" else rtb.ET.Rz(jindex=index))
    whole: Any = rtb.ETS  # a module of the same name hides the class from the type checker
    return whole([*sequence, rtb.ET.SE3(to_tip)])


def smooth_path(chain: Chain, pose: FloatArray) -> list[FloatArray]:
    """Return positions (3,) along a closed path, 1 mm apart on average."""
    size = 0.04 * chain.length
    length = 8.0 * size
    turns = np.linspace(0.0, 2.0 * np.pi * TICKS * 1e-3 / length, TICKS)
    return [pose[:3, 3] + size * np.array([np.cos(a) - 1.0, np.sin(a), 0.5 * np.sin(2.0 * a)]) for a in turns]


def step_rows(name: str) -> list[Row]:
    """Return the rows of a tick's time on one arm, for each kind of goal."""
    chain, start = load_chain(name), np.array(READY[name])
    theirs, pose = their_chain(chain), forward(chain, start)
    path, rows = smooth_path(chain, pose), []
    for kind in kinds_of(chain):
        settings = {"ilimit": 30, "slimit": 1, "joint_limits": False, "mask": np.array(MASKS[kind], float)}
        rounds = [_followed(chain, theirs, kind, start, pose, path, settings) for _ in range(ROUNDS)]
        us = {who: np.min([times[who] for times in rounds], axis=0) for who in rounds[0]}
        median = {who: float(np.median(times)) for who, times in us.items()}
        note = f"ik_LM {median['loose']:.1f} us, as exact as ours {median['exact']:.1f} us"
        note += f" (ratio {median['ours'] / median['exact']:.2f}); our 99 % {np.percentile(us['ours'], 99):.0f} us"
        ratio = median["ours"] / median["loose"]
        rows.append(Row(f"tracking {name} {kind}, tick, median", median["ours"], "us", note, ratio, 2.0))
    return rows


def _followed(
    chain: Chain,
    theirs: Any,
    kind: str,
    start: FloatArray,
    pose: FloatArray,
    path: list[FloatArray],
    settings: dict[str, Any],
) -> dict[str, list[float]]:
    """Return the times [us] of all ticks along the path, ours and theirs."""
    goals = [goal_of(kind, pose, point) for point in path]
    poses = [np.block([[pose[:3, :3], point[:, None]], [pose[3:]]]) for point in path]
    us: dict[str, list[float]] = {"ours": [], "loose": [], "exact": []}
    q, memory, answers = start, None, {"loose": start, "exact": start}
    for first in range(0, len(path), BLOCK):
        for goal in goals[first : first + BLOCK]:
            before = time.perf_counter()
            tick = track(chain, q, goal, STEP, memory)
            us["ours"].append((time.perf_counter() - before) * 1e6)
            q, memory = tick.q, tick.memory
        for who, tolerance in (("loose", 1e-6), ("exact", EXACT)):
            for wanted in poses[first : first + BLOCK]:
                before = time.perf_counter()
                found = theirs.ik_LM(wanted, q0=answers[who], tol=tolerance, **settings)
                us[who].append((time.perf_counter() - before) * 1e6)
                answers[who] = found.q
    return us


@dataclass
class Excursions:
    """The worst of some excursions of one arm and kind of goal."""

    largest_step: float = 0.0
    return_error: float = 0.0
    slowest: float = 0.0
    flips: int = 0
    moved: int = 0

    def take(self, chain: Chain, name: str, kind: str, rng: np.random.Generator) -> None:
        """Go once beyond reach and back."""
        start = usual_posture(chain, name, kind, rng)
        pose = forward(chain, start)
        outward, aside = pose[:3, 3] - 0.25 * chain.length * UP, rng.normal(size=3)
        way = outward / np.linalg.norm(outward) + 0.7 * aside / np.linalg.norm(aside)
        distances = rng.uniform(0.6, 1.2) * chain.length * np.sin(np.linspace(0.0, np.pi, 2200)) ** 2
        ahead = [pose[:3, 3] + distance * way / np.linalg.norm(way) for distance in [*distances, *[0.0] * 200]]
        q: FloatArray = start
        memory: Memory | None = None
        for position in ahead:
            goal = goal_of(kind, pose, position)
            tick, us = _timed(chain, q, goal, memory)
            if us > self.slowest:
                # The same question has the same answer; what an interruption cost is not asked again.
                self.slowest = max(self.slowest, min(us, *(_timed(chain, q, goal, memory)[1] for _ in range(4))))
            self.largest_step = max(self.largest_step, float(np.abs(tick.q - q).max()))
            q, memory = tick.q, tick.memory
        self.return_error = max(self.return_error, tick.position_error)
        self.flips += elbow_bend(chain, name, q) * elbow_bend(chain, name, start) < 0.0
        self.moved += bool(np.abs(q - start).max() > 0.05)


def _timed(chain: Chain, q: FloatArray, goal: Goal, memory: Memory | None) -> tuple[Tracked, float]:
    """Return a tick and the processor's time for it [us]."""
    before = time.thread_time_ns()
    tick = track(chain, q, goal, STEP, memory)
    return tick, (time.thread_time_ns() - before) / 1e3


def usual_posture(chain: Chain, name: str, kind: str, rng: np.random.Generator) -> FloatArray:
    """Return angles (dof,) away from limits, above ground and beside the base, free to move; the elbow bent."""
    both = np.isfinite(chain.lower) & np.isfinite(chain.upper)
    lower, upper = np.where(both, chain.lower, -np.pi), np.where(both, chain.upper, np.pi)
    while True:
        q: FloatArray = lower + (upper - lower) * rng.uniform(0.12, 0.88, chain.dof)
        pose = forward(chain, q)
        beside = pose[2, 3] > 0.0 and np.hypot(pose[0, 3], pose[1, 3]) > 0.1 * chain.length
        bent = abs(elbow_bend(chain, name, q)) > 0.3
        if beside and bent and track(chain, q, goal_of(kind, pose, pose[:3, 3])).singular == 0.0:
            return q


def elbow_bend(chain: Chain, name: str, q: FloatArray) -> float:
    """Return the sine of the elbow's bend; its sign is the side of the line from shoulder to wrist that it is on."""
    at, places, axes = np.eye(4), [], []
    parts, _ = segments(chain.joints)
    for part, angle in zip(parts, q.tolist(), strict=True):
        at = at @ part.before
        places.append(at[:3, 3])
        axes.append(at[:3, 2])
        turn = np.eye(4)
        turn[:3, :3] = matrix_from_rotation_vector(UP * angle)
        at = at @ turn
    shoulder, elbow, wrist = ELBOW.get(name, (1, 2, 3))
    upper, fore = places[elbow] - places[shoulder], places[wrist] - places[elbow]
    return float(np.cross(upper, fore) @ axes[elbow]) / float(np.linalg.norm(upper) * np.linalg.norm(fore))


def excursion_rows(name: str, count: int) -> list[Row]:
    """Return the rows of ``count`` random excursions for each kind of goal."""
    chain, rows = load_chain(name), []
    for kind in kinds_of(chain):
        rng, found = np.random.default_rng(2026), Excursions()
        gc.collect()
        gc.freeze()
        for _ in range(count):
            found.take(chain, name, kind, rng)
        title, note = f"tracking {name} {kind}, {count} excursions", f"{found.moved} ended in another posture"
        rows += [
            Row(f"{title}, largest joint change", found.largest_step, "rad", bar=STEP + 1e-9),
            Row(f"{title}, farthest from the goal at the end", found.return_error * 1e3, "mm", bar=0.1),
            Row(f"{title}, elbows on the other side", found.flips, "", note, bar=0.0),
            Row(f"{title}, slowest tick (processor)", found.slowest, "us", bar=1000.0),
        ]
    return rows


def run(excursions: int = 4, arms: list[str] | None = None) -> list[Row]:
    """Return the rows of all arms, or of ``arms``."""
    chosen = [name for name in READY if not arms or name in arms]
    steps = [row for name in chosen for row in step_rows(name)]
    return steps + [row for name in chosen if excursions for row in excursion_rows(name, excursions)]


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--excursions", type=int, default=4)
    parser.add_argument("--arms", nargs="*")
    options = parser.parse_args()
    for row in run(options.excursions, options.arms):
        ratio = "" if row.ratio is None else f"ratio {row.ratio:.2f}"
        print(f"{row.verdict:5} {row.title:75} {row.value:9.3f} {row.unit:4} {ratio:11} {row.reference}", flush=True)


if __name__ == "__main__":
    main()
