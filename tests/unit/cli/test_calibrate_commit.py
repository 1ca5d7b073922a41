"""Written all or nothing, whatever happens in the middle; and what is found at the next start."""

import os

import pytest

from armctl.cli.calibrate_commit import put_back, settle, write_all
from armctl.cli.calibrate_file import Note, calibrated_text, note_file, own_file, read_note
from armctl.cli.calibrated import own_name, require_calibrated
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.errors import ArmctlError, HardwareError, IdentityError, LinkLostError, SetupError
from drivers.bench import bench_of
from tests.support.arms import so101, with_servo
from tests.support.calibrating import Arm

IDS = (1, 2, 3, 4, 5, 6)
TEXT = builtin("arms", "so101").read_text(encoding="utf-8")
NEW = {1: (70, 300, 3900), 2: (-40, 0, 4095), 3: (2047, 10, 4000), 4: (0, 1, 4094), 5: (5, 0, 4095), 6: (-9, 500, 3600)}


@pytest.fixture
def arm(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Arm(tmp_path)


def bench(arm):
    return bench_of(arm.config)("/dev/loop", 1_000_000, arm.clock, arm.open)


def plan(arm):
    """A note that makes everything new, and the configuration it keeps."""
    config = so101()
    desk = bench(arm)
    before = desk.memories(IDS)
    desk.close()
    after = {}
    for joint in so101().joints:
        offset, lowest, highest = NEW[joint.servo.id]
        after[joint.servo.id] = before[joint.servo.id]._replace(offset=offset, lowest=lowest, highest=highest)
        config = with_servo(config, joint.name, homing_offset=offset)
    return Note(before, after, calibrated_text(TEXT, "so101", config, "today"))


def test_what_was_to_be_kept_is_kept_by_every_servo_and_in_the_file(arm):
    note = plan(arm)
    desk = bench(arm)
    write_all(desk, "so101", note)
    assert desk.memories(IDS) == note.after
    assert own_file("so101").read_text(encoding="utf-8") == note.text
    assert list(arm.files()) == ["armctl/arms/so101.toml"]
    assert arm.locked()


def test_a_servo_that_refuses_leaves_everything_as_it_was(arm):
    note = plan(arm)
    before, desk = arm.eeprom(), bench(arm)
    desk.torque([4], on=True)  # one that holds is not written
    with pytest.raises(HardwareError, match="4 could not be put back|4 holds its place"):
        write_all(desk, "so101", note)
    assert arm.eeprom() == before
    assert "armctl/arms/so101.toml" not in arm.files()


def test_a_disk_that_takes_no_file_leaves_everything_as_it_was(arm, monkeypatch):
    note = plan(arm)
    before, desk = arm.eeprom(), bench(arm)
    replace = os.replace

    def full(source, target):
        if str(target).endswith("so101.toml"):
            raise OSError(28, "No space left on device")
        return replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SetupError, match="No space left"):
        write_all(desk, "so101", note)
    assert arm.eeprom() == before
    assert arm.files() == {}
    assert arm.locked()


def kept_by(arm):
    """What a calibration changes, in every servo; a driver that connects may set gains besides."""
    desk = bench(arm)
    try:
        return desk.memories(IDS)
    finally:
        desk.close()


def requests_of(arm, note):
    """How many requests writing the note takes."""
    arm.fails_after = 10_000
    desk = bench(arm)
    write_all(desk, "so101", note)
    used = 10_000 - arm.fails_after
    put = Note(note.before, note.after)
    put_back(desk, "so101", put)
    own_file("so101").unlink()
    desk.close()
    return used


def refused_by(arm):
    """What keeps the arm from being driven at the next start: "", "note" or "identity"."""
    arm.fails_after = None
    name = own_name("so101")
    config = load(own_file("so101"), ArmConfig) if name != "so101" else so101()
    try:
        require_calibrated(name, config, "/dev/loop")
    except SetupError as error:
        assert "armctl calibrate so101" in str(error)
        return "note"
    driver = arm.driver(config)
    try:
        driver.connect()
    except IdentityError as error:
        assert "Calibrate the arm" in error.remedy
        return "identity"
    finally:
        driver.close()
    return ""


@pytest.mark.parametrize("known", [False, True], ids=["never calibrated", "calibrated before"])
def test_wherever_it_is_cut_off_the_next_start_knows_and_calibrating_again_puts_it_right(arm, known):
    """The port is gone from one request on, and with it the way back: as after a kill or a power cut."""
    if known:
        first = plan(arm)
        desk = bench(arm)
        write_all(desk, "so101", first)
        desk.close()
        NOW = {**first.after, 2: first.after[2]._replace(offset=400), 6: first.after[6]._replace(offset=401)}
        config = with_servo(load(own_file("so101"), ArmConfig), "shoulder_lift", homing_offset=400)
        text = calibrated_text(first.text, "so101", with_servo(config, "gripper", homing_offset=401), "later")
        note = Note(first.after, NOW, text)
    else:
        note = plan(arm)
    old, old_files = kept_by(arm), arm.files()
    if known:
        total = 60
    else:
        total = requests_of(arm, note)
        assert total > 40
    seen = set()
    for cut in range(0, total, 3):
        arm.fails_after = cut
        desk = bench(arm)
        try:
            write_all(desk, "so101", note)
        except (LinkLostError, HardwareError):
            assert read_note("so101") == note
        desk.close()
        refused = refused_by(arm)
        seen.add(refused)
        assert refused == "note" if note_file("so101").is_file() else not refused
        if refused:
            kept = note_file("so101").read_bytes()
            note_file("so101").unlink()
            # Even without the note servos that are half written are seen, unless they are as before.
            assert kept_by(arm) == old or refused_by(arm)
            note_file("so101").write_bytes(kept)
            desk = bench(arm)
            assert "back" in settle(desk, "so101", note)
            desk.close()
        else:
            desk = bench(arm)
            put_back(desk, "so101", note)
            desk.close()
            for name, content in old_files.items():
                (arm.folder / name).write_bytes(content)
        assert kept_by(arm) == old
        assert arm.files() == old_files
    assert "note" in seen


def test_a_note_that_was_left_behind_after_everything_was_written_is_only_put_away(arm):
    note = plan(arm)
    desk = bench(arm)
    write_all(desk, "so101", note)
    new = arm.eeprom()
    note_file("so101").write_text("", encoding="utf-8")
    assert "complete" in settle(desk, "so101", note)
    assert not note_file("so101").is_file()
    assert arm.eeprom() == new


def test_the_note_of_one_arm_is_not_written_into_another(arm):
    note = plan(arm)
    desk = bench(arm)
    desk.remember(3, note.before[3]._replace(offset=777))
    other = arm.eeprom()
    with pytest.raises(IdentityError, match="servo 3 holds neither") as told:
        settle(desk, "so101", note)
    assert "--forget" in told.value.remedy
    assert arm.eeprom() == other


def test_a_servo_that_is_silent_is_told_and_the_note_stays(arm):
    note = plan(arm)
    note_file("so101").parent.mkdir(parents=True)
    note_file("so101").write_text("kept", encoding="utf-8")
    arm.emulator.faults.muted = {5}
    with pytest.raises(ArmctlError, match="Servo 5 does not answer"):
        settle(bench(arm), "so101", note)
    assert note_file("so101").read_text(encoding="utf-8") == "kept"


def test_limits_that_were_opened_in_between_count_as_its_own(arm):
    note = plan(arm)
    ready = {2: note.before[2]._replace(lowest=100)}
    desk = bench(arm)
    desk.remember(2, ready[2])
    with_between = Note(note.before, note.after, note.text, ready)
    assert "back" in settle(desk, "so101", with_between)
    assert desk.memories(IDS) == note.before
