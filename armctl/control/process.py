"""``python -m armctl.control.process``: the process that moves the arm. Started by the guard, never by hand.

It connects the arm, takes real-time rights, and runs the loop until it is told to end; then the arm comes to rest and
is given up with its torque kept.
"""

from __future__ import annotations

import argparse
import gc
import logging
import logging.handlers
import queue
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from armctl.clock import Clock, SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.control.controller import Controller
from armctl.control.flight_process import start_flight
from armctl.control.heartbeat import TIMEOUT
from armctl.control.link import GuardLink, control_end, ends_of, guard_end
from armctl.control.loop import Loop
from armctl.control.messages import PeerGone
from armctl.control.realtime import PRIORITY_CONTROL, go_realtime
from armctl.control.trace import Trace
from armctl.errors import ArmctlError
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.motion.practice import practise

LOG: Final = logging.getLogger("armctl.control")
EXIT_BAD_INPUT: Final = 2
REST_LIMIT: Final = 1.2
"""Time to come to rest when told to end [s]; then the arm is held where it is. The guard waits a little longer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the control process and return its exit code: 0 ended as asked, 2 the arm cannot be used."""
    # Until the loop runs nothing has moved, and these may end the process at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    options = _options(arguments)
    listener = _log_off_thread(verbose=options.verbose)
    guard = None
    try:
        if options.guard_fd is not None:
            guard = guard_end(ends_of(options.guard_fd, options.guard_alive_fd))
        run(options, SystemClock(), guard)
    except ArmctlError as error:
        sys.stderr.write(f"armctl: {error}\n")
        if guard:
            guard.send(PeerGone(process="control", message=str(error)))
        return EXIT_BAD_INPUT
    finally:
        listener.stop()
    return 0


def run(options: argparse.Namespace, clock: Clock, guard: GuardLink | None) -> None:
    """Connect the arm and run the loop until told to end.

    Raises:
        ArmctlError: The arm, its configuration or its scene cannot be used.
    """
    config = load(find("arms", options.arm), ArmConfig)
    scene = load(find("scenes", options.scene), SceneConfig)
    robot = RobotModel(config)
    dt = 1.0 / config.rate_hz
    arm = create_arm(options.driver or config.driver, ArmContext(config, clock, scene, options.port))
    trace = Trace(options.trace, len(config.joints), clock) if options.trace else None
    link = control_end(ends_of(options.link_fd, options.alive_fd))
    supervisor, flight = start_flight(robot, scene, options.flights, options.user)
    controller = Controller(
        arm,
        robot,
        supervisor,
        MotionGenerator(robot, dt),
        clock,
        link,
        guard=guard,
        trace=trace,
        flight=flight,
        timeout=options.timeout,
    )
    try:
        # The first use of an arm's formulas makes them, which takes as long as several ticks.
        practise(robot, dt)
        controller.start()
        # After connecting: what came with the arm belongs to what is locked and frozen.
        controller.note_realtime(go_realtime(PRIORITY_CONTROL, own_core=True).told)
        _loop(controller, clock, config.rate_hz)
    finally:
        controller.shutdown()
        if trace:
            trace.close()
        if flight:
            flight.close()
        # What was frozen for the loop is to be cleared away like the rest; else libraries complain of it at the end.
        gc.unfreeze()


class Ending:
    """When the loop is to end: asked to by a signal or the guard, or left alone, and the arm at rest."""

    def __init__(self, controller: Controller, clock: Clock) -> None:
        self._controller = controller
        self._clock = clock
        self._asked = False
        self._since: float | None = None

    def ask(self, *_: object) -> None:
        """Ask to end; may be called from a signal handler."""
        self._asked = True

    def reached(self) -> bool:
        """Return True when the loop is to end now."""
        if self._controller.orphaned and self._controller.at_rest:
            return True
        if not (self._asked or self._controller.shutdown_asked):
            return False
        if self._since is None:
            self._since = self._clock.now()
            self._controller.stop("closing")
        return self._controller.at_rest or self._clock.now() - self._since > REST_LIMIT


def _loop(controller: Controller, clock: Clock, rate_hz: float) -> None:
    ending = Ending(controller, clock)
    signal.signal(signal.SIGTERM, ending.ask)
    signal.signal(signal.SIGINT, ending.ask)
    loop = Loop(clock, rate_hz, controller.tick)
    loop.run(ending.reached)
    late = loop.lateness
    LOG.info("Lateness: median %.2f ms, p99 %.2f ms", late.percentile(50) * 1e3, late.percentile(99) * 1e3)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="armctl.control.process", description=__doc__)
    parser.add_argument("--arm", required=True, help="name of the arm's configuration, or a .toml file")
    parser.add_argument("--scene", required=True, help="name of the scene, or a .toml file")
    parser.add_argument("--driver", default="", help="driver; the configuration's own when left out")
    parser.add_argument("--port", default="", help="serial port")
    parser.add_argument("--link-fd", type=int, required=True)
    parser.add_argument("--alive-fd", type=int, required=True)
    parser.add_argument("--guard-fd", type=int)
    parser.add_argument("--guard-alive-fd", type=int)
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="silence of screen or guard that counts [s]")
    parser.add_argument("--trace", type=Path, help="file to note everything sent to the arm in")
    parser.add_argument("--flights", type=Path, help="folder of flight recordings; the person's own when left out")
    parser.add_argument("--user", default="", help="the person's profile: what of it explains a motion is recorded")
    parser.add_argument("--verbose", action="store_true", help="log refusals and figures too")
    return parser.parse_args(arguments)


def _log_off_thread(*, verbose: bool) -> logging.handlers.QueueListener:
    """Let another thread do the writing: a slow terminal or disk must not hold up a tick."""
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    root = logging.getLogger()
    root.handlers = [logging.handlers.QueueHandler(lines)]
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    writer = logging.StreamHandler()
    writer.setFormatter(logging.Formatter("control: %(message)s"))
    listener = logging.handlers.QueueListener(lines, writer)
    listener.start()
    return listener


if __name__ == "__main__":
    sys.exit(main())
