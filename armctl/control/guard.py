"""The guard: the parent that starts control and screen, notices when one is gone, and says so in plain words.

It never touches the arm. Control and screen watch each other over their own link; the guard is there for what neither
can do: start the other again, tell the person, and end everything in order.
"""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from armctl.clock import Clock
from armctl.control.child import Child, started_alone
from armctl.control.heartbeat import TIMEOUT, Pace
from armctl.control.link import Ends, connection
from armctl.control.messages import Alive, GuardMessage, PeerGone, Restart, Shutdown
from armctl.control.realtime import PRIORITY_GUARD, go_realtime
from armctl.control.sdnotify import ServiceManager
from armctl.errors import SetupError

TURN: Final = 0.01
"""Longest wait for news [s]."""
MOST_RESTARTS: Final = 3
"""Screens started again within `RESTART_WINDOW` [s]; one more is a fault of the program, not bad luck."""
RESTART_WINDOW: Final = 60.0
HANG_LIMIT: Final = 10.0
"""A screen silent for so long [s] is ended and started again: nobody can do it from a frozen screen."""
LASTING: Final = 0.4
"""Silence beyond the time-out [s] that is said on the terminal: less is a hiccup, or a program about to end."""
END_LIMIT: Final = 1.5
"""Time for control and screen to end in order [s], then they are killed."""
EMULATOR_END_LIMIT: Final = 0.4

EXIT_FAILED: Final = 1
EXIT_BAD_INPUT: Final = 2
EXIT_INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """What to start.

    Attributes:
        control: Command line of the control process; link options are added.
        ui: Command line of the screen; link options are added.
        emulator: Command line of an emulated device, or empty.
        emulator_ready: File that exists once the emulated device answers; removed before the start.
        restart_ui: Start the screen again when it fails; otherwise end with its exit code.
        timeout: Silence that counts [s].
        start_limit: Time a process has for its first sign of life [s].
    """

    control: tuple[str, ...]
    ui: tuple[str, ...]
    emulator: tuple[str, ...] = ()
    emulator_ready: Path | None = None
    restart_ui: bool = True
    timeout: float = TIMEOUT
    start_limit: float = 60.0


class Guard:
    """Runs a `GuardPlan` to its end.

    Args:
        plan: What to start.
        clock: Time.
        tell: Says a sentence to whoever looks at the terminal or the journal.
    """

    def __init__(self, plan: GuardPlan, clock: Clock, tell: Callable[[str], None] | None = None) -> None:
        self._plan = plan
        self._clock = clock
        self._tell = tell or tell_on_stderr
        self._service = ServiceManager()
        self._pace = Pace()
        self._emulator: subprocess.Popen[bytes] | None = None
        self._control: Child | None = None
        self._ui: Child | None = None
        self._ui_restarts: list[float] = []
        self._exit: int | None = None
        self._ready = False

    def run(self) -> int:
        """Start everything, watch it until the end, and return the exit code.

        0: ended as asked. 1: something failed for good. 2: bad input, already explained by who noticed. 130: Ctrl-C.
        """
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        go_realtime(PRIORITY_GUARD)
        try:
            self._start()
            while self._exit is None:
                self.turn()
        except (OSError, SetupError) as error:
            self._tell(str(error))
            self._exit = EXIT_FAILED
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)
        return self._exit if self._exit is not None else EXIT_FAILED

    def turn(self) -> None:
        """Look after everything once; waits at most `TURN`."""
        self._wait()
        now = self._clock.now()
        self._beat(now)
        self._service.alive(now)
        for child in self._children():
            for message in child.listen(now):
                self._hear(child, message)
        self._look_after_control(now)
        self._look_after_ui(now)
        if self._emulator and self._emulator.poll() is not None:
            self._tell("The emulated arm's program stopped.")
            self._emulator = None
        self._tell_ready()

    # -- starting ------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._start_emulator()
        if self._exit is not None:
            return
        for_control, for_ui = connection()
        self._control = self._child("control", self._plan.control, for_control)
        try:
            # The screen is only shown for an arm that answers; until then there is nothing it could do.
            while self._exit is None and not self._control.beats.begun:
                self.turn()
            if self._exit is None:
                self._ui = self._child("ui", self._plan.ui, for_ui)
        finally:
            for_ui.close()

    def _start_emulator(self) -> None:
        ready = self._plan.emulator_ready
        if not self._plan.emulator:
            return
        if ready:
            ready.unlink(missing_ok=True)
        self._emulator = started_alone(self._plan.emulator)
        limit = self._clock.now() + self._plan.start_limit
        while self._exit is None and ready and not ready.exists():
            if self._emulator.poll() is not None or self._clock.now() > limit:
                raise SetupError("The emulated arm did not start.", "Its own message above says why.")
            self._clock.sleep_until(self._clock.now() + TURN)

    def _child(self, name: str, command: tuple[str, ...], link: Ends | None) -> Child:
        return Child(name, command, link, self._clock.now(), self._plan.timeout)

    def _tell_ready(self) -> None:
        if not self._ready and self._ui and self._ui.beats.begun:
            self._ready = True
            self._service.tell("READY=1", "STATUS=The arm and the screen are ready.")

    # -- listening -----------------------------------------------------------------------------------------------

    def _children(self) -> list[Child]:
        return [child for child in (self._control, self._ui) if child]

    def _wait(self) -> None:
        poller = select.poll()
        for child in self._children():
            if not child.hung_up:  # a closed pipe is always readable: waiting for it would spin
                for fd in child.filenos():
                    poller.register(fd, select.POLLIN)
        poller.poll(TURN * 1000)

    def _beat(self, now: float) -> None:
        if self._pace.due(now):
            for child in self._children():
                child.send(Alive(now))

    def _hear(self, child: Child, message: GuardMessage) -> None:
        if isinstance(message, PeerGone):
            child.last_words = message.message
            if child is self._control and self._ui:
                self._ui.send(message)
        elif isinstance(message, Shutdown):
            self._exit = 0 if self._exit is None else self._exit
        elif isinstance(message, Restart):
            self._restart(message.process)

    def _restart(self, process: str) -> None:
        if process == "control":
            self._restart_control()
        elif process == "ui" and self._ui:
            self._ui.kill()

    # -- control -------------------------------------------------------------------------------------------------

    def _look_after_control(self, now: float) -> None:
        control = self._control
        if control is None:
            return
        code = control.ended()
        if code is not None:
            control.close()
            self._control = None
            self._control_gone(control, code)
        elif not control.beats.begun and now - control.started > self._plan.start_limit:
            control.kill()
        else:
            self._watch_silence(control, now, "The arm's control", "Nobody steers the arm; it stays where it is.")

    def _control_gone(self, control: Child, code: int) -> None:
        why = control.last_words or f"The arm's control stopped ({_how(code)}). The arm stays where it is."
        if self._ui is None:
            # Not even begun: what it said on its own stands on the terminal already.
            self._exit = EXIT_BAD_INPUT if code == EXIT_BAD_INPUT else EXIT_FAILED
            if code != EXIT_BAD_INPUT:
                self._tell(why)
            return
        self._tell(why)
        self._ui.send(PeerGone(process="control", message=why))

    def _restart_control(self) -> None:
        if self._ui is None:
            return
        if self._control:
            self._end_control(self._control)
        for_control, for_ui = connection()
        self._control = self._child("control", self._plan.control, for_control)
        self._ui.send_link(for_ui)
        self._tell("The arm's control is being started again. The arm does not move by itself.")

    def _end_control(self, control: Child) -> None:
        """End a control process that is to be replaced: in order while it answers, else at once."""
        if not control.beats.silent(self._clock.now()):
            control.terminate()
            control.wait(END_LIMIT)
        control.kill()
        control.wait(1.0)
        control.close()

    # -- screen --------------------------------------------------------------------------------------------------

    def _look_after_ui(self, now: float) -> None:
        ui = self._ui
        if ui is None:
            return
        code = ui.ended()
        if code is not None:
            ui.close()
            self._ui = None
            self._ui_gone(code, now)
            return
        frozen = ui.beats.silence(now) > HANG_LIMIT
        if frozen or (not ui.beats.begun and now - ui.started > self._plan.start_limit):
            ui.kill()
        self._watch_silence(ui, now, "The screen", "The arm holds still.")

    def _ui_gone(self, code: int, now: float) -> None:
        if self._control:
            self._control.send(PeerGone(process="ui", message="The screen stopped."))
        if code in (0, EXIT_BAD_INPUT) or not self._plan.restart_ui:
            self._exit = code if code >= 0 else EXIT_FAILED
            if code < 0:
                self._tell(f"The screen stopped ({_how(code)}). The arm holds still.")
            return
        self._ui_restarts = [stamp for stamp in self._ui_restarts if now - stamp < RESTART_WINDOW]
        if len(self._ui_restarts) >= MOST_RESTARTS:
            self._tell(f"The screen stopped ({_how(code)}), again and again. The arm holds still. Please get help.")
            self._exit = EXIT_FAILED
            return
        self._tell(f"The screen stopped ({_how(code)}). The arm holds still. The screen is being started again.")
        self._ui_restarts.append(now)
        for_control, for_ui = connection()
        if self._control:
            self._control.send_link(for_control)
        else:
            for_control.close()
        self._ui = self._child("ui", self._plan.ui, for_ui)

    # -- both ----------------------------------------------------------------------------------------------------

    def _watch_silence(self, child: Child, now: float, who: str, so: str) -> None:
        """Tell the other process at once, and the person when the silence is more than a hiccup."""
        silent = child.beats.silent(now)
        if silent and not child.told_peer:
            for other in self._children():
                if other is not child:
                    other.send(PeerGone(process=child.name, message=f"{who} does not answer. {so}"))
        child.told_peer = silent
        lasting = silent and child.beats.silence(now) > self._plan.timeout + LASTING
        if lasting and not child.told_person:
            self._tell(f"{who} does not answer. {so}")
        elif child.told_person and not silent:
            self._tell(f"{who} answers again.")
        child.told_person = lasting or (child.told_person and silent)

    # -- ending --------------------------------------------------------------------------------------------------

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._exit is None:
            self._exit = EXIT_INTERRUPTED if number == signal.SIGINT else 0

    def _end(self) -> None:
        """End the processes: the arm comes to rest and holds, then nothing of armctl is left running."""
        self._service.tell("STOPPING=1")
        for child in self._children():
            child.send(Shutdown("closing"))
            child.terminate()
        limit = self._clock.now() + END_LIMIT
        while self._clock.now() < limit and any(child.ended() is None for child in self._children()):
            self._beat(self._clock.now())
            self._clock.sleep_until(self._clock.now() + TURN)
        for child in self._children():
            if child.ended() is None:
                self._tell(f"The program {child.name!r} did not end in time and was ended.")
                child.kill()
                child.wait(1.0)
            child.close()
        self._end_emulator()

    def _end_emulator(self) -> None:
        if self._emulator is None:
            return
        self._emulator.terminate()
        try:
            self._emulator.wait(EMULATOR_END_LIMIT)
        except subprocess.TimeoutExpired:
            self._emulator.kill()
            self._emulator.wait(1.0)


_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def tell_on_stderr(sentence: str) -> None:
    """Write ``sentence`` to standard error; a closed terminal is no reason to fail."""
    try:
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def _how(code: int) -> str:
    """Return how a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"
