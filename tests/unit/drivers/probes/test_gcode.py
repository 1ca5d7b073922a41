"""What uArm and Grbl say, asked of devices made of it."""

import pytest

from armctl.config.gcode import AxisConfig, GcodeConfig, SwitchConfig
from drivers.probes.gcode import PROBE
from tests.support.arms import so101
from tests.unit.drivers.probes.rig import asked

PLACE = b"$3 ok X200.00 Y0.00 Z150.00\n"


def grbl(state=b"Idle"):
    def answers(data):
        if data == b"?":
            return b"<" + state + b"|MPos:0.000,0.000,0.000|FS:0,0>\r\n"
        return b"error:1\r\n"

    return answers


def uarm(power=b"1"):
    said = {b"#1 P2203": b"$1 ok V3.2.0\n", b"#2 P2234": b"$2 ok V" + power + b"\n", b"#3 P2220": PLACE}

    def answers(data):
        lines = data.split(b"\n")[:-1]  # the last piece waits for its line end
        return b"@5 V1\n" + b"".join(said.get(line, b"E20\n") for line in lines if line)

    return answers


def test_grbl_is_known_by_its_status_report(clock):
    line, transport = asked(clock, grbl())
    (unit,) = PROBE.who(line, None)
    assert unit.what == "Grbl, state Idle"
    assert transport.sent == [b"?"]


@pytest.mark.parametrize("state", [b"Hold:0", b"Alarm", b"Run", b"Door:1"])
def test_every_state_of_grbl_is_grbl(clock, state):
    line, _ = asked(clock, grbl(state))
    assert PROBE.who(line, None)[0].what == "Grbl, state " + state.decode().split(":")[0]


def test_a_uarm_is_known_by_its_version_whatever_it_pushes(clock):
    line, _ = asked(clock, uarm())
    (unit,) = PROBE.who(line, None)
    assert unit.what == "uArm, firmware 3.2.0"


def speaking(dialect):
    axes = (AxisConfig(letter="X", joints={"shoulder_pan": 1.0}),)
    gcode = GcodeConfig(dialect=dialect, axes=axes, gripper=SwitchConfig(open="M3", close="M5"))
    return so101().model_copy(update={"gcode": gcode})


@pytest.mark.parametrize(("dialect", "own", "other"), [("uarm", uarm(), grbl()), ("grbl", grbl(), uarm())])
def test_an_arm_of_the_other_dialect_is_not_taken_for_the_configured_one(clock, dialect, own, other):
    line, _ = asked(clock, own)
    assert len(PROBE.who(line, speaking(dialect))) == 1
    line, transport = asked(clock, other)
    assert PROBE.who(line, speaking(dialect)) == ()
    assert len(transport.sent) == 1


@pytest.mark.parametrize("far_end", [lambda data: b"", lambda data: data, lambda data: b"\xff" * 40])
def test_silence_echo_and_noise_are_nobody(clock, far_end):
    line, _ = asked(clock, far_end)
    assert PROBE.who(line, None) == ()


def test_an_alarm_and_a_supply_that_is_off_are_told(clock):
    line, _ = asked(clock, grbl(b"Alarm"))
    assert "homed or unlocked" in PROBE.differs(line, so101(), PROBE.who(line, None))[0]
    line, _ = asked(clock, uarm(power=b"0"))
    assert "power supply is off" in PROBE.differs(line, so101(), PROBE.who(line, None))[0]


@pytest.mark.parametrize("far_end", [grbl(), uarm()])
def test_one_that_is_ready_differs_in_nothing_and_measures_nothing(clock, far_end):
    line, _ = asked(clock, far_end)
    units = PROBE.who(line, None)
    assert PROBE.differs(line, so101(), units) == ()
    assert PROBE.measure(line, units) == ()


@pytest.mark.parametrize("far_end", [grbl(), uarm()])
def test_a_cycle_asks_for_the_place(clock, far_end):
    line, _ = asked(clock, far_end)
    units = PROBE.who(line, None)
    assert PROBE.cycle(line, units)
    line, _ = asked(clock, lambda data: b"")
    assert not PROBE.cycle(line, units)


@pytest.mark.parametrize("far_end", [grbl(), uarm()])
def test_no_motion_word_is_ever_sent(clock, far_end):
    line, transport = asked(clock, far_end)
    units = PROBE.who(line, None)
    PROBE.differs(line, so101(), units)
    PROBE.cycle(line, units)
    words = set(b"".join(transport.sent).replace(b"?", b"").split(b"\n"))
    assert words <= {b"", b"#1 P2203", b"#2 P2234", b"#3 P2220"}
