"""Each examination tells what it found, and a remedy where something is to be done."""

import os
import resource
from pathlib import Path

from armctl.cli import doctor


def test_everything_not_good_has_a_remedy():
    findings = list(doctor.examine())
    assert findings
    assert all(finding.remedy for finding in findings if finding.level != "good")


def test_versions_name_what_a_report_of_a_problem_needs():
    subjects = {finding.subject for finding in doctor.versions()}
    assert {"Python", "numpy", "pygame-ce", "ruckig", "pyserial", "pybullet"} <= subjects


def test_a_port_without_permission_names_the_group_and_the_command(tmp_path, monkeypatch):
    port = tmp_path / "ttyACM0"
    port.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)
    finding = doctor._port_finding(port)
    assert finding.level == "bad"
    assert "usermod -aG" in finding.remedy


def test_a_port_that_can_be_used_is_good(tmp_path):
    port = tmp_path / "ttyACM0"
    port.touch()
    assert doctor._port_finding(port).level == "good"


def test_no_port_at_all_says_plug_it_in(monkeypatch):
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    (finding, *_rest) = doctor.ports()
    assert "Plug the arm in" in finding.remedy


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


def test_a_user_without_a_name_is_called_by_number(monkeypatch, tmp_path):
    def nobody(_number):
        raise KeyError

    monkeypatch.setattr(doctor.pwd, "getpwuid", nobody)
    monkeypatch.setattr(doctor.grp, "getgrgid", nobody)
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    monkeypatch.setattr(doctor.os, "getuid", lambda: 4711)
    found = doctor._port_finding(tmp_path)
    assert (found.level, found.text) == ("bad", "may not be used by 4711.")
    assert list(doctor.realtime())
