"""Pictures and signs for the terminal."""

import io

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from armctl.cli.calibrate_picture import WORDS, PosePicture, in_terminal, sign, write
from armctl.kinematics.robot import RobotModel
from tests.support.arms import HOME, so101


@pytest.fixture(scope="module")
def artist():
    return PosePicture(RobotModel(so101()))


def lines_of(segments, width=200):
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(segments)
    return out.getvalue().splitlines()


def test_another_pose_is_another_picture_and_a_goal_is_seen(artist):
    home = artist.draw(HOME)
    assert home.std() > 20  # not an empty ground
    raised = artist.draw([0.0] * 6)
    assert home.shape != raised.shape or (home != raised).any()
    goal = artist.draw([0.0] * 6, [0.0, 0.5, 0.0, 0.0, 0.0, 0.0])
    assert goal.shape[0] >= raised.shape[0]


def test_a_picture_is_written_as_it_is(artist, tmp_path):
    pixels = artist.draw(HOME)
    write(pixels, tmp_path / "pose.png")
    assert (np.asarray(Image.open(tmp_path / "pose.png")) == pixels).all()


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (40, 10)])
def test_in_the_terminal_it_keeps_its_shape_and_its_room(artist, colour, columns, rows):
    pixels = artist.draw(HOME)
    lines = lines_of(in_terminal(pixels, columns, rows, colour=colour))
    assert len(lines) <= rows
    assert max(map(len, lines)) <= columns
    if not colour:
        assert sum(character not in " \n" for line in lines for character in line) > 40


@pytest.mark.parametrize("direction", WORDS)
def test_every_direction_has_a_sign_of_its_own_that_fits_a_narrow_terminal(direction):
    lines = sign(direction)
    assert 0 < len(lines) <= 8
    assert max(map(len, lines)) <= 72
    assert [sign(other) for other in WORDS].count(lines) == 1


def test_no_direction_has_no_sign():
    assert sign("") == []
