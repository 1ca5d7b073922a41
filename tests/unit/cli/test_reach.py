"""``armctl reach``: a picture, a table, arrays; bad input is told and loses nothing."""

import csv
import math

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from armctl.cli import reach as reach_cli
from armctl.cli.choice import choose_scene
from armctl.cli.main import app
from armctl.cli.reach_picture import together
from armctl.config.load import builtin
from armctl.errors import ConfigError, SetupError
from armctl.tasks.hand import LevelHand
from tests.support.arms import so101

RUN = CliRunner()


def test_it_writes_a_picture_a_table_and_arrays_that_agree(tmp_path):
    result = RUN.invoke(app, ["reach", "so101-sim", "--out", str(tmp_path), "--spacing", "0.08"])
    assert result.exit_code == 0, result.output
    assert "the shelf" in result.output
    assert "before the mouth" in result.output
    assert "x, y, z in mm" in result.output
    with Image.open(tmp_path / "reach.png") as picture:
        assert picture.size == (1500, 1100)
        assert len(picture.convert("RGB").reduce(8).getcolors(100_000)) > 20
    with np.load(tmp_path / "reach.npz") as data:
        counts = np.bincount(data["reach"].ravel(), minlength=4)
        assert data["reach"].shape == (len(data["x"]), len(data["y"]), len(data["z"]))
    with (tmp_path / "reach.csv").open(encoding="utf-8") as file:
        hands = [row["hand"] for row in csv.DictReader(file)]
    assert [hands.count(name) for name in ("out", "blocked", "tilted", "level")] == counts.tolist()
    assert min(counts) > 0


def test_the_places_of_the_built_in_tasks_are_free_for_a_level_hand(tmp_path):
    result = RUN.invoke(app, ["reach", "--out", str(tmp_path), "--spacing", "0.2"])
    assert result.output.count("free") >= 3


def test_before_the_mouth_is_where_the_hand_brings_the_straw_to_it():
    scene, hand = choose_scene("kitchen_table"), LevelHand.of(so101())
    person, cup = scene.person, scene.objects["cup"]
    spot = next(spot for spot in reach_cli.spots_of(scene, hand) if spot.name == "before the mouth")
    assert spot.xyz[2] == pytest.approx(person.mouth_xyz[2] - (cup.drink_point[2] - cup.grasp_height))
    assert math.dist(spot.xyz[:2], person.mouth_xyz[:2]) == pytest.approx(0.025, abs=1e-6)


def test_a_new_arm_without_a_scene_has_a_map_too(tmp_path):
    text = builtin("arms", "so101").read_text(encoding="utf-8").replace('name = "so101"', 'name = "brand_new"')
    arm = tmp_path / "brand_new.toml"
    arm.write_text(text, encoding="utf-8")
    result = RUN.invoke(app, ["reach", str(arm), "--out", str(tmp_path / "out"), "--spacing", "0.2"])
    assert result.exit_code == 0, result.output
    assert "litres" in result.output


def test_a_folder_that_cannot_be_made_is_told_before_the_work_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(reach_cli, "reach_map", lambda *_: pytest.fail("the work was begun"))
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SetupError, match="cannot be used"):
        reach_cli.run_reach(arm="so101", scene="kitchen_table", out=tmp_path / "file" / "x", spacing=0.2)
    assert (tmp_path / "file").read_text() == "mine"


def test_an_unknown_arm_is_told_with_those_there_are(tmp_path):
    with pytest.raises(ConfigError, match="so102"):
        reach_cli.run_reach(arm="so102", scene="kitchen_table", out=tmp_path, spacing=0.1)


def test_without_the_plotting_library_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "armctl.cli.reach_picture", None)
    with pytest.raises(SetupError, match="matplotlib"):
        reach_cli.drawing()


def test_what_is_in_the_way_is_named_and_what_is_too_far_is_told_by_how_much(tmp_path):
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8")
    scene = tmp_path / "moved.toml"
    shelf, hand = "xyz = [0.3185, -0.2186, 0.04]", "xyz = [0.3860, 0.0738, 0.04]"
    assert shelf in text
    assert hand in text
    # One place inside the shelf, one far away.
    text = text.replace(shelf, "xyz = [0.34, -0.235, -0.1]").replace(hand, "xyz = [0.9, 0.0, 0.04]")
    scene.write_text(text, encoding="utf-8")
    result = RUN.invoke(app, ["reach", "so101", str(scene), "--out", str(tmp_path / "out"), "--spacing", "0.2"])
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.replace("│", " ").split())
    assert "touches the shelf there" in said
    assert "too far" in said, said


def test_from_the_side_what_nearly_coincides_has_one_mark_with_all_its_names():
    spots = [
        reach_cli.Spot("the shelf", (0.3, -0.2, 0.1)),
        reach_cli.Spot("your hand", (0.2, 0.3, 0.11)),
        reach_cli.Spot("before the mouth", (0.2, 0.26, 0.21)),
    ]
    assert list(together(spots).values()) == [["the shelf", "your hand"], ["before the mouth"]]
