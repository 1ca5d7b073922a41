"""A whole calibration by a scripted person, and the way back from every step of it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from armctl.cli import calibrate_check, calibrate_flow
from armctl.cli.calibrate_file import own_file
from armctl.cli.calibrate_person import ENTER, Cancelled
from armctl.config.arm import ArmConfig
from armctl.config.load import load
from armctl.errors import ArmctlError, HardwareError, IdentityError, LinkLostError
from armctl.units import DEG
from drivers.bench import Memory
from drivers.feetech import messages as reg
from tests.support.calibrating import LYING, MOUNTED, Arm, Somebody

THREE_MINUTES = 180.0
MOST_PRESSES = 16
IDS = (1, 2, 3, 4, 5, 6)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def small(monkeypatch):
    """Small motions, for tests that are about something else."""
    for module in (calibrate_check, calibrate_flow):
        monkeypatch.setattr(module, "SWING", 3.0 * DEG)
    monkeypatch.setattr(calibrate_check, "TWIST", 3.0 * DEG)


def quick(arm, **given):
    return Somebody(arm, reading=1e3, turning=20.0, reaction=0.01, **given)


def angles(arm, config):
    """Where the driver of the calibrated ``config`` says that the arm is."""
    driver = arm.driver(config)
    driver.connect()
    try:
        return driver.read().positions
    finally:
        driver.close()


def test_an_arm_as_assembled_is_calibrated_within_three_minutes_and_knows_where_it_is(folder):
    arm = Arm(folder)
    person = Somebody(arm)  # at a person's pace: reads four words a second, turns joints at 70° a second
    arm.calibrate(person)
    assert person.seconds < THREE_MINUTES
    assert person.presses <= MOST_PRESSES
    config = load(own_file("so101"), ArmConfig)
    assert angles(arm, config) == pytest.approx(arm.plant.positions(), abs=0.5 * DEG)
    assert not any(arm.torque())
    assert arm.locked()
    assert list(arm.files()) == ["armctl/arms/so101.toml"]


def test_servos_that_turn_the_other_way_are_found_and_turned_round(folder, small):
    arm = Arm(folder, signs={"shoulder_lift": -1, "wrist_roll": -1, "gripper": -1})

    class Watchful(Somebody):
        def choose(self, keys):
            # The second time round the joint goes the way that is shown.
            said = self._watched.title.replace(" ", "_") if self._watched else ""
            if "n" in keys and said in ("shoulder_lift", "wrist_roll") and said not in self.seen:
                self.seen.add(said)
                return "n"
            return ENTER

    person = Watchful(arm, reading=1e3, turning=20.0, reaction=0.01)
    person.seen = set()
    config = arm.calibrate(person).config
    assert {j.name for j in config.joints if j.servo.sign < 0} == {"shoulder_lift", "wrist_roll", "gripper"}
    assert angles(arm, config) == pytest.approx(arm.plant.positions(), abs=0.5 * DEG)


def state_of(arm):
    return arm.eeprom(), arm.files()


@pytest.mark.parametrize("held", [False, True], ids=["found limp", "found holding"])
@pytest.mark.parametrize("question", [1, 2, 3, 4, 5, 6, 7])
def test_leaving_at_any_question_leaves_servos_and_files_as_they_were(folder, small, question, held):
    arm = Arm(folder)
    if held:
        desk = arm.gear.open_bench()
        desk.torque(IDS, on=True)
        desk.close()
    before = state_of(arm)
    with pytest.raises(Cancelled):
        arm.calibrate(quick(arm, leave_at=question))
    assert state_of(arm) == before
    assert arm.locked()
    if held or question < 5:
        # From the fifth on the arm was put up, and the person who leaves is asked before it is let go.
        assert arm.torque() == [int(held)] * 6
    assert all(wire.closed for wire in arm.wires)


def test_leaving_before_saving_leaves_servos_and_files_as_they_were(folder, small):
    arm = Arm(folder)
    before = state_of(arm)

    class Unsure(Somebody):
        def ask(self, keys, idle=None):
            if "save" in keys.get(ENTER, ""):
                raise Cancelled
            return super().ask(keys, idle)

    with pytest.raises(Cancelled):
        arm.calibrate(Unsure(arm, reading=1e3, turning=20.0, reaction=0.01))
    assert state_of(arm) == before
    assert not any(arm.torque())  # limp as found: they were asked to hold it


def test_a_raised_arm_keeps_its_torque_when_there_is_nobody_left_to_hold_it(folder, small):
    arm = Arm(folder)
    before = state_of(arm)
    with pytest.raises(Cancelled):
        arm.calibrate(quick(arm, leave_at=6, leave="gone"))
    assert state_of(arm) == before
    assert all(arm.torque())


@settings(max_examples=5)
@given(st.integers(0, 500))
@example(180)
def test_a_port_that_goes_away_at_any_moment_leaves_servos_and_files_as_they_were(tmp_path_factory, moment):
    folder = tmp_path_factory.mktemp("lost")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        patch.setattr(calibrate_check, "SWING", 3.0 * DEG)
        arm = Arm(folder)
        before = state_of(arm)
        arm.fails_after = moment
        with pytest.raises((LinkLostError, HardwareError)):
            arm.calibrate(quick(arm))
        assert state_of(arm) == before


def test_an_arm_whose_old_limits_forbid_the_motion_is_calibrated_all_the_same(folder, small):
    arm = Arm(folder)
    set_memory(arm, 2, Memory(0, 3800, 3900))
    set_memory(arm, 4, Memory(100, 0, 4095, 3, several_turns=True))
    config = arm.calibrate(quick(arm)).config
    assert angles(arm, config) == pytest.approx(arm.plant.positions(), abs=0.5 * DEG)
    assert arm.emulator.servo(4).memory.get(reg.OPERATING_MODE) == 0
    assert not arm.emulator.servo(4).memory.get(reg.PHASE) & reg.PHASE_MULTI_TURN


@pytest.mark.parametrize("question", [6, 7])
def test_leaving_puts_opened_limits_back(folder, small, question):
    arm = Arm(folder)
    set_memory(arm, 2, Memory(0, 3800, 3900))
    before = state_of(arm)
    with pytest.raises(Cancelled):
        arm.calibrate(quick(arm, leave_at=question))
    assert state_of(arm) == before


def set_memory(arm, servo, memory):
    desk = arm.gear.open_bench()
    desk.remember(servo, memory)
    desk.close()


def test_calibrating_again_begins_from_the_limits_of_the_model_not_from_its_own(folder, small):
    first = Arm(folder)
    config = first.calibrate(quick(first)).config
    again = Arm(folder, positions=LYING)
    for servo, old in zip(again.emulator.servos, first.emulator.servos, strict=True):
        for cell in (reg.HOMING_OFFSET, reg.MIN_POSITION, reg.MAX_POSITION):
            servo.memory.put(cell, old.memory.get(cell))
    new = again.calibrate(quick(again)).config
    for joint, before in zip(new.joints, config.joints, strict=True):
        assert (joint.lower, joint.upper) == pytest.approx((before.lower, before.upper), abs=0.002)
    assert new.poses == config.poses
    assert own_file("so101").read_text(encoding="utf-8").count("# Calibrated ") == 1


def test_a_missing_servo_is_named_before_anything_is_done(folder):
    arm = Arm(folder)
    arm.emulator.faults.muted = {3}
    with pytest.raises(
        IdentityError, match=r"Servo 3 \(elbow_flex\) of SO-101 does not answer; answering: 1, 2, 4, 5, 6"
    ):
        arm.calibrate(quick(arm))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda arm: arm.emulator.servo(2).memory.put(reg.MODEL, 2825), "is a STS3250"),
        (lambda arm: arm.emulator.servo(2).memory.put(reg.FIRMWARE_MAJOR, 2), "firmware 3.x is needed"),
        (lambda arm: arm.emulator.servo(2).set_supply(15.0), r"measures a supply of 15\.0 V; 4\.5 to 13\.0 V"),
    ],
)
def test_an_arm_that_is_not_as_configured_is_refused_with_the_figures(folder, change, said):
    arm = Arm(folder)
    change(arm)
    arm.wait(0.05)
    with pytest.raises(ArmctlError, match=said):
        arm.calibrate(quick(arm))


def test_an_arm_that_is_not_held_still_is_not_taken(folder):
    arm = Arm(folder)

    class Shaky(Somebody):
        shakes = 2

        def ask(self, keys, idle=None):
            if "picture" in keys.get(ENTER, "") and self.shakes:
                self.shakes -= 1
                here = arm.plant.positions()[1]
                wait = arm.clock.sleep_until
                moved = iter([here + 0.1])

                def sleeping(deadline):
                    arm.plant.push(1, next(moved, here))
                    wait(deadline)

                arm.clock.sleep_until = sleeping
            else:
                arm.clock.__dict__.pop("sleep_until", None)
                if "picture" not in keys.get(ENTER, "") and self.asked > 1:
                    raise Cancelled
            return super().ask(keys, idle)

    person = Shaky(arm, reading=1e3, turning=20.0, reaction=0.01, leave_at=5)
    with pytest.raises(Cancelled):
        arm.calibrate(person)
    assert any("still moves" in line for line in person.told)


def test_a_middle_far_from_the_middle_is_taken_again(folder, small):
    arm = Arm(folder, mounted=MOUNTED)

    class Careless(Somebody):
        wrong = True

        def _bring(self, pose):
            super()._bring(pose)
            if self.wrong and self.pages[-1].step == 2:
                self.wrong = False
                arm.plant.push(1, -1.7)

    person = Careless(arm, reading=1e3, turning=20.0, reaction=0.01)
    config = arm.calibrate(person).config
    assert any("past the end of its count" in line for line in person.told)
    assert angles(arm, config) == pytest.approx(arm.plant.positions(), abs=0.5 * DEG)


def test_dynamixel_servos_are_calibrated_by_the_same_steps(folder, small):
    arm = Arm(folder, name="koch_v11", positions=(0.2, 0.5, 0.5, 0.1, 0.2, 0.1))
    config = arm.calibrate(quick(arm)).config
    assert angles(arm, config) == pytest.approx(arm.plant.positions(), abs=0.5 * DEG)
    assert not any(arm.torque())


@pytest.mark.parametrize("question", [2, 6])
def test_leaving_leaves_dynamixel_servos_as_they_were(folder, small, question):
    arm = Arm(folder, name="koch_v11", positions=(0.2, 0.5, 0.5, 0.1, 0.2, 0.1))
    before = state_of(arm)
    with pytest.raises(Cancelled):
        arm.calibrate(quick(arm, leave_at=question))
    assert state_of(arm) == before
