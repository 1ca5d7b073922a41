"""How servos count, and who has a bench."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import HardwareError, SetupError
from drivers.bench import BENCHES, BY_ITSELF, Rules, bench_of, has_bench
from drivers.feetech.bench import RULES
from tests.support.arms import so101

STEPS = st.integers(0, 4095)
OFFSETS = st.integers(-2047, 2047)
EITHER = st.sampled_from([RULES, Rules(1, 2047, 4096, (3,), 252, 0, (1_000_000,))])


@given(EITHER, STEPS)
def test_half_turn_homing_puts_any_place_of_the_magnet_at_the_middle_of_the_count(rules, actual):
    offset = rules.offset_for(actual, 2047)
    assert -2047 <= offset <= 2047
    assert abs(rules.reading(actual, offset) - 2047) <= 1


@given(STEPS.filter(lambda step: step != 4095))
def test_a_feetech_offset_is_the_actual_step_less_2047_wherever_that_fits(actual):
    assert RULES.offset_for(actual, 2047) == actual - 2047


def test_the_one_place_whose_offset_does_not_fit_is_one_step_off_instead_of_wrong():
    assert RULES.offset_for(4095, 2047) == 2047
    assert RULES.reading(4095, 2047) == 2048


@given(EITHER, STEPS, OFFSETS)
def test_reading_and_actual_are_inverse(rules, step, offset):
    assert rules.actual(rules.reading(step, offset), offset) == step


def test_signs_of_the_two_kinds_are_opposite():
    other = Rules(1, 2047, 4096, (3,), 252, 0, ())
    assert RULES.reading(628, 904) == 3820  # the datasheet's example: not -276
    assert other.reading(628, 904) == 1532
    assert other.offset_for(100, 2047) == 1947 == -RULES.offset_for(100, 2047)


def test_an_offset_too_long_for_the_memory_is_refused_with_its_limit():
    narrow = Rules(1, 1024, 4096, (3,), 252, 0, ())
    with pytest.raises(HardwareError, match="1947 steps does not fit.*1024"):
        narrow.offset_for(100, 2047)


def test_every_bench_of_the_registry_can_be_made():
    for driver in BENCHES:
        assert has_bench(driver)
        assert callable(bench_of(so101().model_copy(update={"driver": driver})))


@pytest.mark.parametrize("driver", [*BY_ITSELF, "some_other"])
def test_an_arm_that_calibrates_itself_says_so_and_what_to_do(driver):
    assert not has_bench(driver)
    with pytest.raises(SetupError, match="its own controller") as told:
        bench_of(so101().model_copy(update={"driver": driver}))
    assert "alibrate" in told.value.remedy or "home" in told.value.remedy
