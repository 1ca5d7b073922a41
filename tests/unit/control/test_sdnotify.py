"""The service manager hears what is agreed, and a missing one is no trouble."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from armctl.control.sdnotify import ServiceManager


def test_datagrams_reach_the_socket_that_the_environment_names(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(2)
        manager = ServiceManager({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000", "WATCHDOG_PID": str(os.getpid())})
        manager.tell("READY=1", "STATUS=Ready.")
        assert listener.recv(1000) == b"READY=1\nSTATUS=Ready."
        fed = [now for now in (10.0, 10.05, 10.1, 10.15, 10.2) if manager.alive(now) is None and _heard(listener)]
        assert fed == [10.0, 10.1, 10.2]


def test_an_abstract_socket_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0armctl-test-{os.getpid()}")
        listener.settimeout(2)
        ServiceManager({"NOTIFY_SOCKET": f"@armctl-test-{os.getpid()}"}).tell("STOPPING=1")
        assert listener.recv(1000) == b"STOPPING=1"


def test_the_watchdog_of_another_process_is_not_fed(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        ServiceManager({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"}).alive(10.0)
        ServiceManager({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "soon"}).alive(10.0)
        assert not _heard(listener)


def test_without_a_service_manager_nothing_happens(tmp_path: Path) -> None:
    ServiceManager({}).tell("READY=1")
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")


def _heard(listener: socket.socket) -> bool:
    listener.setblocking(False)
    try:
        return listener.recv(1000) == b"WATCHDOG=1"
    except BlockingIOError:
        return False
    finally:
        listener.settimeout(2)
