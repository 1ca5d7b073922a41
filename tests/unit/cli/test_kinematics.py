"""``armctl kinematics show``: every arm that comes with armctl, from its URDF alone where it has no more."""

import math

import numpy as np
import pytest
from typer.testing import CliRunner

from armctl.cli.kinematics import CODES, chain_from
from armctl.cli.main import app
from armctl.config.load import builtin_names
from armctl.errors import ConfigError, KinematicsError
from armctl.kinematics.forward import forward

RUN = CliRunner()


@pytest.mark.parametrize("arm", builtin_names("arms", ".urdf"))
def test_it_names_every_joint_of_every_arm(arm):
    result = RUN.invoke(app, ["kinematics", "show", arm])
    assert result.exit_code == 0, result.output
    for name in chain_from(arm).names:
        assert name in result.output
    assert f"{chain_from(arm).dof} joints" in result.output


def test_the_code_that_is_shown_is_the_code_that_runs():
    result = RUN.invoke(app, ["kinematics", "show", "so101-sim", "--code", "pose"])
    names = {"cos": math.cos, "sin": math.sin}
    exec(result.output, names)  # noqa: S102 - it is our own output
    chain = chain_from("so101")
    q = (0.3, -0.4, 0.5, 0.2, -1.0)
    assert np.allclose(names["run"](q)[:3], forward(chain, q)[:3, 3])


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_is_shown_for_an_arm_of_six_joints(code):
    result = RUN.invoke(app, ["kinematics", "show", "ur5", "--code", code])
    assert result.exit_code == 0
    assert result.output.startswith("def ")


def test_a_file_and_links_of_its_own_are_taken(tmp_path):
    from armctl.config.load import builtin

    file = tmp_path / "mine.urdf"
    file.write_text(builtin("arms", "so101", ".urdf").read_text())
    assert chain_from(str(file)).dof == 5
    assert chain_from(str(file), tip="jaw_link").dof == 6


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (("nonsense",), ConfigError, "nonsense"),
        (("no.urdf",), ConfigError, "cannot be read"),
        (("so101", "", "nose"), KinematicsError, "nose"),
    ],
)
def test_what_is_not_there_is_told(arguments, error, told):
    with pytest.raises(error, match=told):
        chain_from(*arguments)


def test_an_arm_with_several_ends_asks_for_one(tmp_path):
    file = tmp_path / "fork.urdf"
    joints = "".join(
        f'<joint name="{n}" type="revolute"><parent link="a"/><child link="{n}x"/><limit lower="-1" upper="1"/></joint>'
        for n in "bc"
    )
    file.write_text(f'<robot name="fork"><link name="a"/><link name="bx"/><link name="cx"/>{joints}</robot>')
    with pytest.raises(ConfigError, match="--tip"):
        chain_from(str(file))
