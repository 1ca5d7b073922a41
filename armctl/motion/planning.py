"""A way around what stands between here and there: RRT-Connect with shortcuts, and a dense second look at the result.

The search runs in a `Space`: joint angles, or for a hand that has to stay level its place around the base. What is
free is asked of the caller (`Clear`), so the same collision check decides here and in the supervisor. The planner
library (OMPL) is asked for its search only; its answer is trusted after every few millimetres of it were checked again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, TypeAlias

import numpy as np

from armctl.errors import SetupError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, find

LIMIT: Final = 2.0
"""A person who waits longer than this takes the arm for broken [s]."""
SEARCH_SHARE: Final = 0.6
"""Share of the time for finding a way; the rest is for making it shorter."""
TRIES: Final = 3
"""Ways that fail the dense check before the search is given up."""
SEARCH_STEP: Final = 0.03
"""Distance of two checks while searching, in units of the space (about 1 rad or 0.3 m)."""
DENSE_STEP: Final = 0.01
"""Distance of two checks in the second look, and of two points of the answer."""
LEVER: Final = 0.3
"""A level hand's distance from the base, for measuring turns and shifts with one ruler [m]."""
JOINT_JUMP: Final = 0.2
"""Joints that change more than this between two neighbouring places changed their bend [rad]."""

Clear: TypeAlias = Callable[[FloatArray], bool]
"""True when the arm with joint angles (dof,) [rad] keeps its distance from everything, itself included."""


class Space(Protocol):
    """Where the search takes place; states are points of d values."""

    @property
    def lower(self) -> FloatArray:
        """Least values, shape (d,), in the units of the state."""
        ...

    @property
    def upper(self) -> FloatArray:
        """Largest values, shape (d,), in the units of the state."""
        ...

    def joints(self, state: FloatArray) -> FloatArray | None:
        """Return the joint angles (dof,) [rad] at ``state`` (d,), or None where the arm cannot be."""
        ...


class JointSpace:
    """All joint angles within their limits.

    Args:
        chain: Base to tool.
    """

    def __init__(self, chain: Chain) -> None:
        # A joint that turns for ever needs no more than half a turn either way from where it is.
        self.lower = np.maximum(np.asarray(chain.lower, dtype=float), -math.pi)
        self.upper = np.minimum(np.asarray(chain.upper, dtype=float), math.pi)

    def joints(self, state: FloatArray) -> FloatArray | None:
        """Return ``state``: it is the joint angles."""
        return state


class LevelSpace:
    """Places of a hand that stays level: azimuth around the base, distance from it, height, all as lengths.

    Args:
        chain: Base to tool.
        axis: Direction in the tool frame that stays upright.
        start: Joint angles (dof,) at the start [rad]; the bend of the elbow stays as it is there.
        reach: Largest distance from the base and height to be tried [m].
    """

    def __init__(
        self, chain: Chain, axis: tuple[float, float, float], start: FloatArray, reach: tuple[float, float] = (0.6, 0.6)
    ) -> None:
        self._chain = chain
        self._axis = axis
        self._start = start
        self.lower = np.array([-math.pi * LEVER, 0.05, -0.1])
        self.upper = np.array([math.pi * LEVER, reach[0], reach[1]])

    def state_of(self, joints: FloatArray) -> FloatArray:
        """Return the state (3,) of the tool at ``joints`` (dof,) [rad]."""
        x, y, z = forward(self._chain, joints)[:3, 3].tolist()
        return np.array([math.atan2(y, x) * LEVER, math.hypot(x, y), z])

    def joints(self, state: FloatArray) -> FloatArray | None:
        """Return the joint angles of a level hand at ``state`` (3,), found by turning and reaching from the start."""
        angle, radius, height = state[0] / LEVER, state[1], state[2]
        place = np.array([radius * math.cos(angle), radius * math.sin(angle), height])
        goal = Goal(place, axis=(np.array(self._axis), np.array([0.0, 0.0, 1.0])))
        seed = self._start.copy()
        seed[0] += angle - self.state_of(self._start)[0] / LEVER
        seed = np.clip(seed, self._chain.lower, self._chain.upper)
        return find(self._chain, goal, seed=seed, attempts=1)


def plan_way(
    space: Space, start: FloatArray, goal: FloatArray, clear: Clear, *, seed: int = 1, limit: float = LIMIT
) -> FloatArray:
    """Return joint angles (k, dof) [rad] of a way from ``start`` to ``goal``, neighbours a few millimetres apart.

    Args:
        space: Where to search.
        start: State (d,) to begin at; must be clear.
        goal: State (d,) to end at; must be clear.
        clear: Whether a pose keeps its distance.
        seed: Equal seeds and questions give equal answers as long as the time suffices.
        limit: Time for all of it [s].

    Raises:
        UnreachableError: Start or goal is not clear, or no way was found in time; nothing was moved.
        SetupError: The planner library is not installed.
    """
    for state, name in ((start, "where it is"), (goal, "where it is to go")):
        joints = space.joints(state)
        if joints is None or not clear(joints):
            raise UnreachableError(f"The arm has no room {name}.", "Move what stands there, or choose another place.")
    straight = walk(space, np.array([start, goal]), clear)
    if straight is not None:
        return straight
    for corners in _searched(space, start, goal, clear, seed, limit):
        way = walk(space, corners, clear)
        if way is not None:
            return way
    raise UnreachableError(
        f"No way around was found within {limit:g} s.", "Move what stands between, or take the arm there by hand."
    )


def walk(space: Space, corners: FloatArray, clear: Clear) -> FloatArray | None:
    """Return joint angles (k, dof) [rad] every `DENSE_STEP` along ``corners`` (m, d); None when one is not clear."""
    way: list[FloatArray] = []
    for begin, end in itertools.pairwise(corners):
        count = max(1, math.ceil(float(np.linalg.norm(end - begin)) / DENSE_STEP))
        for share in np.linspace(0.0, 1.0, count + 1)[bool(way) :]:
            joints = space.joints(begin + share * (end - begin))
            if joints is None or not clear(joints):
                return None
            if way and float(np.abs(joints - way[-1]).max()) > JOINT_JUMP:
                return None
            way.append(joints)
    return np.array(way)


def _searched(
    space: Space, start: FloatArray, goal: FloatArray, clear: Clear, seed: int, limit: float
) -> Iterator[FloatArray]:
    """Yield ways found, as corners (m, d), shortest first tried."""
    base, geometric = _library(seed)
    dimension = len(space.lower)

    def valid(state: Any) -> bool:
        joints = space.joints(np.array([state[i] for i in range(dimension)]))
        return joints is not None and bool(clear(joints))  # the library takes no numpy truth

    for _ in range(TRIES):
        setup = _problem(base, geometric, space, valid)
        ends = []
        for values in (start, goal):
            state = setup.getStateSpace().allocState()
            for index, value in enumerate(values.tolist()):
                state[index] = value
            ends.append(state)
        setup.setStartAndGoalStates(*ends)
        if not setup.solve(limit * SEARCH_SHARE / TRIES) or not setup.haveExactSolutionPath():
            continue
        setup.simplifySolution(limit * (1.0 - SEARCH_SHARE) / TRIES)
        states = setup.getSolutionPath().getStates()
        yield np.array([[state[i] for i in range(dimension)] for state in states])


def _problem(base: Any, geometric: Any, space: Space, valid: Callable[[Any], bool]) -> Any:
    real = base.RealVectorStateSpace(len(space.lower))
    bounds = base.RealVectorBounds(len(space.lower))
    for index, (low, high) in enumerate(zip(space.lower.tolist(), space.upper.tolist(), strict=True)):
        bounds.setLow(index, low)
        bounds.setHigh(index, high)
    real.setBounds(bounds)
    setup = geometric.SimpleSetup(real)
    setup.setStateValidityChecker(valid)
    information = setup.getSpaceInformation()
    information.setStateValidityCheckingResolution(SEARCH_STEP / real.getMaximumExtent())
    setup.setPlanner(geometric.RRTConnect(information))
    return setup


def _library(seed: int) -> tuple[Any, Any]:
    try:
        from ompl import base, geometric, util
    except ImportError as error:
        raise SetupError(
            "Ways around obstacles need the planner library, which is not installed.",
            "Install it with: pip install 'assistive-armctl[planning]'",
        ) from error
    util.setLogLevel(util.LogLevel.LOG_NONE)
    util.RNG.setSeed(seed)
    return base, geometric
