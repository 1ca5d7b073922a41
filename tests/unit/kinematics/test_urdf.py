"""urdf.py: good descriptions are read, everything that could move an arm wrongly is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import KinematicsError
from armctl.kinematics.urdf import LARGEST_TEXT, load_tree
from tests.unit.kinematics.arms import ARMS, urdf
from tests.unit.kinematics.sketches import LIMIT, joint, robot


@pytest.mark.parametrize("name", ARMS)
def test_every_arm_is_one_tree_with_parents_before_children(name: str) -> None:
    tree = load_tree(urdf(name))
    seen = {tree.root}
    for found in tree.joints:
        assert found.parent in seen
        seen.add(found.child)
    assert seen == set(tree.links)


def test_what_the_urdf_leaves_out_has_the_values_of_the_format() -> None:
    (found,) = load_tree(robot(joint("j", "a", "b", kind="continuous", inside=""), links="ab")).joints
    assert found.axis.tolist() == [1.0, 0.0, 0.0]
    assert found.origin.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert (found.lower, found.upper) == (float("-inf"), float("inf"))


def test_an_axis_is_made_a_unit_vector() -> None:
    (found,) = load_tree(robot(joint("j", "a", "b", f'<axis xyz="0 3 4"/>{LIMIT}'), links="ab")).joints
    assert found.axis.tolist() == pytest.approx([0.0, 0.6, 0.8])


MALFORMED = {
    "not XML": ("<robot>", "not well-formed"),
    "empty": ("", "not well-formed"),
    "another document": ("<html/>", "must start with <robot>"),
    "entities": ("<!DOCTYPE r [<!ENTITY a 'b'>]>" + robot(links="a"), "DOCTYPE"),
    "huge": ("<robot>" + " " * LARGEST_TEXT + "</robot>", "characters"),
    "no links": ("<robot/>", "no links"),
    "a nameless link": ("<robot><link/></robot>", "link of the URDF has no name"),
    "two equal links": (robot(links="aa"), "Two links of the URDF are called 'a'"),
    "two equal joints": (robot(joint("j", "a", "b"), joint("j", "b", "c")), "Two joints of the URDF are called 'j'"),
    "unknown type": (robot(joint("j", "a", "b", kind="ball"), links="ab"), "Joint 'j': type 'ball' is not known"),
    "no such child": (robot(joint("j", "a", "x"), links="a"), "Joint 'j': its child link 'x' does not exist"),
    "no such parent": (robot(joint("j", "x", "a"), links="a"), "Joint 'j': its parent link 'x' does not exist"),
    "NaN": (robot(joint("j", "a", "b", f'<origin xyz="0 nan 0"/>{LIMIT}'), links="ab"), "Joint 'j': xyz='0 nan 0'"),
    "infinity": (
        robot(joint("j", "a", "b", f'<origin rpy="inf 0 0"/>{LIMIT}'), links="ab"),
        "Joint 'j': rpy='inf 0 0'",
    ),
    "two numbers": (robot(joint("j", "a", "b", f'<origin xyz="0 0"/>{LIMIT}'), links="ab"), "not 3 finite numbers"),
    "words": (robot(joint("j", "a", "b", f'<axis xyz="up"/>{LIMIT}'), links="ab"), "Joint 'j': xyz='up'"),
    "zero axis": (robot(joint("j", "a", "b", f'<axis xyz="0 0 0"/>{LIMIT}'), links="ab"), "Joint 'j': its axis"),
    "no limit": (robot(joint("j", "a", "b", ""), links="ab"), "Joint 'j': a revolute joint must have a <limit>"),
    "limits reversed": (
        robot(joint("j", "a", "b", '<limit lower="1" upper="-1"/>'), links="ab"),
        "Joint 'j': its lower limit 1.0 must be below its upper limit -1.0",
    ),
    "limit not a number": (robot(joint("j", "a", "b", '<limit lower="x" upper="1"/>'), links="ab"), "lower='x'"),
    "loop": (robot(joint("j", "a", "b"), joint("k", "b", "a"), links="ab"), "loop"),
    "loop beside the tree": (robot(joint("j", "a", "b"), joint("k", "b", "a"), links="abc"), "part of a loop"),
    "link on itself": (robot(joint("j", "a", "a"), links="a"), "loop"),
    "two parents": (robot(joint("j", "a", "c"), joint("k", "b", "c")), "Link 'c' hangs on two joints, 'j' and 'k'"),
    "two pieces": (robot(joint("j", "a", "b")), "not in one piece: 'a', 'c'"),
    "mimics nothing": (
        robot(joint("j", "a", "b", LIMIT + '<mimic joint="x"/>'), links="ab"),
        "Joint 'j': it mimics 'x', which is not a moving joint",
    ),
    "mimics a mimic": (
        robot(joint("j", "a", "b", LIMIT + '<mimic joint="k"/>'), joint("k", "b", "c", LIMIT + '<mimic joint="j"/>')),
        "which mimics another joint itself",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_descriptions_are_refused_saying_what_and_where(case: str) -> None:
    text, complaint = MALFORMED[case]
    with pytest.raises(KinematicsError) as caught:
        load_tree(text)
    assert complaint in str(caught.value)


@settings(deadline=None)
@given(st.integers(0, 20_000), st.text(max_size=6))
def test_a_damaged_file_is_read_or_refused_but_nothing_else_happens(place: int, rubbish: str) -> None:
    text = urdf("so101")
    at = place % len(text)
    try:
        tree = load_tree(text[:at] + rubbish + text[at + 3 :])
    except KinematicsError as error:
        assert error.message
    else:
        assert tree.links
