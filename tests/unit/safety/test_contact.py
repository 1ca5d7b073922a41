from __future__ import annotations

import math

import pytest

from armctl.hal.scene import Contact, SceneState
from armctl.safety.contact import ContactWatch

LINKS = ("lower_arm_link", "gripper_link")


def touching(*contacts: tuple[str, str, float]) -> SceneState:
    return SceneState(stamp=0.0, objects={}, contacts=tuple(Contact(*contact) for contact in contacts))


def test_the_first_touch_is_found_whichever_way_it_is_reported() -> None:
    for contact in [("gripper_link", "head", 2.0), ("head", "gripper_link", 2.0)]:
        finding = ContactWatch(LINKS).look(touching(contact))
        assert finding is not None
        assert (finding.code, finding.joint, finding.value) == ("contact", "head", 2.0)


def test_a_soft_touch_is_told_with_its_own_force() -> None:
    finding = ContactWatch(LINKS).look(touching(("gripper_link", "head", 0.4)))
    assert finding is not None
    assert finding.value == 0.4


def test_a_touch_whose_force_is_no_number_counts_as_the_least_that_does() -> None:
    finding = ContactWatch(LINKS, 1.5).look(touching(("gripper_link", "head", math.nan)))
    assert finding is not None
    assert (finding.joint, finding.value) == ("head", 1.5)


def test_the_hardest_of_several_is_named() -> None:
    finding = ContactWatch(LINKS).look(
        touching(("gripper_link", "head", 1.0), ("lower_arm_link", "torso", 5.0), ("gripper_link", "torso", 3.0))
    )
    assert finding is not None
    assert (finding.joint, finding.value) == ("torso", 5.0)


def test_a_touch_that_lasts_is_found_once_so_that_the_arm_can_retreat() -> None:
    watch = ContactWatch(LINKS)
    assert watch.look(touching(("gripper_link", "head", 2.0))) is not None
    assert watch.look(touching(("gripper_link", "head", 9.0))) is None
    assert watch.look(touching()) is None
    assert watch.look(touching(("gripper_link", "head", 0.1))) is not None


def test_another_part_of_the_person_is_a_new_touch() -> None:
    watch = ContactWatch(LINKS)
    watch.look(touching(("gripper_link", "head", 2.0)))
    finding = watch.look(touching(("gripper_link", "head", 2.0), ("lower_arm_link", "torso", 1.0)))
    assert finding is not None
    assert finding.joint == "torso"


def test_what_does_not_concern_arm_and_person_is_let_pass() -> None:
    watch = ContactWatch(LINKS)
    assert watch.look(touching(("gripper_link", "cup", 3.0), ("cup", "head", 1.0), ("table", "torso", 4.0))) is None
    assert watch.look(touching(("gripper_link", "head", 0.0))) is None


@pytest.mark.parametrize(("force", "counts"), [(0.5, False), (1.5, False), (1.5 + 1e-9, True), (9.0, True)])
def test_only_a_contact_harder_than_the_configured_force_counts(force: float, counts: bool) -> None:
    watch = ContactWatch(LINKS, 1.5)
    assert (watch.look(touching(("gripper_link", "head", force))) is not None) == counts


def test_a_touch_that_becomes_hard_counts_from_then_on() -> None:
    watch = ContactWatch(LINKS, 1.5)
    assert watch.look(touching(("gripper_link", "head", 1.0))) is None
    finding = watch.look(touching(("gripper_link", "head", 2.0)))
    assert finding is not None
    assert finding.value == 2.0
