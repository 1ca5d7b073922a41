"""The command with all its processes: a port that is not as it should be, two programs at once, an end at any time."""

from __future__ import annotations

import math
import os
import signal
import time
from pathlib import Path

import pytest

from armctl.errors import ArmctlError
from armctl.evidence.store import session_numbers
from drivers.feetech.messages import MODEL
from tests.support.commands import MARK, PATIENCE, bare, begin, processes, refused, servos, told, wait_until
from tests.support.guarded import HostLateness

INTERRUPTED = 130


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return bare(tmp_path)


# -- the port and what is behind it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda arm: arm.faults.muted.update(range(1, 7)), "No servo answers"),
        (lambda arm: arm.faults.muted.add(3), "Servo 3 (elbow_flex) does not answer; answering: 1, 2, 4, 5, 6"),
        (lambda arm: arm.servos[1].memory.put(MODEL, 2825), "Another arm may be on this port"),
    ],
    ids=["silence", "one missing", "another arm"],
)
def test_an_arm_that_is_not_as_configured_is_one_message(environment, change, said):
    with servos(change) as port:
        assert said in refused(environment, "run", "--arm", "so101", "--port", port.path)


def test_a_port_without_permission_is_one_message(environment):
    with servos() as port:
        os.chmod(port.path, 0)
        assert "You have no permission" in refused(environment, "run", "--arm", "so101", "--port", port.path)


# -- two programs at once ----------------------------------------------------------------------------------------------


def test_a_second_program_on_the_same_port_is_told_who_has_it(environment):
    with servos() as port:
        first = begin(environment, "run", "--arm", "so101", "--port", port.path)
        try:
            wait_until(lambda: any("armctl.cli.ui_process" in command for command in processes(environment)))
            said = refused(environment, "run", "--arm", "so101", "--port", port.path)
        finally:
            first.terminate()
            first.communicate(timeout=PATIENCE)
    assert f"{port.path} is in use by" in said
    assert first.returncode == 0


def sessions_in(store):
    try:
        return session_numbers(store)
    except ArmctlError:
        return ()  # not made yet


def test_two_simulations_run_beside_each_other(environment, tmp_path):
    """Each has its own arm; both keep records in the same store."""
    both = [begin(environment, "run", "--arm", "so101-ideal") for _ in range(2)]
    try:
        wait_until(lambda: sum("armctl.cli.ui_process" in command for command in processes(environment)) == 2)
        store = tmp_path / "data" / "armctl" / "evidence.sqlite"
        wait_until(lambda: sessions_in(store) == (1, 2))
        assert [process.poll() for process in both] == [None, None]
    finally:
        said = []
        for process in both:
            process.terminate()
            said.append(process.communicate(timeout=PATIENCE)[1])
    assert [process.returncode for process in both] == [0, 0], said
    assert session_numbers(tmp_path / "data" / "armctl" / "evidence.sqlite") == (1, 2)


# -- what goes away ----------------------------------------------------------------------------------------------------


def test_without_a_sound_device_one_line_says_so_and_all_else_works(environment):
    for name in ("SDL_AUDIODRIVER", "PULSE_SERVER", "PIPEWIRE_REMOTE"):
        environment.pop(name, None)
    # An ALSA that finds nothing, also where there is a card; no sound server.
    environment |= {"XDG_RUNTIME_DIR": environment[MARK], "ALSA_CONFIG_PATH": "/dev/null"}
    process = begin(environment, "run", "--arm", "so101-ideal")
    wait_until(lambda: any("armctl.cli.ui_process" in command for command in processes(environment)))
    time.sleep(1.5)
    assert process.poll() is None
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert out == ""
    assert told(err, 0.0) == []


def test_an_arm_that_is_unplugged_is_told_in_one_line_and_the_end_is_as_quiet(environment):
    """Nothing of what was frozen for the loop may lie about at the end, or libraries complain of it at length."""
    with HostLateness() as host, servos() as port:
        process = begin(environment, "run", "--arm", "so101", "--port", port.path)
        wait_until(lambda: any("armctl.cli.ui_process" in command for command in processes(environment)))
        time.sleep(0.5)
        port.unplug()
        time.sleep(0.5)
        assert process.poll() is None
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    (line,) = told(err, host.worst(0.0, math.inf))
    assert line.startswith("control: The arm is lost: ")
    assert processes(environment) == []


# -- an end at any moment ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("moment", [0.15, 0.4, 0.7, 1.0, 2.0])
def test_an_end_while_it_starts_leaves_no_traceback_and_no_process(environment, number, moment):
    with HostLateness() as host, servos() as port:
        process = begin(environment, "run", "--arm", "so101", "--port", port.path)
        time.sleep(moment)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
    # Before the program has begun to put things in order the signal itself ends it.
    assert process.returncode in ({INTERRUPTED, -number} if number == signal.SIGINT else {0, -number})
    assert "Traceback" not in err
    # Helpers end a moment after their parent.
    wait_until(lambda: processes(environment) == [])
    assert told(err, host.worst(0.0, math.inf)) == []
    assert processes(environment) == []
