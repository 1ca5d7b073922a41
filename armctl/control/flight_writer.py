"""``python -m armctl.control.flight_writer``: the process that makes files of the flight recorder's memory.

Started by control, at low priority. It sleeps until control orders a file, somebody asks for one (``armctl record``),
or control is gone without a word, and then copies the ring and writes. Whatever happens here, control does not notice.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from armctl.control.flight_ring import read_ring

# Packages are imported when the first file is due: until then this process is small.

KEPT_FILES: Final = 50
"""The newest so many recordings stay."""
KEPT_ASKED: Final = 10
"""Of those that somebody asked for, so many: they must not push out what was recorded at faults."""
ASKED: Final = "asked"
NICE: Final = 10
PATIENCE: Final = 1.0
"""Whoever asks for a recording must say so within this time [s]."""
SUFFIX: Final = ".mcap"
PART: Final = ".part"
OLD_PART: Final = 3600.0
"""A half-written file older than this [s] was left behind by a computer that lost its power."""
GONE: Final = "control_gone"
LONGEST: Final = 65_536


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until control ends, and return the exit code."""
    # Ctrl-C and the end of the others must not cut a file short; this one ends when control's socket does.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    options = _options(arguments)
    _step_back()
    control = socket.socket(fileno=options.socket_fd)
    Writer(options.memory_fd, options.folder, control).serve()
    return 0


class Writer:
    """Serves control and whoever asks.

    Args:
        memory: Descriptor of the ring.
        folder: Where recordings go.
        control: Where orders come from.
    """

    def __init__(self, memory: int, folder: Path, control: socket.socket) -> None:
        self._memory = memory
        self._folder = folder
        self._control = control
        self._lost = 0

    def serve(self) -> None:
        """Serve until control says the end, or is gone."""
        door = open_door(self._folder)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            if door:
                selector.register(door, selectors.EVENT_READ)
            going_on = True
            while going_on:
                for key, _ in selector.select():
                    if key.fileobj is self._control:
                        going_on = self._obey()
                    elif door:
                        self._answer(door)
        if door:
            Path(door.getsockname()).unlink(missing_ok=True)
            door.close()

    def _obey(self) -> bool:
        """Do what control says; return False when it said the end or is gone."""
        orders = self._orders()
        due = [order for order in orders if order["do"] == "write"]
        if due:
            # What came in while a file was written gets one file together: it holds everything.
            order = next((order for order in due if order["reason"] != ASKED), due[-1])
            answer = self.write(order["reason"], order["title"])
            with contextlib.suppress(OSError):
                self._control.send(json.dumps(answer).encode())
        if orders[-1]["do"] == "gone":
            self.write(GONE, "The arm's control ended without a word.")
        return len(due) == len(orders)

    def _orders(self) -> list[dict[str, str]]:
        """Return what control has said, at least one order; "gone" when it is not there any more."""
        said = [self._hear(0)]
        while said[-1]["do"] == "write":
            try:
                said.append(self._hear(socket.MSG_DONTWAIT))
            except BlockingIOError:
                break
        return said

    def _hear(self, flags: int) -> dict[str, str]:
        try:
            heard = self._control.recv(LONGEST, flags)
        except ConnectionResetError:
            # Control closed with an answer unread. Said once; after it comes what control had said before.
            heard = self._control.recv(LONGEST, flags)
        order: dict[str, str] = json.loads(heard) if heard else {"do": "gone"}
        return order

    def _answer(self, door: socket.socket) -> None:
        """Write a recording for somebody who asks."""
        with contextlib.suppress(OSError):
            caller, _ = door.accept()
            with caller:
                caller.settimeout(PATIENCE)
                if caller.recv(LONGEST):
                    caller.send(json.dumps(self.write(ASKED, "Asked for on the command line.")).encode())

    def write(self, reason: str, title: str) -> dict[str, str]:
        """Write what the ring holds; return ``{"written": path}`` or ``{"trouble": what}``."""
        try:
            return {"written": str(self._write(reason, title))}
        except Exception as error:  # the root of this process: the next recording may succeed
            self._lost += 1
            why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            return {"trouble": f"A flight recording could not be written ({why}); {self._lost} so far."}

    def _write(self, reason: str, title: str) -> Path:
        from armctl.control.flight_mcap import write_mcap
        from armctl.control.flight_recording import from_ring

        now = time.time()
        recording = from_ring(*read_ring(self._memory), reason, title)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tidy(self._folder, now, reason)
        path = free_name(self._folder, now, reason)
        part = path.with_name(f".{path.name}{PART}")
        try:
            with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
                write_mcap(stream, recording, now, self._lost)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync(self._folder)
        return path


def open_door(folder: Path) -> socket.socket | None:
    """Return a socket in ``folder`` where others may ask for a recording, None where that cannot be.

    A recording is asked for rarely, and a folder that cannot be written shows at the first file.
    """
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f".ask-{os.getpid()}"
        path.unlink(missing_ok=True)
        door.bind(str(path))
        path.chmod(0o600)
        door.listen()
    except OSError:
        door.close()
        return None
    return door


def free_name(folder: Path, now: float, reason: str) -> Path:
    """Return a name for a recording made at wall-clock time ``now`` [s] that no file has yet; they sort by age."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    names = (f"{stamp}-{reason}{'' if count == 1 else f'-{count}'}{SUFFIX}" for count in range(1, 1000))
    return next(path for name in names if not (path := folder / name).exists())


def tidy(folder: Path, now: float, reason: str) -> None:
    """Make room for one more recording, made at ``now`` [s] because of ``reason``; remove what was left half."""
    if reason == ASKED:
        _keep_newest(folder.glob(f"[0-9]*-{ASKED}*{SUFFIX}"), KEPT_ASKED - 1)
    _keep_newest(folder.glob(f"[0-9]*{SUFFIX}"), KEPT_FILES - 1)
    for path in folder.glob(f".*{PART}"):
        if now - path.stat().st_mtime > OLD_PART:
            path.unlink(missing_ok=True)


def _keep_newest(paths: Iterable[Path], count: int) -> None:
    oldest_first = sorted(paths, key=lambda path: (path.stat().st_mtime, path.name))
    for path in oldest_first[: max(0, len(oldest_first) - count)]:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Let the new name last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _step_back() -> None:
    """Leave the processor to the others, and control's core altogether where there are several."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(0, cores[:-1])


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="armctl.control.flight_writer", description=__doc__)
    parser.add_argument("--memory-fd", type=int, required=True, help="the ring")
    parser.add_argument("--socket-fd", type=int, required=True, help="where orders come from")
    parser.add_argument("--folder", type=Path, required=True, help="where recordings go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
