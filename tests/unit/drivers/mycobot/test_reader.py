"""What is asked in which reading, and until when."""

from drivers.mycobot.messages import Command
from tests.unit.drivers.mycobot.rig import PERIOD, Rig

LOOKS = {Command.IS_SERVO_ENABLED, Command.GET_FRESH_MODE, Command.GET_ERROR}


def test_a_reading_asks_for_angles_gripper_and_one_thing_more():
    rig = Rig().connected()
    seen = set()
    for _ in range(3):
        rig.commands_sent()
        rig.arm.read()
        angles, gripper, look = rig.commands_sent()
        assert (angles, gripper) == (Command.GET_ANGLES, Command.GET_GRIPPER)
        seen.add(look)
    assert seen == LOOKS


def test_every_joints_torque_is_looked_at_within_a_second():
    rig = Rig().connected()
    rig.wire.sent.clear()
    rig.wait(0.95)
    asked = {data[4] for data in rig.wire.sent if data[3] == Command.IS_SERVO_ENABLED}
    assert asked == {1, 2, 3, 4, 5, 6}


def test_a_silent_arm_is_asked_about_its_power_and_about_little_else():
    rig = Rig().connected()
    rig.wire.sent.clear()
    rig.faults.muted.add(0)
    for _ in range(10):
        assert rig.timed(rig.arm.read) <= 0.049
        rig.clock.advance(PERIOD)
    sent = rig.commands_sent()
    assert Command.IS_POWER_ON in sent
    assert len(sent) < 25


def test_no_question_is_open_twice():
    rig = Rig().connected()
    rig.faults.muted.add(0)
    rig.wire.sent.clear()
    times = {}
    for _ in range(30):
        rig.wire.sent.clear()
        rig.arm.read()
        for data in rig.wire.sent:
            last = times.get(data, -1.0)
            assert rig.clock.now() - last > 0.4, data.hex(" ")
            times[data] = rig.clock.now()
        rig.clock.advance(0.01)


def test_after_any_silence_the_first_answer_brings_everything_back():
    for silent in range(1, 12):
        rig = Rig().enabled()
        rig.faults.muted.add(0)
        for _ in range(silent):
            rig.arm.read()
            rig.clock.advance(0.003)
        rig.faults.muted.clear()
        states = []
        for _ in range(4):
            states.append(rig.arm.read())
            rig.clock.advance(0.01)
        assert states[-1].complete, silent
