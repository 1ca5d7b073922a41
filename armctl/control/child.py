"""One process that the guard started: how it is begun, heard, told and ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

from armctl.control.heartbeat import TIMEOUT, Heartbeats
from armctl.control.link import Ends, connection, guard_end
from armctl.control.messages import Alive, GuardMessage


class Child:
    """A running process with a link to the guard.

    It gets a session of its own, so that Ctrl-C in a terminal reaches the guard alone, which then ends everything in
    order. Of the guard's descriptors it inherits those that are named on its command line, and no others.

    Args:
        name: "control", "ui" or "emulator".
        command: Command line, to which ``--link-fd`` and the others are added.
        link: Its end of the link between control and screen, given up here; None for a process that has none.
        now: Time [s, monotonic].
        timeout: Silence that counts [s].

    Attributes:
        beats: Its signs of life.
        started: When it was started [s, monotonic].
        last_words: What it said about why it ends; empty mostly.
        told_peer: The other process was told that this one is silent.
        told_person: So was the person.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        link: Ends | None,
        now: float,
        timeout: float = TIMEOUT,
    ) -> None:
        mine, theirs = connection()
        options = _options(link, theirs)
        fds = [int(options[place]) for place in range(1, len(options), 2)]
        self.name = name
        self.started = now
        self.beats = Heartbeats(timeout)
        self.told_peer = False
        self.told_person = False
        self.last_words = ""
        try:
            self._process = subprocess.Popen(
                [*command, *options], pass_fds=fds, start_new_session=True, stdin=subprocess.DEVNULL
            )
        except OSError:
            mine.close()
            raise
        finally:
            theirs.close()
            if link:
                link.close()
        self._link = guard_end(mine)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def hung_up(self) -> bool:
        """True when the process closed its end of the link, ended or about to."""
        return self._link.closed

    def filenos(self) -> tuple[int, ...]:
        """Return what becomes readable when the process says something or ends."""
        return self._link.filenos()

    def send(self, message: GuardMessage) -> None:
        """Tell the process something; never waits."""
        self._link.send(message)

    def send_link(self, ends: Ends) -> None:
        """Give the process a new link to the other one."""
        self._link.send_link(ends)

    def listen(self, now: float) -> list[GuardMessage]:
        """Return what the process said by ``now`` [s]; its signs of life are taken out and noted."""
        heard = self._link.receive()
        if any(isinstance(message, Alive) for message in heard):
            self.beats.heard(now)
        return [message for message in heard if not isinstance(message, Alive)]

    def ended(self) -> int | None:
        """Return the exit code (negative: the signal that killed it), or None while the process runs.

        The pipe tells of an end a little before the kernel hands over the exit code, so a closed pipe alone is not
        yet an end; a process that closes its pipe and lives on is silent, and treated so.
        """
        return self._process.poll()

    def terminate(self) -> None:
        """Ask the process to end in order."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        self._signal(signal.SIGKILL)

    def wait(self, timeout: float) -> bool:
        """Wait for the end; return False when ``timeout`` [s] passed before."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """Give up the link; the process notices."""
        self._link.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)


def started_alone(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a process that knows nothing of the guard (an emulated device), in a session of its own."""
    return subprocess.Popen(
        list(command),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        env=dict(os.environ if environment is None else environment),
    )


def _options(link: Ends | None, guard: Ends) -> list[str]:
    options = []
    if link:
        options += ["--link-fd", str(link.link.fileno()), "--alive-fd", str(link.alive.fileno())]
    return [*options, "--guard-fd", str(guard.link.fileno()), "--guard-alive-fd", str(guard.alive.fileno())]
