"""Control's side of the process that writes flight recordings: started, told, heard, never waited for."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from armctl.config.profiles import load_profile
from armctl.config.scene import SceneConfig
from armctl.config.zones import with_zones
from armctl.control.flight import FlightRecorder, Order, ring_for
from armctl.control.flight_recording import facts_of
from armctl.control.flight_ring import Ring
from armctl.control.flight_supervisor import RecordedSupervisor
from armctl.evidence.store import data_folder
from armctl.kinematics.robot import RobotModel
from armctl.safety.supervisor import Supervisor

LOG: Final = logging.getLogger(__name__)
LONGEST: Final = 65_536
END_LIMIT: Final = 0.3
"""An idle writer ends within this time [s]; one that is writing goes on, and ends when it has done."""


def flights_folder() -> Path:
    """Return where recordings go unless told otherwise: beside the person's own data."""
    return data_folder() / "flights"


def start_flight(
    robot: RobotModel, scene: SceneConfig, folder: Path | None = None, user: str = ""
) -> tuple[Supervisor, FlightRecorder | None]:
    """Return a supervisor and what records it; the recorder is None where there cannot be one: the arm works without.

    Args:
        robot: The arm.
        scene: What stands around it.
        folder: Where recordings go; `flights_folder` when None.
        user: Name or file of the person's settings, which go into recordings without what identifies them.

    Raises:
        ConfigError: The person's settings are not valid.
    """
    dt = 1.0 / robot.config.rate_hz
    settings = load_profile(user).user if user else None
    scene = with_zones(scene, settings.zones) if settings else scene
    supervisor = RecordedSupervisor(robot, scene, dt)
    try:
        ring = ring_for(facts_of(robot.config, scene, settings, dt))
        try:
            writer = WriterProcess(ring, folder or flights_folder())
        except OSError:
            ring.close()
            raise
    except OSError as error:
        LOG.warning("Nothing is recorded in this session: %s", error)
        return Supervisor(robot, scene, dt), None
    return supervisor, FlightRecorder(supervisor, ring, writer, dt)


class WriterProcess:
    """The process that makes files of ``ring`` in ``folder``.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, ring: Ring, folder: Path) -> None:
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mine.setblocking(False)
        options = ("--memory-fd", str(ring.fileno), "--socket-fd", str(theirs.fileno()), "--folder", str(folder))
        try:
            # Nothing else is inherited: a copy of control's links would hide from the others that control is gone.
            self._process = subprocess.Popen(
                (sys.executable, "-m", "armctl.control.flight_writer", *options),
                pass_fds=(ring.fileno, theirs.fileno()),
                start_new_session=True,
                # It may outlive control by seconds, and must not keep anybody's terminal or pipe open.
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            mine.close()
            raise
        finally:
            theirs.close()
        self._socket = mine
        self._told_gone = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def order(self, order: Order) -> bool:
        """Ask for a file; False when that could not even be asked."""
        return self._say({"do": "write", "reason": order.reason, "title": order.title})

    def news(self) -> Iterator[str]:
        """Yield what went wrong since the last call, one sentence each."""
        while not self._told_gone:
            try:
                said = self._socket.recv(LONGEST)
            except BlockingIOError:
                return
            except OSError:
                said = b""
            if not said:
                self._told_gone = True
                yield "The flight recorder's writer ended: nothing more is written down in this session."
                return
            answer = json.loads(said)
            if "trouble" in answer:
                yield answer["trouble"]
            else:
                LOG.info("Flight recording: %s", answer["written"])

    def close(self) -> None:
        """Let what was ordered be finished; waits `END_LIMIT` for an idle writer at most."""
        self._say({"do": "end"})
        self._socket.close()
        try:
            self._process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            LOG.info("The flight recorder's writer is still writing.")

    def wait(self, timeout: float) -> int:
        """Wait until everything is written, ``timeout`` [s] at most, and return the exit code.

        Raises:
            subprocess.TimeoutExpired: It was still writing.
        """
        return self._process.wait(timeout)

    def _say(self, what: dict[str, str]) -> bool:
        try:
            self._socket.send(json.dumps(what).encode())
        except OSError:
            return False
        return True
