"""Real-time rights: taken when granted, a refusal is told, and nothing fails. Each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, cast

import pytest

SCRIPT = """
import json, os, resource, sys
from armctl.control.realtime import go_realtime
refuse = sys.argv[1] == "refuse"
if refuse:
    resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536))
    if os.getuid() == 0:
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
got = go_realtime(40, own_core=True)
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, str(os.sched_getscheduler(0)).encode())
    os._exit(0)
big = bytearray(64_000_000)  # memory asked for later must still be had
locked = next(l for l in open("/proc/self/status") if l.startswith("VmLck")).split()[1]
print(json.dumps({"fifo": got.fifo, "locked": got.locked, "core": got.core, "told": got.told, "frozen":
    __import__("gc").get_freeze_count(), "policy": os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK,
    "child": int(os.read(read, 10)), "cores": len(os.sched_getaffinity(0)), "vmlck": int(locked)}))
"""


def run(mode: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, mode], capture_output=True, text=True, check=True, timeout=50)
    return cast(dict[str, Any], json.loads(done.stdout))


def test_what_is_granted_is_what_is_told() -> None:
    got = run("take")
    assert got["fifo"] == (got["policy"] == os.SCHED_FIFO)
    assert got["locked"] == (got["vmlck"] > 1000)
    assert got["frozen"] > 0
    assert bool(got["told"]) == (not got["fifo"] or not got["locked"])
    if got["core"] is not None:
        assert got["cores"] == 1


def test_children_do_not_inherit_real_time_rights() -> None:
    assert run("take")["child"] == os.SCHED_OTHER


def test_refusals_are_told_in_plain_sentences_and_nothing_fails() -> None:
    got = run("refuse")
    assert not got["fifo"]
    assert not got["locked"]
    assert got["core"] is None
    assert got["policy"] == os.SCHED_OTHER
    assert got["told"].count("The computer does not let") == 2
    assert got["told"].endswith(".")


def test_a_missing_status_file_means_no_right(monkeypatch: pytest.MonkeyPatch) -> None:
    from armctl.control import realtime

    monkeypatch.setattr("builtins.open", _no_file)
    assert realtime._may_lock_all() is False


def _no_file(*args: object, **kwargs: object) -> None:
    raise OSError
