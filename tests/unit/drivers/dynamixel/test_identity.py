"""The rules alone; their words over the whole driver are in test_connection."""

import pytest

from armctl.config.arm import WireConfig
from armctl.errors import HardwareError, IdentityError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.identity import (
    PAIR_TOLERANCE,
    check_identity,
    check_models,
    check_pairs,
    check_presence,
    check_same,
    check_single,
    check_voltage,
)
from tests.support.dynamixel import arm, parts_of

WIDOW = list(parts_of(arm("wx250s")).values())
KOCH = list(parts_of(arm("koch_v11")).values())


def memories(parts, **changes):
    """What each servo keeps when all is right; ``changes`` are registers by id."""
    kept = {}
    for part in parts:
        memory = {cell.name: cell.default for cell in part.model.registers}
        memory["drive_mode"] = int(part.reversed)
        memory["secondary_id"] = reg.NO_SECONDARY if part.leads else part.leader
        kept[part.id] = memory | changes.get(f"servo{part.id}", {})
    return kept


@pytest.mark.parametrize("parts", [WIDOW, KOCH])
def test_an_arm_as_configured_is_accepted(parts):
    kept = memories(parts)
    check_presence(parts, kept, "", ())
    check_single(parts, dict.fromkeys(kept, 1))
    check_models(parts, kept)
    check_identity(parts, kept)
    check_same(parts, {}, kept)
    check_same(parts, kept, kept)


@pytest.mark.parametrize(("answers", "refused"), [(0, False), (1, False), (2, True)])
def test_two_answers_to_one_question_are_one_too_many(answers, refused):
    counts = dict.fromkeys(range(1, 7), 1) | {4: answers}
    if refused:
        with pytest.raises(IdentityError, match="Two servos answer as 4"):
            check_single(KOCH, counts)
    else:
        check_single(KOCH, counts)


@pytest.mark.parametrize("name", ["homing_offset", "min_position", "max_position"])
def test_another_calibration_is_another_arm(name):
    before = memories(KOCH)
    with pytest.raises(IdentityError, match=r"elbow_flex \(servo 3\) has another calibration"):
        check_same(KOCH, before, memories(KOCH, servo3={name: 5}))


def test_other_settings_are_the_same_arm():
    check_same(KOCH, memories(KOCH), memories(KOCH, servo3={"return_delay": 0, "operating_mode": 3}))


@pytest.mark.parametrize("limit", ["min_position", "max_position"])
@pytest.mark.parametrize(("inside", "refused"), [(57, False), (58, True)])
def test_a_servos_limits_may_be_five_degrees_inside_the_joints(limit, inside, refused):
    lowest, highest = WIDOW[1].joint.ends
    value = lowest + inside if limit == "min_position" else highest - inside
    kept = memories(WIDOW, servo2={limit: value})
    if refused:
        with pytest.raises(IdentityError, match=r"shoulder \(servo 2\) stops by itself"):
            check_identity(WIDOW, kept)
    else:
        check_identity(WIDOW, kept)


@pytest.mark.parametrize("secondary", [253, 254, 255])
def test_every_id_that_is_none_means_that_a_servo_follows_nobody(secondary):
    check_identity(WIDOW, memories(WIDOW, servo1={"secondary_id": secondary}))


@pytest.mark.parametrize(
    ("apart", "refused"),
    [
        (PAIR_TOLERANCE, False),
        (-PAIR_TOLERANCE, False),
        (4096, False),
        (PAIR_TOLERANCE + 1, True),
        (-PAIR_TOLERANCE - 1, True),
    ],
)
def test_two_servos_of_one_joint_must_read_the_same_but_for_whole_turns(apart, refused):
    positions = dict.fromkeys(range(1, 10), 2048) | {3: 2048 + apart}
    if refused:
        with pytest.raises(IdentityError, match="shoulder: servos 2 and 3 read 2048 and"):
            check_pairs(WIDOW, positions)
    else:
        check_pairs(WIDOW, positions)


@pytest.mark.parametrize(("volts", "refused"), [(5.9, True), (6.0, False), (13.0, False), (13.1, True)])
def test_the_narrower_of_the_arms_and_the_servos_limits_counts(volts, refused):
    supply = {1: volts, 2: 12.0, 3: 5.0, 4: 5.0, 5: 5.0, 6: 5.0}
    wire = WireConfig(min_voltage=4.0, max_voltage=13.0)
    if refused:
        with pytest.raises(HardwareError, match="6.0 to 13.0 V are allowed"):
            check_voltage(KOCH, supply, memories(KOCH), wire)
    else:
        check_voltage(KOCH, supply, memories(KOCH), wire)
