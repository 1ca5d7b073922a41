import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import MODELS, XL330_M288, XL430_W250, XM430_W350
from drivers.dynamixel.readings import BLOCK_SIZE, GENERATIONS, Layout, feedback


def block(position=2048, velocity=0, effort=0, volts=120, celsius=31, hardware=0, torque=1, moving=0, dog=15, mark=2):
    said = position, velocity, effort, volts, celsius, hardware, torque, moving, dog, mark
    return struct.pack("<iihHBBBBBB", *said)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_all_feedback_fits_into_the_slots_of_every_model(model):
    address, slots = Layout(1, model).slots()
    assert address == 168
    assert len(slots) == 2 * BLOCK_SIZE
    assert model.indirect[0].slots >= BLOCK_SIZE
    shown = struct.unpack(f"<{BLOCK_SIZE}H", slots)
    # A slot can show RAM only.
    assert all(at >= reg.EEPROM_END for at in shown)
    assert shown[:4] == (132, 133, 134, 135)
    assert {64, 70, 98, 122, 126, 128, 144, 146} <= set(shown)
    assert shown[-1] == reg.STATUS_RETURN_LEVEL.address


@pytest.mark.parametrize(("model", "data"), [(XL330_M288, 208), (XL430_W250, 224), (XM430_W350, 224)])
def test_every_generation_has_a_length_of_its_own_ends_at_the_slots_and_begins_among_their_addresses(model, data):
    spans = [Layout(7, model).span(generation) for generation in range(GENERATIONS)]
    assert len({span.length for span in spans}) == GENERATIONS
    assert {span.address + span.length for span in spans} == {data + BLOCK_SIZE}
    assert all(168 <= span.address <= data and span.address % 2 == 0 for span in spans)
    assert Layout(7, model).span(GENERATIONS) == spans[0] == (7, data, BLOCK_SIZE)


@given(st.binary(max_size=30))
def test_what_comes_before_the_slots_changes_nothing(before):
    assert feedback(before + block()) == feedback(block())


def test_values_have_their_signs():
    said = feedback(block(-5, -3, -596, 123, 41, 0x20, 1, 1, 15))
    assert said == (-5, -3, -596, 123, 41, 0x20, 1, 1, 15, 2)
    assert said.voltage == 12.3


@pytest.mark.parametrize("data", [bytes(BLOCK_SIZE), block(mark=0), block(mark=1), b"\x02" * 30 + bytes(BLOCK_SIZE)])
def test_the_zeros_of_a_servo_that_lost_its_slots_are_no_reading(data):
    assert feedback(data) is None
