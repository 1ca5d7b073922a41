"""How goals follow each other: speeds, accelerations, the tool and the zones. Part of the checker.

A set-point comes every tick; goals are whole steps of the servos. So speeds are taken over many set-points, where a
step hardly counts, and both over how many there were and over how long it took.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from tests.soak.facts import STEPS, Body, Facts, Thing

STEP = 2.0 * math.pi / STEPS
TICK = 0.01
SPAN = 20
"""Set-points over which speeds are taken."""
SOONER = 1.6
"""Set-points by which a span may carry more motion than its length: a refused one is made up for."""
SHARE = 1.03
BURST_TIME, BURST = 0.1, 15
"""At most so many changed set-points within so long [s]."""
ROUNDING = 0.0015
"""What whole steps of five joints move the tool [m]."""
SLOWING = 0.55
"""Time the tool has to slow down to a lower limit [s]."""
ZONE_SHARE, ZONE_MARGIN = 1.1, 0.007
"""How much faster than allowed at a place the tool may be for long, as a share and in m/s."""
START_UP, START_SHARE = 2.5, 0.5
"""For so long [s] of motion after arming only this share of the tool's speed."""
DEPTH = 0.004
"""How far beyond a limit of distance a stop may end, and steps and sampled shapes may add [m]."""
FURNITURE = 0.005
"""Distance of all but the hand from furniture [m]."""
FAR = 0.35
"""Beyond this [m] a distance need not be exact: the largest radius around a head is less."""
NOISE = 5e-4
"""Distances that differ by less are the same [m]."""


@dataclass(frozen=True)
class Point:
    """One set-point: when, which one since the arm began anew, the goals, and where the tool is with it."""

    at: float
    number: int
    goals: np.ndarray
    tool: np.ndarray
    head: float


class Path:
    """Judges goals by those before them.

    Args:
        facts: Arm and scene.
        body: The arm's shapes.
        wrong: Called with time, rule and text.
        jitter: How much later than on the wire set-points may be seen [s].
    """

    def __init__(self, facts: Facts, body: Body, wrong: Callable[[float, str, str], None], jitter: float) -> None:
        self._facts = facts
        self._body = body
        self._wrong = wrong
        self._jitter = jitter
        self._points: deque[Point] = deque(maxlen=2 * SPAN + 2)
        self._number = 0
        self._changed_at: deque[float] = deque()
        self._near_since = math.inf
        self._moved_for = 0.0
        self._margins: np.ndarray | None = None
        self._reading: np.ndarray | None = None
        self._speed = np.array([joint.speed for joint in facts.joints])
        self._acceleration = np.array([joint.acceleration for joint in facts.joints])

    def stands(self, reading: np.ndarray) -> None:
        """Take where the servos are, (n,)."""
        self._reading = reading

    def disarmed(self) -> None:
        """Arming begins the start-up anew."""
        self._moved_for = 0.0

    def begins(self, now: float, goals: np.ndarray) -> None:
        """Take goals that did not come from those before: where the arm stands."""
        self._points.clear()
        self._number += 1
        self._near_since = math.inf
        self._margins = None
        self._points.append(self._point(now, goals))

    def goes_on(
        self, now: float, goals: np.ndarray, given: Collection[int], *, rests: bool, covered: bool
    ) -> tuple[bool, bool]:
        """Take the next set-point of an armed arm; return whether it moves, and whether it began anew.

        Args:
            now: The time.
            goals: (n,).
            given: Which joints were told one.
            rests: The goals only keep the arm where it is, or come back to it.
            covered: Somebody asked for motion: that time counts as start-up.
        """
        self._moved_for += TICK * covered
        last = self._points[-1]
        if rests and (np.abs(goals - last.goals) > self._speed * TICK * SOONER + STEP).any():
            self.begins(now, goals)
            return True, True
        self._number += 1
        changed = bool((goals != last.goals).any())
        point = self._point(now, goals) if changed else Point(now, self._number, goals, last.tool, last.head)
        self._points.append(point)
        if changed:
            self._look_at_burst(now)
            self._look_at_zones(point)
        if len(given) == len(goals):
            self._look_at_joints(point)
            self._look_at_tool(point)
        anchor = self._points[-min(4, len(self._points))]
        return bool((np.abs(goals - anchor.goals) > 1.5 * STEP).any()), False

    def _point(self, now: float, goals: np.ndarray) -> Point:
        points, tool = self._body.place(goals)
        self._placed = points
        head = self._facts.head
        away = self._distances(head, points).min() if head else math.inf
        return Point(now, self._number, goals, tool, float(away))

    def _ago(self, count: int) -> Point | None:
        return self._points[-count - 1] if len(self._points) > count else None

    def _ticks(self, point: Point, before: Point) -> float:
        """Return how many ticks of motion may lie between two set-points."""
        return max(point.number - before.number, (point.at - before.at) / TICK) + SOONER

    def _look_at_joints(self, point: Point) -> None:
        before = self._ago(SPAN)
        if before is None:
            return
        allowed = self._speed * SHARE * self._ticks(point, before) * TICK + STEP
        for index in np.flatnonzero(np.abs(point.goals - before.goals) > allowed):
            speed = abs(point.goals[index] - before.goals[index]) / (point.number - before.number) / TICK
            self._wrong(point.at, "speed", f"{self._facts.joints[index].name} at {speed:.2f} rad/s")
        self._look_at_acceleration(point)

    def _look_at_acceleration(self, point: Point) -> None:
        half, first = self._ago(SPAN // 2), self._ago(SPAN)
        if half is None or first is None or point.at - first.at > (SPAN + 2) * TICK:
            return
        time = SPAN // 2 * TICK
        later, sooner = (point.goals - half.goals) / time, (half.goals - first.goals) / time
        # Standing still at once is allowed: holding does, and the servos slow down by themselves.
        gained = np.abs(later) - np.where(later * sooner > 0.0, np.abs(sooner), 0.0)
        # Rounding to whole steps at three places, and one set-point that carries two ticks of motion.
        slack = 2.0 * STEP / time / time + self._speed * 2.0 * TICK / time / time
        for index in np.flatnonzero(gained / time > 1.5 * self._acceleration + slack):
            rate = gained[index] / time
            self._wrong(point.at, "acceleration", f"{self._facts.joints[index].name} at {rate:.1f} rad/s²")

    def _look_at_burst(self, now: float) -> None:
        self._changed_at.append(now)
        while self._changed_at[0] < now - BURST_TIME:
            self._changed_at.popleft()
        if len(self._changed_at) > BURST + self._jitter / TICK:
            self._wrong(now, "burst", f"{len(self._changed_at)} set-points within {BURST_TIME} s")
            self._changed_at.clear()

    def _look_at_tool(self, point: Point) -> None:
        before = self._ago(SPAN)
        if before is None:
            return
        facts, time = self._facts, self._ticks(point, before) * TICK
        way = float(np.linalg.norm(point.tool - before.tool))
        if way > facts.tool_speed * SHARE * time + ROUNDING:
            self._wrong(point.at, "tool-speed", f"{1000.0 * way / time:.0f} mm/s")
        if SLOWING < self._moved_for < START_UP and way > _slow(START_SHARE * facts.tool_speed, time):
            self._wrong(point.at, "start-up", f"{1000.0 * way / time:.0f} mm/s just after arming")
        near = point.head < facts.slow_radius
        self._near_since = min(self._near_since, point.at) if near else math.inf
        if point.at - self._near_since > SLOWING + SPAN * TICK and way > _slow(facts.slow_speed, time):
            self._wrong(point.at, "slow-near-head", f"{1000.0 * way / time:.0f} mm/s {point.head:.3f} m from the head")

    def _look_at_zones(self, point: Point) -> None:
        """Goals may not be too near to anything, unless the arm is there already and comes no nearer."""
        before, self._margins = self._margins, self._margins_of(self._placed)
        if (self._margins >= -DEPTH).all():
            return
        least = self._margins if before is None else before
        if self._reading is not None:
            least = np.minimum(least, self._margins_of(self._body.place(self._reading)[0]))
        for index in np.flatnonzero((self._margins < -DEPTH) & (self._margins < least - NOISE)):
            name, depth = self._facts.things[index].name, -1000.0 * self._margins[index]
            self._wrong(point.at, "zone", f"{depth:.1f} mm too near to {name}")

    def _margins_of(self, points: np.ndarray) -> np.ndarray:
        """Return for each thing the least distance less what it must be."""
        body, margins = self._body, []
        for thing in self._facts.things:
            distances = self._distances(thing, points)
            if thing.name in {"head", "body"}:
                distances = distances - self._facts.keep_out
            elif len(distances) == len(points):
                # What only the first joint turns is beside furniture because the arm was put there.
                distances = np.where(body.mounted, math.inf, distances - np.where(body.hand, 0.0, FURNITURE))
            margins.append(float(distances.min()))
        return np.array(margins)

    def _distances(self, thing: Thing, points: np.ndarray) -> np.ndarray:
        """Return the distances of the arm's points from ``thing``; of every tenth only when those are all far away."""
        some = thing.distance(points[::10]) - self._body.radius[::10]
        if some.min() > FAR:
            return some
        return thing.distance(points) - self._body.radius


def _slow(speed: float, time: float) -> float:
    """Return the way that is too far for ``time`` at an advised ``speed``."""
    return (speed * ZONE_SHARE + ZONE_MARGIN) * time + ROUNDING
