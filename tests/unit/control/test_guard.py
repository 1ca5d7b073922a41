"""The guard, as a real process with real children that have neither arm nor screen."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.guarded import PATIENCE, Guarded, gone


class Run(Guarded):
    """A guard with two fake children."""

    def start(self, *, control: tuple[str, ...] = (), ui: tuple[str, ...] = (), **plan: object) -> None:
        self.launch({"control": self.command("control", *control), "ui": self.command("ui", *ui), **plan})

    def command(self, name: str, *more: str) -> list[str]:
        return [sys.executable, "-m", "tests.support.fake_process", *self.files(name), *more]

    def running(self) -> tuple[int, int]:
        """Wait until both are up; return the process ids of control and screen."""
        return self.wait_for("control", "begun")["pid"], self.wait_for("ui", "begun")["pid"]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    it = Run(tmp_path)
    yield it
    it.clean_up()


def test_the_screen_ending_well_ends_everything_in_order(run: Run) -> None:
    run.start()
    control, _ = run.running()
    run.do("ui", "exit 0")
    code, said = run.result()
    assert (code, said) == (0, "")
    assert run.heard("control", "sigterm")
    assert gone(control)


def test_children_inherit_only_what_is_theirs(run: Run) -> None:
    run.start()
    run.running()
    for name in ("control", "ui"):
        begun = run.wait_for(name, "begun")
        # Standard streams, four of the links, and the one with which the folder of descriptors is listed.
        assert len(begun["fds"]) <= 8
        for option in ("--link-fd", "--alive-fd", "--guard-fd", "--guard-alive-fd"):
            assert begun["argv"][begun["argv"].index(option) + 1] in begun["fds"]


def test_a_killed_screen_is_told_to_control_and_the_person_and_started_again(run: Run) -> None:
    run.start()
    _, ui = run.running()
    os.kill(ui, signal.SIGKILL)
    told = run.wait_for("control", "PeerGone")
    assert told["process"] == "ui"
    closed = run.wait_for("control", "peer closed")
    assert closed["at"] > 0
    again = run.wait_for("ui", "begun", 2)
    assert again["pid"] != ui
    run.wait_for("control", "NewLink")
    os.kill(again["pid"], signal.SIGKILL)
    run.wait_for("control", "peer closed", 2)  # the new link is a working one
    run.wait_for("ui", "begun", 3)
    run.do("ui", "exit 0")
    code, said = run.result()
    assert code == 0
    assert said.count("The screen stopped (ended by SIGKILL). The arm holds still.") == 2


def test_a_screen_that_fails_again_and_again_ends_it(run: Run) -> None:
    run.start()
    for count in range(1, 5):
        pid = run.wait_for("ui", "begun", count)["pid"]
        os.kill(pid, signal.SIGKILL)
    code, said = run.result()
    assert code == 1
    assert "again and again" in said


def test_without_restarts_the_screens_exit_code_is_the_result(run: Run) -> None:
    run.start(restart_ui=False)
    run.running()
    run.do("ui", "exit 7")
    assert run.result()[0] == 7


def test_control_that_refuses_to_start_ends_it_with_its_code_and_no_screen(run: Run) -> None:
    run.start(control=("--refuse", "2"))
    code, said = run.result()
    assert (code, said) == (2, "")
    assert run.heard("ui") == []


def test_a_killed_control_is_told_to_the_screen_within_a_tenth_of_a_second_and_stays_away(run: Run) -> None:
    run.start()
    control, _ = run.running()
    begin = time.monotonic()
    os.kill(control, signal.SIGKILL)
    told = run.wait_for("ui", "PeerGone")
    assert told["process"] == "control"
    assert told["at"] - begin < 0.1 + 0.4  # 0.4: what a busy computer may add; the proper bound is in integration
    assert "The arm stays where it is." in told["message"]
    time.sleep(0.3)
    assert len(run.heard("control", "begun")) == 1


def test_control_starts_again_only_when_asked_and_gets_a_working_link(run: Run) -> None:
    run.start()
    control, _ = run.running()
    os.kill(control, signal.SIGKILL)
    run.wait_for("ui", "PeerGone")
    run.do("ui", "ask control")
    again = run.wait_for("control", "begun", 2)
    run.wait_for("ui", "NewLink")
    os.kill(again["pid"], signal.SIGKILL)
    run.wait_for("ui", "peer closed", 2)
    run.do("ui", "shutdown")
    assert run.result()[0] == 0


def test_last_words_of_control_reach_the_screen(run: Run) -> None:
    run.start()
    run.running()
    run.do("control", "words The arm was unplugged.")
    assert run.wait_for("ui", "PeerGone")["message"] == "The arm was unplugged."
    run.do("control", "exit 2")
    assert run.wait_for("ui", "PeerGone", 2)["message"] == "The arm was unplugged."


def test_a_stopped_process_is_told_to_the_other_and_its_return_to_the_person(run: Run) -> None:
    run.start(timeout=0.2)
    control, ui = run.running()
    run.wait_for("ui", "begun")
    time.sleep(0.2)
    os.kill(ui, signal.SIGSTOP)
    told = run.wait_for("control", "PeerGone")
    assert told["message"] == "The screen does not answer. The arm holds still."
    time.sleep(0.6)
    os.kill(ui, signal.SIGCONT)
    time.sleep(0.3)
    os.kill(control, signal.SIGSTOP)
    assert "does not answer" in run.wait_for("ui", "PeerGone")["message"]
    time.sleep(0.6)
    os.kill(control, signal.SIGCONT)
    time.sleep(0.2)
    run.do("ui", "exit 0")
    code, said = run.result()
    assert code == 0
    assert "The screen answers again." in said
    assert "The arm's control does not answer." in said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
def test_signals_end_everything_in_order(run: Run, number: signal.Signals, code: int) -> None:
    run.start()
    control, ui = run.running()
    assert run.process
    run.process.send_signal(number)
    assert run.result() == (code, "")
    assert gone(control)
    assert gone(ui)
    assert run.heard("control", "sigterm")


def test_a_signal_before_the_children_are_up_ends_it_too(run: Run) -> None:
    run.start()
    run.wait_for("control", "begun")
    assert run.process
    run.process.send_signal(signal.SIGTERM)
    assert run.result()[0] == 0
    assert gone(run.wait_for("control", "begun")["pid"])


def test_children_that_do_not_end_are_ended_within_two_seconds(run: Run) -> None:
    run.start()
    control, ui = run.running()
    run.do("control", "hang")
    os.kill(ui, signal.SIGSTOP)
    run.wait_for("control", "hang")
    assert run.process
    begin = time.monotonic()
    run.process.send_signal(signal.SIGTERM)
    code, said = run.result()
    assert time.monotonic() - begin < 2.0 + 1.0  # 1.0: what a busy computer may add
    assert code == 0
    assert "did not end in time" in said
    assert gone(control)
    assert gone(ui)


def test_children_notice_at_once_that_the_guard_was_killed(run: Run) -> None:
    run.start()
    run.running()
    assert run.process
    run.process.kill()
    run.wait_for("control", "guard closed")
    run.wait_for("ui", "guard closed")


def test_a_missing_program_is_told_in_one_line(run: Run) -> None:
    run.launch({"control": ["/nowhere/program"], "ui": ["/nowhere/program"]})
    code, said = run.result()
    assert code == 1
    assert "/nowhere/program" in said
    assert "Traceback" not in said


def test_the_emulator_is_waited_for_and_ended_last(run: Run) -> None:
    ready = run.folder / "ready"
    script = f"import time, pathlib; time.sleep(0.2); pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    ready.touch()  # left over from before: must not count
    run.start(emulator=[sys.executable, "-c", script], emulator_ready=str(ready))
    run.running()
    assert ready.stat().st_mtime <= time.time()
    run.do("ui", "exit 0")
    assert run.result()[0] == 0


def test_an_emulator_that_fails_is_told(run: Run) -> None:
    run.start(emulator=[sys.executable, "-c", "raise SystemExit(3)"], emulator_ready=str(run.folder / "ready"))
    code, said = run.result()
    assert code == 1
    assert "The emulated arm did not start." in said
    assert run.heard("control") == []


def test_systemd_hears_ready_watchdog_and_stopping(run: Run) -> None:
    path = str(run.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(PATIENCE)
        run.environment |= {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "100000"}
        run.start()
        run.running()
        heard = [listener.recv(1000).decode()]
        while not heard[-1].startswith("READY=1"):
            heard.append(listener.recv(1000).decode())
        heard.append(listener.recv(1000).decode())
        assert heard[-1] == "WATCHDOG=1"
        run.do("ui", "exit 0")
        while heard[-1] != "STOPPING=1":
            heard.append(listener.recv(1000).decode())
    assert run.result()[0] == 0
