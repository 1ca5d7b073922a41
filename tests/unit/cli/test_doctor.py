"""Each examination tells what it found, and a remedy where something is to be done."""

import os
import resource

from armctl.cli import doctor
from tests.support.computers import FakeComputer


def test_everything_not_good_has_a_remedy():
    findings = list(doctor.examine())
    assert findings
    assert all(finding.remedy for finding in findings if finding.level != "good")


def test_the_ports_of_the_computer_are_examined_too(tmp_path):
    computer = FakeComputer(tmp_path)
    path = computer.plug("ttyACM0")
    assert path in {finding.subject for finding in doctor.examine(computer.here)}


def test_versions_name_what_a_report_of_a_problem_needs():
    subjects = {finding.subject for finding in doctor.versions()}
    assert {"Python", "numpy", "pygame-ce", "ruckig", "pyserial", "pybullet"} <= subjects


def test_without_realtime_rights_the_remedy_names_the_file(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (0, 0))
    first = next(doctor.realtime())
    assert first.level == "note"
    assert "/etc/security/limits.d" in first.remedy


def test_no_display_points_to_the_demo(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    first = next(doctor.screen())
    assert "armctl demo" in first.remedy


def test_a_full_disk_is_bad(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_SPACE", 10**18)
    (finding,) = doctor.storage()
    assert finding.level == "bad"
    assert "Make room" in finding.remedy


def test_a_data_folder_that_cannot_be_written_is_bad(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    (finding,) = doctor.storage()
    assert finding.level == "bad"
