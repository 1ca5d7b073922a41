import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from armctl.errors import ConfigError
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import Frame, FrameParser
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.arms import HOME, so101
from tests.support.plants import ExactPlant

ALL = (1, 2, 3, 4, 5, 6)


class Bench:
    def __init__(self, **given):
        self.clock = SteppedClock()
        self.plant = ExactPlant(HOME)
        self.emulator = FeetechEmulator(self.plant, so101(), self.clock, **given)

    def ask(self, request):
        """The frames that come back at once."""
        self.emulator.receive(request)
        return FrameParser().feed(self.emulator.take())

    def wait(self, seconds):
        for _ in range(round(seconds / 0.01)):
            self.clock.advance(0.01)
            self.emulator.advance()

    def get(self, number, cell):
        return self.emulator.servo(number).memory.get(cell)


@pytest.fixture
def bench():
    return Bench()


def test_the_makers_ping_gets_the_makers_answer(bench):
    bench.emulator.receive(bytes.fromhex("FF FF 01 02 01 FB"))
    assert bench.emulator.take() == bytes.fromhex("FF FF 01 02 00 FC")


def test_a_read_brings_the_registers(bench):
    assert bench.ask(codec.read(2, 3, 3)) == [Frame(2, 0, b"\x09\x03\x02")]


def test_a_sync_read_is_answered_in_the_order_asked_for(bench):
    assert [frame.id for frame in bench.ask(codec.sync_read((5, 1, 9, 3), 56, 2))] == [5, 1, 3]


def test_a_call_to_everybody_is_answered_in_turn(bench):
    assert [frame.id for frame in bench.ask(codec.ping(reg.BROADCAST))] == list(ALL)


def test_a_wrong_sum_and_a_wrong_id_get_silence(bench):
    broken = bytearray(codec.ping(1))
    broken[-1] ^= 1
    assert bench.ask(bytes(broken)) == []
    assert bench.ask(codec.ping(9)) == []


def test_a_write_is_done_and_confirmed(bench):
    assert bench.ask(codec.write(4, 41, b"\x32")) == [Frame(4, 0, b"")]
    assert bench.get(4, reg.ACCELERATION) == 50


def test_a_write_to_everybody_is_done_and_not_confirmed(bench):
    assert bench.ask(codec.write(reg.BROADCAST, 41, b"\x32")) == []
    assert all(bench.get(number, reg.ACCELERATION) == 50 for number in ALL)


def test_at_answer_level_zero_writes_are_done_in_silence_and_reads_answered(bench):
    bench.emulator.servo(4).memory.put(reg.RESPONSE_LEVEL, 0)
    assert bench.ask(codec.write(4, 41, b"\x32")) == []
    assert bench.get(4, reg.ACCELERATION) == 50
    assert bench.ask(codec.ping(4)) == [Frame(4, 0, b"")]
    assert bench.ask(codec.read(4, 41, 1)) == [Frame(4, 0, b"\x32")]


def test_a_registered_write_waits_for_action(bench):
    assert bench.ask(codec.reg_write(2, 41, b"\x32")) == [Frame(2, 0, b"")]
    assert (bench.get(2, reg.ACCELERATION), bench.get(2, reg.REGISTERED)) == (0, 1)
    assert bench.ask(codec.action()) == []
    assert (bench.get(2, reg.ACCELERATION), bench.get(2, reg.REGISTERED)) == (50, 0)


def test_a_sync_write_gives_each_servo_its_own_bytes(bench):
    assert bench.ask(codec.sync_write(41, [(1, b"\x0a"), (6, b"\x14")])) == []
    assert [bench.get(number, reg.ACCELERATION) for number in (1, 2, 6)] == [10, 0, 20]


@pytest.mark.parametrize("data", [b"", b"\x29", b"\x29\x02\x01", b"\x29\x00\x01\x02"])
def test_a_sync_write_of_the_wrong_shape_is_without_effect(bench, data):
    bench.ask(codec.encode(reg.BROADCAST, 0x83, data))
    assert all(bench.get(number, reg.ACCELERATION) == 0 for number in ALL)


def test_factory_reset_keeps_the_id_and_nothing_else(bench):
    bench.emulator.servo(3).memory.put(reg.GAIN_P, 5)
    assert bench.ask(codec.encode(3, reg.Instruction.RECOVERY)) == [Frame(3, 0, b"")]
    assert (bench.get(3, reg.GAIN_P), bench.get(3, reg.ID)) == (32, 3)


@pytest.mark.parametrize(("data", "step"), [(b"", 2048), (b"\xe8\x03", 1000)])
def test_position_calibration_makes_here_the_middle_or_the_value_given(bench, data, step):
    bench.ask(codec.encode(2, reg.Instruction.CALIBRATE, data))
    bench.wait(0.02)
    assert bench.get(2, reg.POSITION) == step


def test_the_plant_follows_the_goals(bench):
    bench.ask(codec.sync_write(42, [(1, codec.word(2048 + 326))]))
    bench.wait(1.0)
    assert bench.plant.positions()[0] == pytest.approx(0.5, abs=0.001)
    assert bench.plant.positions()[1:] == pytest.approx(HOME[1:])


def test_every_joint_can_be_sent_anywhere_within_its_limits(bench):
    config = so101()
    for share in (0.1, 0.9, 0.5):
        wanted = np.array([joint.lower + share * (joint.upper - joint.lower) for joint in config.joints])
        steps = np.round(2048 + wanted * 4096 / (2 * np.pi)).astype(int)
        bench.ask(codec.sync_write(42, [(n, codec.word(int(step))) for n, step in zip(ALL, steps, strict=True)]))
        bench.wait(2.5)
        assert bench.plant.positions() == pytest.approx(wanted, abs=0.001)


def test_status_bits_are_in_every_answer_and_the_data_stays_valid(bench):
    bench.emulator.servo(2).set_supply(3.0)
    bench.wait(0.02)
    assert bench.ask(codec.ping(2)) == [Frame(2, 0x01, b"")]
    assert bench.ask(codec.read(2, 3, 2)) == [Frame(2, 0x01, b"\x09\x03")]


def test_a_power_cycled_servo_is_silent_for_a_while_and_comes_back_without_its_orders(bench):
    bench.ask(codec.write(2, 41, b"\x32"))
    bench.ask(codec.reg_write(2, 41, b"\x33"))
    bench.emulator.power_cycle(2, 0.1)
    assert bench.ask(codec.ping(2)) == []
    assert [frame.id for frame in bench.ask(codec.sync_read(ALL, 56, 2))] == [1, 3, 4, 5, 6]
    bench.wait(0.11)
    bench.ask(codec.action())
    assert bench.ask(codec.read(2, 40, 2)) == [Frame(2, 0, b"\0\0")]


def test_two_servos_with_one_id_both_answer(bench):
    bench.emulator.servo(3).memory.put(reg.ID, 1)
    assert [frame.id for frame in bench.ask(codec.ping(1))] == [1, 1]
    with pytest.raises(KeyError):
        bench.emulator.servo(3)


def test_an_echo_comes_before_the_answer(bench):
    bench.emulator.faults.echo = True
    request = codec.read(1, 3, 2)
    bench.emulator.receive(request)
    assert bench.emulator.take() == request + codec.encode(1, 0, b"\x09\x03")


def test_late_answers_keep_their_order(bench):
    bench.emulator.faults.delay = 0.05
    bench.emulator.receive(codec.ping(1))
    bench.emulator.faults.delay = 0.0
    bench.emulator.receive(codec.ping(2))
    assert bench.emulator.take() == b""
    bench.clock.sleep_until(bench.emulator.due())
    assert [frame.id for frame in FrameParser().feed(bench.emulator.take())] == [1, 2]
    assert bench.emulator.due() is None


def test_on_a_paced_line_each_byte_and_each_return_delay_takes_its_time():
    bench = Bench(paced=True)
    bench.emulator.servo(1).memory.put(reg.RETURN_DELAY, 250)
    bench.emulator.receive(codec.read(1, 56, 15))
    assert bench.emulator.due() - bench.clock.now() == pytest.approx(500e-6 + 21 * 10e-6)


def test_an_unfinished_instruction_is_forgotten_after_a_pause(bench):
    bench.emulator.receive(b"\xff\xff\x01\xf0\x03")
    bench.clock.advance(0.02)
    assert bench.ask(codec.ping(2)) == [Frame(2, 0, b"")]


def test_an_instruction_may_come_in_pieces(bench):
    request = codec.ping(2)
    assert bench.ask(request[:3]) == []
    assert bench.ask(request[3:]) == [Frame(2, 0, b"")]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_from_the_host_upset_the_servos(pieces):
    bench = Bench()
    for piece in pieces:
        bench.emulator.receive(piece)
        bench.wait(0.02)
    bench.wait(0.05)
    bench.emulator.take()
    assert {frame.id for frame in bench.ask(codec.ping(reg.BROADCAST))}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 254), st.integers(0, 255), st.binary(max_size=20))
def test_no_well_formed_frame_upsets_the_servos(servo, instruction, data):
    bench = Bench()
    bench.ask(codec.encode(servo, instruction, data))
    bench.wait(0.05)
    assert np.isfinite(bench.plant.positions()).all()


def test_time_lost_to_a_stall_is_not_caught_up_in_one_go(bench):
    calls = []
    bench.plant.step = lambda dt, *rest: calls.append(dt)
    bench.clock.advance(3600)
    bench.emulator.advance()
    assert sum(calls) <= 0.26


def test_the_scene_is_the_plants(bench):
    assert bench.emulator.scene().objects == {}


def test_an_arm_without_servos_cannot_be_emulated():
    config = so101()
    bare = config.model_copy(update={"joints": tuple(j.model_copy(update={"servo": None}) for j in config.joints)})
    with pytest.raises(ConfigError, match="Not every joint"):
        FeetechEmulator(ExactPlant(HOME), bare, SteppedClock())
