"""The process that looks for ways around obstacles, and its other end in the screen's process.

It ends with the process that started it. Nothing waits for it: an answer that never comes is a refusal after a while.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from typing import Final, Protocol

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.control.wayfinder import Answer, Question, Wayfinder
from armctl.motion.planning import LIMIT

PATIENCE: Final = 2.0 * LIMIT
"""An answer that takes longer never comes [s]."""
FIRST_PATIENCE: Final = 10.0
"""The first one waits for the process to start [s]."""
NO_ANSWER: Final = "The search for a way did not answer. Try once more."


class Pathfinder(Protocol):
    """Takes one question at a time and answers later."""

    def ask(self, question: Question) -> None:
        """Put a question; one that is open is forgotten."""
        ...

    def poll(self) -> Answer | None:
        """Return the answer to the newest question once it is there, and only once."""
        ...

    def close(self) -> None:
        """End whatever runs for it."""
        ...


class InlinePathfinder:
    """Answers at once, in this process: for a stepped clock, which has all the time there is.

    Args:
        config: The arm.
        scene: What stands around it.
    """

    def __init__(self, config: ArmConfig, scene: SceneConfig) -> None:
        self._finder = Wayfinder(config, scene)
        self._answer: Answer | None = None

    def ask(self, question: Question) -> None:
        """Answer ``question``."""
        self._answer = self._finder.answer(question)

    def poll(self) -> Answer | None:
        """Return the answer once."""
        answer, self._answer = self._answer, None
        return answer

    def close(self) -> None:
        """Nothing runs."""


class PathfinderProcess:
    """Answers from a process of its own, started at once and kept.

    Args:
        config: The arm.
        scene: What stands around it.
        clock: Time.
    """

    def __init__(self, config: ArmConfig, scene: SceneConfig, clock: Clock) -> None:
        self._clock = clock
        self._about = (config, scene)
        self._process, self._link = _started(config, scene)
        self._open: tuple[int, float] | None = None
        self._patience = FIRST_PATIENCE

    def ask(self, question: Question) -> None:
        """Send ``question``."""
        if self._process.poll() is not None:
            self.close()
            self._process, self._link = _started(*self._about)
            self._patience = FIRST_PATIENCE
        self._open = (question.number, self._clock.now() + self._patience)
        try:
            self._link.send(question)
        except OSError:
            self._open = (question.number, self._clock.now())

    def poll(self) -> Answer | None:
        """Return the answer to the newest question once it is there; a refusal where none came in time."""
        if self._open is None:
            return None
        number, until = self._open
        try:
            while self._link.poll():
                answer: Answer = self._link.recv()
                self._patience = PATIENCE
                if answer.number == number:
                    self._open = None
                    return answer
        except (EOFError, OSError):
            until = self._clock.now()
        if self._clock.now() < until:
            return None
        self._open = None
        return Answer(number, refused=NO_ANSWER)

    def close(self) -> None:
        """End the process."""
        self._link.close()
        try:
            self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _started(config: ArmConfig, scene: SceneConfig) -> tuple[subprocess.Popen[bytes], Connection]:
    # A fresh interpreter: a fork would inherit window, sound and links.
    ours, theirs = socket.socketpair()
    with theirs:
        number = str(theirs.fileno())
        command = [sys.executable, "-m", "armctl.control.pathfinding", number]
        process = subprocess.Popen(command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL)
    link = Connection(ours.detach())
    link.send((config, scene))
    return process, link


def serve_questions(link: Connection) -> None:
    """Take the arm and the scene, then answer questions until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    try:
        finder = Wayfinder(*link.recv())
        while True:
            link.send(finder.answer(link.recv()))
    except (EOFError, OSError):
        # Without a long farewell: the planner library complains at the end of what Python has not cleared away.
        os._exit(0)


if __name__ == "__main__":
    serve_questions(Connection(int(sys.argv[1])))
