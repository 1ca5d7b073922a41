"""Bad input on the command line: exit code 2 and one clear message, whatever it is; and an end at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from armctl.cli.demo import fresh_folder
from armctl.clock import SystemClock
from armctl.config.load import builtin
from armctl.errors import ArmctlError
from armctl.evidence.store import session_numbers
from drivers.feetech.messages import MODEL
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import PtyThread, on_pty
from sim.kinematic_plant import KinematicPlant
from tests.support.ui_person import arm_config, kitchen, robot

PATIENCE = 25.0
MARK = "ARMCTL_TEST_MARK"
BAD_INPUT = 2
INTERRUPTED = 130
SO101 = builtin("arms", "so101").read_text(encoding="utf-8")


def calibrated(text: str) -> str:
    """A real arm is driven only with a configuration that was calibrated."""
    return text.replace("sign = 1 }", "sign = 1, homing_offset = 0 }")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Variables of a computer without display and sound, whose user has calibrated an arm and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    own = tmp_path / "data" / "armctl" / "arms" / "so101.toml"
    own.parent.mkdir(parents=True)
    own.write_text(calibrated(SO101), encoding="utf-8")
    return kept | {
        MARK: str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "SDL_VIDEODRIVER": "dummy",
        "SDL_AUDIODRIVER": "dummy",
    }


def begin(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    # Not even root may do everything here, so that permissions mean something.
    ordinary = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    return subprocess.Popen(
        [*ordinary, sys.executable, "-m", "armctl", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def refused(environment: dict[str, str], *arguments: str) -> str:
    """Return the one line that armctl says about bad ``arguments``."""
    process = begin(environment, *arguments)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == BAD_INPUT, out + err
    assert out == ""
    lines = [line for line in err.splitlines() if "No speech" not in line]
    assert len(lines) == 1, err
    assert lines[0].startswith("armctl: ")
    return lines[0]


def processes(environment: dict[str, str]) -> list[str]:
    """Return the command lines of all running processes that were begun in ``environment``."""
    mark = f"{MARK}={environment[MARK]}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended while we looked
    return [command for command in found if command]


def wait_until(reached: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.02)


@contextmanager
def servos(change: Callable[[FeetechEmulator], object] = lambda emulator: None) -> Iterator[PtyThread]:
    """Serve an emulated arm of which ``change`` made something else."""
    clock = SystemClock()
    emulator = FeetechEmulator(KinematicPlant(robot(), kitchen()), arm_config(), clock)
    change(emulator)
    with on_pty(emulator, clock) as port:
        yield port


# -- what is named -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--arm", "nope"], "no arm called 'nope'"),
        (["--arm", "so101-sim", "--port", "/dev/ttyACM0"], "simulated and takes no --port"),
        (["--arm", "so101", "--port", "/dev/ttyNOPE"], "no port /dev/ttyNOPE"),
        (["--arm", "so101", "--port", "/etc/passwd"], "not a serial port"),
        (["--scene", "nope"], "no scene called 'nope'"),
        (["--user", "nope"], "no user called 'nope'"),
        (["--user", "nowhere.toml"], "does not exist"),
        (["--size", "big"], "not a window size"),
        (["--size", "320x200"], "too small"),
    ],
)
def test_what_does_not_exist_is_one_message(environment, arguments, said):
    assert said in refused(environment, "run", *arguments)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max_speed = 0.52", "max_speed = 5.0", "less than or equal to 1.6"),
        ("max_speed = 0.52", "max_speed = true", "valid number"),
        ("rate_hz = 100", "rate_hz = [[[", "not valid TOML"),
        ("lower = -1.9199", "lower = -3.0", "but so101.urdf allows"),
        ("min_voltage = 4.5", "min_voltage = 13.5", "below max_voltage"),
        ("up_axis = [0, 1, 0]", "up_axis = [0, 0, 1]", "right angles"),
        ("gains = [16, 0, 32]", "gains = [0, 0, 32]", "not hold itself"),
        ("servo = { id = 3, zero_step = 2048, sign = 1 }", "", "elbow_flex has no servo"),
    ],
)
def test_a_malformed_or_unsafe_arm_is_one_message_before_anything_opens(environment, tmp_path, old, new, said):
    assert old in SO101
    path = tmp_path / "arm.toml"
    path.write_text(calibrated(SO101.replace(old, new, 1)), encoding="utf-8")
    with servos() as port:
        assert said in refused(environment, "run", "--arm", str(path), "--port", port.path)


def test_a_profile_with_a_key_that_does_not_exist_is_refused(environment, tmp_path):
    path = tmp_path / "person.toml"
    path.write_text('name = "x"\nkeys_select = ["spacebar"]\n', encoding="utf-8")
    assert "no key called 'spacebar'" in refused(environment, "run", "--arm", "so101-ideal", "--user", str(path))


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


# -- the demo's folder and person --------------------------------------------------------------------------------------


def test_a_demo_never_clears_a_folder_with_something_of_somebody_else(environment, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "01-home.png").write_text("from a demo")
    (folder / "holiday.png").write_text("not from a demo")
    said = refused(environment, "demo", "--fast", "--arm", "so101-ideal", "--out", str(folder))
    assert "'holiday.png', which no demo made" in said
    assert len(list(folder.iterdir())) == 2


def test_a_second_demo_does_not_write_into_the_folder_of_the_first(environment, tmp_path):
    with fresh_folder(tmp_path / "out"):
        said = refused(environment, "demo", "--fast", "--arm", "so101-ideal", "--out", str(tmp_path / "out"))
    assert "Another demo writes to" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "joystick"], "does not work that way"),
        (["--fast", "--arm", "so101-emulated"], "needs real time"),
        (["--out", "/etc/passwd"], "cannot be used"),
    ],
)
def test_a_demo_that_cannot_be_played_is_one_message(environment, tmp_path, arguments, said):
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "out")]
    assert said in refused(environment, "demo", "--arm", "so101-ideal", *arguments, *out)
    assert not (tmp_path / "out").exists()


# -- what the computer lacks -------------------------------------------------------------------------------------------


def test_without_a_display_the_message_names_what_works_without(environment):
    del environment["SDL_VIDEODRIVER"]
    assert "armctl demo" in refused(environment, "run", "--arm", "so101-ideal")


def test_a_display_that_cannot_be_reached_is_not_drawn_past(environment):
    del environment["SDL_VIDEODRIVER"]
    environment["DISPLAY"] = ":4747"
    assert "No window can be opened" in refused(environment, "run", "--arm", "so101-ideal")


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
    assert [line for line in err.splitlines() if not line.startswith("screen: No speech: ")] == []


def test_an_arm_that_is_unplugged_is_told_in_one_line_and_the_end_is_as_quiet(environment):
    """Nothing of what was frozen for the loop may lie about at the end, or libraries complain of it at length."""
    with servos() as port:
        process = begin(environment, "run", "--arm", "so101", "--port", port.path)
        wait_until(lambda: any("armctl.cli.ui_process" in command for command in processes(environment)))
        time.sleep(0.5)
        port.unplug()
        time.sleep(0.5)
        assert process.poll() is None
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    told = [line for line in err.splitlines() if "No speech" not in line]
    assert len(told) == 1, err
    assert told[0].startswith("control: The arm is lost: ")
    assert processes(environment) == []


# -- an end at any moment ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("moment", [0.15, 0.4, 0.7, 1.0, 2.0])
def test_an_end_while_it_starts_leaves_no_traceback_and_no_process(environment, number, moment):
    with servos() as port:
        process = begin(environment, "run", "--arm", "so101", "--port", port.path)
        time.sleep(moment)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
    # Before the program has begun to put things in order the signal itself ends it.
    assert process.returncode in ({INTERRUPTED, -number} if number == signal.SIGINT else {0, -number})
    assert "Traceback" not in err
    # Helpers end a moment after their parent. What a busy computer makes the wire lose is told, and is no trouble.
    wait_until(lambda: processes(environment) == [])
    assert [line for line in err.splitlines() if "No speech" not in line and "dropped so far" not in line] == []
    assert processes(environment) == []
