"""The link to a terminal: nobody's is taken over, and a dead program's is replaced."""

import os
import signal
import subprocess
import sys

import pytest

from armctl.errors import SetupError
from sim.emulators.link import Link

SERVES = """
import sys, time
from pathlib import Path
from sim.emulators.link import Link
link = Link(Path(sys.argv[1]))
link.lead_to("/dev/pts/1")
print("there", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "arm"


def test_the_link_of_a_running_program_is_refused_by_its_number_and_a_killed_ones_is_replaced(path):
    other = subprocess.Popen([sys.executable, "-c", SERVES, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "there\n"
        with pytest.raises(SetupError, match=rf"is at {path} \(process {other.pid}\)") as refusal:
            Link(path).lead_to("/dev/pts/2")
        assert "--link" in refusal.value.remedy
        assert os.readlink(path) == "/dev/pts/1"
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait(10)
        other.stdout.close()
    assert path.is_symlink()
    mine = Link(path)
    mine.lead_to("/dev/pts/2")
    assert os.readlink(path) == "/dev/pts/2"
    mine.remove("/dev/pts/2")


def test_the_same_place_by_another_name_is_the_same_place(path, tmp_path):
    (tmp_path / "also").symlink_to(tmp_path)
    first, second = Link(path), Link(tmp_path / "also" / "arm")
    first.lead_to("/dev/pts/1")
    with pytest.raises(SetupError, match=f"process {os.getpid()}"):
        second.lead_to("/dev/pts/2")
    first.remove("/dev/pts/1")
    second.lead_to("/dev/pts/2")
    second.remove("/dev/pts/2")
    assert not path.is_symlink()


def test_who_gave_its_link_up_can_have_it_again(path):
    link = Link(path)
    for target in ("/dev/pts/1", "/dev/pts/2"):
        link.lead_to(target)
        assert os.readlink(path) == target
        link.remove(target)
        link.remove(target)
        assert not path.is_symlink()


def test_a_link_that_leads_elsewhere_by_now_is_left(path):
    link = Link(path)
    link.lead_to("/dev/pts/1")
    path.unlink()
    path.symlink_to("/dev/pts/9")
    link.remove("/dev/pts/1")
    assert os.readlink(path) == "/dev/pts/9"


def test_a_link_to_a_real_arm_is_never_replaced(path):
    path.symlink_to("/dev/ttyACM0")
    with pytest.raises(SetupError, match="leads to /dev/ttyACM0"):
        Link(path).lead_to("/dev/pts/1")
    assert os.readlink(path) == "/dev/ttyACM0"


def test_a_file_in_the_place_of_the_link_is_never_touched(path):
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SetupError, match="is not a link"):
        Link(path).lead_to("/dev/pts/1")
    assert path.read_text(encoding="utf-8") == "mine"


def test_what_could_not_be_made_is_not_kept(path, tmp_path):
    (tmp_path / "file").touch()
    link = Link(tmp_path / "file" / "arm")
    for _ in range(2):
        with pytest.raises(SetupError, match="cannot be made"):
            link.lead_to("/dev/pts/1")
