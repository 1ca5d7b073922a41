"""Who else uses a port: read from ``/proc``, as far as this user may look."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

PROC: Final = Path("/proc")


class Holder(NamedTuple):
    """A process that has a port.

    Attributes:
        pid: Its number.
        command: Its name.
    """

    pid: int
    command: str


def port_holders(path: str, proc: Path = PROC) -> tuple[Holder, ...]:
    """Return the processes that lock ``path``; where none is known to, those that have it open.

    Args:
        path: Device path.
        proc: Where the process file system is.
    """
    return _holders(path, proc, lambda device: set(_locking(device, proc)) or set(_opening(device, proc)))


def lock_holders(path: str, proc: Path = PROC) -> tuple[Holder, ...]:
    """Return the processes that lock ``path``, whoever else has it open.

    Args:
        path: Device path.
        proc: Where the process file system is.
    """
    return _holders(path, proc, lambda device: set(_locking(device, proc)))


def program_runs(name: str, proc: Path = PROC) -> bool:
    """Return True when a program called ``name`` runs."""
    return any(_command(pid, proc) == name for pid in _pids(proc))


def modem_manager_runs(proc: Path = PROC) -> bool:
    """Return True when ModemManager runs: it probes new serial ports."""
    return program_runs("ModemManager", proc)


def _holders(path: str, proc: Path, find: Callable[[os.stat_result], set[int]]) -> tuple[Holder, ...]:
    try:
        device = os.stat(path)
    except OSError:
        return ()
    return tuple(Holder(pid, _command(pid, proc)) for pid in sorted(find(device)))


def _pids(proc: Path) -> Iterator[int]:
    try:
        names = os.listdir(proc)
    except OSError:
        return
    yield from (int(name) for name in names if name.isdecimal())


def _command(pid: int, proc: Path) -> str:
    try:
        return (proc / str(pid) / "comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "a program"


def _locking(device: os.stat_result, proc: Path) -> Iterator[int]:
    """Yield owners of locks: lines like ``1: FLOCK  ADVISORY  WRITE 4242 00:18:5 0 EOF``."""
    wanted = f"{os.major(device.st_dev):02x}:{os.minor(device.st_dev):02x}:{device.st_ino}"
    try:
        lines = (proc / "locks").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        parts = line.split()
        if len(parts) >= 6 and parts[5] == wanted and parts[4].isdecimal() and int(parts[4]) > 0:
            yield int(parts[4])


def _opening(device: os.stat_result, proc: Path) -> Iterator[int]:
    for pid in _pids(proc):
        if pid == os.getpid():
            continue
        try:
            handles = list(os.scandir(proc / str(pid) / "fd"))
        except OSError:
            continue
        if any(_same(handle, device) for handle in handles):
            yield pid


def _same(handle: os.DirEntry[str], device: os.stat_result) -> bool:
    try:
        found = handle.stat()
    except OSError:
        return False
    return found.st_rdev == device.st_rdev and found.st_ino == device.st_ino
