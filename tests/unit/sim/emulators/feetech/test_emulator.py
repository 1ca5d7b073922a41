import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from armctl.errors import ConfigError
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import Frame, FrameParser
from sim.emulators.feetech.emulator import EEPROM_TIME, REBOOT_TIME, FeetechEmulator
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

    def later(self, seconds):
        """The frames that come within some time."""
        self.clock.advance(seconds)
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
    bench.ask(codec.encode(3, reg.Instruction.RECOVERY))
    assert bench.later(EEPROM_TIME) == [Frame(3, 0, b"")]
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


def test_a_backup_is_what_recovery_brings_back_and_the_id_stays(bench):
    bench.emulator.servo(3).memory.put(reg.GAIN_P, 5)
    bench.ask(codec.encode(3, reg.Instruction.BACKUP))
    assert bench.later(EEPROM_TIME) == [Frame(3, 0, b"")]
    bench.emulator.servo(3).memory.put(reg.GAIN_P, 9)
    bench.emulator.servo(3).memory.put(reg.ID, 30)
    bench.ask(codec.encode(30, reg.Instruction.RECOVERY))
    bench.wait(0.01)
    assert (bench.get(30, reg.GAIN_P), bench.get(30, reg.ID)) == (5, 30)


def test_a_rebooted_servo_says_nothing_for_its_time_and_has_lost_what_was_in_its_ram(bench):
    bench.ask(codec.write(2, 40, b"\x01\x32"))
    assert bench.ask(codec.encode(2, reg.Instruction.REBOOT)) == []
    bench.wait(REBOOT_TIME - 0.01)
    assert bench.ask(codec.ping(2)) == []
    bench.wait(0.02)
    assert bench.ask(codec.read(2, 40, 2)) == [Frame(2, 0, b"\0\0")]
    assert bench.ask(codec.read(1, 3, 2)) == [Frame(1, 0, b"\x09\x03")]


def test_reset_forgets_the_turns_and_changes_no_register(bench):
    servo = bench.emulator.servo(1)
    servo.memory.put(reg.PHASE, 12 | reg.Phase.MULTI_TURN)
    bench.plant.push(0, 2 * np.pi)
    bench.wait(0.02)
    assert bench.get(1, reg.POSITION) == 2048 + 4096
    assert bench.ask(codec.encode(1, reg.Instruction.RESET)) == [Frame(1, 0, b"")]
    bench.wait(0.02)
    assert bench.get(1, reg.POSITION) == 2048
    assert bench.get(1, reg.PHASE) == 12 | reg.Phase.MULTI_TURN


def test_who_writes_what_is_kept_is_silent_meanwhile_and_confirms_when_it_is_kept(bench):
    bench.ask(codec.write(3, reg.LOCK.address, b"\0"))
    assert bench.ask(codec.write(3, reg.GAIN_P.address, b"\x10")) == []
    assert bench.ask(codec.ping(3)) == []
    assert [frame.id for frame in bench.ask(codec.sync_read(ALL, 56, 2))] == []
    # One wire: nothing overtakes the confirmation that is still to come.
    assert [frame.id for frame in bench.later(EEPROM_TIME)] == [3, 1, 2, 4, 5, 6]
    assert bench.ask(codec.ping(3)) == [Frame(3, 0, b"")]


def test_a_write_without_effect_takes_no_time(bench):
    assert bench.ask(codec.write(3, reg.GAIN_P.address, b"\x10")) == [Frame(3, 0, b"")]
    assert bench.get(3, reg.GAIN_P) == 32


def test_a_sync_write_to_what_is_kept_silences_who_took_it(bench):
    bench.ask(codec.sync_write(reg.LOCK.address, [(1, b"\0")]))
    bench.ask(codec.sync_write(reg.GAIN_P.address, [(1, b"\x10"), (2, b"\x10")]))
    assert [frame.id for frame in bench.ask(codec.sync_read(ALL, 56, 2))] == [2, 3, 4, 5, 6]
    bench.wait(0.01)
    assert [frame.id for frame in bench.ask(codec.sync_read(ALL, 56, 2))] == list(ALL)


def test_a_weak_supply_sags_under_load_and_the_servos_start_anew_one_by_one(bench):
    for servo in ALL:
        bench.ask(codec.write(servo, 40, b"\x01\x32"))
    bench.plant.load = np.array([0.5, 0.9, 0.7, 0.1, 0.0, 0.0])
    bench.emulator.supply_resistance = 3.0
    gone = []
    for _ in range(20):
        bench.clock.advance(0.004)
        bench.emulator.advance()
        answering = {frame.id for frame in bench.ask(codec.sync_read(ALL, 56, 2))}
        gone += [servo for servo in ALL if servo not in answering and servo not in gone]
    # The hardest working one gave up first; without it there was enough for the others.
    assert gone == [2]
    bench.wait(0.1)
    assert bench.get(2, reg.TORQUE_ENABLE) == 0
    assert [bench.get(servo, reg.TORQUE_ENABLE) for servo in (1, 3, 4, 5, 6)] == [1] * 5
    assert 35 < bench.get(1, reg.VOLTAGE) < 110


def test_a_second_servo_with_the_same_id_makes_garbage_of_every_answer_until_it_is_taken_away(bench):
    bench.emulator.duplicate(2, on=True)
    assert [unit.id for unit in bench.emulator.units] == list(ALL)
    for request in (codec.read(2, 56, 15), codec.sync_read((2,), 56, 15)):
        assert bench.ask(request) == []
    bench.emulator.duplicate(2, on=False)
    assert [frame.id for frame in bench.ask(codec.read(2, 56, 15))] == [2]


def test_only_servos_that_are_there_can_be_doubled(bench):
    with pytest.raises(KeyError):
        bench.emulator.duplicate(9, on=True)


def test_a_servo_given_another_id_confirms_that_with_the_one_it_was_called_by(bench):
    bench.ask(codec.write(3, reg.LOCK.address, b"\0"))
    bench.ask(codec.write(3, reg.ID.address, b"\x1e"))
    assert bench.later(EEPROM_TIME) == [Frame(3, 0, b"")]
    assert bench.ask(codec.ping(3)) == []
    assert bench.ask(codec.ping(30)) == [Frame(30, 0, b"")]
