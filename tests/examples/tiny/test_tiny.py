"""What the contract suite does not ask: the bytes, a bad line, and the way in through an entry point."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from armctl.errors import CommandRefusedError, HardwareError, IdentityError
from armctl.hal.registry import available, create_arm
from armctl.hal.state import JointFault
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.robot import RobotModel
from tests.contract.cases import TINY, LoopCase
from tests.examples.tiny.arm import TinyArm
from tests.examples.tiny.codec import decode, encode
from tests.examples.tiny.emulator import TinyEmulator
from tests.support.arms import context
from tests.support.wires import ScriptedTransport

READ_17 = b"?17*39\n"
GOAL_18 = b"G18 4000 5200 -25 100*56\n"
ANSWER_17 = b"$17 1 4000 0*07\n"


@pytest.fixture
def case():
    it = LoopCase(TINY, TinyArm, TinyEmulator)
    it.enabled()
    yield it
    it.close()


def test_the_bytes_are_those_of_the_protocol():
    assert encode("?", [17]) == READ_17
    assert encode("G", [18, 4000, 5200, -25, 100]) == GOAL_18
    assert encode("$", [17, 1, 4000, 0]) == ANSWER_17
    assert decode(ANSWER_17[:-1]) == ("$", [17, 1, 4000, 0])


@given(st.sampled_from("I?THG$"), st.integers(1, 9999), st.lists(st.integers(-99999, 99999)))
def test_what_is_encoded_is_decoded(mark, tag, numbers):
    assert decode(encode(mark, [tag, *numbers])[:-1]) == (mark, [tag, *numbers])


@given(st.integers(0, len(ANSWER_17) - 2), st.integers(0, 7))
def test_a_line_with_a_wrong_bit_is_none(position, bit):
    broken = bytearray(ANSWER_17[:-1])
    broken[position] ^= 1 << bit
    assert decode(bytes(broken)) == ("", [])


@given(st.binary())
def test_no_bytes_are_too_strange(line):
    assert decode(line)[0] in {"", *"I?THG$", *map(chr, range(65, 91))}


def test_a_line_behind_the_rest_of_a_broken_one_is_found():
    assert decode(b"$17 1 40" + ANSWER_17[:-1]) == ("$", [17, 1, 4000, 0])


def test_one_lost_answer_costs_nothing_and_three_one_cycle(case):
    case.emulator.faults.drop_next(1)
    assert case.arm.read().complete
    before = case.arm.read()
    case.emulator.faults.drop_next(1, 3)
    lost = case.arm.read()
    assert not lost.fresh.any()
    assert (lost.stamps == before.stamps).all()
    assert lost.stamp > before.stamp
    assert case.arm.read().complete


def test_an_answer_that_comes_late_is_never_taken_for_another(case):
    case.emulator.faults.delay_next(1, 0.1)
    first = case.arm.read()
    case.stream(0, -0.4, 0.3)
    now = case.arm.read()
    assert now.complete
    assert now.positions[0] < first.positions[0] - 0.05


def test_an_answer_to_an_older_question_that_comes_in_between_is_dropped():
    place, before = 0, b""

    def board(data):
        nonlocal place, before
        mark, (tag, *_) = decode(data[:-1])
        place += 100
        late, before = before, encode("$", [tag, 1, *[place, 0] * 6])
        return encode("$", [tag, 7001, 6]) if mark == "I" else late + before

    arm = arm_that_hears(board)
    arm.connect()
    for told in (300, 400):
        assert arm.read().positions == pytest.approx(told * 1e-4)


def test_a_line_full_of_noise_ends_within_its_time(case):
    case.emulator.faults.corruption = 1.0
    started = case.clock.now()
    assert not case.arm.read().fresh.any()
    assert case.clock.now() - started < 0.05


def test_an_echo_is_no_answer(case):
    case.emulator.faults.echo = True
    assert case.arm.read().complete
    case.emulator.faults.muted.add(1)
    assert not case.arm.read().fresh.any()


def test_a_board_that_lost_its_power_gets_no_goal_until_it_is_enabled_again(case):
    here = case.positions()
    case.emulator.power_cycle(1)
    state = case.arm.read()
    assert not state.torque_on
    assert all(fault is JointFault.RESTARTED for fault in state.faults)
    with pytest.raises(CommandRefusedError, match="torque"):
        case.arm.send(case.command(here))
    case.arm.enable()
    assert not any(case.arm.read().faults)
    case.arm.send(case.command(here))


def test_a_command_is_no_faster_than_the_joint_may_be(case):
    goal = case.positions().copy()
    goal[0] -= 1.0
    start = case.positions()[0]
    case.arm.send(case.command(goal, speed=9.0))
    case.wait(0.5)
    assert 0.1 < start - case.positions()[0] <= TINY.joints[0].max_speed * 0.5 + 0.02


def arm_that_hears(answer):
    clock = SteppedClock()
    return TinyArm(context(TINY, clock, "/dev/x"), lambda path, baud, clock: ScriptedTransport(clock, answer))


def test_a_board_that_is_something_else_is_refused_and_the_port_is_free():
    arm = arm_that_hears(lambda data: encode("$", [decode(data[:-1])[1][0], 9, 9]))
    with pytest.raises(IdentityError, match="not as this board"):
        arm.connect()
    with pytest.raises(CommandRefusedError):
        arm.read()


def test_a_silent_board_is_told_at_every_step():
    with pytest.raises(IdentityError, match="answers None"):
        arm_that_hears(lambda data: b"").connect()

    def only_identity(data):
        mark, (tag, *_) = decode(data[:-1])
        return encode("$", [tag, 7001, 6]) if mark == "I" else b""

    with pytest.raises(HardwareError, match="where its joints are"):
        arm_that_hears(only_identity).connect()


@pytest.mark.parametrize("call", ["enable", "hold", "release"])
def test_an_order_that_is_not_confirmed_is_told_with_the_remedy(case, call):
    case.emulator.faults.muted.add(1)
    with pytest.raises(HardwareError, match="did not confirm") as told:
        getattr(case.arm, call)()
    assert told.value.remedy


def test_torque_that_does_not_come_on_is_told(case):
    case.arm.release()
    case.emulator._switch = lambda on: []
    with pytest.raises(HardwareError, match="Torque did not come on"):
        case.arm.enable()


def test_goals_of_the_wrong_number_move_nothing(case):
    before = case.positions()
    case.emulator.receive(encode("G", [1, 2, 3]))
    case.wait(0.1)
    assert case.positions() == pytest.approx(before)


def test_another_distribution_brings_the_driver_in_through_its_entry_point(tmp_path, monkeypatch):
    info = tmp_path / "tiny_arm-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-arm\nVersion: 1.0\n", encoding="utf-8")
    points = "[armctl.arms]\ntiny = tests.examples.tiny.arm:TinyArm\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    assert "tiny" not in available()
    monkeypatch.syspath_prepend(tmp_path)
    assert "tiny" in available()
    arm = create_arm("tiny", context(TINY, SteppedClock(), "/dev/x"))
    assert isinstance(arm, TinyArm)
    assert arm.info.joints == TINY.joint_names


def test_the_driver_is_as_small_as_the_document_says():
    folder = Path(__file__).parent
    lines = [line for name in ("arm.py", "codec.py") for line in (folder / name).read_text("utf-8").splitlines()]
    assert len([line for line in lines if line.strip()]) <= 120


def test_its_poses_are_apart_from_the_arm_itself():
    model = CollisionModel(RobotModel(TINY))
    for pose in TINY.poses.values():
        assert model.distances([*pose, TINY.gripper.closed]).min() > 0.005
