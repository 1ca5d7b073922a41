"""Bodies for the physics engine: masses and inertias by the textbook, motors felt once at every joint."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import load_chain
from sim.body_files import JAW_ARMATURE, body_urdf, mass_properties, motor_inertia, prepared_urdf
from tests.unit.sim.job import ARM

lengths = st.floats(0.01, 1.0)


def test_the_inertia_of_simple_bodies_is_that_of_the_textbook():
    box = ShapeConfig(kind="box", size=(0.3, 0.2, 0.1))
    centre, inertia = mass_properties([box], 6.0)
    assert centre == pytest.approx([0.0, 0.0, 0.0])
    assert inertia == pytest.approx([0.5 * (0.04 + 0.01), 0.5 * (0.09 + 0.01), 0.5 * (0.09 + 0.04)])
    ball = ShapeConfig(kind="sphere", size=(0.1,))
    assert mass_properties([ball], 2.0)[1] == pytest.approx([0.4 * 2.0 * 0.01] * 3)
    rod = ShapeConfig(kind="cylinder", size=(0.1, 0.6))
    across = 3.0 * (3 * 0.01 + 0.36) / 12
    assert mass_properties([rod], 3.0)[1] == pytest.approx([across, across, 0.5 * 3.0 * 0.01])


@given(lengths, lengths, lengths, st.floats(0.01, 3.0))
def test_a_box_cut_in_two_has_the_mass_properties_of_the_whole(x, y, z, mass):
    whole = ShapeConfig(kind="box", size=(x, y, z))
    halves = [ShapeConfig(kind="box", size=(x / 2, y, z), xyz=(side * x / 4, 0.0, 0.0)) for side in (-1, 1)]
    for one, two in zip(mass_properties([whole], mass), mass_properties(halves, mass), strict=True):
        assert one == pytest.approx(two, abs=1e-12)


@given(lengths, lengths, st.floats(0.01, 3.0))
def test_every_inertia_is_one_that_a_solid_body_can_have(radius, height, mass):
    shapes = [
        ShapeConfig(kind="capsule", size=(radius, height), xyz=(0.1, 0.0, 0.2), rpy=(0.4, 0.2, 0.0)),
        ShapeConfig(kind="box", size=(radius, height, radius)),
    ]
    _, (ixx, iyy, izz) = mass_properties(shapes, mass)
    assert ixx + iyy >= izz > 0.0
    assert iyy + izz >= ixx > 0.0
    assert izz + ixx >= iyy > 0.0


def test_a_body_says_its_mass_and_every_shape():
    shapes = [
        ShapeConfig(kind="cylinder", size=(0.03, 0.1), xyz=(0, 0, 0.05)),
        ShapeConfig(kind="sphere", size=(0.02,)),
        ShapeConfig(kind="box", size=(0.1, 0.2, 0.3), rpy=(0, 0, 0.5)),
        ShapeConfig(kind="capsule", size=(0.01, 0.2)),
    ]
    root = ElementTree.fromstring(body_urdf("thing", shapes, 0.075))  # noqa: S314 - made here
    assert float(root.find("link/inertial/mass").get("value")) == 0.075
    kinds = [geometry[0].tag for geometry in root.iter("geometry")]
    assert kinds == ["cylinder", "sphere", "box", "capsule"]
    assert root.findall("link/collision/origin")[2].get("rpy") == "0 0 0.5"


def inertia_of(config: ArmConfig, least: float) -> dict[str, FloatArray]:
    """What motors of 0.028 kg·m² add where every link needs ``least`` [kg·m²]."""
    text = config.urdf_text()
    names = config.joint_names
    chain = load_chain(text, config.base_link, config.tool.tip_link)
    return motor_inertia(text, chain, config.gripper.joint, dict.fromkeys(names, 0.028), dict.fromkeys(names, least))


def test_every_joint_feels_its_motor_once():
    extra = inertia_of(ARM, least=1e-4)
    # The lift, elbow and wrist axes are parallel: the wrist's link carries the motor for all three.
    assert set(extra) == {"shoulder_link", "wrist_link", "gripper_link", "jaw_link"}
    assert extra["wrist_link"] == pytest.approx([0.0, 0.0, 0.028])
    assert extra["jaw_link"] == pytest.approx([0.0, 0.0, JAW_ARMATURE])


def test_links_too_light_for_the_steps_carry_their_own_motor():
    # 0.1 kg some 0.09 m from its axis: 0.001 kg·m².
    assert "upper_arm_link" not in inertia_of(ARM, least=0.9e-3)
    assert inertia_of(ARM, least=1.5e-3)["upper_arm_link"] == pytest.approx([0.0, 0.0, 0.028])


def test_fingers_that_slide_are_not_burdened():
    extra = inertia_of(load(builtin("arms", "wx250s"), ArmConfig), least=0.0)
    assert "left_finger_link" not in extra
    assert "gripper_link" in extra


def test_stops_of_sliding_fingers_leave_them_their_travel():
    config = load(builtin("arms", "mycobot280"), ArmConfig)
    limit = ElementTree.fromstring(prepared_urdf(config.urdf_text(), config)).find(  # noqa: S314 - comes with the program
        f"joint[@name='{config.gripper.joint}']/limit"
    )
    assert config.gripper.open - 0.0002 < float(limit.get("upper")) < config.gripper.open


def test_the_prepared_arm_differs_in_products_of_inertia_and_stops_only():
    texts = ARM.urdf_text(), prepared_urdf(ARM.urdf_text(), ARM)
    before, after = (ElementTree.fromstring(text) for text in texts)  # noqa: S314 - comes with the program
    for old, new in zip(before.iter("inertia"), after.iter("inertia"), strict=True):
        assert {new.get(key) for key in ("ixy", "ixz", "iyz")} == {"0"}
        assert [new.get(key) for key in ("ixx", "iyy", "izz")] == [old.get(key) for key in ("ixx", "iyy", "izz")]
    for joint in ARM.joints:
        limit = after.find(f"joint[@name='{joint.name}']/limit")
        assert joint.lower < float(limit.get("lower")) < joint.lower + 0.002
        assert joint.upper - 0.002 < float(limit.get("upper")) < joint.upper
    for tree in (before, after):
        for element in tree.iter():
            if element.tag in {"inertia", "limit"}:
                element.attrib.clear()
    assert ElementTree.tostring(before) == ElementTree.tostring(after)
