"""The maker's arithmetic against the figures of its documents, and itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.load import builtin
from armctl.kinematics.chain import load_chain
from armctl.kinematics.forward import forward
from sim.emulators.gcode import uarm_shape as shape

PARTS = st.tuples(st.floats(0, 180), st.floats(0, 135), st.floats(0, 119))


def test_all_angles_at_their_middle_are_229_mm_ahead_and_174_up():
    assert shape.place((90, 90, 0), 0) == pytest.approx((228.66, 0.0, 174.12))


@given(PARTS)
def test_places_and_angles_are_each_others_inverse(motors):
    if shape.allowed(*motors):
        assert shape.angles(*shape.place(motors, 0), 0) == pytest.approx(motors, abs=1e-6)


@given(PARTS)
def test_the_urdf_with_rods_is_the_same_arm(motors):
    chain = load_chain(builtin("arms", "uarm_swift_pro_rods", ".urdf").read_text(), "base_link", "tool")
    turn, left, right = (angle * 0.017453292519943295 for angle in motors)
    pose = forward(chain, [turn - 1.5707963267948966, 1.5707963267948966 - left, right, 0.0])
    assert pose[:3, 3] * 1000.0 == pytest.approx(shape.place(motors, 0), abs=0.01)
    assert pose[:3, 2] == pytest.approx([0.0, 0.0, 1.0], abs=1e-6)


@pytest.mark.parametrize("place", [(0, 0, 0), (500, 0, 100), (200, 0, 400), (-200, -1, 100), (80, 0, 150)])
def test_what_is_out_of_reach_has_no_angles(place):
    assert shape.angles(*place, 0) is None


def test_another_tool_is_elsewhere():
    normal, pen = shape.place((90, 90, 0), 0), shape.place((90, 90, 0), 3)
    assert pen[0] - normal[0] == pytest.approx(69.5 - 56.65)
    assert pen[2] - normal[2] == pytest.approx(74.55 - 74.43)
    assert shape.place((90, 90, 0), 9) == normal
