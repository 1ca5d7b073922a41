import os

import pytest

from drivers.holders import Holder, lock_holders, modem_manager_runs, port_holders, program_runs


def process(proc, pid, command, opens=None):
    folder = proc / str(pid) / "fd"
    folder.mkdir(parents=True)
    (proc / str(pid) / "comm").write_text(command + "\n", encoding="utf-8")
    if opens:
        (folder / "3").symlink_to(opens)


def lock_line(path, pid):
    device = os.stat(path)
    where = f"{os.major(device.st_dev):02x}:{os.minor(device.st_dev):02x}:{device.st_ino}"
    return f"1: FLOCK  ADVISORY  WRITE {pid} {where} 0 EOF\n"


@pytest.fixture
def port(tmp_path):
    it = tmp_path / "port"
    it.touch()
    return it


@pytest.fixture
def proc(tmp_path):
    it = tmp_path / "proc"
    it.mkdir()
    return it


def test_the_owner_of_the_lock_is_named_and_not_those_that_merely_have_it_open(proc, port):
    process(proc, 41, "lerobot", opens=port)
    process(proc, 42, "servos", opens=port)
    (proc / "locks").write_text(lock_line(port, 41), encoding="utf-8")
    assert port_holders(str(port), proc) == (Holder(41, "lerobot"),)


def test_without_a_lock_those_that_have_it_open_are_named(proc, port):
    process(proc, 41, "screen", opens=port)
    process(proc, 43, "other", opens=proc)
    assert port_holders(str(port), proc) == (Holder(41, "screen"),)


def test_locks_of_other_files_and_owners_out_of_sight_do_not_count(proc, port, tmp_path):
    other = tmp_path / "other"
    other.touch()
    (proc / "locks").write_text(lock_line(other, 41) + lock_line(port, 0) + "odd line\n", encoding="utf-8")
    assert port_holders(str(port), proc) == ()


def test_an_owner_without_a_name_is_still_told(proc, port):
    (proc / "locks").write_text(lock_line(port, 77), encoding="utf-8")
    assert port_holders(str(port), proc) == (Holder(77, "a program"),)


def test_a_port_that_is_not_there_has_no_holders(proc, tmp_path):
    assert port_holders(str(tmp_path / "nothing"), proc) == ()


def test_a_computer_that_hides_its_processes_gives_no_holders(port, tmp_path):
    assert port_holders(str(port), tmp_path / "nothing") == ()
    assert not modem_manager_runs(tmp_path / "nothing")


def test_modem_manager_is_found_by_name(proc):
    process(proc, 5, "systemd")
    assert not modem_manager_runs(proc)
    process(proc, 6, "ModemManager")
    assert modem_manager_runs(proc)


def test_who_locks_a_port_is_told_apart_from_who_has_it_open(proc, port, tmp_path):
    process(proc, 41, "emulator", opens=port)
    assert lock_holders(str(port), proc) == ()
    (proc / "locks").write_text(lock_line(port, 42), encoding="utf-8")
    assert lock_holders(str(port), proc) == (Holder(42, "a program"),)
    assert lock_holders(str(tmp_path / "nothing"), proc) == ()


def test_a_program_is_found_by_its_whole_name(proc):
    process(proc, 5, "brltty-x")
    assert not program_runs("brltty", proc)
    process(proc, 6, "brltty")
    assert program_runs("brltty", proc)
