"""Going back along the way the arm came: one motion (undo), or all of it (the way out)."""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.plan import plan_back
from armctl.motion.prepare import Preparation
from armctl.motion.requests import RetraceRequest, WayOutRequest
from armctl.motion.retrace import DEPTH, Track, Tracks
from armctl.motion.travel import Travel

NOTHING: Final = "There is no motion left to undo."
NO_WAY: Final = "There is no way back: the arm is where it was when it was started."


class Backtrack:
    """Keeps the ways of the last motions, and leads back along them.

    Args:
        robot: The arm.
        dt: Time between two set-points [s].

    Attributes:
        tracks: The ways.
    """

    def __init__(self, robot: RobotModel, dt: float) -> None:
        self._robot = robot
        self._dt = dt
        self._taken: list[Track] = []
        self._travel: Travel | None = None
        self.tracks = Tracks()

    def begin(self, positions: FloatArray, request: RetraceRequest | WayOutRequest) -> Preparation[Travel | None]:
        """Take the way that ``request`` means, from rest at ``positions`` (n,) [rad]; what is not done comes back.

        Raises:
            UnreachableError: There is no way, or it is not known from here.
        """
        if not len(self.tracks):
            raise UnreachableError(self.tracks.lost or (NO_WAY if isinstance(request, WayOutRequest) else NOTHING))
        out = isinstance(request, WayOutRequest)
        self._taken, self._travel = self.tracks.take(DEPTH if out else 1), None
        hand = isinstance(request, RetraceRequest) and request.hand and self._taken[-1].hand
        way = np.vstack([track.points for track in self._taken])
        work = plan_back(self._robot, positions, way, request.speed, self._dt, hand=hand)
        return Preparation(work)

    def travels(self, travel: Travel | None) -> None:
        """The way back that was prepared begins; None when there was nothing to go."""
        self._travel = travel
        if travel is None:
            self._taken = []

    def end(self, positions: FloatArray) -> None:
        """The arm rests at ``positions`` (n,) [rad]: what of the way was not gone can still be gone back."""
        taken, travel = self._taken, self._travel
        self._taken, self._travel = [], None
        if not taken:
            return
        left = travel.ahead if travel is not None else np.array([p for track in taken for p in track.points])[::-1]
        self.tracks.give_back(taken, positions, left)
