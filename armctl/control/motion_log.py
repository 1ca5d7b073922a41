"""How the newest motion fares, and what was refused: the part of the snapshot that requests are answered with."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from armctl.control.messages import AnyIntent, Jog, MotionReport

BUSY: Final = frozenset({"running", "paused"})


class MotionLog:
    """Follows one motion from the request to its end."""

    def __init__(self) -> None:
        self.report = MotionReport()
        self.refused = MotionReport()
        self._why = ""
        self._deadline: float | None = None
        self._estimated = False

    @property
    def busy(self) -> bool:
        """True while a motion runs or is paused."""
        return self.report.phase in BUSY

    @property
    def jogging(self) -> bool:
        """True while the running motion must be asked for again and again."""
        return self._deadline is not None

    def begin(self, intent: AnyIntent) -> None:
        """Note that ``intent`` set a motion going."""
        self.report = MotionReport(intent.sequence, kind_of(intent), "running")
        self._estimated = False
        self._why = ""
        self._deadline = intent.deadline if isinstance(intent, Jog) else None

    def estimate(self, seconds: float) -> None:
        """Note how long the motion will take [s], before it begins; 0 while that is not known."""
        if seconds > 0.0 and not self._estimated and self.report.phase == "running":
            self._estimated = True
            self.report = replace(self.report, estimate=seconds, remaining=seconds)

    def failed(self, reason: str) -> None:
        """Note that the motion that was begun cannot be done, which took more than one tick to find out."""
        self.report = replace(self.report, phase="refused", reason=reason, remaining=0.0)
        self.refused = self.report
        self._deadline = None

    def refuse(self, intent: AnyIntent, reason: str, *, motion: bool) -> None:
        """Note that ``intent`` was refused.

        Args:
            intent: What was asked for.
            reason: Why not, in plain words.
            motion: It asked for a motion: then it is the newest motion, unless another one is running.
        """
        self.refused = MotionReport(intent.sequence, kind_of(intent), "refused", reason)
        if motion and not self.busy:
            self.report = self.refused

    def run_out(self, now: float) -> bool:
        """Return True when the running jog was not asked for again in time, at ``now`` [s]; once."""
        if self._deadline is None or now <= self._deadline:
            return False
        self._deadline = None
        return True

    def stopping(self, why: str) -> None:
        """Note why the motion is coming to rest; the first reason counts."""
        self._why = self._why or why
        self._deadline = None

    def resumed(self) -> None:
        """Note that a paused motion goes on."""
        self._why = ""
        if self.report.phase == "paused":
            self.report = replace(self.report, phase="running", reason="")

    def progress(self, progress: float, remaining: float) -> None:
        """Note how far the running motion is (0 to 1) and its time left [s]."""
        if self.report.phase == "running":
            self.report = replace(self.report, progress=progress, remaining=remaining, reason=self._why)

    def paused(self) -> None:
        """Note that the motion rests on its way."""
        if self.report.phase == "running":
            self.report = replace(self.report, phase="paused", reason=self._why)

    def done(self) -> None:
        """Note that the motion came to its own end."""
        if self.busy:
            self.report = replace(self.report, phase="done", progress=1.0, remaining=0.0, reason="")
            self._deadline = None

    def stopped(self, why: str = "") -> None:
        """Note that the motion was ended before its end and rests now."""
        if self.busy:
            self.report = replace(self.report, phase="stopped", remaining=0.0, reason=self._why or why)
            self._deadline = None


def kind_of(intent: AnyIntent) -> str:
    """Return the name of an intent's class in lower case."""
    return type(intent).__name__.lower()
