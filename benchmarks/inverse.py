"""Inverse kinematics beside roboticstoolbox's ``ik_LM`` (C++): success, median, 99th percentile, many goals at once.

Both get the same goals and the same random starts, in turn, in blocks, and the limits of the same URDF. Every answer of
either is checked by roboticstoolbox's forward kinematics, built from the URDF's joints without any of our generated
code: 1 mm, 0.01 rad, within the limits. ik_LM is told to stop at 1 mm; we stop at 0.01 mm all the same. Of its
methods and gains the quickest on each arm is taken. Times are of processor, not of clock: others share the machine.

    python -m benchmarks.inverse --goals 1000 --arms ur5 panda
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import roboticstoolbox as rtb

from armctl.config.load import builtin
from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.batch import solve_batch
from armctl.kinematics.chain import Chain, chain_of
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.urdf import load_tree
from benchmarks.row import Row

GOALS: Final = 10_000
BLOCK: Final = 50
TRIED: Final = 200
"""Goals that ik_LM's settings are chosen with."""
NEAR: Final = 1e-3
STRAIGHT: Final = 0.01
CASES: Final = (
    ("so101", "position"),
    ("so101", "level"),
    ("koch_v11", "position"),
    ("koch_v11", "level"),
    ("wx250s", "pose"),
    ("mycobot280", "pose"),
    ("kinova_j2n6s300", "pose"),
    ("ur5", "pose"),
    ("panda", "pose"),
)
UP: Final = {"so101": (0.0, 1.0, 0.0), "koch_v11": (0.0, 0.0, 1.0)}
"""The axis in the tool frame that a level hand keeps upright."""
SETTINGS: Final = [("chan", 1.0), ("chan", 0.1), ("chan", 0.01), ("sugihara", 0.1), ("sugihara", 0.001)]


@dataclass
class Case:
    """One arm and kind of goal: N goals that can be reached, N random starts."""

    chain: Chain
    kind: str
    up: FloatArray | None
    theirs: Any
    poses: FloatArray
    seeds: FloatArray

    def goal(self, i: int) -> Goal:
        """Return goal ``i`` as we take it."""
        pose = self.poses[i]
        if self.kind == "pose":
            return Goal(pose[:3, 3], pose[:3, :3])
        return Goal(pose[:3, 3], axis=None if self.up is None else (self.up, np.array([0.0, 0.0, 1.0])))

    @property
    def mask(self) -> FloatArray:
        """Which of x, y, z and the turns about them the goal fixes."""
        return np.array(
            {"position": [1, 1, 1, 0, 0, 0], "level": [1, 1, 1, 1, 1, 0], "pose": [1] * 6}[self.kind], float
        )

    def right(self, q: FloatArray, goals: FloatArray) -> np.ndarray:
        """Return which of ``q`` (M, dof) are answers to ``goals`` (M, 4, 4), by roboticstoolbox's kinematics."""
        found = forward(self.theirs, q)
        off = np.linalg.norm(found[:, :3, 3] - goals[:, :3, 3], axis=1)
        turned = np.zeros(len(q))
        if self.kind == "pose":
            turned = np.linalg.norm(found[:, :3, :3] - goals[:, :3, :3], axis=(1, 2)) / np.sqrt(2.0)
        elif self.up is not None:
            turned = np.linalg.norm(found[:, :3, :3] @ self.up - [0.0, 0.0, 1.0], axis=1)
        inside = ((q >= self.chain.lower - 1e-9) & (q <= self.chain.upper + 1e-9)).all(axis=1)
        right: np.ndarray = inside & (off <= NEAR) & (turned <= STRAIGHT)
        return right


@dataclass
class Times:
    """Answers and processor times [s] of one way to solve."""

    q: list[FloatArray | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def take(self, work: Callable[[int], FloatArray | None], first: int, last: int) -> None:
        """Solve goals ``first`` to ``last``, one by one."""
        for i in range(first, last):
            before = time.thread_time()
            found = work(i)
            self.seconds.append(time.thread_time() - before)
            self.q.append(found)

    def success(self, case: Case) -> float:
        """Return the share of goals with a right answer."""
        there = [i for i, q in enumerate(self.q) if q is not None]
        q = np.array([self.q[i] for i in there])
        return float(case.right(q, case.poses[there]).sum()) / len(self.q)

    def us(self, percentile: float) -> float:
        """Return a percentile of the times [us]."""
        return float(np.percentile(self.seconds, percentile)) * 1e6


def their_chain(chain: Chain) -> Any:
    """Return the chain as a roboticstoolbox ETS, with the same limits; a turn where there are none."""
    # mypy takes its classes for the modules of the same names.
    peer: Any = rtb
    parts = []
    for joint in chain.joints:
        parts.append(peer.ET.SE3(joint.origin))
        if joint.kind == "fixed":
            continue
        index = int(np.argmax(np.abs(joint.axis)))
        if abs(joint.axis[index]) < 1.0 - 1e-9:
            raise ValueError(f"{joint.name}: the axis {joint.axis} is not one of the coordinate axes")
        turns = (
            (peer.ET.Rx, peer.ET.Ry, peer.ET.Rz) if joint.kind != "prismatic" else (peer.ET.tx, peer.ET.ty, peer.ET.tz)
        )
        limits = (
            np.clip([joint.lower, joint.upper], -np.pi, np.pi) if np.isinf(joint.upper) else [joint.lower, joint.upper]
        )
        parts.append(turns[index](flip=bool(joint.axis[index] < 0), qlim=np.array(limits)))
    return peer.ETS(parts)


def forward(ets: Any, q: FloatArray) -> FloatArray:
    """Return poses (M, 4, 4) of ``q`` (M, dof) by roboticstoolbox."""
    return np.array([ets.eval(row) for row in q])


def make_case(name: str, kind: str, count: int) -> Case:
    """Return ``count`` goals that can be reached: poses of random angles, made level where that is wanted."""
    tree = load_tree(builtin("arms", name, ".urdf").read_text(encoding="utf-8"))
    chain = chain_of(tree, tree.root, "tool")
    ets, rng = their_chain(chain), np.random.default_rng(2024)
    lower, upper = np.maximum(chain.lower, -np.pi), np.minimum(chain.upper, np.pi)
    up = np.array(UP[name]) if kind == "level" else None
    if up is None:
        q = rng.uniform(lower, upper, (count, chain.dof))
    else:
        q = np.zeros((0, chain.dof))
        while len(q) < count:
            more = levelled(ets, rng.uniform(lower, upper, (4 * BLOCK * 10, chain.dof)), up)
            q = np.concatenate([q, more[((more >= lower) & (more <= upper)).all(axis=1)]])
        q = q[:count]
    return Case(chain, kind, up, ets, forward(ets, q), rng.uniform(lower, upper, (count, chain.dof)))


def levelled(ets: Any, q: FloatArray, up: FloatArray) -> FloatArray:
    """Return those of ``q`` that Newton's method on the last two joints brings level, by their kinematics."""

    def tilt(angles: FloatArray) -> FloatArray:
        return forward(ets, angles)[:, :2, :3] @ up

    for _ in range(8):
        now, slopes = tilt(q), []
        for joint in (-2, -1):
            there = q.copy()
            there[:, joint] += 1e-6
            slopes.append((tilt(there) - now) / 1e-6)
        J = np.stack(slopes, axis=2) + 1e-9 * np.eye(2)
        q = q.copy()
        q[:, -2:] -= np.clip(np.linalg.solve(J, now[:, :, None])[:, :, 0], -0.5, 0.5)
    level: FloatArray = q[(np.linalg.norm(tilt(q), axis=1) < 1e-9) & (forward(ets, q)[:, 2, :3] @ up > 0.0)]
    return level


def best_settings(case: Case) -> dict[str, Any]:
    """Return the method and gain with which ik_LM is quickest."""
    spent = []
    for method, gain in SETTINGS:
        settings = {"method": method, "k": gain, "tol": 0.5 * NEAR**2, "mask": case.mask}
        before = time.thread_time()
        for i in range(min(TRIED, len(case.poses))):
            case.theirs.ik_LM(case.poses[i], q0=case.seeds[i], **settings)
        spent.append((time.thread_time() - before, settings))
    return min(spent, key=lambda pair: pair[0])[1]


def measure(name: str, kind: str, count: int) -> list[Row]:
    """Return the rows of one arm and kind of goal."""
    case = make_case(name, kind, count)
    settings = best_settings(case)

    def ours(i: int, **how: Any) -> FloatArray | None:
        try:
            return solve(case.chain, case.goal(i), **how)
        except UnreachableError:
            return None

    def lm(i: int) -> FloatArray | None:
        found = case.theirs.ik_LM(case.poses[i], q0=case.seeds[i], **settings)
        return found.q if found.success else None

    ours(0)
    ours(0, seed=case.seeds[0], table=False)
    table, seeded, only, peer = Times(), Times(), Times(), Times()
    for first in range(0, count, BLOCK):
        last = min(first + BLOCK, count)
        table.take(ours, first, last)
        peer.take(lm, first, last)
        seeded.take(lambda i: ours(i, seed=case.seeds[i]), first, last)
        only.take(lambda i: ours(i, seed=case.seeds[i], table=False), first, last)
    title = f"IK {name} {kind}"
    theirs = peer.success(case)
    rows = [success(f"{title}, success", table, case, theirs)]
    rows.append(success(f"{title}, success from random seeds, no table", only, case, theirs))
    for what, times in (("table", table), ("random seed", seeded), ("random seed, no table", only)):
        bar = 1.0 if what == "table" else None
        rows += [compared(f"{title}, {what}, {label}", times.us(p), peer.us(p), bar) for label, p in PERCENTILES]
    return [*rows, batch_row(title, case, sum(peer.seconds) / (theirs * count))]


PERCENTILES: Final = (("median", 50), ("99 %", 99))


def success(title: str, times: Times, case: Case, theirs: float) -> Row:
    """Return the row of a share of right answers, against 99.99 %."""
    return Row(title, 100.0 * times.success(case), "%", f"ik_LM {100.0 * theirs:.2f} %", bar=99.99, least=True)


def compared(title: str, ours: float, theirs: float, bar: float | None) -> Row:
    """Return the row of two times, against ``bar`` times theirs where there is one."""
    return Row(title, ours, "us", f"ik_LM {theirs:.1f} us", ours / theirs, bar)


def batch_row(title: str, case: Case, peer_seconds: float) -> Row:
    """Return the row of many goals at once: right answers a second, against eight times the peer's."""
    positions = case.poses[:, :3, 3]
    rotations = case.poses[:, :3, :3] if case.kind == "pose" else None
    axis = None if case.up is None else (case.up, np.array([0.0, 0.0, 1.0]))
    # The first call writes and compiles the code for arrays; a goal far out of reach makes it use all of it.
    solve_batch(case.chain, positions[:2] + 9.0, None if rotations is None else rotations[:2], axis, attempts=4)
    before = time.thread_time()
    batch = solve_batch(case.chain, positions, rotations, axis)
    seconds = time.thread_time() - before
    right = int((batch.solved & case.right(batch.q, case.poses)).sum())
    rate, theirs = right / seconds, 1.0 / peer_seconds
    note = f"ik_LM's loop {theirs / 1e3:.1f} k/s, {100.0 * right / len(positions):.2f} % right"
    return Row(f"{title}, batch", rate / 1e3, "k/s", note, rate / theirs, 8.0, least=True)


def run(goals: int = GOALS, arms: list[str] | None = None) -> list[Row]:
    """Return the rows of all arms, or of ``arms``."""
    return [row for name, kind in CASES if not arms or name in arms for row in measure(name, kind, goals)]


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goals", type=int, default=GOALS)
    parser.add_argument("--arms", nargs="*")
    options = parser.parse_args()
    for name, kind in CASES:
        if not options.arms or name in options.arms:
            for row in measure(name, kind, options.goals):
                ratio = "" if row.ratio is None else f"ratio {row.ratio:.2f}"
                told = f"{row.title:58} {row.value:9.2f} {row.unit:4} {ratio:11} {row.asked:8} {row.verdict:5}"
                print(f"{told} {row.reference}", flush=True)


if __name__ == "__main__":
    main()
