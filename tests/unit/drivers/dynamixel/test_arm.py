import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, ConfigError, HardwareError, LinkLostError
from armctl.hal.state import JointFault
from drivers.dynamixel import messages as reg
from drivers.dynamixel.arm import create
from drivers.dynamixel.messages import Instruction
from drivers.dynamixel.torque import WATCHDOG
from tests.support.arms import context, with_servo
from tests.support.dynamixel import PERIOD, Rig, arm, connected, enabled, parts_of

STEP = math.tau / 4096
ALL = (1, 2, 3, 4, 5, 6)
KOCH, WIDOW, OPEN = arm("koch_v11"), arm("wx250s"), arm("openmanipulator_x")
ARMS = ["koch_v11", "openmanipulator_x", "wx250s"]


def turned(rig, joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = np.array(rig.home)
    positions[joint] += angle
    return positions


def at(rig, joint):
    return rig.plant.positions()[joint]


# --- reading -------------------------------------------------------------------------------------------------------


def test_the_factory_gives_an_arm_that_knows_itself_before_connecting():
    made = create(context(KOCH, Rig().clock, "/dev/nowhere"))
    can = made.info.capabilities
    assert (made.info.name, made.info.joints[-1]) == ("koch_v11", "gripper")
    assert can.real
    assert can.stops_by_itself
    assert can.measures_effort
    assert can.measures_temperature
    assert can.measures_voltage


def test_an_arm_of_other_servos_is_refused_before_anything_is_opened():
    config = with_servo(KOCH, "gripper", model=777)
    with pytest.raises(ConfigError, match="gripper: no servo 777"):
        create(context(config, Rig().clock, "/dev/nowhere"))


@pytest.mark.parametrize("name", ARMS)
def test_a_reading_has_units_and_stamps_whatever_moves_the_joint(name):
    rig = connected(name)
    state = rig.arm.read()
    assert state.positions == pytest.approx(rig.home, abs=STEP)
    assert state.stamps == pytest.approx([state.stamp] * len(rig.home))
    assert state.complete
    assert not state.torque_on
    assert not any(state.faults)


def test_two_supplies_and_temperatures_are_told_joint_by_joint():
    rig = connected()
    rig.servo(3).set_temperature(41)
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.voltages == pytest.approx([12, 12, 5, 5, 5, 5])
    assert state.temperatures[2] == 41


@pytest.mark.parametrize(("config", "joint", "sign"), [(KOCH, 2, -1), (KOCH, 2, 1), (WIDOW, 4, 1), (OPEN, 1, -1)])
def test_speed_and_effort_have_the_joints_direction(config, joint, sign):
    name = config.joints[joint].name
    rig = enabled(with_servo(config, name, sign=sign))
    rig.plant.load[joint] = 0.2
    state = rig.run(turned(rig, joint, 0.3), 0.4)
    assert state.velocities[joint] == pytest.approx(0.4, abs=0.1)
    assert 0.05 < state.efforts[joint] < 0.5


@pytest.mark.parametrize("load", [1.0, -1.0])
def test_effort_beyond_the_current_limit_is_all_of_it(load):
    rig = Rig()
    rig.servo(3).table.put(reg.CURRENT_LIMIT, 100)
    rig.arm.connect()
    rig.arm.enable()
    rig.servo(3).table.put(reg.GOAL_CURRENT, 1750)
    rig.plant.load[2] = load
    assert rig.read_for(0.05).efforts[2] == load


def test_a_sliding_finger_has_metres_a_second():
    rig = enabled("wx250s")
    state = rig.run(turned(rig, 6, 0.008), 0.3, speed=0.02)
    assert state.velocities[6] == pytest.approx(0.02, abs=0.005)


def test_a_silent_joint_is_stale_with_its_old_stamp_and_the_others_are_fresh():
    rig = enabled()
    before = rig.arm.read()
    rig.emulator.faults.muted = {4}
    rig.plant.push(3, 0.7)
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.missing(rig.arm.info.joints) == ("wrist_flex",)
    assert state.stamps[3] == before.stamps[3]
    assert state.positions[3] == before.positions[3]
    assert state.stamp > before.stamp


@pytest.mark.parametrize("silent", [2, 3])
def test_a_joint_is_stale_when_any_of_its_servos_is_silent(silent):
    rig = enabled("wx250s")
    rig.emulator.faults.muted = {silent}
    assert rig.arm.read().missing(rig.arm.info.joints) == ("shoulder",)


@pytest.mark.parametrize(
    ("number", "do", "fault"),
    [
        (2, lambda servo: servo.set_supply(5.0), JointFault.VOLTAGE),
        (3, lambda servo: servo.set_temperature(75), JointFault.OVERHEAT),
        (4, lambda servo: setattr(servo.faults, "status", int(reg.Hardware.SHOCK)), JointFault.OVERCURRENT),
        (1, lambda servo: setattr(servo.faults, "status", int(reg.Hardware.ENCODER)), JointFault.ENCODER),
    ],
)
def test_what_a_servo_complains_about_is_told_for_its_joint_while_all_are_read(number, do, fault):
    rig = connected()
    do(rig.servo(number))
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.complete
    assert fault in state.faults[number - 1]
    assert all(not other for index, other in enumerate(state.faults) if index != number - 1)


def test_what_a_shadow_complains_about_is_told_for_its_joint():
    rig = connected("wx250s")
    rig.servo(5).faults.status = int(reg.Hardware.ENCODER)
    rig.wait(0.02)
    assert rig.arm.read().faults[2] == JointFault.ENCODER


def test_broken_answers_are_counted_and_told(caplog):
    rig = connected()
    rig.emulator.faults.corrupt_next(2)
    rig.arm.read()
    assert "broken or foreign pieces" in caplog.text


# --- torque --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ARMS)
def test_torque_comes_on_without_a_jump_and_with_the_watchdog_armed(name):
    rig = enabled(name)
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {1}
    assert set(rig.cells(reg.WATCHDOG)) == {WATCHDOG}
    state = rig.read_for(0.3)
    assert state.torque_on
    assert not any(state.faults)
    assert rig.plant.positions() == pytest.approx(rig.home, abs=STEP)


def test_enabling_does_not_move_an_arm_that_was_moved_by_hand_after_its_last_goal():
    rig = enabled()
    rig.run(turned(rig, 0, 0.1), 0.4)
    rig.arm.release()
    rig.plant.push(0, -1.0)
    rig.wait(0.1)
    rig.arm.enable()
    rig.read_for(0.5)
    assert at(rig, 0) == pytest.approx(-1.0, abs=0.01)


@pytest.mark.parametrize("turns", [-2, 1])
def test_a_limp_joint_turned_over_by_hand_is_taken_where_it_is_and_moves_the_short_way(turns):
    rig = connected()
    rig.plant.push(4, rig.home[4] + turns * math.tau)
    rig.wait(0.05)
    assert rig.arm.read().positions[4] == pytest.approx(rig.home[4], abs=STEP)
    rig.arm.enable()
    rig.run(turned(rig, 4, 0.1), 0.5)
    assert at(rig, 4) == pytest.approx(rig.home[4] + turns * math.tau + 0.1, abs=0.01)


def test_what_the_arm_relies_on_is_set_before_torque_and_the_watchdog_cleared_first():
    rig = connected()
    rig.wire.sent.clear()
    rig.arm.enable()
    orders = [frame.data for frame in rig.sent if frame.instruction == Instruction.SYNC_WRITE]
    addresses = [int.from_bytes(data[:2], "little") for data in orders]
    assert addresses == [98, 80, 100, 102, 108, 98, 64]
    assert orders[0][5] == 0
    assert orders[-2][5] == WATCHDOG


def test_gains_are_set_where_configured_and_left_elsewhere():
    rig = enabled()
    assert [servo.table.get(reg.POSITION_P) for servo in rig.emulator.servos] == [640, 640, 1500, 400, 400, 400]
    assert rig.servo(3).table.get(reg.POSITION_D) == 600


@pytest.mark.parametrize(
    ("config", "number", "pwm", "current"),
    [
        (KOCH, 6, 885, 350),
        (OPEN, 15, 885, 100),
        (WIDOW, 9, 266, None),
        (WIDOW, 2, 885, 1193),
        (KOCH.model_copy(update={"gripper": KOCH.gripper.model_copy(update={"current_limit": None})}), 6, 885, 875),
        (KOCH.model_copy(update={"gripper": KOCH.gripper.model_copy(update={"current_limit": 5.0})}), 6, 885, 1750),
        (with_servo(KOCH, "gripper", operating_mode=4), 6, 442, 1750),
    ],
)
def test_the_gripper_gets_its_share_of_current_or_drive_and_the_others_all(config, number, pwm, current):
    rig = enabled(config)
    assert rig.servo(number).table.get(reg.GOAL_PWM) == pwm
    assert current is None or rig.servo(number).table.get(reg.GOAL_CURRENT) == current


def test_enabling_with_a_silent_joint_switches_nothing_on():
    rig = connected()
    rig.emulator.faults.muted = {5}
    with pytest.raises(HardwareError, match=r"wrist_roll \(servo 5\); nothing was switched on"):
        rig.arm.enable()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}


def test_a_joint_outside_of_its_servos_limits_is_not_pulled_back():
    rig = Rig(WIDOW)
    rig.servo(6).table.put(reg.MIN_POSITION, 100)
    rig.arm.connect()
    rig.plant.push(3, (90 - 2048) * STEP)
    rig.wait(0.05)
    with pytest.raises(HardwareError, match="forearm_roll stands at step 90, outside .* 100 to 4095"):
        rig.arm.enable()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}
    rig.plant.push(3, (95 - 2048) * STEP)
    rig.wait(0.05)
    rig.arm.enable()
    assert rig.servo(6).table.get(reg.GOAL_POSITION) == 100


@pytest.mark.parametrize("config", [KOCH, WIDOW])
def test_torque_that_does_not_come_on_is_told_and_no_command_is_taken(config):
    rig = connected(config)
    rig.servo(3).write = lambda address, data, **kw: None
    with pytest.raises(HardwareError, match=r"did not come on at .* \(servo 3\)"):
        rig.arm.enable()
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.arm.send(rig.command(np.array(rig.home)))


def test_an_order_that_gets_lost_is_given_again():
    rig = connected()
    servo, lost = rig.servo(3), []
    write = servo.write
    servo.write = lambda address, data, **kw: lost.append(address) if len(lost) < 4 else write(address, data, **kw)
    rig.arm.enable()
    assert len(lost) == 4
    assert rig.servo(3).table.get(reg.TORQUE_ENABLE) == 1
    assert rig.servo(3).table.get(reg.POSITION_P) == 1500


@pytest.mark.parametrize("cell", [reg.GOAL_CURRENT, reg.POSITION_I, reg.PROFILE_ACCELERATION, reg.WATCHDOG])
def test_torque_without_all_that_goes_with_it_does_not_count(cell):
    rig = connected()
    servo = rig.servo(3)
    write = servo.write
    servo.write = lambda address, data, **kw: (
        None if address <= cell.address < address + len(data) else write(address, data, **kw)
    )
    servo.table.put(cell, 1)
    with pytest.raises(HardwareError, match=r"did not come on at elbow_flex \(servo 3\)"):
        rig.arm.enable()


def test_enabling_again_keeps_what_the_arm_holds():
    rig = enabled()
    rig.run(turned(rig, 5, -0.2), 0.2)
    rig.arm.send(rig.command(turned(rig, 5, -0.3)))
    goals = rig.cells(reg.GOAL_POSITION)
    rig.arm.enable()
    assert rig.cells(reg.GOAL_POSITION) == goals


# --- moving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "joint"), [("koch_v11", 0), ("openmanipulator_x", 1), ("wx250s", 1), ("wx250s", 4)])
def test_a_stream_of_commands_is_followed_closely(name, joint):
    rig = enabled(name)
    target = np.array(rig.home)
    for _ in range(60):
        target[joint] += 0.4 * PERIOD
        rig.arm.send(rig.command(target.copy(), speed=0.5))
        state = rig.arm.read()
        rig.wait(PERIOD)
    assert state.positions[joint] == pytest.approx(target[joint], abs=0.03)
    rig.read_for(0.2)
    assert at(rig, joint) == pytest.approx(target[joint], abs=2 * STEP)


@pytest.mark.parametrize(("name", "joint", "way"), [("openmanipulator_x", 4, 0.01), ("wx250s", 6, 0.008)])
def test_a_finger_slides_where_it_is_told_no_faster_than_told(name, joint, way):
    rig = enabled(name)
    began = at(rig, joint)
    rig.run(turned(rig, joint, way), 0.2, speed=0.01)
    assert 0.0005 < at(rig, joint) - began < 0.003
    rig.run(turned(rig, joint, way), 1.5, speed=0.01)
    assert at(rig, joint) == pytest.approx(began + way, abs=1e-4)


def test_shadows_are_told_nothing_and_go_along():
    rig = enabled("wx250s")
    rig.wire.sent.clear()
    rig.run(turned(rig, 1, 0.2), 0.8)
    (data,) = {frame.data for frame in rig.sent if frame.instruction == Instruction.SYNC_WRITE}
    assert list(data[4::13]) == [1, 2, 4, 6, 7, 8, 9]
    leader, shadow = (rig.servo(number).table.get(reg.GOAL_POSITION) for number in (2, 3))
    assert leader == shadow == parts_of(WIDOW)[2].joint.step(rig.home[1] + 0.2)
    assert at(rig, 1) == pytest.approx(rig.home[1] + 0.2, abs=0.01)


def test_the_servo_itself_is_bounded_by_the_commands_speed():
    rig = enabled()
    rig.arm.send(rig.command(turned(rig, 0, 0.5), speed=0.1))
    began = rig.clock.now()
    rig.read_for(0.5)
    # Rounded up to a whole unit of 0.229 rpm.
    assert at(rig, 0) - rig.home[0] == pytest.approx(5 * 0.02398 * (rig.clock.now() - began), rel=0.03)


def test_no_command_makes_a_joint_faster_than_configured():
    rig = enabled()
    rig.arm.send(rig.command(turned(rig, 0, 0.5), speed=5.0))
    assert rig.servo(1).table.get(reg.PROFILE_VELOCITY) == math.ceil(0.52 / (0.229 * math.tau / 60))
    assert 0 not in rig.cells(reg.PROFILE_ACCELERATION)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deadline": 0.0}, "too late"),
        ({"sequence": 1}, "already carried out"),
        ({"positions": np.zeros(5)}, "for 5 joints"),
        ({"speeds": np.zeros(6)}, "without speed"),
        ({"positions": np.array([3.2, 1.5, 1.5, 0, 0, 0])}, "shoulder_pan cannot go to 3.200: step 4134"),
    ],
)
def test_a_command_that_is_not_right_is_refused_and_changes_nothing(changes, words):
    rig = enabled()
    rig.run(np.array(rig.home), 0.02)
    goals, sent = rig.cells(reg.GOAL_POSITION), len(rig.wire.sent)
    with pytest.raises(CommandRefusedError, match=words):
        rig.arm.send(rig.command(**({"positions": np.array(rig.home) + 0.1} | changes)))
    assert rig.cells(reg.GOAL_POSITION) == goals
    assert len(rig.wire.sent) == sent
    rig.arm.send(rig.command(np.array(rig.home)))


@pytest.mark.parametrize(("name", "silent", "joint"), [("koch_v11", 2, 1), ("wx250s", 3, 1)])
def test_a_silent_joint_gets_no_goal_and_the_others_do(name, silent, joint):
    rig = enabled(name)
    rig.emulator.faults.muted = {silent}
    rig.arm.read()
    rig.wire.sent.clear()
    rig.arm.send(rig.command(np.array(rig.home)))
    (frame,) = rig.sent
    told = list(frame.data[4::13])
    assert parts_of(rig.config)[silent].leader not in told
    assert len(told) == len(rig.home) - 1


def test_an_arm_of_which_nobody_answers_is_told_nothing():
    rig = enabled()
    rig.emulator.faults.muted = set(ALL)
    rig.arm.read()
    sent = len(rig.wire.sent)
    rig.arm.send(rig.command(np.array(rig.home)))
    assert len(rig.wire.sent) == sent


# --- hold, release, close ------------------------------------------------------------------------------------------


def test_holding_on_the_way_to_a_distant_goal_stops_where_it_is():
    rig = enabled()
    rig.arm.send(rig.command(turned(rig, 0, 1)))
    rig.read_for(0.5)
    rig.arm.hold()
    held = at(rig, 0)
    rig.read_for(0.5)
    assert at(rig, 0) == pytest.approx(held, abs=0.03)


def test_holding_again_and_again_does_not_sink():
    rig = enabled()
    goals = rig.cells(reg.GOAL_POSITION)
    for _ in range(20):
        rig.plant.push(1, rig.home[1] - 0.04)
        rig.arm.hold()
    assert rig.cells(reg.GOAL_POSITION) == goals


@pytest.mark.parametrize(("name", "squeeze"), [("koch_v11", -0.3), ("openmanipulator_x", -0.01), ("wx250s", -0.01)])
def test_holding_keeps_the_gripper_squeezing(name, squeeze):
    rig = enabled(name)
    rig.arm.send(rig.command(turned(rig, -1, squeeze), speed=0.02))
    goal = rig.cells(reg.GOAL_POSITION)[-1]
    rig.arm.hold()
    assert rig.cells(reg.GOAL_POSITION)[-1] == goal


def test_a_joint_that_is_to_stay_is_given_little_speed():
    rig = enabled()
    rig.arm.hold()
    assert set(rig.cells(reg.PROFILE_VELOCITY)) == {5}


def test_holding_without_torque_switches_nothing_on():
    rig = connected()
    rig.arm.hold()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}


@pytest.mark.parametrize("name", ["koch_v11", "wx250s"])
def test_releasing_switches_every_servo_off_even_when_one_is_silent_and_names_it(name):
    rig = enabled(name)
    rig.emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match=r"still be on at .* \(servo 1\)"):
        rig.arm.release()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}


def test_a_lost_order_to_release_is_repeated():
    rig = enabled()
    servo, calls = rig.servo(3), []
    write = servo.write
    servo.write = lambda address, data, **kw: calls.append(1) or (len(calls) > 1 and write(address, data, **kw))
    rig.arm.release()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}
    assert not rig.arm.read().torque_on


@pytest.mark.parametrize("keep", [True, False])
def test_closing_leaves_torque_as_asked_and_may_be_repeated(keep):
    rig = enabled()
    rig.arm.close(keep_torque=keep)
    rig.arm.close(keep_torque=keep)
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {int(keep)}
    assert rig.wire.closed


def test_closing_a_lost_port_is_silent():
    rig = enabled()
    rig.wire.gone = True
    rig.arm.close(keep_torque=False)
    assert rig.wire.closed


def test_closing_gives_the_port_up_even_when_a_servo_does_not_let_go():
    rig = enabled()
    rig.emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match="still be on"):
        rig.arm.close(keep_torque=False)
    assert rig.wire.closed


# --- whatever the wire does ----------------------------------------------------------------------------------------

CALLS = {
    "read": lambda rig: rig.arm.read(),
    "enable": lambda rig: rig.arm.enable(),
    "send": lambda rig: rig.arm.send(rig.command(np.array(rig.home))),
    "hold": lambda rig: rig.arm.hold(),
    "release": lambda rig: rig.arm.release(),
    "recover": lambda rig: rig.arm.recover("gripper"),
}


@pytest.fixture(params=CALLS.values(), ids=CALLS)
def call(request):
    return request.param


def test_a_lost_port_ends_every_call_with_link_lost(call):
    rig = enabled()
    rig.wire.gone = True
    with pytest.raises(LinkLostError):
        call(rig)


def test_every_call_before_connecting_is_refused(call):
    with pytest.raises(CommandRefusedError, match="not connected"):
        call(Rig())


@pytest.mark.parametrize("rate", [20, 100])
@pytest.mark.parametrize("muted", [{1}, {1, 2, 3}, set(ALL)])
def test_no_call_takes_longer_than_100_ms_whoever_is_silent(call, muted, rate):
    rig = enabled(KOCH.model_copy(update={"rate_hz": float(rate)}))
    rig.emulator.faults.muted = set(muted)
    for _ in range(2):
        started = rig.clock.now()
        try:
            call(rig)
        except HardwareError as error:
            assert "servo" in error.message
        assert rig.clock.now() - started < 0.1


@pytest.mark.parametrize("wrong", ["noise", "late", "babble"])
def test_no_call_takes_longer_than_100_ms_whatever_is_on_the_line(call, wrong):
    rig = enabled()
    if wrong == "noise":
        rig.emulator.faults.corruption = rig.emulator.faults.noise = 1.0
    elif wrong == "late":
        rig.emulator.faults.delay = 0.03
    else:
        rig.wire.read = lambda size, deadline: rig.clock.advance(0.0005) or b"\xff\xff\xfd\x00\x01\x08\x00\x55"
    started = rig.clock.now()
    try:
        call(rig)
    except HardwareError as error:
        assert "servo" in error.message
    assert rig.clock.now() - started < 0.1


def test_nothing_wrong_is_read_and_no_fault_imagined_on_a_bad_line():
    rig = enabled()
    rig.emulator.faults.loss = rig.emulator.faults.corruption = 0.05
    rig.emulator.faults.noise = 0.1
    for _ in range(200):
        rig.arm.send(rig.command(np.array(rig.home)))
        state = rig.arm.read()
        assert not any(state.faults)
        assert state.torque_on
        assert state.positions == pytest.approx(rig.home, abs=2 * STEP)
        rig.wait(PERIOD)
