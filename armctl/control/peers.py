"""Who control listens to: the screen, through which the person speaks, and the guard."""

from __future__ import annotations

from armctl.control.heartbeat import TIMEOUT, Heartbeats, Pace
from armctl.control.link import ControlEnd, GuardEnd
from armctl.control.messages import Alive, AnyIntent, NewLink, PeerGone, Shutdown, Snapshot


class Peers:
    """The links of the control process. Silence, the end of a pipe and the guard's word all count.

    Args:
        ui: Link to the screen.
        guard: Link to the guard; None where there is none (one process, tests).
        timeout: Silence that counts [s].
    """

    def __init__(self, ui: ControlEnd, guard: GuardEnd | None = None, timeout: float = TIMEOUT) -> None:
        self._ui = ui
        self._guard = guard
        self._timeout = timeout
        self._ui_beats = Heartbeats(timeout)
        self._guard_beats = Heartbeats(timeout)
        self._pace = Pace()
        self._told_gone = ""
        self.new_link: NewLink | None = None
        self.shutdown_asked = False

    def hear(self, now: float) -> list[AnyIntent]:
        """Return the intents that came by ``now`` [s], in order; tell the guard that this loop turns."""
        self._hear_guard(now)
        intents = self._ui.receive()
        if intents:
            self._ui_beats.heard(now)
            self._told_gone = ""
        return intents

    def publish(self, snapshot: Snapshot) -> None:
        """Send what is known to the screen; a slow screen loses old states."""
        self._ui.send(snapshot)

    def lost(self, now: float) -> str:
        """Return who is gone or silent at ``now`` [s], in words before "does not answer"; empty while all is well."""
        if self._ui.closed or self._ui_beats.silent(now):
            return "the screen"
        if self._guard and (self._guard.closed or self._guard_beats.silent(now)):
            return "the program that watches over arm and screen"
        return self._told_gone

    @property
    def orphaned(self) -> bool:
        """True when the guard is gone and the screen as well: nobody will ever ask for anything again."""
        return self._guard is not None and self._guard.closed and self._ui.closed

    def replace_ui(self, ui: ControlEnd) -> None:
        """Listen to a screen that was started again; it counts as silent only once it was heard."""
        self._ui.close()
        self._ui = ui
        self._ui_beats = Heartbeats(self._timeout)
        self._told_gone = ""

    def close(self) -> None:
        """Give all links up."""
        self._ui.close()
        if self._guard:
            self._guard.close()

    def _hear_guard(self, now: float) -> None:
        if self._guard is None:
            return
        if self._pace.due(now):
            self._guard.send(Alive(now))
        for message in self._guard.receive():
            self._guard_beats.heard(now)
            if isinstance(message, PeerGone):
                self._told_gone = "the screen"
            elif isinstance(message, NewLink):
                self.new_link = message
            elif isinstance(message, Shutdown):
                self.shutdown_asked = True
