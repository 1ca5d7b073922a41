"""What both dialects share: who the arm is, when it reads, what it gives the controller and when."""

import math
import time

import numpy as np
import pytest

from armctl.clock import SteppedClock
from armctl.errors import CommandRefusedError, ConfigError, HardwareError, LinkLostError
from drivers.gcode.arm import create
from tests.support.arms import context, so101
from tests.support.gcode import PERIOD, GcodeRig, changed, config

NAMES = ("uarm_swift_pro", "grbl_arm")


@pytest.fixture(params=NAMES)
def rig(request):
    return GcodeRig(request.param).enabled()


def test_an_arm_without_a_controller_is_refused_when_it_is_made():
    with pytest.raises(ConfigError, match="so101 has no controller") as refusal:
        create(context(so101(), SteppedClock()))
    assert refusal.value.remedy


def test_it_says_what_it_cannot_measure_and_that_it_stops_by_itself(rig):
    can = rig.arm.info.capabilities
    assert can.real
    assert can.stops_by_itself
    assert (can.measures_effort, can.measures_temperature, can.measures_voltage) == (False, False, False)
    state = rig.arm.read()
    for nothing in (state.efforts, state.temperatures, state.voltages):
        assert np.isnan(nothing).all()


def test_speeds_are_those_of_the_motion_and_zero_at_rest(rig):
    target, state = rig.stream(0, -0.3, 1.5)
    assert state.velocities == pytest.approx([-0.3, *[0.0] * (len(target) - 1)], abs=0.05)
    assert rig.run(1.0, target).velocities == pytest.approx(0.0, abs=1e-6)


def test_no_joint_goes_faster_than_its_own_limit_whatever_a_command_says(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    fastest = 0.0
    for _ in range(40):
        state = rig.run(PERIOD, goal, 50.0)
        fastest = max(fastest, abs(state.velocities[0]))
    assert fastest <= config(rig.config.name).joints[0].max_speed * 1.05


def test_the_first_move_after_torque_came_on_has_the_speed_it_was_given(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 0.3
    before = rig.plant.positions()[0]
    rig.run(0.5, goal, 0.3)
    assert before - rig.plant.positions()[0] > 0.08


def test_a_reading_that_did_not_come_keeps_values_and_stamps(rig):
    before = rig.arm.read()
    rig.device.faults.muted.add(0)
    state = rig.run(0.3)
    assert not state.fresh.any()
    assert state.positions == pytest.approx(before.positions)
    assert (state.stamps <= before.stamp).all()
    rig.device.faults.muted.clear()
    assert rig.run(0.3).complete


def test_nothing_moves_while_nobody_knows_where_the_arm_is(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(0.5, goal)
    rig.device.faults.muted.add(0)
    rig.run(0.3)
    at = rig.plant.positions()
    rig.run(0.3)
    assert rig.plant.positions() == pytest.approx(at, abs=1e-6)


def test_enabling_where_the_controller_does_not_answer_ends_in_time(rig):
    rig.arm.release()
    rig.device.faults.muted.add(0)
    started = rig.clock.now()
    with pytest.raises(HardwareError):
        rig.arm.enable()
    assert rig.clock.now() - started < 0.1


def test_a_device_that_talks_without_end_holds_no_call_up(rig):
    class Babble:
        def read(self, size, deadline):
            rig.clock.advance(0.05)
            return b"[MSG:la la]\r\n@4 B0 V1\r\n" * 100

        def write(self, data, deadline):
            pass

        def close(self):
            pass

    rig.arm._link.line._transport = Babble()
    started = time.monotonic()
    assert not rig.arm.read().fresh.any()
    rig.arm.hold()
    with pytest.raises(HardwareError):
        rig.arm.release()
    # Each of some 70 answers of 200 lines takes the computer a millisecond or two.
    assert time.monotonic() - started < 2.0


def test_closing_tells_the_motors_and_forgets_a_port_that_is_gone(rig):
    rig.wires[-1].gone = True
    rig.arm.close(keep_torque=False)
    assert rig.wires[-1].closed
    with pytest.raises(CommandRefusedError):
        rig.arm.read()


def test_a_port_is_given_up_when_connecting_fails(rig):
    rig.arm.close()
    rig.device.faults.muted.add(0)
    with pytest.raises(HardwareError):
        rig.arm.connect()
    assert all(wire.closed for wire in rig.wires)


def test_connecting_anew_forgets_what_the_last_connection_saw(rig):
    target, _ = rig.stream(0, -0.3, 1.0)
    rig.arm.close()
    rig.arm.connect()
    assert rig.arm.read().velocities[0] == 0.0
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.arm.send(rig.command(target))


def test_broken_lines_are_counted_and_told(rig, caplog):
    rig.device.faults.foreign_next(0, b"\xff\xff\r\n")
    rig.arm.read()
    assert "broken or foreign" in caplog.text


@pytest.mark.parametrize("name", NAMES)
def test_a_real_line_is_fast_enough(name):
    """At 115200 baud, both ways paced: a reading within 10 ms, enabling within 100, a loop of 20 Hz without a gap."""
    rig = GcodeRig(name, paced=True)
    rig.arm.connect()
    rig.arm.read()
    started = rig.clock.now()
    rig.arm.enable()
    assert rig.clock.now() - started < 0.1
    goal = rig.arm.read().positions.copy()
    for _ in range(40):
        goal[0] -= 0.3 * PERIOD
        started = rig.clock.now()
        state = rig.arm.read()
        assert rig.clock.now() - started < 0.012
        assert state.complete
        rig.arm.send(rig.command(goal, 0.33))
        rig.pass_time(started + PERIOD - rig.clock.now())
    assert state.velocities[0] == pytest.approx(-0.3, abs=0.05)


def test_a_joint_that_slides_is_told_in_metres():
    axes = config("uarm_swift_pro").gcode.axes
    sliding = axes[3].model_copy(update={"unit": "mm"})
    arm = create(context(changed("uarm_swift_pro", axes=(*axes[:3], sliding)), SteppedClock(), "/dev/loop"))
    assert arm._axes.places(np.array([0, 0, 0, 0.01])) == pytest.approx([90, 90, 0, 100])
    assert math.isfinite(arm._axes.joints(np.zeros(4)).sum())


def test_a_port_that_goes_away_while_connecting_is_told(rig):
    rig.arm.close()

    def gone(path, baud, clock):
        wire = rig._open(path, baud, clock)
        wire.gone = True
        return wire

    rig.arm._open_port = gone
    with pytest.raises(LinkLostError):
        rig.arm.connect()
